import Basics
import Frames
import Metrics
import Statistics
import Testing

/// Groups, intervals and tests of group measures, beyond what peers say of them.
@Suite struct FairnessTests {
    static func rows(_ counts: [(group: String, selected: Int, of: Int)], score: Double = 0.9) throws -> (ScoredRows, Column) {
        var (scores, groups): ([Double], [String?]) = ([], [])
        for (group, selected, total) in counts {
            scores += [Double](repeating: score, count: selected) + [Double](repeating: 0.1, count: total - selected)
            groups += [String?](repeating: group, count: total)
        }
        return (try ScoredRows(scores: scores, labels: scores.map { $0 > 0.5 }, threshold: 0.5), Column("g", texts: groups))
    }

    /// 6 RCNY 5-300's published tables (FACTS.md §5): rates, and impact ratios by the highest rate.
    @Test(arguments: [
        ([("Female", 555, 1181), ("Male", 667, 1390)], "Female", 0.979),
        ([("Black", 170, 390), ("White", 412, 797)], "Black", 0.843), ([("Black male", 95, 226), ("White male", 215, 412)], "Black male", 0.806),
        ([("Native American female", 7, 17), ("White male", 215, 412)], "Native American female", 0.789),
    ])
    func `Local Law 144's published impact ratios`(counts: [(String, Int, Int)], group: String, ratio: Double) throws {
        let (rows, column) = try Self.rows(counts.map { (group: $0.0, selected: $0.1, of: $0.2) })
        let report = try #require(FairnessReport(rows, [try Groups(column)]).attributes["g"])
        let comparison = try #require(report["selectionRate"].comparisons[group])
        #expect(abs((comparison.ratio.value ?? 0) - ratio) < 1e-3)
        #expect(report["selectionRate"].comparisons.count == 1)
        let interval = try #require(comparison.ratio.interval)
        #expect(interval.lower < ratio && ratio < interval.upper && interval.method == "Katz")
    }

    @Test func `a reference that the rows chose is paid for in what is corrected, a named one is not`() throws {
        let (rows, column) = try Self.rows([("a", 70, 100), ("b", 45, 100), ("c", 44, 100), ("d", 43, 100), ("e", 52, 100)])
        func found(_ references: [String: String]) throws -> GroupedMeasure.Significance {
            var options = FairnessReport.Options()
            options.references = references
            let report = try FairnessReport(rows, [try Groups(column)], options: options)
            return try #require(report.attributes["g"]?["selectionRate"].comparisons["d"]?.significance)
        }
        let (chosen, named) = (try found([:]), try found(["g": "a"]))
        #expect(chosen.pValue == named.pValue && named.choicePValue == named.pValue)
        // Ten pairs of five groups, four tests.
        #expect(chosen.choicePValue == chosen.pValue * 2.5)
        #expect(named.holm < 0.05 && chosen.holm > named.holm && chosen.benjaminiHochberg >= named.benjaminiHochberg)
        let two = try Self.rows([("a", 60, 100), ("b", 45, 100)])
        let alone = try FairnessReport(two.0, [try Groups(two.1)]).attributes["g"]?["selectionRate"].comparisons["b"]?.significance
        #expect(alone != nil && alone?.choicePValue == alone?.pValue)
    }

    @Test func `small cells are tested exactly, and all tests are corrected together`() throws {
        let (rows, column) = try Self.rows([("a", 60, 100), ("b", 30, 100), ("c", 2, 10)])
        let report = try #require(FairnessReport(rows, [try Groups(column)]).attributes["g"])
        let (b, c) = try (
            #require(report["selectionRate"].comparisons["b"]?.significance), #require(report["selectionRate"].comparisons["c"]?.significance)
        )
        #expect(b.test == "two-proportion z" && c.test == "Fisher exact")
        #expect(b.holm > b.pValue && b.holm >= b.benjaminiHochberg && b.benjaminiHochberg >= b.pValue)
        // Nobody tests a measure of which there is no doubt.
        #expect(report["accuracy"].comparisons["b"]?.significance == nil)
    }

    @Test func `the score is above the median, not at it`() throws {
        let rows = try ScoredRows(scores: [0.1, 0.5, 0.5, 0.9], labels: [true, false, true, false], threshold: 0.5)
        let report = try #require(FairnessReport(rows, [try Groups(Column("g", texts: ["a", "a", "b", "b"]))]).attributes["g"])
        #expect(report["scoringRate"].groups["a"]?.value == 0)
        #expect(report["scoringRate"].groups["b"]?.value == 0.5)
    }

