import Basics

/// The steps that make a model and its decision rule.
struct TrainingSteps {
    /// One a batch, each with the trials of those before it; the last gives the evidence.
    let search: [Step]
    let train: Step
    let decide: Step?
    /// What has to be there before training: a teacher's steps, or a program's.
    let before: [Step]
    /// The model of the teacher, if there is one.
    let teacher: StepInput?
    /// What it is trained on.
    let data: StepInput
    private let spec: JSONValue
    private let parameters: [String: JSONValue]

    var steps: [Step] { before + search + [train] + (decide.map { [$0] } ?? []) }

    /// The decision rule, if one is fitted.
    var rule: StepInput? { decide.flatMap { $0.outputs.contains("decision") ? $0.output("decision") : nil } }

    /// The decision rule, if it makes chances of scores by a calibration.
    var calibration: StepInput? { spec["calibration"] == nil ? nil : rule }

    /// What training's rows are fitted by.
    var fitted: JSONValue { .object(Self.fitted(parameters)) }

    /// Whether something is done for groups, whose price is then measured.
    var isMitigated: Bool { spec["mitigation"] != nil || decidesByGroups }

    /// - Parameters:
    ///   - parameters: of every fit: table, label, features, estimator.
    ///   - teacher: the steps of the model that the spec names as its teacher.
    init(_ spec: JSONValue, data: StepInput, parameters: [String: JSONValue], teacher: TrainingSteps? = nil) {
        self.spec = spec
        self.data = data
        var parameters = parameters
        // Only what is declared is in the parameters, so that other models' keys stay as they are.
        for name in ["mitigation", "validation"] { parameters[name] = spec[name] }
        if let bins = spec["evaluation"]?["bins"] { parameters["bins"] = bins }
        // Where validation keeps groups together, or the future apart, early stopping and out-of-fold encoding do too.
        let encodes = (spec["preprocessing"]?.arrayValue ?? []).contains { ["targetEncode", "frequencyEncode"].contains($0["type"]?.stringValue) }
        if spec["estimator"]?["earlyStopping"] != nil || encodes, let validation = spec["validation"], let scheme = validation["scheme"]?.stringValue,
            ["grouped", "timeOrdered"].contains(scheme)
        {
            parameters["dependence"] = JSONValue.object(["scheme": .string(scheme), "column": validation["column"] ?? .null]).droppingNulls
        }
        self.parameters = parameters
        search = Self.search(spec, data, parameters)
        var found = search.last.map { ["search": $0.output("trials")] } ?? [:]
        let ready = ReadyModelSteps(spec, data: data, parameters: parameters, teacher: teacher)
        before = ready.steps
        self.teacher = ready.teacher
        found.merge(ready.inputs) { $1 }
        train = Step(
            name: "train", kind: .train, parameters: .object(ready.trained(Self.fitted(parameters))),
            inputs: ["data": data].merging(found) { $1 }, outputs: ["evidence", "model"])
        decide = Self.decide(spec, data, parameters, found, name: "decide", keepsScores: true)
    }

    /// Training itself reads no folds.
    private static func fitted(_ parameters: [String: JSONValue]) -> [String: JSONValue] {
        var own = parameters
        own["validation"] = nil
        if own["mitigation"] == nil { own["bins"] = nil }
        return own
    }

