public import Basics

extension Model {
    /// The spec with its defaults filled in, but for those of learners, methods and tasks that it does not have: they say nothing of the model.
    public var applicableSpec: JSONValue {
        guard var members = spec.objectValue else { return spec }
        func drop(_ part: String, _ isOther: (String) -> Bool) {
            if let fields = members[part]?.objectValue { members[part] = .object(fields.filter { !isOther($0.key) }) }
        }
        let learner = spec["estimator"]?["type"]?.stringValue ?? ""
        let own = Kinds.estimatorFields[learner] ?? []
        drop("estimator") { field in !own.contains(field) && Kinds.estimatorFields.values.contains { $0.contains(field) } }
        let method = spec["mitigation"]?["method"]?.stringValue ?? ""
        drop("mitigation") { field in Kinds.mitigationFields[field]?.contains(method) == false }
        // One threshold is for two classes, where nothing else decides.
        let isOther =
            spec["task"]?.stringValue != "binaryClassification" || spec["decision"]?["objective"] != nil || spec["decision"]?["groups"] != nil
        drop("decision") { $0 == "threshold" && isOther }
        if var objective = members["decision"]?["objective"]?.objectValue, let measure = objective["measure"]?.stringValue {
            objective = objective.filter { field, _ in Kinds.objectiveFields[field].map { $0 == measure } ?? true }
            drop("decision") { $0 == "objective" }
            members["decision"] = .object((members["decision"]?.objectValue ?? [:]).merging(["objective": .object(objective)]) { _, new in new })
        }
        if members["decision"]?.objectValue?.isEmpty == true { members["decision"] = nil }
        return .object(members)
    }
}
