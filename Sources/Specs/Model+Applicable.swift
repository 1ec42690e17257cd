public import Basics
import LocatedYAML

extension Model {
    /// The spec with its defaults filled in, but for those of learners, methods and tasks that it does not have: they say nothing of the model. What its file
    /// declares is never left out.
    public var applicableSpec: JSONValue {
        guard var members = spec.objectValue else { return spec }
        func drop(_ part: String, _ isOther: (String) -> Bool) {
            guard let fields = members[part]?.objectValue else { return }
            members[part] = .object(
                fields.filter { field, _ in !isOther(field) || resource.located.value(at: ["spec", part, field]) != nil })
        }
        let learner = spec["estimator"]?["type"]?.stringValue ?? ""
        let own = Kinds.estimatorFields[learner] ?? []
        drop("estimator") { field in !own.contains(field) && Kinds.estimatorFields.values.contains { $0.contains(field) } }
        let method = spec["mitigation"]?["method"]?.stringValue ?? ""
        drop("mitigation") { field in Kinds.mitigationFields[field]?.contains(method) == false }
        let task = spec["task"]?.stringValue ?? "binaryClassification"
        // Folds of numbers are drawn at random.
        let isStratified = spec["validation"]?["scheme"] == "stratified"
        drop("validation") { $0 == "scheme" && isStratified && !task.hasSuffix("Classification") }
        // One threshold is for two classes, where nothing else decides: none that is chosen, and no draws of a mixture.
        let draws = method == "exponentiatedGradient" && spec["calibration"] == nil
        let isOther = task != "binaryClassification" || draws || spec["decision"]?["objective"] != nil || spec["decision"]?["groups"] != nil
        drop("decision") { $0 == "threshold" && isOther }
        if var objective = members["decision"]?["objective"]?.objectValue, let measure = objective["measure"]?.stringValue {
            objective = objective.filter { field, _ in Kinds.objectiveFields[field].map { $0 == measure } ?? true }
            members["decision"] = .object((members["decision"]?.objectValue ?? [:]).merging(["objective": .object(objective)]) { _, new in new })
        }
        if members["decision"]?.objectValue?.isEmpty == true { members["decision"] = nil }
        return .object(members)
    }
}