    @Test func `numbers fall between declared edges, missing ones into a group of their own`() throws {
        let groups = try Groups(Column("age", doubles: [17.5, 18, 39.9, 40, nil, 70]), edges: [18, 40])
        #expect(groups.names == ["below 18", "18 to below 40", "from 40", "(missing)"])
        #expect(groups.codes == [0, 1, 1, 2, 3, 2])
        #expect { try Groups(Column("age", doubles: [1]), edges: [3, 3]) } throws: { ($0 as? MetricsError)?.code == .invalidOption }
        #expect { try Groups(Column("age", doubles: [.nan]), edges: [3]) } throws: { ($0 as? MetricsError)?.code == .wrongType }
        #expect { try Groups(Column("id", integers: (0...10_000).map { $0 })) } throws: { ($0 as? MetricsError)?.code == .tooManyGroups }
    }

    @Test func `combinations that no row has are no groups`() throws {
        let crossed = try Groups(crossing: [
            try Groups(Column("a", texts: ["x", "x", "y"])), try Groups(Column("b", booleans: [true, nil, false])),
        ])
        #expect(crossed.attribute == "a,b")
        #expect(crossed.names == ["x,(missing)", "x,true", "y,false"])
        #expect(crossed.codes == [1, 0, 2])
    }

    @Test func `neither the number of threads nor the order of the rows shows`() throws {
        var random = SeededRandom(seed: 3)
        let count = 200_000
        let scores = (0..<count).map { _ in random.nextUnit() }
        let labels = scores.map { random.nextUnit() < $0 }
        let groups = Column("g", texts: (0..<count).map { _ in ["a", "b", "c", nil][Int(random.next(below: 4))] })
        func bytes(_ order: [Int], _ threads: Int) throws -> [UInt8] {
            var options = FairnessReport.Options()
            options.threads = threads
            let rows = try ScoredRows(scores: order.map { scores[$0] }, labels: order.map { labels[$0] }, threshold: 0.5)
            return try FairnessReport(rows, [try Groups(groups.selecting(rows: order))], options: options).json.canonicalBytes
        }
        let order = Array(0..<count)
        let first = try bytes(order, 1)
        #expect(try bytes(order, 2) == first)
        #expect(try bytes(order, 4) == first)
        #expect(try bytes(order.shuffled(using: &random), 2) == first)
    }

