import Foundation
import Sandbox
import TestSupport
import Testing

/// Stages that mean harm. Each is stopped, and what it wanted to reach is as it was.
@Suite struct HostileStageTests {
    @Test func `a fork bomb has only its own share of processes and is gone in the end`() async throws {
        let stage = try Stage()
        let mark = "bomb-\(UUID().uuidString)"
        let refused = stage.work + "/refused"
        let outcome = try await stage.run(
            [
                "/usr/bin/python3", "-c",
                "import os # \(mark)\nwhile True:\n  try: os.fork()\n  except OSError: open('refused', 'w').close()",
            ],
            {
                $0.limits.wallSeconds = 120
                $0.limits.processes = 32
            }, isCancelled: { FileManager.default.fileExists(atPath: refused) })
        #expect(outcome.end == .cancelled)
        if outcome.enforcement["processes"]?.hasPrefix("cgroup") == true { #expect(outcome.refusedProcesses) }
        #expect(!Stage.isRunning(mark))
    }

    @Test func `one endless file is cut off`() async throws {
        let stage = try Stage()
        let outcome = try await stage.run("exec dd if=/dev/zero of=big bs=1M") { $0.limits.fileBytes = 4 << 20 }
        #expect([.exceeded(.bytes), .signalled(SIGXFSZ), .exited(1)].contains(outcome.end))
        let size = try FileManager.default.attributesOfItem(atPath: stage.work + "/big")[.size] as? Int ?? 0
        #expect(size <= 4 << 20)
    }

    @Test func `many files that together are too large end it`() async throws {
        let stage = try Stage()
        let script = "i=0; while :; do i=$((i+1)); dd if=/dev/zero of=f$i bs=1M count=1 2>/dev/null; done"
        #expect(try await stage.run(script) { $0.limits.fileBytes = 8 << 20 }.end == .exceeded(.bytes))
    }

    @Test func `too many empty files end it, and so do folders without bottom`() async throws {
        let stage = try Stage()
        #expect(try await stage.run("i=0; while :; do i=$((i+1)); : > f$i; done") { $0.limits.entries = 500 }.end == .exceeded(.entries))
        let deep = try Stage()
        #expect(try await deep.run("while :; do mkdir d; cd d; done").end == .exceeded(.depth))
        WorkFolder(deep.work).remove()
        #expect(!FileManager.default.fileExists(atPath: deep.work))
    }

    @Test(arguments: ["held", "mapped"]) func `files without a name count too`(_ how: String) async throws {
        let stage = try Stage()
        let script = """
            import mmap, os, time
            kept = []
            for i in range(12):
                f = open(f'f{i}', 'w+b')
                os.unlink(f'f{i}')
                f.write(b'x' * (1 << 20))
                f.flush()
                kept.append(f if '\(how)' == 'held' else mmap.mmap(f.fileno(), 1 << 20))
                if '\(how)' == 'mapped': f.close()
            print('filled', flush=True)
            time.sleep(3600)
            """
        let outcome = try await stage.run(["/usr/bin/python3", "-c", script]) { $0.limits.fileBytes = 8 << 20 }
        #expect(outcome.end == .exceeded(.bytes), "\(stage.log)")
    }

    @Test func `the settings of the kernel are not its to write`() async throws {
        let stage = try Stage()
        try await stage.run(
            """
            for file in /proc/sys/kernel/core_pattern /proc/sys/vm/drop_caches /proc/sysrq-trigger /proc/self/oom_score_adj; do
              (: >> $file) 2>/dev/null && echo wrote $file
            done
            awk '$2 == "/proc" { split($4, words, ","); print "proc is", words[1] }' /proc/mounts
            """)
        #expect(!stage.log.contains("wrote"))
        #expect(stage.log.contains("proc is ro\n"), "\(stage.log)")
    }

    @Test(arguments: ["/tmp", "/dev/shm"]) func `its private folders cannot fill the memory`(_ folder: String) async throws {
        let stage = try Stage()
        let outcome = try await stage.run("dd if=/dev/zero of=\(folder)/big bs=1M count=100; stat -c %s \(folder)/big") {
            $0.limits.fileBytes = 2 << 20
        }
        #expect(outcome.end != .timedOut)
        #expect(!stage.log.contains("104857600"))
    }

    @Test func `it cannot write to the folders of the system or of the engine`() async throws {
        let stage = try Stage()
        let store = try stage.put("precious", at: "object")
        let script = """
            for path in / /usr /etc /dev /bin /run \(stage.folder.path) \(store); do (echo x > $path/new) 2>/dev/null && echo wrote $path; done
            echo changed > \(store); exit 0
            """
        try await stage.run(script)
        #expect(!stage.log.contains("wrote"))
        #expect(try String(contentsOfFile: store, encoding: .utf8) == "precious")
    }

    @Test func `it cannot change, replace or remove an input`() async throws {
        let stage = try Stage()
        let input = try stage.put("precious", at: "object")
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: input)
        try await stage.run(
            "chmod 666 data/in; echo x > data/in; rm -f data/in; mv data/in other; ln -f data/in link; mount -o remount,rw /work/data/in; cat data/in"
        ) {
            $0.inputs = ["data/in": input]
        }
        #expect(stage.log.hasSuffix("precious"))
        #expect(try String(contentsOfFile: input, encoding: .utf8) == "precious")
        #expect(try FileManager.default.attributesOfItem(atPath: input)[.posixPermissions] as? Int == 0o444)
    }

