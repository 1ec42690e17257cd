import Basics
import Foundation
import Git
import Reconciliation
import Signatures
import TestSupport
import TestWorld
import Testing

/// What a reconciler remembers as verified saves work, and never lets anything through.
@Suite struct LedgerTrustTests {
    static let ledger = "refs/heads/proviso/ledger"

    @Test func `a forgery on top of a verified ledger is refused`() async throws {
        let world = try World()
        try await world.reconcile()
        try await world.reconcile()
        try world.commit(["records/x": "forged"], by: World.alice, branch: Self.ledger)
        await #expect(throws: ReconciliationError.self) { try await world.reconcile() }
    }

    @Test func `a ledger verified under other signer files is verified anew`() async throws {
        let world = try World()
        try await world.reconcile()
        // The reconciler's key is replaced; what the old one signed no longer verifies.
        let other = World.key(9)
        try world.commit([".proviso/ledger_signers": "reconciler@example.org \(other.publicKey.openSSH)\n"], by: World.alice)
        var options = world.reconcilerOptions()
        options.key = other
        await #expect(throws: ReconciliationError.self) { _ = try await Reconciler(options: options, clock: world.clock).run() }
    }

    @Test func `a rewound ledger is judged by what it still has`() async throws {
        let world = try World()
        try await world.reconcile()
        let first = try #require(try world.ledgerTip)
        let text = try #require(World.files["models/m.yaml"])
        try world.commit(["models/m.yaml": text.replacing("rounds: 5", with: "rounds: 6")], by: World.bob)
        try await world.reconcile()
        let second = try #require(try world.ledgerTip)
        try world.server.updateReference(Self.ledger, to: first, expecting: second, reason: "test")
        // The decision is missing again, and is made again: the same one.
        #expect(try await world.reconcile().added.count == 1)
        #expect(try world.ledgerTip == second)
    }

    @Test func `a second run with nothing to do writes nothing`() async throws {
        let world = try World()
        try await world.reconcile()
        let before = try world.files(below: "state")
        try await world.reconcile()
        let after = try world.files(below: "state")
        let written = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        #expect(written.isEmpty, "\(written)")
    }
}
