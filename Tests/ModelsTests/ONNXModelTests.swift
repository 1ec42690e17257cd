import Basics
import Models
import Testing

@Suite struct ONNXModelTests {
    @Test func `a model says what it takes and gives`() throws {
        let columns = try ONNXFixtures.model("columns")
        #expect(columns.inputs.map(\.description) == ["age: int64[? × 1]", "income: float[? × 1]", "job: string[? × 1]", "town: string[? × 1]"])
        let zipmap = try ONNXFixtures.model("zipmap")
        #expect(zipmap.outputs.map(\.name) == ["output_label", "output_probability"])
        #expect(zipmap.outputs[1].kind == .sequence)
        let elements = try ONNXFixtures.model("elements")
        #expect(
            elements.inputs.map(\.kind) == [
                .tensor(.float, shape: [.named("n"), .fixed(2)]), .tensor(.double, shape: [.named("n")]), .tensor(.int32, shape: [.fixed(3), .free]),
                .tensor(.int64, shape: [.named("n"), .fixed(1)]), .tensor(.bool, shape: [.named("n"), .fixed(1)]),
                .tensor(.string, shape: [.named("n"), .fixed(1)]), .tensor(.float, shape: [.named("n"), .named("m"), .fixed(4)]),
            ])
    }

    @Test(arguments: ["logistic", "forest", "regressor", "lightgbm", "network", "zipmap", "zipmap-names"])
    func `a model with one input gives what ONNX Runtime gives in Python`(_ name: String) throws {
        let model = try ONNXFixtures.model(name)
        let rows = try ONNXFixtures.rows(name)
        let input = ONNXTensor(shape: [rows.count, 4], .float(rows.flatMap { $0.map { Float($0) } }))
        let outputs = try model.run([model.inputs[0].name: input])
        #expect(outputs.count == model.outputs.count)
        for (output, value) in outputs {
            switch value {
            case .tensor(let tensor):
                if let texts = tensor.texts {
                    #expect(texts == (try ONNXFixtures.figures(name)["outputs"]?[output]?.arrayValue?.compactMap(\.stringValue)))
                } else {
                    #expect(tensor.doubles == (try ONNXFixtures.output(name, output).flatMap { $0 }))
                }
            case .maps(let keys, let count, let values):
                #expect(keys == (name == "zipmap" ? ["0", "1"] : ["high", "low", "middle"]))
                #expect(count == rows.count)
                #expect(values == (try ONNXFixtures.output(name, output).flatMap { $0 }))
            }
        }
    }

    @Test func `every element goes in and comes out again, texts of any length included`() throws {
        let model = try ONNXFixtures.model("elements")
        let texts = ["", "Zürich", String(repeating: "x", count: 1000)]
        let values: [String: ONNXTensor.Values] = [
            "f": .float([1, -2.5, .infinity, 0, 3, 4]), "d": .double([0.1, 0.2, 0.3]), "i": .int32([1, .min, .max]), "l": .int64([1, .min, .max]),
            "b": .bool([true, false, true]), "s": .string(texts),
        ]
        let shapes: [String: [Int]] = ["f": [3, 2], "d": [3], "i": [3, 1]]
        var tensors: [String: ONNXTensor] = [:]
        for (name, all) in values { tensors[name] = ONNXTensor(shape: shapes[name] ?? [3, 1], all) }
        tensors["unused"] = ONNXTensor(shape: [3, 1, 4], .float([Float](repeating: 0, count: 12)))
        let outputs = try model.run(tensors)
        #expect(outputs.count == 6)
        for (name, tensor) in tensors where name != "unused" { #expect(outputs[name.uppercased()] == .tensor(tensor)) }
    }

    @Test func `a batch of no rows gives no rows, and an element that Proviso does not pass is refused`() throws {
        let model = try ONNXFixtures.model("logistic")
        let outputs = try model.run(["X": ONNXTensor(shape: [0, 4], .float([]))])
        #expect(outputs["probabilities"] == .tensor(ONNXTensor(shape: [0, 2], .float([]))))
        let half = try ONNXFixtures.model("half")
        #expect(half.inputs.map(\.kind) == [.unsupported("tensor of float16")])
        do {
            _ = try half.run(["x": ONNXTensor(shape: [1, 1], .float([1]))])
            Issue.record("passed")
        } catch { #expect(error.message.contains("only tensors of float, double, int64, int32, bool and string can be given")) }
    }

    @Test func `a wrong tensor is named with what the model takes`() throws {
        let model = try ONNXFixtures.model("logistic")
        func message(_ tensors: [String: ONNXTensor]) -> String {
            do { _ = try model.run(tensors) } catch { return error.message }
            return "passed"
        }
        #expect(message([:]) == "input 'X' was not given")
        #expect(message(["X": ONNXTensor(shape: [2, 3], .float([1, 2, 3, 4, 5, 6]))]) == "X: float[? × 4] was given 2 × 3")
        #expect(message(["X": ONNXTensor(shape: [4], .float([1, 2, 3, 4]))]) == "X: float[? × 4] was given 4")
        #expect(message(["X": ONNXTensor(shape: [1, 4], .double([1, 2, 3, 4]))]) == "input 'X' takes float, and was given double")
        do {
            _ = try model.run(["X": ONNXTensor(shape: [1, 4], .float([1, 2, 3, 4]))], outputs: ["score"])
            Issue.record("passed")
        } catch { #expect(error.message == "it has no output 'score'; it has 'label', 'probabilities'") }
    }

    @Test func `bytes that are no usable model say why`() throws {
        func failure(_ bytes: [UInt8]) -> ModelError? {
            do { _ = try ONNXModel(bytes: bytes) } catch { return error }
            return nil
        }
        #expect(failure([])?.message == "the ONNX file is empty")
        #expect(failure(Array("PAR1 is no model".utf8))?.message.hasPrefix("it is not an ONNX file, or damaged") == true)
        let unknown = failure(try ONNXFixtures.bytes("unknown-operator"))
        #expect(unknown?.code == .unsupportedModel)
        #expect(unknown?.message.contains("Frobnicate") == true, "\(unknown?.message ?? "")")
        let outside = failure(try ONNXFixtures.bytes("outside"))
        #expect(outside?.message == "its weights lie in other files; save it as one file")
    }

    @Test func `no shortened and no altered model crashes the reader`() throws {
        let bytes = try ONNXFixtures.bytes("logistic")
        for length in stride(from: 0, to: bytes.count - 1, by: 9) { _ = try? ONNXModel(bytes: Array(bytes[..<length])) }
        var random = SeededRandom(seed: 5)
        for _ in 0..<300 {
            var altered = bytes
            altered[Int(random.next(below: UInt64(bytes.count)))] = UInt8(random.next(below: 256))
            guard let model = try? ONNXModel(bytes: altered) else { continue }
            _ = try? model.run(["X": ONNXTensor(shape: [1, 4], .float([1, 2, 3, 4]))])
        }
    }

    @Test func `a model that fails on a row gives ONNX Runtime's reason`() throws {
        let model = try ONNXFixtures.model("lookup")
        #expect(try model.run(["x": ONNXTensor(shape: [2], .int64([0, 100]))])["y"] == .tensor(ONNXTensor(shape: [2], .float([0, 1]))))
        do {
            _ = try model.run(["x": ONNXTensor(shape: [1], .int64([500]))])
            Issue.record("passed")
        } catch {
            #expect(error.code == .library)
            #expect(error.message.contains("500"))
        }
    }

    @Test func `a sequence that is no maps says how to export`() throws {
        let model = try ONNXFixtures.model("sequence")
        do {
            _ = try model.run(["x": ONNXTensor(shape: [1, 1], .float([1]))])
            Issue.record("passed")
        } catch { #expect(error.message.contains("export a tensor instead")) }
    }

    @Test func `many threads may run one model at once`() throws {
        let model = try ONNXFixtures.model("forest", threads: 2)
        let rows = try ONNXFixtures.rows("forest")
        let input = ONNXTensor(shape: [rows.count, 4], .float(rows.flatMap { $0.map { Float($0) } }))
        let expected = try ONNXFixtures.model("forest").run(["X": input])
        let results = concurrentBlocks(24, threads: 4) { _ in try? model.run(["X": input]) }
        #expect(results.allSatisfy { $0 == expected })
    }

    /// Counted from the files' own lists in Python: nodes, the deepest of them, thresholds with the weights of leaves, coefficients.
    @Test(arguments: [
        ("forest", 30, 412, 5, 191 + 663), ("lightgbm", 30, 450, 6, 210 + 240 + 1), ("regressor", 40, 512, 3, 236 + 276),
        ("trees-5", 2, 10, 3, 4 + 6),
        ("logistic", 0, 0, 0, 10), ("network", 0, 0, 0, 927),
    ]) func `a footprint counts trees and coefficients that are attributes of operators`(
        _ name: String, _ trees: Int, _ nodes: Int, _ depth: Int, _ parameters: Int
    ) throws {
        let footprint = ModelFootprint(onnx: try ONNXFixtures.bytes(name))
        #expect([footprint.trees, footprint.nodes, footprint.depth, footprint.parameters] == [trees, nodes, depth, parameters])
        #expect((footprint.operationsPerRow == nil) == (name != "network"))
    }

    @Test func `a damaged file that tells of more numbers than can be counted is counted as far as that goes`() {
        let tensor: [UInt8] = [0x2A, 10, 0x08] + [UInt8](repeating: 0xFF, count: 8) + [0x7F]
        #expect(ModelFootprint(onnx: [0x3A, 24] + tensor + tensor).parameters == .max)
    }
}