    @Test func `it reaches no network, not even this machine's`() async throws {
        let listener = try Listener()
        let stage = try Stage()
        let script =
            "import socket\ns = socket.socket()\ns.settimeout(2)\nprint(s.connect_ex(('127.0.0.1', \(listener.port))))\nprint(open('/proc/net/dev').read())"
        try await stage.run(["/usr/bin/python3", "-c", script])
        #expect(!stage.log.hasPrefix("0\n"))
        #expect(
            stage.log.split(separator: "\n").filter { $0.contains(":") }.map { $0.split(separator: ":")[0].trimmingCharacters(in: .whitespaces) } == [
                "lo"
            ])
        let declared = try Stage()
        try await declared.run(["/usr/bin/python3", "-c", script]) { $0.network = true }
        #expect(declared.log.hasPrefix("0\n"))
    }

    @Test func `it reads neither the shadow file nor a signing key, by no name`() async throws {
        let stage = try Stage()
        let key = try stage.put("PRIVATE KEY", at: "signing-key")
        try await stage.run(
            "cat /etc/shadow /etc/gshadow \(key) /proc/1/root\(key) /proc/1/root/etc/shadow ../signing-key /proc/self/cwd/../signing-key; ls /root /home /etc"
        )
        #expect(!stage.log.contains("PRIVATE KEY"))
        #expect(!stage.log.contains("root:"))
        let trapped = try Stage()
        let secret = try trapped.put("PRIVATE KEY", at: "signing-key")
        // A link is followed where it is opened: inside, where its target is not.
        try await trapped.run("ln -s \(secret) a; ln -s /etc/shadow b; cat a b; true")
        #expect(!trapped.log.contains("PRIVATE KEY"))
        #expect(!trapped.log.contains("root:"))
        #expect(WorkFolder(trapped.work).problems(outputs: ["a"], inputs: []).count == 2)
    }

    @Test func `a file system that does not say how large it is counts as none that is full`() {
        #expect(WorkFolder("/proc").room == .max)
    }

    @Test func `it ends at its time, whatever it does about signals`() async throws {
        let stage = try Stage()
        let mark = "3600.\(Int.random(in: 100_000...999_999))"
        let outcome = try await stage.run("trap '' TERM INT HUP; sleep \(mark) & sleep \(mark)") { $0.limits.wallSeconds = 1 }
        #expect(outcome.end == .timedOut)
        #expect(outcome.usage.wallSeconds < 10)
        #expect(!Stage.isRunning(mark))
    }

    @Test func `a daemon that it leaves behind dies with it`() async throws {
        let stage = try Stage()
        let mark = "3600.\(Int.random(in: 100_000...999_999))"
        let outcome = try await stage.run("(setsid nohup sleep \(mark) >/dev/null 2>&1 </dev/null &) ; setsid sleep \(mark) & echo done")
        #expect(outcome.end == .exited(0))
        #expect(stage.log == "done\n")
        #expect(!Stage.isRunning(mark))
    }

    @Test func `it can make no namespaces, mounts or traces, and has no capabilities`() async throws {
        let stage = try Stage()
        try await stage.run(
            "unshare -U true && echo namespace; unshare -Ur true && echo namespace; mount -t tmpfs none /tmp && echo mount; grep Cap /proc/self/status; id -u"
        )
        #expect(!stage.log.contains("namespace\n"))
        #expect(!stage.log.contains("mount\n"))
        #expect(stage.log.contains("CapEff:\t0000000000000000"))
        #expect(stage.log.contains("CapBnd:\t0000000000000000"))
        #expect(stage.log.hasSuffix("65534\n"))
    }

    @Test func `memory beyond its share ends it`() async throws {
        let stage = try Stage()
        let outcome = try await stage.run([
            "/usr/bin/python3", "-c", "b = bytearray(400 << 20)\nfor i in range(0, len(b), 4096): b[i] = 1\nprint('all')",
        ]) {
            $0.limits.memoryBytes = 100 << 20
        }
        #expect(outcome.end != .exited(0))
        #expect(!stage.log.contains("all"))
        if outcome.enforcement["memory"]?.hasPrefix("cgroup") == true { #expect(outcome.end == .exceeded(.memory)) }
    }

    /// A linker tells of a library that it was to load and cannot: once for the program, and for nothing that ran before it as somebody else.
    @Test func `a stage's variables reach its program only, not what makes its sandbox`() async throws {
        let stage = try Stage()
        let outcome = try await stage.run(["/usr/bin/true"]) { $0.environment = ["LD_PRELOAD": "/work/evil.so"] }
        #expect(outcome.end == .exited(0))
        #expect(stage.log.split(separator: "\n").count { $0.contains("/work/evil.so") } == 1, "\(stage.log)")
    }

    @Test func `a parent's environment and open files stay outside`() async throws {
        unsafe setenv("PROVISO_TEST_SECRET", "secret", 1)
        let stage = try Stage()
        try await stage.run("env; ls /proc/self/fd") { $0.environment = ["MODE": "fast"] }
        #expect(!stage.log.contains("PROVISO_TEST_SECRET"))
        #expect(stage.log.contains("MODE=fast\n"))
        let descriptors = stage.log.split(separator: "\n").compactMap { Int($0) }
        #expect(descriptors == [0, 1, 2, 3])  // The last is the listing's own.
    }
}

/// Listens on a port of 127.0.0.1.
private final class Listener {
    let socket: Int32
    let port: Int

    init() throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(socket, pointer, length) == 0 && listen(socket, 8) == 0 && getsockname(socket, pointer, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(socket) }
}
