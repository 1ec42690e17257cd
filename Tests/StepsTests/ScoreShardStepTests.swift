import Basics
import Execution
import Foundation
import Frames
import Metrics
import Planning
import Steps
import Storage
import TestSupport
import Testing

/// A file of a batch inference, scored with a model of another framework (Tests/Oracles/onnx).
@Suite struct ScoreShardStepTests {
    private static func score(
        _ file: String, _ data: [UInt8], model: String, keep: [JSONValue], reference: JSONValue? = nil
    ) async throws -> (columns: [String], rows: Int64?) {
        let folder = try TemporaryFolder()
        let store = FileStore(at: folder.path)
        let bytes = try Array(Data(contentsOf: TestFiles.oracles.appending(path: "onnx/models/\(model).onnx")))
        let step = Step(
            name: "score", kind: .scoreShard, parameters: ["file": .string(file), "scoring": ["keep": .array(keep)]], inputs: [:],
            outputs: ["measures", "predictions"])
        var inputs = ["champion": try store.put(bytes), "data": try store.put(data)]
        inputs["reference"] = try reference.map { try store.put($0.canonicalBytes) }
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

    /// What cannot be read of it would be a column that never drifts.
    @Test func `a reference that is none fails the shard`() async throws {
        let data = Array("id,town,income,job,age\n7,a,2.5,b,40\n".utf8)
        let column = ReferenceColumn(Column("age", doubles: [40, nil])).json
        #expect(try await Self.score("a.csv", data, model: "columns", keep: [], reference: [column]).rows == 1)
        var broken = try #require(column.objectValue)
        broken["missing"] = 3
        for reference in [["columns": [column]], [column, .object(broken)]] as [JSONValue] {
            let failure = await #expect(throws: StepFailure.self) {
                try await Self.score("a.csv", data, model: "columns", keep: [], reference: reference)
            }
            #expect(failure?.code == .input)
        }
    }
}
