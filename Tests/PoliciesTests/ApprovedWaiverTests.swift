import Attestations
import Basics
import Diagnostics
import OrderedCollections
import Signatures
import Specs
import Testing

@testable import Policies

/// Who may let a waiver count, and until when.
@Suite struct ApprovedWaiverTests {
    static let text = """
        apiVersion: proviso.dev/v1alpha1
        kind: Waiver
        metadata: {name: w}
        spec: {policy: p, rules: [r], subject: {kind: Model, name: m}, reason: because, owner: bob@example.org, expires: 2026-12-01}
        """

    static func key(_ number: UInt8) -> SigningKey {
        do { return try SigningKey(seed: [UInt8](repeating: number, count: 32), comment: "k") } catch { preconditionFailure("32 bytes are a seed") }
    }
    static let (alice, bob, bobsOther, carol, dora, stranger) = (key(1), key(2), key(3), key(4), key(5), key(6))

    static let signers = SignerFile.parse(
        SourceFile(
            path: ".proviso/allowed_signers",
            text: """
                alice@example.org \(alice.publicKey.openSSH)
                bob@example.org \(bob.publicKey.openSSH)
                also-bob@example.org,bob@example.org \(bobsOther.publicKey.openSSH)
                carol@example.org namespaces="git" \(carol.publicKey.openSSH)
                dora@example.org valid-before="20261124Z" \(dora.publicKey.openSSH)
                """)
    ).file

    static func approved(
        _ signatures: String?, waiver text: String = text, owners: String = "* alice@example.org\n", at instant: String = "2026-11-23"
    ) throws -> ApprovedWaiver {
        let files = ["waivers/w.yaml": text, "proviso.yaml": "apiVersion: proviso.dev/v1alpha1\n" + PolicyFixture.repository]
        let catalog = Catalog.load(files.map { SpecEntry(path: $0.key, bytes: Array($0.value.utf8)) }).catalog
        return ApprovedWaiver(
            verifying: try #require(catalog.waivers["w"]), file: Array(text.utf8), signatures: signatures, signers: signers,
            owners: OwnersFile.parse(SourceFile(path: "owners", text: owners)).file, at: try #require(Instant(instant)))
    }

    static func signature(_ key: SigningKey, _ file: String = text, namespace: String = ApprovedWaiver.namespace) -> String {
        SSHSignature.sign(Array(file.utf8), namespace: namespace, with: key).armored
    }

    @Test func `a signature of somebody who may approve counts`() throws {
        #expect(try Self.approved(Self.signature(Self.alice)).approvers == [.init(name: "alice@example.org")])
        let two = try Self.approved(
            Self.signature(Self.bob) + Self.signature(Self.alice), owners: "waivers/ alice@example.org bob@example.org\n")
        #expect(two.approvers == [.init(name: "bob@example.org", isOwner: true), .init(name: "alice@example.org")])
    }

    @Test(arguments: [
        nil, "", "nonsense", signature(alice, text + "\n"), signature(alice, namespace: "proviso"), signature(stranger),
        // Carol's key is for commits only.
        signature(carol),
    ])
    func `other texts approve nothing`(signatures: String?) throws {
        #expect(try Self.approved(signatures, owners: "* alice@example.org carol@example.org\n").approvers.isEmpty)
    }

    /// The owner says so by signing, whether or not the owner may approve.
    @Test func `an author cannot approve a waiver alone by naming another owner`() throws {
        let unknown = Self.text.replacing("bob@example.org", with: "nobody@example.org")
        let alone = try Self.approved(Self.signature(Self.alice, unknown), waiver: unknown)
        #expect(alone.approvers == [.init(name: "alice@example.org")])
        let byBob = try Self.approved(Self.signature(Self.alice) + Self.signature(Self.bob))
        #expect(byBob.approvers == [.init(name: "alice@example.org"), .init(name: "bob@example.org", isOwner: true)])
        for (approved, state) in [(alone, RuleResult.State.fail), (byBob, .waived)] {
            let policies = try JudgeTests.judge(["p": "validations: [{name: r, expression: 'false'}]"]).policies
            let judge = Judge(policies: policies, waivers: [approved], maximumWaiverDays: 90)
            let verdict = try JudgeTests.verdict(judge, at: try #require(Instant("2026-11-23")))
            #expect(verdict.rules.map(\.state) == [state])
        }
    }

    /// By name, or by a key that is another person's too.
    @Test func `the owner is known by every key that is the owner's`() throws {
        let owners = "* also-bob@example.org bob@example.org also-bob@example.org,bob@example.org\n"
        #expect(try Self.approved(Self.signature(Self.bobsOther), owners: owners).approvers.map(\.isOwner) == [true])
        #expect(try Self.approved(Self.signature(Self.bob), owners: owners).approvers.map(\.isOwner) == [true])
    }

    @Test func `a key counts while it is valid, and its end is a boundary, as no other key's is`() throws {
        let owners = "* alice@example.org dora@example.org\n"
        let before = try Self.approved(Self.signature(Self.dora), owners: owners, at: "2026-11-23")
        #expect(before.approvers.map(\.name) == ["dora@example.org"])
        #expect(before.boundaries == [Instant("2026-11-24T00:00:01Z")])
        #expect(try Self.approved(Self.signature(Self.dora), owners: owners, at: "2026-11-25").approvers.isEmpty)
        #expect(try Self.approved(Self.signature(Self.alice), owners: owners).boundaries.isEmpty)
    }
}
