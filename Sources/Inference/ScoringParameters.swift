public import Basics
public import Explanations
internal import Glibc
public import Models

/// What is done with a model's scores, and what is asked of the data on the way. All of it is part of every shard's key.
public struct ScoringParameters: Hashable, Sendable {
    /// A share of the rows that another model decides.
    public struct Canary: Hashable, Sendable {
        /// The column whose text decides, so that a case stays with its model.
        public let key: String
        public let share: Double
        /// Another salt picks other cases.
        public let salt: String

        public init(key: String, share: Double, salt: String) {
            precondition(share >= 0 && share <= 1)
            self.key = key
            self.share = share
            self.salt = salt
        }

        /// Whether the canary decides a case: SHA-256 of salt and key, as a share of 2⁶⁴, lies below the share.
        public func takes(_ key: String) -> Bool {
            var encoder = CanonicalEncoder(domain: "proviso.canary.v1")
            encoder.append(salt)
            encoder.append(key)
            let number = encoder.digest.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Double(number) * 0x1p-64 < share
        }
    }

    /// Limits of what is measured; nil is no limit.
    public struct Limits: Hashable, Sendable {
        /// Of any column's population stability index against the reference.
        public var drift: Double?
        /// Of any column's share of missing values.
        public var missing: Double?
        /// Of any column's share of categories that the model does not know.
        public var unknown: Double?
        /// A shard of fewer rows is not judged by itself: its shares say little.
        public var minimumRows = 1000

        public init(drift: Double? = nil, missing: Double? = nil, unknown: Double? = nil, minimumRows: Int = 1000) {
            self.drift = drift
            self.missing = missing
            self.unknown = unknown
            self.minimumRows = minimumRows
        }
    }

    /// A score at or above it is a positive decision; nil: there are scores only.
    public var threshold: Double?
    /// Columns of the data that stand beside the scores.
    public var keep: [String] = []
    /// The most reasons for each adverse decision; 0 for none.
    public var reasons = 0
    /// By feature, or group of features, the code and words of its reason; nil: reasons are the names of features.
    public var reasonMap: ReasonMap?
    /// Which scores, and so which decisions, are adverse.
    public var adverse = ReasonCodes.Adverse.low
    public var canary: Canary?
    public var limits = Limits()
    /// Whether a limit that is passed stops the job, or is only said.
    public var halts = true

    public init() {}

    public var json: JSONValue {
        JSONValue.object([
            "threshold": threshold.map { .double($0) } ?? .null, "keep": .array(keep.map { .string($0) }), "reasons": .int(Int64(reasons)),
            "reasonMap": reasonMap?.json ?? .null, "adverse": adverse == .low ? .null : .string(adverse.rawValue),
            "canary": canary.map { ["key": .string($0.key), "share": .double($0.share), "salt": .string($0.salt)] } ?? .null,
            "limits": JSONValue.object([
                "drift": limits.drift.map { .double($0) } ?? .null, "missing": limits.missing.map { .double($0) } ?? .null,
                "unknown": limits.unknown.map { .double($0) } ?? .null, "minimumRows": .int(Int64(limits.minimumRows)),
            ]).droppingNulls, "halts": .bool(halts),
        ]).droppingNulls
    }

    /// Reads `json`; what is not there has its default. Throws `parameters` for a map of reasons that is none.
    public init(json: JSONValue) throws(InferenceError) {
        threshold = json["threshold"]?.doubleValue
        keep = (json["keep"]?.arrayValue ?? []).compactMap(\.stringValue)
        reasons = Int(json["reasons"]?.intValue ?? 0)
        do { reasonMap = try json["reasonMap"].map { (map) throws(ExplanationError) in try ReasonMap(json: map) } } catch {
            throw InferenceError(.parameters, error.message)
        }
        adverse = json["adverse"]?.stringValue.flatMap(ReasonCodes.Adverse.init(rawValue:)) ?? .low
        if let canary = json["canary"], let key = canary["key"]?.stringValue, let share = canary["share"]?.doubleValue {
            self.canary = Canary(key: key, share: share, salt: canary["salt"]?.stringValue ?? "")
        }
        let limits = json["limits"]
        self.limits = Limits(
            drift: limits?["drift"]?.doubleValue, missing: limits?["missing"]?.doubleValue, unknown: limits?["unknown"]?.doubleValue,
            minimumRows: Int(limits?["minimumRows"]?.intValue ?? 1000))
        halts = json["halts"]?.boolValue ?? true
    }
}

