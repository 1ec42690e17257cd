public import Basics
public import Execution
import Foundation
import Frames
import Inference
import Metrics
import Models
public import Planning
import Storage

/// Scores one file. Memory depends on its columns and the models, not on its rows.
public struct ScoreShardStep: StepRunner {
    public let kind = StepKind.scoreShard

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("proviso-score-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        do {
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
            return try score(work, scratch.path)
        } catch {
            throw StepFailure(of: error)
        }
    }

    private func score(_ work: StepWork, _ scratch: String) throws -> [String: Digest] {
        let parameters = work.step.parameters
        guard let data = work.inputs["data"] else { throw StepFailure(.input, "there are no data") }
        let shard = try Self.shard(parameters, format: parameters["format"]?.stringValue, data, path: try Self.file(data, work, scratch))
        let scoring = try ScoringParameters(json: parameters["scoring"] ?? .null)
        let models = try Self.models(work, shard, scoring)
        let reference = try Self.reference(work)
        let output = scratch + "/predictions.parquet"
        let total = max(1, shard.partition.format == .parquet ? Shard.rows(of: shard) : 1)
        var done = 0
        let measures = try ShardScoring(models, scoring, reference: reference).score(shard, to: output) { rows in
            if Task.isCancelled { throw StepFailure(.cancelled, "stopped") }
            done += rows
            work.progress(min(1, Double(done) / Double(total)))
        }
        if scoring.halts, let first = measures.breaches(of: scoring.limits).first {
            throw StepFailure(.halted, "shard '\(shard.name)': \(first)")
        }
        return ["predictions": try work.store.put(file: output), "measures": try work.put(measures.json.canonicalBytes)]
    }

    /// - Parameter parameters: name of the file, and its row groups if it is not all of them.
    static func shard(_ parameters: JSONValue, format: String?, _ data: Digest, path: String) throws(StepFailure) -> Shard {
        let name = parameters["file"]?.stringValue ?? ""
        guard let partition = PartitionedTable.Partition(name: name, format: format.flatMap { TableReader.Format(rawValue: $0) }) else {
            throw StepFailure(.input, "'\(name)' is neither Parquet nor CSV")
        }
        let groups = (parameters["groups"]?.arrayValue ?? []).compactMap(\.intValue)
        return Shard(partition: partition, path: path, digest: data, groups: groups.count == 2 ? Int(groups[0])..<Int(groups[1]) : nil)
    }

    /// The data as a file: where the store has it, or a copy.
    private static func file(_ digest: Digest, _ work: StepWork, _ scratch: String) throws -> String {
        if let path = try work.store.file(digest) { return path }
        let copy = scratch + "/data"
        try Data(try work.read("data")).write(to: URL(fileURLWithPath: copy))
        return copy
    }

    private static func models(_ work: StepWork, _ shard: Shard, _ scoring: ScoringParameters) throws -> ScoringModelSet {
        let options = ONNXOptions(json: work.step.parameters["onnx"] ?? .null)
        let excluded = scoring.keep + (scoring.canary.map { [$0.key] } ?? [])
        func load(_ role: String) throws -> any ScoringModel {
            let bytes = try work.read(role)
            let model = try ScoringModels.load(bytes, onnx: options) { try ScoringData.sample(of: shard, excluding: excluded, named: $0) }
            guard work.inputs["decision:\(role)"] != nil else { return model }
            return try ScoringModels.decided(model, by: try work.read("decision:\(role)"))
        }
        let challengers = work.inputs.keys.filter { $0.hasPrefix("challenger:") }.sorted()
        let set = ScoringModelSet(
            champion: try load("champion"), canary: work.inputs["canary"] == nil ? nil : try load("canary"),
            challengers: try challengers.map { (name: String($0.dropFirst("challenger:".count)), model: try load($0)) })
        try set.check(options)
        return set
    }

    static func reference(_ work: StepWork) throws -> [ReferenceColumn] {
        guard work.inputs["reference"] != nil else { return [] }
        let columns = try JSONValue(parsing: try work.read("reference")).arrayValue?.map { ReferenceColumn(json: $0) }
        // A column that is left out would be one that never drifts.
        guard let columns, columns.allSatisfy({ $0 != nil }) else { throw StepFailure(.input, "the reference is no summary of a table") }
        return columns.compactMap { $0 }
    }
}

extension Shard {
    /// As the file's footer says; 0 where that cannot be read.
    fileprivate static func rows(of shard: Shard) -> Int {
        do throws(FrameError) {
            return try TableReader(parquet: shard.path).groupRows.enumerated().filter { shard.groups?.contains($0.offset) ?? true }.reduce(0) {
                $0 + $1.element
            }
        } catch { return 0 }
    }
}

extension ONNXPredictor.Options {
    /// What a BatchInference says in `onnx`.
    package init(json: JSONValue) {
        self.init()
        for (input, names) in json["columns"]?.objectValue ?? [:] { columns[input] = (names.arrayValue ?? []).compactMap(\.stringValue) }
        output = json["output"]?.stringValue
        outputColumn = json["outputColumn"]?.intValue.map { Int($0) }
        positive = json["positive"].map { $0.stringValue ?? $0.canonicalText }
    }
}
