public import Basics
public import Diagnostics
import OrderedCollections

public struct BatchInference: SpecResource {
    public static let kind = "BatchInference"
    public let resource: Resource
    public init(_ resource: Resource) { self.resource = resource }

    /// Where a model comes from.
    public enum ModelSource: Hashable, Sendable {
        case live(environment: String, model: String)
        case record(Digest)
        case path(String)

        init?(_ spec: JSONValue?) {
            if let environment = spec?["environment"]?.stringValue, let model = spec?["model"]?.stringValue {
                self = .live(environment: environment, model: model)
            } else if let record = spec?["record"]?.stringValue.flatMap(Digest.init(_:)) {
                self = .record(record)
            } else if let path = spec?["path"]?.stringValue {
                self = .path(path)
            } else {
                return nil
            }
        }
    }

    public struct Served: Hashable, Sendable {
        /// `champion`, `canary`, or `challenger:` and the name.
        public let role: String
        public let source: ModelSource
        /// Of the resource.
        public let path: [String]
    }

    /// The models in the order champion, canary, challengers.
    public var models: [Served] {
        var found: [Served] = []
        func add(_ role: String, _ value: JSONValue?, _ path: [String]) {
            if let source = ModelSource(value) { found.append(Served(role: role, source: source, path: path)) }
        }
        add("champion", spec["model"], ["spec", "model"])
        add("canary", spec["canary"], ["spec", "canary"])
        for (index, challenger) in (spec["challengers"]?.arrayValue ?? []).enumerated() {
            add("challenger:\(challenger["name"]?.stringValue ?? "")", challenger, ["spec", "challengers", String(index)])
        }
        return found
    }

    public var dataPath: String? { spec["data"]?["path"]?.stringValue }
    public var datasetName: String? { spec["data"]?["dataset"]?.stringValue }
    public var referenceName: String? { spec["reference"]?.stringValue }
    public var shardRows: Int { Int(spec["shardRows"]?.intValue ?? 1_000_000) }
    public var halts: Bool { spec["onBreach"]?.stringValue != "warn" }

    /// What every shard's key has of the spec, as the engine's scoring parameters are written.
    ///
    /// - Parameter declared: `adverseReasons` of the model that decides; the inference's own come before them.
    public func scoringParameters(reasons declared: JSONValue? = nil) -> JSONValue {
        let asked = spec["reasons"]?.intValue ?? 0
        let count = asked > 0 ? asked : spec["adverseReasons"]?["maximum"]?.intValue ?? 0
        let reasons = count > 0 ? spec["adverseReasons"] ?? declared : nil
        return JSONValue.object([
            "threshold": spec["decision"]?["threshold"] ?? .null, "keep": spec["keep"] ?? .array([]), "reasons": .int(count),
            "reasonMap": reasons?["map"] ?? .null, "adverse": reasons?["adverse"] == "high" ? "high" : .null,
            "canary": spec["canary"].map { ["key": $0["key"] ?? "", "share": $0["share"] ?? 0.0, "salt": $0["salt"] ?? ""] } ?? .null,
            "limits": spec["limits"] ?? .object([:]), "halts": .bool(halts),
        ]).droppingNulls
    }

    /// The warning that `limits.unknown` cannot act on columns of which the model that decides does not name the categories that it knows; nil without the limit.
    public func unknownLimitProblem(_ columns: [String]) -> Diagnostic? {
        guard spec["limits"]?["unknown"] != nil, !columns.isEmpty else { return nil }
        let names = columns.prefix(5).map { "'\($0)'" }.joined(separator: ", ") + (columns.count > 5 ? " and \(columns.count - 5) others" : "")
        return Diagnostic(
            .limitWithoutEffect, "'limits.unknown' says nothing of \(names), whose known categories the model does not name",
            at: resource.span(at: ["spec", "limits", "unknown"]),
            hint:
                "bound 'drift' against a 'reference'; a model names no hashed texts, and no column's rare categories that an encoding takes together (minimumRows)"
        )
    }

