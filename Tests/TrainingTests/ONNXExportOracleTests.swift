import Basics
import Foundation
import Frames
import Models
import TestSupport
import Testing

@testable import Training

/// Files that Proviso writes, as Python's onnx and onnxruntime see them (Tests/Oracles/onnx-export). The models are kept as files, since XGBoost's bits may
/// differ from one processor to another; what is exported from them may not.
@Suite struct ONNXExportOracleTests {
    static let folder = TestFiles.oracles.appending(path: "onnx-export")
    static let names = ["binary", "classes", "count", "hashed", "line", "lines"]

    private static func plan(_ name: String) -> TrainingPlan {
        switch name {
        case "binary": return TrainingPlanTests.plan(.binary)
        case "classes":
            var settings = TrainingSettings()
            settings.rounds = 6
            settings.maxDepth = 3
            return TrainingPlan(task: .multiclass, label: "kind", features: ["c", "a", "b", "truth"], estimator: .xgboost(settings))
        case "count": return TrainingPlanTests.plan(.count)
        case "hashed":
            var settings = TrainingSettings()
            settings.rounds = 6
            settings.maxDepth = 3
            return TrainingPlan(
                task: .quantile, label: "number", features: ["text", "t", "b"], quantile: 0.8,
                preprocessing: [
                    PreprocessingStep(columns: ["text"], .hashText(buckets: 8)), PreprocessingStep(columns: ["b"], .bin(.quantile, count: 6)),
                    PreprocessingStep(columns: ["t"], .dateParts(FittedTransform.DatePart.allCases)),
                ], estimator: .xgboost(settings))
        default:
            var plan = TrainingPlanTests.plan(name == "line" ? .regression : .multiclass, linear: true)
            plan.preprocessing.append(PreprocessingStep(columns: ["a", "t:hour", "t:month"], .impute(.mean, indicator: false)))
            return plan
        }
    }

    private static func rows() throws -> Frame { try ONNXExportTests.strange(rows: 150) }

    private static func json(_ frame: Frame) -> JSONValue {
        JSONValue.object(
            Dictionary(
                uniqueKeysWithValues: frame.columns.map { column in
                    let all: [JSONValue] = (0..<column.count).map { row in
                        if column.isMissing(row) { return .null }
                        switch column.values {
                        case .integer(let all), .timestamp(let all): return .int(all[row])
                        case .double(let all): return .double(all[row])
                        case .boolean(let all): return .int(all[row] ? 1 : 0)
                        case .category(let codes, let texts): return .string(texts[Int(codes[row])])
                        }
                    }
                    return (column.name, .array(all))
                }))
    }

