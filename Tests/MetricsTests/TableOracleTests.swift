import Basics
import Foundation
import Frames
import Metrics
import Statistics
import TestSupport
import Testing

/// Figures of scikit-learn, scipy, fairlearn and aif360 on eight real tables and awkward ones: Tests/Oracles/tables/generate.py. Equal to 1e-10 relative.
@Suite struct TableOracleTests {
    static func values(_ topic: String, _ name: String) throws -> [String: JSONValue] {
        let file = TestFiles.oracles.appendingPathComponent("\(topic)/values.json")
        return try #require(try JSONValue(parsing: Array(Data(contentsOf: file)))[name]?.objectValue)
    }

    static func numbers(_ value: JSONValue?) throws -> [Double] { try #require(value?.arrayValue).map { try #require($0.doubleValue) } }

    /// By relative distance, whatever the size of the figure.
    static func compare(_ found: JSONValue?, _ wanted: JSONValue, _ place: String) throws {
        if let members = wanted.objectValue {
            for (key, member) in members { try compare(found?[key], member, "\(place).\(key)") }
            return
        }
        let number = try #require(wanted.doubleValue, "\(place)")
        let figure = try #require(found?["value"]?.doubleValue ?? found?.doubleValue, "\(place)")
        #expect(abs(figure - number) <= 1e-10 * abs(number) + 1e-13, "\(place): \(figure), the peer says \(number)")
    }

    @Test func `binary tables`() throws {
        let cases = try Self.values("tables", "binary")
        #expect(cases.count == 6)
        for (name, table) in cases {
            let rows = try ScoredRows(
                scores: Self.numbers(table["scores"]), labels: Self.numbers(table["labels"]).map { $0 == 1 },
                weights: table["weights"].map { try Self.numbers($0) }, threshold: try #require(table["threshold"]?.doubleValue))
            let report = PerformanceReport(rows)
            try Self.compare(report.json, try #require(table["performance"]), name)
            for (figure, estimate) in report.figures { #expect(estimate.value == nil || estimate.interval != nil, "\(name): \(figure)") }
            let points = try #require(table["thresholds"]?.arrayValue).map { try Self.numbers($0) }
            let found = ThresholdTable(rows).rows
            #expect(found.count == points.count && found.count <= 101, "\(name)")
            for (row, wanted) in zip(found, points) {
                #expect(row.threshold == wanted[0])
                for (rate, number) in zip([row.truePositiveRate, row.falsePositiveRate, row.precision, row.selectionRate], wanted.dropFirst()) {
                    try Self.compare(rate.json, .double(number), "\(name) at \(row.threshold)")
                    #expect(rate.interval != nil)
                }
            }
            guard let groups = table["groups"]?.arrayValue, let wanted = table["fairness"] else { continue }
            let fairness = try FairnessReport(rows, [Groups(Column("g", texts: groups.map(\.stringValue)))])
            try Self.compare(fairness.json["g"], wanted, name)
        }
    }

    @Test func `tables of several classes`() throws {
        for (name, table) in try Self.values("tables", "multiclass") {
            let scores = try #require(table["scores"]?.arrayValue).map { try Self.numbers($0) }
            let report = try MulticlassReport(
                classes: (0..<(scores.first?.count ?? 0)).map { "\($0)" }, labels: try Self.numbers(table["labels"]).map { Int($0) }, scores: scores,
                k: Int(try #require(table["k"]?.intValue)))
            try Self.compare(report.json, try #require(table["figures"]), name)
            for estimates in [report.precision, report.recall, report.f1, report.rocAUC] {
                for (average, estimate) in estimates {
                    let (value, bounds) = (try #require(estimate.value), try #require(estimate.interval, "\(name) \(average)"))
                    #expect(bounds.lower <= value && value <= bounds.upper)
                }
            }
        }
    }

    @Test func `tables of numbers`() throws {
        for (name, table) in try Self.values("tables", "regression") {
            let report = try RegressionReport(
                truth: Self.numbers(table["truth"]), predictions: Self.numbers(table["predictions"]),
                quantile: try #require(table["quantile"]?.doubleValue))
            try Self.compare(report.json, try #require(table["figures"]), name)
        }
    }

    @Test func `consistency is aif360's`() throws {
        let wanted = try Self.values("tables", "consistency")
        let points = try #require(wanted["points"]?.arrayValue).map { try Self.numbers($0) }
        let found = try Consistency.estimate(points: points, predictions: Self.numbers(wanted["predictions"]), neighbors: 5)
        #expect(abs((found.value ?? 0) - (try #require(wanted["value"]?.doubleValue))) < 1e-12)
        #expect(found.interval != nil)
    }

    @Test func `the preset evidently decides as Evidently's does, by the same score`() throws {
        let file = TestFiles.oracles.appendingPathComponent("evidently/values.json")
        let cases = try #require(try JSONValue(parsing: Array(Data(contentsOf: file))).objectValue)
        #expect(cases.count == 4)
        for (name, table) in cases {
            func frame(_ side: String) throws -> Frame {
                try Frame(
                    try #require(table[side]?.objectValue).sorted { $0.key < $1.key }.map { name, values in
                        let all = try #require(values.arrayValue)
                        return all.contains { $0.stringValue != nil }
                            ? Column(name, texts: all.map(\.stringValue)) : Column(name, doubles: all.map(\.doubleValue))
                    })
            }
            let reference = try frame("reference").columns.map { ReferenceColumn($0) }
            let report = try DriftReport(reference: reference, current: try frame("current"), preset: .evidently)
            for column in report.columns {
                let wanted = try #require(table["columns"]?[column.name]?["score"]?.doubleValue)
                let score = try #require(column.score)
                #expect(abs(score - wanted) <= 1e-9 * abs(wanted) + 1e-14, "\(name).\(column.name): \(score), Evidently says \(wanted)")
            }
        }
    }
}
