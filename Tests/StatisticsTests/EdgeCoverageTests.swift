import Basics
import Statistics
import Testing

/// Coverage where rates are 0 or 1, at which plain errors vanish.
@Suite struct EdgeCoverageTests {
    static let trials = 300

    /// The share of trials whose bounds hold the truth, and the mean width, over rates and 100 and 400 rows.
    static func coverage(_ grid: [[Double]], _ bounds: ([Proportion]) -> Interval?, _ truth: ([Double]) -> Double) throws -> (
        covered: Double, width: Double, narrowest: Double
    ) {
        var (covered, width, count, narrowest) = (0, 0.0, 0, Double.infinity)
        for (index, rates) in grid.enumerated() {
            for rows in [100, 400] {
                var random = SeededRandom(seed: 29, stream: UInt64(index * 1000 + rows))
                for _ in 0..<trials {
                    let interval = try #require(bounds(CoverageTests.draw(rates, rows, &random)))
                    count += 1
                    width += interval.upper - interval.lower
                    narrowest = min(narrowest, interval.upper - interval.lower)
                    if interval.lower - 1e-12 <= truth(rates), truth(rates) <= interval.upper + 1e-12 { covered += 1 }
                }
            }
        }
        return (Double(covered) / Double(count), width / Double(count), narrowest)
    }

    /// Every pair at Bonferroni's level, both ends: the reference of how wide bounds may be.
    static func reference(_ groups: [Proportion], _ bounds: (ProportionPair, Double) -> Interval?, _ pick: ([Interval]) -> Interval) -> Interval? {
        let pairs = groups.indices.flatMap { i in groups.indices.filter { $0 != i }.map { ProportionPair(groups[i], groups[$0]) } }
        return pick(pairs.compactMap { bounds($0, 1 - 0.05 / Double(pairs.count)) })
    }

    @Test func `differences and ratios of groups in which all or none are selected are covered, and never certain`() throws {
        let sure = [[1, 1], [1, 0.95], [1, 1, 1], [0.99, 1], [0.97, 0.99, 1]]
        let rare = [[0, 0], [0, 0.05], [0, 0, 0.01], [0.02, 0.01]]
        let difference = try Self.coverage(sure + rare, { SimultaneousBounds.difference($0) }, CoverageTests.range)
        #expect(difference.covered >= 0.935 && difference.narrowest > 0.005)
        let wide = try Self.coverage(
            sure + rare,
            {
                Self.reference($0, { $0.newcombe($1) }) { all in
                    Interval(max(0, all.map(\.lower).max() ?? 0), all.map(\.upper).max() ?? 1, method: "Bonferroni", confidence: 0.95)
                }
            }, CoverageTests.range)
        #expect(difference.width <= 1.2 * wide.width)

        func smallest(_ rates: [Double]) -> Double { (rates.min() ?? 0) / (rates.max() ?? 1) }
        let ratio = try Self.coverage(sure, { SimultaneousBounds.ratio($0) }, smallest)
        #expect(ratio.covered >= 0.935 && ratio.narrowest > 0.005)
        let katz = try Self.coverage(
            sure,
            {
                Self.reference($0, { $0.katz($1) }) { all in
                    Interval(min(1, all.map(\.lower).min() ?? 0), min(1, all.map(\.upper).min() ?? 1), method: "Bonferroni", confidence: 0.95)
                }
            }, smallest)
        #expect(ratio.width <= 1.2 * katz.width)
        // One pair by itself.
        let pair = try Self.coverage([[1, 1], [1, 0.95], [0.99, 1], [0.9, 0.97]], { ProportionPair($0[0], $0[1]).katz() }) { $0[0] / $0[1] }
        #expect(pair.covered >= 0.935 && pair.narrowest > 0.005)
    }

    @Test func `ratios of plain rates are no wider than every pair at Bonferroni's level`() throws {
        func smallest(_ rates: [Double]) -> Double { (rates.min() ?? 0) / (rates.max() ?? 1) }
        let ours = try Self.coverage(CoverageTests.rates, { SimultaneousBounds.ratio($0) }, smallest)
        let reference = try Self.coverage(
            CoverageTests.rates,
            {
                Self.reference($0, { $0.katz($1) ?? Interval(0, .infinity, method: "none", confidence: 0.95) }) { all in
                    Interval(min(1, all.map(\.lower).min() ?? 0), min(1, all.map(\.upper).min() ?? 1), method: "Bonferroni", confidence: 0.95)
                }
            }, smallest)
        #expect(ours.covered >= 0.935)
        #expect(ours.width <= 1.2 * reference.width)
    }
}
