import Attestations
public import Basics
public import Diagnostics
public import Execution
import Foundation
import Git
import OrderedCollections
import Planning
import Specs
import Steps
import Storage

/// Runs a pipeline's stages, of a work tree or a commit, and judges nothing: what a team does while it works on them.
///
/// What it makes lies in a folder of its own, under no signature; gate and reconciler never read it.
public struct PipelineRun {
    public struct Options: Sendable {
        /// The work tree, or the repository if `revision` is given.
        public var folder: String
        /// Nil: the files as they lie in the work tree.
        public var revision: String?
        public var pipeline: String
        /// Just these stages, with what they need; empty for all.
        public var stages: [String] = []
        /// Artefacts and results.
        public var state: String
        /// Where the outputs are copied to, as `<stage>/<file>`; nil: nowhere.
        public var output: String?
        public var threads = 2
        public var operation = OperatorSettings()
        public var dvcCache: String?

        public init(folder: String, pipeline: String, state: String) {
            self.folder = folder
            self.pipeline = pipeline
            self.state = state
        }
    }

    public enum Outcome: String, Sendable { case ran, reused, failed, skipped, leftOut }

    public struct Stage: Sendable {
        public let name: String
        public let kind: String
        public let outcome: Outcome
        /// Why it failed, or was left out.
        public let explanation: String?
        /// Of what kind its failure is.
        public var code: StepFailure.Code?
        public let outputs: [String: Digest]
        /// The end of what a failed program wrote.
        public let log: String?
        /// The whole of it, and where it lies in the store.
        public var wholeLog: (digest: Digest, file: String)?
        public let usage: StepUsage?
        public let location: SourceSpan?

        public var json: JSONValue {
            JSONValue.object([
                "name": .string(name), "kind": .string(kind), "outcome": .string(outcome.rawValue),
                "explanation": explanation.map { .string($0) } ?? .null,
                "code": code.map { .string($0.rawValue) } ?? .null, "outputs": .object(outputs.mapValues { .string($0.description) }),
                "log": log.map { .string($0) } ?? .null,
                "logDigest": wholeLog.map { .string($0.digest.description) } ?? .null, "logFile": wholeLog.map { .string($0.file) } ?? .null,
                "usage": usage?.json ?? .null,
                "place": location.map { .string("\($0.file.path):\($0.start.line):\($0.start.column)") } ?? .null,
            ]).droppingNulls
        }
    }

    public struct Report: Sendable {
        public let pipeline: String
        public let stages: [Stage]
        public let diagnostics: [Diagnostic]

        /// Whether a stage failed for the machine's sake, of which nobody can say that it fails.
        public var machineFailed: Bool { stages.contains { $0.code?.isOfMachine ?? false } }
        public var isWhole: Bool { !stages.contains { $0.outcome == .failed || $0.outcome == .skipped } }

        public var json: JSONValue {
            [
                "kind": "PipelineRunReport", "apiVersion": "proviso.dev/v1alpha1", "pipeline": .string(pipeline), "whole": .bool(isWhole),
                "stages": .array(stages.map(\.json)), "diagnostics": .array(diagnostics.map { .string($0.message) }),
            ]
        }
    }

    private let options: Options
    private let clock: any Clock

    public init(options: Options, clock: any Clock) {
        self.options = options
        self.clock = clock
    }

    /// - Throws: `CancellationError` when it is stopped; the next run goes on from there.
    public func run(report: @escaping @Sendable (ExecutionEvent) -> Void = { _ in }) async throws -> Report {
        try await run(holding: nil, report: report)
    }

