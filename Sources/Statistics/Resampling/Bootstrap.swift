import Basics

/// Bounds by resampling (Efron and Tibshirani 1993), the same for the same seed whatever the number of threads.
public enum Bootstrap {
    /// How many samples are drawn where nobody says otherwise.
    public static let defaultReplicates = 2000

    /// Percentile bounds of a figure of counts: rows that fall into cells are resampled by drawing the cells' counts, which is the same and costs nothing
    /// by the row. Replicates in which the figure is undefined are left out; nil if it is in more than a tenth of them.
    ///
    /// - Parameter figure: of the cells' counts.
    public static func percentile(
        counts: [Int], replicates: Int = defaultReplicates, seed: UInt64, confidence: Double = 0.95, _ figure: ([Int]) -> Double?
    ) -> Interval? {
        let values = samples(replicates, seed: seed) { random in figure(Multinomial.resample(counts, &random)) }
        guard values.count * 10 >= replicates * 9 else { return nil }
        let (lower, upper) = percentiles(values, confidence)
        return Interval(lower, upper, method: "bootstrap", confidence: confidence)
    }

    /// Bias-corrected and accelerated bounds (Efron 1987) of a figure of rows.
    ///
    /// - Parameters:
    ///   - strata: each row's stratum; every stratum keeps its size.
    ///   - figure: of the numbers of times that each row is drawn.
    ///   - withoutRow: the figure without one row, for the acceleration; nil: none, which gives bias-corrected percentiles.
    public static func accelerated(
        strata: [[Int]], rows: Int, replicates: Int = defaultReplicates, seed: UInt64, confidence: Double = 0.95, estimate: Double,
        jackknife: [Double]?, _ figure: ([Int]) -> Double?
    ) -> Interval? {
        let values = samples(replicates, seed: seed) { random in
            var drawn = [Int](repeating: 0, count: rows)
            for stratum in strata { for _ in stratum { drawn[stratum[Int(random.next(below: UInt64(stratum.count)))]] += 1 } }
            return figure(drawn)
        }
        guard values.count * 10 >= replicates * 9 else { return nil }
        let sorted = values.sorted()
        let below = Double(sorted.count { $0 < estimate }) + 0.5 * Double(sorted.count { $0 == estimate })
        let share = min(max(below / Double(sorted.count), 0.5 / Double(sorted.count)), 1 - 0.5 / Double(sorted.count))
        let bias = Normal().quantile(share)
        var acceleration = 0.0
        if let jackknife {
            let mean = jackknife.reduce(0, +) / Double(jackknife.count)
            let squares = jackknife.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let cubes = jackknife.reduce(0) { $0 + (mean - $1) * (mean - $1) * (mean - $1) }
            if squares > 0 { acceleration = cubes / (6 * squares * squares.squareRoot()) }
        }
        func adjusted(_ probability: Double) -> Double {
            let z = bias + Normal().quantile(probability)
            return Normal().below(bias + z / (1 - acceleration * z))
        }
        let tail = (1 - confidence) / 2
        return Interval(
            quantile(sorted, adjusted(tail)), quantile(sorted, adjusted(1 - tail)), method: jackknife == nil ? "bootstrap BC" : "bootstrap BCa",
            confidence: confidence)
    }

    /// Each replicate has a stream of its own, so that they may be worked out in any order.
    private static func samples(_ replicates: Int, seed: UInt64, _ draw: (inout SeededRandom) -> Double?) -> [Double] {
        (0..<replicates).compactMap { replicate in
            var random = SeededRandom(seed: seed, stream: UInt64(replicate))
            return draw(&random)
        }
    }

    private static func percentiles(_ values: [Double], _ confidence: Double) -> (Double, Double) {
        let sorted = values.sorted()
        let tail = (1 - confidence) / 2
        return (quantile(sorted, tail), quantile(sorted, 1 - tail))
    }

    /// Linear between order statistics (Hyndman and Fan's type 7, numpy's default).
    public static func quantile(_ sorted: [Double], _ probability: Double) -> Double {
        precondition(!sorted.isEmpty)
        let position = probability * Double(sorted.count - 1)
        let index = min(sorted.count - 1, max(0, Int(position)))
        let next = min(sorted.count - 1, index + 1)
        return sorted[index] + (position - Double(index)) * (sorted[next] - sorted[index])
    }
}
