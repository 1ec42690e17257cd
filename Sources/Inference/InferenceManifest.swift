public import Basics
import Frames
public import Metrics

/// What came of one shard.
public struct ShardReceipt: Hashable, Sendable {
    public let key: Digest
    /// Below the output folder.
    public let name: String
    public let output: Digest
    public let measures: ShardMeasures

    public init(key: Digest, name: String, output: Digest, measures: ShardMeasures) {
        self.key = key
        self.name = name
        self.output = output
        self.measures = measures
    }

    public var json: JSONValue {
        ["key": .string(key.description), "name": .string(name), "output": .string(output.description), "measures": measures.json]
    }

    /// Nil for what `json` did not write.
    public init?(json: JSONValue, reference: [ReferenceColumn]) {
        guard let key = json["key"]?.stringValue.flatMap(Digest.init(_:)), let name = json["name"]?.stringValue,
            let output = json["output"]?.stringValue.flatMap(Digest.init(_:)),
            let measures = json["measures"].flatMap({ ShardMeasures(json: $0, reference: reference) })
        else { return nil }
        self.init(key: key, name: name, output: output, measures: measures)
    }
}

/// What a job has come to: which predictions were made of what by whom. Equal jobs give equal bytes, wherever, whenever and by however many workers.
public struct InferenceManifest: Hashable, Sendable {
    public enum Outcome: String, Hashable, Sendable {
        case complete
        /// A limit was passed, and the predictions are not to be used.
        case halted
    }

    /// A limit that a shard, or the data as a whole, passed.
    public struct Finding: Hashable, Sendable {
        /// Nil for the whole.
        public let shard: String?
        public let breach: ShardMeasures.Breach

        public var description: String { (shard.map { "shard '\($0)': " } ?? "all shards together: ") + "\(breach)" }
    }

    public let outcome: Outcome
    public let models: JSONValue
    public let parameters: JSONValue
    /// Of the reference that drift is measured against.
    public let reference: Digest?
    public let shards: [(shard: Shard, receipt: ShardReceipt)]
    /// Of all shards together.
    public let measures: ShardMeasures
    public let findings: [Finding]

    public var json: JSONValue {
        JSONValue.object([
            "kind": "InferenceManifest", "apiVersion": "proviso.dev/v1alpha1", "outcome": .string(outcome.rawValue), "models": models,
            "parameters": parameters, "reference": reference.map { .string($0.description) } ?? .null,
            "shards": .array(shards.map { Self.json($0.shard, $0.receipt) }), "measures": measures.summary,
            "findings": .array(
                findings.map { JSONValue.object(["shard": $0.shard.map { .string($0) } ?? .null, "breach": $0.breach.json]).droppingNulls }),
        ]).droppingNulls
    }

    private static func json(_ shard: Shard, _ receipt: ShardReceipt) -> JSONValue {
        JSONValue.object([
            "input": .string(shard.partition.name), "inputDigest": .string(shard.digest.description),
            "groups": shard.groups.map { [.int(Int64($0.lowerBound)), .int(Int64($0.upperBound))] } ?? .null, "key": .string(receipt.key.description),
            "output": .string(receipt.name), "outputDigest": .string(receipt.output.description), "rows": .int(Int64(receipt.measures.rows)),
        ]).droppingNulls
    }

    public static func == (left: InferenceManifest, right: InferenceManifest) -> Bool { left.json == right.json }
    public func hash(into hasher: inout Hasher) { hasher.combine(json) }

    public var digest: Digest { json.digest }

    /// Judges what was measured.
    ///
    /// - Parameter whole: false while shards are still to come: only single shards are judged then.
    static func findings(_ shards: [(shard: Shard, receipt: ShardReceipt)], _ total: ShardMeasures, _ limits: ScoringParameters.Limits) -> [Finding] {
        let own = shards.flatMap { entry in
            entry.receipt.measures.breaches(of: limits).map { Finding(shard: entry.shard.name, breach: $0) }
        }
        return own + (shards.count > 1 ? total.breaches(of: limits).map { Finding(shard: nil, breach: $0) } : [])
    }
}
