import Basics
import Diagnostics
import Foundation
import Specs
import TestSupport
import Testing

@Suite struct DiagnosticFixtureTests {
    static let prefixes = ["E01", "E02", "W02"]

    /// The files of a folder. `entries.json` adds what no file can show: `{"path": "symbolicLink" | "submodule" | count of bytes}`.
    static func entries(in folder: URL) throws -> [SpecEntry] {
        let special = folder.appendingPathComponent("entries.json")
        var entries = try CatalogTests.entries(in: folder)
        guard FileManager.default.fileExists(atPath: special.path) else { return entries }
        for (path, value) in try JSONValue(parsing: Data(contentsOf: special)).objectValue ?? [:] {
            switch value {
            case "symbolicLink": entries.append(SpecEntry(path: path, kind: .symbolicLink, bytes: []))
            case "submodule": entries.append(SpecEntry(path: path, kind: .submodule, bytes: []))
            default:
                let count = try #require(value.intValue)
                entries.append(SpecEntry(path: path, bytes: Array(repeating: UInt8(ascii: "#"), count: Int(count))))
            }
        }
        return entries
    }

    @Test(arguments: DiagnosticFixtures.codes(prefixes: prefixes))
    func `a small repository with the mistake is told about it`(code: DiagnosticCode) throws {
        let folder = DiagnosticFixtures.folder(of: code)
        let diagnostics = Catalog.load(try Self.entries(in: folder)).diagnostics.sortedForDisplay
        #expect(diagnostics.contains { $0.code == code })
        try Golden.check(DiagnosticFixtures.text(diagnostics), against: folder.appendingPathComponent("expected.txt"))
    }

    @Test func `every code about YAML and specs has a fixture`() {
        #expect(DiagnosticFixtures.missing(prefixes: Self.prefixes) == [])
    }
}
