import Basics
import Foundation
import Statistics
import Testing

/// Bounds of Kolmogorov and Smirnov's distance of two samples, as a figure and not as a test.
@Suite struct LargestDistanceTests {
    static func normal(_ random: inout SeededRandom) -> Double { (-2 * log(1 - random.nextUnit())).squareRoot() * cos(2 * .pi * random.nextUnit()) }

    /// Of two samples without weights.
    static func measure(_ first: [Double], _ second: [Double]) -> (value: Double, interval: Interval) {
        let all = (first.map { ($0, 1.0, 0.0) } + second.map { ($0, 0.0, 1.0) }).sorted { $0.0 < $1.0 }
        var walk = LargestDistance.Walk(first: Double(first.count), second: Double(second.count))
        var open = (0.0, 0.0)
        for (place, row) in all.enumerated() {
            open = (open.0 + row.1, open.1 + row.2)
            guard place + 1 == all.count || all[place + 1].0 != row.0 else { continue }
            walk.add(open.0, open.1)
            open = (0, 0)
        }
        return (walk.distance, walk.interval(firstRows: Double(first.count), secondRows: Double(second.count)))
    }

    /// Normal samples so many deviations apart, the first of a share of the rows: coverage, and mean width in 3.92 true standard deviations of the figure.
    static func coverage(apart: Double, share: Double, rows: Int, trials: Int) -> (covered: Double, width: Double) {
        let truth = erf(apart / 2 / 2.0.squareRoot())
        var random = SeededRandom(seed: 23, stream: UInt64(rows) + UInt64(apart * 100))
        var (covered, width, values) = (0, 0.0, [Double]())
        for _ in 0..<trials {
            let positives = Int(share * Double(rows))
            let first = (0..<positives).map { _ in normal(&random) + apart }
            let (value, interval) = measure(first, (positives..<rows).map { _ in normal(&random) })
            if interval.lower <= truth, truth <= interval.upper { covered += 1 }
            width += interval.upper - interval.lower
            values.append(value)
        }
        let mean = values.reduce(0, +) / Double(trials)
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(trials)).squareRoot()
        return (Double(covered) / Double(trials), width / Double(trials) / (3.92 * deviation))
    }

    @Test func `the distance is covered, and its bounds are within 1.2 of its true spread`() {
        let grid = [(0.3, 0.5), (0.7, 0.5), (1, 0.2), (1.5, 0.5), (2, 0.5)].flatMap { apart, share in [100, 400].map { (apart, share, $0) } }
        let all = grid.map { Self.coverage(apart: $0, share: $1, rows: $2, trials: 150) }
        let covered = all.reduce(0) { $0 + $1.covered } / Double(all.count)
        let width = all.reduce(0) { $0 + $1.width } / Double(all.count)
        #expect(covered >= 0.935 && width <= 1.2, "\(covered), \(width)")
        #expect(all.allSatisfy { $0.covered >= 0.9 }, "\(all)")
    }

    @Test func `of samples of one distribution the lower bound is zero nineteen times in twenty`() {
        let same = [100, 400].map { Self.coverage(apart: 0, share: 0.5, rows: $0, trials: 200) }
        #expect(same.reduce(0) { $0 + $1.covered } / 2 >= 0.935, "\(same)")
    }

    @Test func `samples that do not overlap, or of one row, have bounds`() {
        let apart = Self.measure(Array(repeating: 2, count: 60), Array(repeating: 1, count: 40))
        #expect(apart.value == 1 && apart.interval.upper == 1 && apart.interval.lower > 0.85 && apart.interval.lower < 0.95)
        let single = Self.measure([2], [1])
        #expect(single.value == 1 && single.interval.lower == 0 && single.interval.upper == 1)
        let tied = Self.measure([1, 1, 1], [1, 1])
        #expect(tied.value == 0 && tied.interval.lower == 0)
        // Of places that are alike the least certain counts: half of either sample, and not none of it.
        let halves = (0..<200).map { Double($0 % 2) }
        let same = Self.measure(halves, halves)
        #expect(same.value == 0 && same.interval.upper > 0.09 && same.interval.upper < 0.11)
        // Weights whose sums differ in their last digits change nothing of that.
        var walk = LargestDistance.Walk(first: 0.7 * 3, second: 0.1 * 3)
        for _ in 0..<3 { walk.add(0.7, 0.1) }
        let weighted = walk.interval(firstRows: 200, secondRows: 200)
        var plain = LargestDistance.Walk(first: 3, second: 3)
        for _ in 0..<3 { plain.add(1, 1) }
        #expect(abs(weighted.upper - plain.interval(firstRows: 200, secondRows: 200).upper) < 1e-9 && weighted.lower == 0)
    }
}
