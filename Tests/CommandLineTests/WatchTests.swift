import Foundation
import Signatures
import TestSupport
import TestWorld
import Testing

/// `reconcile --watch`, which nobody sits beside.
@Suite struct WatchTests {
    /// Reads until the words have come, or the end.
    private static func read(_ pipe: Pipe, until words: String) -> String {
        var seen = ""
        while !seen.contains(words) {
            let data = pipe.fileHandleForReading.availableData
            if data.isEmpty { break }
            seen += String(decoding: data, as: UTF8.self)
        }
        return seen
    }

    @Test func `a server that is away is told of, and the next look tries again; SIGTERM ends it`() throws {
        let world = try World()
        let away = world.folder.path + "/away.git"
        try FileManager.default.moveItem(atPath: world.serverPath, toPath: away)
        let key = world.folder.path + "/key"
        try Data(World.reconciler.openSSH().utf8).write(to: URL(fileURLWithPath: key))
        let run = Process()
        run.executableURL = URL(fileURLWithPath: Program.path)
        run.arguments =
            ["reconcile", "file://" + world.serverPath, "--key", key, "--state", world.folder.path + "/state", "--watch", "--interval", "1"]
            + World.root.flatMap { ["--root", $0] } + ["--progress", "none"]
        let (output, errors) = (Pipe(), Pipe())
        run.standardOutput = output
        run.standardError = errors
        try run.run()
        let complaint = Self.read(errors, until: "tries again")
        #expect(complaint.contains("proviso: ") && complaint.contains("the next look tries again"), "\(complaint)")
        try FileManager.default.moveItem(atPath: away, toPath: world.serverPath)
        let report = Self.read(output, until: "\n")
        #expect(run.isRunning)
        kill(run.processIdentifier, SIGTERM)
        run.waitUntilExit()
        let rest = report + String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(rest.contains("record added"), "\(rest)")
        #expect(run.terminationStatus == 3)
        #expect(try world.ledgerTip != nil)
    }
}