    /// - Parameter keepsScores: whether the scores that it fits on are the artefact `outOfFold`, from which others recompute the figures.
    private static func decide(
        _ spec: JSONValue, _ data: StepInput, _ parameters: [String: JSONValue], _ found: [String: StepInput], name: String, keepsScores: Bool
    ) -> Step? {
        let decision = spec["decision"] ?? .null
        guard spec["validation"] ?? spec["calibration"] ?? decision["objective"] ?? decision["groups"] != nil else { return nil }
        var own = parameters
        own["calibration"] = spec["calibration"]
        own["decision"] = decision
        own["minimumGroupRows"] = minimumGroupRows(spec, searches: spec["validation"]?["outer"] != nil)
        // Nested validation searches anew in each part.
        if spec["validation"]?["outer"] != nil { own["search"] = spec["search"] } else { own["validation"] = withoutOuter(own["validation"]) }
        // Numbers are not decided on, and of several classes the likeliest is predicted: a rule is then made of a calibration only.
        let task = parameters["task"]?.stringValue ?? ""
        let makesRule = task == "binaryClassification" || task == "multiclassClassification" && spec["calibration"] != nil
        return Step(
            name: name, kind: .decide, parameters: .object(own), inputs: ["data": data].merging(found) { $1 },
            outputs: (makesRule ? ["decision"] : []) + ["evidence"] + (keepsScores ? ["outOfFold"] : []))
    }

    /// What constraints leave out of their comparisons, where they compare groups.
    private static func minimumGroupRows(_ spec: JSONValue, searches: Bool) -> JSONValue? {
        let lists = [spec["decision"]?["constraints"]] + (searches ? [spec["search"]?["objectives"], spec["search"]?["constraints"]] : [])
        guard lists.contains(where: { ($0?.arrayValue ?? []).contains(where: isGrouped) }),
            let rows = spec["evaluation"]?["minimumGroupRows"], rows != .int(0)
        else { return nil }
        return rows
    }

    /// What a search, or a model that is only compared with, has of validation.
    private static func withoutOuter(_ validation: JSONValue?) -> JSONValue? {
        validation.map { .object(($0.objectValue ?? [:]).filter { $0.key != "outer" }) }
    }

    private static func decides(_ decision: JSONValue) -> Bool {
        decision["objective"] != nil || decision["groups"] != nil || decision["threshold"]?.doubleValue ?? 0.5 != 0.5
    }

    private static func search(_ spec: JSONValue, _ data: StepInput, _ parameters: [String: JSONValue]) -> [Step] {
        guard let search = spec["search"] else { return [] }
        // The last step of a search with a budget tries nothing: its evidence tells what all the others cost, as they wrote it down.
        let isLimited = search["budget"] != nil
        let count = batches(search) + (isLimited ? 1 : 0)
        var steps: [Step] = []
        for index in 0..<count {
            var own = parameters
            own["search"] = search
            own["validation"] = withoutOuter(own["validation"])
            // Trials are measured as the model decides, where that is not at ½.
            own["calibration"] = spec["calibration"]
            if let decision = spec["decision"], decides(decision) { own["decision"] = decision }
            own["batch"] = .int(Int64(index))
            own["minimumGroupRows"] = minimumGroupRows(spec, searches: true)
            steps.append(
                Step(
                    name: count == 1 ? "search" : "search-\(index + 1)", kind: .search, parameters: .object(own),
                    inputs: ["data": data].merging(steps.last.map(Self.passedOn) ?? [:]) { $1 },
                    outputs: (isLimited && index < count - 1 ? ["cost"] : []) + (index == count - 1 ? ["evidence", "trials"] : ["trials"])))
        }
        return steps
    }

