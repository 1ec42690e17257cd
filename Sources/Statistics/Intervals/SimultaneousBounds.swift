/// Bounds on what is largest among several groups: a plain bootstrap of a maximum covers badly, since the largest of equal rates is never equal to them.
///
/// The true largest difference belongs to one pair of groups, the same whatever the sample, so its upper bound is the largest of the pairs' own, without
/// correction. A lower bound must hold for all pairs at once: Bonferroni over the ordered pairs.
public enum SimultaneousBounds {
    /// Of more groups no bounds are made: their pairs are too many to say anything.
    public static let maximumGroups = 200

    /// Of the largest share minus the smallest. Fewer than two groups have none.
    public static func difference(_ groups: [Proportion], confidence: Double = 0.95) -> Interval? {
        largest([groups], confidence: confidence)
    }

    /// Of the largest difference within any of several families of groups, as of equalized odds.
    public static func largest(_ families: [[Proportion]], confidence: Double = 0.95) -> Interval? {
        guard families.allSatisfy({ $0.count <= maximumGroups }) else { return nil }
        let pairs = families.flatMap { Self.pairs($0) }
        guard !pairs.isEmpty else { return nil }
        let (single, joint) = criticalValues(pairs.count, confidence)
        let upper = pairs.map { $0.newcombe(criticalValue: single).upper }.max() ?? 1
        let lower = pairs.map { $0.newcombe(criticalValue: joint).lower }.max() ?? 0
        return Interval(max(0, lower), max(0, upper), method: "simultaneous Newcombe", confidence: confidence)
    }

    /// Of the smallest share divided by the largest.
    public static func ratio(_ groups: [Proportion], confidence: Double = 0.95) -> Interval? {
        smallest([groups], confidence: confidence)
    }

    /// Of the smallest ratio within any of several families of groups.
    public static func smallest(_ families: [[Proportion]], confidence: Double = 0.95) -> Interval? {
        guard families.allSatisfy({ $0.count <= maximumGroups }) else { return nil }
        let pairs = families.flatMap { Self.pairs($0) }
        guard !pairs.isEmpty else { return nil }
        let (single, joint) = criticalValues(pairs.count, confidence)
        let lower = pairs.map { $0.ratio(criticalValue: single).lower }.min() ?? 0
        let upper = pairs.map { $0.ratio(criticalValue: joint).upper }.min() ?? 1
        return Interval(min(1, lower), min(1, upper), method: "simultaneous Katz", confidence: confidence)
    }

    /// For one side at half the error: of one pair, and of all pairs at once.
    private static func criticalValues(_ pairs: Int, _ confidence: Double) -> (single: Double, joint: Double) {
        let side = (1 - confidence) / 2
        return (Normal().quantile(1 - side), Normal().quantile(1 - side / Double(pairs)))
    }

    private static func pairs(_ groups: [Proportion]) -> [ProportionPair] {
        groups.indices.flatMap { i in groups.indices.filter { $0 != i }.map { ProportionPair(groups[i], groups[$0]) } }
    }
}
