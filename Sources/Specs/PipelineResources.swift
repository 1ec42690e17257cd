public import Basics

/// When changed data lead to training anew.
public struct Retraining: Hashable, Sendable {
    public enum Trigger: String, Hashable, Sendable { case data, drift, age }

    public let triggers: Set<Trigger>
    /// Days since the training was recorded.
    public let maximumAgeDays: Int64?
    /// The largest population stability index of a feature that is let be.
    public let maximumDrift: Double
    /// By how much the share of a feature's missing values may differ.
    public let maximumMissingDifference: Double

    init(_ spec: JSONValue) {
        triggers = Set((spec["on"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap(Trigger.init(rawValue:)) })
        maximumAgeDays = spec["maximumAgeDays"]?.intValue
        maximumDrift = spec["maximumDrift"]?.doubleValue ?? 0.25
        maximumMissingDifference = spec["maximumMissingDifference"]?.doubleValue ?? 0.1
    }
}

public struct FeatureView: SpecResource {
    public static let kind = "FeatureView"
    public let resource: Resource
    public init(_ resource: Resource) { self.resource = resource }

    public var datasetName: String { required("dataset").stringValue ?? "" }
    public var entities: [String] { strings(required("entities")) }
    public var eventTime: String { required("eventTime").stringValue ?? "" }
    public var knownAt: String? { spec["knownAt"]?.stringValue }
    public var timeToLiveSeconds: Int64? { spec["timeToLive"]?.stringValue.flatMap(SpecQuantities.seconds) }
    public var features: [String] { strings(required("features")) }
}

public struct Pipeline: SpecResource {
    public static let kind = "Pipeline"
    public let resource: Resource
    /// The stages that say what they do, in the order of the file.
    public let stages: [Stage]

    public init(_ resource: Resource) {
        self.resource = resource
        stages = (resource.json["spec"]?["stages"]?.arrayValue ?? []).enumerated().compactMap { index, spec in
            guard let work = Work.allCases.first(where: { spec[$0.rawValue] != nil }), let body = spec[work.rawValue] else { return nil }
            return Stage(name: spec["name"]?.stringValue ?? "", index: index, work: work, body: body, spec: spec)
        }
    }

    public var parameters: [String: JSONValue] { required("parameters").objectValue ?? [:] }
    public var schedule: CronSchedule? {
        guard let text = spec["schedule"]?.stringValue else { return nil }
        do throws(CronError) {
            return try CronSchedule(text)
        } catch {
            preconditionFailure("a checked schedule is one: \(error.message)")
        }
    }

    public var retrain: Retraining? { spec["retrain"].map { Retraining($0) } }

    /// What a stage does.
    public enum Work: String, CaseIterable, Hashable, Sendable {
        case load, filter, derive, join, features, split, train, evaluate, explain, score, run
    }

    /// A stage as its file declares it.
    public struct Stage: Hashable, Sendable {
        public let name: String
        /// Its place in the list.
        public let index: Int
        public let work: Work
        /// What stands under the name of its work.
        public let body: JSONValue
        public let spec: JSONValue

        /// The names of what it makes. Its own name stands for the only one, a program's log apart, which comes last.
        public var outputs: [String] {
            switch work {
            case .load, .filter, .derive, .join, .features: ["table"]
            case .split: ["train", "test"]
            case .train: ["model"]
            case .evaluate: ["performance", "scores", "calibration"]
            case .explain: ["explanation"]
            case .score: ["scores"]
            case .run: (body["outputs"]?.objectValue ?? [:]).keys.sorted() + ["log"]
            }
        }

        /// Whether its outputs are tables that built-in stages can read. Of a program it is not known.
        public var makesTables: Bool {
            switch work {
            case .load, .filter, .derive, .join, .features, .split, .score: true
            case .train, .evaluate, .explain, .run: false
            }
        }

        /// Matrix variables by name, in order.
        public var matrix: [(name: String, values: [JSONValue])] {
            (spec["matrix"]?.objectValue ?? [:]).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
                ($0.key, $0.value.arrayValue ?? [])
            }
        }

        public var condition: String? { spec["when"]?.stringValue }
        public var path: [String] { ["spec", "stages", String(index)] }
        /// What it asks of the machine.
        public var cpus: Int64? { spec["resources"]?["cpus"]?.intValue }
        public var memoryBytes: Int64? { bytes("memory") }
        public var diskBytes: Int64? { bytes("disk") }
        public var processes: Int64? { spec["resources"]?["processes"]?.intValue }
        public var timeoutSeconds: Int64? { spec["timeout"]?.stringValue.flatMap(SpecQuantities.seconds) }
        public var retry: (attempts: Int64, backoffSeconds: Int64, causes: [String])? {
            guard let retry = spec["retry"], let attempts = retry["attempts"]?.intValue else { return nil }
            return (
                attempts, retry["backoff"]?.stringValue.flatMap(SpecQuantities.seconds) ?? 1,
                (retry["on"]?.arrayValue ?? []).compactMap(\.stringValue)
            )
        }

        private func bytes(_ name: String) -> Int64? { spec["resources"]?[name]?.stringValue.flatMap(SpecQuantities.bytes) }
    }
}
