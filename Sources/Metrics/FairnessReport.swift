public import Basics
public import Frames

/// Group measures for protected attributes: the evidence schema's `fairness`.
public struct FairnessReport: Hashable, Sendable {
    /// The group of rows whose attribute is missing.
    public static let missingGroup = "(missing)"

    /// By attribute.
    public let attributes: [String: AttributeFairness]

    /// Each of `attributes` has one element a row and is a category, a truth value or a whole number. Groups of fewer than
    /// `minimumGroupSize` rows are reported, but left out of differences and ratios.
    ///
    /// Throws `countsDiffer`, or `wrongType` for an attribute that does not fall into groups.
    public init(_ rows: ScoredRows, attributes: [Column], minimumGroupSize: Int = 0) throws(MetricsError) {
        var reports: [String: AttributeFairness] = [:]
        for column in attributes {
            guard column.count == rows.count else {
                throw MetricsError(
                    .countsDiffer, message: "attribute '\(column.name)' has \(column.count) rows, the scores have \(rows.count)")
            }
            reports[column.name] = AttributeFairness(rows, groups: try column.groupNames(), minimumGroupSize: minimumGroupSize)
        }
        self.attributes = reports
    }

    /// In the form of the evidence schema's `fairness`.
    public var json: JSONValue { .object(attributes.mapValues(\.json)) }
}

/// Group measures for one protected attribute.
public struct AttributeFairness: Hashable, Sendable {
    /// P(prediction positive): demographic parity.
    public let selectionRate: GroupedMeasure
    /// P(prediction positive | label positive): equal opportunity.
    public let truePositiveRate: GroupedMeasure
    /// P(prediction positive | label negative).
    public let falsePositiveRate: GroupedMeasure
    /// P(label positive | prediction positive): predictive parity.
    public let positivePredictiveValue: GroupedMeasure
    /// The larger of the differences of true- and false-positive rate (Hardt, Price and Srebro 2016; fairlearn's summary).
    public let equalizedOddsDifference: Estimate
    /// The smaller of the ratios of true- and false-positive rate.
    public let equalizedOddsRatio: Estimate

    /// `groups` names each row's group.
    public init(_ rows: ScoredRows, groups: [String], minimumGroupSize: Int = 0) {
        precondition(groups.count == rows.count, "one group a row")
        var counts: [String: ConfusionCounts] = [:]
        for (row, group) in groups.enumerated() {
            counts[group, default: ConfusionCounts()].count(prediction: rows.predictions[row], label: rows.labels[row])
        }
        let compared = counts.filter { $0.value.rows >= minimumGroupSize }.map(\.key)
        let all = ConfusionCounts(rows)
        func measure(_ rate: (ConfusionCounts) -> Estimate) -> GroupedMeasure {
            GroupedMeasure(groups: counts.mapValues(rate), compared: compared, overall: rate(all))
        }
        selectionRate = measure { .rate($0.predictedPositives, of: $0.rows, orUndefined: Reason.noRows) }
        truePositiveRate = measure { .rate($0.truePositives, of: $0.positives, orUndefined: Reason.noPositives) }
        falsePositiveRate = measure { .rate($0.falsePositives, of: $0.negatives, orUndefined: Reason.noNegatives) }
        positivePredictiveValue = measure { .rate($0.truePositives, of: $0.predictedPositives, orUndefined: Reason.noPredictedPositives) }
        equalizedOddsDifference = Self.combine(truePositiveRate.difference, falsePositiveRate.difference) { max($0, $1) }
        equalizedOddsRatio = Self.combine(truePositiveRate.ratio, falsePositiveRate.ratio) { min($0, $1) }
    }

    private static func combine(_ truePositive: Estimate, _ falsePositive: Estimate, _ pick: (Double, Double) -> Double) -> Estimate {
        let n = truePositive.n + falsePositive.n
        guard let first = truePositive.value else { return .undefined("true-positive rate: \(truePositive.undefined ?? "")", n: n) }
        guard let second = falsePositive.value else { return .undefined("false-positive rate: \(falsePositive.undefined ?? "")", n: n) }
        return .value(pick(first, second), n: n)
    }

    /// In the form of the evidence schema's `AttributeFairness`.
    public var json: JSONValue {
        [
            "selectionRate": selectionRate.json, "truePositiveRate": truePositiveRate.json, "falsePositiveRate": falsePositiveRate.json,
            "positivePredictiveValue": positivePredictiveValue.json,
            "equalizedOdds": ["difference": equalizedOddsDifference.json, "ratio": equalizedOddsRatio.json],
        ]
    }
}

extension Column {
    /// Each row's group by this column.
    func groupNames() throws(MetricsError) -> [String] {
        let names: [String]
        switch values {
        case .category(let codes, let categories): names = codes.map { categories.isEmpty ? "" : categories[Int($0)] }
        case .boolean(let all): names = all.map { $0 ? "true" : "false" }
        case .integer(let all): names = all.map { String($0) }
        case .double where missingCount == count: names = [String](repeating: "", count: count)
        case .double, .timestamp:
            throw MetricsError(
                .wrongType, message: "attribute '\(name)' is a \(kind.rawValue) column, whose values do not form groups")
        }
        return names.enumerated().map { isMissing($0) ? FairnessReport.missingGroup : $1 }
    }
}
