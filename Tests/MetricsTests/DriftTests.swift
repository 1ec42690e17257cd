import Basics
import Foundation
import Frames
import TestSupport
import Testing

@testable import Metrics

/// Figures of scipy: Tests/Oracles/drift/generate.py; and what no peer says.
@Suite struct DriftTests {
    static func values(_ name: String) throws -> [JSONValue] {
        let file = TestFiles.oracles.appendingPathComponent("drift/values.json")
        return try #require(try JSONValue(parsing: Array(Data(contentsOf: file)))[name]?.arrayValue)
    }

    static func report(_ reference: Column, _ current: Column, _ preset: DriftReport.Preset = .stability) throws -> DriftReport {
        try DriftReport(reference: [ReferenceColumn(reference)], current: try Frame([current]), preset: preset)
    }

    @Test func `distances of numbers and categories are scipy's`() throws {
        for (kind, count) in [("numbers", 4), ("categories", 2)] {
            let cases = try Self.values(kind)
            #expect(cases.count == count)
            for wanted in cases {
                let columns = try ["reference", "current"].map { name -> Column in
                    let values = try #require(wanted[name]?.arrayValue)
                    return kind == "numbers" ? Column("x", doubles: values.map(\.doubleValue)) : Column("x", texts: values.map(\.stringValue))
                }
                let found = try Self.report(columns[0], columns[1]).json["columns"]?["x"]
                var figures = try #require(wanted.objectValue)
                for key in ["name", "reference", "current"] { figures[key] = nil }
                try MeasureOracleTests.compare(found, .object(figures), wanted["name"]?.stringValue ?? "")
            }
        }
    }

