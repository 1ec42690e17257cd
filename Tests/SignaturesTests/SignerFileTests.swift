import Basics
import Diagnostics
import Foundation
import Signatures
import TestSupport
import Testing

@Suite struct SignerFileTests {
    static let key = try! SigningKey(seed: SigningKeyTests.seed, comment: "").publicKey

    private func parse(_ text: String) -> (file: SignerFile, diagnostics: [Diagnostic]) {
        SignerFile.parse(SourceFile(path: ".proviso/allowed_signers", text: text))
    }

    @Test func `comments, blank lines, quotes and options are read`() throws {
        let (file, diagnostics) = parse(
            """
            # people

              ada@example.com,*@ops.example.com namespaces="git,proviso*",valid-after="20260101Z" \(Self.key.openSSH) laptop
            "bob smith@example.com"\tVALID-BEFORE="202612312359Z" \(Self.key.openSSH)
            """)
        #expect(diagnostics == [])
        try #require(file.entries.count == 2)
        #expect(file.entries[0].name == "ada@example.com")
        #expect(file.entries[0].validAfter == Instant("2026-01-01"))
        #expect(file.entries[0].span.start == SourcePosition(line: 3, column: 3))
        #expect(file.entries[1].name == "bob smith@example.com")
        #expect(file.entries[1].validBefore == Instant("2026-12-31T23:59:00Z"))
        let now = try #require(Instant("2026-06-01"))
        #expect(file.entries(for: "eve@ops.example.com", namespace: "proviso-approval", at: now).count == 1)
        #expect(file.nextBoundary(after: now) == Instant("2026-12-31T23:59:01Z"))
    }

    @Test func `lines may end in CR LF`() {
        let (file, diagnostics) = parse("# people\r\nada \(Self.key.openSSH)\r\n\r\nbob \(Self.key.openSSH) laptop\r\n")
        #expect(diagnostics == [])
        #expect(file.entries.map(\.name) == ["ada", "bob"])
        #expect(file.entries.map(\.span.start.line) == [2, 4])
        #expect(parse("ada \(Self.key.openSSH)\r\neve\r\n").diagnostics.count == 1)
    }

    /// Column numbers count from 1.
    static let mistakes: [(line: String, column: Int, message: String)] = [
        ("ada", 4, "expected an option or a key"),
        ("ada ssh-ed25519", 5, "expected 'ssh-ed25519' and a base64 key"),
        ("ada ssh-ed25519 AAAA", 17, "the public key is cut short"),
        ("ada ssh-ed25519 !!!!", 17, "the key is not valid base64"),
        ("ada ssh-rsa AAAA", 5, "keys of type ssh-rsa are not supported"),
        ("ada cert-authority KEY", 5, "certificate authorities are not supported"),
        ("ada namespace=\"git\" KEY", 5, "unknown option 'namespace'"),
        ("ada namespaces=git KEY", 16, "the value of 'namespaces' must stand in double quotes"),
        ("ada namespaces=\"git KEY", 16, "the quote does not end"),
        ("ada namespaces=\"a\",namespaces=\"b\" KEY", 20, "'namespaces' is given twice"),
        ("ada namespaces=\"\" KEY", 16, "'namespaces' is empty"),
        ("ada valid-after=\"2026\" KEY", 17, "'2026' is not a time"),
        ("ada valid-after=\"20260230\" KEY", 17, "'20260230' is not a time"),
        ("ada valid-after=\"20260102\",valid-before=\"20260101\" KEY", 5, "'valid-before' is not after 'valid-after'"),
        ("ada namespaces=\"git\"x KEY", 21, "expected ',' or a blank after an option"),
        ("\"\" KEY", 1, "the line names nobody"),
    ]