    private func run(holding held: StateLock?, report: @escaping @Sendable (ExecutionEvent) -> Void) async throws -> Report {
        let files =
            try options.revision.map { try CommitPipelineFiles(options, revision: $0) as any PipelineFileSource } ?? WorkTreePipelineFiles(options)
        guard let pipeline = files.catalog.pipelines[options.pipeline] else {
            if files.diagnostics.hasErrors { return Report(pipeline: options.pipeline, stages: [], diagnostics: files.diagnostics) }
            throw PipelineViews.missing(options.pipeline, in: files.catalog)
        }
        let graph = files.catalog.graph
        guard !files.diagnostics.hasErrors else { return Report(pipeline: pipeline.name, stages: [], diagnostics: files.diagnostics) }
        let lock: StateLock
        if let held {
            lock = held
        } else {
            lock = try await StateLock.take(options.state, tell: options.operation.tell)
            // What was read before it waited may be another by now.
            if lock.hasWaited { return try await self.run(holding: lock, report: report) }
        }
        defer { withExtendedLifetime(lock) {} }
        let (sources, problems) = try files.sources(graph)
        let result = PipelinePlanner.plan(files.catalog, sources: sources, state: .nothing, instant: clock.now())
        guard let plan = result.pipelines.first(where: { $0.subject.name == pipeline.name }) else {
            preconditionFailure("every pipeline has a plan")
        }
        let wanted = try wanted(plan, pipeline, graph)
        let steps = needed(by: wanted, among: result.pipelines.flatMap(\.steps).map(\.step))
        let store = FileStore(at: options.state + "/store")
        let results = LocalResults(store: StepResultStore(at: options.state + "/results"))
        try importData(for: steps, files, graph, store, results)
        // What a run before this one left half done is taken up.
        let seals = try LocalExecutor.Seals.kept(at: options.state + "/seal")
        let settings = options.operation.settings(workers: (options.state, store.root, seals))
        let scheduler = Scheduler(runners: StandardSteps.all, store: store, results: results, threads: options.threads, settings: settings)
        let reused = ReusedSteps()
        var supplied: Set<Digest> = []
        func run() async throws -> ExecutionResult {
            supplied = try store.supplied(steps)
            return try await scheduler.run(steps, known: [:]) { event in
                if case .finished(let step, _, true) = event { reused.note(step.key) }
                report(event)
            }
        }
        var outcome = try await run()
        // What is copied out is read; what was read by no step is not looked at.
        for _ in 0..<Assessment.repairs {
            let isRead = store.dropDamagedInputs(of: steps, outcome)
            let isCopied = options.output != nil && store.dropDamagedOutputs(of: wanted, outcome)
            // What was there, or was made, and is gone: somebody tidies up, or a disk loses files.
            let hasVanished = supplied.contains { outcome.failures[$0]?.code == .store }
            guard isRead || isCopied || hasVanished else { break }
            try importData(for: steps, files, graph, store, results)
            outcome = try await run()
        }
        try files.finish()
        let shown = shown(wanted, steps, outcome)
        let stages =
            shown.map { stage($0.step, outcome, isReused: $0.isRepeated || reused.contains($0.step.key), pipeline, store) }
            + plan.notes.filter { options.stages.isEmpty || options.stages.contains($0.stage) }.map { note in
                Stage(
                    name: note.stage, kind: "", outcome: note.isProblem ? .failed : .leftOut, explanation: note.explanation, outputs: [:], log: nil,
                    usage: nil, location: pipeline.resource.span(at: note.path))
            }
        if let output = options.output { try copy(wanted, outcome, store, to: output) }
        return Report(pipeline: pipeline.name, stages: stages, diagnostics: files.diagnostics + problems)
    }

    /// The steps of the stages that were asked for.
    private func wanted(_ plan: SubjectPlan, _ pipeline: Pipeline, _ graph: PipelineGraph) throws -> [Step] {
        let steps = plan.steps.map(\.step)
        guard !options.stages.isEmpty else { return steps }
        let instances = graph.instances[pipeline.name].map { Array($0.instances.keys) } ?? []
        for name in options.stages where !instances.contains(where: { Self.belongs($0, to: name) }) {
            throw ReconciliationError(
                .invalidArgument, "the pipeline '\(pipeline.name)' has no stage '\(name)'",
                hint: NameSuggestion.nearest(to: name, among: instances).map { "did you mean '\($0)'?" }
                    ?? "there are: \(instances.joined(separator: ", "))")
        }
        return steps.filter { step in options.stages.contains { Self.belongs(step.name, to: $0) } }
    }

    /// A stage's name stands for all of its instances, and for the steps that it is made of.
    private static func belongs(_ step: String, to stage: String) -> Bool {
        step == stage || step.hasPrefix(stage + "@") || step.hasPrefix(stage + ".")
    }

    /// What was asked for, and what failed before it, in the order of work. Stages that are the same work ran once, and each has its outputs.
    private func shown(_ wanted: [Step], _ steps: [Step], _ outcome: ExecutionResult) -> [(step: Step, isRepeated: Bool)] {
        let asked = Dictionary(grouping: wanted, by: \.key)
        return steps.flatMap { step in
            let same = asked[step.key] ?? (outcome.failures[step.key] != nil ? [step] : [])
            return same.enumerated().map { ($1, $0 > 0) }
        }
    }

