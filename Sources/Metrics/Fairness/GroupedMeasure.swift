public import Basics
import Statistics

/// One rate, by group of a protected attribute, with what is derived from the group rates.
public struct GroupedMeasure: Hashable, Sendable {
    /// How a group compares with the reference group.
    public struct Comparison: Hashable, Sendable {
        /// The group's rate minus the reference's, with Newcombe's bounds.
        public let difference: Estimate
        /// The group's rate divided by the reference's, with Katz's bounds: the impact ratio.
        public let ratio: Estimate
        /// That both rates are equal: Fisher's exact test where a cell is under 5, else the two-proportion z test.
        public fileprivate(set) var significance: Significance?
    }

    public struct Significance: Hashable, Sendable {
        public let test: String
        public let pValue: Double
        /// What the corrections are made of. Where the reference is not named but the highest of k groups, the rows chose it, and the k − 1 tests stand for all k(k − 1)/2 pairs: the
        /// p-value times k/2 (Bonferroni). Six equal groups had a false alarm in 9.5 % of tables without it (Docs/Performance.md).
        public fileprivate(set) var choicePValue: Double
        /// Adjusted over all groups and measures of the report.
        public fileprivate(set) var holm: Double
        public fileprivate(set) var benjaminiHochberg: Double
    }

    public let groups: [String: Estimate]
    /// The rate over all rows.
    public let overall: Estimate
    /// Largest minus smallest group rate.
    public let difference: Estimate
    /// Smallest divided by largest group rate.
    public let ratio: Estimate
    /// The largest distance of a group's rate from the overall one.
    public let overallDifference: Estimate
    /// The smallest ratio of a group's rate and the overall one, the smaller over the larger.
    public let overallRatio: Estimate
    /// The named reference group, or the one with the highest rate. Nil where no group has a rate, or the named one has too few rows to be compared.
    public let reference: String?
    /// Of the other groups that are compared, with the reference.
    public private(set) var comparisons: [String: Comparison]

    /// What a rate is a share of, by group.
    typealias Parts = (part: Mass, whole: Mass)

    /// - Parameters:
    ///   - compared: the groups that differences and ratios are taken over; the others are reported only.
    ///   - reference: nothing is compared where it is not among them; nil: the group with the highest rate, the first by name of several.
    init(
        _ parts: [(name: String, parts: Parts)], overall: Parts, compared: Set<String>, reference wanted: String?, isTested: Bool,
        orUndefined reason: String
    ) {
        let estimates = parts.map { ($0.name, Estimate.share($0.parts.part, of: $0.parts.whole, orUndefined: reason)) }
        let used = parts.filter { compared.contains($0.name) }
        let shares = used.filter { $0.parts.whole.weight > 0 }.map { Proportion.effective($0.parts.part, of: $0.parts.whole) }
        self.init(
            estimates, overall: .share(overall.part, of: overall.whole, orUndefined: reason), compared: compared, reference: wanted,
            difference: { SimultaneousBounds.difference(shares) }, ratio: { SimultaneousBounds.ratio(shares) },
            toOverall: OverallBounds(used.map(\.parts), overall: overall))
        guard let reference = self.reference, let base = used.first(where: { $0.name == reference })?.parts, base.whole.weight > 0 else { return }
        let pairs = wanted == nil ? max(1, Double(shares.count) / 2) : 1
        for (name, own) in used where name != reference && own.whole.weight > 0 {
            let pair = ProportionPair(.effective(own.part, of: own.whole), .effective(base.part, of: base.whole))
            let n = own.whole.rows + base.whole.rows
            comparisons[name] = Comparison(
                difference: .value(pair.first.value - pair.second.value, n: n, interval: pair.newcombe()),
                ratio: pair.second.successes > 0
                    ? .value(pair.first.value / pair.second.value, n: n, interval: pair.katz()) : .undefined("the reference's rate is zero", n: n),
                significance: isTested ? Self.significance(own, base, pairs) : nil)
        }
    }

