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

/// The same of figures that are no shares, from the bounds that each has.
struct SimultaneousFigures {
    let difference: Interval?
    let ratio: Interval?

    init(_ figures: [Estimate]) {
        let known = figures.compactMap { figure in figure.value.flatMap { value in figure.interval.map { (value, $0) } } }
        guard known.count == figures.count, known.count > 1, known.count <= SimultaneousBounds.maximumGroups else {
            (difference, ratio) = (nil, nil)
            return
        }
        let pairs = Double(known.count * (known.count - 1))
        let widening = Normal().quantile(1 - 0.025 / pairs) / Normal().quantile(0.975)
        func part(_ coefficient: Double, _ figure: (value: Double, bounds: Interval), _ factor: Double) -> Combination.Part {
            .init(
                coefficient, figure.value, lower: max(0, figure.value - factor * (figure.value - figure.bounds.lower)),
                upper: figure.value + factor * (figure.bounds.upper - figure.value))
        }
        var (low, high) = (0.0, 0.0)
        var (far, near): (Double?, Double?) = (1, 1)
        for (i, first) in known.enumerated() {
            for (j, second) in known.enumerated() where i != j {
                high = max(high, Combination.sum([part(1, first, 1), part(-1, second, 1)], method: "").upper)
                low = max(low, Combination.sum([part(1, first, widening), part(-1, second, widening)], method: "").lower)
                let wide = Combination.ratio(part(1, first, 1), part(1, second, 1), method: "")
                let narrow = Combination.ratio(part(1, first, widening), part(1, second, widening), method: "")
                far = far.flatMap { far in wide.map { min(far, $0.lower) } }
                near = near.flatMap { near in narrow.map { min(near, $0.upper) } }
            }
        }
        difference = Interval(low, high, method: "simultaneous, combined", confidence: 0.95)
        ratio = far.flatMap { far in near.map { Interval(min(1, far), min(1, $0), method: "simultaneous, combined", confidence: 0.95) } }
    }
}
