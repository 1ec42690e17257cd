public import Basics
public import Execution
import Foundation
public import Planning
import Sandbox
public import Storage

/// Steps that tests run: each writes its parameters and what its inputs hold.
public enum TestGraph {
    public static let kind = StepKind("echo", version: 1)
    public static let runners: [any StepRunner] = [Echo(kind: kind), Echo(kind: .command)]

    /// Its parameters may ask for a failure, a number of milliseconds, a death of the process, or something to log.
    struct Echo: StepRunner {
        let kind: StepKind

        func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
            let parameters = work.step.parameters
            if let text = parameters["say"]?.stringValue { work.surroundings.log(Array(text.utf8)) }
            work.progress(0.5)
            let end = ContinuousClock.now + .milliseconds(parameters["milliseconds"]?.intValue ?? 0)
            while ContinuousClock.now < end {
                if work.surroundings.isCancelled() { throw StepFailure(.cancelled, "stopped") }
                try? await Task.sleep(for: .milliseconds(5))
            }
            if let code = parameters["fail"]?.stringValue { throw StepFailure(.init(rawValue: code), "asked to") }
            // The marker says how often it was tried, from outside of what steps may see.
            if let path = parameters["failOnce"]?.stringValue, !FileManager.default.fileExists(atPath: path) {
                _ = FileManager.default.createFile(atPath: path, contents: nil)
                throw StepFailure(.exitCode, "asked to, once")
            }
            if let path = parameters["dieOnce"]?.stringValue, !FileManager.default.fileExists(atPath: path) {
                _ = FileManager.default.createFile(atPath: path, contents: nil)
                kill(getpid(), SIGKILL)
            }
            var text = parameters.canonicalText
            for name in work.inputs.keys.sorted() { text += "\n\(name): \(Digest.of(try work.read(name)).hex)" }
            return Dictionary(
                uniqueKeysWithValues: try work.step.outputs.map { name throws(StepFailure) in (name, try work.put(Array("\(name)\n\(text)".utf8))) })
        }
    }

    public static func step(
        _ name: String, _ parameters: [String: JSONValue] = [:], after upstream: [Step] = [], kind: StepKind = .command,
        execution: StepExecution = StepExecution()
    ) -> Step {
        Step(
            name: name, kind: kind, parameters: .object(parameters.merging(["name": .string(name)]) { first, _ in first }),
            inputs: Dictionary(uniqueKeysWithValues: upstream.map { ($0.name, $0.output("out")) }), outputs: ["out"], execution: execution)
    }

    /// Two roots, four in between, one that needs all; built-in steps and commands mixed.
    public static let steps: [Step] = {
        let roots = [step("a"), step("b", kind: kind)]
        let middle = (0..<4).map { step("m\($0)", ["number": .int(Int64($0))], after: [roots[$0 % 2]], kind: $0 < 2 ? .command : kind) }
        return roots + middle + [step("end", after: roots + middle)]
    }()

    public static func settings(folder: String, worker: String) -> ExecutionSettings {
        var settings = ExecutionSettings()
        settings.workers = .init(
            folder: folder + "/attempts", command: [worker, "worker"], store: folder + "/store",
            seals: .init { Digest.of("a test's secret \($0)").bytes })
        return settings
    }

    public static func scheduler(folder: String, jobs: Int, settings: ExecutionSettings) -> Scheduler {
        Scheduler(
            runners: runners, store: FileStore(at: folder + "/store"), results: KeptResults(store: StepResultStore(at: folder + "/results")),
            threads: jobs, settings: settings)
    }
}

/// Results on disk that survive the process, unsigned.
public struct KeptResults: StepResults {
    let store: StepResultStore

    public init(store: StepResultStore) { self.store = store }

    public func outputs(of key: Digest) -> [String: Digest]? {
        guard let document = try? store.document(for: key) else { return nil }
        return document.objectValue?.compactMapValues { $0.stringValue.flatMap(Digest.init(_:)) }
    }

    public func save(_ outputs: [String: Digest], of key: Digest) throws {
        try store.put(.object(outputs.mapValues { .string($0.description) }), for: key)
    }
}
