import Basics
import Frames
import Metrics
import Models
import Training

/// Calibrator and thresholds as a spec declares them, fitted to held-out scores.
struct DecisionFit {
    let rule: DecisionRule
    /// Members of the validation's evidence.
    private(set) var evidence: [String: JSONValue] = [:]
    private let parameters: JSONValue
    private let fitting: FitParameters

    /// Whether the parameters declare anything but a decision at ½.
    static func isDeclared(_ parameters: JSONValue) -> Bool {
        let decision = parameters["decision"]
        return parameters["calibration"] != nil || decision?["objective"] != nil || decision?["groups"] != nil
            || decision?["threshold"]?.doubleValue ?? 0.5 != 0.5
    }

    init(_ held: HeldOutScores, _ train: Frame, _ fitting: FitParameters, _ parameters: JSONValue) throws {
        self.parameters = parameters
        self.fitting = fitting
        let method = parameters["calibration"]?["method"]?.stringValue.flatMap(Calibrator.Method.init(rawValue:))
        switch held.task {
        case .regression, .count, .quantile: rule = DecisionRule(threshold: 0.5)
        case .multiclass:
            guard let method else {
                rule = DecisionRule(threshold: 0.5)
                return
            }
            rule = DecisionRule(try Self.classes(method, held))
        case .binary:
            let calibrator = try method.map { method in
                try Calibrator.fit(method, scores: held.scores, labels: held.labels, weights: held.fittingWeights)
            }
            let chances = calibrator.map { held.scores.map($0.callAsFunction) } ?? held.scores
            let part = train.selecting(rows: held.rows)
            let decision = parameters["decision"] ?? .null
            if let objective = decision["objective"] {
                let compared = try Self.compared(held, part, fitting)
                let choice = try Self.threshold(objective, fitting.constraints, held, chances, compared)
                rule = DecisionRule(calibrator: calibrator, threshold: choice.threshold)
                evidence["threshold"] = [
                    "value": .double(choice.threshold), "objective": .string(objective["measure"]?.stringValue ?? ""),
                    "reached": .double(choice.objective), "candidates": .int(Int64(choice.candidates)),
                    "constraints": .array(choice.constraints.map { .double($0) }),
                    "smallGroups": .object(compared.mapValues { .array($0.small.map { .string($0) }) }),
                ]
            } else if let declared = decision["groups"], declared != .null {
                let edges = fitting.edges[declared["attribute"]?.stringValue ?? ""]
                let groups = try part.groups(declared["attribute"]?.stringValue ?? "", edges: edges)
                let fitted = try Self.thresholds(declared, held, chances, groups)
                rule = DecisionRule(
                    calibrator: calibrator, threshold: decision["threshold"]?.doubleValue ?? 0.5, groupThresholds: fitted, edges: edges)
                evidence["groupThresholds"] = Self.json(fitted, groups, repeats: held.repeatCount)
            } else {
                rule = DecisionRule(calibrator: calibrator, threshold: decision["threshold"]?.doubleValue ?? 0.5)
            }
        }
        guard let method else { return }
        // The calibrator that ships was fitted on these rows: how well one does is told by those of the other folds.
        evidence["calibration"] = [
            "method": .string(method.rawValue), "before": try held.calibrationError(),
            "after": try Self.crossFitted(method, held)?.calibrationError()
                ?? Estimate.undefined("the rows of the other folds are of too few classes", n: held.rows.count).json,
        ]
    }

    /// The scores as chances, with what the rule decides of them.
    func applied(to held: HeldOutScores, _ train: Frame, keyed: [String]) throws -> HeldOutScores {
        let chances = rule.chances(held.scores)
        guard held.task == .binary else { return held.with(scores: chances) }
        if rule.isPlain, let drawn = held.decisions { return held.with(scores: chances, decisions: drawn) }
        let decisions = try rule.decisions(chances, frame: train.selecting(rows: held.rows), keyed: keyed, label: fitting.plan.label)
        return held.with(scores: chances, decisions: decisions)
    }

    private static func classes(_ method: Calibrator.Method, _ held: HeldOutScores) throws(TrainingError) -> ClassCalibrators {
        try ClassCalibrators.fit(
            method, classes: held.classes, scores: held.scores, truth: held.truth.map { Int($0) }, weights: held.fittingWeights)
    }