    private static func passedOn(_ batch: Step) -> [String: StepInput] {
        Dictionary(uniqueKeysWithValues: batch.outputs.map { ($0, batch.output($0)) })
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

    /// A model of the comparison: trained, decided and scored.
    private struct Variant {
        var steps: [Step]
        let decide: Step?
        let predict: Step
    }

    private func variant(
        _ name: String, mitigation: JSONValue?, decision: JSONValue, _ predict: Step, label: JSONValue, protected: JSONValue, table: JSONValue
    ) -> Variant {
        var own = parameters
        own["mitigation"] = mitigation
        let found = search.last.map { ["search": $0.output("trials")] } ?? [:]
        let train = Step(
            name: "train-\(name)", kind: .train, parameters: .object(Self.fitted(own)), inputs: ["data": data].merging(found) { $1 },
            outputs: ["evidence", "model"])
        var declared = (spec.objectValue ?? [:]).merging(["decision": decision]) { $1 }
        // Held-out rows that nothing is fitted on are not scored for the comparison's sake.
        declared["validation"] = nil
        let decide = Self.decide(.object(declared), data, own, found, name: "decide-\(name)", keepsScores: false)
        let rule = decide.map { ["decision": $0.output("decision")] } ?? [:]
        let scores = Step(
            name: "predict-\(name)", kind: .predict,
            parameters: JSONValue.object([
                "table": table, "label": label, "groups": protected, "weights": predict.parameters["weights"] ?? .null,
            ]).droppingNulls,
            inputs: predict.inputs.filter { $0.key == "data" }.merging(["model": train.output("model")]) { $1 }.merging(rule) { $1 },
            outputs: ["scores"])
        return Variant(steps: [train] + (decide.map { [$0] } ?? []) + [scores], decide: decide, predict: scores)
    }

    /// The same model without what is done for groups, scored, and the comparison; the comparison is the last.
    func tradeoff(
        _ predict: Step, label: JSONValue, protected: JSONValue, table: JSONValue, decision: [String: StepInput]
    ) -> [Step] {
        var alike = spec["decision"]?.objectValue ?? [:]
        alike["groups"] = nil
        alike["constraints"] = nil
        // Thresholds by group are the best ones for their objective: so is the one threshold that they are compared with.
        if let objective = spec["decision"]?["groups"]?["objective"] { alike["objective"] = ["measure": objective] }
        let constraints = (spec["decision"]?["constraints"]?.arrayValue ?? []).filter { !Self.isGrouped($0) }
        if !constraints.isEmpty { alike["constraints"] = .array(constraints) }
        func made(_ name: String, mitigation: JSONValue?) -> Variant {
            variant(name, mitigation: mitigation, decision: .object(alike), predict, label: label, protected: protected, table: table)
        }
        let plain = made("plain", mitigation: nil)
        var steps = plain.steps
        var inputs = ["scores": predict.output("scores"), "plain": plain.predict.output("scores")].merging(decision) { $1 }
        inputs["plainDecision"] = plain.decide?.output("decision")
        if let mitigation = spec["mitigation"], decidesByGroups {
            let between = made("between", mitigation: mitigation)
            steps += between.steps
            inputs["between"] = between.predict.output("scores")
            inputs["betweenDecision"] = between.decide?.output("decision")
        }
        let methods = [
            spec["mitigation"]?["method"], spec["decision"]?["groups"] == nil ? nil : .string("groupThresholds"),
            constraints.count == spec["decision"]?["constraints"]?.arrayValue?.count ?? 0 ? nil : .string("thresholdConstraints"),
        ].compactMap { $0 }
        var parameters: [String: JSONValue] = [
            "attributes": protected, "methods": .array(methods), "threshold": spec["decision"]?["threshold"] ?? .double(0.5),
            "jurisdictions": spec["jurisdictions"] ?? .array([]),
        ]
        parameters["bins"] = spec["evaluation"]?["bins"]
        if let rows = spec["evaluation"]?["minimumGroupRows"], rows != .int(0) { parameters["minimumGroupRows"] = rows }
        if spec["mitigation"]?["method"] == "disparateImpactRemover" { parameters["scoresByGroup"] = true }
        return steps + [Step(name: "tradeoff", kind: .tradeoff, parameters: .object(parameters), inputs: inputs, outputs: ["evidence"])]
    }

    private static func isGrouped(_ constraint: JSONValue) -> Bool {
        let measure = constraint["measure"]?.stringValue ?? ""
        return measure.hasSuffix("Ratio") || measure.hasSuffix("Difference")
    }

    /// Whether the decision, rather than training, does something for groups.
    private var decidesByGroups: Bool {
        spec["decision"]?["groups"] != nil || (spec["decision"]?["constraints"]?.arrayValue ?? []).contains(where: Self.isGrouped)
    }
}
