import Attestations
import Basics
import Diagnostics
import Foundation
import OrderedCollections
import Policies
import Reconciliation
import Signatures
import Specs
import TestSupport
import TestWorld
import Testing

/// Who may let a waiver count: signatures beside its file, made and checked by stock ssh-keygen too.
@Suite struct WaiverApprovalTests {
    static let text =
        World.head + """
            kind: Waiver
            metadata: {name: w}
            spec: {policy: useful, rules: [not-everybody], subject: {kind: Model, name: m}, reason: because, owner: bob@example.org, expires: 2026-12-01}
            """

    static let signers = SignerFile.parse(
        SourceFile(
            path: ".proviso/allowed_signers",
            text: """
                alice@example.org \(World.alice.publicKey.openSSH)
                bob@example.org \(World.bob.publicKey.openSSH)
                also-bob@example.org,bob@example.org \(World.key(9).publicKey.openSSH)
                carol@example.org namespaces="git" \(World.key(8).publicKey.openSSH)
                dora@example.org valid-before="20261124Z" \(World.key(7).publicKey.openSSH)
                """)
    ).file

    static func waiver() throws -> Waiver {
        let catalog = Catalog.load(
            (World.files.merging(["waivers/w.yaml": text]) { $1 }).map { SpecEntry(path: $0.key, bytes: Array($0.value.utf8)) })
        return try #require(catalog.catalog.waivers["w"])
    }

    static func approved(
        _ signatures: String?, file: String = text, owners: String = "* alice@example.org\n", at instant: String = "2026-11-23"
    ) throws -> ApprovedWaiver {
        ApprovedWaiver(
            verifying: try waiver(), file: Array(file.utf8), signatures: signatures, signers: signers,
            owners: OwnersFile.parse(SourceFile(path: "owners", text: owners)).file, at: try #require(Instant(instant)))
    }

    static func signature(_ key: SigningKey, _ file: String = text, namespace: String = "proviso-waiver") -> String {
        SSHSignature.sign(Array(file.utf8), namespace: namespace, with: key).armored
    }

    @Test func `a signature of somebody who may approve counts`() throws {
        #expect(try Self.approved(Self.signature(World.alice)).approvers == [.init(name: "alice@example.org")])
        let two = try Self.approved(
            Self.signature(World.bob) + Self.signature(World.alice), owners: "waivers/ alice@example.org bob@example.org\n")
        #expect(two.approvers == [.init(name: "bob@example.org", isOwner: true), .init(name: "alice@example.org")])
    }

    @Test(arguments: [
        nil, "", "nonsense", signature(World.alice, text + "\n"), signature(World.alice, namespace: "proviso"), signature(World.mallory),
        // Bob may not approve; Carol's key is for commits only.
        signature(World.bob), signature(World.key(8)),
    ])
    func `other texts approve nothing`(signatures: String?) throws {
        #expect(try Self.approved(signatures, owners: "* alice@example.org carol@example.org\n").approvers.isEmpty)
    }

    @Test func `the owner is known by every key that is the owner's`() throws {
        let approved = try Self.approved(
            Self.signature(World.key(9)), owners: "* also-bob@example.org bob@example.org also-bob@example.org,bob@example.org\n")
        #expect(approved.approvers.map(\.isOwner) == [true])
    }

    @Test func `a key counts while it is valid, and its end is a boundary`() throws {
        let owners = "* dora@example.org\n"
        let before = try Self.approved(Self.signature(World.key(7)), owners: owners, at: "2026-11-23")
        #expect(before.approvers.map(\.name) == ["dora@example.org"])
        #expect(before.boundaries == [Instant("2026-11-24T00:00:01Z")])
        #expect(try Self.approved(Self.signature(World.key(7)), owners: owners, at: "2026-11-25").approvers.isEmpty)
    }

    @Test func `proviso approve signs as ssh-keygen does, and replaces what no longer fits`() throws {
        let folder = try TemporaryFolder()
        for (path, text) in World.files.merging(["waivers/w.yaml": Self.text], uniquingKeysWith: { $1 }) {
            let file = folder.url.appendingPathComponent(path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        #expect(try WaiverApproval.approve(folder: folder.path, path: "./waivers/w.yaml", key: World.alice) == "waivers/w.yaml.sig")
        let lines = "alice@example.org \(World.alice.publicKey.openSSH)\n"
        try Data(lines.utf8).write(to: folder.url.appendingPathComponent("signers"))
        let verify = "ssh-keygen -Y verify -f signers -I alice@example.org -n proviso-waiver -s waivers/w.yaml.sig < waivers/w.yaml"
        try StockTool.must("bash", ["-c", verify], in: folder.path)
        func stored() throws -> String { try String(contentsOf: folder.url.appendingPathComponent("waivers/w.yaml.sig"), encoding: .utf8) }
        let once = try stored()
        // Again, and by somebody else: one signature of each.
        _ = try WaiverApproval.approve(folder: folder.path, path: "waivers/w.yaml", key: World.alice)
        #expect(try stored() == once)
        _ = try WaiverApproval.approve(folder: folder.path, path: "waivers/w.yaml", key: World.mallory)
        #expect(try stored() == once + Self.signature(World.mallory))
        let changed = Self.text.replacing("because", with: "therefore")
        try Data(changed.utf8).write(to: folder.url.appendingPathComponent("waivers/w.yaml"))
        _ = try WaiverApproval.approve(folder: folder.path, path: "waivers/w.yaml", key: World.alice)
        #expect(try stored() == Self.signature(World.alice, changed))
        #expect(throws: ReconciliationError.self) { try WaiverApproval.approve(folder: folder.path, path: "policies/useful.yaml", key: World.alice) }
    }
}
