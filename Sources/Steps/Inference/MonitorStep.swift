public import Basics
public import Execution
import Frames
import Inference
import Metrics
public import Planning
import Training

/// Adds up what was measured of the shards, judges the whole, and writes the manifest: which predictions were made of which data by which models.
public struct MonitorStep: StepRunner {
    public let kind = StepKind.monitor

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        return try asInput {
            let scoring = try ScoringParameters(json: work.step.parameters["scoring"] ?? .null)
            let columns = try ScoreShardStep.reference(work)
            var total: ShardMeasures?
            var shards: [JSONValue] = []
            var findings: [JSONValue] = []
            func note(_ breach: ShardMeasures.Breach, shard: String?) {
                findings.append(JSONValue.object(["shard": shard.map { .string($0) } ?? .null, "breach": breach.json]).droppingNulls)
            }
            for file in work.step.parameters["files"]?.arrayValue ?? [] {
                let number = file["number"]?.stringValue ?? ""
                let json = try JSONValue(parsing: try work.read("measures-\(number)"))
                let watched = columns.filter { json["drift"]?[$0.name] != nil }
                guard let measures = ShardMeasures(json: json, reference: watched), let data = work.inputs["data-\(number)"],
                    let predictions = work.inputs["predictions-\(number)"]
                else { throw StepFailure(.input, "what was measured of shard \(number) cannot be read") }
                let shard = try ScoreShardStep.shard(file, format: work.step.parameters["format"]?.stringValue, data, path: "")
                shards.append(
                    JSONValue.object([
                        "input": .string(shard.partition.name), "inputDigest": .string(data.description), "groups": file["groups"] ?? .null,
                        "output": .string(shard.name), "outputDigest": .string(predictions.description), "rows": .int(Int64(measures.rows)),
                    ]).droppingNulls)
                for breach in measures.breaches(of: scoring.limits) { note(breach, shard: shard.name) }
                if total == nil { total = ShardMeasures(reference: watched) }
                total?.merge(measures)
            }
            let whole = total ?? ShardMeasures()
            if shards.count > 1 { for breach in whole.breaches(of: scoring.limits) { note(breach, shard: nil) } }
            if scoring.halts, let first = whole.breaches(of: scoring.limits).first { throw StepFailure(.halted, "all shards together: \(first)") }
            let roles = work.inputs.filter { $0.key == "champion" || $0.key == "canary" || $0.key.hasPrefix("challenger:") }
            let rules = work.inputs.filter { $0.key.hasPrefix("decision:") }
            let manifest = JSONValue.object([
                "kind": "InferenceManifest", "apiVersion": "proviso.dev/v1alpha1", "outcome": "complete",
                "models": .object(roles.mapValues { .string($0.description) }), "parameters": scoring.json, "shards": .array(shards),
                "measures": whole.summary, "findings": .array(findings),
                "decisions": rules.isEmpty
                    ? .null
                    : .object(Dictionary(uniqueKeysWithValues: rules.map { (String($0.key.dropFirst(9)), .string($0.value.description)) })),
            ]).droppingNulls
            return ["manifest": try work.put(manifest.canonicalBytes)]
        }
    }
}

/// Counts of the training rows' columns, which drift is measured against.
public struct ReferenceStep: StepRunner {
    public let kind = StepKind.reference

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let table = TableParameters(work.step.parameters)
        let frame = try table.read(try work.read("data"))
        let train = try table.rows(of: frame).train
        let features = table.columns.filter { $0.role == "feature" }.map(\.name)
        let columns = frame.columns.filter { features.contains($0.name) }.map { ReferenceColumn($0.selecting(rows: train)).withoutSketch.json }
        return ["reference": try work.put(JSONValue.array(columns).canonicalBytes)]
    }
}
