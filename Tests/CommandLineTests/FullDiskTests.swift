import Attestations
import Basics
import Foundation
import Reconciliation
import Signatures
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
        let pipeline = World.pipeline(
            """
            - name: small
              run: {command: [bash, -c, "echo 1 > a.txt"], outputs: {a: a.txt}}
            - name: large
              run:
                command: [bash, -c, "head -c 12000000 /dev/zero > b.bin"]
                inputs: {a: {from: small.a, as: a.txt}}
                outputs: {b: b.bin}
            """)
        try Data(pipeline.utf8).write(to: URL(fileURLWithPath: folder.path + "/pipelines/p.yaml"))
        try StockTool.must("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], in: folder.path)
        defer { _ = try? StockTool.run("umount", [disk], in: folder.path) }  // Or the folder cannot be removed, which the test's folder says.
        let arguments = ["pipeline", "run", "p", "--state", disk + "/state", "--progress", "plain"]
        let full = try Program.run(arguments, in: folder.path)
        #expect(full.status == 3, "\(full.text)\(full.errors)")
        #expect((full.text + full.errors).contains("No space left on device"), "\(full.text)\(full.errors)")
        try StockTool.must("mount", ["-o", "remount,size=64m", disk], in: folder.path)
        let next = try Program.run(arguments, in: folder.path)
        #expect(next.status == 0 && next.text.contains("= small") && next.text.contains("✓ large"), "\(next.text)\(next.errors)")
    }

    /// Two pipelines, of which the large one fills the disk, and a model.
    ///
    /// - Parameter program: of the large one.
    private static func world(
        _ program: String = "head -c 12000000 /dev/zero > b.bin || { rm b.bin; exit 7; }"
    ) throws -> (world: World, disk: String) {
        func pipeline(_ name: String, _ program: String) -> String {
            World.pipeline(name: name, "- {name: only, run: {command: [bash, -c, \"\(program)\"], outputs: {b: b.bin}}}")
        }
        let world = try World(
            files: World.files.merging([
                "pipelines/large.yaml": pipeline("large", program),
                "pipelines/small.yaml": pipeline("small", "echo 1 > b.bin"),
            ]) { $1 })
        let disk = world.folder.path + "/state"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try StockTool.must("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], in: world.folder.path)
        return (world, disk)
    }

    @Test(.enabled(if: mayMount, "a small file system must be mounted, which takes root and a container that allows it"))
    func `a reconciler whose store has no room for one subject decides nothing of that, records the others, and with room decides it`() async throws {
        let (world, disk) = try Self.world()
        defer { _ = try? StockTool.run("umount", [disk], in: world.folder.path) }  // Or the folder cannot be removed, which the test's folder says.
        let full = try await world.reconcile()
        #expect(full.unjudged.map(\.subject.description) == ["Pipeline/large"])
        #expect(full.unjudged.allSatisfy { $0.reason.contains("step 'only' failed") && $0.reason.contains("No space left on device") })
        #expect(full.verdicts.map(\.subject.description).contains("Pipeline/small") && full.added.count == 2)
        try StockTool.must("mount", ["-o", "remount,size=96m", disk], in: world.folder.path)
        let next = try await world.reconcile()
        #expect(next.unjudged.isEmpty && next.added.count == 1)
        #expect(next.verdicts.filter { $0.subject.name == "large" }.map(\.outcome) == [.pass])
    }

    @Test(.enabled(if: mayMount, "a small file system must be mounted, which takes root and a container that allows it"))
    func `a program that itself fills the disk has not failed: exit code 3, no record of it, and with room it does well`() throws {
        let (world, disk) = try Self.world()
        defer { _ = try? StockTool.run("umount", [disk], in: world.folder.path) }  // Or the folder cannot be removed, which the test's folder says.
        let key = world.folder.path + "/key"
        try Data(World.reconciler.openSSH().utf8).write(to: URL(fileURLWithPath: key))
        let arguments =
            ["reconcile", world.serverPath, "--key", key, "--state", disk, "--threads", "1", "--format", "json"]
            + World.root.flatMap { ["--root", $0] }
        let full = try Program.run(arguments, in: world.folder.path)
        #expect(full.status == 3, "\(full.text)\(full.errors)")
        let report = try JSONValue(parsing: Array(full.text.utf8))
        #expect(report["unjudged"]?.arrayValue?.compactMap { $0["subject"]?["name"]?.stringValue } == ["large"], "\(full.text)\(full.errors)")
        #expect(report["unjudged"]?.arrayValue?.first?["reason"]?.stringValue?.contains("No space left on device") == true, "\(full.text)")
        #expect(report["added"]?.arrayValue?.count == 2)
        try StockTool.must("mount", ["-o", "remount,size=96m", disk], in: world.folder.path)
        let next = try Program.run(arguments, in: world.folder.path)
        #expect(next.status == 0, "\(next.text)\(next.errors)")
    }

    @Test(.enabled(if: mayMount, "a small file system must be mounted, which takes root and a container that allows it"))
    func `a program that does not look at what its writing came to has made nothing of a full disk, though there is room for that in the store`()
        throws
    {
        let (world, disk) = try Self.world("head -c 12000000 /dev/zero > b.bin; echo done")
        defer { _ = try? StockTool.run("umount", [disk], in: world.folder.path) }  // Or the folder cannot be removed, which the test's folder says.
        let key = world.folder.path + "/key"
        try Data(World.reconciler.openSSH().utf8).write(to: URL(fileURLWithPath: key))
        let arguments =
            ["reconcile", world.serverPath, "--key", key, "--state", disk, "--store", world.folder.path + "/shared", "--threads", "1"]
            + ["--format", "json"] + World.root.flatMap { ["--root", $0] }
        let full = try Program.run(arguments, in: world.folder.path)
        #expect(full.status == 3, "\(full.text)\(full.errors)")
        let report = try JSONValue(parsing: Array(full.text.utf8))
        #expect(report["unjudged"]?.arrayValue?.compactMap { $0["subject"]?["name"]?.stringValue } == ["large"], "\(full.text)\(full.errors)")
        #expect(report["unjudged"]?.arrayValue?.first?["reason"]?.stringValue?.contains("No space left on device") == true, "\(full.text)")
        try StockTool.must("mount", ["-o", "remount,size=96m", disk], in: world.folder.path)
        let next = try Program.run(arguments, in: world.folder.path)
        #expect(next.status == 0, "\(next.text)\(next.errors)")
    }
}