    /// Of figures that are no shares, such as calibration errors.
    init(
        _ groups: [(name: String, estimate: Estimate)], overall: Estimate, compared: Set<String>, reference wanted: String?,
        difference differenceBounds: () -> Interval? = { nil }, ratio ratioBounds: () -> Interval? = { nil },
        toOverall: OverallBounds? = nil
    ) {
        self.groups = Dictionary(uniqueKeysWithValues: groups.map { ($0.name, $0.estimate) })
        self.overall = overall
        comparisons = [:]
        let used = groups.filter { compared.contains($0.name) }
        let n = used.reduce(0) { $0 + $1.estimate.n }
        let rates = used.compactMap(\.estimate.value)
        var reason: String?
        if let broken = used.first(where: { $0.estimate.value == nil }) {
            reason = "group '\(broken.name)': \(broken.estimate.undefined ?? "it has no rate")"
        } else if rates.count < 2 {
            reason = rates.isEmpty ? "there is no group to compare" : "there is one group only"
        }
        let best = rates.max().flatMap { highest in used.first { $0.estimate.value == highest }?.name }
        reference = wanted == nil ? best : used.contains { $0.name == wanted } ? wanted : nil
        guard reason == nil, let smallest = rates.min(), let largest = rates.max() else {
            let reason = reason ?? "there is no group to compare"
            (difference, ratio) = (.undefined(reason, n: n), .undefined(reason, n: n))
            (overallDifference, overallRatio) = (.undefined(reason, n: n), .undefined(reason, n: n))
            return
        }
        let figures = SimultaneousFigures(used.map(\.estimate))
        difference = .value(largest - smallest, n: n, interval: differenceBounds() ?? figures.difference)
        ratio =
            largest > 0 ? .value(smallest / largest, n: n, interval: ratioBounds() ?? figures.ratio) : .undefined("every group's rate is zero", n: n)
        guard let whole = overall.value else {
            (overallDifference, overallRatio) = (.undefined(overall.undefined ?? "", n: n), .undefined(overall.undefined ?? "", n: n))
            return
        }
        let distances = SimultaneousFigures(used.map(\.estimate), overall: overall)
        overallDifference = .value(rates.map { abs($0 - whole) }.max() ?? 0, n: n, interval: toOverall?.difference ?? distances.difference)
        let ratios = rates.map { min($0, whole) / max($0, whole) }
        overallRatio =
            whole > 0
            ? .value(ratios.min() ?? 1, n: n, interval: toOverall?.ratio ?? distances.ratio) : .undefined("the overall rate is zero", n: n)
    }

    private static func significance(_ first: Parts, _ second: Parts, _ pairs: Double) -> Significance? {
        func made(_ test: String, _ p: Double) -> Significance {
            let choice = min(1, p * pairs)
            return Significance(test: test, pValue: p, choicePValue: choice, holm: choice, benjaminiHochberg: choice)
        }
        let cells = [first.part.rows, first.whole.rows - first.part.rows, second.part.rows, second.whole.rows - second.part.rows]
        if (cells.min() ?? 0) < 5 {
            let p = CountTests.fisherExact(cells[0], cells[1], cells[2], cells[3]).pValue
            return made("Fisher exact", p)
        }
        return CountTests.twoProportionZ(
            Proportion(Double(cells[0]), of: Double(cells[0] + cells[1])), Proportion(Double(cells[2]), of: Double(cells[2] + cells[3]))
        ).map { made("two-proportion z", $0.pValue) }
    }

    /// Corrects the tests of several measures for being several, all at once.
    static func adjust(_ measures: inout [GroupedMeasure]) {
        var places: [(measure: Int, group: String)] = []
        for (index, measure) in measures.enumerated() {
            let tested = measure.comparisons.filter { $0.value.significance != nil }.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            places += tested.map { (index, $0) }
        }
        let pValues = places.map { measures[$0.measure].comparisons[$0.group]?.significance?.choicePValue ?? 1 }
        for (place, (holm, hochberg)) in zip(places, zip(Multiplicity.holm(pValues), Multiplicity.benjaminiHochberg(pValues))) {
            measures[place.measure].comparisons[place.group]?.significance?.holm = holm
            measures[place.measure].comparisons[place.group]?.significance?.benjaminiHochberg = hochberg
        }
    }

    /// In the form of the evidence schema's `GroupedMeasure`.
    public var json: JSONValue {
        JSONValue.object([
            "groups": .object(groups.mapValues(\.json)), "overall": overall.json, "difference": difference.json, "ratio": ratio.json,
            "overallDifference": overallDifference.json, "overallRatio": overallRatio.json, "reference": reference.map { .string($0) } ?? .null,
            "comparisons": .object(comparisons.mapValues(\.json)),
        ]).droppingNulls
    }
}

extension GroupedMeasure.Comparison {
    var json: JSONValue {
        JSONValue.object([
            "difference": difference.json, "ratio": ratio.json,
            "significance": significance.map {
                [
                    "test": .string($0.test), "pValue": .double($0.pValue), "choicePValue": .double($0.choicePValue), "holm": .double($0.holm),
                    "benjaminiHochberg": .double($0.benjaminiHochberg),
                ]
            } ?? .null,
        ]).droppingNulls
    }
}