    private func needed(by wanted: [Step], among all: [Step]) -> [Step] {
        var byKey: [Digest: Step] = [:]
        for step in all { byKey[step.key] = step }
        var found = Set(wanted.map(\.key))
        var open = wanted
        while let step = open.popLast() {
            for case .output(let key, _) in step.inputs.values {
                guard let upstream = byKey[key], found.insert(key).inserted else { continue }
                open.append(upstream)
            }
        }
        var seen: Set<Digest> = []
        return Plan.ordered(all.filter { found.contains($0.key) && seen.insert($0.key).inserted })
    }

    /// Puts what steps without a result read into the store.
    private func importData(
        for steps: [Step], _ files: any PipelineFileSource, _ graph: PipelineGraph, _ store: FileStore, _ results: LocalResults
    ) throws {
        var missing: Set<Digest> = []
        for step in steps {
            let outputs = results.outputs(of: step.key)
            if let outputs, Set(outputs.keys) == Set(step.outputs), try outputs.values.allSatisfy({ try store.contains($0) }) { continue }
            for case .artefact(let digest) in step.inputs.values where try !store.contains(digest) { missing.insert(digest) }
        }
        if !missing.isEmpty { try files.store(missing, graph, in: store) }
    }

    private func stage(_ step: Step, _ result: ExecutionResult, isReused: Bool, _ pipeline: Pipeline, _ store: FileStore) -> Stage {
        let name = step.name.split { $0 == "@" || $0 == "." }.first.map { String($0) } ?? step.name
        let location = pipeline.stages.first { $0.name == name }.map { pipeline.resource.span(at: $0.path + ["name"]) }
        guard let failure = result.failures[step.key] else {
            return Stage(
                name: step.name, kind: step.kind.description, outcome: isReused ? .reused : .ran, explanation: nil,
                outputs: result.outputs[step.key] ?? [:], log: nil, usage: result.usage[step.key], location: location)
        }
        let log = failure.log.flatMap { digest in
            (try? store.read(digest)).map { String(decoding: $0.suffix(2000), as: UTF8.self) }  // Without its log the failure still has its message.
        }
        return Stage(
            name: step.name, kind: step.kind.description, outcome: failure.code == .upstream ? .skipped : .failed, explanation: failure.message,
            code: failure.code, outputs: [:], log: log, wholeLog: log == nil ? nil : failure.log.map { ($0, store.path(of: $0)) }, usage: nil,
            location: location)
    }

    /// A stage's name as that of one folder: a matrix value with `/` names no other.
    private static func folderName(_ name: String) -> String { name.replacing("%", with: "%25").replacing("/", with: "%2F") }

    private func copy(_ steps: [Step], _ result: ExecutionResult, _ store: FileStore, to folder: String) throws {
        for step in steps {
            let paths = step.parameters["outputs"]?.objectValue?.compactMapValues(\.stringValue) ?? [:]
            for (name, digest) in (result.outputs[step.key] ?? [:]).sorted(by: { $0.key < $1.key }) {
                let target = "\(folder)/\(Self.folderName(step.name))/\(paths[name] ?? name)"
                try FileManager.default.createDirectory(
                    at: URL(fileURLWithPath: target).deletingLastPathComponent(), withIntermediateDirectories: true)
                let temporary = "\(target).\(getpid()).new"
                try? FileManager.default.removeItem(atPath: temporary)  // A run that was killed left it.
                try store.verify(digest)
                try FileManager.default.copyItem(atPath: store.path(of: digest), toPath: temporary)
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: temporary)
                try LocalFileSystem().rename(temporary, to: target)
            }
        }
    }
}

/// Results of this machine and user, that nobody vouches for.
struct LocalResults: StepResults {
    let store: StepResultStore

    private func document(_ key: Digest) -> JSONValue? { try? store.document(for: key) }  // A damaged result is none: the step runs again.

    func outputs(of key: Digest) -> [String: Digest]? {
        guard let members = document(key)?["outputs"]?.objectValue else { return nil }
        let outputs = members.compactMapValues { $0.stringValue.flatMap(Digest.init(_:)) }
        return outputs.count == members.count ? outputs : nil
    }

    func usage(of key: Digest) -> StepUsage? { StepUsage(json: document(key)?["usage"]) }
    func save(_ outputs: [String: Digest], of key: Digest) throws { try save(outputs, usage: nil, of: key) }

    func save(_ outputs: [String: Digest], usage: StepUsage?, of key: Digest) throws {
        try store.put(
            JSONValue.object(["outputs": .object(outputs.mapValues { .string($0.description) }), "usage": usage?.json ?? .null]).droppingNulls,
            for: key)
    }
}
