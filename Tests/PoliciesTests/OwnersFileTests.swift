import Diagnostics
import Policies
import Testing

@Suite struct OwnersFileTests {
    private func read(_ text: String) -> (file: OwnersFile, diagnostics: [Diagnostic]) {
        OwnersFile.parse(SourceFile(path: ".proviso/owners", text: text))
    }

    @Test(arguments: [
        ("policies/fair.yaml", ["carol", "dave"]),  // below the folder
        ("policies/eu/fair.yaml", ["carol", "dave"]),  // at any depth
        ("proviso.yaml", ["erin"]),  // the file itself
        ("proviso.yaml.orig", ["alice"]),  // not what only begins like it
        ("models/proviso.yaml", ["alice"]),  // from the root, not anywhere
        ("policies", ["alice"]),  // a folder's pattern means what is below
        ("policies-old/fair.yaml", ["alice"]), ("models/credit.yaml", ["alice"]),
        ("waivers", ["frank"]), ("waivers/w.yaml", ["alice"]),  // without the slash it is one path
    ])
    func `a pattern means one path, everything below a folder, or everything`(path: String, principals: [String]) {
        let (file, diagnostics) = read("* alice\npolicies/ carol dave\nproviso.yaml erin\nwaivers frank\n")
        #expect(diagnostics.isEmpty)
        #expect(file.owners(of: path) == principals)
    }

    @Test func `the last line that matches counts, not the narrowest`() {
        #expect(read("policies/ carol\n* alice\n").file.owners(of: "policies/p.yaml") == ["alice"])
        #expect(read("* alice\npolicies/ carol\npolicies/p.yaml dave\n").file.owners(of: "policies/p.yaml") == ["dave"])
    }

    @Test func `what no line matches has no owner`() {
        #expect(read("").file.owners(of: "policies/p.yaml").isEmpty)
        #expect(read("policies/ carol\n").file.owners(of: "models/m.yaml").isEmpty)
    }

    @Test func `comments and blank lines name nobody`() {
        let (file, diagnostics) = read("# mallory\n\n   \n\t* alice # mallory\n#* mallory\n")
        #expect(diagnostics.isEmpty)
        #expect(file.owners(of: "a") == ["alice"])
    }

    /// One letter in Swift's eyes: a reader that misses the break gives the second line's people what the first line's people own.
    @Test func `lines may end as on Windows`() {
        let (file, diagnostics) = read("* alice # may everything\r\npolicies/ carol\r\n\r\n")
        #expect(diagnostics.isEmpty)
        #expect(file.owners(of: "models/m.yaml") == ["alice"])
        #expect(file.owners(of: "policies/p.yaml") == ["carol"])
    }

    @Test(arguments: [
        ("policies/", "the pattern 'policies/' has no owner"), ("* # alice", "the pattern '*' has no owner"),
        ("policies/*.yaml carol", "'*' stands alone or not at all"), ("** carol", "'*' stands alone or not at all"),
        ("policies/* carol", "'*' stands alone or not at all"), ("*.yaml carol", "'*' stands alone or not at all"),
    ])
    func `a line that would not mean what it seems to is refused, at its place, and owns nothing`(line: String, message: String) throws {
        let (file, diagnostics) = read("models/ alice\n\(line)\n")
        let diagnostic = try #require(diagnostics.first)
        #expect(diagnostics.count == 1)
        #expect(diagnostic.code == .invalidOwnersFile)
        #expect(diagnostic.message == message)
        let span = try #require(diagnostic.span)
        #expect(span.start == SourcePosition(line: 2, column: 1))
        #expect(span.end == SourcePosition(line: 2, column: line.count + 1))
        #expect(file.owners(of: "models/m.yaml") == ["alice"])
        #expect(file.owners(of: "policies/p.yaml").isEmpty)
    }
}
