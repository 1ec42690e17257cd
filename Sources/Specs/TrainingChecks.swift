public import Basics
import Diagnostics
import LocatedYAML

/// What a Model spec asks of training that cannot be, as far as it shows before any row is read.
struct TrainingChecks {
    private let model: Model
    private let columns: [String: Dataset.Column]
    private let features: [String]
    private(set) var diagnostics: [Diagnostic] = []
    /// Columns of categories into which preprocessing fills the most frequent.
    private var filled: Set<String> = []

    init(_ model: Model, in dataset: Dataset) {
        self.model = model
        columns = Dictionary(dataset.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let excluded = Set((model.spec["features"]?["exclude"]?.arrayValue ?? []).compactMap(\.stringValue))
        features =
            (model.spec["features"]?["include"]?.arrayValue)?.compactMap(\.stringValue)
            ?? dataset.columns.filter { $0.role == "feature" && !excluded.contains($0.name) }.map(\.name)
        checkTask(dataset)
        checkFeatures(dataset)
        checkEstimator()
        let left = checkPreprocessing()
        checkReadable(left)
        checkConstraints(left)
    }

    private func span(_ path: [String]) -> SourceSpan { model.resource.span(at: ["spec"] + path) }
    private var task: String { model.spec["task"]?.stringValue ?? "" }
    private var learner: String { model.spec["estimator"]?["type"]?.stringValue ?? "" }
    private var isClassification: Bool { task.hasSuffix("Classification") }

    private mutating func conflict(_ message: String, at path: [String], hint: String? = nil) {
        diagnostics.append(Diagnostic(.conflictingFields, message, at: span(path), hint: hint))
    }

    private mutating func checkTask(_ dataset: Dataset) {
        let quantile = model.spec["quantile"]
        if task == "quantile", quantile == nil {
            diagnostics.append(
                Diagnostic(.missingField, "the task 'quantile' needs 'quantile'", at: span(["task"]), hint: "for example: quantile: 0.9"))
        } else if task != "quantile", quantile != nil {
            conflict("'quantile' belongs to the task 'quantile', and this one is '\(task)'", at: ["quantile"])
        }
        if let weights = model.spec["classWeights"] {
            if !isClassification { conflict("the task '\(task)' has no classes that could have weights", at: ["classWeights"]) }
            if weights["balanced"]?.boolValue == true, weights["weights"] != nil {
                conflict("'balanced' and 'weights' exclude each other", at: ["classWeights"], hint: "keep one of them")
            }
        }
        guard let label = dataset.columns.first(where: { $0.role == "label" }) else { return }
        if !isClassification, label.type != "integer", label.type != "float" {
            conflict(
                "the task '\(task)' predicts a number, and the label '\(label.name)' is declared as \(label.type)", at: ["task"],
                hint: "for a label of two values the task is binaryClassification, of several multiclassClassification")
        }
        if isClassification, label.type == "timestamp" { conflict("the label '\(label.name)' is a timestamp, which has no classes", at: ["task"]) }
    }

    private mutating func checkFeatures(_ dataset: Dataset) {
        guard features.isEmpty else { return }
        let excludes = dataset.columns.contains { $0.role == "feature" }
        conflict(
            excludes ? "every feature is excluded, so there are no features" : "the data set '\(dataset.name)' has no features",
            at: excludes ? ["features", "exclude"] : ["dataset"],
            hint: excludes ? "leave at least one of them" : "declare a column to learn from, with the role 'feature'")
    }

    private mutating func checkEstimator() {
        let own = Kinds.estimatorFields[learner] ?? []
        for field in Set(Kinds.estimatorFields.values.joined()).subtracting(own).sorted()
        where model.resource.located.value(at: ["spec", "estimator", field]) != nil {
            let others = Kinds.estimatorFields.filter { $0.value.contains(field) }.keys.sorted().map { "'\($0)'" }
            conflict(
                "'\(field)' belongs to the learner\(others.count > 1 ? "s" : "") \(others.joined(separator: " and ")), and this one is '\(learner)'",
                at: ["estimator", field])
        }
        if learner == "linear", task == "quantile" {
            conflict("a linear model has no quantile loss", at: ["estimator", "type"], hint: "use xgboost for the task 'quantile'")
        }
        if model.spec["estimator"]?["l1Share"]?.doubleValue ?? 0 > 0, model.spec["estimator"]?["penalty"]?.doubleValue ?? 0 == 0 {
            conflict("'l1Share' shares out a penalty of 0", at: ["estimator", "l1Share"], hint: "set 'penalty' too")
        }
        if let stop = model.spec["estimator"]?["earlyStopping"]?["rounds"]?.intValue,
            let rounds = model.spec["estimator"]?["rounds"]?.intValue, stop >= rounds
        {
            conflict(
                "training of \(rounds) rounds cannot stop after \(stop) rounds without a better figure", at: ["estimator", "earlyStopping"],
                hint: "raise 'rounds', or lower 'earlyStopping.rounds'")
        }
    }

    /// The columns after preprocessing, by name with what they are, as far as the spec shows; nil: made by a step, with a name that data decide.
    private mutating func checkPreprocessing() -> [String: String] {
        var now = Dictionary(
            features.compactMap { name in columns[name].map { (name, Self.sort($0.type)) } }, uniquingKeysWith: { first, _ in first })
        for (index, step) in (model.spec["preprocessing"]?.arrayValue ?? []).enumerated() {
            let path = ["preprocessing", String(index)]
            let type = step["type"]?.stringValue ?? ""
            for field in (step.objectValue ?? [:]).keys.sorted()
            where field != "type" && field != "columns" && Kinds.preprocessingFields[type]?.contains(field) != true {
                conflict("'\(field)' does not belong to '\(type)'", at: path + [field])
            }
            checkSettings(step, type, path)
            let names = (step["columns"]?.arrayValue ?? []).compactMap(\.stringValue)
            for (place, name) in names.enumerated() {
                guard !names.prefix(place).contains(name) else {
                    conflict("'\(name)' is named twice", at: path + ["columns", String(place)], hint: "remove one of them")
                    continue
                }
                apply(type, to: name, step, at: path + ["columns", String(place)], &now)
            }
        }
        return now
    }

    private mutating func checkSettings(_ step: JSONValue, _ type: String, _ path: [String]) {
        let method = step["method"]?.stringValue
        if let method, type == "scale" && ["quantile", "uniform"].contains(method) || type == "bin" && !["quantile", "uniform"].contains(method) {
            conflict(
                "'\(type)' has no method '\(method)'", at: path + ["method"],
                hint: type == "bin" ? "quantile or uniform" : "standard, minMax or robust")
        }
        if type == "impute", (step["strategy"]?.stringValue == "constant") != (step["value"] != nil) {
            conflict("the strategy 'constant', and no other, needs 'value'", at: path)
        }
    }

    /// What each step takes.
    private static let takes: [String: Set<String>] = [
        "impute": ["number", "boolean", "category"], "oneHot": ["category"], "targetEncode": ["category"], "frequencyEncode": ["category"],
        "scale": ["number", "boolean"], "bin": ["number"], "dateParts": ["timestamp"], "hashText": ["category"],
    ]

    private mutating func apply(_ type: String, to name: String, _ step: JSONValue, at path: [String], _ now: inout [String: String]) {
        guard let sort = now[name] else {
            // A column that a step before made: its name is the column's, then ':', '=' or '#'.
            let origin = name.split(separator: "=", maxSplits: 1).first?.split(separator: ":", maxSplits: 1).first?.split(
                separator: "#", maxSplits: 1
            ).first
            if let origin, String(origin) != name, features.contains(String(origin)) { return }
            let isLabel = columns[name]?.role == "label"
            diagnostics.append(
                Diagnostic(
                    .danglingReference, "'\(name)' is no feature at this step", at: span(path),
                    hint: isLabel
                        ? "a model must not see its label"
                        : SpecDecoder.suggestion(for: name, among: now.keys.sorted()) ?? "there are: \(now.keys.sorted().joined(separator: ", "))"))
            return
        }
        guard Self.takes[type]?.contains(sort) == true else {
            let able = Self.takes[type]?.sorted().joined(separator: ", ") ?? ""
            conflict("'\(type)' does not take '\(name)', which is a \(sort)", at: path, hint: "it takes: \(able)")
            return
        }
        switch type {
        case "impute":
            if sort != "category" { now[name] = "number" }
            if sort == "category", !["mostFrequent", "constant"].contains(step["strategy"]?.stringValue ?? "median") {
                conflict("'\(name)' holds categories, which have no mean or median", at: path, hint: "strategy: mostFrequent, or constant")
            }
            if sort == "category", step["strategy"]?.stringValue == "mostFrequent" { filled.insert(name) }
        case "hashText" where filled.contains(name):
            conflict(
                "the most frequent text of '\(name)' would be kept in the model, and 'hashText' keeps none", at: path,
                hint: "impute a constant, or nothing: a missing text has no words")
            now[name] = nil
        case "scale", "bin": now[name] = "number"
        default: now[name] = nil
        }
    }

    private static func sort(_ type: String) -> String {
        switch type {
        case "integer", "float": "number"
        case "string", "category": "category"
        default: type
        }
    }

    /// Constraints name features as the trees see them, interactions raw columns too.
    private mutating func checkConstraints(_ left: [String: String]) {
        // A column that a step made has the name of its origin before one of these; which there will be, data decide.
        func isMade(_ name: String) -> Bool { name.contains { ":=#".contains($0) } }
        func unknown(_ name: String, _ path: [String]) {
            diagnostics.append(
                Diagnostic(
                    .danglingReference, "'\(name)' is no feature that the trees see", at: span(path),
                    hint: SpecDecoder.suggestion(for: name, among: left.keys.sorted()) ?? "there are: \(left.keys.sorted().joined(separator: ", "))"))
        }
        for name in (model.spec["estimator"]?["monotone"]?.objectValue ?? [:]).keys.sorted() where !isMade(name) {
            let path = ["estimator", "monotone", name]
            switch left[name] {
            case nil: unknown(name, path)
            case "category": conflict("the category '\(name)' has no order that a prediction could follow", at: path)
            default: break
            }
        }
        for (index, group) in (model.spec["estimator"]?["interactions"]?.arrayValue ?? []).enumerated() {
            for (place, name) in (group.arrayValue ?? []).compactMap(\.stringValue).enumerated()
            where !isMade(name) && left[name] == nil && !features.contains(name) {
                unknown(name, ["estimator", "interactions", String(index), String(place)])
            }
        }
    }

    /// Whether the learner can read what is left.
    private mutating func checkReadable(_ left: [String: String]) {
        let place = model.spec["features"]?["include"] == nil ? ["estimator", "type"] : ["features", "include"]
        let prepares = model.spec["preprocessing"] == nil ? place : ["preprocessing"]
        for name in left.keys.sorted() {
            switch left[name] {
            case "timestamp":
                conflict(
                    "the feature '\(name)' is a timestamp, which no learner reads", at: prepares,
                    hint: "preprocessing: [{type: dateParts, columns: [\(name)]}]")
            case "category" where learner == "linear":
                conflict(
                    "the feature '\(name)' holds categories, which a linear model does not read", at: prepares,
                    hint: "preprocessing: [{type: oneHot, columns: [\(name)]}]")
            case "category" where model.spec["estimator"]?["treeMethod"]?.stringValue == "exact":
                conflict(
                    "treeMethod 'exact' cannot split the categories of '\(name)'", at: ["estimator", "treeMethod"],
                    hint: "hist or approx, or encode it in 'preprocessing'")
            case "category" where model.spec["search"]?["space"]?["treeMethod"]?["values"]?.arrayValue?.contains("exact") == true:
                diagnostics.append(
                    Diagnostic(
                        .impossibleSearch, "treeMethod 'exact' cannot split the categories of '\(name)'",
                        at: span(["search", "space", "treeMethod"]), hint: "search hist and approx, or encode it in 'preprocessing'"))
            default: break
            }
        }
    }
}

extension Model {
    /// The learner and its parameters, without the defaults of other learners.
    public var estimator: JSONValue {
        let members = spec["estimator"]?.objectValue ?? [:]
        let learner = members["type"]?.stringValue ?? ""
        let others = Set(Kinds.estimatorFields.filter { $0.key != learner }.values.joined()).subtracting(Kinds.estimatorFields[learner] ?? [])
        return .object(members.filter { !others.contains($0.key) })
    }

    public var task: String { spec["task"]?.stringValue ?? "" }
}
