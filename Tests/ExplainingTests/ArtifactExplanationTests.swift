import Basics
import Explaining
import Explanations
import Foundation
import Frames
import Models
import TestSupport
import Testing

/// Proviso's own models, preprocessing and all (the models of Tests/Oracles/onnx-export), explained by their raw columns.
@Suite struct ArtifactExplanationTests {
    private static let folder = TestFiles.oracles.appending(path: "onnx-export")

    private static func model(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: folder.appending(path: "models/\(name).model"))) }

    /// The oracle's rows as a table of the columns that a model reads.
    private static func frame(_ artifact: ModelArtifact) throws -> Frame {
        let rows = try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "rows.json"))))
        return try Frame(
            artifact.schema.features.map { feature in
                let cells = (rows[feature.name]?.arrayValue ?? []).prefix(24)
                switch feature.type {
                case .number: return Column(feature.name, doubles: cells.map(\.doubleValue))
                case .boolean: return Column(feature.name, booleans: cells.map { $0.intValue.map { $0 == 1 } })
                case .category: return Column(feature.name, texts: cells.map(\.stringValue))
                case .timestamp: return Column(feature.name, .timestamp(cells.map { $0.intValue ?? 0 }), validity: cells.map { $0 != .null })
                }
            })
    }

    private static func explanation(
        _ name: String, _ method: ExplanationMethod, change: (inout ExplanationSettings) -> Void = { _ in }
    ) throws -> (Explanation, ModelArtifact, Frame) {
        let bytes = try model(name)
        let artifact = try ModelArtifact(bytes: bytes)
        let frame = try frame(artifact)
        var settings = ExplanationSettings(method: method)
        settings.backgroundRows = 7
        change(&settings)
        let explanation = try Explanation(
            model: bytes, data: frame, dataDigest: Digest.of("data"), background: nil, backgroundDigest: nil, settings: settings
        ) { _ in throw ModelError(.library, operation: "none", message: "no scorer") }
        return (explanation, artifact, frame)
    }

    @Test(arguments: [
        ("binary", ExplanationMethod.interventional), ("count", .interventional), ("classes", .interventional), ("hashed", .interventional),
        ("line", .linear), ("lines", .linear),
    ])
    func `the model's own features, grouped by column, and its columns asked about as they are give the same values`(
        name: String, method: ExplanationMethod
    ) throws {
        let (exact, artifact, frame) = try Self.explanation(name, method)
        let (asked, _, _) = try Self.explanation(name, .exact)
        let (one, other) = try (exact.run().values, asked.run().values)
        #expect(one.players.sorted() == artifact.schema.names.sorted())
        let names = one.players.map { other.players.firstIndex(of: $0) ?? 0 }
        let lines = one.predictions.count
        #expect(lines == 24 * artifact.header.outputCount)
        for line in 0..<lines {
            #expect(abs(one.predictions[line] - other.predictions[line]) < 1e-9)
            for (player, place) in names.enumerated() {
                let width = names.count
                #expect(abs(one.values[line * width + player] - other.values[line * width + place]) < 1e-9, "\(name), \(one.players[player])")
            }
        }
        // What is explained is what the model predicts, up to its link.
        let predicted = try artifact.predict(frame)
        let k = artifact.header.outputCount
        for row in 0..<24 {
            let margins = (0..<k).map { other.predictions[row * k + $0] }
            for output in 0..<k {
                let expected: Double =
                    switch name {
                    case "binary": 1 / (1 + exp(-margins[output]))
                    case "count": exp(margins[output])
                    case "classes", "lines": exp(margins[output]) / margins.map { exp($0) }.reduce(0, +)
                    default: margins[output]
                    }
                #expect(abs(expected - predicted[row * k + output]) < 1e-5 * max(1, abs(expected)), "\(name), row \(row)")
            }
        }
    }

    @Test(arguments: [ExplanationMethod.kernel, .exact, .permutation, .lime])
    func `classes have probabilities, which add up to one for each row`(method: ExplanationMethod) throws {
        let (explanation, artifact, frame) = try Self.explanation("classes", method) { $0.scale = .probability }
        let found = try explanation.run().values
        #expect(found.scale == .probability && explanation.outputNames == ["high", "low", "middle"])
        for (own, theirs) in zip(found.predictions, try artifact.predict(frame)) { #expect(abs(own - theirs) < 1e-6) }
        guard method != .lime else { return }
        // What moves one class moves the others the other way.
        for row in 0..<24 {
            for player in found.players.indices {
                let sum = (0..<3).reduce(0.0) { $0 + found.values[(row * 3 + $1) * found.players.count + player] }
                #expect(abs(sum) < 1e-9)
            }
        }
    }

    @Test func `a group of columns is a group of all that preprocessing made of them`() throws {
        let (exact, _, _) = try Self.explanation("line", .linear) { $0.groups = ["place and time": ["c", "t"]] }
        let (asked, _, _) = try Self.explanation("line", .exact) { $0.groups = ["place and time": ["c", "t"]] }
        let (one, other) = try (exact.run().values, asked.run().values)
        #expect(one.players.sorted() == ["a", "b", "place and time"])
        #expect(one.players == other.players)
        for (left, right) in zip(one.values, other.values) { #expect(abs(left - right) < 1e-9) }
    }

    @Test func `a method that the model's kind does not have is refused by the kind's name`() throws {
        func message(_ name: String, _ method: ExplanationMethod) -> String {
            do { _ = try Self.explanation(name, method) } catch { return (error as? ExplanationError)?.message ?? "\(error)" }
            return "passed"
        }
        #expect(message("line", .interventional).contains("linear; use linear"))
        #expect(message("binary", .linear).contains("with trees"))
    }

    @Test func `interaction values add up to the values, and the table tells how it was made`() throws {
        let (explanation, _, _) = try Self.explanation("binary", .interventional)
        let found = try explanation.run()
        let document = try ExplanationDocument(explanation, found, interactions: explanation.interactionValues())
        let players = found.values.players
        let rows = try #require(document.json["rows"]?.arrayValue)
        for (row, json) in rows.enumerated() {
            let matrix = try #require(json["interactions"]?.arrayValue?.first?.arrayValue)
            for (player, line) in matrix.enumerated() {
                let cells = (line.arrayValue ?? []).compactMap(\.doubleValue)
                #expect(cells.count == players.count)
                #expect(abs(cells.reduce(0, +) - found.values.values[row * players.count + player]) < 1e-9)
            }
        }
        let table = try document.table()
        #expect(
            table.columnNames.contains("interaction:\(players[0]):\(players[1])")
                && table.columnNames.contains("interaction:\(players[0]):\(players[0])"))
        let bytes = try document.parquet()
        // The footer is not compressed.
        let text = String(decoding: bytes, as: UTF8.self)
        for part in [#""method":"interventional""#, #""scale":"log-odds""#, explanation.digests.model.description, "additivityError"] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(try Frame.read(parquet: bytes).columnNames == table.columnNames)
        let (asked, _, _) = try Self.explanation("binary", .kernel)
        #expect(throws: ExplanationError.self) { try asked.interactionValues() }
    }

    @Test func `several outputs are seen as a whole one by one, and exchanged values cost them all`() throws {
        let bytes = try Self.model("classes")
        let artifact = try ModelArtifact(bytes: bytes)
        var frame = try Self.frame(artifact)
        let likely = try artifact.predict(frame)
        let classes = artifact.header.classes
        let labels = (0..<frame.rowCount).map { row in classes[(0..<3).max { likely[row * 3 + $0] < likely[row * 3 + $1] } ?? 0] }
        frame = try Frame(frame.columns + [Column("kind", texts: labels)])
        var settings = ExplanationSettings(method: .interventional)
        settings.label = "kind"
        let explanation = try Explanation(
            model: bytes, data: frame, dataDigest: Digest.of("data"), background: nil, backgroundDigest: nil, settings: settings
        ) { _ in throw ModelError(.library, operation: "none", message: "no scorer") }
        let found = try explanation.run()
        let whole = try ExplanationDocument(explanation, found, whole: explanation.whole(found)).json["global"]
        let outputs = try #require(whole?["outputs"]?.arrayValue)
        #expect(outputs.count == 3 && outputs.allSatisfy { $0["surrogateTree"] != nil && $0["faithfulness"] != nil })
        let importance = try #require(whole?["permutationImportance"])
        #expect(importance["loss"]?.stringValue == "log-loss")
        // The mean of −log of the probability of the true class.
        let expected =
            (0..<frame.rowCount).reduce(0.0) { $0 - log(likely[$1 * 3 + (classes.firstIndex(of: labels[$1]) ?? 0)]) } / Double(frame.rowCount)
        #expect(abs((importance["baseLoss"]?.doubleValue ?? 0) - expected) < 1e-6)
        #expect((importance["features"]?.objectValue ?? [:]).values.contains { ($0["value"]?.doubleValue ?? 0) > 0.01 })
    }
}
