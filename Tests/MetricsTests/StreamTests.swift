import Basics
import Foundation
import Frames
import Metrics
import Statistics
import TestSupport
import Testing

/// Figures of river on elec2, which is known to drift: Tests/Oracles/streams/generate.py.
@Suite struct StreamTests {
    static func elec2() throws -> (rows: ScoredRows, values: JSONValue) {
        let folder = TestFiles.oracles.appendingPathComponent("streams")
        let frame = try Frame.read(parquet: Array(try Data(contentsOf: folder.appendingPathComponent("scores.parquet"))))
        guard case .double(let scores) = try frame.column("score").values, case .boolean(let labels) = try frame.column("label").values else {
            throw CocoaError(.fileReadCorruptFile)
        }
        let values = try JSONValue(parsing: Array(Data(contentsOf: folder.appendingPathComponent("values.json"))))
        return (try ScoredRows(scores: scores, labels: labels, threshold: 0.5), values)
    }

    @Test func `changes in elec2's errors, labels and scores are found where river finds them`() throws {
        let (rows, values) = try Self.elec2()
        let drift = try ConceptDrift(rows, window: 1000)
        for name in ["adwin", "ddm", "pageHinkley", "labelAdwin", "predictionAdwin"] {
            let wanted = try #require(values[name]?.arrayValue).compactMap { $0.intValue.map { Int($0) } }
            #expect(!wanted.isEmpty)
            #expect(drift.alarms[name] == wanted, "\(name)")
        }
        #expect(drift.warnings == values["warnings"]?.intValue.map { Int($0) })
        let (first, worst) = (try #require(values["firstAccuracy"]?.doubleValue), try #require(values["worst"]?.doubleValue))
        #expect(abs((drift.windows[0].accuracy.value ?? 0) - first) < 1e-12)
        #expect(abs((drift.accuracyChange.value ?? 0) - (worst - first)) < 1e-12)
        #expect((drift.accuracyChange.interval?.upper ?? 0) < 0)
        #expect(drift.windows.count == 45)
    }

    /// The least of many windows is low by chance: the interval of a fixed pair would call more than half of such streams worse.
    @Test func `a stream without change is seldom called worse by its worst window`() throws {
        var random = SeededRandom(seed: 12)
        var worse = 0
        for _ in 0..<150 {
            let scores = (0..<2000).map { _ in random.nextUnit() < 0.8 ? 0.9 : 0.1 }
            let drift = try ConceptDrift(ScoredRows(scores: scores, labels: [Bool](repeating: true, count: 2000), threshold: 0.5), window: 100)
            if drift.accuracyChange.interval?.upper ?? 0 < 0 { worse += 1 }
        }
        // 5 % of 150, and three standard errors.
        #expect(worse <= 15)
    }

    @Test func `a stream without change has few alarms, one that turns has some soon after`() throws {
        var random = SeededRandom(seed: 6)
        var (window, method, hinkley) = (AdaptiveWindow(), DriftDetectionMethod(), PageHinkley())
        var alarms = 0
        for _ in 0..<5000 {
            let error = random.nextUnit() < 0.2 ? 1.0 : 0
            if window.update(error) { alarms += 1 }
            _ = method.update(error)
            _ = hinkley.update(error)
        }
        #expect(alarms <= 1)
        #expect(abs(window.mean - 0.2) < 0.05)
        var found: [String: Int] = [:]
        for row in 0..<2000 {
            let error = random.nextUnit() < 0.6 ? 1.0 : 0
            if window.update(error), found["adwin"] == nil { found["adwin"] = row }
            if method.update(error), found["ddm"] == nil { found["ddm"] = row }
            if hinkley.update(error), found["hinkley"] == nil { found["hinkley"] = row }
        }
        #expect(found.count == 3)
        #expect(found.values.allSatisfy { $0 < 400 })
    }

    @Test func `windows are of a sensible size, and what is too short for one of its own is part of the last`() throws {
        let rows = try ScoredRows(
            scores: (0..<250).map { Double($0 % 10) / 10 }, labels: (0..<250).map { $0 % 3 == 0 }, threshold: 0.5)
        #expect(try ConceptDrift(rows, window: 100).windows.map(\.rows) == [100, 100, 50])
        #expect(try ConceptDrift(rows, window: 120).windows.map(\.rows) == [120, 130])
        // The newest 49 of 249 rows are all wrong: a fall that no window may hide.
        let labels = (0..<249).map { $0 < 200 || $0 % 2 == 0 }
        let failing = try ConceptDrift(
            ScoredRows(scores: (0..<249).map { ($0 < 200) == labels[$0] ? 0.9 : 0.1 }, labels: labels, threshold: 0.5), window: 100)
        #expect(failing.windows.map(\.rows) == [100, 149] && failing.accuracyChange.value ?? 0 < -0.1)
        for window in [0, 29, 126] { #expect(throws: MetricsError.self) { try ConceptDrift(rows, window: window) } }
    }

    static func stream(_ count: Int = 400, weights: ((Int) -> Double)? = nil, places: [Int]? = nil) throws -> ScoredRows {
        var random = SeededRandom(seed: 31)
        let scores = (0..<count).map { (row: Int) -> Double in (row < count / 2 ? 0.1 : 0.3) + 0.6 * random.nextUnit() }
        let labels = (0..<count).map { _ in random.nextUnit() < 0.4 }
        let places = places ?? Array(0..<count)
        return try ScoredRows(
            scores: places.map { scores[$0] }, labels: places.map { labels[$0] }, weights: weights.map { places.map($0) }, threshold: 0.5)
    }

    @Test func `windows and distances count rows by weight, detectors each row once, and the evidence says so`() throws {
        let plain = try ConceptDrift(Self.stream(), window: 100)
        #expect(plain.weighting == nil && plain.json["weighting"] == nil)
        // Weights that are all alike are none.
        #expect(try ConceptDrift(Self.stream { _ in 3 }, window: 100) == plain)
        let uneven = try ConceptDrift(Self.stream { $0 % 4 == 0 ? 5 : 1 }, window: 100)
        #expect(uneven.json["weighting"]?.stringValue?.contains("detectors count every row of some weight once") == true)
        #expect(try #require(plain.predictionStability) > 0.1)
        #expect(uneven.alarms == plain.alarms && uneven.warnings == plain.warnings)
        #expect(uneven.predictionStability != plain.predictionStability && uneven.labelStability != plain.labelStability)
        // As of rows repeated so often, in windows of the same rows.
        let repeated = try ConceptDrift(Self.stream(places: (0..<400).flatMap { Array(repeating: $0, count: $0 % 4 == 0 ? 5 : 1) }), window: 200)
        #expect(abs(try #require(uneven.predictionStability) - #require(repeated.predictionStability)) < 1e-12)
        #expect(abs(uneven.labelStability - repeated.labelStability) < 1e-12)
    }

    @Test func `rows without weight are no part of the stream, and the others keep their numbers`() throws {
        let kept = (0..<400).filter { $0 % 3 != 0 }
        let holes = try ConceptDrift(Self.stream { $0 % 3 == 0 ? 0 : 1 }, window: 60)
        let without = try ConceptDrift(Self.stream(weights: { _ in 1 }, places: kept), window: 60)
        #expect(holes.windows.map(\.rows) == without.windows.map(\.rows))
        #expect(holes.windows.map(\.accuracy) == without.windows.map(\.accuracy))
        #expect(holes.windows.map(\.firstRow) == without.windows.map { kept[$0.firstRow - 1] + 1 })
        #expect(holes.alarms == without.alarms.mapValues { $0.map { kept[$0 - 1] + 1 } })
        #expect(holes.predictionStability == without.predictionStability)
        #expect(throws: MetricsError.self) { try ConceptDrift(Self.stream { $0 < 350 ? 0 : 1 }, window: 30) }
    }

    @Test(arguments: [false, true]) func `scores that were all one and are all another have moved`(isWeighted: Bool) throws {
        let rows = try ScoredRows(
            scores: (0..<200).map { $0 < 100 ? 0.4 : 0.6 }, labels: (0..<200).map { $0 % 2 == 0 },
            weights: isWeighted ? (0..<200).map { Double(1 + $0 % 2) } : nil, threshold: 0.5)
        #expect(try #require(ConceptDrift(rows, window: 100).predictionStability) > 3)
    }

    @Test func `of decisions alone nothing is watched that scores do`() throws {
        let all = try Self.stream()
        let decided = try ScoredRows(
            scores: all.scores.map { $0 < 0.5 ? 0 : 1 }, labels: all.labels, threshold: 0.5, hasScores: false)
        let drift = try ConceptDrift(decided, window: 100)
        #expect(drift.predictionStability == nil && drift.alarms["predictionAdwin"] == nil && drift.alarms["labelAdwin"] != nil)
        #expect(drift.json["alarms"]?["predictionAdwin"]?["undefined"] == "decisions alone are given, no scores")
        #expect(drift.json["predictionStability"] == nil)
    }
}
