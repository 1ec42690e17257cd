import Basics
import Execution
import Foundation
import Planning
import Steps
import Storage
import Synchronization

/// The worker and the scheduler as programs that tests can kill.
///
///     TestWorker worker JOB                     one attempt; dies at the point that PROVISO_TEST_CRASH names, if it is the first attempt
///     TestWorker engine JOB                     the same with the engine's own steps
///     TestWorker schedule FOLDER POINT JOBS     the graph of `TestGraph` in FOLDER; dies at the point when it is reached
@main
struct TestWorker {
    static func main() async throws {
        let words = CommandLine.arguments
        switch words.dropFirst().first {
        case "worker", "engine":
            let secret = Array(FileHandle.standardInput.readDataToEndOfFile())
            let crash = ProcessInfo.processInfo.environment["PROVISO_TEST_CRASH"]
            let isFirst = words[2].hasSuffix("/1/job.json")
            let ended = Mutex(false)
            signal(SIGTERM, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
            // Not of the main actor, which it would inherit: it is called on another queue.
            source.setEventHandler { @Sendable in ended.withLock { $0 = true } }
            source.resume()
            try await Worker(runners: words[1] == "engine" ? StandardSteps.all : TestGraph.runners) { point in
                if isFirst, point.rawValue == crash { kill(getpid(), SIGKILL) }
            }.run(jobAt: words[2], secret: secret) { ended.withLock { $0 } }
        case "schedule":
            let point = words[3]
            var settings = TestGraph.settings(folder: words[2], worker: words[0])
            settings.reach = { if $0.rawValue == point { kill(getpid(), SIGKILL) } }
            _ = try await TestGraph.scheduler(folder: words[2], jobs: Int(words[4]) ?? 1, settings: settings).run(TestGraph.steps, known: [:]) { _ in
            }
        default: exit(2)
        }
    }
}
