import Basics
import Foundation
import Frames
import Metrics
import Statistics
import TestSupport
import Testing

/// Figures of scikit-learn, scipy, fairlearn and aif360: Tests/Oracles/measures/generate.py.
@Suite struct MeasureOracleTests {
    static func values(_ name: String) throws -> JSONValue {
        let file = TestFiles.oracles.appendingPathComponent("measures/values.json")
        return try #require(try JSONValue(parsing: Array(Data(contentsOf: file)))[name])
    }

    static func adult() throws -> (frame: Frame, rows: ScoredRows) {
        let frame = try Frame.read(parquet: Array(try Data(contentsOf: TestFiles.oracles.appendingPathComponent("metrics/scores.parquet"))))
        guard case .double(let scores) = try frame.column("score").values, case .boolean(let labels) = try frame.column("income").values else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return (frame, try ScoredRows(scores: scores, labels: labels, threshold: 0.5))
    }

    /// Every leaf of `wanted` is the estimate, or the plain figure, at the same place.
    static func compare(_ found: JSONValue?, _ wanted: JSONValue, _ place: String, tolerance: Double = 1e-10) throws {
        switch wanted {
        case .object(let members):
            for (key, member) in members { try compare(found?[key], member, "\(place).\(key)", tolerance: tolerance) }
        case .array(let elements):
            for (index, element) in elements.enumerated() { try compare(found?.arrayValue?[index], element, "\(place)[\(index)]") }
        case .null: #expect(found?["undefined"]?.stringValue?.isEmpty == false, "\(place)")
        default:
            let number = try #require(wanted.doubleValue)
            let figure = try #require(found?["value"]?.doubleValue ?? found?.doubleValue, "\(place)")
            #expect(abs(figure - number) <= tolerance * max(1, abs(number)), "\(place): \(figure), the peer says \(number)")
        }
    }

    @Test func `Adult's performance, calibration and group rates are the peers'`() throws {
        let (frame, rows) = try Self.adult()
        let wanted = try Self.values("adult")
        try Self.compare(PerformanceReport(rows).json, try #require(wanted["performance"]), "performance")
        let calibration = try CalibrationReport(rows)
        let figures = try #require(wanted["calibration"])
        try Self.compare(calibration.expectedError.json, try #require(figures["expected"]), "expected error")
        try Self.compare(calibration.maximumError.json, try #require(figures["maximum"]), "maximum error")
        try Self.compare(.double(try #require(calibration.hosmerLemeshow).statistic), try #require(figures["hosmerLemeshow"]), "Hosmer-Lemeshow")
        try Self.compare(.double(try #require(calibration.hosmerLemeshow).pValue), try #require(figures["pValue"]), "its p")
        let (sex, race) = (try Groups(try frame.column("sex")), try Groups(try frame.column("race")))
        let report = try FairnessReport(rows, [race, try Groups(crossing: [sex, race])])
        for attribute in ["race", "sex,race"] {
            #expect(report.attributes[attribute]?["accuracy"].groups.count == wanted[attribute]?["accuracy"]?["groups"]?.objectValue?.count)
            try Self.compare(report.json[attribute], try #require(wanted[attribute]), attribute)
        }
    }

    @Test func `aif360's individual and average figures`() throws {
        let (frame, rows) = try Self.adult()
        let wanted = try Self.values("aif360")
        let individual = IndividualFairness(ConfusionCounts(rows))
        try Self.compare(individual.theilIndex.json, try #require(wanted["theilIndex"]), "Theil")
        try Self.compare(individual.generalizedEntropy.json, try #require(wanted["generalizedEntropy"]), "entropy")
        var options = FairnessReport.Options()
        options.references = ["sex": "Male"]
        let sex = try #require(FairnessReport(rows, [try Groups(try frame.column("sex"))], options: options).attributes["sex"])
        try Self.compare(sex.averageOdds["Female"]?.json, try #require(wanted["averageOdds"]), "average odds")
        try Self.compare(sex["selectionRate"].comparisons["Female"]?.ratio.json, try #require(wanted["disparateImpact"]), "disparate impact")
    }

    @Test func `weighted rows count by their weights`() throws {
        let wanted = try Self.values("weighted")
        func numbers(_ name: String) throws -> [Double] { try #require(wanted[name]?.arrayValue).compactMap(\.doubleValue) }
        let labels = try numbers("labels").map { $0 == 1 }
        let weighted = try ScoredRows(scores: numbers("scores"), labels: labels, weights: numbers("weights"), threshold: 0.5)
        try Self.compare(PerformanceReport(weighted).json, try #require(wanted["performance"]), "weighted")
        let plain = try ScoredRows(scores: numbers("scores"), labels: labels, threshold: 0.5)
        try Self.compare(PerformanceReport(plain).json, try #require(wanted["unweighted"]), "unweighted")
        try Self.compare(try CalibrationReport(plain).expectedError.json, try #require(wanted["calibration"]?["expected"]), "calibration")
    }

    @Test(arguments: ["plain", "weighted"])
    func `several classes, and numbers`(kind: String) throws {
        let classes = try Self.values("multiclass")
        let weights = kind == "weighted" ? try #require(classes["weights"]?.arrayValue).compactMap(\.doubleValue) : nil
        let report = try MulticlassReport(
            classes: ["a", "b", "c"], labels: try #require(classes["labels"]?.arrayValue).compactMap { $0.intValue.map { Int($0) } },
            scores: try #require(classes["scores"]?.arrayValue).map { ($0.arrayValue ?? []).compactMap(\.doubleValue) }, weights: weights)
        try Self.compare(report.json, try #require(classes[kind]), kind)
        let numbers = try Self.values("regression")
        func column(_ name: String) throws -> [Double] { try #require(numbers[name]?.arrayValue).compactMap(\.doubleValue) }
        let regression = try RegressionReport(
            truth: column("truth"), predictions: column("predictions"), weights: kind == "weighted" ? column("weights") : nil, quantile: 0.3)
        try Self.compare(regression.json, try #require(numbers[kind]), kind)
    }
}
