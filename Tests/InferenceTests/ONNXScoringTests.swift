import Basics
import Foundation
import Frames
import Models
import TestSupport
import Testing

@testable import Inference

/// Models of scikit-learn and LightGBM as they were exported (Tests/Oracles/onnx): several inputs, texts, whole numbers, several classes.
@Suite struct ONNXScoringTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Oracles/onnx")

    private static func bytes(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: folder.appending(path: "models/\(name).onnx"))) }

    private static func figures(_ name: String) throws -> JSONValue {
        try #require(try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "values.json"))))["models"]?[name])
    }

    private static func column(_ name: String, of figures: JSONValue) throws -> [JSONValue] {
        try #require(figures["inputs"]?[name]?.arrayValue).compactMap { $0.arrayValue?.first }
    }

    /// The table of the model with one input a column, with a key.
    private static func people() throws -> Frame {
        let figures = try figures("columns")
        let ages = try column("age", of: figures).map(\.intValue)
        return try Frame([
            Column("id", integers: ages.indices.map { Int64($0) }), Column("town", texts: try column("town", of: figures).map(\.stringValue)),
            Column("income", doubles: try column("income", of: figures).map(\.doubleValue)),
            Column("job", texts: try column("job", of: figures).map(\.stringValue)), Column("age", integers: ages),
        ])
    }

    private static func probabilities(_ name: String, class place: Int) throws -> [Double] {
        try #require(try figures(name)["outputs"]?["probabilities"]?.arrayValue).compactMap { $0.arrayValue?[place].doubleValue }
    }

    private static func score(
        _ model: String, _ data: String, to output: String, jobs: Int = 1, shardRows: Int = 1_000_000, onnx: ONNXOptions = ONNXOptions(),
        _ parameters: ScoringParameters
    )
        throws -> InferenceManifest
    {
        let shards = try ScoringData.shards(at: data, shardRows: shardRows)
        let loaded = try ScoringModels.load(try bytes(model), onnx: onnx) { try ScoringData.sample(shards, excluding: parameters.keep, named: $0) }
        var job = ScoringJob(shards: shards, models: ScoringModelSet(champion: loaded), parameters: parameters, output: output)
        job.jobs = jobs
        return try job.run().manifest
    }

    @Test func `several inputs, texts and whole numbers among them, from Parquet and CSV, on 1, 2 and 4 workers`() throws {
        let temporary = try TemporaryFolder()
        let expected = try Self.probabilities("columns", class: 1)
        var parameters = ScoringParameters()
        parameters.threshold = 0.5
        parameters.keep = ["id"]
        let people = try Self.people()
        let parquet = temporary.path + "/people"
        try FileManager.default.createDirectory(atPath: parquet, withIntermediateDirectories: true)
        for part in 0..<4 { try ScoringFixture.write(people.selecting(rows: Array(part * 10..<part * 10 + 10)), "\(parquet)/part-\(part).parquet") }
        var outputs: Set<[String: Digest]> = []
        for jobs in [1, 2, 4] {
            let output = temporary.path + "/out-\(jobs)"
            let manifest = try Self.score("columns", parquet, to: output, jobs: jobs, parameters)
            #expect(manifest.measures.rows == 40 && manifest.shards.count == 4)
            var scores: [Double] = []
            for part in 0..<4 {
                let frame = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: "\(output)/part-\(part).parquet"))))
                guard case .double(let values) = try frame.column("score").values else { throw CocoaError(.coderInvalidValue) }
                scores += values
            }
            #expect(scores == expected)
            outputs.insert(try ScoringFixture.files(output))
        }
        #expect(outputs.count == 1)

        var lines = ["id,town,income,job,age"]
        let figures = try Self.figures("columns")
        for row in 0..<40 {
            let cells = try ["town", "income", "job", "age"].map { try Self.column($0, of: figures)[row] }
            lines.append("\(row)," + cells.map { $0.stringValue ?? $0.canonicalText }.joined(separator: ","))
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: temporary.path + "/people.csv"))
        _ = try Self.score("columns", temporary.path + "/people.csv", to: temporary.path + "/out-csv", parameters)
        let frame = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: temporary.path + "/out-csv/people.parquet"))))
        guard case .double(let scores) = try frame.column("score").values, case .boolean(let decisions) = try frame.column("decision").values else {
            throw CocoaError(.coderInvalidValue)
        }
        #expect(scores == expected && decisions == expected.map { $0 >= 0.5 })
    }

    @Test func `the first file may have no rows, and a column that the model reads may stand beside the scores`() throws {
        let temporary = try TemporaryFolder()
        let data = temporary.path + "/people"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let people = try Self.people()
        var lines = ["id,town,income,job,age"]
        let figures = try Self.figures("columns")
        for row in 0..<40 {
            let cells = try ["town", "income", "job", "age"].map { try Self.column($0, of: figures)[row] }
            lines.append("\(row)," + cells.map { $0.stringValue ?? $0.canonicalText }.joined(separator: ","))
        }
        try Data((lines[0] + "\n").utf8).write(to: URL(fileURLWithPath: data + "/a.csv"))
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: data + "/b.csv"))
        var parameters = ScoringParameters()
        parameters.keep = ["town", "id"]
        let manifest = try Self.score("columns", data, to: temporary.path + "/out", parameters)
        #expect(manifest.shards.map(\.receipt.measures.rows) == [0, 40])
        let none = try TableReader(parquet: temporary.path + "/out/a.parquet").columns.map(\.name)
        let all = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: temporary.path + "/out/b.parquet"))))
        #expect(none == ["town", "id", "score", "model"] && all.columnNames == none)
        #expect(try all.column("town") == people.column("town"))
        #expect(try all.column("score") == Column("score", .double(try Self.probabilities("columns", class: 1))))
        // A day on which nothing came is no fault: no rows are scored, and the manifest says so.
        try FileManager.default.removeItem(atPath: data + "/b.csv")
        let nothing = try Self.score("columns", data, to: temporary.path + "/none", parameters)
        #expect(nothing.measures.rows == 0 && nothing.shards.map(\.receipt.measures.rows) == [0])
    }

    @Test func `a column of a CSV file without any value is a column, in its place`() throws {
        let temporary = try TemporaryFolder()
        let path = temporary.path + "/t.csv"
        try Data("a,b,c,d\n1,,x,\n2,,y,\n".utf8).write(to: URL(fileURLWithPath: path))
        let sample = try ScoringData.sample(try ScoringData.shards(at: path, shardRows: 10), excluding: ["c"])
        #expect(sample.columnNames == ["a", "b", "d"])
        #expect(try sample.column("b").missingCount == 2 && sample.column("d").missingCount == 2 && sample.column("a").missingCount == 0)
    }

    @Test func `a model of several classes gives a score for each`() throws {
        let temporary = try TemporaryFolder()
        let rows = try #require(try Self.figures("forest")["inputs"]?["X"]?.arrayValue).map { try #require($0.arrayValue).compactMap(\.doubleValue) }
        let frame = try Frame((0..<rows[0].count).map { column in Column("x\(column)", doubles: rows.map { $0[column] }) })
        try ScoringFixture.write(frame, temporary.path + "/x.parquet")
        _ = try Self.score("forest", temporary.path + "/x.parquet", to: temporary.path + "/out", ScoringParameters())
        let scored = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: temporary.path + "/out/x.parquet"))))
        let names = scored.columnNames.filter { $0.hasPrefix("score.") }
        #expect(names.count == 3)
        for (place, name) in names.enumerated() {
            guard case .double(let values) = try scored.column(name).values else { throw CocoaError(.coderInvalidValue) }
            #expect(values == (try Self.probabilities("forest", class: place)))
        }
        // No threshold decides between three scores.
        var parameters = ScoringParameters()
        parameters.threshold = 0.5
        #expect(throws: InferenceError.self) { try Self.score("forest", temporary.path + "/x.parquet", to: temporary.path + "/never", parameters) }
    }

    private static func numbers(_ model: String, _ path: String) throws {
        let rows = try #require(try figures(model)["inputs"]?["X"]?.arrayValue).map { try #require($0.arrayValue).compactMap(\.doubleValue) }
        try ScoringFixture.write(try Frame((0..<4).map { column in Column("x\(column)", doubles: rows.map { $0[column] }) }), path)
    }

    private static func scores(_ path: String) throws -> [Double] {
        guard case .double(let values) = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: path)))).column("score").values
        else {
            throw CocoaError(.coderInvalidValue)
        }
        return values
    }

    @Test func `a score is of the class that is said, also where the same folder has scores of the other`() throws {
        let temporary = try TemporaryFolder()
        let (data, output) = (temporary.path + "/x.parquet", temporary.path + "/out")
        try Self.numbers("bayes-texts", data)
        let error = #expect(throws: ModelError.self) { try Self.score("bayes-texts", data, to: output, ScoringParameters()) }
        #expect(error?.code == .unclearClass)
        #expect(!FileManager.default.fileExists(atPath: output))
        for (options, column) in [(ONNXOptions(positive: "yes"), 1), (ONNXOptions(positive: "no"), 0), (ONNXOptions(outputColumn: 1), 1)] {
            let manifest = try Self.score("bayes-texts", data, to: output, onnx: options, ScoringParameters())
            #expect(try Self.scores(output + "/x.parquet") == Self.probabilities("bayes-texts", class: column), "\(options)")
            #expect(manifest.models["readings"]?["champion"]?["picked"] == [.int(Int64(column))])
        }
        // 1 is the first column here.
        try Self.numbers("turned", data)
        _ = try Self.score("turned", data, to: output, ScoringParameters())
        #expect(try Self.scores(output + "/x.parquet") == Self.probabilities("turned", class: 0))
    }

    @Test func `what is said of ONNX models is refused where none is one`() throws {
        let own = try ScoringFixture.load(try ScoringFixture.model())
        for options in [ONNXOptions(outputColumn: 0), ONNXOptions(positive: "no"), ONNXOptions(columns: ["X": ["a"]])] {
            let error = #expect(throws: InferenceError.self) { try ScoringModelSet(champion: own).check(options) }
            #expect(error?.code == .parameters && error?.description.contains("none of these models is one") == true)
        }
        try ScoringModelSet(champion: own).check(ONNXOptions())
        let temporary = try TemporaryFolder()
        try Self.numbers("logistic", temporary.path + "/x.parquet")
        let shards = try ScoringData.shards(at: temporary.path + "/x.parquet", shardRows: 1000)
        let other = try ScoringModels.load(try Self.bytes("logistic")) { try ScoringData.sample(shards, excluding: [], named: $0) }
        try ScoringModelSet(champion: own, challengers: [(name: "other", model: other)]).check(ONNXOptions(positive: "1"))
    }

    @Test func `a decision rule is part of what was scored`() throws {
        let temporary = try TemporaryFolder()
        let (data, output) = (temporary.path + "/x.parquet", temporary.path + "/out")
        try Self.numbers("logistic", data)
        let expected = try Self.probabilities("logistic", class: 1)
        for threshold in [0.3, 0.8] {
            let shards = try ScoringData.shards(at: data, shardRows: 1000)
            let model = try ScoringModels.decided(
                try ScoringModels.load(try Self.bytes("logistic")) { try ScoringData.sample(shards, excluding: [], named: $0) },
                by: Array("{\"threshold\":\(threshold)}".utf8))
            _ = try ScoringJob(shards: shards, models: ScoringModelSet(champion: model), parameters: ScoringParameters(), output: output).run()
            let frame = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: output + "/x.parquet"))))
            #expect(try frame.column("decision") == Column("decision", booleans: expected.map { $0 >= threshold }))
        }
    }

    @Test func `reasons are refused for a model whose predictions cannot be shared out exactly`() throws {
        let temporary = try TemporaryFolder()
        try ScoringFixture.write(try Self.people(), temporary.path + "/people.parquet")
        var parameters = ScoringParameters()
        parameters.threshold = 1
        parameters.reasons = 2
        let error = #expect(throws: InferenceError.self) {
            try Self.score("columns", temporary.path + "/people.parquet", to: temporary.path + "/out", parameters)
        }
        #expect(error?.description.contains("ONNX") == true)
    }

    @Test func `a score that is no number is an error with its row, not a negative decision`() throws {
        let temporary = try TemporaryFolder()
        let rows = try #require(try Self.figures("logistic")["inputs"]?["X"]?.arrayValue).map { try #require($0.arrayValue).map(\.doubleValue) }
        let frame = try Frame(
            (0..<rows[0].count).map { column in
                Column("x\(column)", doubles: rows.indices.map { $0 == 7 && column == 1 ? nil : rows[$0][column] })
            })
        try ScoringFixture.write(frame, temporary.path + "/x.parquet")
        let error = #expect(throws: InferenceError.self) {
            try Self.score("logistic", temporary.path + "/x.parquet", to: temporary.path + "/out", ScoringParameters())
        }
        #expect(error?.description.contains("row 8") == true, "\(error?.description ?? "")")
    }

    @Test func `a file that no job made is not replaced`() throws {
        let temporary = try TemporaryFolder()
        let people = temporary.path + "/people.parquet"
        try ScoringFixture.write(try Self.people(), people)
        let before = try Data(contentsOf: URL(fileURLWithPath: people))
        let error = #expect(throws: InferenceError.self) { try Self.score("columns", people, to: temporary.path, ScoringParameters()) }
        #expect(error?.code == .parameters)
        #expect(try Data(contentsOf: URL(fileURLWithPath: people)) == before)
    }
}