    @Test func `weights that are none, or no numbers, are refused`() {
        for weights in [[0.0, 0.0], [1, -1], [.nan, 1], [1, .infinity]] {
            #expect { try ScoredRows(scores: [0.5, 0.5], labels: [true, false], weights: weights, threshold: 0.5) } throws: {
                ($0 as? MetricsError)?.code == .invalidWeight
            }
        }
    }

    @Test func `an area of ties alone, or of a class of one row, has bounds of as many pairs`() throws {
        let ties = PerformanceReport(
            try ScoredRows(scores: [Double](repeating: 0.5, count: 40), labels: (0..<40).map { $0 % 2 == 0 }, threshold: 0.5))
        #expect(ties.rocAUC.value == 0.5 && ties.rocAUC.interval?.method == "Wilson of the smaller class")
        #expect(abs((ties.rocAUC.interval?.lower ?? 0) - 0.2993) < 1e-4)
        let two = PerformanceReport(try ScoredRows(scores: [0.9, 0.1], labels: [true, false], threshold: 0.5))
        #expect(abs((two.rocAUC.interval?.lower ?? 0) - 0.2065) < 1e-4)
        let labels = (0..<30).map { $0 % 3 }
        let scores = labels.map { label in (0..<3).map { $0 == label ? 0.8 : 0.1 } }
        func macro(_ weight: Double) throws -> Interval? {
            try MulticlassReport(classes: ["a", "b", "c"], labels: labels, scores: scores, weights: labels.map { _ in weight }).rocAUC[.macro]?
                .interval
        }
        #expect(abs((try macro(1000)?.lower ?? 0) - (try macro(1)?.lower ?? 1)) < 1e-12)
    }

    @Test func `scores of classes that do not sum to one have no log loss, and of no more classes than k nothing is told`() throws {
        let labels = (0..<30).map { $0 % 3 }
        func report(_ scale: Double, k: Int = 2) throws -> MulticlassReport {
            let scores = labels.map { label in (0..<3).map { ($0 == label ? 0.8 : 0.1) * scale } }
            return try MulticlassReport(classes: ["a", "b", "c"], labels: labels, scores: scores, k: k)
        }
        #expect(try report(1).logLoss?.value != nil && report(0.995).logLoss?.value != nil)
        #expect(try report(0.5).logLoss?.undefined == "the classes' scores of a row sum to 0.5, and chances to 1")
        #expect(try report(0.5).rocAUC[.macro]?.value == 1)
        #expect(try report(1).topK?.value == 1 && report(1, k: 3).topK?.undefined == "there are 3 classes, and each is among the 3 highest")
        let one = labels.map { label -> [Double] in label == 0 ? [0.8, 0.2] : [0.2, 0.8] }
        let half = labels.map { label -> [Double] in label == 0 ? [0.4, 0.1] : [0.1, 0.4] }
        func classified(_ scores: [[Double]]) throws -> ClassifiedRows {
            try ClassifiedRows(classes: ["a", "b"], labels: labels.map { min(1, $0) }, predictions: nil, scores: scores, weights: nil)
        }
        let comparison = try ModelComparison(champion: classified(one), challenger: classified(half))
        #expect(comparison.omitted["logLoss"]?.hasSuffix("and chances to 1") == true && !comparison.isComplete)
    }

    @Test func `decisions alone have no figure of scores, and those of decisions as ever`() throws {
        let (labels, decisions) = ([true, false, true, false], [true, false, false, false])
        let rows = try ScoredRows(scores: decisions.map { $0 ? 1 : 0 }, labels: labels, threshold: 0.5, hasScores: false)
        let report = PerformanceReport(rows)
        for estimate in [report.rocAUC, report.prAUC, report.logLoss, report.brierScore, report.kolmogorovSmirnov, report.liftTopDecile] {
            #expect(estimate.undefined == "decisions alone are given, no scores")
        }
        #expect(report.accuracy.value == 0.75 && report.recall.value == 0.5 && report.f1.value != nil)
        let fairness = try FairnessReport(rows, [Groups(Column("g", texts: ["a", "a", "b", "b"]))]).attributes["g"]
        for name in ["scoringRate", "calibrationError"] {
            #expect(fairness?[name].overall.undefined == "decisions alone are given, no scores" && fairness?[name].difference.value == nil)
        }
        #expect(fairness?["selectionRate"].difference.value == 0.5)
    }

    @Test func `thresholds of one class leave what that class lacks undefined, and a row without weight selects nothing`() throws {
        let rows = try ScoredRows(scores: [0.9, 0.2, 0.1], labels: [true, true, false], weights: [1, 1, 0], threshold: 0.5)
        let table = ThresholdTable(rows)
        #expect(table.rows.map(\.threshold) == [0.9, 0.2])
        #expect(table.rows.map(\.truePositiveRate.value) == [0.5, 1])
        #expect(table.rows.allSatisfy { $0.falsePositiveRate.undefined == "no row's label is negative" })
        let many = try ScoredRows(scores: (0..<5000).map { Double($0) / 5000 }, labels: (0..<5000).map { $0 % 3 == 0 }, threshold: 0.5)
        #expect(ThresholdTable(many).rows.map(\.selectionRate.numerator) == (1...100).map { $0 * 50 })
    }

    @Test func `every row is a member of its group, ascending, the missing ones of their own`() throws {
        let groups = try Groups(Column("g", texts: ["b", nil, "a", "b", nil]))
        #expect(groups.names == ["a", "b", Groups.missing] && groups.members == [[2], [0, 3], [1, 4]])
        // Categories that no row has are groups without members.
        let some = try Groups(Column("g", texts: ["a", "b"]).selecting(rows: [1]))
        #expect(some.members.map(\.count).reduce(0, +) == 1)
    }

    @Test func `the cheapest threshold is the one that every other costs more than`() throws {
        let rows = try ScoredRows(scores: [0.1, 0.4, 0.35, 0.8, 0.7], labels: [false, false, true, true, true], threshold: 0.5)
        let curve = try ThresholdCurve(rows)
        #expect(curve.points.map(\.threshold) == [0.8, 0.7, 0.4, 0.35, 0.1])
        #expect(curve.leastCost(falsePositive: 10, falseNegative: 1) == (0.7, 0.2))
        #expect(curve.leastCost(falsePositive: 1, falseNegative: 10) == (0.35, 0.2))
        #expect(throws: MetricsError.self) { try ThresholdCurve(try ScoredRows(scores: [0.5], labels: [true], threshold: 0.5)) }
    }

    @Test func `no rate of a curve is above 1, in whatever order weights are summed`() throws {
        // 0.3 + 0.2 + 0.1 is less than 0.1 + 0.2 + 0.3.
        for order in [[0, 1, 2, 3], [2, 1, 0, 3]] {
            let (scores, weights) = ([0.1, 0.2, 0.3, 0.05], [0.3, 0.2, 0.1, 1.0])
            let rows = try ScoredRows(
                scores: order.map { scores[$0] }, labels: order.map { $0 < 3 }, weights: order.map { weights[$0] }, threshold: 0.5)
            let curve = try ThresholdCurve(rows)
            #expect(curve.points.allSatisfy { $0.truePositiveRate <= 1 && $0.falsePositiveRate <= 1 && $0.selectionRate <= 1 })
            #expect(curve.points.last?.truePositiveRate == 1)
        }
    }
}