    @Test(arguments: mistakes)
    func `a mistake is shown at its place`(line: String, column: Int, message: String) throws {
        let (file, diagnostics) = parse("# one line before\n" + line.replacingOccurrences(of: "KEY", with: Self.key.openSSH) + "\n")
        #expect(file.entries == [])
        let diagnostic = try #require(diagnostics.first)
        #expect(diagnostics.count == 1)
        #expect(diagnostic.code == .invalidSignerFile)
        #expect(diagnostic.message.hasPrefix(message))
        #expect(diagnostic.span?.start == SourcePosition(line: 2, column: column))
    }

    /// The same question to this reader and to `ssh-keygen -Y verify`.
    @Test(arguments: [
        ("a@x.org", "a@x.org", "git", true), ("b@x.org", "a@x.org", "git", false), ("*@x.org", "a@x.org", "git", true),
        ("?@x.org", "a@x.org", "git", true), ("??@x.org", "a@x.org", "git", false), ("*", "a@x.org", "git", true),
        ("!a@x.org,*", "a@x.org", "git", false), ("*,!a@x.org", "a@x.org", "git", false), ("a*g", "a@x.org", "git", true),
        ("a@x.org namespaces=\"git\"", "a@x.org", "git", true), ("a@x.org namespaces=\"file,g*\"", "a@x.org", "git", true),
        ("a@x.org namespaces=\"file\"", "a@x.org", "git", false), ("a@x.org namespaces=\"*,!git\"", "a@x.org", "git", false),
        ("a@x.org valid-after=\"20260601000000Z\"", "a@x.org", "git", true),
        ("a@x.org valid-after=\"20260601000001Z\"", "a@x.org", "git", false),
        ("a@x.org valid-before=\"20260601000000Z\"", "a@x.org", "git", true),
        ("a@x.org valid-before=\"20260531235959Z\"", "a@x.org", "git", false),
        ("a@x.org valid-before=\"20260601\"", "a@x.org", "git", true),
    ])
    func `the answer is that of ssh-keygen`(line: String, principal: String, namespace: String, expected: Bool) throws {
        let folder = try TemporaryFolder()
        let signer = try SigningKey(seed: SigningKeyTests.seed, comment: "")
        let text = "\(line) \(signer.publicKey.openSSH)\n"
        let (file, diagnostics) = parse(text)
        #expect(diagnostics == [])
        let now = try #require(Instant("2026-06-01T00:00:00Z"))
        #expect(!file.entries(for: principal, namespace: namespace, at: now).isEmpty == expected)

        let message = Array("m".utf8)
        try Data(SSHSignature.sign(message, namespace: namespace, with: signer).armored.utf8)
            .write(to: folder.url.appendingPathComponent("sig"))
        try Data(text.utf8).write(to: folder.url.appendingPathComponent("signers"))
        let stock = try StockTool.run(
            "ssh-keygen",
            ["-Y", "verify", "-f", "signers", "-I", principal, "-n", namespace, "-s", "sig", "-Overify-time=20260601000000Z"],
            in: folder.path, input: message)
        #expect((stock.status == 0) == expected, "ssh-keygen: \(stock.text)\(stock.errors)")
    }

    @Test func `one line that authorizes outweighs another that does not`() throws {
        let (file, _) = parse("a valid-before=\"20260101Z\" \(Self.key.openSSH)\na \(Self.key.openSSH)\n")
        let now = try #require(Instant("2026-06-01"))
        #expect(file.status(of: Self.key, namespace: "git", at: now) == .authorized(file.entries[1]))
    }

    @Test func `the mistakes of a whole file are told together`() throws {
        let folder = DiagnosticFixtures.folder(of: .invalidSignerFile)
        let path = ".proviso/allowed_signers"
        let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
        let (file, diagnostics) = SignerFile.parse(SourceFile(path: path, text: text))
        #expect(file.entries.map(\.name) == ["ada@example.com"])
        try Golden.check(DiagnosticFixtures.text(diagnostics), against: folder.appendingPathComponent("expected.txt"))
    }
}
