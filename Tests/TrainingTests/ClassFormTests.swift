import Basics
import Foundation
import Frames
import Models
import Testing
import Training

/// Classes whose names differ in their Unicode form only.
@Suite struct ClassFormTests {
    private static let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")

    @Test(arguments: [ModelTask.binary, .multiclass], [false, true])
    func `classes that look alike are refused, in whichever order they come`(_ task: ModelTask, _ isTurned: Bool) throws {
        let forms = isTurned ? [Self.decomposed, Self.composed] : [Self.composed, Self.decomposed]
        let names = task == .binary ? forms : forms + ["tea"]
        let frame = try Frame([
            Column("x", doubles: (0..<30).map(Double.init)), Column("y", texts: (0..<30).map { names[$0 % names.count] }),
        ])
        #expect {
            _ = try TrainingPlan(task: task, label: "y", positive: task == .binary ? .string(Self.composed) : nil, features: ["x"]).targets(frame)
        } throws: {
            ($0 as? TrainingError)?.message.contains("two classes that are both read as") == true
        }
    }

    @Test func `texts are told apart by their bytes`() {
        let column = Column("t", texts: [Self.composed, Self.decomposed, nil, Self.composed])
        #expect(
            column.classTexts()?.map { $0.map { Array($0.utf8) } }
                == [Self.composed, Self.decomposed, nil, Self.composed].map { $0.map { Array($0.utf8) } })
    }

    private static func onnx(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Oracles/onnx/models")
        return Array(try Data(contentsOf: folder.appending(path: "\(name).onnx")))
    }

    private static func rows(_ labels: Column) throws -> Frame {
        var random = SeededRandom(seed: 4)
        return try Frame((0..<4).map { place in Column("f\(place)", doubles: (0..<60).map { _ in random.nextUnit() - 0.5 }) } + [labels])
    }

    /// The first of scikit-learn's two columns is of the class that sorts first, with a map of names or without.
    @Test(arguments: ["logistic", "zipmap"], ["0", "1", "no", "yes"])
    func `a ready model's score is of the positive class, first or last`(_ name: String, _ positive: String) throws {
        let isNumber = Int64(positive) != nil
        // The map's keys are 0 and 1, which are places to classes of other names.
        let labels = isNumber ? Column("y", integers: (0..<60).map { $0 % 2 }) : Column("y", texts: (0..<60).map { ["no", "yes"][$0 % 2] })
        let features = (0..<4).map { "f\($0)" }
        let frame = try Self.rows(labels)
        func scores(_ positive: JSONValue, _ column: JSONValue = .null) throws -> [Double] {
            let plan = TrainingPlan(task: .binary, label: "y", positive: positive, features: features)
            let inputs = try ONNXModel(bytes: try Self.onnx(name)).inputs
            let options = JSONValue.object(["inputs": .object([inputs[0].name: .array(features.map { .string($0) })]), "outputColumn": column])
                .droppingNulls
            return try ReadyModel.artifact(try Self.onnx(name), plan: plan, train: frame, options: options).predict(frame)
        }
        let wanted = try scores(isNumber ? .int(Int64(positive) ?? 0) : .string(positive))
        let column = try scores(isNumber ? 1 : "yes", ["0", "no"].contains(positive) ? 0 : 1)
        #expect(wanted == column)
    }

    @Test func `a ready model whose map names other classes is refused`() throws {
        let features = (0..<4).map { "f\($0)" }
        func refusal(_ names: [String]) throws -> String {
            let frame = try Self.rows(Column("y", texts: (0..<60).map { names[$0 % 3] }))
            let plan = TrainingPlan(task: .multiclass, label: "y", features: features)
            let bytes = try Self.onnx("zipmap-names")
            let inputs = try ONNXModel(bytes: bytes).inputs
            do {
                let ready = try ReadyModel.artifact(
                    bytes, plan: plan, train: frame, options: ["inputs": .object([inputs[0].name: .array(features.map { .string($0) })])])
                return ready.header.classes.joined(separator: " ")
            } catch { return "\(error)" }
        }
        #expect(try refusal(["middle", "high", "low"]) == "high low middle")
        #expect(try refusal(["b", "a", "c"]).contains("of the classes high, low, middle, and the training rows have a, b, c"))
    }
}
