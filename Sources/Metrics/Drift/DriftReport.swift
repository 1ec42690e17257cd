public import Basics
public import Frames
internal import Glibc
public import Statistics

/// How far the columns of a table have moved from a reference.
public struct DriftReport: Hashable, Sendable {
    /// Which distance says that a column drifted.
    public enum Preset: String, Hashable, Sendable, CaseIterable {
        /// Population stability index of 0.25 or more beyond what chance makes of tables of so many rows, or as much of the divergence where cells are too rare for the index, or of the index of rare categories taken together; by effect size, three standard deviations of chance at least. Of columns of times, which have moved on in every later table, only what is missing counts.
        case stability
        /// As Evidently's `DataDriftPreset` (0.4 to 0.7) chooses. Up to 1,000 reference values: Kolmogorov–Smirnov for numbers, χ² of the reference's shares for categories (a z test for two),
        /// at p < 0.05. More: Wasserstein's distance in reference standard deviations, Jensen–Shannon's (to base e) for categories, of 0.1 or more. Numbers of at most five values are categories.
        /// Columns of times are measured and count neither as drifted nor among the columns, since Evidently leaves them out: every later table has later ones.
        case evidently

        /// By how much the share of missing values may differ unless told otherwise: distances are of values that are there. Nil: by any, since Evidently looks at those alone.
        public var maximumMissingDifference: Double? {
            switch self {
            case .stability: 0.1
            case .evidently: nil
            }
        }
    }

    public struct ColumnDrift: Hashable, Sendable {
        public let name: String
        /// Σ (aᵢ − eᵢ)·ln(aᵢ/eᵢ) over bins or categories, shares below 1e-4 as 1e-4.
        public let populationStabilityIndex: Double
        /// √ of the divergence to base 2, from 0 to 1 (Lin 1991; scipy's distance).
        public let jensenShannonDistance: Double
        public let hellingerDistance: Double
        /// For numbers: the largest distance of the distribution functions, and its p-value by Kolmogorov's distribution.
        public let kolmogorovSmirnov: TestValues?
        /// For numbers, in units of the column.
        public let wassersteinDistance: Double?
        /// The same in standard deviations of the reference; nil where that is zero.
        public let normedWassersteinDistance: Double?
        /// For numbers: Cramér–von Mises' T (Anderson 1962).
        public let cramerVonMises: Double?
        public let cramerVonMisesPValue: Double?
        /// For categories: χ² of both tables.
        public let chiSquare: TestValues?
        /// Values that only one of the tables has.
        public let newCategories: CategoryNames
        public let lostCategories: CategoryNames
        /// The share of missing values now, less that of the reference.
        public let missingDifference: Double
        /// Whether it is one of times, whose distances say that time goes by.
        public let holdsTimes: Bool
        public let isDrifted: Bool
        /// Whether anything is decided of such a column.
        public let isDecided: Bool
        /// What was decided by, and the figure: a distance, a p-value or the difference of missing shares. Nil where a table has no values that have one, or nothing is decided.
        public let method: String
        public let score: Double?
        /// 95 % bounds, by the figures' names.
        public let intervals: [String: Interval]
    }

    public struct TestValues: Hashable, Sendable {
        public let statistic: Double
        public let pValue: Double
    }

    public let preset: Preset
    /// A column has drifted too where the shares of missing values differ by more; nil: whatever is missing.
    public let maximumMissingDifference: Double?
    public let columns: [ColumnDrift]
    /// Columns of one table only.
    public let onlyInReference: [String]
    public let onlyInCurrent: [String]

    /// Of the columns of which the preset decides.
    public var driftedShare: Double {
        let decided = columns.count(where: \.isDecided)
        return decided == 0 ? 0 : Double(columns.count(where: \.isDrifted)) / Double(decided)
    }

    /// - Parameter maximumMissingDifference: nil: the preset's.
    /// Throws `wrongType` for a column that is numbers, times or categories in one table and another of them in the other, or `empty`, also where the tables have no column in common.
    public init(
        reference: [ReferenceColumn], current: Frame, preset: Preset = .stability, maximumMissingDifference: Double? = nil, threads: Int = 1
    ) throws(MetricsError) {
        guard current.rowCount > 0, reference.allSatisfy({ $0.rows > 0 }) else { throw MetricsError(.empty, message: "a table has no rows") }
        let pairs = reference.compactMap { old in current.columns.first { $0.name == old.name }.map { (old, $0) } }
        for (old, new) in pairs {
            let was: Content = if case .numbers = old.content { old.holdsTimes ? .times : .numbers } else { .categories }
            try Self.check(
                old.name, was, Content(new),
                isEmpty: old.missing == old.rows || new.missingCount == new.count)
        }
        let rule = DriftRule(preset, maximumMissingDifference)
        try self.init(names: (reference.map(\.name), current.columns.map(\.name)), rule) {
            concurrentBlocks(pairs.count, threads: threads) { Self.drift(pairs[$0].0, pairs[$0].1, rule) }
        }
    }

