internal import Glibc
import Statistics

/// By what is decided whether a column has drifted.
struct DriftRule {
    let preset: DriftReport.Preset
    let maximumMissingDifference: Double?

    /// - Parameter maximumMissingDifference: nil: the preset's.
    init(_ preset: DriftReport.Preset, _ maximumMissingDifference: Double?) {
        self.preset = preset
        self.maximumMissingDifference = maximumMissingDifference ?? preset.maximumMissingDifference
    }

    /// - Parameters:
    ///   - isEmpty: whether the column has no value in either table.
    ///   - missing: the share of missing values now, less that of the reference.
    func verdict(
        isEmpty: (reference: Bool, current: Bool), areTimes: Bool, missing: Double, byValues: (DriftReport.Preset) -> PresetVerdict
    ) -> PresetVerdict {
        if areTimes, maximumMissingDifference == nil { return .none }
        switch isEmpty {
        case (true, true): return PresetVerdict(method: "neither table has a value", score: nil, isDrifted: false)
        case (true, false): return PresetVerdict(method: "the reference has no value", score: nil, isDrifted: true)
        case (false, true): return PresetVerdict(method: "no value is left", score: nil, isDrifted: true)
        case (false, false): break
        }
        // Shares of just so much apart may differ from the number in its last digit.
        let isMissing = maximumMissingDifference.map { abs(missing) > $0 + 1e-12 } ?? false
        let byMissing = PresetVerdict(method: "difference of missing shares", score: missing, isDrifted: isMissing)
        if areTimes { return byMissing }
        let found = byValues(preset)
        return isMissing && !found.isDrifted ? byMissing : found
    }
}

/// What is said of a column: by which figure, and whether that is drift.
struct PresetVerdict {
    let method: String
    /// Nil: there is none.
    let score: Double?
    let isDrifted: Bool
    var isDecided = true

    static let none = PresetVerdict(method: "not decided: a column of times", score: nil, isDrifted: false, isDecided: false)

    /// By what is left of the stability index without chance; of columns whose cells are so rare that the index's floor hides them by the divergence without chance, on
    /// the index's scale; of categories so rare that chance might have dealt each of them so, by the index of them together.
    ///
    /// That many times the divergence is at most the index without its floor (Crooks 2017), and equals it for small shifts: what the index tells is told no earlier.
    ///
    /// - Parameters:
    ///   - chance: what chance alone makes of the distances; nil where there is one cell only.
    ///   - pooled: the rows of the tables where rare categories are taken together.
    static func stability(_ distances: Distances, chance: ChanceDistances?, pooled: PooledCategories? = nil) -> PresetVerdict {
        let index = beyondChance(distances, chance)
        if index >= indexLimit { return PresetVerdict(method: indexMethod, score: index, isDrifted: true) }
        let divergence = distances.jensenShannon * distances.jensenShannon
        let hidden = beyondChance(divergence, chance?.mean.divergence ?? 0, chance?.deviation.divergence ?? 0, scale: Distances.divergenceScale)
        if hidden >= indexLimit {
            return PresetVerdict(method: "Jensen-Shannon divergence beyond chance, times 8 ln 2", score: hidden, isDrifted: true)
        }
        if let pooled {
            let together = beyondChance(Distances(pooled.old, pooled.new), ChanceDistances(pooled.old, pooled.new, draws: pooled.draws))
            if together >= indexLimit {
                return PresetVerdict(method: indexMethod + ", rare categories pooled", score: together, isDrifted: true)
            }
        }
        return PresetVerdict(method: indexMethod, score: index, isDrifted: false)
    }

    private static let indexMethod = "population stability index beyond chance"
    private static let indexLimit = 0.25

    private static func beyondChance(_ distances: Distances, _ chance: ChanceDistances?) -> Double {
        max(0, beyondChance(distances.populationStabilityIndex, chance?.mean.stability ?? 0, chance?.deviation.stability ?? 0, scale: 1))
    }

    /// A figure less its mean by chance, and less by what three standard deviations, as of a control chart, are above the limit: so it reaches the limit where it lies both so far above the mean.
    private static func beyondChance(_ value: Double, _ mean: Double, _ deviation: Double, scale: Double) -> Double {
        scale * (value - mean) - max(0, scale * 3 * deviation - indexLimit)
    }

    /// Of numbers, as Evidently chooses.
    ///
    /// - Parameters:
    ///   - rows: of the reference that have a value.
    ///   - few: of numbers with at most five values, each value's rows in both tables.
    ///   - normed: Wasserstein's distance in standard deviations of the reference; nil where they are zero.
    ///   - distance: the same in units of the column.
    static func evidently(
        rows: Int, few: (old: [Double: Double], new: [Double: Double])?, _ test: DriftReport.TestValues?, normed: Double?, distance: Double,
        _ deviation: Double
    ) -> PresetVerdict {
        if let few, Set(few.old.keys).union(few.new.keys).count <= 5 {
            let values = Set(few.old.keys).union(few.new.keys).sorted()
            let (before, now) = (values.map { few.old[$0] ?? 0 }, values.map { few.new[$0] ?? 0 })
            return evidentlyCategories(before, now, Distances(before, now).jensenShannon, rows: rows)
        }
        if rows <= 1000 {
            let p = test?.pValue ?? 1
            return PresetVerdict(method: "Kolmogorov-Smirnov p-value", score: p, isDrifted: p <= 0.05)
        }
        // Evidently takes deviations under 0.001 for that.
        let distance = min(.greatestFiniteMagnitude, deviation >= 0.001 ? normed ?? 0 : distance / 0.001)
        return PresetVerdict(method: "Wasserstein distance, normed", score: distance, isDrifted: distance >= 0.1)
    }

    /// Of categories in the order of their names.
    static func evidentlyCategories(_ old: [Double], _ new: [Double], _ jensenShannon: Double, rows: Int) -> PresetVerdict {
        guard rows <= 1000 else {
            let distance = jensenShannon * log(2.0).squareRoot()
            return PresetVerdict(method: "Jensen-Shannon distance, base e", score: distance, isDrifted: distance >= 0.1)
        }
        let (before, now) = (old.reduce(0, +), new.reduce(0, +))
        guard before > 0, now > 0, old.count > 1 else { return PresetVerdict(method: "one category", score: 1, isDrifted: false) }
        if old.count == 2 {
            let p =
                CountTests.twoProportionZ(Proportion(old[1], of: before), Proportion(new[1], of: now))?.pValue ?? 1
            return PresetVerdict(method: "z test p-value", score: p, isDrifted: p < 0.05)
        }
        var statistic = 0.0
        for (expected, found) in zip(old.map { $0 * now / before }, new) {
            if expected > 0 { statistic += (found - expected) * (found - expected) / expected } else if found > 0 { statistic = .infinity }
        }
        let p = statistic.isFinite ? ChiSquare(degrees: Double(old.count - 1)).above(statistic) : 0
        return PresetVerdict(method: "chi-square p-value", score: p, isDrifted: p < 0.05)
    }
}
