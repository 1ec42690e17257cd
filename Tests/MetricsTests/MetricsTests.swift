import Basics
import Frames
import Metrics
import Testing

@Suite struct MetricsTests {
    static func random(_ count: Int, seed: UInt64, levels: UInt64 = 50) throws -> (rows: ScoredRows, groups: Column) {
        var random = SeededRandom(seed: seed)
        var scores: [Double] = []
        var labels: [Bool] = []
        var groups: [String?] = []
        for _ in 0..<count {
            let score = Double(random.next(below: levels + 1)) / Double(levels)
            scores.append(score)
            labels.append(random.nextUnit() < score)
            groups.append([nil, "a", "b", "c"][Int(random.next(below: 4))])
        }
        return (try ScoredRows(scores: scores, labels: labels, threshold: 0.5), Column("group", texts: groups))
    }

    static func fairness(_ rows: ScoredRows, _ columns: Column..., minimumGroupRows: Int = 0) throws -> FairnessReport {
        var options = FairnessReport.Options()
        options.minimumGroupRows = minimumGroupRows
        return try FairnessReport(rows, try columns.map { try Groups($0) }, options: options)
    }

    @Test func `the area under the ROC curve is the share of pairs in the right order, ties counting half`() throws {
        for seed in 0..<20 {
            let rows = try Self.random(60, seed: UInt64(seed), levels: 6).rows
            var twice = 0
            var pairs = 0
            for first in 0..<rows.count where rows.labels[first] {
                for second in 0..<rows.count where !rows.labels[second] {
                    pairs += 2
                    if rows.scores[first] > rows.scores[second] {
                        twice += 2
                    } else if rows.scores[first] == rows.scores[second] {
                        twice += 1
                    }
                }
            }
            #expect(PerformanceReport(rows).rocAUC.value == Double(twice) / Double(pairs), "seed \(seed)")
        }
    }

    @Test func `figures are the same to the last bit for any order of the rows`() throws {
        let (rows, groups) = try Self.random(5_000, seed: 4)
        var order = Array(0..<rows.count)
        var random = SeededRandom(seed: 9)
        order.shuffle(using: &random)
        let shuffled = try ScoredRows(scores: order.map { rows.scores[$0] }, labels: order.map { rows.labels[$0] }, threshold: 0.5)
        #expect(PerformanceReport(shuffled).json.canonicalBytes == PerformanceReport(rows).json.canonicalBytes)
        let first = try Self.fairness(rows, groups).json
        #expect(try Self.fairness(shuffled, groups.selecting(rows: order)).json.canonicalBytes == first.canonicalBytes)
    }

    @Test func `group counts add up to the overall ones, missing groups included`() throws {
        let (rows, groups) = try Self.random(1_000, seed: 5)
        let report = try #require(try Self.fairness(rows, groups).attributes["group"])
        #expect(report["selectionRate"].groups.keys.sorted() == ["(missing)", "a", "b", "c"])
        for measure in [report["selectionRate"], report["truePositiveRate"], report["falsePositiveRate"], report["positivePredictiveValue"]] {
            #expect(measure.groups.values.reduce(0) { $0 + $1.n } == measure.overall.n)
            #expect(measure.groups.values.reduce(0) { $0 + ($1.numerator ?? 0) } == measure.overall.numerator)
            #expect(measure.difference.n == measure.overall.n)
        }
    }

    @Test func `a score at the threshold is a positive prediction`() throws {
        let rows = try ScoredRows(scores: [0.3, 0.3.nextDown], labels: [true, true], threshold: 0.3)
        #expect([rows.prediction(0), rows.prediction(1)] == [true, false])
    }

