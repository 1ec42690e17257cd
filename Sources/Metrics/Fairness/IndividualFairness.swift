public import Basics
internal import Glibc
import Statistics

/// Inequality of what single rows get, whatever their groups: benefits b = prediction − label + 1 (Speicher et al. 2018, as AIF360 has them).
public struct IndividualFairness: Hashable, Sendable {
    /// mean(b/μ · ln(b/μ)).
    public let theilIndex: Estimate
    /// (mean((b/μ)²) − 1) / 2.
    public let generalizedEntropy: Estimate
    /// 1 − mean |prediction − mean prediction of the k nearest rows| (Zemel et al. 2013, as AIF360 has it: a row is its own nearest); needs features.
    public var consistency: Estimate?

    public init(_ counts: ConfusionCounts, seed: UInt64 = 0) {
        // A false positive has a benefit of 2, what is right 1, a false negative none.
        let cells = [counts.falsePositives.weight, counts.right.weight, counts.falseNegatives.weight]
        func mean(_ cells: [Double]) -> Double { (2 * cells[0] + cells[1]) / cells.reduce(0, +) }
        func theil(_ cells: [Double]) -> Double? {
            let mean = mean(cells)
            guard mean > 0 else { return nil }
            let (high, low) = (2 / mean, 1 / mean)
            return max(0, (cells[0] * high * log(high) + cells[1] * low * log(low)) / cells.reduce(0, +))
        }
        func entropy(_ cells: [Double]) -> Double? {
            let mean = mean(cells)
            guard mean > 0 else { return nil }
            let (high, low) = (2 / mean, 1 / mean)
            return max(0, ((cells[0] * high * high + cells[1] * low * low) / cells.reduce(0, +) - 1) / 2)
        }
        let n = counts.all.rows
        let bootstrap = CellBootstrap(cells, effectiveRows: counts.all.effectiveRows, seed: seed)
        func estimate(_ figure: ([Double]) -> Double?) -> Estimate {
            figure(cells).map { .value($0, n: n, interval: bootstrap.interval(figure)) } ?? .undefined("nobody has a benefit", n: n)
        }
        (theilIndex, generalizedEntropy) = (estimate(theil), estimate(entropy))
    }

    public var json: JSONValue {
        JSONValue.object([
            "theilIndex": theilIndex.json, "generalizedEntropy": generalizedEntropy.json, "consistency": consistency?.json ?? .null,
        ]).droppingNulls
    }
}
