import Frames
internal import Glibc
import Statistics

extension Column {
    var holdsNumbers: Bool {
        switch values {
        case .double, .integer, .timestamp: true
        case .category, .boolean: false
        }
    }
}

extension DriftReport {
    static func drift(_ reference: ReferenceColumn, _ column: Column, _ rule: DriftRule) -> ColumnDrift {
        let numbers = column.finiteNumbers
        let gone = numbers.map { column.count - $0.count } ?? column.missingCount
        let missing = MissingShares(
            reference: Proportion(Double(reference.missing), of: Double(reference.rows)), current: Proportion(Double(gone), of: Double(column.count)))
        let rows = reference.rows - reference.missing
        // A column that is missing altogether may be read as another kind than it has in the other table.
        let isEmpty = (reference: rows == 0, current: gone == column.count)
        let areTimes = reference.holdsTimes || column.kind == .timestamp
        switch reference.content {
        case .numbers(let edges, let counts, let sketch, let deviation):
            let sorted = RadixSort.sorted(numbers ?? [])
            let scale = Scale(sketch, sorted)
            let order = sketch.isEmpty || sorted.isEmpty ? nil : OrderDistances(scale.scaled(sketch), scale.scaled(sorted), firstRows: rows)
            let few = reference.fewValues.flatMap { old in
                ReferenceColumn.fewValues(sorted).map { (old: old.mapValues { Double($0) }, new: $0.mapValues { Double($0) }) }
            }
            return NumberSides(
                name: reference.name, old: counts.map { Double($0) }, new: Histogram.counts(sorted, edges: edges).map { Double($0) }, draws: nil,
                order: order,
                scale: scale, isEmpty: isEmpty, areTimes: areTimes, rows: rows, effectiveRows: (Double(rows), Double(sorted.count)),
                isWeighted: false, deviation: deviation, few: few, missing: missing
            ).drift(rule)
        case .categories(let counts):
            return categories(
                reference.name, CategoryCounts(counts, reference.categories(of: column)), areHashed: reference.isHashed, rows: rows, missing,
                isEmpty: isEmpty, areTimes: areTimes, rule)
        }
    }

    /// Of rows that count by weight.
    static func drift(_ reference: WeightedColumn, _ column: WeightedColumn, areTimes: Bool, _ rule: DriftRule) -> ColumnDrift {
        let missing = MissingShares(reference: reference.missing, current: column.missing)
        let (first, second) = (reference.effectiveRows, column.effectiveRows)
        switch (reference.content, column.content) {
        case (.categories(let old), .categories(let new)):
            func effective(_ masses: [String: Mass], _ rows: Double) -> [String: Mass] {
                let whole = masses.values.map(\.weight).sorted().reduce(0, +)
                return whole > 0 ? masses.mapValues { $0.scaled(by: rows / whole) } : masses
            }
            return categories(
                reference.name, CategoryCounts(effective(old, first), effective(new, second)), areHashed: CategoryNames.arePersonal(old.keys),
                rows: reference.rows, missing, isEmpty: (first == 0, second == 0), areTimes: areTimes, rule)
        default:
            func sample(_ side: WeightedColumn) -> (values: [Double], weights: [Double]) {
                if case .numbers(let values, let weights) = side.content { (values, weights) } else { ([], []) }
            }
            let (old, new) = (sample(reference), sample(column))
            let edges = WeightedColumn.edges(old.values, old.weights)
            let scale = Scale(old.values, new.values)
            let (before, now) = (scale.scaled(old.values), scale.scaled(new.values))
            let order =
                before.isEmpty || now.isEmpty
                ? nil
                : OrderDistances(
                    WeightedSample(values: before, weights: old.weights, effectiveRows: first),
                    WeightedSample(values: now, weights: new.weights, effectiveRows: second))
            let few = WeightedColumn.fewValues(old.values, old.weights, effectiveRows: first).flatMap { old in
                WeightedColumn.fewValues(new.values, new.weights, effectiveRows: second).map { (old: old, new: $0) }
            }
            let bins = (
                old: WeightedColumn.masses(old.values, old.weights, edges: edges, effectiveRows: first),
                new: WeightedColumn.masses(new.values, new.weights, edges: edges, effectiveRows: second)
            )
            return NumberSides(
                name: reference.name, old: bins.old.map(\.weight), new: bins.new.map(\.weight),
                draws: zip(bins.old, bins.new).map { ($0 + $1).effectiveRows }, order: order, scale: scale,
                isEmpty: (first == 0, second == 0), areTimes: areTimes, rows: reference.rows, effectiveRows: (first, second), isWeighted: true,
                deviation: scale.back(WeightedColumn.deviation(before, old.weights)), few: few, missing: missing
            ).drift(rule)
        }
    }