    /// The file's bytes; with RECORD=1 it is written first if it differs, and the test fails.
    private static func kept(_ name: String, _ make: () throws -> [UInt8]) throws -> [UInt8] {
        let path = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            let made = try make()
            if FileManager.default.contents(atPath: path.path).map({ Array($0) }) != made {
                try Data(made).write(to: path)
                Issue.record("recorded \(name): run generate.py, then this again without RECORD")
            }
        }
        return try Array(Data(contentsOf: path))
    }

    private static func values() throws -> JSONValue {
        try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "values.json"))))
    }

    private static func numbers(_ json: JSONValue?) -> [Double] {
        (json?.arrayValue ?? []).flatMap { row in (row.arrayValue ?? []).map { $0.doubleValue ?? .nan } }
    }

    @Test(arguments: names) func `Python's onnxruntime gives our predictions`(_ name: String) throws {
        let model = try Self.kept("models/\(name).model") { try Self.plan(name).fit(ONNXExportTests.frame()).bytes }
        try Self.compare(name, TrainedModel(bytes: model), decides: false)
    }

    /// A mixture that decides by draws, and numbers repaired by a group that the model does not read.
    @Test(arguments: ["mixture", "repaired"]) func `Python's onnxruntime gives our decisions`(_ name: String) throws {
        let model = try Self.kept("models/\(name).model") {
            var settings = TrainingSettings()
            (settings.rounds, settings.maxDepth) = (6, 2)
            let plan = TrainingPlan(label: "flag", features: ["a", "b", "c"], estimator: .xgboost(settings))
            let method: Mitigation.Method =
                name == "mixture"
                ? .exponentiatedGradient(ParityConstraint(.demographicParity, bound: 0.01), .init()) : .disparateImpactRemover(level: 1)
            return try ModelFit(plan, mitigation: Mitigation(method, attribute: name == "mixture" ? "c" : "truth")).fit(ONNXExportTests.frame()).model
                .bytes
        }
        let trained = try TrainedModel(bytes: model)
        #expect(trained.isRandomised == (name == "mixture"))
        try Self.compare(name, trained, decides: true)
    }

    private static func compare(_ name: String, _ model: TrainedModel, decides: Bool) throws {
        let export = try model.exported(decides: decides)
        #expect(try kept("models/\(name).onnx") { export.bytes } == export.bytes)
        let rows = try rows()
        // Of the mixture's features; other models have no draws.
        let columns = try Frame(["a", "b", "c"].map { try rows.column($0) })
        let draws = (0..<rows.rowCount).map { RowDraw.number(RowDraw.key(columns.columns, $0), seed: 0) }
        let table = try json(Frame(rows.columns + [Column("draw", .double(draws))])).canonicalText
        #expect(try String(decoding: kept("rows.json") { Array(table.utf8) }, as: UTF8.self) == table)
        let values = try values()["models"]?[name]
        let theirs = numbers(values?["prediction"])
        let ours = try model.scores(rows, threads: 1)
        #expect(theirs.count == ours.count && !ours.isEmpty)
        for (own, other) in zip(ours, theirs) { #expect(abs(own - other) <= export.tolerance * max(1, abs(own)), "\(name)") }
        guard decides else { return }
        let decisions = try model.decisions(ours, rows, by: DecisionRule(threshold: 0.5))
        #expect(values?["decision"]?.arrayValue?.compactMap(\.boolValue) == decisions)
        #expect(Set(decisions).count == 2)
    }

    @Test(arguments: ["network-gemm", "network-double"]) func `networks in 8 bits are what numpy makes of them`(_ name: String) throws {
        let original = try Array(Data(contentsOf: Self.folder.appending(path: "models/\(name).onnx")))
        let quantized = try ONNXQuantization(original)
        #expect(try Self.kept("models/\(name)-int8.onnx") { quantized.bytes } == quantized.bytes)
        #expect(quantized.bytes.count * 2 < original.count)
        #expect(quantized.matrices == (name == "network-gemm" ? 3 : 2))
        let all = try Self.values()
        let inputs = Self.numbers(all["inputs"])
        let frame = try Frame(
            (0..<24).map { column in
                Column("x\(column)", doubles: stride(from: column, to: inputs.count, by: 24).map { inputs[$0] })
            })
        func outputs(_ bytes: [UInt8], _ frame: Frame) throws -> [Double] {
            try ONNXPredictor(ONNXModel(bytes: bytes), frames: [frame], options: .init(columns: ["x": frame.columns.map(\.name)])).predict(frame)
        }
        let (exact, small) = (try outputs(original, frame), try outputs(quantized.bytes, frame))
        let theirs = Self.numbers(all["networks"]?[name]?["quantized"])
        #expect(theirs.count == small.count && !small.isEmpty)
        // Relu, Tanh and Softmax are the runtime's; the products are whole numbers.
        for (own, other) in zip(small, theirs) { #expect(abs(own - other) <= 1e-6 * max(1, abs(own))) }
        let scale = exact.reduce(0) { max($0, abs($1)) }
        #expect(zip(exact, small).allSatisfy { abs($0 - $1) < 0.05 * max(1, scale) })
        #expect(exact != small)
        // A row is the same whatever comes with it, were it a thousand times larger.
        let alone = try outputs(quantized.bytes, frame.selecting(rows: Array(2..<40)))
        #expect(alone == Array(small.dropFirst(6)))
    }

    @Test func `what does not become smaller is refused`() throws {
        func refusal(_ bytes: [UInt8]) -> String? {
            do throws(ModelError) {
                _ = try ONNXQuantization(bytes)
                return nil
            } catch { return "\(error)" }
        }
        let trees = try Array(Data(contentsOf: Self.folder.appending(path: "models/binary.onnx")))
        #expect(refusal(trees)?.contains("no matrix products with constant weights") == true)
        #expect(refusal(trees)?.contains("TreeEnsembleRegressor") == false || refusal(trees)?.contains("made of") == true)
        let line = try Array(Data(contentsOf: Self.folder.appending(path: "models/line.onnx")))
        #expect(refusal(line)?.contains("it would grow from") == true)
        #expect(refusal([])?.contains("not an ONNX file") == true)
        #expect(refusal(Array("proviso-model 2\n{}".utf8))?.contains("not an ONNX file") == true)
        let network = try Array(Data(contentsOf: Self.folder.appending(path: "models/network-gemm.onnx")))
        #expect(refusal(Array(network.dropLast(100)))?.contains("not an ONNX file") == true)
        // Damaged files are refused or quantised, never a crash.
        var random = SeededRandom(seed: 3)
        for _ in 0..<80 {
            var damaged = network
            for _ in 0..<3 { damaged[Int(random.next(below: 900))] = UInt8(random.next(below: 256)) }
            _ = refusal(damaged)
        }
    }
}
