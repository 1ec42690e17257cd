import ArgumentParser
import Basics
import Dispatch
import Foundation
import Frames
import Inference
import Measuring
import Metrics
import Models
import Reconciliation
import Storage
import Synchronization

struct Score: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Score a table in shards with any model. No repository is needed.",
        discussion: """
            The model is Proviso's own or ONNX; the data are a Parquet or CSV file, or a folder of them (folders key=value give columns). The output folder gets
            a Parquet file for each shard and _proviso/manifest.json. A run that was stopped, killed or ran out of disk goes on where it was: a shard is scored
            again only if its data, a model or a parameter changed. Exits with 1 if a limit was passed and the job halted.

            Example: proviso score --model income.model --data applicants/ --output out --keep id --threshold 0.5 --reasons 4 --jobs 4
            Example: proviso score --model churn.onnx --data june.csv --output out --columns input=age,balance,tenure
            Example: proviso score --model new.model --data applicants/ --output out --reference january.json --maximum-drift 0.25
            """)

    @Option(help: "A model: Proviso's artefact, or ONNX.") var model: String
    @Option(help: "A Parquet or CSV file, or a folder of them.") var data: String
    @Option(help: "The folder for the predictions.") var output: String
    @OptionGroup var scoring: ScoringOptions
    @Option(help: "How many threads score: a shard each, or several for one.") var jobs = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "Memory to stay within, such as 2GB: fewer shards at one time where it is little.") var memory: String?
    @Option(help: "text or json.") var format = OutputFormat.text

    func validate() throws {
        guard jobs > 0 else { throw ValidationError("--jobs must be at least 1.") }
    }

    func run() async throws {
        let budget = try ByteCount.parse(memory, of: "--memory")
        let prepared = try await explainingScoring({ try self.prepare() })
        // What cannot be remembered is read again.
        defer { try? prepared.memory.save() }
        var job = prepared.job
        let least = ScoringData.memoryOfOne(job.models, modelBytes: prepared.modelBytes)
        if let budget, budget < least {
            throw CommandFailure(
                .invalidInput, "--memory \(memory ?? "") is too little for one shard of these models, which takes about \(least / 1_000_000 + 1) MB",
                hint: "give it that, or leave --memory out")
        }
        job.jobs = ScoringData.workers(jobs, memory: budget, models: job.models, modelBytes: prepared.modelBytes)
        job.engine = EngineEnvironment.json
        let stop = StopFlag()
        let display = ScoringProgress(jobs: job.jobs)
        defer { display.clear() }
        let final = job
        let signals = [SIGTERM, SIGINT].map { Interruption.source($0) { stop.set() } }
        let result = try await explainingScoring({
            try await withCheckedThrowingContinuation { continuation in
                // Scoring blocks: it has threads of its own.
                DispatchQueue.global().async {
                    continuation.resume(with: Result { try final.run(isCancelled: { stop.isSet }) { display.show($0) } })
                }
            }
        })
        withExtendedLifetime(signals) {}
        display.end(result)
        StandardOutput.line(format == .json ? result.manifest.json.prettyText : Self.text(result, output))
        if result.manifest.outcome == .halted { try ProcessExit.blocked.end() }
    }

    private struct Prepared {
        let job: ScoringJob
        let modelBytes: Int
        let memory: FileDigests
    }

    private func prepare() throws -> Prepared {
        let (from, to) = (URL(fileURLWithPath: data).resolvingSymlinksInPath().path, URL(fileURLWithPath: output).resolvingSymlinksInPath().path)
        guard to != from, !to.hasPrefix(from + "/") else {
            throw CommandFailure(
                .invalidInput,
                "the folder for the predictions, '\(output)', lies in the data, '\(data)': the next run would read predictions as data",
                hint: "name a folder elsewhere")
        }
        guard FileManager.default.fileExists(atPath: data) else {
            throw CommandFailure(.invalidInput, "there are no data at '\(data)'", hint: "name a Parquet or CSV file, or a folder of them")
        }
        let memory = ScoringData.memory(in: output)
        let shards = try ScoringData.shards(at: data, format: try scoring.tableFormat, shardRows: scoring.shardRows, threads: jobs, memory: memory)
        let parameters = try scoring.parameters()
        let excluded = parameters.keep + (parameters.canary.map { [$0.key] } ?? [])
        var bytes = 0
        func load(_ path: String) throws -> any ScoringModel {
            let read = try Self.bytes(of: path)
            bytes += read.count
            do throws(any Error) {
                return try ScoringModels.load(read, onnx: try scoring.onnx()) {
                    try ScoringData.sample(shards, excluding: excluded, named: $0)
                }
            } catch let error as ModelError where error.code == .environment {
                throw CommandFailure(.environmentFailed, "\(error)", hint: "'proviso doctor' says what this machine lacks")
            } catch let error as ModelError {
                let isOfData = error.code == .missingFeature || error.code == .wrongType
                throw CommandFailure(.invalidInput, "\(path)\(isOfData ? " and \(data)" : ""): \(error)", hint: Self.hint(for: error))
            }
        }
        var champion = try load(model)
        if let path = scoring.decision {
            guard let rule = FileManager.default.contents(atPath: path) else {
                throw CommandFailure(.invalidInput, "cannot read the decision rule \(path)")
            }
            do throws(ModelError) { champion = try ScoringModels.decided(champion, by: Array(rule)) } catch {
                throw CommandFailure(.invalidInput, "\(path): \(error)", hint: "a rule is the artefact 'decision' beside a recorded model")
            }
        }
        let canary = try scoring.canaryModel.map { try load($0) }
        let challengers = try scoring.challenger.map { text in
            let (name, path) = try ScoringOptions.pair(text, "--challenger NAME=FILE")
            return (name: name, model: try load(path))
        }
        let models = ScoringModelSet(champion: champion, canary: canary, challengers: challengers)
        try models.check(try scoring.onnx())
        let reference = try scoring.reference.map { path -> [ReferenceColumn] in
            try DriftReference(json: try JSONValue(parsing: Array(try Inputs.text(of: path).utf8))).columns
        }
        return Prepared(
            job: ScoringJob(
                shards: shards, models: models, parameters: parameters,
                reference: reference ?? [], output: output), modelBytes: bytes, memory: memory)
    }

    static func bytes(of path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw CommandFailure(.invalidInput, "cannot read the model \(path)") }
        return Array(data)
    }

    private static func hint(for error: ModelError) -> String? {
        switch error.code {
        case .malformedArtifact: "a model is what proviso wrote (it begins with 'proviso-model'), or an .onnx file"
        // One that cannot even be loaded is helped by no option.
        case .unsupportedModel where error.operation == "load the model": nil
        case .unsupportedModel, .missingFeature: "--columns INPUT=a,b,c says which columns an input of an ONNX model takes"
        case .unclearClass: "--positive CLASS or --output-column N says of which class the score is"
        case .unsupportedOutput: "--output-name says which output of an ONNX model is the prediction"
        default: nil
        }
    }

    private static func text(_ result: ScoringJob.Result, _ output: String) -> String {
        let manifest = result.manifest
        var lines = manifest.findings.map { "✗ \($0.description)" }
        let rows = manifest.measures.rows
        let shards = manifest.shards.count
        let reused = result.reused == 0 ? "" : ", \(result.reused) of them scored before"
        lines.append("\(rows.counting("row")) in \(shards.counting("shard"))\(reused): \(output)")
        for (name, part) in manifest.measures.comparisons.sorted(by: { $0.key < $1.key }) where part.rows > 0 {
            let decisions = part.decided == 0 ? "" : "agrees on \(part.agreed) of \(part.decided) decisions, "
            lines.append("challenger \(name): \(decisions)mean difference \(part.difference / Double(part.rows))")
        }
        if manifest.measures.canaryRows > 0 { lines.append("the canary decided \(manifest.measures.canaryRows) of \(rows)") }
        lines.append(
            manifest.outcome == .halted ? "halted: a limit was passed, and the predictions are not to be used" : "manifest \(manifest.digest)")
        return lines.joined(separator: "\n")
    }
}

/// Set by a signal, looked at between two pieces.
private final class StopFlag: Sendable {
    private let flag = Mutex(false)
    var isSet: Bool { flag.withLock { $0 } }
    func set() { flag.withLock { $0 = true } }
}

/// As `explaining`, and what went wrong with the data.
func explainingScoring<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
    try await explaining {
        do {
            return try await work()
        } catch let error as InferenceError {
            let environment: Set<InferenceError.Code> = [.noSpace, .inputOutput, .busy, .cancelled]
            throw CommandFailure(environment.contains(error.code) ? .environmentFailed : .invalidInput, error.description, hint: error.hint)
        } catch let error as MetricsError {
            throw CommandFailure(.invalidInput, error.message)
        } catch let error as JSONError {
            throw CommandFailure(.invalidInput, "the reference: \(error)")
        }
    }
}
