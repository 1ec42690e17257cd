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

    private static let features = (0..<4).map { "f\($0)" }

    /// - Parameter rows: how many are tried; nil: all.
    private static func scores(
        _ name: String, _ labels: Column, _ positive: JSONValue, column: JSONValue = .null, classes: JSONValue = .null, rows: Int? = nil
    )
        throws -> [Double]
    {
        let frame = try Self.rows(labels)
        let plan = TrainingPlan(task: .binary, label: "y", positive: positive, features: features)
        let inputs = try ONNXModel(bytes: try onnx(name)).inputs
        let options = JSONValue.object([
            "inputs": .object([inputs[0].name: .array(features.map { .string($0) })]), "outputColumn": column, "classes": classes,
        ])
        .droppingNulls
        return try ReadyModel.artifact(try onnx(name), plan: plan, train: frame, options: options, rows: rows).predict(frame)
    }

    private static func texts(_ names: [String]) -> Column { Column("y", texts: (0..<60).map { names[$0 % 2] }) }

    /// The first of scikit-learn's two columns is of the class that sorts first, with a map of names or without.
    @Test(arguments: ["logistic", "zipmap"], [Int64(0), 1])
    func `a ready model that calls its classes as the table does is read by them`(_ name: String, _ positive: Int64) throws {
        let (texts, called) = (Self.texts(["no", "yes"]), ["no", "yes"][Int(positive)])
        #expect(try Self.scores("\(name)-texts", texts, .string(called)) == Self.scores("\(name)-texts", texts, "yes", column: .int(positive)))
        // Of one row the model says one class only.
        #expect(try Self.scores("\(name)-texts", texts, .string(called), rows: 1) == Self.scores("\(name)-texts", texts, .string(called)))
    }

    /// 1 is the second class, or what `y == positive` is called: the same where 1 is positive, and opposites where 0 is.
    @Test func `of 0 and 1 in model and table only a positive 1 is taken without a word`() throws {
        let numbers = Column("y", integers: (0..<60).map { $0 % 2 })
        for (name, column) in [("logistic", 1), ("zipmap", 1), ("turned", 0)] as [(String, Int64)] {
            let of1 = try Self.scores(name, numbers, 1, column: .int(column))
            #expect(try Self.scores(name, numbers, 1) == of1)
            #expect(try Self.scores(name, numbers, 1, rows: 1) == of1)
            let error = #expect(throws: TrainingError.self) { try Self.scores(name, numbers, 0) }
            #expect(error?.message.contains("'outputColumn' says which column is of '0'") == true, "\(error?.message ?? "")")
            for place in [0, 1] as [Int64] {
                #expect(try Self.scores(name, numbers, 0, column: .int(place)) == Self.scores(name, numbers, 1, column: .int(place)))
            }
            // Fitted to 0 and 1 as they stand.
            #expect(
                try Self.scores(name, numbers, 0, classes: column == 1 ? [0, 1] : [1, 0]) == Self.scores(name, numbers, 1, column: .int(1 - column)))
        }
        // Truths that stand for 0 and 1, the first column being of 1.
        #expect(try Self.scores("turned", Self.texts(["no", "yes"]), "yes") == Self.scores("turned", Self.texts(["no", "yes"]), "yes", column: 0))
    }

    @Test func `classes that the spec names must be the table's, as many as columns, and not contradict the file`() throws {
        let labels = Self.texts(["no", "yes"])
        func refusal(_ name: String, _ classes: JSONValue) -> String {
            do {
                _ = try Self.scores(name, labels, "no", classes: classes)
                return ""
            } catch { return "\(error)" }
        }
        #expect(refusal("logistic", ["no", "maybe"]).contains("'classes' names no, maybe, and the training rows have"))
        #expect(refusal("logistic", ["no", "yes", "yes"]).contains("'classes' names"))
        #expect(refusal("logistic-texts", ["yes", "no"]).contains("'classes' calls its columns yes, no, and its file no, yes"))
        #expect(refusal("logistic-texts", ["no", "yes"]) == "")
        #expect(try Self.scores("logistic", labels, "no", classes: ["yes", "no"]) == Self.scores("logistic", labels, "yes", column: 1))
    }

    /// One that was fitted to `y == positive` has the same classes as one that was fitted to the classes' places.
    @Test(arguments: ["logistic", "zipmap"])
    func `where a ready model counts its classes, only a positive class that comes last is taken without a word`(_ name: String) throws {
        func refusal(_ labels: Column, _ positive: JSONValue, _ name: String = name) -> String {
            do {
                _ = try Self.scores(name, labels, positive)
                return ""
            } catch { return "\(error)" }
        }
        let truths = Column("y", booleans: (0..<60).map { $0 % 2 == 0 })
        let numbers = Column("y", integers: (0..<60).map { $0 % 2 + 1 })
        for (labels, first, last) in [(Self.texts(["good", "bad"]), "bad", "good"), (Self.texts(["no", "yes"]), "no", "yes")]
            as [(Column, JSONValue, JSONValue)]
            + [(truths, false, true), (numbers, 1, 2)]
        {
            #expect(try Self.scores(name, labels, last) == Self.scores(name, labels, first, column: 1))
            #expect(refusal(labels, first).contains("is not clear, for it calls classes 0 and 1: 'outputColumn' says which"), "\(first)")
            for column in [0, 1] as [JSONValue] {
                #expect(try Self.scores(name, labels, first, column: column) == Self.scores(name, labels, last, column: column))
            }
        }
        #expect(
            refusal(Self.texts(["bad", "good"]), "good", "\(name)-texts").contains("of the classes no, yes, and the training rows have bad, good"))
    }

    @Test func `a ready model whose map names other classes is refused`() throws {
        let features = (0..<4).map { "f\($0)" }
        func refusal(_ names: [String], _ model: String = "zipmap-names", classes: JSONValue = .null) throws -> String {
            let frame = try Self.rows(Column("y", texts: (0..<60).map { names[$0 % 3] }))
            let plan = TrainingPlan(task: .multiclass, label: "y", features: features)
            let bytes = try Self.onnx(model)
            let inputs = try ONNXModel(bytes: bytes).inputs
            do {
                let ready = try ReadyModel.artifact(
                    bytes, plan: plan, train: frame,
                    options: JSONValue.object([
                        "inputs": .object([inputs[0].name: .array(features.map { .string($0) })]), "classes": classes,
                    ]).droppingNulls)
                return ready.header.classes.joined(separator: " ")
            } catch { return "\(error)" }
        }
        #expect(try refusal(["middle", "high", "low"]) == "high low middle")
        // Whoever counts texts may have had any order in mind: low, middle, high as well as that of their bytes. Whole numbers are what they are.
        let asked = try refusal(["middle", "high", "low"], "zipmap-counted")
        #expect(asked.contains("calls its columns 1, 2, 3") && asked.contains("'classes' says which"), "\(asked)")
        #expect(try refusal(["middle", "high", "low"], "zipmap-counted", classes: ["low", "middle", "high"]) == "low middle high")
        #expect(try refusal(["middle", "high", "low"], "zipmap-counted", classes: ["low", "middle"]).contains("'classes' names low, middle"))
        #expect(try refusal(["middle", "high", "low"], classes: ["low", "middle", "high"]).contains("and its file high, low, middle"))
        #expect(try refusal(["1", "3", "2"], "zipmap-counted") == "1 2 3")
        #expect(try refusal(["1", "4", "2"], "zipmap-counted").contains("of the classes 1, 2, 3, and the training rows have 1, 2, 4"))
        #expect(try refusal(["b", "a", "c"]).contains("of the classes high, low, middle, and the training rows have a, b, c"))
    }
}
