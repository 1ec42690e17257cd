internal import Glibc

/// What a decision threshold is chosen by, on rows that the model was not fitted on.
public enum ThresholdObjective: Hashable, Sendable {
    case accuracy
    case balancedAccuracy
    /// Youden's J: recall + specificity − 1.
    case youden
    case matthewsCorrelation
    /// (1 + β²)·TP / ((1 + β²)·TP + β²·FN + FP).
    case fBeta(Double)
    /// The least mean of falsePositive·FP + falseNegative·FN.
    case cost(falsePositive: Double, falseNegative: Double)
}

/// A bound that the decisions must keep on the rows that the threshold is chosen on.
public struct ThresholdConstraint: Hashable, Sendable {
    public enum Measure: String, Hashable, Sendable, CaseIterable {
        case accuracy, recall, precision, specificity, selectionRate
        /// Smallest over largest group rate.
        case selectionRateRatio
        /// Largest minus smallest group rate.
        case selectionRateDifference, truePositiveRateDifference, falsePositiveRateDifference, equalizedOddsDifference

        public var isGrouped: Bool {
            switch self {
            case .accuracy, .recall, .precision, .specificity, .selectionRate: false
            default: true
            }
        }
    }

    public let measure: Measure
    /// Whose groups are compared; nil for measures of all rows.
    public let attribute: String?
    public let minimum: Double?
    public let maximum: Double?

    public init(_ measure: Measure, attribute: String? = nil, minimum: Double? = nil, maximum: Double? = nil) {
        self.measure = measure
        self.attribute = attribute
        self.minimum = minimum
        self.maximum = maximum
    }

    /// How far a value is from being allowed; 0 if it is. What has no value is not allowed.
    func excess(_ value: Double?) -> Double {
        guard let value else { return .infinity }
        let excess = max(0, (minimum ?? value) - value, value - (maximum ?? value))
        // Sums of weights in another order may miss a bound by the last digit.
        return excess < 1e-12 ? 0 : excess
    }
}

/// A threshold with what it was chosen for.
public struct ThresholdChoice: Hashable, Sendable {
    public let threshold: Double
    /// The objective there; of costs the cost, smaller being better.
    public let objective: Double
    /// The constraints' measures there, in their order.
    public let constraints: [Double]
    /// How many thresholds were compared.
    public let candidates: Int

    /// Chooses among all thresholds that tell rows apart: midway between neighbouring scores, and beyond both ends. Of thresholds that are equally
    /// good, the one nearest ½, the lower of two.
    ///
    /// - Parameters:
    ///   - weights: how much each row counts; nil: all alike.
    ///   - groups: each attribute's group of each row, from 0; nil: a group that is not compared.
    /// - Throws: `classes` if the rows are of one class, `infeasible` if no threshold meets the constraints, naming the one that fails most.
    public static func choose(
        _ goal: ThresholdObjective, constraints: [ThresholdConstraint] = [], scores: [Double], labels: [Bool],
        weights: [Double]? = nil, groups: [String: [Int?]] = [:]
    ) throws(TrainingError) -> ThresholdChoice {
        precondition(scores.count == labels.count && weights.map { $0.count == scores.count } ?? true, "one label and weight a score")
        // They count relative to one another; products of large ones would overflow.
        let largest = weights?.max() ?? 1
        let masses = weights?.map { $0 / largest } ?? [Double](repeating: 1, count: scores.count)
        guard labels.indices.contains(where: { labels[$0] && masses[$0] > 0 }), labels.indices.contains(where: { !labels[$0] && masses[$0] > 0 })
        else {
            throw TrainingError(.classes, message: "the rows that the threshold is chosen on are of one class only")
        }
        var sweep = ThresholdSweep(labels: labels, masses: masses, constraints: constraints, groups: groups)
        let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
        var best: (threshold: Double, value: Double, measures: [Double?])?
        var nearest: (excess: Double, constraint: Int, value: Double?)?
        var (place, candidates) = (0, 0)
        while true {
            let above = place > 0 ? scores[order[place - 1]] : 1
            let below = place < order.count ? scores[order[place]] : 0
            // At the ends: nothing is selected above all scores, all is at 0.
            let threshold = place == 0 ? min(1, above.nextUp) : place == order.count ? 0 : between(below, above)
            // A score of 1 is selected by every threshold in 0…1.
            if place > 0 || below < 1 {
                candidates += 1
                let measures = sweep.measures()
                let excess = zip(constraints, measures).map { $0.excess($1) }
                if let worst = excess.indices.max(by: { excess[$0] < excess[$1] }), excess[worst] > 0 {
                    if excess[worst] < nearest?.excess ?? .infinity { nearest = (excess[worst], worst, measures[worst]) }
                    if nearest == nil { nearest = (excess[worst], worst, nil) }
                } else if let value = sweep.value(goal),
                    best.map({ value > $0.value || value == $0.value && closer(threshold, $0.threshold) }) ?? true
                {
                    best = (threshold, value, measures)
                }
            }
            guard place < order.count else { break }
            let score = scores[order[place]]
            while place < order.count, scores[order[place]] == score {
                sweep.select(order[place])
                place += 1
            }
        }
        guard let best else { throw infeasible(constraints, nearest.map { ($0.constraint, $0.value) }) }
        var objective = best.value
        if case .cost = goal { objective = -objective }
        return ThresholdChoice(
            threshold: best.threshold, objective: objective, constraints: best.measures.map { $0 ?? .nan }, candidates: candidates)
    }

