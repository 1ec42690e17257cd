import Attestations
import Foundation
import Reconciliation
import TestSupport
import TestWorld
import Testing

/// A disk that is full in the middle of a run.
@Suite struct FullDiskTests {
    /// Takes root, and a kernel and container that let it mount.
    private static let mayMount: Bool = {
        guard geteuid() == 0, let folder = try? TemporaryFolder() else { return false }
        guard let mounted = try? StockTool.run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path], in: "/"), mounted.status == 0 else {
            return false
        }
        _ = try? StockTool.run("umount", [folder.path], in: "/")  // It was a trial.
        return true
    }()

    @Test(.enabled(if: mayMount, "a small file system must be mounted, which takes root and a container that allows it"))
    func `a stage that finds no room fails and says so, what is done is kept, and with room the next run goes on`() throws {
        let folder = try TemporaryFolder()
        let disk = folder.path + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder.path + "/pipelines", withIntermediateDirectories: true)
        let pipeline =
            World.head + """
                kind: Pipeline
                metadata: {name: p}
                spec:
                  stages:
                    - name: small
                      run: {command: [bash, -c, "echo 1 > a.txt"], outputs: {a: a.txt}}
                    - name: large
                      run:
                        command: [bash, -c, "head -c 12000000 /dev/zero > b.bin"]
                        inputs: {a: {from: small.a, as: a.txt}}
                        outputs: {b: b.bin}

                """
        try Data(pipeline.utf8).write(to: URL(fileURLWithPath: folder.path + "/pipelines/p.yaml"))
        try StockTool.must("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], in: folder.path)
        defer { _ = try? StockTool.run("umount", [disk], in: folder.path) }  // Or the folder cannot be removed, which the test's folder says.
        let arguments = ["pipeline", "run", "p", "--state", disk + "/state", "--progress", "plain"]
        let full = try Program.run(arguments, in: folder.path)
        #expect(full.status == 1 || full.status == 3, "\(full.text)\(full.errors)")
        #expect((full.text + full.errors).contains("No space left on device"), "\(full.text)\(full.errors)")
        try StockTool.must("mount", ["-o", "remount,size=64m", disk], in: folder.path)
        let next = try Program.run(arguments, in: folder.path)
        #expect(next.status == 0 && next.text.contains("= small") && next.text.contains("✓ large"), "\(next.text)\(next.errors)")
    }

    @Test(.enabled(if: mayMount, "a small file system must be mounted, which takes root and a container that allows it"))
    func `a reconciler whose store is full decides nothing, and with room it does`() async throws {
        let stage = "    - {name: large, run: {command: [bash, -c, \"head -c 12000000 /dev/zero > b.bin\"], outputs: {b: b.bin}}}\n"
        let pipeline = World.head + "kind: Pipeline\nmetadata: {name: p}\nspec:\n  stages:\n" + stage
        let world = try World(files: World.files.merging(["pipelines/p.yaml": pipeline]) { $1 })
        let disk = world.folder.path + "/state"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try StockTool.must("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], in: world.folder.path)
        defer { _ = try? StockTool.run("umount", [disk], in: world.folder.path) }  // Or the folder cannot be removed, which the test's folder says.
        await #expect {
            try await world.reconcile()
        } throws: {
            ($0 as? ReconciliationError)?.code == .environment && "\($0)".contains("No space left on device")
        }
        #expect(try world.ledgerTip == nil)
        try StockTool.must("mount", ["-o", "remount,size=96m", disk], in: world.folder.path)
        #expect(try await world.reconcile().verdicts.filter { $0.subject.name == "p" }.map(\.outcome) == [.pass])
    }
}
