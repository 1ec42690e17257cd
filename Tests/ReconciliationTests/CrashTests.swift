import Foundation
import Reconciliation
import Signatures
import TestSupport
import TestWorld
import Testing

@Suite struct CrashTests {
    private static let undisturbed = Task {
        let world = try World()
        try await world.reconcile()
        return try world.ledgerTip
    }

    /// The reconcile is killed as `kill -9` would, at the point when it has a step result, a commit, a push … and not what comes after.
    @Test(arguments: Checkpoint.allCases) func `a reconcile killed anywhere and run again leaves what an undisturbed one leaves`(
        _ checkpoint: Checkpoint
    ) async throws {
        let expected = try await Self.undisturbed.value
        let crashed = try World()
        let (path, name) = (crashed.folder.path, checkpoint.rawValue)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, name = name as String] in
            let checkpoints = Checkpoints { reached in if reached.rawValue == name { kill(getpid(), SIGKILL) } }
            try await World.reconcile(folder: path, checkpoints: checkpoints)
        }
        try crashed.fsck()
        try await crashed.reconcile()
        #expect(try expected != nil && crashed.ledgerTip == expected)
        let audit = try LedgerAudit(repositoryPath: crashed.serverPath, revision: "main", ledger: nil)
        #expect(try audit.entries().count == 1)
        #expect(try audit.verify(root: World.root, instant: crashed.clock.now(), store: nil).findings == [])
        try crashed.fsck()
        // And what lies in its folder is whole: nothing is left to do.
        #expect(try await crashed.reconcile().added.isEmpty)
        #expect(try await crashed.reconcile().notices.isEmpty)
    }
}
