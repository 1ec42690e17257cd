public import Basics
public import Frames
internal import Glibc
public import Statistics

/// How far the columns of a table have moved from a reference.
public struct DriftReport: Hashable, Sendable {
    /// Which distance says that a column drifted.
    public enum Preset: String, Hashable, Sendable, CaseIterable {
        /// Population stability index of 0.25 or more; by effect size, whatever the number of rows.
        case stability
        /// As Evidently's `DataDriftPreset` (0.4 to 0.7) chooses. Up to 1,000 reference values: Kolmogorov–Smirnov for numbers, χ² of the reference's shares for categories (a z test for two),
        /// at p < 0.05. More: Wasserstein's distance in reference standard deviations, Jensen–Shannon's (to base e) for categories, of 0.1 or more. Numbers of at most five values are categories.
        case evidently
    }

    public struct ColumnDrift: Hashable, Sendable {
        public let name: String
        /// Σ (aᵢ − eᵢ)·ln(aᵢ/eᵢ) over bins or categories, empty ones with 1e-4 of the rows.
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
        public let isDrifted: Bool
        /// What the preset decided by, and the figure: a distance, or a p-value.
        public let method: String
        public let score: Double
        /// 95 % bounds, by the figures' names.
        public let intervals: [String: Interval]
    }

    public struct TestValues: Hashable, Sendable {
        public let statistic: Double
        public let pValue: Double
    }

    public let preset: Preset
    public let columns: [ColumnDrift]
    /// Columns of one table only.
    public let onlyInReference: [String]
    public let onlyInCurrent: [String]

    public var driftedShare: Double { columns.isEmpty ? 0 : Double(columns.count(where: \.isDrifted)) / Double(columns.count) }