    /// Rows of both tables count by weight; where all weights are alike, this is the report of the rows that have one.
    ///
    /// Throws as above, or `countsDiffer` and `invalidWeight`.
    public init(
        reference: Frame, weights referenceWeights: [Double], current: Frame, weights currentWeights: [Double], preset: Preset = .stability,
        maximumMissingDifference: Double? = nil, threads: Int = 1
    ) throws(MetricsError) {
        guard reference.rowCount > 0, current.rowCount > 0 else { throw MetricsError(.empty, message: "a table has no rows") }
        try ScoredRows.check(referenceWeights, rows: reference.rowCount)
        try ScoredRows.check(currentWeights, rows: current.rowCount)
        func counted(_ frame: Frame, _ weights: [Double]) -> Frame? {
            let kept = weights.indices.filter { weights[$0] > 0 }
            return kept.allSatisfy { weights[$0] == weights[kept[0]] } ? frame.selecting(rows: kept) : nil
        }
        if let old = counted(reference, referenceWeights), let new = counted(current, currentWeights) {
            try self.init(
                reference: old.columns.map { ReferenceColumn($0) }, current: new, preset: preset,
                maximumMissingDifference: maximumMissingDifference, threads: threads)
            return
        }
        let pairs = reference.columns.compactMap { old in current.columns.first { $0.name == old.name }.map { (old, $0) } }
        for (old, new) in pairs {
            try Self.check(
                old.name, Content(old), Content(new),
                isEmpty: old.missingCount == old.count || new.missingCount == new.count)
        }
        func order(_ weights: [Double]) -> [Int] { RadixSort.order(Array(weights.indices), by: weights) }
        let orders = (old: order(referenceWeights), new: order(currentWeights))
        let rule = DriftRule(preset, maximumMissingDifference)
        try self.init(names: (reference.columns.map(\.name), current.columns.map(\.name)), rule) {
            concurrentBlocks(pairs.count, threads: threads) { place in
                Self.drift(
                    WeightedColumn(pairs[place].0, weights: referenceWeights, order: orders.old),
                    WeightedColumn(pairs[place].1, weights: currentWeights, order: orders.new),
                    areTimes: pairs[place].0.kind == .timestamp || pairs[place].1.kind == .timestamp, rule)
            }
        }
    }

    private init(names: (reference: [String], current: [String]), _ rule: DriftRule, _ columns: () -> [ColumnDrift]) throws(MetricsError) {
        let (old, new) = (Set(names.reference), Set(names.current))
        guard !old.isDisjoint(with: new) else { throw MetricsError(.empty, message: "the tables have no column in common") }
        self.columns = columns()
        (preset, maximumMissingDifference) = (rule.preset, rule.maximumMissingDifference)
        guard self.columns.contains(where: \.isDecided) else {
            throw MetricsError(
                .empty, message: "the preset \(rule.preset.rawValue) decides nothing of columns of times, and the tables have no others in common")
        }
        onlyInReference = names.reference.filter { !new.contains($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        onlyInCurrent = names.current.filter { !old.contains($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private enum Content: String {
        case numbers, times, categories

        init(_ column: Column) { self = column.kind == .timestamp ? .times : column.holdsNumbers ? .numbers : .categories }
    }

    private static func check(_ name: String, _ was: Content, _ now: Content, isEmpty: Bool) throws(MetricsError) {
        guard was != now, !isEmpty else { return }
        throw MetricsError(.wrongType, message: "column '\(name)' holds \(was.rawValue) in the reference, and now \(now.rawValue)")
    }

    /// In the form of the evidence schema's `DriftEvidence`.
    public var json: JSONValue {
        func values(_ test: TestValues?) -> JSONValue {
            test.map { ["statistic": .double($0.statistic), "pValue": .double($0.pValue)] } ?? .null
        }
        let described = columns.map { column -> (String, JSONValue) in
            (
                column.name,
                JSONValue.object([
                    "populationStabilityIndex": .double(column.populationStabilityIndex),
                    "jensenShannonDistance": .double(column.jensenShannonDistance), "hellingerDistance": .double(column.hellingerDistance),
                    "kolmogorovSmirnov": values(column.kolmogorovSmirnov), "chiSquare": values(column.chiSquare),
                    "wassersteinDistance": column.wassersteinDistance.map { .double($0) } ?? .null,
                    "normedWassersteinDistance": column.normedWassersteinDistance.map { .double($0) } ?? .null,
                    "cramerVonMises": column.cramerVonMises.map { .double($0) } ?? .null,
                    "cramerVonMisesPValue": column.cramerVonMisesPValue.map { .double($0) } ?? .null, "method": .string(column.method),
                    "score": column.score.map { .double($0) } ?? .null,
                    "intervals": .object(column.intervals.mapValues(\.json)),
                    "newCategories": column.newCategories.json, "newCategoryCount": .int(Int64(column.newCategories.count)),
                    "lostCategories": column.lostCategories.json, "lostCategoryCount": .int(Int64(column.lostCategories.count)),
                    "missingDifference": .double(column.missingDifference), "holdsTimes": .bool(column.holdsTimes),
                    "drifted": .bool(column.isDrifted),
                ]).droppingNulls
            )
        }
        return JSONValue.object([
            "preset": .string(preset.rawValue), "maximumMissingDifference": maximumMissingDifference.map { .double($0) } ?? .null,
            "driftedShare": .double(driftedShare),
            "columns": .object(Dictionary(described, uniquingKeysWith: { first, _ in first })),
            "onlyInReference": .array(onlyInReference.map { .string($0) }), "onlyInCurrent": .array(onlyInCurrent.map { .string($0) }),
        ]).droppingNulls
    }
}
