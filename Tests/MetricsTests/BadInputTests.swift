import Basics
import Frames
import Statistics
import Testing

@testable import Metrics

/// Input that figures cannot be made of: a defined result or an error, never a trap and never a silent zero.
@Suite struct BadInputTests {
    static let rows = try? ScoredRows(scores: [0.9, 0.2, 0.7, 0.4], labels: [true, false, false, true], threshold: 0.5)

    @Test func `groups that look alike are an error, and crossings of names with commas stay apart`() throws {
        #expect(throws: MetricsError.self) { try Groups(Column("g", .category(codes: [0, 1, 2, 2], categories: ["e\u{301}", "\u{e9}", "a"]))) }
        #expect(throws: MetricsError.self) { try Groups(Column("g", texts: [Groups.missing, nil, "a", "a"])) }
        #expect(try Groups(Column("g", texts: [Groups.missing, "b", "a", "a"])).names.contains(Groups.missing))
        let crossed = try Groups(crossing: [
            Groups(Column("g", texts: ["a,b", "a", "a,b", "a"])), Groups(Column("h", texts: ["c", "b,c", "c", "b,c"])),
        ])
        #expect(Set(crossed.names) == ["a\\,b,c", "a,b\\,c"])
        let report = try FairnessReport(try #require(Self.rows), [crossed])
        #expect(report.attributes["g,h"]?["selectionRate"].groups.count == 2)
    }

    @Test func `a reference that no group is, is an error; one with too few rows compares nothing`() throws {
        let groups = try Groups(Column("g", texts: ["a", "a", "a", "b"]))
        var options = FairnessReport.Options()
        options.references = ["g": "zzz"]
        #expect(throws: MetricsError.self) { try FairnessReport(try #require(Self.rows), [groups], options: options) }
        options.references = ["g": "b"]
        options.minimumGroupRows = 2
        let measure = try FairnessReport(try #require(Self.rows), [groups], options: options).attributes["g"]?["selectionRate"]
        #expect(measure?.reference == nil && measure?.comparisons.isEmpty == true)
    }

    @Test(arguments: [
        ([1e200, -1e200, 1], [-1e200, 1e200, 1]), ([0x1p-1074, 1, 2], [1, 1, 2]), ([1, 2, 3], [0x1p-1063, 2, 3]),
        ([1e308, -1e308, 0], [-1e308, 1e308, 0]),
        ([0x1p-1063, 1e308, 1], [1e308, 0x1p-1063, 1]),
    ])
    func `numbers that are finite may have figures that are not`(truth: [Double], predictions: [Double]) throws {
        let report = try RegressionReport(truth: truth, predictions: predictions)
        for (name, estimate) in report.figures {
            #expect(estimate.value?.isFinite ?? (estimate.undefined != nil), "\(name)")
            if let interval = estimate.interval { #expect(interval.lower.isFinite && interval.upper.isFinite, "\(name)") }
        }
        #expect(report.figures.contains { $0.estimate.undefined != nil })
    }

    @Test(arguments: [1e200, 1e-200, 1e308, 0x1p-1063]) func `weights beyond what squares can hold are an error`(weight: Double) {
        #expect(throws: MetricsError.self) {
            try ScoredRows(scores: [0.1, 0.9], labels: [true, false], weights: [weight, weight], threshold: 0.5)
        }
        #expect(throws: MetricsError.self) { try RegressionReport(truth: [1, 2], predictions: [1, 2], weights: [weight, 1]) }
    }

    @Test func `columns near the ends of what numbers there are drift without a trap`() throws {
        let wild = try Frame([
            Column("x", doubles: [1e308, -1e308, .infinity, .nan, 0, 1, 2, 3]), Column("y", doubles: Array(repeating: 1e308, count: 7) + [-1e308]),
        ])
        for preset in DriftReport.Preset.allCases {
            let report = try DriftReport(reference: wild.columns.map { ReferenceColumn($0, keepsAll: true) }, current: wild, preset: preset)
            _ = try JSONValue(parsing: report.json.canonicalBytes)
            #expect(report.driftedShare == 0)
        }
        for column in wild.columns {
            let reference = ReferenceColumn(column)
            #expect(ReferenceColumn(json: try JSONValue(parsing: reference.json.canonicalBytes)) == reference)
        }
        let profile = try JSONValue(parsing: TableProfile(wild).json.canonicalBytes)
        #expect(profile["x"]?["maximum"]?.doubleValue == 1e308)
    }

    /// Whoever keeps a summary may change it: counts that no table has are met by a refusal, not by a trap.
    @Test(arguments: [
        ("missing", "5"), ("missing", "-1"), ("rows", "1"), ("rows", "-4"), ("counts", "[4, -1]"),
        ("counts", "[9000000000000000000, 9000000000000000000]"),
        ("rows", "9223372036854775807"),
    ])
    func `a summary with counts that no table has is none`(_ member: String, _ value: String) throws {
        let numbers = ReferenceColumn(Column("x", doubles: [1, 2, nil, nil]))
        let texts = ReferenceColumn(Column("x", texts: ["a", "b", nil, nil]))
        for column in [numbers, texts] {
            var members = try #require(column.json.objectValue)
            if member == "counts" {
                members["edges"] = members["edges"] == nil ? nil : [.double(1)]
                let counts = try #require(try JSONValue(parsing: Array(value.utf8)).arrayValue)
                members["categories"] = members["categories"] == nil ? nil : ["a": counts[0], "b": counts[1]]
            }
            members[member] = try JSONValue(parsing: Array(value.utf8))
            #expect(ReferenceColumn(json: .object(members)) == nil)
        }
        #expect(ReferenceColumn(json: numbers.json) == numbers && ReferenceColumn(json: texts.json) == texts)
    }

    @Test func `personal data do not leave through drift`() throws {
        let before = Column("who", texts: ["ada@example.org", "bob@example.org", "carl"])
        let after = Column("who", texts: ["ada@example.org", "eve@example.org", "carl"])
        let reference = ReferenceColumn(before)
        let kept = try #require(ReferenceColumn(json: try JSONValue(parsing: reference.json.canonicalBytes)))
        #expect(!reference.json.canonicalText.contains("example.org"))
        let report = try DriftReport(reference: [kept], current: try Frame([after]))
        #expect(!report.json.canonicalText.contains("example.org"))
        #expect(report.columns[0].newCategories.count == 1 && report.columns[0].lostCategories.count == 1)
        #expect(report.columns[0].newCategories.names.isEmpty && kept.comparedShares(with: after, limit: 9).names.isEmpty)
        var tally = DriftTally(kept)
        try tally.add(after)
        #expect(tally.drift.newCategories.isEmpty)
        #expect(tally.drift.hellingerDistance == report.columns[0].hellingerDistance)
        // Of those that name nobody a few are told, and all counted.
        let many = try DriftReport(
            reference: [ReferenceColumn(Column("c", texts: ["a"]))], current: try Frame([Column("c", texts: (0..<100).map { "v\($0)" })]))
        #expect(many.columns[0].newCategories.count == 100 && many.columns[0].newCategories.names.count == CategoryNames.limit)
    }

    @Test func `means of terms that are all alike have no bounds of no width`() throws {
        let perfect = PerformanceReport(try ScoredRows(scores: [1, 0], labels: [true, false], threshold: 0.5))
        #expect(perfect.brierScore.value == 0 && (perfect.brierScore.interval?.upper ?? 0) > 0.6)
        #expect(perfect.logLoss.interval == nil)
        let same = try RegressionReport(truth: [1, 2, 3], predictions: [1, 2, 3])
        #expect(same.figures.first { $0.name == "meanAbsoluteError" }?.estimate.interval == nil)
        let positive = PerformanceReport(try ScoredRows(scores: [0.9, 0.8], labels: [true, true], threshold: 0.5))
        #expect(positive.prAUC.interval != nil)
    }

    @Test func `four hundred classes are drawn by the cells that rows are in`() throws {
        let labels = (0..<1200).map { $0 % 400 }
        let predictions = labels.map { $0 % 7 == 0 ? ($0 + 1) % 400 : $0 }
        let report = try MulticlassReport(classes: (0..<400).map { "c\($0)" }, labels: labels, predictions: predictions)
        #expect(report.recall[.macro]?.interval != nil && report.cohenKappa.interval != nil)
    }

    @Test func `one figure among many can block, whatever the bootstrap's replicates`() throws {
        var random = SeededRandom(seed: 6)
        let labels = (0..<3000).map { _ in random.nextUnit() < 0.3 }
        let scores = labels.map { label in label ? 0.3 + 0.7 * random.nextUnit() : 0.75 * random.nextUnit() }
        let old = try ScoredRows(scores: scores, labels: labels, threshold: 0.5)
        // The challenger leaves out a fifth of the positives that the champion finds.
        let new = try ScoredRows(
            scores: zip(scores, labels).enumerated().map { $0 % 5 == 0 && $1.1 ? $1.0 / 3 : $1.0 }, labels: labels, threshold: 0.5)
        let groups = try Groups(Column("g", texts: (0..<3000).map { "g\($0 % 30)" }))
        let comparison = try ModelComparison(champion: old, challenger: new, groups: [groups])
        #expect(comparison.results.count > 80)
        #expect(comparison.results.first { $0.measure == "f1" }?.passes == false)
    }

    @Test func `a weighted median is the one of rows repeated`() {
        let scores = [0.1, 0.7, 0.3, 0.5, 0.9]
        let weights = [1.0, 3, 2, 1, 2]
        let repeated = zip(scores, weights).flatMap { Array(repeating: $0, count: Int($1)) }
        #expect(FairnessReport.median(scores, weights: weights) == FairnessReport.median(repeated))
        #expect(FairnessReport.median(scores, weights: [1, 1, 1, 1, 0]) == FairnessReport.median([0.1, 0.7, 0.3, 0.5]))
    }

    @Test func `Hosmer and Lemeshow's test does not hang on the scale of weights, and weights of one are none`() throws {
        let scores: [Double] = (0..<60).map { Double($0) / 60 + 0.005 }
        let labels: [Bool] = (0..<60).map { $0 % 3 == 0 || $0 > 40 }
        func statistic(_ weights: [Double]?) throws -> Double {
            try #require(CalibrationReport(ScoredRows(scores: scores, labels: labels, weights: weights, threshold: 0.5)).hosmerLemeshow).statistic
        }
        let weights: [Double] = (0..<60).map { $0 % 2 == 0 ? 1 : 3 }
        #expect(try statistic(weights) == statistic(weights.map { $0 * 1024 }))
        #expect(try abs(statistic(nil) - statistic(Array(repeating: 1, count: 60))) < 1e-12)
        #expect(try statistic(weights) > 1)
    }

    @Test func `scores at the edge of a bin belong to the lower one, as scikit-learn has it`() throws {
        let scores = [0.1, 0.2, 0.5, 0.05, 0.15, 0.95]
        let report = try CalibrationReport(ScoredRows(scores: scores, labels: scores.map { $0 > 0.4 }, threshold: 0.5))
        #expect(report.bins.map(\.rows) == [2, 2, 1, 1])
        #expect([0.0, 0.1, 0.100001, 0.5, 1].map { GroupTally.bin($0) } == [0, 0, 1, 4, 9])
    }
}
