extension GroupThresholds {
    /// What is gained by decisions, beside their equality: so much for a true positive, and so much lost for a false one.
    public enum Objective: Hashable, Sendable {
        case accuracy
        case balancedAccuracy
        case cost(falsePositive: Double, falseNegative: Double)

        func worth(positives: Double, negatives: Double) -> (hit: Double, falseAlarm: Double) {
            switch self {
            case .accuracy: (1, 1)
            case .balancedAccuracy: (1 / positives, 1 / negatives)
            case .cost(let falsePositive, let falseNegative): (falseNegative, falsePositive)
            }
        }
    }

    /// How unequal groups may be.
    public enum Slack: Hashable, Sendable {
        case none
        /// Largest minus smallest rate at most.
        case difference(Double)
        /// Smallest over largest rate at least.
        case ratio(Double)

        func lowest(_ highest: Double) -> Double {
            switch self {
            case .none: highest
            case .difference(let most): max(0, highest - most)
            case .ratio(let least): highest * least
            }
        }

        /// The highest rate of which this is the lowest.
        func highest(_ lowest: Double) -> Double {
            switch self {
            case .none: lowest
            case .difference(let most): lowest + most
            case .ratio(let least): lowest / least
            }
        }
    }

    /// The exact optimum over the hulls of all thresholds, not over a grid of them.
    ///
    /// - Parameters:
    ///   - groups: each row's group, into `names`.
    ///   - weights: how much each row counts; nil: all alike. A group of weight zero decides as one that has no rows: by what suits all rows.
    ///   - slack: for every goal but equalized odds, which is made exact.
    /// - Throws: `classes` if a group lacks rows that the goal needs.
    public static func fit(
        _ goal: Goal, attribute: String, names: [String], groups: [Int], scores: [Double], labels: [Bool], weights: [Double]? = nil,
        objective: Objective = .accuracy, slack: Slack = .none, seed: UInt64 = 0
    ) throws(TrainingError) -> GroupThresholds {
        precondition(groups.count == scores.count && labels.count == scores.count, "one group and label a score")
        let all = ThresholdCounts(scores: scores, labels: labels, weights: weights, rows: Array(scores.indices))
        guard all.positives > 0, all.negatives > 0 else {
            throw TrainingError(.classes, message: "the rows that thresholds by '\(attribute)' are fitted on are of one class only")
        }
        var members = [[Int]](repeating: [], count: names.count)
        for (row, group) in groups.enumerated() { members[group].append(row) }
        // Groups whose rows weigh nothing are as groups without rows, and have the rule of those that nobody knew.
        let known = zip(names, members).map { ($0, ThresholdCounts(scores: scores, labels: labels, weights: weights, rows: $1)) }.filter {
            $1.rows > 0
        }
        let counts = known.map(\.1)
        for (name, own) in known {
            let lacks =
                switch goal {
                case .demographicParity: nil as String?
                case .equalOpportunity: own.positives == 0 ? "positive" : nil
                case .falsePositiveParity: own.negatives == 0 ? "negative" : nil
                case .equalizedOdds: own.positives == 0 ? "positive" : own.negatives == 0 ? "negative" : nil
                }
            if let lacks {
                throw TrainingError(
                    .classes, column: attribute,
                    message: "group '\(name)' has no \(lacks) rows\(weights == nil ? "" : " that count") to fit thresholds on for \(goal.rawValue)")
            }
        }
        let worth = objective.worth(positives: all.positives, negatives: all.negatives)
        let rules: [Rule]
        let fallback: Rule
        if goal == .equalizedOdds {
            (rules, fallback) = equalizedOdds(counts, all, worth)
        } else {
            func hull(_ own: ThresholdCounts) -> ThresholdHull {
                own.hull { hits, falseAlarms in
                    let x =
                        switch goal {
                        case .equalOpportunity: hits / own.positives
                        case .falsePositiveParity: falseAlarms / own.negatives
                        default: (hits + falseAlarms) / own.rows
                        }
                    return (x, worth.hit * hits - worth.falseAlarm * falseAlarms)
                }
            }
            let hulls = counts.map(hull)
            let highest = best(hulls, slack)
            rules = hulls.map { $0.rule(clamped($0, slack, highest)) }
            let whole = hull(all)
            fallback = whole.rule(clamped(whole, slack, highest))
        }
        return GroupThresholds(
            attribute: attribute, goal: goal, rules: Dictionary(uniqueKeysWithValues: zip(known.map(\.0), rules)), fallback: fallback,
            seed: seed)
    }

    /// A concave curve's best place within what the highest rate lets through.
    private static func clamped(_ hull: ThresholdHull, _ slack: Slack, _ highest: Double) -> Double {
        min(max(hull.argmax, slack.lowest(highest)), highest)
    }

    /// The highest rate at which the groups' values sum to most. The sum is linear between the vertices' rates and those that the slack makes of them.
    private static func best(_ hulls: [ThresholdHull], _ slack: Slack) -> Double {
        let rates = Set(hulls.flatMap { $0.vertices.flatMap { [$0.x, slack.highest($0.x)] } }).filter { $0 <= 1 }.sorted()
        var found: (rate: Double, value: Double)?
        for rate in rates {
            let value = hulls.reduce(0) { $0 + $1.value(clamped($1, slack, rate)) }
            if value > found?.value ?? -.infinity { found = (rate, value) }
        }
        return found?.rate ?? 0
    }

    /// Where all groups' ROC hulls allow the same rates, at the place that is worth most; groups that could do better are decided by chance now and then.
    private static func equalizedOdds(
        _ counts: [ThresholdCounts], _ all: ThresholdCounts, _ worth: (hit: Double, falseAlarm: Double)
    ) -> (rules: [Rule], fallback: Rule) {
        func roc(_ own: ThresholdCounts) -> ThresholdHull {
            own.hull { hits, falseAlarms in (falseAlarms / own.negatives, hits / own.positives) }
        }
        let hulls = counts.map(roc)
        var rates = Set(hulls.flatMap { $0.vertices.map(\.x) }).sorted()
        // Where two hulls cross between neighbouring vertices, the lower of them has a corner too.
        for (low, high) in zip(rates, rates.dropFirst()) {
            for first in hulls.indices {
                for second in hulls.indices where second > first {
                    let (start, end) = (hulls[first].value(low) - hulls[second].value(low), hulls[first].value(high) - hulls[second].value(high))
                    if start * end < 0 { rates.append(low + (high - low) * start / (start - end)) }
                }
            }
        }
        var found: (x: Double, y: Double, value: Double)?
        for x in rates.sorted() {
            let y = hulls.map { $0.value(x) }.min() ?? 0
            let value = worth.hit * all.positives * y - worth.falseAlarm * all.negatives * x
            if value > found?.value ?? -.infinity { found = (x, y, value) }
        }
        let (x, y) = (found?.x ?? 0, found?.y ?? 0)
        func rule(_ hull: ThresholdHull) -> Rule {
            let own = hull.value(x)
            return hull.rule(x, ignored: own > x ? min(1, max(0, (own - y) / (own - x))) : 0, constant: x)
        }
        return (hulls.map(rule), rule(roc(all)))
    }
}
