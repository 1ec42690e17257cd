public import Basics
public import Execution
import Frames
import Metrics
public import Planning
import Training

/// Fits calibrator and thresholds to scores that training rows have from models which never saw them.
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
        return ["decision": try work.put(rule.json.canonicalBytes), "evidence": try work.put(evidence.canonicalBytes)]
    }

    private static func decide(
        _ train: Frame, _ fitting: FitParameters, _ parameters: JSONValue, _ work: StepWork
    ) throws -> (rule: DecisionRule, evidence: JSONValue) {
        let folds = try fitting.folds(train)
        let (rows, raw) = try fitting.outOfFold(train, folds: folds, fit: fitting.fit(threads: work.threads), progress: work.progress)
        let held = train.selecting(rows: rows)
        let labels = try fitting.label.resolve(held)
        var scores = raw
        var calibrator: Calibrator?
        if let method = parameters["calibration"]?["method"]?.stringValue.flatMap(Calibrator.Method.init(rawValue:)) {
            let fitted = try Calibrator.fit(method, scores: raw, labels: labels)
            calibrator = fitted
            scores = raw.map(fitted.callAsFunction)
        }
        let decision = parameters["decision"] ?? .null
        var threshold = decision["threshold"]?.doubleValue ?? 0.5
        var evidence: [String: JSONValue] = [
            "folds": .int(Int64(Set(folds.map(\.held)).count)), "rows": .int(Int64(rows.count)),
            "performance": PerformanceReport(try ScoredRows(scores: raw, labels: labels, threshold: 0.5)).validationJSON,
            "acrossFolds": try acrossFolds(folds, rows, raw, labels),
        ]
        if let calibrator {
            func error(_ scores: [Double]) throws -> JSONValue {
                try CalibrationReport(ScoredRows(scores: scores, labels: labels, threshold: 0.5), binning: .quantile).json["expectedCalibrationError"]
                    ?? .null
            }
            evidence["calibration"] = ["method": .string(calibrator.method.rawValue), "before": try error(raw), "after": try error(scores)]
        }
        var groupThresholds: GroupThresholds?
        var edges: [Double]?
        if let objective = decision["objective"] {
            let constraints = (decision["constraints"]?.arrayValue ?? []).compactMap(ThresholdConstraint.init(json:))
            var groups: [String: [Int]] = [:]
            for name in constraints.compactMap(\.attribute) { groups[name] = try held.groups(name, edges: fitting.edges[name]).codes.map { Int($0) } }
            let choice = try ThresholdChoice.choose(
                ThresholdObjective(json: objective), constraints: constraints, scores: scores, labels: labels, groups: groups)
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
                groups: groups.codes.map { Int($0) }, scores: scores, labels: labels,
                objective: declared["objective"]?.stringValue == "balancedAccuracy" ? .balancedAccuracy : .accuracy,
                slack: declared["minimumRatio"]?.doubleValue.map { .ratio($0) } ?? declared["maximumDifference"]?.doubleValue.map { .difference($0) }
                    ?? .none, seed: UInt64(declared["seed"]?.intValue ?? 0))
            groupThresholds = fitted
            evidence["groupThresholds"] = [
                "attribute": .string(attribute), "goal": .string(fitted.goal.rawValue), "randomised": .bool(fitted.isRandomised),
                "groups": .object(
                    fitted.rules.mapValues {
                        [
                            "first": .double($0.first), "second": .double($0.second), "firstShare": .double($0.firstShare),
                            "ignored": .double($0.ignored),
                        ]
                    }),
            ]
        }
        return (DecisionRule(calibrator: calibrator, threshold: threshold, groupThresholds: groupThresholds, edges: edges), .object(evidence))
    }

    /// Mean and deviation of figures that each fold gives for itself.
    private static func acrossFolds(_ folds: [Fold], _ rows: [Int], _ scores: [Double], _ labels: [Bool]) throws -> JSONValue {
        let places = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
        var figures: [String: [Double]] = [:]
        for fold in folds {
            let own = fold.held.compactMap { places[$0] }
            let report = PerformanceReport(
                try ScoredRows(scores: own.map { scores[$0] }, labels: own.map { labels[$0] }, threshold: 0.5))
            for name in ["rocAUC", "logLoss", "accuracy"] {
                if let value = report.figures.first(where: { $0.name == name })?.estimate.value { figures[name, default: []].append(value) }
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
