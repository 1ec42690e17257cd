public import Basics

/// Group measures for protected attributes: the evidence schema's `fairness`.
public struct FairnessReport: Hashable, Sendable {
    public struct Options: Hashable, Sendable {
        /// Groups of fewer rows are reported, but left out of differences and ratios.
        public var minimumGroupRows = 0
        /// By attribute, the group that others are compared with; otherwise the one with the highest rate.
        public var references: [String: String] = [:]
        public var threads = 1

        public init() {}
    }

    /// By attribute; `sex,race` for attributes that are crossed.
    public let attributes: [String: AttributeFairness]

    /// Throws `countsDiffer` if some attribute has not one group for each row, `invalidOption` for a reference that no group is.
    public init(_ rows: ScoredRows, _ groups: [Groups], options: Options = Options()) throws(MetricsError) {
        for each in groups where each.codes.count != rows.count {
            throw MetricsError(
                .countsDiffer, message: "attribute '\(each.attribute)' has \(each.codes.count) rows, the scores have \(rows.count)")
        }
        for each in groups {
            guard let wanted = options.references[each.attribute], !each.names.contains(wanted) else { continue }
            throw MetricsError(
                .invalidOption,
                message: "'\(each.attribute)' has no group '\(wanted)' to compare with; there are \(each.names.prefix(8).joined(separator: ", "))")
        }
        let median = rows.weights.map { Self.median(rows.scores, weights: $0) } ?? Self.median(rows.scores)
        let order = rows.weights == nil ? [] : rows.summingOrder
        var reports = groups.map { each in
            AttributeFairness(
                GroupTally(rows, each, median: median, order: order, threads: options.threads), each, reference: options.references[each.attribute],
                minimumGroupRows: options.minimumGroupRows, hasScores: rows.hasScores)
        }
        var measures = reports.flatMap { report in AttributeFairness.tested.map { report[$0] } }
        GroupedMeasure.adjust(&measures)
        for (index, measure) in measures.enumerated() {
            reports[index / AttributeFairness.tested.count].measures[AttributeFairness.tested[index % AttributeFairness.tested.count]] = measure
        }
        attributes = Dictionary(zip(groups.map(\.attribute), reports), uniquingKeysWith: { first, _ in first })
    }

    /// Of rows with weights: the score at which half of the weight is reached; half the sum of it and the next where it is reached exactly.
    static func median(_ scores: [Double], weights: [Double]) -> Double {
        let order = scores.indices.filter { weights[$0] > 0 }.sorted { (scores[$0], weights[$0]) < (scores[$1], weights[$1]) }
        let half = order.reduce(0) { $0 + weights[$1] } / 2
        var below = 0.0
        for (place, row) in order.enumerated() {
            below += weights[row]
            // Last digits of sums of weights do not decide whether half is reached exactly.
            if below > half * (1 + 1e-12) { return scores[row] }
            if below >= half * (1 - 1e-12), place + 1 < order.count { return (scores[row] + scores[order[place + 1]]) / 2 }
        }
        return order.last.map { scores[$0] } ?? 0
    }

    /// Half the sum of the two in the middle for an even number of scores. By selection, not by sorting.
    static func median(_ scores: [Double]) -> Double {
        var scores = scores
        let middle = scores.count / 2
        let upper = select(&scores, middle)
        guard scores.count % 2 == 0 else { return upper }
        let lower = scores[..<middle].max() ?? upper
        return (lower + upper) / 2
    }

    /// Puts the element of a rank in its place, what is less before it and what is not behind it (Hoare 1961).
    private static func select(_ values: inout [Double], _ rank: Int) -> Double {
        var (low, high) = (0, values.count - 1)
        while low < high {
            // The median of three: sorted rows and rows that are all equal are common.
            let (a, b, c) = (values[low], values[(low + high) / 2], values[high])
            let pivot = max(min(a, b), min(max(a, b), c))
            var (i, j) = (low, high)
            while i <= j {
                while values[i] < pivot { i += 1 }
                while values[j] > pivot { j -= 1 }
                if i <= j {
                    values.swapAt(i, j)
                    i += 1
                    j -= 1
                }
            }
            if rank <= j { high = j } else if rank >= i { low = i } else { break }
        }
        return values[rank]
    }

    /// In the form of the evidence schema's `fairness`.
    public var json: JSONValue { .object(attributes.mapValues(\.json)) }
}