    public var onnx: JSONValue { spec["onnx"] ?? .object([:]) }
}

/// What is wrong with batch inferences once all resources are known.
struct BatchInferenceChecks {
    private(set) var diagnostics: [Diagnostic] = []

    init(catalog: Catalog) {
        for inference in catalog.inferences.values {
            checkModel(inference, inference.spec["model"], ["spec", "model"])
            if let canary = inference.spec["canary"] { checkModel(inference, canary, ["spec", "canary"]) }
            var names: Set<String> = []
            for (index, challenger) in (inference.spec["challengers"]?.arrayValue ?? []).enumerated() {
                let path = ["spec", "challengers", String(index)]
                checkModel(inference, challenger, path)
                if let name = challenger["name"]?.stringValue, !names.insert(name).inserted {
                    report(.invalidValue, "the name '\(name)' is used twice in 'challengers'", inference, path + ["name"])
                }
            }
            if inference.onnx["positive"] != nil, inference.onnx["outputColumn"] != nil {
                report(
                    .conflictingFields, "'positive' and 'outputColumn' exclude each other", inference, ["spec", "onnx", "positive"],
                    hint: "keep one of them")
            }
            let data = inference.spec["data"]
            if (data?["path"] == nil) == (data?["dataset"] == nil) {
                report(
                    data?["path"] == nil ? .missingField : .conflictingFields, "the data are one of 'path' and 'dataset'", inference,
                    ["spec", "data"],
                    hint: "name a file or folder of the repository, or a data set")
            }
            if inference.spec["limits"]?["drift"] != nil, inference.referenceName == nil {
                report(
                    .missingField, "'limits.drift' needs a 'reference'", inference, ["spec", "limits", "drift"],
                    hint: "name the data set whose training rows the data are compared with")
            }
            if case .live(_, let name)? = inference.models.first(where: { $0.role == "champion" })?.source, let model = catalog.models[name] {
                diagnostics += [inference.unknownLimitProblem(model.unnamedCategories)].compactMap { $0 }
            }
            // Of a record the rule that it was judged with may decide.
            for field in ["reasons", "adverseReasons"] {
                guard let asked = inference.spec[field], asked != 0, inference.spec["decision"] == nil, inference.spec["model"]?["path"] != nil else {
                    continue
                }
                report(
                    .missingField, "'\(field)' are of decisions, and there is no 'decision'", inference, ["spec", field],
                    hint: "add decision: {threshold: 0.5}")
            }
            diagnostics += CatalogChecks.textProblems(withReasonsOf: inference.resource)
        }
    }

    private mutating func checkModel(_ inference: BatchInference, _ spec: JSONValue?, _ path: [String]) {
        let isLive = spec?["environment"] != nil || spec?["model"] != nil
        let ways = [isLive, spec?["record"] != nil, spec?["path"] != nil].count { $0 }
        guard ways == 1, !isLive || (spec?["environment"] != nil && spec?["model"] != nil) else {
            report(
                ways > 1 ? .conflictingFields : .missingField, "a model is one of 'environment' with 'model', 'record' and 'path'", inference, path,
                hint: "such as {environment: production, model: income}")
            return
        }
    }

    private mutating func report(_ code: DiagnosticCode, _ message: String, _ inference: BatchInference, _ path: [String], hint: String? = nil) {
        diagnostics.append(Diagnostic(code, message, at: inference.resource.span(at: path), hint: hint))
    }
}

extension Model {
    /// Columns of which its file does not name all categories that were trained on: hashed ones, and those whose rare categories share a column.
    fileprivate var unnamedCategories: [String] {
        var found: [String] = []
        for step in spec["preprocessing"]?.arrayValue ?? [] {
            guard step["type"] == "hashText" || (step["minimumRows"]?.intValue ?? 1) > 1 else { continue }
            found += (step["columns"]?.arrayValue ?? []).compactMap(\.stringValue).filter { !found.contains($0) }
        }
        return found
    }
}
