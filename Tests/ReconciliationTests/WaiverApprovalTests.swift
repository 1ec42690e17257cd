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

/// Signatures beside a waiver's file, made and checked by stock ssh-keygen too.
@Suite struct WaiverApprovalTests {
    static let text =
        World.head + """
            kind: Waiver
            metadata: {name: w}
            spec: {policy: useful, rules: [not-everybody], subject: {kind: Model, name: m}, reason: because, owner: bob@example.org, expires: 2026-12-01}
            """

    static func signature(_ key: SigningKey, _ file: String = text) -> String {
        SSHSignature.sign(Array(file.utf8), namespace: ApprovedWaiver.namespace, with: key).armored
    }

    @Test func `proviso approve signs as ssh-keygen does, and replaces what no longer fits`() throws {
        let folder = try TemporaryFolder()
        for (path, text) in World.files.merging(["waivers/w.yaml": Self.text], uniquingKeysWith: { $1 }) {
            let file = folder.url.appendingPathComponent(path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let approval = try WaiverApproval.approve(folder: folder.path, path: "./waivers/w.yaml", key: World.alice, instant: FixedClock().now())
        #expect(approval == ("waivers/w.yaml.sig", true))
        let lines = "alice@example.org \(World.alice.publicKey.openSSH)\n"
        try Data(lines.utf8).write(to: folder.url.appendingPathComponent("signers"))
        let verify = "ssh-keygen -Y verify -f signers -I alice@example.org -n proviso-waiver -s waivers/w.yaml.sig < waivers/w.yaml"
        try StockTool.must("bash", ["-c", verify], in: folder.path)
        func stored() throws -> String { try String(contentsOf: folder.url.appendingPathComponent("waivers/w.yaml.sig"), encoding: .utf8) }
        let once = try stored()
        // Again, and by somebody else: one signature of each.
        _ = try WaiverApproval.approve(folder: folder.path, path: "waivers/w.yaml", key: World.alice, instant: FixedClock().now())
        #expect(try stored() == once)
        #expect(
            try WaiverApproval.approve(folder: folder.path, path: "waivers/w.yaml", key: World.mallory, instant: FixedClock().now()).counts == false)
        #expect(try stored() == once + Self.signature(World.mallory))
        let changed = Self.text.replacing("because", with: "therefore")
        try Data(changed.utf8).write(to: folder.url.appendingPathComponent("waivers/w.yaml"))
        _ = try WaiverApproval.approve(folder: folder.path, path: "waivers/w.yaml", key: World.alice, instant: FixedClock().now())
        #expect(try stored() == Self.signature(World.alice, changed))
        #expect(throws: ReconciliationError.self) {
            try WaiverApproval.approve(folder: folder.path, path: "policies/useful.yaml", key: World.alice, instant: FixedClock().now())
        }
    }
}
