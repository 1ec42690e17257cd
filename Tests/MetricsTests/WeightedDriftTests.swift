import Basics
import Foundation
import Frames
import Metrics
import TestSupport
import Testing

/// Drift of columns whose rows count by weight: Tests/Oracles/weighted-drift/generate.py.
@Suite struct WeightedDriftTests {
    static func oracle(_ kind: String) throws -> [String: JSONValue] {
        let file = TestFiles.oracles.appendingPathComponent("weighted-drift/values.json")
        return try #require(try JSONValue(parsing: Array(Data(contentsOf: file)))[kind]?.objectValue)
    }

    static func doubles(_ value: JSONValue?) throws -> [Double] { try #require(value?.arrayValue).compactMap(\.doubleValue) }

    static func check(_ report: DriftReport, _ table: JSONValue, _ name: String) throws {
        let column = try #require(report.columns.first)
        let found: [String: Double?] = [
            "populationStabilityIndex": column.populationStabilityIndex, "jensenShannonDistance": column.jensenShannonDistance,
            "hellingerDistance": column.hellingerDistance, "wassersteinDistance": column.wassersteinDistance,
            "normedWassersteinDistance": column.normedWassersteinDistance, "kolmogorovSmirnov": column.kolmogorovSmirnov?.statistic,
            "cramerVonMises": column.cramerVonMises, "chiSquare": column.chiSquare?.statistic, "chiSquarePValue": column.chiSquare?.pValue,
        ]
        for (figure, wanted) in try #require(table["figures"]?.objectValue) {
            let (own, peer) = (try #require(found[figure] ?? nil, "\(name), \(figure)"), try #require(wanted.doubleValue))
            #expect(abs(own - peer) <= 1e-9 * max(abs(peer), 1e-3), "\(name), \(figure): \(own), the peer says \(peer)")
        }
    }

    static func report(_ first: Column, _ second: Column, _ table: JSONValue) throws -> DriftReport {
        try DriftReport(
            reference: Frame([first]), weights: doubles(table["firstWeights"]), current: Frame([second]), weights: doubles(table["secondWeights"]))
    }

    @Test func `distances of weighted rows are scipy's and those of their definitions`() throws {
        for (name, table) in try Self.oracle("numbers") {
            let (first, second) = (try Self.doubles(table["first"]), try Self.doubles(table["second"]))
            try Self.check(Self.report(Column("x", doubles: first), Column("x", doubles: second), table), table, name)
        }
        for (name, table) in try Self.oracle("categories") {
            func texts(_ key: String) throws -> [String] { try #require(table[key]?.arrayValue).compactMap(\.stringValue) }
            try Self.check(Self.report(Column("x", texts: texts("first")), Column("x", texts: texts("second")), table), table, name)
        }
    }

    static func frame(_ count: Int, _ random: inout SeededRandom, moved: Double = 0) throws -> Frame {
        let rows = 0..<count
        return try Frame([
            Column("number", doubles: rows.map { _ in random.next(below: 20) == 0 ? nil : (random.nextUnit() + moved) * 100 }),
            Column("few", integers: rows.map { _ in Int64(random.next(below: 4)) }),
            Column("kind", texts: rows.map { _ in random.next(below: 15) == 0 ? nil : ["a", "b", "c", "d"][Int(random.next(below: 4))] }),
            Column("flag", booleans: rows.map { _ in random.nextUnit() < 0.3 + moved }),
        ])
    }

    @Test(arguments: DriftReport.Preset.allCases)
    func `weights that are all alike change nothing, and rows without weight are no rows`(_ preset: DriftReport.Preset) throws {
        var random = SeededRandom(seed: 5)
        let (old, new) = (try Self.frame(300, &random), try Self.frame(200, &random, moved: 0.1))
        let plain = try DriftReport(reference: old.columns.map { ReferenceColumn($0) }, current: new, preset: preset)
        let alike = try DriftReport(
            reference: old, weights: Array(repeating: 2.5, count: 300), current: new, weights: Array(repeating: 0.1, count: 200), preset: preset)
        #expect(alike == plain)
        // Every third row of the reference counts nowhere.
        let kept = (0..<300).filter { $0 % 3 != 0 }
        let fewer = try DriftReport(reference: old.selecting(rows: kept).columns.map { ReferenceColumn($0) }, current: new, preset: preset)
        let zero = try DriftReport(
            reference: old, weights: (0..<300).map { $0 % 3 == 0 ? 0 : 1 }, current: new, weights: Array(repeating: 1, count: 200), preset: preset)
        #expect(zero == fewer)
    }

    @Test func `a row that counts twice is two rows in every distance`() throws {
        var random = SeededRandom(seed: 6)
        let (old, new) = (try Self.frame(300, &random), try Self.frame(200, &random, moved: 0.1))
        let weights = (0..<300).map { Double(1 + $0 % 3) }
        let weighted = try DriftReport(reference: old, weights: weights, current: new, weights: Array(repeating: 1, count: 200))
        let repeated = try DriftReport(
            reference: old.selecting(rows: (0..<300).flatMap { Array(repeating: $0, count: 1 + $0 % 3) }).columns.map { ReferenceColumn($0) },
            current: new)
        for (one, other) in zip(weighted.columns, repeated.columns) {
            let pairs = [
                (one.populationStabilityIndex, other.populationStabilityIndex), (one.jensenShannonDistance, other.jensenShannonDistance),
                (one.hellingerDistance, other.hellingerDistance), (one.missingDifference, other.missingDifference),
                (one.wassersteinDistance ?? 0, other.wassersteinDistance ?? 0),
                (one.normedWassersteinDistance ?? 0, other.normedWassersteinDistance ?? 0),
                (one.kolmogorovSmirnov?.statistic ?? 0, other.kolmogorovSmirnov?.statistic ?? 0),
            ]
            for (first, second) in pairs { #expect(abs(first - second) < 1e-9 * max(1, abs(second)), "\(one.name): \(first), \(second)") }
            // Fewer rows stand behind them: what weights repeat is no new row.
            if let test = one.chiSquare, let more = other.chiSquare { #expect(test.statistic < more.statistic) }
        }
    }

    @Test func `of one distribution weighted tests give few alarms`() throws {
        var random = SeededRandom(seed: 7)
        let trials = 300
        var alarms = [String: Int]()
        for _ in 0..<trials {
            let (old, new) = (try Self.frame(150, &random), try Self.frame(150, &random))
            func weights() -> [Double] { (0..<150).map { _ in -log(1 - random.nextUnit()) } }
            let report = try DriftReport(reference: old, weights: weights(), current: new, weights: weights())
            for column in report.columns {
                for (name, p) in [
                    ("KS", column.kolmogorovSmirnov?.pValue), ("Cramér-von Mises", column.cramerVonMisesPValue), ("χ²", column.chiSquare?.pValue),
                ] where column.name != "few" {
                    if let p, p < 0.05 { alarms["\(column.name) \(name)", default: 0] += 1 }
                }
            }
        }
        // 5 % and three standard errors.
        for (test, count) in alarms { #expect(Double(count) / Double(trials) <= 0.05 + 0.038, "\(test): \(count) of \(trials)") }
    }

    @Test func `weights that are none are refused, and empty columns drift as without`() throws {
        let frame = try Frame([
            Column("x", doubles: [1, 2, 3]), Column("gone", doubles: [nil, nil, nil]), Column("vast", doubles: [1e300, -1e300, 1e-300]),
        ])
        for bad in [[1, 1], [0, 0, 0], [1, -1, 1], [1, .nan, 1], [1, .infinity, 1]] {
            #expect(throws: MetricsError.self) { try DriftReport(reference: frame, weights: bad, current: frame, weights: [1, 1, 1]) }
        }
        let other = try Frame([Column("x", texts: ["a", "b", "c"])])
        #expect(throws: MetricsError.self) { try DriftReport(reference: frame, weights: [1, 2, 1], current: other, weights: [1, 1, 1]) }
        let report = try DriftReport(reference: frame, weights: [1, 2, 1], current: frame, weights: [1, 2, 3])
        #expect(report.columns.count == 3)
        #expect(report.columns.first { $0.name == "gone" }?.isDrifted == false)
        #expect(report.columns.allSatisfy { $0.populationStabilityIndex.isFinite && $0.wassersteinDistance?.isFinite != false })
        // A column whose only values have no weight is gone.
        let half = try Frame([Column("x", doubles: [1, nil, nil])])
        let lost = try DriftReport(reference: half, weights: [1, 2, 1], current: half, weights: [0, 2, 1])
        #expect(lost.columns[0].isDrifted && lost.columns[0].missingDifference == 0.25)
    }
}
