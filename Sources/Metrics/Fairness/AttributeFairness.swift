public import Basics
public import Statistics

/// Group measures for one protected attribute, or for several that are crossed.
public struct AttributeFairness: Hashable, Sendable {
    /// By the names that evidence gives them.
    public internal(set) var measures: [String: GroupedMeasure]
    /// The larger of the differences of true- and false-positive rate (Hardt, Price and Srebro 2016; fairlearn's summary).
    public let equalizedOddsDifference: Estimate
    /// The smaller of the ratios of true- and false-positive rate.
    public let equalizedOddsRatio: Estimate
    /// By group that is compared: the mean of the differences of true- and false-positive rate from the reference of the selection rate (AIF360).
    public let averageOdds: [String: Estimate]
    /// By group: false negatives over false positives (Berk et al. 2018).
    public let treatmentEquality: [String: Estimate]
    /// Groups of too few rows to be compared: fewer than are asked for, or none that has a weight.
    public let smallGroups: [String]
    /// By measure that is tested: that all groups have one rate (Pearson's χ² of the table of groups). Not of weighted rows, nor where a group has no row that counts.
    public let independence: [String: TestResult]

    /// The measures whose tests are corrected together.
    static let tested = ["selectionRate", "truePositiveRate", "falsePositiveRate", "positivePredictiveValue"]

    init(_ tally: GroupTally, _ groups: Groups, reference: String?, minimumGroupRows: Int, hasScores: Bool) {
        let present = groups.names.indices.filter { tally.isPresent[$0] }
        let compared = Set(present.filter { tally.counts[$0].all.rows >= max(1, minimumGroupRows) }.map { groups.names[$0] })
        smallGroups = present.map { groups.names[$0] }.filter { !compared.contains($0) }
        let all = tally.counts.reduce(ConfusionCounts()) { $0 + $1 }
        func measure(_ reason: String, isTested: Bool = false, _ parts: (ConfusionCounts) -> GroupedMeasure.Parts) -> GroupedMeasure {
            GroupedMeasure(
                present.map { (groups.names[$0], parts(tally.counts[$0])) }, overall: parts(all), compared: compared, reference: reference,
                isTested: isTested && all.all.isUnweighted, orUndefined: reason)
        }
        var measures = [
            "selectionRate": measure(Reason.noRows, isTested: true) { ($0.predictedPositives, $0.all) },
            "truePositiveRate": measure(Reason.noPositives, isTested: true) { ($0.truePositives, $0.positives) },
            "falsePositiveRate": measure(Reason.noNegatives, isTested: true) { ($0.falsePositives, $0.negatives) },
            "trueNegativeRate": measure(Reason.noNegatives) { ($0.trueNegatives, $0.negatives) },
            "falseNegativeRate": measure(Reason.noPositives) { ($0.falseNegatives, $0.positives) },
            "positivePredictiveValue": measure(Reason.noPredictedPositives, isTested: true) { ($0.truePositives, $0.predictedPositives) },
            "falseDiscoveryRate": measure(Reason.noPredictedPositives) { ($0.falsePositives, $0.predictedPositives) },
            "negativePredictiveValue": measure(Reason.noPredictedNegatives) { ($0.trueNegatives, $0.predictedNegatives) },
            "falseOmissionRate": measure(Reason.noPredictedNegatives) { ($0.falseNegatives, $0.predictedNegatives) },
            "accuracy": measure(Reason.noRows) { ($0.right, $0.all) }, "baseRate": measure(Reason.noRows) { ($0.positives, $0.all) },
        ]
        let above = tally.aboveMedian.reduce(Mass()) { $0 + $1 }
        measures["scoringRate"] = GroupedMeasure(
            present.map { (groups.names[$0], hasScores ? (tally.aboveMedian[$0], tally.counts[$0].all) : (Mass(), Mass())) },
            overall: hasScores ? (above, all.all) : (Mass(), Mass()), compared: compared, reference: reference, isTested: false,
            orUndefined: hasScores ? Reason.noRows : Reason.noScores)
        func calibrationError(_ bins: [CalibrationBin]) -> Estimate {
            let estimate = Self.calibrationError(bins)
            return hasScores ? estimate : .undefined(Reason.noScores, n: estimate.n)
        }
        measures["calibrationError"] = GroupedMeasure(
            present.map { (groups.names[$0], calibrationError(tally.calibration[$0])) },
            overall: calibrationError(
                (0..<GroupTally.bins).map { bin in present.reduce(into: CalibrationBin()) { $0 += tally.calibration[$1][bin] } }),
            compared: compared, reference: reference)

        let rates = [("true-positive rate", "truePositiveRate"), ("false-positive rate", "falsePositiveRate")]
        let odds = rates.compactMap { name, key in measures[key].map { (name, $0) } }
        let families = [
            present.map { (groups.names[$0], tally.counts[$0].truePositives, tally.counts[$0].positives) },
            present.map { (groups.names[$0], tally.counts[$0].falsePositives, tally.counts[$0].negatives) },
        ].map { $0.filter { compared.contains($0.0) && $0.2.weight > 0 }.map { Proportion.effective($0.1, of: $0.2) } }
        equalizedOddsDifference = Self.combine(odds.map { ($0, $1.difference) }, { SimultaneousBounds.largest(families) }) { max($0, $1) }
        equalizedOddsRatio = Self.combine(odds.map { ($0, $1.ratio) }, { SimultaneousBounds.smallest(families) }) { min($0, $1) }

        let base = measures["selectionRate"]?.reference
        averageOdds = Dictionary(
            uniqueKeysWithValues: compared.filter { $0 != base }.compactMap { name in
                base.map { base in (name, Self.averageOdds(name, base, odds.map(\.1))) }
            })
        treatmentEquality = Dictionary(
            uniqueKeysWithValues: present.map { index in
                let counts = tally.counts[index]
                let n = counts.falseNegatives.rows + counts.falsePositives.rows
                return (
                    groups.names[index],
                    counts.falsePositives.weight > 0
                        ? .value(
                            counts.falseNegatives.weight / counts.falsePositives.weight, n: n,
                            interval: Self.odds(counts.falseNegatives, of: counts.falseNegatives + counts.falsePositives))
                        : .undefined("there is no false positive", n: n)
                )
            })
        self.measures = measures
        let tables: [(String, (ConfusionCounts) -> GroupedMeasure.Parts)] = [
            ("selectionRate", { ($0.predictedPositives, $0.all) }), ("truePositiveRate", { ($0.truePositives, $0.positives) }),
            ("falsePositiveRate", { ($0.falsePositives, $0.negatives) }), ("positivePredictiveValue", { ($0.truePositives, $0.predictedPositives) }),
        ]
        let used = present.filter { compared.contains(groups.names[$0]) }
        independence =
            all.all.isUnweighted
            ? Dictionary(
                uniqueKeysWithValues: tables.compactMap { name, parts in
                    let table = used.map { index -> [Double] in
                        let (part, whole) = parts(tally.counts[index])
                        return [part.weight, whole.weight - part.weight]
                    }
                    return CountTests.chiSquare(table).map { (name, $0.result) }
                }) : [:]
    }