    @Test func `scores that are no probabilities are refused`() throws {
        for bad in [Double.nan, .infinity, -0.1, 1.1] {
            #expect { try ScoredRows(scores: [0.5, bad], labels: [true, false], threshold: 0.5) } throws: {
                ($0 as? MetricsError)?.code == .invalidScore
            }
        }
        #expect { try ScoredRows(scores: [], labels: [], threshold: 0.5) } throws: { ($0 as? MetricsError)?.code == .empty }
        #expect { try ScoredRows(scores: [1], labels: [], threshold: 0.5) } throws: { ($0 as? MetricsError)?.code == .countsDiffer }
        #expect { try ScoredRows(scores: [1], labels: [true], threshold: .nan) } throws: {
            ($0 as? MetricsError)?.code == .invalidThreshold
        }
    }

    @Test func `a group without a rate leaves difference and ratio undefined and says which`() throws {
        let rows = try ScoredRows(scores: [0.9, 0.2, 0.8], labels: [true, false, false], threshold: 0.5)
        let report = try #require(try Self.fairness(rows, Column("g", texts: ["a", "a", "b"])).attributes["g"])
        #expect(report["truePositiveRate"].groups["b"]?.undefined == "no row's label is positive")
        #expect(report["truePositiveRate"].difference.undefined == "group 'b': no row's label is positive")
        #expect(report.equalizedOddsRatio.undefined == "true-positive rate: group 'b': no row's label is positive")
        #expect(report["falsePositiveRate"].difference.value == 1)
        #expect(report["falsePositiveRate"].ratio.value == 0)
    }

    @Test func `small groups are reported but not compared when a least size is asked for`() throws {
        let rows = try ScoredRows(scores: [0.9, 0.2, 0.8, 0.1, 0.9], labels: [true, false, true, false, false], threshold: 0.5)
        let groups = Column("g", texts: ["a", "a", "b", "b", "c"])
        let report = try #require(try Self.fairness(rows, groups, minimumGroupRows: 2).attributes["g"])
        #expect(report["selectionRate"].groups["c"]?.value == 1)
        #expect(report["selectionRate"].difference.value == 0)
        #expect(report["selectionRate"].difference.n == 4)
        let none = try #require(try Self.fairness(rows, groups, minimumGroupRows: 3).attributes["g"])
        #expect(none["selectionRate"].ratio.undefined == "there is no group to compare")
    }

    @Test func `truth values and whole numbers form groups, other numbers do not`() throws {
        let rows = try ScoredRows(scores: [0.9, 0.2], labels: [true, false], threshold: 0.5)
        let report = try Self.fairness(rows, Column("b", booleans: [true, false]), Column("i", integers: [7, nil]))
        #expect(report.attributes["b"]?["selectionRate"].groups.keys.sorted() == ["false", "true"])
        #expect(report.attributes["i"]?["selectionRate"].groups.keys.sorted() == ["(missing)", "7"])
        #expect { try Self.fairness(rows, Column("d", doubles: [0.5, 1])) } throws: {
            ($0 as? MetricsError)?.code == .wrongType
        }
        #expect { try Self.fairness(rows, Column("b", booleans: [true])) } throws: {
            ($0 as? MetricsError)?.code == .countsDiffer
        }
    }

    @Test func `Local Law 144's published table gives its published impact ratio`() throws {
        // Female 555 of 1181 selected, male 667 of 1390: impact ratio 0.979.
        let scores =
            [Double](repeating: 1, count: 555) + [Double](repeating: 0, count: 626) + [Double](repeating: 1, count: 667)
            + [Double](repeating: 0, count: 723)
        let sex = [String](repeating: "Female", count: 1181) + [String](repeating: "Male", count: 1390)
        let rows = try ScoredRows(scores: scores, labels: scores.map { $0 == 1 }, threshold: 0.5)
        let report = try #require(try Self.fairness(rows, Column("sex", texts: sex)).attributes["sex"])
        #expect(report["selectionRate"].groups["Female"]?.numerator == 555)
        #expect(abs((report["selectionRate"].ratio.value ?? 0) - 0.979) < 5e-4)
    }
}