    private static func categories(
        _ name: String, _ categories: CategoryCounts, areHashed: Bool, rows: Int, _ missing: MissingShares,
        isEmpty: (reference: Bool, current: Bool), areTimes: Bool, _ rule: DriftRule
    ) -> ColumnDrift {
        let (old, new) = (categories.old, categories.new)
        let shares = Distances(old, new)
        let bounds = DriftBounds(old, new, shares, draws: categories.draws)
        let test = CountTests.chiSquare([old, new]).map { TestValues(statistic: $0.result.statistic, pValue: $0.result.pValue) }
        let verdict = rule.verdict(isEmpty: isEmpty, areTimes: areTimes, missing: missing.difference) { preset in
            switch preset {
            case .stability: .stability(shares, chance: bounds?.chance, pooled: categories.pooled)
            case .evidently: .evidentlyCategories(old, new, shares.jensenShannon, rows: rows)
            }
        }
        return ColumnDrift(
            name: name, populationStabilityIndex: shares.populationStabilityIndex, jensenShannonDistance: shares.jensenShannon,
            hellingerDistance: shares.hellinger, kolmogorovSmirnov: nil, wassersteinDistance: nil, normedWassersteinDistance: nil,
            cramerVonMises: nil, cramerVonMisesPValue: nil, chiSquare: test, newCategories: categories.come(areHashed: areHashed),
            lostCategories: categories.gone(areHashed: areHashed), missingDifference: missing.difference,
            holdsTimes: areTimes, isDrifted: verdict.isDrifted, isDecided: verdict.isDecided, method: verdict.method, score: verdict.score,
            intervals: intervals(bounds, missing))
    }

    fileprivate static func intervals(_ bounds: DriftBounds?, _ missing: MissingShares) -> [String: Interval] {
        var intervals = ["missingDifference": missing.bounds]
        guard let bounds else { return intervals }
        intervals["populationStabilityIndex"] = bounds.populationStabilityIndex
        intervals["jensenShannonDistance"] = bounds.jensenShannon
        intervals["hellingerDistance"] = bounds.hellinger
        return intervals
    }
}

/// How much of a column is missing in both tables.
private struct MissingShares {
    let difference: Double
    let bounds: Interval

    init(reference: Proportion, current: Proportion) {
        difference = current.value - reference.value
        bounds = ProportionPair(current, reference).newcombe()
    }
}

extension Interval {
    /// Nil where the bounds are beyond the largest number then.
    fileprivate func mapped(_ transform: (Double) -> Double) -> Interval? {
        let (lower, upper) = (transform(lower), transform(upper))
        return lower.isFinite && upper.isFinite ? Interval(lower, upper, method: method, confidence: confidence) : nil
    }
}

/// Numbers beyond 1e±100 are compared over a power of two, so that distances and their squares neither overflow nor vanish.
struct Scale {
    let exponent: Int

    /// Of ascending numbers.
    init(_ first: [Double], _ second: [Double]) {
        exponent = Magnitude.exponent(max(Magnitude.largest(ofSorted: first), Magnitude.largest(ofSorted: second)))
    }