    /// Throws `wrongType` for a column that is numbers in one table and categories in the other, or `empty`, also where the tables have no column in common.
    public init(reference: [ReferenceColumn], current: Frame, preset: Preset = .stability, threads: Int = 1) throws(MetricsError) {
        guard current.rowCount > 0, reference.allSatisfy({ $0.rows > 0 }) else { throw MetricsError(.empty, message: "a table has no rows") }
        let names = Set(current.columns.map(\.name))
        let shared = reference.filter { names.contains($0.name) }
        guard !shared.isEmpty else { throw MetricsError(.empty, message: "the tables have no column in common") }
        let pairs = shared.compactMap { old in current.columns.first { $0.name == old.name }.map { (old, $0) } }
        for (old, new) in pairs {
            let wasNumbers = if case .numbers = old.content { true } else { false }
            let isEmpty = old.missing == old.rows || new.missingCount == new.count
            let isNumbers =
                switch new.values {
                case .double, .integer, .timestamp: true
                case .category, .boolean: false
                }
            if wasNumbers != isNumbers, !isEmpty {
                throw MetricsError(
                    .wrongType,
                    message:
                        "column '\(old.name)' holds \(wasNumbers ? "numbers" : "categories") in the reference, and now \(isNumbers ? "numbers" : "categories")"
                )
            }
        }
        columns = concurrentBlocks(pairs.count, threads: threads) { Self.drift(pairs[$0].0, pairs[$0].1, preset) }
        self.preset = preset
        let old = Set(reference.map(\.name))
        onlyInReference = reference.map(\.name).filter { !names.contains($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        onlyInCurrent = current.columns.map(\.name).filter { !old.contains($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func drift(_ reference: ReferenceColumn, _ column: Column, _ preset: Preset) -> ColumnDrift {
        let numbers = column.finiteNumbers
        let gone = numbers.map { column.count - $0.count } ?? column.missingCount
        let missing = Double(gone) / Double(column.count) - Double(reference.missing) / Double(reference.rows)
        switch reference.content {
        case .numbers(let edges, let counts, let sketch, let deviation):
            let sorted = RadixSort.sorted(numbers ?? [])
            let (old, new) = (counts.map { Double($0) }, Histogram.counts(sorted, edges: edges).map { Double($0) })
            let shares = Distances(old, new)
            let both = !sketch.isEmpty && !sorted.isEmpty
            // Numbers beyond 1e±100 are compared over a power of two, so that distances and their squares neither overflow nor vanish.
            let exponent = Magnitude.exponent(max(Magnitude.largest(ofSorted: sketch), Magnitude.largest(ofSorted: sorted)))
            func scaled(_ values: [Double]) -> [Double] { exponent == 0 ? values : values.map { scalbn($0, -exponent) } }
            func back(_ value: Double) -> Double { exponent == 0 ? value : scalbn(value, exponent) }
            let order = both ? OrderDistances(scaled(sketch), scaled(sorted)) : nil
            let referenceRows = reference.rows - reference.missing
            let test = order.map { Self.kolmogorov($0.kolmogorovSmirnov, referenceRows, sorted.count) }
            var intervals = Self.intervals(old, new, shares)
            if let order {
                intervals["kolmogorovSmirnov"] = DriftBounds.kolmogorov(order.kolmogorovSmirnov, referenceRows, sorted.count)
                let bounds = order.wassersteinBounds(rows: referenceRows)
                let (lower, upper) = (back(bounds.lower), back(bounds.upper))
                if upper.isFinite { intervals["wassersteinDistance"] = Interval(lower, upper, method: bounds.method, confidence: bounds.confidence) }
            }
            // Between numbers near the ends of what there is, areas are beyond the largest number.
            let area = order.map { back($0.wasserstein) }.flatMap { $0.isFinite ? $0 : nil }
            let scale = exponent == 0 ? deviation : scalbn(deviation, -exponent)
            let normed = order.flatMap { scale > 0 ? $0.wasserstein / scale : nil }.flatMap { $0.isFinite ? $0 : nil }
            let verdict: PresetVerdict =
                switch preset {
                case .stability: .stability(shares.populationStabilityIndex)
                case .evidently: .evidently(reference, sorted, test, normed: normed, distance: area ?? .greatestFiniteMagnitude, deviation)
                }
            let cramer = order.map { SampleTests.cramerVonMises($0.cramerVonMises, referenceRows, sorted.count) }
            return ColumnDrift(
                name: reference.name, populationStabilityIndex: shares.populationStabilityIndex, jensenShannonDistance: shares.jensenShannon,
                hellingerDistance: shares.hellinger, kolmogorovSmirnov: test, wassersteinDistance: area,
                normedWassersteinDistance: normed, cramerVonMises: order?.cramerVonMises, cramerVonMisesPValue: cramer, chiSquare: nil,
                newCategories: CategoryNames([]), lostCategories: CategoryNames([]), missingDifference: missing,
                isDrifted: verdict.isDrifted || both != (!sketch.isEmpty || !sorted.isEmpty), method: verdict.method, score: verdict.score,
                intervals: intervals)
        case .categories(let counts):
            let now = reference.categories(of: column)
            let categories = CategoryCounts(counts, now)
            let (old, new) = (categories.old, categories.new)
            let shares = Distances(old, new)
            let test = CountTests.chiSquare([old, new]).map { TestValues(statistic: $0.result.statistic, pValue: $0.result.pValue) }
            let verdict: PresetVerdict =
                switch preset {
                case .stability: .stability(shares.populationStabilityIndex)
                case .evidently: .evidentlyCategories(old, new, shares.jensenShannon, rows: reference.rows - reference.missing)
                }
            return ColumnDrift(
                name: reference.name, populationStabilityIndex: shares.populationStabilityIndex, jensenShannonDistance: shares.jensenShannon,
                hellingerDistance: shares.hellinger, kolmogorovSmirnov: nil, wassersteinDistance: nil, normedWassersteinDistance: nil,
                cramerVonMises: nil, cramerVonMisesPValue: nil, chiSquare: test,
                newCategories: categories.come(areHashed: reference.isHashed),
                lostCategories: categories.gone(areHashed: reference.isHashed), missingDifference: missing,
                isDrifted: verdict.isDrifted || (old.reduce(0, +) > 0) != (new.reduce(0, +) > 0), method: verdict.method, score: verdict.score,
                intervals: Self.intervals(old, new, shares))
        }
    }

    private static func intervals(_ old: [Double], _ new: [Double], _ shares: Distances) -> [String: Interval] {
        guard let bounds = DriftBounds(old, new, shares) else { return [:] }
        return [
            "populationStabilityIndex": bounds.populationStabilityIndex, "jensenShannonDistance": bounds.jensenShannon,
            "hellingerDistance": bounds.hellinger,
        ]
    }

    /// Exact up to 10,000 values a side, as scipy's, or a million pairs; else by Kolmogorov's distribution.
    private static func kolmogorov(_ statistic: Double, _ first: Int, _ second: Int) -> TestValues {
        let isExact = max(first, second) <= 10_000 || Double(first) * Double(second) <= 1e6
        return TestValues(
            statistic: statistic,
            pValue: isExact ? SampleTests.kolmogorovExact(statistic, first, second) : SampleTests.kolmogorov(statistic, first, second))
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
                    "score": .double(column.score),
                    "intervals": .object(
                        column.intervals.mapValues { ["lower": .double($0.lower), "upper": .double($0.upper), "method": .string($0.method)] }),
                    "newCategories": column.newCategories.json, "newCategoryCount": .int(Int64(column.newCategories.count)),
                    "lostCategories": column.lostCategories.json, "lostCategoryCount": .int(Int64(column.lostCategories.count)),
                    "missingDifference": .double(column.missingDifference),
                    "drifted": .bool(column.isDrifted),
                ]).droppingNulls
            )
        }
        return [
            "preset": .string(preset.rawValue), "driftedShare": .double(driftedShare),
            "columns": .object(Dictionary(described, uniquingKeysWith: { first, _ in first })),
            "onlyInReference": .array(onlyInReference.map { .string($0) }), "onlyInCurrent": .array(onlyInCurrent.map { .string($0) }),
        ]
    }
}
