import Basics
import Frames
import Metrics
import Statistics
import Testing

/// Figures that are made of others have bounds too.
@Suite struct EveryFigureBoundsTests {
    /// Scores at the middles of ten bins, wrong by a tenth in group a and by two in b.
    static func scored(_ random: inout SeededRandom, rows: Int) throws -> (ScoredRows, Groups) {
        var (scores, labels, names) = ([Double](), [Bool](), [String?]())
        for row in 0..<rows {
            let score = 0.05 + 0.1 * Double(2 + Int(random.nextUnit() * 6))
            let isB = row % 3 == 0
            scores.append(score)
            labels.append(random.nextUnit() < score + (isB ? 0.2 : 0.1))
            names.append(isB ? "b" : "a")
        }
        return (try ScoredRows(scores: scores, labels: labels, threshold: 0.5), try Groups(Column("g", texts: names)))
    }

    @Test func `distances and ratios of calibration errors hold what is true`() throws {
        var random = SeededRandom(seed: 7, stream: 1)
        // A third of the rows are b's: the errors are 0.1, 0.2 and overall 0.4/3, of which a's is three quarters and which is two thirds of b's.
        var held = [0, 0, 0, 0]
        let trials = 200
        for _ in 0..<trials {
            let (rows, groups) = try Self.scored(&random, rows: 600)
            let report = try #require(try FairnessReport(rows, [groups]).attributes["g"]?["calibrationError"])
            let truths = [0.1, 0.5, 0.2 - 0.4 / 3, 2.0 / 3]
            for (place, figure) in [report.difference, report.ratio, report.overallDifference, report.overallRatio].enumerated() {
                let (bounds, value) = (try #require(figure.interval), try #require(figure.value))
                #expect(bounds.lower <= value && value <= bounds.upper)
                if bounds.lower - 1e-12 <= truths[place], truths[place] <= bounds.upper + 1e-12 { held[place] += 1 }
            }
        }
        #expect(held.allSatisfy { Double($0) >= 0.935 * Double(trials) }, "\(held) of \(trials)")
    }

    @Test func `a difference of missing shares has Newcombe's bounds, of weighted rows by their effective number`() throws {
        let old = Column("x", doubles: (0..<200).map { $0 < 10 ? nil : Double($0) })
        let new = Column("x", doubles: (0..<100).map { $0 < 30 ? nil : Double($0) })
        let report = try DriftReport(reference: [ReferenceColumn(old)], current: try Frame([new]))
        let bounds = try #require(report.columns.first?.intervals["missingDifference"])
        #expect(bounds == ProportionPair(Proportion(30, of: 100), Proportion(10, of: 200)).newcombe())
        // Half of the rows count for next to nothing.
        let weights = (0..<100).map { $0 % 2 == 0 ? 1 : 1e-9 }
        let weighted = try DriftReport(
            reference: Frame([old]), weights: Array(repeating: 1, count: 200), current: Frame([new]), weights: weights)
        let halved = try #require(weighted.columns.first?.intervals["missingDifference"])
        let expected = ProportionPair(Proportion(15, of: 50), Proportion(10, of: 200)).newcombe()
        #expect(abs(halved.lower - expected.lower) < 1e-6 && abs(halved.upper - expected.upper) < 1e-6)
        let same = try #require(
            try DriftReport(reference: [ReferenceColumn(old)], current: try Frame([old])).columns.first?.intervals["missingDifference"])
        #expect(same.lower < 0 && same.upper > 0)
    }

