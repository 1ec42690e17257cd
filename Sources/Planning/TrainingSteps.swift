import Basics

/// The steps that make a model and its decision rule.
struct TrainingSteps {
    /// One a batch, each with the trials of those before it; the last gives the evidence.
    let search: [Step]
    let train: Step
    let decide: Step?
    private let spec: JSONValue
    private let data: StepInput
    private let parameters: [String: JSONValue]

    var steps: [Step] { search + [train] + (decide.map { [$0] } ?? []) }

    /// Whether something is done for groups, whose price is then measured.
    var isMitigated: Bool { spec["mitigation"] != nil || spec["decision"]?["groups"] != nil }

    /// - Parameter parameters: of every fit: table, label, features, estimator.
    init(_ spec: JSONValue, data: StepInput, parameters: [String: JSONValue]) {
        self.spec = spec
        self.data = data
        var parameters = parameters
        // Only what is declared is in the parameters, so that other models' keys stay as they are.
        for name in ["mitigation", "validation"] { parameters[name] = spec[name] }
        if let bins = spec["evaluation"]?["bins"] { parameters["bins"] = bins }
        self.parameters = parameters
        search = Self.search(spec["search"], data, parameters)
        let found = search.last.map { ["search": $0.output("trials")] } ?? [:]
        train = Step(
            name: "train", kind: .train, parameters: .object(Self.fitted(parameters)),
            inputs: ["data": data].merging(found) { $1 }, outputs: ["evidence", "model"])
        decide = Self.decide(spec, data, parameters, found, name: "decide")
    }

    /// Training itself reads no folds.
    private static func fitted(_ parameters: [String: JSONValue]) -> [String: JSONValue] {
        var own = parameters
        own["validation"] = nil
        if own["mitigation"] == nil { own["bins"] = nil }
        return own
    }

    private static func decide(
        _ spec: JSONValue, _ data: StepInput, _ parameters: [String: JSONValue], _ found: [String: StepInput], name: String
    ) -> Step? {
        let decision = spec["decision"] ?? .null
        guard spec["validation"] ?? spec["calibration"] ?? decision["objective"] ?? decision["groups"] != nil else { return nil }
        var own = parameters
        own["calibration"] = spec["calibration"]
        own["decision"] = decision
        return Step(
            name: name, kind: .decide, parameters: .object(own), inputs: ["data": data].merging(found) { $1 }, outputs: ["decision", "evidence"])
    }

    private static func search(_ search: JSONValue?, _ data: StepInput, _ parameters: [String: JSONValue]) -> [Step] {
        guard let search else { return [] }
        let count = batches(search)
        var steps: [Step] = []
        for index in 0..<count {
            var own = parameters
            own["search"] = search
            own["batch"] = .int(Int64(index))
            steps.append(
                Step(
                    name: count == 1 ? "search" : "search-\(index + 1)", kind: .search, parameters: .object(own),
                    inputs: ["data": data].merging(steps.last.map { ["trials": $0.output("trials")] } ?? [:]) { $1 },
                    outputs: index == count - 1 ? ["evidence", "trials"] : ["trials"]))
        }
        return steps
    }

    /// How many batches there are at the most; one that has nothing left to try passes its trials on.
    static func batches(_ search: JSONValue) -> Int {
        let (trials, batch) = (Int(search["trials"]?.intValue ?? 1), Int(search["batch"]?.intValue ?? 4))
        guard let schedule = search["schedule"] else { return (trials + batch - 1) / batch }
        var (rungs, effort) = (1, 1.0)
        let eta = Double(schedule["eta"]?.intValue ?? 3)
        while effort / eta >= (schedule["minimumEffort"]?.doubleValue ?? 0.111) * 0.999_999 {
            effort /= eta
            rungs += 1
        }
        return schedule["type"]?.stringValue == "hyperband" ? rungs * (rungs + 1) / 2 : rungs
    }

    /// The same model without what is done for groups, scored, and the comparison; the comparison is the last.
    func tradeoff(
        _ predict: Step, label: JSONValue, protected: JSONValue, table: JSONValue, decision: [String: StepInput]
    ) -> [Step] {
        var own = parameters
        own["mitigation"] = nil
        let found = search.last.map { ["search": $0.output("trials")] } ?? [:]
        let train = Step(
            name: "train-plain", kind: .train, parameters: .object(Self.fitted(own)), inputs: ["data": data].merging(found) { $1 },
            outputs: ["evidence", "model"])
        let scores = Step(
            name: "predict-plain", kind: .predict, parameters: ["table": table, "label": label, "groups": protected],
            inputs: predict.inputs.filter { $0.key == "data" }.merging(["model": train.output("model")]) { $1 }, outputs: ["scores"])
        let methods = [spec["mitigation"]?["method"], spec["decision"]?["groups"] == nil ? nil : .string("groupThresholds")].compactMap { $0 }
        var parameters: [String: JSONValue] = [
            "attributes": protected, "methods": .array(methods), "threshold": spec["decision"]?["threshold"] ?? .double(0.5),
            "plainThreshold": spec["decision"]?["threshold"] ?? .double(0.5), "jurisdictions": spec["jurisdictions"] ?? .array([]),
        ]
        parameters["bins"] = spec["evaluation"]?["bins"]
        let compare = Step(
            name: "tradeoff", kind: .tradeoff, parameters: .object(parameters),
            inputs: ["scores": predict.output("scores"), "plain": scores.output("scores")].merging(decision) { $1 }, outputs: ["evidence"])
        return [train, scores, compare]
    }
}
