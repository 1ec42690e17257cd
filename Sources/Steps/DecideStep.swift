public import Basics
public import Execution
import Frames
import Metrics
import Models
public import Planning
import Training

/// Fits calibrator and thresholds to scores that training rows have from models which never saw them, and tells how good those scores are.
public struct DecideStep: StepRunner {
    public let kind = StepKind.decide

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let frame = try table.read(try work.read("data"))
        let train = frame.selecting(rows: try table.rows(of: frame).train)
        let chosen = try SearchResult.parameters(work)
        let fitting = try FitParameters(parameters, table, chosen: chosen)
        let (rule, evidence) = try asInput { try Self.decide(train, fitting, parameters, work) }
        var outputs = ["evidence": try work.put(evidence.canonicalBytes)]
        if work.step.outputs.contains("decision") { outputs["decision"] = try work.put(rule.json.canonicalBytes) }
        return outputs
    }

    private static func decide(
        _ train: Frame, _ fitting: FitParameters, _ parameters: JSONValue, _ work: StepWork
    ) throws -> (rule: DecisionRule, evidence: JSONValue) {
        let folds = try fitting.folds(train)
        let raw = try fitting.outOfFold(train, folds: folds, fit: fitting.fit(threads: work.threads), progress: work.progress)
        var evidence: [String: JSONValue] = [
            "folds": .int(Int64(Set(folds.map(\.held)).count)), "rows": .int(Int64(raw.rows.count)), "acrossFolds": try acrossFolds(folds, raw),
        ]
        switch raw.task {
        case .binary: evidence["performance"] = PerformanceReport(try raw.scored()).validationJSON
        case .multiclass: evidence["multiclass"] = try raw.multiclass().json
        case .regression, .count, .quantile: evidence["regression"] = try raw.regression().json
        }
        let method = parameters["calibration"]?["method"]?.stringValue.flatMap(Calibrator.Method.init(rawValue:))
        if raw.task != .binary {
            guard let method, raw.task == .multiclass else { return (DecisionRule(threshold: 0.5), .object(evidence)) }
            let fitted = try ClassCalibrators.fit(
                method, classes: raw.classes, scores: raw.scores, truth: raw.truth.map { Int($0) }, weights: raw.weights)
            evidence["calibration"] = try calibration(method, raw, raw.with(scores: fitted.chances(raw.scores)))
            return (DecisionRule(fitted), .object(evidence))
        }
        let labels = raw.labels
        var scores = raw.scores
        var calibrator: Calibrator?
        if let method {
            let fitted = try Calibrator.fit(method, scores: raw.scores, labels: labels, weights: raw.weights)
            calibrator = fitted
            scores = scores.map(fitted.callAsFunction)
            evidence["calibration"] = try calibration(method, raw, raw.with(scores: scores))
        }
        let held = train.selecting(rows: raw.rows)
        let decision = parameters["decision"] ?? .null
        var threshold = decision["threshold"]?.doubleValue ?? 0.5
        var groupThresholds: GroupThresholds?
        var edges: [Double]?
        if let objective = decision["objective"] {
            let constraints = (decision["constraints"]?.arrayValue ?? []).compactMap(ThresholdConstraint.init(json:))
            var groups: [String: [Int]] = [:]
            for name in constraints.compactMap(\.attribute) { groups[name] = try held.groups(name, edges: fitting.edges[name]).codes.map { Int($0) } }
            let choice = try ThresholdChoice.choose(
                ThresholdObjective(json: objective), constraints: constraints, scores: scores, labels: labels, weights: raw.weights, groups: groups)
            threshold = choice.threshold
            evidence["threshold"] = [
                "value": .double(threshold), "objective": .string(objective["measure"]?.stringValue ?? ""), "reached": .double(choice.objective),
                "candidates": .int(Int64(choice.candidates)), "constraints": .array(choice.constraints.map { .double($0) }),
            ]
        } else if let declared = decision["groups"], declared != .null {
            let attribute = declared["attribute"]?.stringValue ?? ""
            edges = fitting.edges[attribute]
            let groups = try held.groups(attribute, edges: edges)
            let fitted = try GroupThresholds.fit(
                GroupThresholds.Goal(rawValue: declared["goal"]?.stringValue ?? "") ?? .demographicParity, attribute: attribute, names: groups.names,
                groups: groups.codes.map { Int($0) }, scores: scores, labels: labels, weights: raw.weights,
                objective: declared["objective"]?.stringValue == "balancedAccuracy" ? .balancedAccuracy : .accuracy,
                slack: declared["minimumRatio"]?.doubleValue.map { .ratio($0) } ?? declared["maximumDifference"]?.doubleValue.map { .difference($0) }
                    ?? .none, seed: UInt64(declared["seed"]?.intValue ?? 0))
            groupThresholds = fitted
            evidence["groupThresholds"] = [
                "attribute": .string(attribute), "goal": .string(fitted.goal.rawValue), "randomised": .bool(fitted.isRandomised),
                "groups": .object(
                    Dictionary(
                        uniqueKeysWithValues: fitted.rules.map { name, rule in
                            (
                                name,
                                [
                                    "first": .double(rule.first), "second": .double(rule.second), "firstShare": .double(rule.firstShare),
                                    "ignored": .double(rule.ignored), "rows": .int(Int64(groups.codes.count { groups.names[Int($0)] == name })),
                                ]
                            )
                        })),
            ]
        }
        return (DecisionRule(calibrator: calibrator, threshold: threshold, groupThresholds: groupThresholds, edges: edges), .object(evidence))
    }

    private static func calibration(_ method: Calibrator.Method, _ before: HeldOutScores, _ after: HeldOutScores) throws -> JSONValue {
        ["method": .string(method.rawValue), "before": try before.calibrationError().json, "after": try after.calibrationError().json]
    }

    /// Mean and deviation of figures that each fold gives for itself.
    private static func acrossFolds(_ folds: [Fold], _ held: HeldOutScores) throws -> JSONValue {
        let places = Dictionary(uniqueKeysWithValues: held.rows.enumerated().map { ($1, $0) })
        var figures: [String: [Double]] = [:]
        for fold in folds {
            let own = try held.selecting(fold.held.compactMap { places[$0] }).figures()
            for name in held.foldFigures {
                if let value = own[name] { figures[name, default: []].append(value) }
            }
        }
        return .object(
            figures.mapValues { values in
                let mean = values.reduce(0, +) / Double(values.count)
                let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                return ["mean": .double(mean), "deviation": .double((squares / Double(max(1, values.count - 1))).squareRoot())]
            })
    }
}

extension PerformanceReport {
    /// The figures that tell of scores, not of a threshold.
    var validationJSON: JSONValue { ["rocAUC": rocAUC.json, "logLoss": logLoss.json, "brierScore": brierScore.json] }
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
