public import Basics
public import Statistics

/// How far scores are the chances that they claim to be (Guo et al. 2017; Naeini, Cooper and Hauskrecht 2015).
public struct CalibrationReport: Hashable, Sendable {
    /// One point of the reliability curve.
    public struct Bin: Hashable, Sendable {
        public let rows: Int
        /// The mean score of its rows.
        public let predicted: Double
        /// The share of its rows whose label is positive.
        public let observed: Estimate
    }

    public enum Binning: String, Hashable, Sendable, CaseIterable {
        /// Bins of one width, of which the score at an edge belongs to the lower, as scikit-learn has it.
        case uniform
        /// Bins of about as many rows each; rows of one score stay together.
        case quantile
    }

    public let binning: Binning
    public let bins: [Bin]
    /// Expected calibration error: the mean of |observed − predicted| over the rows.
    public let expectedError: Estimate
    /// Maximum calibration error.
    public let maximumError: Estimate
    /// χ² of Hosmer and Lemeshow (1980) with the number of filled bins less 2 degrees of freedom, and its p-value.
    public let hosmerLemeshow: TestResult?

    /// Rows without weight count nowhere.
    public init(_ all: ScoredRows, binning: Binning = .uniform, count: Int = 10) throws(MetricsError) {
        guard (2...1000).contains(count) else { throw MetricsError(.invalidOption, message: "\(count) bins; between 2 and 1000 are possible") }
        let rows = all.weights?.contains(0) == true ? try all.selecting(rows: all.countedRows) : all
        let order = ScoreOrder(rows)
        let edges: [Double] =
            binning == .uniform ? (1..<count).map { Double($0) * (1 / Double(count)) } : Self.quantiles(order, count)
        var bins = [(rows: Int, weight: Double, positives: Double, scores: CompensatedSum, squares: Double)](
            repeating: (0, 0, 0, CompensatedSum(), 0), count: edges.count + 1)
        for (side, isPositive) in [(order.negatives, false), (order.positives, true)] {
            var bin = 0
            for index in side.scores.indices {
                let score = side.scores[index]
                while bin < edges.count, binning == .uniform ? score > edges[bin] : score >= edges[bin] { bin += 1 }
                let weight = side.weight(index)
                bins[bin].rows += 1
                bins[bin].weight += weight
                bins[bin].squares += weight * weight
                if isPositive { bins[bin].positives += weight }
                bins[bin].scores.add(weight * side.scores[index])
            }
        }
        let filled = bins.filter { $0.weight > 0 }
        let total = filled.reduce(0) { $0 + $1.weight }
        let n = order.positives.count + order.negatives.count
        self.binning = binning
        self.bins = filled.map { bin in
            Bin(
                rows: bin.rows, predicted: bin.scores.value / bin.weight,
                observed: rows.weights == nil
                    ? .rate(Int(bin.positives), of: bin.rows, orUndefined: Reason.noRows)
                    : .value(
                        min(1, bin.positives / bin.weight), n: bin.rows,
                        interval: Proportion(
                            min(1, bin.positives / bin.weight) * (bin.weight * bin.weight / bin.squares), of: bin.weight * bin.weight / bin.squares
                        ).wilson()))
        }
        let gaps = filled.map { (gap: abs($0.positives - $0.scores.value) / $0.weight, weight: $0.weight) }
        var error = CompensatedSum()
        for gap in gaps { error.add(gap.gap * gap.weight) }
        let bounds = CalibrationBounds(
            bins: filled.map { bin in
                .init(
                    share: bin.weight / total, rows: bin.weight * bin.weight / bin.squares, observed: min(1, bin.positives / bin.weight),
                    predicted: bin.scores.value / bin.weight)
            })
        let (expected, maximum) = (error.value / total, gaps.map(\.gap).max() ?? 0)
        expectedError = .value(expected, n: n, interval: bounds.expected(expected))
        maximumError = .value(maximum, n: n, interval: bounds.largest(maximum))
        var statistic = 0.0
        for bin in filled {
            let mean = bin.scores.value / bin.weight
            let variance = bin.weight * mean * (1 - mean)
            if variance > 0 {
                // As many rows as would tell as much (Kish 1965): 1 without weights.
                let effect = bin.weight / bin.squares
                statistic += (bin.positives - bin.scores.value) * (bin.positives - bin.scores.value) * effect / variance
            } else if bin.positives != bin.scores.value {
                statistic = .infinity
            }
        }
        hosmerLemeshow =
            filled.count > 2 && statistic.isFinite
            ? TestResult(statistic: statistic, pValue: ChiSquare(degrees: Double(filled.count - 2)).above(statistic)) : nil
    }

    /// The scores at which a share of the rows lies below, without repetition.
    private static func quantiles(_ order: ScoreOrder, _ count: Int) -> [Double] {
        var distinct: [(score: Double, weight: Double)] = []
        order.descend { score, p, n in distinct.append((score, p + n)) }
        let total = distinct.reduce(0) { $0 + $1.weight }
        var edges: [Double] = []
        var below = 0.0
        var next = 1
        for (score, weight) in distinct.reversed() {
            // Last digits of sums of weights do not decide where a bin begins.
            while next < count, below * (1 + 1e-12) >= total * Double(next) / Double(count) {
                if edges.last != score, below > 0 { edges.append(score) }
                next += 1
            }
            below += weight
        }
        return edges
    }

    /// In the form of the evidence schema's `CalibrationEvidence`.
    public var json: JSONValue {
        JSONValue.object([
            "binning": .string(binning.rawValue), "expectedCalibrationError": expectedError.json, "maximumCalibrationError": maximumError.json,
            "hosmerLemeshow": hosmerLemeshow.map { ["statistic": .double($0.statistic), "pValue": .double($0.pValue)] } ?? .null,
            "bins": .array(
                bins.map { ["rows": .int(Int64($0.rows)), "predicted": .double($0.predicted), "observed": $0.observed.json] }),
        ]).droppingNulls
    }
}