    /// Of part ÷ (whole − part): the odds of Wilson's bounds of the share. Nil where nothing bounds them above.
    private static func odds(_ part: Mass, of whole: Mass) -> Interval? {
        let bounds = Proportion.effective(part, of: whole).wilson()
        guard bounds.upper < 1 else { return nil }
        return Interval(bounds.lower / (1 - bounds.lower), bounds.upper / (1 - bounds.upper), method: "Wilson of FN/(FN+FP)", confidence: 0.95)
    }

    /// The expected calibration error over bins of one width.
    private static func calibrationError(_ bins: [CalibrationBin]) -> Estimate {
        let (rows, weight) = bins.reduce((0, 0.0)) { ($0.0 + $1.rows, $0.1 + $1.weight) }
        guard weight > 0 else { return .undefined(Reason.noRows, n: rows) }
        let value = bins.reduce(0) { $0 + abs($1.positives - $1.scores) } / weight
        let bounds = CalibrationBounds(
            bins: bins.filter { $0.weight > 0 }.map {
                .init(
                    share: $0.weight / weight, rows: $0.effectiveRows, observed: min(1, $0.positives / $0.weight), predicted: $0.scores / $0.weight)
            })
        return .value(value, n: rows, interval: bounds.expected(value))
    }

    /// Bounds combine those of the four rates.
    private static func averageOdds(_ group: String, _ reference: String, _ odds: [GroupedMeasure]) -> Estimate {
        var (sum, n) = (0.0, 0)
        var parts: [Combination.Part] = []
        for measure in odds {
            guard let own = measure.groups[group], let base = measure.groups[reference] else { continue }
            n += own.n + base.n
            guard let value = own.value, let other = base.value else {
                return .undefined(own.undefined ?? base.undefined ?? "a rate is undefined", n: n)
            }
            sum += value - other
            for (rate, coefficient) in [(own, 0.5), (base, -0.5)] {
                guard let value = rate.value, let interval = rate.interval else { continue }
                parts.append(.init(coefficient, value, lower: interval.lower, upper: interval.upper))
            }
        }
        return .value(sum / 2, n: n, interval: parts.count == 4 ? Combination.sum(parts, method: "Wilson combined") : nil)
    }

    private static func combine(
        _ rates: [(name: String, estimate: Estimate)], _ bounds: () -> Interval?, _ pick: (Double, Double) -> Double
    ) -> Estimate {
        let n = rates.reduce(0) { $0 + $1.estimate.n }
        if let broken = rates.first(where: { $0.estimate.value == nil }) {
            return .undefined("\(broken.name): \(broken.estimate.undefined ?? "")", n: n)
        }
        let values = rates.compactMap(\.estimate.value)
        return .value(values.dropFirst().reduce(values[0], pick), n: n, interval: bounds())
    }

    public subscript(name: String) -> GroupedMeasure {
        guard let measure = measures[name] else { preconditionFailure("there is no measure \(name)") }
        return measure
    }

    /// In the form of the evidence schema's `AttributeFairness`.
    public var json: JSONValue {
        var members = measures.mapValues(\.json)
        members["equalizedOdds"] = ["difference": equalizedOddsDifference.json, "ratio": equalizedOddsRatio.json]
        members["averageOdds"] = .object(averageOdds.mapValues(\.json))
        members["treatmentEquality"] = .object(treatmentEquality.mapValues(\.json))
        members["independence"] = .object(independence.mapValues { ["statistic": .double($0.statistic), "pValue": .double($0.pValue)] })
        members["smallGroups"] = .array(smallGroups.map { .string($0) })
        return .object(members)
    }
}