    /// Each fold's scores, calibrated by the other folds'; nil if some of these are of one class.
    private static func crossFitted(_ method: Calibrator.Method, _ held: HeldOutScores) throws -> HeldOutScores? {
        var scores = held.scores
        let width = held.width
        for repetition in 0..<held.repeatCount {
            let own = held.rows.indices.filter { held.repetitions[$0] == repetition }
            for fold in Set(own.map { held.folds[$0] }).sorted() {
                let others = held.selecting(own.filter { held.folds[$0] != fold })
                guard !others.rows.isEmpty else { return nil }
                let map: ([Double]) -> [Double]
                do throws(TrainingError) {
                    if held.task == .multiclass {
                        let fitted = try classes(method, others)
                        map = fitted.chances
                    } else {
                        let fitted = try Calibrator.fit(method, scores: others.scores, labels: others.labels, weights: others.fittingWeights)
                        map = { $0.map(fitted.callAsFunction) }
                    }
                } catch {
                    if error.code == .classes { return nil }
                    throw error
                }
                let places = own.filter { held.folds[$0] == fold }
                let mapped = map(places.flatMap { held.scores[($0 * width)..<(($0 + 1) * width)] })
                for (index, place) in places.enumerated() {
                    for column in 0..<width { scores[place * width + column] = mapped[index * width + column] }
                }
            }
        }
        return held.with(scores: scores)
    }

    /// By attribute. A row that was held out more than once is one row.
    private static func compared(
        _ held: HeldOutScores, _ part: Frame, _ fitting: FitParameters
    ) throws(TrainingError) -> [String: ComparedGroups] {
        let counts = held.rows.indices.map { held.repetitions[$0] == 0 && held.weights?[$0] != 0 }
        var groups: [String: ComparedGroups] = [:]
        for name in fitting.constraints.compactMap(\.attribute) { groups[name] = try fitting.compared(part, name, counting: counts) }
        return groups
    }

    private static func threshold(
        _ objective: JSONValue, _ constraints: [ThresholdConstraint], _ held: HeldOutScores, _ chances: [Double], _ groups: [String: ComparedGroups]
    ) throws(TrainingError) -> ThresholdChoice {
        try ThresholdChoice.choose(
            ThresholdObjective(json: objective), constraints: constraints, scores: chances, labels: held.labels, weights: held.fittingWeights,
            groups: groups.mapValues(\.codes))
    }

    private static func thresholds(
        _ declared: JSONValue, _ held: HeldOutScores, _ chances: [Double], _ groups: Groups
    ) throws(TrainingError) -> GroupThresholds {
        try GroupThresholds.fit(
            GroupThresholds.Goal(rawValue: declared["goal"]?.stringValue ?? "") ?? .demographicParity,
            attribute: declared["attribute"]?.stringValue ?? "", names: groups.names, groups: groups.codes.map { Int($0) }, scores: chances,
            labels: held.labels, weights: held.fittingWeights,
            objective: declared["objective"]?.stringValue == "balancedAccuracy" ? .balancedAccuracy : .accuracy,
            slack: declared["minimumRatio"]?.doubleValue.map { .ratio($0) } ?? declared["maximumDifference"]?.doubleValue.map { .difference($0) }
                ?? .none, seed: UInt64(declared["seed"]?.intValue ?? 0))
    }

    private static func json(_ fitted: GroupThresholds, _ groups: Groups, repeats: Int) -> JSONValue {
        let rules = fitted.rules.map { name, rule -> (String, JSONValue) in
            let rows = groups.codes.count { groups.names[Int($0)] == name } / repeats
            let members: JSONValue = [
                "first": .double(rule.first), "second": .double(rule.second), "firstShare": .double(rule.firstShare),
                "ignored": .double(rule.ignored), "rows": .int(Int64(rows)),
            ]
            return (name, members)
        }
        return [
            "attribute": .string(fitted.attribute), "goal": .string(fitted.goal.rawValue), "randomised": .bool(fitted.isRandomised),
            "groups": .object(Dictionary(uniqueKeysWithValues: rules)),
        ]
    }
}

extension ThresholdObjective {
    /// As a Model spec declares it.
    init(json: JSONValue) {
        self =
            switch json["measure"]?.stringValue {
            case "balancedAccuracy": .balancedAccuracy
            case "youden": .youden
            case "matthewsCorrelation": .matthewsCorrelation
            case "fBeta": .fBeta(json["beta"]?.doubleValue ?? 1)
            case "cost": .cost(falsePositive: json["falsePositive"]?.doubleValue ?? 1, falseNegative: json["falseNegative"]?.doubleValue ?? 1)
            default: .accuracy
            }
    }
}

extension ThresholdConstraint {
    init?(json: JSONValue) {
        guard let measure = json["measure"]?.stringValue.flatMap(Measure.init(rawValue:)) else { return nil }
        self.init(
            measure, attribute: measure.isGrouped ? json["attribute"]?.stringValue : nil, minimum: json["minimum"]?.doubleValue,
            maximum: json["maximum"]?.doubleValue)
    }
}
