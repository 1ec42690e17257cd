import Basics
import Foundation
import Frames
import TestSupport
import Testing

@testable import Metrics
@testable import Statistics

/// Where definitions meet their edges: Tests/Oracles/edges/generate.py.
@Suite struct EdgeOracleTests {
    static func values(_ name: String) throws -> JSONValue {
        let file = TestFiles.oracles.appendingPathComponent("edges/values.json")
        return try #require(try JSONValue(parsing: Array(Data(contentsOf: file)))[name])
    }

    static func expect(_ value: Double?, _ wanted: Double?, _ tolerance: Double, _ what: String) throws {
        let (value, wanted) = (try #require(value, "\(what)"), try #require(wanted, "\(what)"))
        #expect(abs(value - wanted) <= tolerance * max(abs(wanted), 1e-300), "\(what): \(value), wanted \(wanted)")
    }

    private static func above(_ x: Double) -> Double {
        x > 0.4 ? SampleTests.cramerVonMisesTail(x) : 1 - SampleTests.cramerVonMisesBelow(x)
    }

    @Test func `Cramér and von Mises' upper tail keeps its digits`() throws {
        let all = try #require(Self.values("squares").arrayValue)
        #expect(all.count == 11)
        for each in all {
            let x = try #require(each["x"]?.doubleValue)
            try Self.expect(Self.above(x), each["above"]?.doubleValue, 1e-10, "\(x)")
        }
        // Both series where they meet.
        #expect(abs(SampleTests.cramerVonMisesTail(0.4) / (1 - SampleTests.cramerVonMisesBelow(0.4)) - 1) < 1e-12)
    }

    @Test func `Kolmogorov and Smirnov's p-values are scipy's exact ones, also far out`() throws {
        let all = try #require(Self.values("kolmogorov").arrayValue)
        #expect(all.count == 5)
        for each in all {
            let (n, m) = (Int(try #require(each["first"]?.intValue)), Int(try #require(each["second"]?.intValue)))
            // The longest walks are left to release builds.
            if n * m > 10_000_000 { continue }
            try Self.expect(
                SampleTests.kolmogorovExact(try #require(each["statistic"]?.doubleValue), n, m), each["pValue"]?.doubleValue, 1e-9, "\(n), \(m)")
        }
        for each in try #require(Self.values("kolmogorovLarge").arrayValue) {
            let (n, m) = (Int(try #require(each["first"]?.intValue)), Int(try #require(each["second"]?.intValue)))
            let wanted = try #require(each["pValue"]?.doubleValue)
            try Self.expect(
                SampleTests.kolmogorov(try #require(each["statistic"]?.doubleValue), n, m), wanted, wanted > 1e-6 ? 0.01 : 0.05, "\(n), \(m)")
        }
    }

    @Test func `scores on the edges of bins lie where scikit-learn has them`() throws {
        let wanted = try Self.values("reliability")
        let scores = try #require(wanted["scores"]?.arrayValue).compactMap(\.doubleValue)
        let labels = try #require(wanted["labels"]?.arrayValue).map { $0.intValue == 1 }
        let rows = try ScoredRows(scores: scores, labels: labels, threshold: 0.5)
        for each in try #require(wanted["uniform"]?.arrayValue) {
            let count = Int(try #require(each["bins"]?.intValue))
            let report = try CalibrationReport(rows, binning: .uniform, count: count)
            #expect(report.bins.map { Int64($0.rows) } == each["rows"]?.arrayValue?.compactMap(\.intValue), "\(count)")
            for (index, bin) in report.bins.enumerated() {
                try Self.expect(bin.predicted, each["predicted"]?.arrayValue?[index].doubleValue, 1e-12, "\(count)")
                try Self.expect(bin.observed.value, each["observed"]?.arrayValue?[index].doubleValue, 1e-12, "\(count)")
            }
            try Self.expect(report.expectedError.value, each["expectedError"]?.doubleValue, 1e-12, "\(count)")
            if count == GroupTally.bins {
                // The group measure's bins are the same.
                let fairness = try FairnessReport(rows, [Groups(Column("g", texts: scores.indices.map { _ in "a" }))])
                try Self.expect(
                    fairness.attributes["g"]?["calibrationError"].groups["a"]?.value, each["expectedError"]?.doubleValue, 1e-12, "group")
            }
        }
    }

    @Test func `a group's bin is the one whose upper edge comes first, to the last bit`() {
        let edges = (1..<10).map { Double($0) * 0.1 }
        var scores = edges
        for thousandth in 0...1000 { scores.append(Double(thousandth) / 1000) }
        scores += scores.map(\.nextUp) + scores.map(\.nextDown)
        for score in scores where (0...1).contains(score) {
            let below = edges.filter { $0 < score }
            #expect(GroupTally.bin(score) == below.count, "\(score)")
        }
    }

    @Test func `a weighted median is that of rows repeated as often`() throws {
        for each in try #require(Self.values("medians").arrayValue) {
            let scores = try #require(each["scores"]?.arrayValue).compactMap(\.doubleValue)
            let weights = try #require(each["weights"]?.arrayValue).compactMap(\.doubleValue)
            #expect(FairnessReport.median(scores, weights: weights) == each["median"]?.doubleValue)
        }
        #expect(FairnessReport.median([0.1, 0.4, 0.9, 0.2], weights: [1, 1, 1, 1]) == FairnessReport.median([0.1, 0.4, 0.9, 0.2]))
    }
}
