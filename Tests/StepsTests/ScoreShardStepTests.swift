import Basics
import Execution
import Foundation
import Frames
import Planning
import Steps
import Storage
import TestSupport
import Testing

/// A file of a batch inference, scored with a model of another framework (Tests/Oracles/onnx).
@Suite struct ScoreShardStepTests {
    private static func score(_ file: String, _ data: [UInt8], model: String, keep: [JSONValue]) async throws -> (columns: [String], rows: Int64?) {
        let folder = try TemporaryFolder()
        let store = FileStore(at: folder.path)
        let bytes = try Array(Data(contentsOf: TestFiles.oracles.appending(path: "onnx/models/\(model).onnx")))
        let step = Step(
            name: "score", kind: .scoreShard, parameters: ["file": .string(file), "scoring": ["keep": .array(keep)]], inputs: [:],
            outputs: ["measures", "predictions"])
        let inputs = ["champion": try store.put(bytes), "data": try store.put(data)]
        let made = try await ScoreShardStep().run(StepWork(step: step, inputs: inputs, store: store, threads: 1) { _ in })
        let columns = try TableReader(parquet: store.path(of: try #require(made["predictions"]))).columns.map(\.name)
        return (columns, try JSONValue(parsing: try store.read(try #require(made["measures"])))["rows"]?.intValue)
    }

    /// Nothing but its columns is known: the model is tried with zeros.
    @Test func `a file without rows has predictions without rows, as those of its neighbours`() async throws {
        let heading = Array("id,town,income,job,age\n".utf8)
        let empty = try await Self.score("day=1/a.csv", heading, model: "columns", keep: ["id", "town"])
        #expect(empty.rows == 0 && empty.columns == ["id", "town", "score", "model"])
        let full = try await Self.score("day=1/b.csv", heading + Array("7,a,2.5,b,40\n".utf8), model: "columns", keep: ["id", "town"])
        #expect(full.rows == 1 && full.columns == empty.columns)
        let columns = try Frame((0..<4).map { Column("x\($0)", doubles: []) })
        let classes = try await Self.score("c.parquet", try columns.writeParquet(), model: "forest", keep: [])
        #expect(classes.rows == 0 && classes.columns.count { $0.hasPrefix("score.") } == 3)
    }
}