/// The models of one job: who decides, and who is only watched.
public struct ScoringModelSet: Sendable {
    public let champion: any ScoringModel
    /// Decides the canary's share.
    public let canary: (any ScoringModel)?
    /// Score every row in the shadow: nothing is decided by them.
    public let challengers: [(name: String, model: any ScoringModel)]

    public init(champion: any ScoringModel, canary: (any ScoringModel)? = nil, challengers: [(name: String, model: any ScoringModel)] = []) {
        self.champion = champion
        self.canary = canary
        self.challengers = challengers
    }

    public var all: [any ScoringModel] { [champion] + (canary.map { [$0] } ?? []) + challengers.map(\.model) }

    /// What all of them read, in order, each column once.
    public var inputs: [InputColumn] {
        var seen: Set<String> = []
        return all.flatMap(\.inputs).filter { seen.insert($0.name).inserted }
    }

    public var json: JSONValue {
        var readings: [String: JSONValue] = [:]
        readings["champion"] = champion.reading
        readings["canary"] = canary?.reading
        for (name, model) in challengers { readings["challenger:\(name)"] = model.reading }
        return JSONValue.object([
            "readings": readings.isEmpty ? .null : .object(readings),
            "champion": .string(champion.digest.description), "canary": canary.map { .string($0.digest.description) } ?? .null,
            "challengers": .object(
                Dictionary(challengers.map { ($0.name, .string($0.model.digest.description)) }, uniquingKeysWith: { first, _ in first })),
            "inputs": .array(inputs.map(\.json)),
        ]).droppingNulls
    }

    /// Throws `parameters` for what is said of ONNX models where none is one: a class that is named and not looked at would be believed to be the score's.
    public func check(_ options: ONNXOptions) throws(InferenceError) {
        guard options != ONNXOptions(), !all.contains(where: { $0.format == "onnx" }) else { return }
        throw InferenceError(
            .parameters, "columns, outputs and classes are named of ONNX models, and none of these models is one",
            hint: "leave them out: a model of Proviso's says them itself")
    }

    /// Throws `parameters` where the models cannot be used together so.
    public func check(_ parameters: ScoringParameters) throws(InferenceError) {
        for other in all.dropFirst() {
            for input in other.inputs {
                guard let first = champion.inputs.first(where: { $0.name == input.name }), first.kind != input.kind else { continue }
                throw InferenceError(
                    .parameters, "the models read column '\(input.name)' as \(first.kind.rawValue) and as \(input.kind.rawValue)",
                    hint: "they can share a pass only if they read the same columns alike")
            }
        }
        if (parameters.canary == nil) != (canary == nil) { throw InferenceError(.parameters, "a canary needs both a model and a key") }
        if let canary, canary.outputs != champion.outputs { throw InferenceError(.parameters, "the canary has other outputs than the champion") }
        if parameters.threshold != nil || parameters.reasons > 0, champion.outputs.count > 1 {
            throw InferenceError(
                .parameters, "the model has \(champion.outputs.count) outputs, so no threshold decides", hint: "name one output for an ONNX model")
        }
        if parameters.threshold != nil, champion.decides {
            throw InferenceError(
                .parameters, "the model was judged with a decision rule of its own, and the threshold would decide otherwise",
                hint: "remove the threshold of the inference")
        }
        if let canary, parameters.threshold == nil, canary.decides != champion.decides {
            throw InferenceError(
                .parameters, "of champion and canary only one has a decision rule", hint: "both must decide, or rows would be without a decision")
        }
        if parameters.reasons > 0, parameters.threshold == nil, !champion.decides {
            throw InferenceError(.parameters, "reasons are given for adverse decisions, and there is no threshold to decide by")
        }
        if parameters.reasonMap != nil, !(1...20).contains(parameters.reasons) {
            throw InferenceError(.parameters, "a decision has 1 to 20 principal reasons, not \(parameters.reasons)")
        }
        var shadows: Set<String> = []
        for challenger in challengers where !shadows.insert(challenger.name).inserted {
            throw InferenceError(.parameters, "two challengers have the name '\(challenger.name)'", hint: "name each by a word of its own")
        }
        var names: Set<String> = []
        for name in ScoredTable.names(self, parameters) where !names.insert(name).inserted {
            throw InferenceError(
                .parameters, "two columns of the predictions would have the name '\(name)'", hint: "give the challenger another name")
        }
        for name in parameters.keep {
            guard names.insert(name).inserted else {
                throw InferenceError(.parameters, "the column '\(name)' cannot be kept: another column of the predictions has its name")
            }
        }
    }
}
