import Statistics

/// Bounds of groups' largest distance from the overall rate. The overall rate holds the group's own rows: group − overall = (1 − share)·(group − rest), and group ÷ overall is
/// ρ / (share·ρ + 1 − share) of ρ = group ÷ rest, so that bounds of two independent shares serve. As of `SimultaneousBounds`: one group's own for the far end, all groups' at once for the near.
struct OverallBounds {
    let difference: Interval?
    /// Of the smallest of min(group, overall) ÷ max(group, overall).
    let ratio: Interval?

    init(_ groups: [GroupedMeasure.Parts], overall: GroupedMeasure.Parts) {
        let pairs = groups.compactMap { own -> (share: Double, pair: ProportionPair)? in
            let (part, whole) = (overall.part.weight - own.part.weight, overall.whole.weight - own.whole.weight)
            guard own.whole.weight > 0, whole > 0 else { return nil }
            // The rest's effective rows from the sums of squares, which subtract as weights do.
            let rows = max(1, (overall.whole - own.whole).effectiveRows)
            let rate = min(1, max(0, part / whole))
            return (own.whole.weight / overall.whole.weight, ProportionPair(.effective(own.part, of: own.whole), Proportion(rate * rows, of: rows)))
        }
        guard groups.count > 1, !pairs.isEmpty, groups.count <= SimultaneousBounds.maximumGroups else {
            (difference, ratio) = (nil, nil)
            return
        }
        let (single, joint) = (Normal().quantile(0.975), Normal().quantile(1 - 0.025 / Double(2 * pairs.count)))
        var (low, high) = (0.0, 0.0)
        var (far, near) = (1.0, 1.0)
        for (share, pair) in pairs {
            let (outer, inner) = (pair.newcombe(criticalValue: single), pair.newcombe(criticalValue: joint))
            high = max(high, (1 - share) * max(abs(outer.lower), abs(outer.upper)))
            low = max(low, (1 - share) * max(inner.lower, -inner.upper))
            func folded(_ ratio: Double) -> Double {
                guard ratio.isFinite else { return share }
                let toOverall = ratio / (share * ratio + 1 - share)
                return min(toOverall, 1 / toOverall)
            }
            let (wide, narrow) = (pair.ratio(criticalValue: single), pair.ratio(criticalValue: joint))
            far = min(far, folded(wide.lower), folded(wide.upper))
            near = min(near, narrow.lower <= 1 && narrow.upper >= 1 ? 1 : max(folded(narrow.lower), folded(narrow.upper)))
        }
        difference = Interval(max(0, low), high, method: "simultaneous Newcombe", confidence: 0.95)
        ratio = Interval(far, near, method: "simultaneous Katz", confidence: 0.95)
    }
}

/// The same of figures that are no shares, from the bounds that each has: of every pair of them, or of each beside the overall one. The overall figure holds the group's own rows, so
/// that their errors go together and bounds of two independent figures are too wide rather than too narrow.
struct SimultaneousFigures {
    let difference: Interval?
    /// Of the smallest of min(first, second) ÷ max(first, second). Where a figure's bounds reach zero, its ratio to another may be anything.
    let ratio: Interval?

    private typealias Figure = (value: Double, bounds: Interval)

    init(_ figures: [Estimate]) {
        let known = figures.compactMap(Self.figure)
        let pairs = known.indices.flatMap { i in known.indices.filter { $0 > i }.map { (known[i], known[$0]) } }
        self.init(known.count == figures.count ? pairs : [], groups: known.count)
    }

    init(_ figures: [Estimate], overall: Estimate) {
        let known = figures.compactMap(Self.figure)
        self.init(known.count == figures.count ? Self.figure(overall).map { whole in known.map { ($0, whole) } } ?? [] : [], groups: known.count)
    }

    private init(_ pairs: [(first: Figure, second: Figure)], groups: Int) {
        guard groups > 1, groups <= SimultaneousBounds.maximumGroups, !pairs.isEmpty else {
            (difference, ratio) = (nil, nil)
            return
        }
        let widening = Normal().quantile(1 - 0.025 / Double(2 * pairs.count)) / Normal().quantile(0.975)
        var (low, high) = (0.0, 0.0)
        var (far, near) = (1.0, 1.0)
        for (first, second) in pairs + pairs.map({ ($0.second, $0.first) }) {
            high = max(high, Combination.sum([Self.part(1, first, 1), Self.part(-1, second, 1)], method: "").upper)
            low = max(low, Combination.sum([Self.part(1, first, widening), Self.part(-1, second, widening)], method: "").lower)
            far = min(far, Combination.ratio(Self.part(1, first, 1), Self.part(1, second, 1), method: "")?.lower ?? 0)
            near = min(near, Combination.ratio(Self.part(1, first, widening), Self.part(1, second, widening), method: "")?.upper ?? 1)
        }
        difference = Interval(low, high, method: "simultaneous, combined", confidence: 0.95)
        ratio = Interval(far, near, method: "simultaneous, combined", confidence: 0.95)
    }

    private static func figure(_ estimate: Estimate) -> Figure? {
        estimate.value.flatMap { value in estimate.interval.map { (value, $0) } }
    }

    private static func part(_ coefficient: Double, _ figure: Figure, _ factor: Double) -> Combination.Part {
        .init(
            coefficient, figure.value, lower: max(0, figure.value - factor * (figure.value - figure.bounds.lower)),
            upper: figure.value + factor * (figure.bounds.upper - figure.value))
    }
}
