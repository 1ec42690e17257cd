import Basics
import Foundation
import Frames
import Metrics
import TestSupport
import Testing

/// Figures of scikit-learn and fairlearn: Tests/Oracles/metrics/generate.py.
@Suite struct MetricsOracleTests {
    static func values() throws -> JSONValue {
        try JSONValue(parsing: Array(Data(contentsOf: TestFiles.oracles.appendingPathComponent("metrics/values.json"))))
    }

    @Test func `Adult's figures are those of scikit-learn and fairlearn`() throws {
        let bytes = Array(try Data(contentsOf: TestFiles.oracles.appendingPathComponent("metrics/scores.parquet")))
        let frame = try Frame.read(parquet: bytes)
        guard case .double(let scores) = try frame.column("score").values, case .boolean(let labels) = try frame.column("income").values
        else {
            Issue.record("scores.parquet has other types")
            return
        }
        let tolerance = try #require(Self.values()["tolerance"]?.doubleValue)
        for wanted in try #require(Self.values()["adult"]?.arrayValue) {
            let threshold = try #require(wanted["threshold"]?.doubleValue)
            // numpy rounds by multiplying, rounding half to even, and dividing.
            let used = wanted["roundedTo"] == .null ? scores : scores.map { ($0 * 100).rounded(.toNearestOrEven) / 100 }
            let rows = try ScoredRows(scores: used, labels: labels, threshold: threshold)
            try Self.compare(PerformanceReport(rows).json, wanted["performance"], tolerance, "threshold \(threshold)")
            let report = try FairnessReport(rows, try ["sex", "race", "decade"].map { try Groups(try frame.column($0)) })
            #expect(report.attributes.count == 3)
            for (attribute, measures) in try #require(wanted["fairness"]?.objectValue) {
                try Self.compare(report.json[attribute], measures, tolerance, "threshold \(threshold), \(attribute)")
            }
        }
    }

    @Test func `small adversarial tables have the peers' figures, or are undefined where those have none`() throws {
        let tolerance = try #require(Self.values()["tolerance"]?.doubleValue)
        for wanted in try #require(Self.values()["small"]?.arrayValue) {
            let name = try #require(wanted["name"]?.stringValue)
            let rows = try ScoredRows(
                scores: try #require(wanted["scores"]?.arrayValue).compactMap(\.doubleValue),
                labels: try #require(wanted["labels"]?.arrayValue).compactMap(\.boolValue),
                threshold: try #require(wanted["threshold"]?.doubleValue))
            try Self.compare(PerformanceReport(rows).json, wanted["performance"], tolerance, name)
            let groups = Column("group", texts: try #require(wanted["groups"]?.arrayValue).map(\.stringValue))
            let report = try FairnessReport(rows, [try Groups(groups)])
            try Self.compare(report.json["group"], wanted["fairness"], tolerance, name)
        }
    }

    /// Walks `wanted`, whose leaves are numbers or null, beside the report, whose leaves are estimates.
    private static func compare(_ report: JSONValue?, _ wanted: JSONValue?, _ tolerance: Double, _ place: String) throws {
        switch wanted {
        case .object(let members):
            if place.hasSuffix("groups") { #expect(report?.objectValue?.count == members.count, "\(place)") }
            // fairlearn calls a lone group's difference 0 and ratio 1; here there is nothing to compare, so that no gate passes for want
            // of groups.
            let isLone = members["groups"]?.objectValue?.count == 1
            for (key, member) in members {
                if isLone, key == "difference" || key == "ratio" {
                    #expect(report?[key]?["undefined"]?.stringValue?.isEmpty == false, "\(place) / \(key)")
                } else if place.hasSuffix("equalizedOdds"), report?[key]?["undefined"]?.stringValue?.contains("one group only") == true {
                    continue
                } else {
                    try compare(report?[key], member, tolerance, "\(place) / \(key)")
                }
            }
        case .null:
            #expect(report?["value"] == nil, "\(place)")
            #expect(report?["undefined"]?.stringValue?.isEmpty == false, "\(place)")
        default:
            let figure = report?["value"]?.doubleValue ?? .nan
            let number = try #require(wanted?.doubleValue)
            #expect(abs(figure - number) <= tolerance * max(1, abs(number)), "\(place): \(figure), the peer says \(number)")
        }
    }
}
