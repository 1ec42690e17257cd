import Basics
import Frames
import Statistics
import Testing

@testable import Metrics

/// Simulated coverage of bounds that are no textbook's: at least 93.5 % on average over the grid that each test states.
@Suite struct BoundsTests {
    /// Scores with a known chance of a positive label; `calibrated` labels follow the score itself.
    static func rows(_ count: Int, _ seed: UInt64, shift: Double = 0, weights: Bool = false) throws -> ScoredRows {
        var random = SeededRandom(seed: seed)
        var (scores, labels, all): ([Double], [Bool], [Double]) = ([], [], [])
        for _ in 0..<count {
            let score = 0.05 + 0.9 * random.nextUnit()
            scores.append(score)
            labels.append(random.nextUnit() < min(1, max(0, score + shift)))
            all.append(0.5 + random.nextUnit())
        }
        return try ScoredRows(scores: scores, labels: labels, weights: weights ? all : nil, threshold: 0.5)
    }

    static func share(_ estimate: Estimate, _ truth: Double) -> Int {
        guard let bounds = estimate.interval else { return 0 }
        return bounds.lower <= truth + 1e-12 && truth <= bounds.upper + 1e-12 ? 1 : 0
    }

    @Test func `ranks' figures and weighted ones are covered by their bounds`() throws {
        let large = try Self.rows(60_000, 1)
        let truth = PerformanceReport(large)
        var covered: [String: Int] = [:]
        let trials = 40
        for trial in 0..<trials {
            for count in [100, 400] {
                let report = PerformanceReport(try Self.rows(count, UInt64(1000 + trial * 2 + count), weights: trial % 2 == 0))
                for (own, true_) in zip(report.figures, truth.figures) {
                    covered[own.name, default: 0] += Self.share(own.estimate, try #require(true_.estimate.value))
                }
            }
        }
        // A single figure may lie below by chance of these few trials; all of them together may not.
        for (name, count) in covered { #expect(Double(count) / Double(2 * trials) >= 0.88, "\(name): \(Double(count) / Double(2 * trials))") }
        #expect(Double(covered.values.reduce(0, +)) / Double(2 * trials * covered.count) >= 0.935)
    }

    @Test func `calibration errors are covered, of well calibrated scores too`() throws {
        for shift in [0.0, 0.08] {
            // Uniform bins of scores that are spread evenly: every gap is the shift.
            var (expected, maximum) = (0, 0)
            let trials = 150
            for trial in 0..<trials {
                for count in [300, 1000] {
                    let rows = try Self.rows(count, UInt64(5000 + trial * 7 + count), shift: shift)
                    let report = try CalibrationReport(rows)
                    // Label chances are cut at 1, which the last bin shows: its gap is a little less.
                    expected += Self.share(report.expectedError, shift == 0 ? 0 : 0.0783)
                    maximum += Self.share(report.maximumError, shift)
                }
            }
            #expect(Double(expected) / Double(2 * trials) >= 0.92, "shift \(shift)")
            #expect(Double(maximum) / Double(2 * trials) >= 0.935, "shift \(shift)")
        }
    }

    @Test func `distances from the overall rate and average odds are covered`() throws {
        let rates = [0.3, 0.3, 0.5]
        let overall = rates.reduce(0, +) / 3
        var (difference, ratio, odds) = (0, 0, 0)
        let trials = 300
        for trial in 0..<trials {
            var random = SeededRandom(seed: 9, stream: UInt64(trial))
            var (scores, labels, groups): ([Double], [Bool], [String?]) = ([], [], [])
            for _ in 0..<450 {
                let group = Int(random.next(below: 3))
                groups.append("g\(group)")
                scores.append(random.nextUnit() < rates[group] ? 0.9 : 0.1)
                labels.append(random.nextUnit() < 0.4)
            }
            var options = FairnessReport.Options()
            options.references = ["g": "g2"]
            let report = try FairnessReport(
                ScoredRows(scores: scores, labels: labels, threshold: 0.5), [Groups(Column("g", texts: groups))], options: options)
            let fairness = try #require(report.attributes["g"])
            difference += Self.share(fairness["selectionRate"].overallDifference, 0.5 - overall)
            ratio += Self.share(fairness["selectionRate"].overallRatio, overall / 0.5)
            if let own = fairness.averageOdds["g0"], fairness["selectionRate"].reference == "g2" { odds += Self.share(own, -0.2) }
        }
        #expect(Double(difference + ratio + odds) / Double(3 * trials) >= 0.935)
        for count in [difference, ratio, odds] { #expect(Double(count) / Double(trials) >= 0.91) }
    }

    @Test func `weighted areas have DeLong's bounds: weights of one change nothing`() throws {
        let plain = try Self.rows(300, 3)
        let ones = try ScoredRows(scores: plain.scores, labels: plain.labels, weights: plain.scores.map { _ in 1 }, threshold: 0.5)
        let (first, second) = (PerformanceReport(plain), PerformanceReport(ones))
        for (own, other) in zip(first.figures, second.figures) {
            #expect(abs((own.estimate.value ?? 9) - (other.estimate.value ?? -9)) < 1e-12, "\(own.name)")
            let (bounds, others) = (try #require(own.estimate.interval, "\(own.name)"), try #require(other.estimate.interval, "\(own.name)"))
            #expect(abs(bounds.lower - others.lower) < 1e-9 && abs(bounds.upper - others.upper) < 1e-9, "\(own.name)")
        }
        let perfect = PerformanceReport(
            try ScoredRows(scores: (0..<20).map { $0 < 10 ? 0.1 : 0.9 }, labels: (0..<20).map { $0 >= 10 }, threshold: 0.5))
        #expect(perfect.figures.allSatisfy { $0.estimate.interval != nil || $0.name == "logLoss" })
        #expect((perfect.rocAUC.interval?.lower ?? 1) < 0.8)
    }

    @Test func `neighbours are the nearest, those that come first among equals`() throws {
        var random = SeededRandom(seed: 21)
        let points = (0..<400).map { _ in [Double(random.next(below: 8)), random.nextUnit(), Double(random.next(below: 3))] }
        let tree = NeighborTree(points)
        for row in stride(from: 0, to: 400, by: 7) {
            func distance(_ other: Int) -> Double { zip(points[row], points[other]).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
            let wanted = Array(points.indices.sorted { (distance($0), $0) < (distance($1), $1) }.prefix(5))
            #expect(tree.nearest(points[row], 5) == wanted)
        }
        let same = try Consistency.estimate(points: Array(repeating: [1, 2], count: 50), predictions: Array(repeating: 1, count: 50))
        #expect(same.value == 1)
        #expect(throws: MetricsError.self) { try Consistency.estimate(points: [[1]], predictions: [1]) }
        let rows = try ScoredRows(scores: (0..<60).map { Double($0 % 7) / 7 }, labels: (0..<60).map { $0 % 2 == 0 }, threshold: 0.5)
        let table = try Frame([
            Column("constant", doubles: Array(repeating: 3, count: 60)), Column("huge", doubles: (0..<60).map { [-1e300, 0, 1e300][$0 % 3] }),
        ])
        for column in ["constant", "huge"] {
            #expect(try Consistency.estimate(rows, in: table, columns: [column]).value == nil, "\(column)")
        }
    }
}
