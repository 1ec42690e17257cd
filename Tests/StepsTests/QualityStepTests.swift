import Basics
import Execution
import Foundation
import Frames
import Planning
import Steps
import Storage
import TestSupport
import Testing

@Suite struct QualityStepTests {
    let store: FileStore
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        store = FileStore(at: folder.path)
    }

    private static func column(_ name: String, _ type: String, _ role: String = "feature") -> JSONValue {
        ["name": .string(name), "type": .string(type), "role": .string(role)]
    }

    /// The evidence of a table with an ignored key, an ignored moment and an ignored column that the file lacks.
    private func evidence(_ expectations: JSONValue) async throws -> JSONValue {
        let frame = try Frame([
            Column("key", integers: [1, 2, 3, 3]), Column("seen", .timestamp([0, 1_000_000, 2_000_000, 3_000_000])),
            Column("x", doubles: [0, 1, 2, 3]), Column("y", booleans: [true, false, true, false]), Column("of", integers: [1, 1, 3, 9]),
        ])
        let other = try Frame([Column("id", integers: [1, 3]), Column("z", doubles: [1, 2])])
        let parameters: JSONValue = [
            "table": [
                "columns": [
                    Self.column("key", "integer", "ignored"), Self.column("seen", "timestamp", "ignored"), Self.column("e", "float", "ignored"),
                    Self.column("x", "float"), Self.column("y", "boolean", "label"), Self.column("of", "integer", "ignored"),
                ], "split": ["random": ["seed": 1, "testShare": 0.5]],
            ],
            "others": ["keys": ["columns": [Self.column("id", "integer", "ignored"), Self.column("z", "float")]]],
            "features": ["x"], "label": "y", "expectations": expectations,
        ]
        let step = Step(name: "s", kind: .quality, parameters: parameters, inputs: [:], outputs: [])
        let inputs = try ["data": frame, "dataset.keys": other].mapValues { try store.put(try $0.writeParquet()) }
        let outputs = try await QualityStep().run(StepWork(step: step, inputs: inputs, store: store, threads: 1) { _ in })
        return try JSONValue(parsing: try store.read(try #require(outputs["evidence"])))
    }

    @Test(
        arguments: [
            (["column": "key", "unique": true], 1), (["column": "seen", "newest": "1970-01-01T00:00:03Z"], 0),
            (["column": "of", "references": "key"], 1),
            (["column": "of", "references": "id", "dataset": "keys"], 1), (["expression": "row.key == row.of && row.x < 5.0"], 2),
            (["expression": "size(row) > 0 && row['key'] < 3"], 2), (["column": "seen", "maximumAge": 60], 0), (["column": "x", "type": "float"], 0),
            (["expression": "!has(row.discount) || row.discount < 5"], 0), (["expression": "'discount' in row ? row.discount < 5 : row.x < 3.0"], 1),
            (["column": "key", "type": "float"], 4), (["column": "x", "minimum": 1], 1),
        ] as [(JSONValue, Int64)])
    func `an expectation is of ignored columns too, which keys and moments mostly are`(expectation: JSONValue, violations: Int64) async throws {
        var named = expectation.objectValue ?? [:]
        named["name"] = "it"
        let evidence = try await evidence([.object(named)])
        #expect(evidence["expectations"]?["it"]?["violations"] == .int(violations))
        #expect(Set(evidence["columns"]?.objectValue?.keys.map { $0 } ?? []) == ["x", "y"])
    }

    @Test func `an expression over a column that the table has not says so, and holds of no row by silence`() async throws {
        await #expect(throws: StepFailure(.input, "the expression 'row.hourz < 5' reads the column 'hourz', and the table has x, y")) {
            try await evidence([["name": "it", "expression": "row.hourz < 5"]])
        }
    }
}
