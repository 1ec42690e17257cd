import Basics
import Diagnostics

extension CatalogChecks {
    /// The map from features to reasons is total and of features only, and a code has one text.
    static func problems(withReasonsOf model: Model, in dataset: Dataset) -> [Diagnostic] {
        guard let map = model.spec["adverseReasons"]?["map"]?.objectValue else { return [] }
        let path = ["spec", "adverseReasons", "map"]
        let features = model.featureNames(in: dataset)
        var found: [Diagnostic] = []
        if model.spec["task"]?.stringValue == "multiclassClassification" {
            found.append(
                Diagnostic(
                    .invalidValue, "a model of several classes has no one score that reasons could be of",
                    at: model.resource.span(at: ["spec", "adverseReasons"]),
                    hint: "remove 'adverseReasons', or train a model of one class against the others"))
        }
        let missing = features.filter { map[$0] == nil }
        if !missing.isEmpty {
            found.append(
                Diagnostic(
                    .missingField, "no reason is given for \(missing.map { "'\($0)'" }.joined(separator: ", "))", at: model.resource.span(at: path),
                    hint: "give every feature that is scored a reason of its own; none may stand for all others"))
        }
        for feature in map.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where !features.contains(feature) {
            found.append(
                Diagnostic(
                    .danglingReference, "the model reads no feature '\(feature)'", at: model.resource.span(at: path + [feature]),
                    hint: SpecDecoder.suggestion(for: feature, among: features) ?? "remove its reason"))
        }
        return found + textProblems(withReasonsOf: model.resource)
    }

    /// A code has one text, whichever features it is the reason of.
    static func textProblems(withReasonsOf resource: Resource) -> [Diagnostic] {
        let path = ["spec", "adverseReasons", "map"]
        guard let map = resource.json["spec"]?["adverseReasons"]?["map"]?.objectValue else { return [] }
        var found: [Diagnostic] = []
        var texts: [String: String] = [:]
        for feature in map.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            guard let code = map[feature]?["code"]?.stringValue, let text = map[feature]?["text"]?.stringValue else { continue }
            if let other = texts.updateValue(text, forKey: code), other != text {
                found.append(
                    Diagnostic(
                        .invalidValue, "the reason '\(code)' has two texts", at: resource.span(at: path + [feature]), hint: "the other is '\(other)'")
                )
            }
        }
        return found
    }
}

extension Model {
    /// The columns that the model reads, in their order.
    public func featureNames(in dataset: Dataset) -> [String] {
        if let included = spec["features"]?["include"]?.arrayValue { return included.compactMap(\.stringValue) }
        let excluded = (spec["features"]?["exclude"]?.arrayValue ?? []).compactMap(\.stringValue)
        return dataset.columns.filter { $0.role == "feature" && !excluded.contains($0.name) }.map(\.name)
    }
}
