import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// Version 2, on a folder that looks as the kernel's. `.tools/cgroup2` runs this room's tests on the real one.
@Suite struct ControlGroupTests {
    let folder: TemporaryFolder
    private let limits: SandboxLimits = {
        var limits = SandboxLimits()
        (limits.cpus, limits.memoryBytes, limits.processes) = (2, 1 << 30, 64)
        return limits
    }()

    init() throws { folder = try TemporaryFolder() }

    private func write(_ text: String, at path: String) throws {
        let url = folder.url.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: folder.path + "/" + path, encoding: .utf8) }

    private var tree: ControlGroupTree {
        ControlGroupTree(mounts: "tmpfs / tmpfs rw 0 0\ncgroup2 \(folder.path) cgroup2 rw,nosuid 0 0\n", groups: "0::/system.slice/proviso.service\n")
    }

    /// A service with processes in a slice without, as systemd has them; in each the group that is about to be made.
    private func layOut(type: String = "domain") throws {
        for (parent, members, child) in [("system.slice/proviso.service", "12\n", "domain invalid"), ("system.slice", "", type)] {
            try write("domain\n", at: parent + "/cgroup.type")
            try write(members, at: parent + "/cgroup.procs")
            try write("", at: parent + "/cgroup.subtree_control")
            try write(child + "\n", at: parent + "/job/cgroup.type")
            for file in ["memory.max", "memory.swap.max", "pids.max", "cpu.max", "cgroup.procs", "cgroup.kill"] {
                try write("", at: "\(parent)/job/\(file)")
            }
        }
    }

    @Test func `a group beside ours is made, since one within ours could not be entered`() throws {
        try layOut()
        #expect(tree.version2 == [folder.path + "/system.slice/proviso.service", folder.path + "/system.slice"] && tree.version1.isEmpty)
        guard let group = ControlGroup(name: "job", limits: limits, tree: tree) else { return #expect(Bool(false), "there is a group") }
        #expect(group.version == "cgroup v2" && group.enforces == ["memory", "processes", "cpu"])
        #expect(group.entrances == [folder.path + "/system.slice/job/cgroup.procs"])
        // Controllers handed down by a group with processes make its children groups of threads.
        #expect(try text("system.slice/proviso.service/cgroup.subtree_control") == "")
        #expect(try text("system.slice/cgroup.subtree_control").hasPrefix("+"))
        let written = try ["memory.max", "memory.swap.max", "pids.max", "cpu.max"].map { try text("system.slice/job/" + $0) }
        #expect(written == ["1073741824", "0", "64", "200000 100000"])
    }

    @Test func `what a killed worker left is removed once it is old, and nothing else is`() throws {
        try layOut()
        let slice = folder.path + "/system.slice/"
        for name in ["proviso-old-1", "proviso-busy-1", "proviso-young-1", "proviso-gate.service", "other-old-1"] {
            try FileManager.default.createDirectory(atPath: slice + name, withIntermediateDirectories: true)
            // Stands for processes: the kernel removes no group that has some.
            if name.contains("busy") { try write("7\n", at: "system.slice/\(name)/cgroup.procs") }
            let age: TimeInterval = name.contains("young") ? 60 : 7200
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: slice + name)
        }
        ControlGroup.sweep(tree)
        let left = try FileManager.default.contentsOfDirectory(atPath: slice).filter { $0 != "job" && !$0.hasPrefix("cgroup") }.sorted()
        #expect(left == ["other-old-1", "proviso-busy-1", "proviso-gate.service", "proviso-young-1", "proviso.service"])
    }

    @Test func `what it used and what it was refused is read`() throws {
        try layOut()
        guard let group = ControlGroup(name: "job", limits: limits, tree: tree) else { return #expect(Bool(false), "there is a group") }
        #expect(group.cpuSeconds == nil && group.peakMemoryBytes == nil && !group.killedForMemory && !group.refusedProcesses && group.members.isEmpty)
        for (file, content) in [
            "cpu.stat": "usage_usec 2500000\nuser_usec 2000000\n", "memory.peak": "4096\n", "memory.events": "low 0\noom 1\noom_kill 1\n",
            "pids.events": "max 3\n", "cgroup.procs": "41\n0\n42\n",
        ] { try write(content, at: "system.slice/job/" + file) }
        #expect(group.cpuSeconds == 2.5 && group.peakMemoryBytes == 4096 && group.killedForMemory && group.refusedProcesses)
        #expect(group.members == [41, 42])
        try write("", at: "system.slice/job/cgroup.procs")
        group.kill()
        #expect(try text("system.slice/job/cgroup.kill") == "1")
    }

    @Test(arguments: ["domain invalid", "threaded"]) func `where no process could enter there is no group`(_ type: String) throws {
        try layOut(type: type)
        let group = ControlGroup(name: "job", limits: limits, tree: tree)
        #expect(group?.entrances == nil)
    }
}