    private static func between(_ low: Double, _ high: Double) -> Double {
        let middle = low + (high - low) / 2
        // Between neighbouring numbers there is none: the threshold is then the upper one, which still tells them apart.
        return middle > low ? middle : high
    }

    private static func closer(_ new: Double, _ old: Double) -> Bool {
        let (first, second) = (abs(new - 0.5), abs(old - 0.5))
        return first < second || first == second && new < old
    }

    private static func infeasible(_ constraints: [ThresholdConstraint], _ nearest: (constraint: Int, value: Double?)?) -> TrainingError {
        guard let (index, value) = nearest else { return TrainingError(.infeasible, message: "no threshold gives the objective a value") }
        func text(_ constraint: ThresholdConstraint) -> String {
            let bounds = [constraint.minimum.map { "at least \($0)" }, constraint.maximum.map { "at most \($0)" }].compactMap { $0 }
            return "\(constraint.measure.rawValue)\(constraint.attribute.map { " by '\($0)'" } ?? "") \(bounds.joined(separator: " and "))"
        }
        // Each may well be kept by some threshold, and not all by one.
        let others = constraints.indices.filter { $0 != index }.map { text(constraints[$0]) }.joined(separator: " and ")
        return TrainingError(
            .infeasible, column: constraints[index].attribute,
            message: "no threshold keeps \(text(constraints[index]))\(others.isEmpty ? "" : " together with \(others)")"
                + (value.map { "; the nearest that one comes is \($0)" } ?? ", since it has no value"))
    }
}

/// Counts, or sums of weights, while the threshold falls row by row.
private struct ThresholdSweep {
    private let labels: [Bool]
    private let masses: [Double]
    private let constraints: [ThresholdConstraint]
    private let groups: [[Int?]?]
    /// For each constraint by groups: rows, positives, selected rows, selected positives.
    private var tallies: [[(rows: Double, positives: Double, selected: Double, hits: Double)]]
    private let positives: Double
    private let total: Double
    private var selected = 0.0
    private var hits = 0.0

