import Basics
import Statistics
import Testing

/// Tango's score test and bounds of paired shares.
@Suite struct PairedProportionsTests {
    @Test func `bounds have their closed forms where there are such`() {
        let none = PairedProportions(onlyFirst: 0, onlySecond: 0, rows: 100).interval()
        // z² / (n + z²) on both sides where nothing is discordant.
        let end = 3.841458820694124 / (100 + 3.841458820694124)
        #expect(abs(none.upper - end) < 1e-9 && abs(none.lower + end) < 1e-9)
        // Against no difference it is McNemar's.
        let pair = PairedProportions(onlyFirst: 9, onlySecond: 2, rows: 50)
        #expect(abs(pair.score(against: 0) - 7 / Double(11).squareRoot()) < 1e-9)
        let turned = PairedProportions(onlyFirst: 2, onlySecond: 9, rows: 50).interval()
        #expect(abs(pair.interval().lower + turned.upper) < 1e-9 && abs(pair.interval().upper + turned.lower) < 1e-9)
    }

    @Test func `bounds enclose what the score does not refuse`() {
        for (b, c, n) in [(1.0, 0.0, 2.0), (0, 5, 5), (3, 3, 6), (10, 1, 40), (0.5, 0.25, 3.5)] {
            let pair = PairedProportions(onlyFirst: b, onlySecond: c, rows: n)
            let bounds = pair.interval()
            #expect(bounds.lower <= pair.difference && pair.difference <= bounds.upper)
            if bounds.lower > -1 { #expect(abs(pair.score(against: bounds.lower) - 1.959964) < 1e-4) }
            if bounds.upper < 1 { #expect(abs(pair.score(against: bounds.upper) + 1.959964) < 1e-4) }
        }
    }

    @Test func `bounds cover`() {
        var random = SeededRandom(seed: 4)
        var covered = 0
        let trials = 1500
        for trial in 0..<trials {
            let (first, second) = [(0.1, 0.1), (0.15, 0.05), (0.02, 0.02), (0.3, 0.2)][trial % 4]
            var (b, c) = (0.0, 0.0)
            for _ in 0..<100 {
                let draw = random.nextUnit()
                if draw < first { b += 1 } else if draw < first + second { c += 1 }
            }
            let bounds = PairedProportions(onlyFirst: b, onlySecond: c, rows: 100).interval()
            if bounds.lower <= first - second && first - second <= bounds.upper { covered += 1 }
        }
        #expect(Double(covered) / Double(trials) > 0.935)
    }

    @Test func `a ratio of shares that are all of their trials has bounds`() throws {
        let all = ProportionPair(Proportion(6, of: 6), Proportion(6, of: 6))
        let bounds = try #require(all.katz())
        #expect(bounds.lower < 0.62 && bounds.lower > 0.6 && bounds.upper > 1.6)
        #expect(all.ratio(criticalValue: 1.96).lower < 0.62)
    }

    @Test func `Cramér and von Mises' tail keeps its digits where the rest of 1 has none`() {
        for x in [0.3, 0.5, 0.74346, 1.16786, 2] {
            let (tail, rest) = (SampleTests.cramerVonMisesTail(x), 1 - SampleTests.cramerVonMisesBelow(x))
            #expect(abs(tail - rest) < 1e-11 + 1e-9 * tail, "\(x): \(tail) \(rest)")
        }
        // Anderson and Darling's table: 5 % and 1 %.
        #expect(abs(SampleTests.cramerVonMisesTail(0.46136) - 0.05) < 1e-5 && abs(SampleTests.cramerVonMisesTail(0.74346) - 0.01) < 1e-6)
        // The leading term far out: halving per 2·ln 2 / π² of x.
        let far = SampleTests.cramerVonMisesTail(5)
        #expect(far > 1e-12 && far < 1e-10)
        #expect(abs(SampleTests.cramerVonMisesTail(5.2) / far - 0.3727) < 0.01)
    }

    @Test func `a ratio of none lies within its own bounds`() {
        let pair = ProportionPair(Proportion(0, of: 4), Proportion(3, of: 4))
        #expect(pair.ratio(criticalValue: 1.96).lower == 0 && pair.ratio(criticalValue: 1.96).upper < 3)
        let inverse = ProportionPair(Proportion(3, of: 4), Proportion(0, of: 4))
        #expect(inverse.ratio(criticalValue: 1.96).upper == .infinity && inverse.ratio(criticalValue: 1.96).lower > 0.3)
        let groups = SimultaneousBounds.ratio([Proportion(0, of: 4), Proportion(3, of: 4), Proportion(2, of: 4)])
        #expect(groups?.lower == 0 && groups?.upper == 1)
    }
}
