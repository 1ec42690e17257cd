import Basics
import Diagnostics
import Policies
import Signatures
import Testing

/// People with keys, and a guard of a change that the tests bend.
enum GuardFixture {
    static let base = String(repeating: "b", count: 40)
    static let tree = String(repeating: "7", count: 40)
    static let instant = PolicyFixture.instant

    /// A key made from a name, the same each time.
    static func key(of name: String) throws -> SigningKey { try SigningKey(seed: Digest.of(name).bytes, comment: name) }

    /// `options` stand between principal and key, such as `valid-before="20260101Z" `.
    static func line(_ name: String, key: SigningKey? = nil, options: String = "") throws -> String {
        "\(name) \(options)\(try (key ?? Self.key(of: name)).publicKey.openSSH)\n"
    }

    static func signers(_ lines: [String]) -> SignerFile {
        let (file, diagnostics) = SignerFile.parse(SourceFile(path: ".proviso/allowed_signers", text: lines.joined()))
        #expect(diagnostics.isEmpty)
        return file
    }

    static func owners(_ text: String) -> OwnersFile {
        let (file, diagnostics) = OwnersFile.parse(SourceFile(path: ".proviso/owners", text: text))
        #expect(diagnostics.isEmpty)
        return file
    }

    static func approval(by key: SigningKey, base: String = Self.base, tree: String = Self.tree) -> [UInt8] {
        Approval(base: base, tree: tree, instant: instant).signed(with: key)
    }

    /// carol and dave own policies/; alice owns the rest; bob is known and owns nothing. bob is the author.
    static func changeGuard(approvals: [[UInt8]]) throws -> ChangeGuard {
        ChangeGuard(
            base: base, tree: tree, owners: owners("* alice\npolicies/ carol dave\n"),
            signers: signers(try ["alice", "bob", "carol", "dave"].map { try line($0) }), instant: instant, authors: ["bob"],
            authorKeys: [try key(of: "bob").publicKey], unknownAuthor: nil, approvals: approvals)
    }
}