    @Test func `Cramér and von Mises' T of values that are alike is that of its definition, and as likely as when they are dealt out anew`() throws {
        let cases = try Self.values("alike")
        #expect(cases.count == 4)
        for wanted in cases {
            let columns = try ["reference", "current"].map { Column("x", doubles: try #require(wanted[$0]?.arrayValue).map(\.doubleValue)) }
            let found = try #require(Self.report(columns[0], columns[1]).columns.first)
            let (name, dealt) = (wanted["name"]?.stringValue ?? "", try #require(wanted["permutationPValue"]?.doubleValue))
            #expect(abs(try #require(found.cramerVonMises) - (try #require(wanted["cramerVonMises"]?.doubleValue))) < 1e-12, "\(name)")
            let p = try #require(found.cramerVonMisesPValue)
            #expect(abs(p - dealt) < 0.03 && abs(p - dealt) < 0.001 + dealt, "\(name): \(p), dealt out \(dealt)")
        }
    }

    @Test func `a reference is kept without its rows, and tells the same when it is read again`() throws {
        let old = Column("x", doubles: (0..<500).map { $0 % 7 == 0 ? nil : Double($0 % 50) })
        let new = Column("x", doubles: (0..<300).map { Double($0 % 60) })
        let kept = try #require(ReferenceColumn(json: try JSONValue(parsing: ReferenceColumn(old).json.canonicalBytes)))
        #expect(kept == ReferenceColumn(old))
        #expect(try DriftReport(reference: [kept], current: try Frame([new])).json == Self.report(old, new).json)
        #expect(ReferenceColumn(json: ["name": "x"]) == nil)
    }

    @Test func `columns and categories that come and go are named`() throws {
        let reference = [Column("a", texts: ["x", "y"]), Column("gone", doubles: [1, 2])].map { ReferenceColumn($0) }
        let current = try Frame([Column("a", texts: ["y", "z"]), Column("new", booleans: [true, nil])])
        let report = try DriftReport(reference: reference, current: current)
        #expect(report.onlyInReference == ["gone"])
        #expect(report.onlyInCurrent == ["new"])
        #expect(report.columns.first?.newCategories.names == ["z"])
        #expect(report.columns.first?.lostCategories.names == ["x"])
    }

    @Test func `times move on: stability asks of them what is missing alone, evidently nothing`() throws {
        let (old, new) = (0..<40, 100..<140)
        func frame(_ range: Range<Int>) throws -> Frame {
            try Frame([Column("when", .timestamp(range.map { Int64($0) * 1_000_000 })), Column("x", doubles: (0..<40).map { Double($0) })])
        }
        for weights in [nil, (0..<40).map { Double($0 % 3 + 1) }] {
            func report(_ preset: DriftReport.Preset) throws -> DriftReport {
                guard let weights else {
                    return try DriftReport(reference: frame(old).columns.map { ReferenceColumn($0) }, current: frame(new), preset: preset)
                }
                return try DriftReport(reference: frame(old), weights: weights, current: frame(new), weights: weights, preset: preset)
            }
            let stability = try report(.stability)
            #expect(stability.driftedShare == 0 && stability.columns.allSatisfy(\.isDecided))
            #expect(stability.columns[0].method == "difference of missing shares" && stability.columns[0].populationStabilityIndex > 1)
            let found = try report(.evidently)
            #expect(found.driftedShare == 0)
            #expect(found.columns[0].method == "not decided: a column of times" && found.columns[0].populationStabilityIndex > 1)
            #expect(found.json["columns"]?["when"]?["score"] == nil && found.json["columns"]?["x"]?["score"] != nil)
            let times = try Frame([frame(new).columns[0]])
            #expect(throws: MetricsError.self) {
                try DriftReport(reference: [ReferenceColumn(frame(old).columns[0])], current: times, preset: .evidently)
            }
        }
    }

    @Test func `times and other numbers are not compared, of a kept reference neither`() throws {
        let (times, numbers) = (Column("x", .timestamp([1, 2, 3])), Column("x", doubles: [1, 2, 3]))
        let kept = try #require(ReferenceColumn(json: try JSONValue(parsing: ReferenceColumn(times).json.canonicalBytes)))
        #expect(kept == ReferenceColumn(times) && kept.withoutSketch.holdsTimes)
        for (old, new) in [(ReferenceColumn(times), numbers), (kept, numbers), (ReferenceColumn(numbers), times)] {
            #expect(throws: MetricsError.self) { try DriftReport(reference: [old], current: try Frame([new])) }
        }
        #expect(throws: MetricsError.self) {
            try DriftReport(reference: Frame([times]), weights: [1, 2, 3], current: Frame([numbers]), weights: [1, 2, 3])
        }
        #expect(try DriftReport(reference: [kept], current: try Frame([times])).driftedShare == 0)
    }

    @Test func `a thinned reference stands for all of its rows in every test`() throws {
        var random = SeededRandom(seed: 41)
        let rows = 3 * ReferenceColumn.sketchSize
        let old = Column("x", doubles: (0..<rows).map { _ in random.nextUnit() })
        let new = Column("x", doubles: (0..<rows).map { _ in random.nextUnit() + 0.003 })
        let whole = try #require(try DriftReport(reference: [ReferenceColumn(old, keepsAll: true)], current: Frame([new])).columns.first)
        let thinned = try #require(try Self.report(old, new).columns.first)
        let (exact, kept) = (try #require(whole.cramerVonMises), try #require(thinned.cramerVonMises))
        // It was that of a table with as many rows as are kept: half of it.
        #expect(abs(kept / exact - 1) < 0.02, "\(kept), of all rows \(exact)")
        #expect(try #require(thinned.cramerVonMisesPValue) / (try #require(whole.cramerVonMisesPValue)) > 0.5)
    }

    @Test func `a distance of one row has no bounds`() throws {
        let (one, many) = (Column("x", doubles: [5]), Column("x", doubles: [1, 2, 3]))
        for (old, new) in [(one, many), (many, one)] {
            let column = try #require(Self.report(old, new).columns.first)
            #expect(column.wassersteinDistance != nil && column.intervals["wassersteinDistance"] == nil)
        }
        #expect(try Self.report(many, many).columns.first?.intervals["wassersteinDistance"] != nil)
    }

    @Test func `a column that is all missing now has drifted, one that always was has not`() throws {
        let some = Column("x", doubles: [1, 2, 3])
        let none = Column("x", doubles: [nil, nil, nil])
        #expect(try Self.report(some, none).columns.first?.isDrifted == true)
        #expect(try Self.report(some, none).columns.first?.missingDifference == 1)
        #expect(try Self.report(none, none).columns.first?.isDrifted == false)
        #expect(throws: MetricsError.self) { try Self.report(some, Column("x", texts: ["a", "b", "c"])) }
    }

    @Test(arguments: [false, true]) func `values that go missing are drift beyond a limit, whatever is left of them`(isWeighted: Bool) throws {
        let values = (0..<1000).map { Double($0 % 100) }
        func frame(missing: Int) throws -> Frame {
            func hidden<Value>(_ row: Int, _ value: Value) -> Value? { row / 100 < missing ? nil : value }
            return try Frame([
                Column("x", doubles: values.indices.map { hidden($0, values[$0]) }),
                Column("c", texts: values.indices.map { hidden($0, $0 % 20 < 10 ? "a" : "b") }),
                Column("t", .timestamp(values.indices.map { Int64($0) }), validity: values.indices.map { hidden($0, true) ?? false }),
            ])
        }
        func report(_ old: Int, _ new: Int, _ preset: DriftReport.Preset = .stability, _ limit: Double? = nil) throws -> DriftReport {
            let weights = [Double](repeating: 1, count: 999) + [isWeighted ? 1.5 : 1]
            return try DriftReport(
                reference: frame(missing: old), weights: weights, current: frame(missing: new), weights: weights, preset: preset,
                maximumMissingDifference: limit)
        }
        for (old, new) in [(0, 9), (9, 0), (0, 2)] {
            for column in try report(old, new).columns {
                #expect(column.isDrifted && column.method == "difference of missing shares", "\(column.name) \(old) \(new)")
                #expect(abs(try #require(column.score) - Double(new - old) / 10) < 0.01)
            }
            #expect(try report(old, new).driftedShare == 1)
            #expect(try report(old, new, .evidently).columns[2].isDecided == false)
            #expect(try report(old, new, .evidently, 0.15).driftedShare == 1)
            #expect(try report(old, new, .stability, 1).driftedShare == 0)
        }
        #expect(try report(0, 2, .evidently).driftedShare == 0)
        // Just so much is none.
        if !isWeighted { #expect(try report(2, 3).driftedShare == 0) }
        #expect(try report(0, 9).json["maximumMissingDifference"]?.doubleValue == 0.1)
        #expect(try report(0, 9, .evidently).json["maximumMissingDifference"] == nil)
    }

    @Test func `of a column without values there is a reason instead of a score`() throws {
        let frames = try [
            [Column("x", doubles: [1, 2, 3, 4]), Column("c", texts: ["a", "b", "a", "b"])],
            [Column("x", doubles: [nil, nil, nil, nil]), Column("c", texts: [nil, nil, nil, nil])],
            // As a reader without values may take it.
            [Column("x", texts: [nil, nil, nil, nil]), Column("c", booleans: [nil, nil, nil, nil])],
        ].map { try Frame($0) }
        let wanted = [
            (0, 1, "no value is left", true), (0, 2, "no value is left", true), (1, 0, "the reference has no value", true),
            (2, 0, "the reference has no value", true), (1, 1, "neither table has a value", false), (2, 1, "neither table has a value", false),
        ]
        for preset in DriftReport.Preset.allCases {
            for (old, new, method, isDrifted) in wanted {
                let reports = try [
                    DriftReport(reference: frames[old].columns.map { ReferenceColumn($0) }, current: frames[new], preset: preset),
                    DriftReport(reference: frames[old], weights: [1, 2, 1, 1], current: frames[new], weights: [1, 2, 1, 1], preset: preset),
                ]
                for column in reports.flatMap(\.columns) {
                    #expect(column.method == method && column.score == nil && column.isDrifted == isDrifted && column.isDecided)
                }
                #expect(reports[0].driftedShare == (isDrifted ? 1 : 0))
            }
        }
    }

    @Test func `presets differ in what they call drift`() throws {
        var random = SeededRandom(seed: 2)
        let old = Column("x", doubles: (0..<900).map { _ in random.nextUnit() })
        let new = Column("x", doubles: (0..<900).map { _ in random.nextUnit() * 0.93 })
        #expect(try Self.report(old, new).columns.first?.isDrifted == false)
        #expect(try Self.report(old, new, .evidently).columns.first?.isDrifted == true)
    }

    @Test func `numbers of either sign are put in order`() throws {
        var random = SeededRandom(seed: 12)
        let numbers =
            (0..<3000).map { _ in (random.nextUnit() - 0.5) * (random.nextUnit() < 0.1 ? 1e200 : 3) } + [
                0, -.infinity, .infinity, .leastNonzeroMagnitude,
            ]
        #expect(RadixSort.sorted(numbers) == numbers.sorted())
        let few = [3, -1, 2.5]
        #expect(RadixSort.sorted(few) == few.sorted())
    }

    /// Numbers that differ in their highest bits alone, in their lowest alone, in all, and many of one kind among others.
    @Test func `numbers are put in order whatever bits they differ in, and alike ones keep theirs`() {
        var random = SeededRandom(seed: 13)
        let near = (0..<4000).map { _ in 1 + random.nextUnit() * 1e-12 }
        let some = (0..<4000).map { _ in Double(random.next(below: 40)) }
        let wide = (0..<4000).map { _ in random.nextUnit() }
        let descending = (0..<4000).map { 2 - Double($0) * .ulpOfOne }
        for numbers in [near, some, wide, descending, near + wide, wide + descending + some] {
            #expect(RadixSort.sorted(numbers) == numbers.sorted())
            let places = Array(numbers.indices.reversed())
            let order = RadixSort.order(places, by: numbers)
            let expected = places.sorted { (numbers[$0], -$0) < (numbers[$1], -$1) }
            #expect(order == expected)
        }
    }

    @Test func `the number of threads does not show`() throws {
        var random = SeededRandom(seed: 8)
        let columns = (0..<6).map { index in Column("c\(index)", doubles: (0..<2000).map { _ in random.nextUnit() }) }
        let reference = columns.map { ReferenceColumn($0) }
        let current = try Frame(columns.map { $0.selecting(rows: Array(0..<700)) })
        let reports = try [1, 2, 4].map { try DriftReport(reference: reference, current: current, threads: $0).json.canonicalBytes }
        #expect(reports[0] == reports[1] && reports[1] == reports[2])
    }
}