    init(labels: [Bool], masses: [Double], constraints: [ThresholdConstraint], groups: [String: [Int?]]) {
        self.labels = labels
        self.masses = masses
        self.constraints = constraints
        self.groups = constraints.map { constraint in
            guard constraint.measure.isGrouped else { return nil }
            guard let attribute = constraint.attribute, let codes = groups[attribute] else {
                preconditionFailure("the caller gives the groups of \(constraint.attribute ?? "")")
            }
            return codes
        }
        tallies = self.groups.map { codes in
            var tally = [(rows: Double, positives: Double, selected: Double, hits: Double)](
                repeating: (0, 0, 0, 0), count: (codes?.compactMap { $0 }.max() ?? -1) + 1)
            for (row, code) in (codes ?? []).enumerated() {
                guard let code else { continue }
                tally[code].rows += masses[row]
                if labels[row] { tally[code].positives += masses[row] }
            }
            return tally
        }
        positives = labels.indices.reduce(0) { labels[$1] ? $0 + masses[$1] : $0 }
        total = masses.reduce(0, +)
    }

    mutating func select(_ row: Int) {
        selected += masses[row]
        if labels[row] { hits += masses[row] }
        for index in groups.indices {
            guard let own = groups[index], let code = own[row] else { continue }
            tallies[index][code].selected += masses[row]
            if labels[row] { tallies[index][code].hits += masses[row] }
        }
    }

    private var falsePositives: Double { selected - hits }
    private var negatives: Double { total - positives }

    /// Larger is better; nil if undefined.
    func value(_ goal: ThresholdObjective) -> Double? {
        let (recall, specificity) = (hits / positives, (negatives - falsePositives) / negatives)
        switch goal {
        case .accuracy: return (hits + negatives - falsePositives) / total
        case .balancedAccuracy: return (recall + specificity) / 2
        case .youden: return recall + specificity - 1
        case .fBeta(let beta):
            let square = beta * beta
            // Nothing that is selected rightly is worth nothing, whatever β is.
            guard hits > 0 else { return 0 }
            return (1 + square) * hits / ((1 + square) * hits + square * (positives - hits) + falsePositives)
        case .cost(let falsePositive, let falseNegative):
            return -(falsePositive * falsePositives + falseNegative * (positives - hits)) / total
        case .matthewsCorrelation:
            let product = selected * positives * negatives * (total - selected)
            guard product > 0 else { return nil }
            let cross =
                hits * (negatives - falsePositives) - falsePositives * (positives - hits)
            return cross / product.squareRoot()
        }
    }

    func measures() -> [Double?] {
        constraints.indices.map { index in
            func rates(_ part: (Double, Double, Double, Double) -> (Double, Double)) -> [Double]? {
                var rates: [Double] = []
                for group in tallies[index] where group.rows > 0 {
                    let (numerator, denominator) = part(group.rows, group.positives, group.selected, group.hits)
                    guard denominator > 0 else { return nil }
                    rates.append(numerator / denominator)
                }
                // As in the evidence of fairness: one group alone is compared with nothing.
                return rates.count < 2 ? nil : rates
            }
            func spread(_ rates: [Double]?) -> Double? { rates.map { ($0.max() ?? 0) - ($0.min() ?? 0) } }
            let selection = { rates { rows, _, selected, _ in (selected, rows) } }
            let truePositive = { rates { _, positives, _, hits in (hits, positives) } }
            let falsePositive = { rates { rows, positives, selected, hits in (selected - hits, rows - positives) } }
            switch constraints[index].measure {
            case .accuracy: return (hits + negatives - falsePositives) / total
            case .recall: return hits / positives
            case .precision: return selected > 0 ? hits / selected : nil
            case .specificity: return (negatives - falsePositives) / negatives
            case .selectionRate: return selected / total
            case .selectionRateRatio:
                guard let all = selection(), let largest = all.max(), largest > 0 else { return nil }
                return (all.min() ?? 0) / largest
            case .selectionRateDifference: return spread(selection())
            case .truePositiveRateDifference: return spread(truePositive())
            case .falsePositiveRateDifference: return spread(falsePositive())
            case .equalizedOddsDifference:
                guard let first = spread(truePositive()), let second = spread(falsePositive()) else { return nil }
                return max(first, second)
            }
        }
    }
}
