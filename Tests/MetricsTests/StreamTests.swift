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

    @Test func `windows are of a sensible size, and the last is left out where it is short`() throws {
        let rows = try ScoredRows(
            scores: (0..<250).map { Double($0 % 10) / 10 }, labels: (0..<250).map { $0 % 3 == 0 }, threshold: 0.5)
        #expect(try ConceptDrift(rows, window: 100).windows.map(\.rows) == [100, 100, 50])
        #expect(try ConceptDrift(rows, window: 120).windows.map(\.rows) == [120, 120])
        for window in [0, 29, 126] { #expect(throws: MetricsError.self) { try ConceptDrift(rows, window: window) } }
    }
}
