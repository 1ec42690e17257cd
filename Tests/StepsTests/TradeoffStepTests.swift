import Basics
import Execution
import Frames
import Planning
import Storage
import TestSupport
import Testing

@testable import Steps

@Suite struct TradeoffStepTests {
    struct Row {
        let weight: Double
        let score: Double
        let plain: Double
        let label: Bool
        let group: String
    }

    private func evidence(_ rows: [Row]) async throws -> JSONValue {
        let folder = try TemporaryFolder()
        let store = FileStore(at: folder.path)
        func scores(_ score: (Row) -> Double) throws -> Digest {
            try store.put(
                try Frame([
                    Column(ScoreTable.score, doubles: rows.map(score)), Column(ScoreTable.label, booleans: rows.map(\.label)),
                    Column(ScoreTable.weight, doubles: rows.map(\.weight)), Column(ScoreTable.group("g"), texts: rows.map(\.group)),
                ]).writeParquet())
        }
        let step = Step(
            name: "tradeoff", kind: .tradeoff, parameters: ["attributes": ["g"], "methods": ["reweighing"], "threshold": 0.5], inputs: [:],
            outputs: ["evidence"])
        let work = StepWork(step: step, inputs: ["scores": try scores(\.score), "plain": try scores(\.plain)], store: store, threads: 1) { _ in }
        return try JSONValue(parsing: try store.read(try #require(try await TradeoffStep().run(work)["evidence"])))
    }

    @Test func `rows with weights have the same figures, to the last digit, in any order`() async throws {
        var random = SeededRandom(seed: 5)
        let rows = (0..<400).map { _ in
            Row(
                weight: 0.1 + random.nextUnit(), score: random.nextUnit(), plain: random.nextUnit(), label: random.nextUnit() < 0.4,
                group: random.nextUnit() < 0.3 ? "a" : "b")
        }
        let found = try await evidence(rows)
        #expect(found["attributes"]?["g"]?["groups"]?["a"]?["selectionRate"]?["change"]?["method"] == "Tango")
        #expect(try await evidence(rows.reversed()) == found)
        #expect(try await evidence(Array(rows[137...] + rows[..<137])) == found)
    }
}