    @Test func `the normed distance's bounds are the distance's in standard deviations of the reference`() throws {
        let old = Column("x", doubles: (0..<400).map { Double($0 % 40) })
        let new = Column("x", doubles: (0..<400).map { Double($0 % 40) + 5 })
        let column = try #require(try DriftReport(reference: [ReferenceColumn(old)], current: try Frame([new])).columns.first)
        let (plain, normed) = (try #require(column.intervals["wassersteinDistance"]), try #require(column.intervals["normedWassersteinDistance"]))
        let (distance, ratio) = (try #require(column.wassersteinDistance), try #require(column.normedWassersteinDistance))
        let deviation = distance / ratio
        #expect(abs(plain.lower / deviation - normed.lower) < 1e-12 && abs(plain.upper / deviation - normed.upper) < 1e-12)
        #expect(normed.lower > 0)
    }

    @Test func `windows' distances have bounds, which weights' scale does not move`() throws {
        var random = SeededRandom(seed: 3, stream: 1)
        let scores = (0..<400).map { _ in random.nextUnit() }
        let labels = scores.indices.map { random.nextUnit() < ($0 < 300 ? 0.5 : 0.9) }
        let weights = scores.indices.map { 1 + Double($0 % 3) }
        func stability(_ weights: [Double]?) throws -> ConceptDrift {
            try ConceptDrift(try ScoredRows(scores: scores, labels: labels, weights: weights, threshold: 0.5), window: 100)
        }
        let drift = try stability(nil)
        let labelled = try #require(drift.intervals["labelStability"])
        #expect(labelled.lower > 0 && labelled.lower < drift.labelStability && drift.labelStability < labelled.upper)
        let predicted = try #require(drift.intervals["predictionStability"])
        let index = try #require(drift.predictionStability)
        #expect(predicted.lower == 0 && predicted.upper >= index)
        let (once, thrice) = (try stability(weights), try stability(weights.map { 3 * $0 }))
        let (a, b) = (try #require(once.intervals["labelStability"]), try #require(thrice.intervals["labelStability"]))
        #expect(abs(a.lower - b.lower) < 1e-9 && abs(a.upper - b.upper) < 1e-9)
        // Fewer rows tell as much as weighted ones do: wider than the same shares of unweighted rows.
        let alike = try ConceptDrift(
            try ScoredRows(scores: scores, labels: Array(repeating: true, count: 400), threshold: 0.5), window: 100)
        #expect(alike.labelStability == 0 && alike.intervals["labelStability"] == nil && alike.intervals["predictionStability"] != nil)
    }

    @Test func `bounds of what false decisions cost hold what they cost`() throws {
        var random = SeededRandom(seed: 11, stream: 1)
        // Scores are the labels' chances, uniform: at 0.5 an eighth of the rows are false positives and an eighth false negatives.
        let (trials, truth) = (400, 0.125 * 1 + 0.125 * 5)
        var held = 0
        for _ in 0..<trials {
            let scores = (0..<150).map { _ in random.nextUnit() }
            let rows = try ScoredRows(scores: scores, labels: scores.map { random.nextUnit() < $0 }, threshold: 0.5)
            let best = LeastCost(rows, try ThresholdCurve(rows), falsePositive: 1, falseNegative: 5)
            #expect(best.cost <= best.costAtThreshold && best.bounds.lower <= best.cost && best.cost <= best.bounds.upper)
            if best.boundsAtThreshold.lower <= truth, truth <= best.boundsAtThreshold.upper { held += 1 }
        }
        #expect(Double(held) >= 0.935 * Double(trials), "\(held) of \(trials)")
    }

    @Test func `where it is cheapest to select nobody the threshold is above every score`() throws {
        let rows = try ScoredRows(scores: [1, 1, 0.4, 0.2], labels: [false, false, true, false], threshold: 0.5)
        let best = LeastCost(rows, try ThresholdCurve(rows), falsePositive: 100, falseNegative: 1)
        #expect(best.threshold > 1 && best.cost == 0.25 && best.costAtThreshold == 50.25)
        #expect(best.bounds.lower >= 0 && best.bounds.upper >= 0.25)
    }

    /// As F₁'s: by the share of hits among hits and errors, whatever the errors are.
    @Test(arguments: [0.5, 2.0, 3.0], [(true, 0.9), (true, 0.1), (false, 0.9)])
    func `F-beta of one row is bounded`(beta: Double, row: (label: Bool, score: Double)) throws {
        let report = PerformanceReport(try ScoredRows(scores: [row.score], labels: [row.label], threshold: 0.5), beta: beta)
        let (value, bounds) = (try #require(report.fBeta.value), try #require(report.fBeta.interval))
        let share = Proportion(value, of: 1).wilson()
        let square = beta * beta
        func score(_ share: Double, _ weight: Double) -> Double { (1 + square) * share / ((1 + square) * share + weight * (1 - share)) }
        #expect(abs(bounds.lower - score(share.lower, max(1, square))) < 1e-15 && abs(bounds.upper - score(share.upper, min(1, square))) < 1e-15)
        #expect(bounds.lower <= value && value <= bounds.upper && bounds.upper - bounds.lower > 0.4)
        #expect(report.f1.interval?.method == bounds.method)
    }

    /// 48 of 100 rows positive and all decided rightly: roots of the margins multiply to less than the margins by their last digit.
    @Test func `Matthews' correlation of a perfect table is 1, and of a table turned round −1`() throws {
        for positives in 10...90 {
            let labels = (0..<100).map { $0 < positives }
            for sign in [1.0, -1] {
                let scores = labels.map { $0 == (sign > 0) ? 1.0 : 0 }
                let report = PerformanceReport(try ScoredRows(scores: scores, labels: labels, threshold: 0.5))
                let (value, bounds) = (try #require(report.matthewsCorrelation.value), try #require(report.matthewsCorrelation.interval))
                #expect(abs(value) <= 1 && abs(value - sign) < 1e-15 && bounds.lower <= value && value <= bounds.upper, "\(positives): \(value)")
            }
        }
    }
}