    func scaled(_ values: [Double]) -> [Double] { exponent == 0 ? values : values.map { scalbn($0, -exponent) } }
    func scaled(_ value: Double) -> Double { exponent == 0 ? value : scalbn(value, -exponent) }
    func back(_ value: Double) -> Double { exponent == 0 ? value : scalbn(value, exponent) }
}

/// A column of numbers in both tables: bins, order and numbers of rows.
private struct NumberSides {
    let name: String
    /// Rows of each bin; effective ones where rows have weights.
    let old: [Double]
    let new: [Double]
    /// How many independent rows stand behind each bin, where rows have weights.
    let draws: [Double]?
    /// Of scaled numbers; nil where a table has none.
    let order: OrderDistances?
    let scale: Scale
    let isEmpty: (reference: Bool, current: Bool)
    let areTimes: Bool
    /// Of the reference, that have a value.
    let rows: Int
    let effectiveRows: (reference: Double, current: Double)
    let isWeighted: Bool
    let deviation: Double
    let few: (old: [Double: Double], new: [Double: Double])?
    let missing: MissingShares

    func drift(_ rule: DriftRule) -> DriftReport.ColumnDrift {
        let shares = Distances(old, new)
        let rows = (Int(effectiveRows.reference.rounded()), Int(effectiveRows.current.rounded()))
        let test = order.map { kolmogorov($0.kolmogorovSmirnov, rows.0, rows.1) }
        // Between numbers near the ends of what there is, areas are beyond the largest number.
        let area = order.map { scale.back($0.wasserstein) }.flatMap { $0.isFinite ? $0 : nil }
        let spread = scale.scaled(deviation)
        let normed = order.flatMap { spread > 0 ? $0.wasserstein / spread : nil }.flatMap { $0.isFinite ? $0 : nil }
        let bounds = DriftBounds(old, new, shares, draws: draws)
        var intervals = DriftReport.intervals(bounds, missing)
        if let order {
            intervals["kolmogorovSmirnov"] = order.kolmogorovBounds(rows: effectiveRows.reference)
            if let area = order.wassersteinBounds(rows: effectiveRows.reference) {
                intervals["wassersteinDistance"] = area.mapped(scale.back)
                // The spread of the reference is taken as it is: the bounds are those of the distance.
                if normed != nil { intervals["normedWassersteinDistance"] = area.mapped { $0 / spread } }
            }
        }
        let verdict = rule.verdict(isEmpty: isEmpty, areTimes: areTimes, missing: missing.difference) { preset in
            switch preset {
            case .stability: .stability(shares, chance: bounds?.chance)
            case .evidently:
                .evidently(rows: self.rows, few: few, test, normed: normed, distance: area ?? .greatestFiniteMagnitude, deviation)
            }
        }
        return DriftReport.ColumnDrift(
            name: name, populationStabilityIndex: shares.populationStabilityIndex, jensenShannonDistance: shares.jensenShannon,
            hellingerDistance: shares.hellinger, kolmogorovSmirnov: test, wassersteinDistance: area, normedWassersteinDistance: normed,
            cramerVonMises: order?.cramerVonMises.statistic, cramerVonMisesPValue: order?.cramerVonMises.pValue,
            chiSquare: nil, newCategories: CategoryNames([]), lostCategories: CategoryNames([]), missingDifference: missing.difference,
            holdsTimes: areTimes, isDrifted: verdict.isDrifted, isDecided: verdict.isDecided, method: verdict.method, score: verdict.score,
            intervals: intervals)
    }

    /// Exact up to 10,000 values a side, as scipy's, or a million pairs; else, and of rows with weights, by Kolmogorov's distribution.
    private func kolmogorov(_ statistic: Double, _ first: Int, _ second: Int) -> DriftReport.TestValues {
        let isExact = !isWeighted && (max(first, second) <= 10_000 || Double(first) * Double(second) <= 1e6)
        return DriftReport.TestValues(
            statistic: statistic,
            pValue: isExact ? SampleTests.kolmogorovExact(statistic, first, second) : SampleTests.kolmogorov(statistic, first, second))
    }
}
