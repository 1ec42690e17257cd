public import Basics
internal import Glibc
import Statistics

/// How far predicted numbers are from true ones.
public struct RegressionReport: Hashable, Sendable {
    public let rows: Int
    /// By the names that are shown: `rootMeanSquaredError`, `meanAbsoluteError`, `meanAbsolutePercentageError`, `r2`, `quantileLoss`, `poissonDeviance`,
    /// `gammaDeviance`.
    public let figures: [(name: String, estimate: Estimate)]

    /// - Parameter quantile: of the quantile loss, strictly between 0 and 1.
    /// Throws `empty`, `countsDiffer`, `invalidScore` for a number that is not finite, `invalidWeight` or `invalidOption`.
    public init(truth: [Double], predictions: [Double], weights: [Double]? = nil, quantile: Double = 0.5) throws(MetricsError) {
        let given = try NumberRows(truth: truth, predictions: predictions, weights: weights, goal: .quantile(quantile)).weights
        // Rows without weight count nowhere.
        let kept = given.flatMap { all in all.contains(0) ? all.indices.filter { all[$0] > 0 } : nil }
        func counting(_ values: [Double]) -> [Double] { kept.map { rows in rows.map { values[$0] } } ?? values }
        let (truth, predictions, weights) = (counting(truth), counting(predictions), given.map(counting))
        let n = truth.count
        rows = n
        // In an order of their own, so that sums do not depend on that of the rows.
        let order = truth.indices.sorted { (truth[$0], predictions[$0], weights?[$0] ?? 1) < (truth[$1], predictions[$1], weights?[$1] ?? 1) }
        func mean(_ term: (Double, Double) -> Double) -> RowMean {
            var mean = RowMean()
            for row in order { mean.add(term(truth[row], predictions[row]), weights?[row] ?? 1) }
            return mean
        }
        // Squares of numbers beyond 1e±100 would overflow or vanish: a power of two loses no digit.
        func plain(_ term: (Double, Double) -> Double) -> Estimate {
            let own = Magnitude.exponent(zip(truth, predictions).reduce(0) { max($0, abs(term($1.0, $1.1))) })
            return mean { scalbn(term($0, $1), -own) }.estimate(n: n, within: 0...Double.infinity).scaled(by: own)
        }
        let errors = zip(truth, predictions).map { $0 - $1 }
        let exponent = Magnitude.exponent(Magnitude.largest(of: errors))
        func square(_ truth: Double, _ other: Double, _ exponent: Int) -> Double {
            let scaled = exponent == 0 ? truth - other : scalbn(truth - other, -exponent)
            return scaled * scaled
        }
        let squaredMean = mean { square($0, $1, exponent) }
        func root(_ square: Double) -> Double { scalbn(square.squareRoot(), exponent) }
        let rootBounds = squaredMean.interval(within: 0...Double.infinity).map {
            Interval(root($0.lower), root($0.upper), method: $0.method, confidence: $0.confidence)
        }
        // Of R² over one that suits the truth as well.
        let common = Magnitude.exponent(max(Magnitude.largest(of: truth), Magnitude.largest(of: errors)))
        let average = scalbn(mean { truth, _ in scalbn(truth, -common) }.value, common)
        let squared = mean { square($0, $1, common) }.value
        let isConstant = truth.allSatisfy { $0 == truth[0] }
        let spread = isConstant ? 0 : mean { truth, _ in square(truth, average, common) }.value
        // What each row adds to the deviation of 1 − MSE/variance; the figure has the bounds of its mean, moved to itself.
        let influence = mean { truth, prediction in
            guard spread > 0 else { return 0 }
            let centered = square(truth, average, common) - spread
            return (squared / spread * centered - (square(truth, prediction, common) - squared)) / spread
        }
        let determination = influence.interval(within: -Double.infinity...Double.infinity).flatMap { bounds -> Interval? in
            guard spread > 0 else { return nil }
            let (own, half) = (1 - squared / spread, (bounds.upper - bounds.lower) / 2)
            return Interval(own - half, min(1, own + half), method: "delta", confidence: 0.95)
        }
        let isPositive = predictions.allSatisfy { $0 > 0 }
        let needed = "some prediction is not above zero"
        figures = [
            ("rootMeanSquaredError", .value(root(squaredMean.value), n: n, interval: rootBounds)),
            ("meanAbsoluteError", plain { abs($0 - $1) }),
            (
                "meanAbsolutePercentageError",
                truth.contains(0) ? .undefined("some true number is zero", n: n) : plain { abs(($0 - $1) / $0) }
            ),
            (
                "r2",
                isConstant
                    ? .undefined("all true numbers are the same", n: n) : .value(1 - squared / spread, n: n, interval: determination)
            ),
            ("quantileLoss", plain { NumberRows.quantileLoss(quantile, $0, $1) }),
            (
                "poissonDeviance",
                !isPositive
                    ? .undefined(needed, n: n)
                    : truth.contains { $0 < 0 }
                        ? .undefined("some true number is below zero", n: n) : plain(NumberRows.poissonDeviance)
            ),
            (
                "gammaDeviance",
                !isPositive
                    ? .undefined(needed, n: n)
                    : truth.contains { $0 <= 0 } ? .undefined("some true number is not above zero", n: n) : plain { 2 * (log($1 / $0) + $0 / $1 - 1) }
            ),
        ]
    }

    public static func == (left: RegressionReport, right: RegressionReport) -> Bool { left.json == right.json }
    public func hash(into hasher: inout Hasher) { hasher.combine(rows) }

    public var json: JSONValue {
        var members = Dictionary(uniqueKeysWithValues: figures.map { ($0.name, $0.estimate.json) })
        members["rows"] = .int(Int64(rows))
        return .object(members)
    }
}
