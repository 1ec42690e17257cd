import Basics
import Statistics
import Testing

/// How often bounds enclose what they bound, by simulation with fixed seeds: at least the nominal share less 1.5 points, averaged over a grid.
@Suite struct CoverageTests {
    static let trials = 400

    static func draw(_ rates: [Double], _ rows: Int, _ random: inout SeededRandom) -> [Proportion] {
        rates.map { Proportion(Double(Multinomial.binomial(rows, $0, &random)), of: Double(rows)) }
    }

    static let rates: [[Double]] = [
        [0.3, 0.3], [0.1, 0.2], [0.3, 0.3, 0.3, 0.3, 0.3], [0.2, 0.25, 0.3, 0.5, 0.5], [0.05, 0.05, 0.4], [0.9, 0.95, 0.99],
    ]

    /// Mean coverage and mean width over the grid.
    static func coverage(_ bounds: ([Proportion]) -> Interval?, _ truth: ([Double]) -> Double) throws -> (covered: Double, width: Double) {
        var (covered, width, count) = (0, 0.0, 0)
        for (index, rates) in rates.enumerated() {
            for rows in [100, 400] {
                var random = SeededRandom(seed: 17, stream: UInt64(index * 1000 + rows))
                for _ in 0..<trials {
                    let interval = try #require(bounds(draw(rates, rows, &random)))
                    count += 1
                    width += interval.upper - interval.lower
                    if interval.lower - 1e-12 <= truth(rates), truth(rates) <= interval.upper + 1e-12 { covered += 1 }
                }
            }
        }
        return (Double(covered) / Double(count), width / Double(count))
    }

    static func range(_ rates: [Double]) -> Double { (rates.max() ?? 0) - (rates.min() ?? 0) }

    @Test func `the largest difference of groups is covered, equal groups too`() throws {
        let ours = try Self.coverage({ SimultaneousBounds.difference($0) }, Self.range)
        #expect(ours.covered >= 0.935)
        // The reference: Newcombe's bounds of every pair at Bonferroni's level, both ends.
        let reference = try Self.coverage(
            { groups in
                let pairs = groups.count * (groups.count - 1)
                let all = groups.indices.flatMap { i in
                    groups.indices.filter { $0 != i }.map { ProportionPair(groups[i], groups[$0]).newcombe(1 - 0.05 / Double(pairs)) }
                }
                return Interval(max(0, all.map(\.lower).max() ?? 0), all.map(\.upper).max() ?? 1, method: "Bonferroni", confidence: 0.95)
            }, Self.range)
        #expect(ours.width <= 1.2 * reference.width)
        #expect(ours.width < reference.width)
    }

    @Test func `the smallest ratio of groups is covered`() throws {
        let ours = try Self.coverage({ SimultaneousBounds.ratio($0) }) { ($0.min() ?? 0) / ($0.max() ?? 1) }
        #expect(ours.covered >= 0.935)
    }

    @Test func `a plain bootstrap of the largest difference of equal groups covers nothing`() throws {
        var random = SeededRandom(seed: 5)
        let groups = Self.draw([0.3, 0.3, 0.3, 0.3, 0.3], 400, &random)
        let counts = groups.flatMap { [Int($0.successes), Int($0.trials - $0.successes)] }
        let interval = try #require(
            Bootstrap.percentile(counts: counts, replicates: 500, seed: 1) { cells in
                Self.range(stride(from: 0, to: cells.count, by: 2).map { Double(cells[$0]) / Double(cells[$0] + cells[$0 + 1]) })
            })
        #expect(interval.lower > 0)
    }

    @Test func `Wilson's and Clopper and Pearson's bounds cover on average`() throws {
        var (wilson, exact, count) = (0, 0, 0)
        for rate in stride(from: 0.02, through: 0.98, by: 0.04) {
            var random = SeededRandom(seed: 23, stream: UInt64(rate * 1000))
            for _ in 0..<200 {
                let share = Self.draw([rate], 100, &random)[0]
                count += 1
                if (share.wilson().lower...share.wilson().upper).contains(rate) { wilson += 1 }
                if (share.clopperPearson().lower...share.clopperPearson().upper).contains(rate) { exact += 1 }
            }
        }
        #expect(Double(wilson) / Double(count) >= 0.935)
        #expect(Double(exact) / Double(count) >= 0.95)
    }

    @Test func `bootstrap bounds of a figure of counts cover`() throws {
        // F1 of 200 rows with the true table 30, 10, 20, 140.
        let shares = [0.15, 0.05, 0.1, 0.7]
        func f1(_ cells: [Double]) -> Double { 2 * cells[0] / (2 * cells[0] + cells[1] + cells[2]) }
        let truth = f1(shares)
        var covered = 0
        for trial in 0..<200 {
            var random = SeededRandom(seed: 31, stream: UInt64(trial))
            let counts = Multinomial.resample([30, 10, 20, 140], &random)
            let interval = try #require(Bootstrap.percentile(counts: counts, replicates: 400, seed: UInt64(trial)) { f1($0.map(Double.init)) })
            if interval.lower <= truth, truth <= interval.upper { covered += 1 }
        }
        #expect(Double(covered) / 200 >= 0.92)
    }

    @Test func `accelerated bounds of a mean cover and repeat`() throws {
        var covered = 0
        for trial in 0..<100 {
            var random = SeededRandom(seed: 41, stream: UInt64(trial))
            let rows = (0..<60).map { _ in random.nextUnit() * random.nextUnit() }
            let sum = rows.reduce(0, +)
            func bounds() -> Interval? {
                Bootstrap.accelerated(
                    strata: [Array(0..<60)], rows: 60, replicates: 400, seed: 3, estimate: sum / 60, jackknife: rows.map { (sum - $0) / 59 }
                ) { drawn in zip(drawn, rows).reduce(0) { $0 + Double($1.0) * $1.1 } / 60 }
            }
            let interval = try #require(bounds())
            #expect(bounds() == interval)
            if interval.lower <= 0.25, 0.25 <= interval.upper { covered += 1 }
        }
        #expect(covered >= 88)
    }
}
