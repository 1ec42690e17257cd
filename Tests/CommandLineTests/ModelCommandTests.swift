import Basics
import Foundation
import TestSupport
import Testing

/// `proviso model` as a user runs it, with models and networks of Tests/Oracles/onnx-export.
@Suite struct ModelCommandTests {
    private let temporary: TemporaryFolder
    private var folder: String { temporary.path }

    init() throws {
        temporary = try TemporaryFolder()
        let models = TestFiles.oracles.appending(path: "onnx-export/models")
        for name in ["classes.model", "mixture.model", "repaired.model", "binary.onnx", "network-gemm.onnx"] {
            try FileManager.default.copyItem(atPath: models.appending(path: name).path, toPath: "\(temporary.path)/\(name)")
        }
        try write("d.csv", "a,b,c,truth\n1.5,0.2,red,true\n,0.7,mauve,\n-1,,,false\n")
    }

    private func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: temporary.url.appending(path: name)) }
    private func model(_ arguments: String...) throws -> StockTool.Result { try Program.run(["model"] + arguments, in: folder) }

    @Test func `exports a model, checked on a table, and says what is wrong with files`() throws {
        let done = try model("export", "classes.model", "--output", "m.onnx", "--check", "d.csv")
        #expect(done.status == 0 && done.text.contains("3 rows checked in ONNX Runtime"), "\(done.text)\(done.errors)")
        let json = try model("export", "classes.model", "--output", "m2.onnx", "--format", "json")
        #expect(try JSONValue(parsing: Array(json.text.utf8))["digest"]?.stringValue?.hasPrefix("sha256:") == true, "\(json.errors)")
        #expect(FileManager.default.contents(atPath: folder + "/m.onnx") == FileManager.default.contents(atPath: folder + "/m2.onnx"))

        let lacking = try model("export", "classes.model", "--output", "never", "--check", "binary.onnx")
        #expect(lacking.status == 2, "\(lacking.errors)")
        let foreign = try model("export", "binary.onnx", "--output", "never")
        #expect(foreign.status == 2 && foreign.errors.contains("does not start with") && foreign.errors.contains("hint:"), "\(foreign.errors)")
        let absent = try model("export", "nothing", "--output", "never")
        #expect(absent.status == 2 && absent.errors.contains("cannot read the model nothing"), "\(absent.errors)")
        let nowhere = try model("export", "classes.model", "--output", "no/such/folder.onnx")
        #expect(nowhere.status == 3 && nowhere.errors.contains("cannot write"), "\(nowhere.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/never"))
    }

    @Test func `exports what decides by draws or repairs by groups, with its inputs`() throws {
        let mixture = try model("export", "mixture.model", "--output", "m.onnx", "--check", "d.csv", "--decides", "--draws", "draws.csv")
        #expect(mixture.status == 0 && mixture.text.contains("inputs beside the model's columns: draw"), "\(mixture.text)\(mixture.errors)")
        let draws = String(decoding: FileManager.default.contents(atPath: folder + "/draws.csv") ?? Data(), as: UTF8.self).split(separator: "\n")
        #expect(
            draws.count == 4 && draws[0] == "draw" && draws.dropFirst().allSatisfy { Double($0).map { (0..<1).contains($0) } == true }, "\(draws)")
        let repaired = try model("export", "repaired.model", "--output", "r.onnx", "--check", "d.csv", "--format", "json")
        let json = try JSONValue(parsing: Array(repaired.text.utf8))
        #expect(json["inputs"] == ["truth"] && json["check"]?["rows"] == .int(3), "\(repaired.text)\(repaired.errors)")
        try write("without.csv", "a,b,c\n1.5,0.2,red\n")
        let lacking = try model("export", "repaired.model", "--output", "never", "--check", "without.csv")
        #expect(lacking.status == 2 && lacking.errors.contains("truth"), "\(lacking.errors)")
        let several = try model("export", "classes.model", "--output", "c.onnx", "--decides", "--check", "d.csv")
        #expect(several.status == 0 && several.text.contains("3 rows checked in ONNX Runtime"), "\(several.text)\(several.errors)")
        let alone = try model("export", "mixture.model", "--output", "never", "--draws", "draws.csv")
        #expect(alone.status == 2 && alone.errors.contains("--draws goes together with"), "\(alone.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/never"))
    }

    @Test func `weighs models, and measures their time on demand`() throws {
        let weighed = try model("footprint", "classes.model", "--latency", "d.csv", "--repeats", "3", "--format", "json")
        let json = try JSONValue(parsing: Array(weighed.text.utf8))
        #expect(json["trees"] == .int(18) && json["latency"]?["rows"] == .int(3), "\(weighed.text)\(weighed.errors)")
        let network = try model("footprint", "network-gemm.onnx")
        #expect(network.status == 0 && network.text.contains("operationsPerRow: 2784"), "\(network.text)\(network.errors)")
        let trees = try model("footprint", "binary.onnx")
        #expect(trees.text.contains("operationsPerRow: cannot be counted"), "\(trees.text)")
        let nothing = try model("footprint", "d.csv")
        #expect(nothing.status == 2 && nothing.errors.contains("d.csv: cannot"), "\(nothing.errors)")
    }

    @Test func `quantises a network and refuses trees`() throws {
        let header = (0..<24).map { "x\($0)" }.joined(separator: ",")
        try write(
            "n.csv", header + "\n" + (0..<4).map { row in (0..<24).map { "\(row).\($0)" }.joined(separator: ",") }.joined(separator: "\n") + "\n")
        let done = try model("quantize", "network-gemm.onnx", "--output", "small.onnx", "--check", "n.csv", "--columns", "x=" + header)
        #expect(
            done.status == 0 && done.text.contains("3 matrices of 2784 weights in 8 bits") && done.text.contains("4 rows compared"),
            "\(done.text)\(done.errors)")
        try write(
            "gap.csv",
            header + "\n" + ((0..<24).map { "1.\($0)" } + ["\n"]).joined(separator: ",").replacing(",\n", with: "\n")
                + String(repeating: ",", count: 23) + "\n")
        let gap = try model("quantize", "network-gemm.onnx", "--output", "small.onnx", "--check", "gap.csv", "--columns", "x=" + header)
        #expect(gap.status == 0 && !gap.text.contains("nan") && gap.text.contains("; 3 outputs of "), "\(gap.text)\(gap.errors)")
        let trees = try model("quantize", "binary.onnx", "--output", "never")
        #expect(trees.status == 2 && trees.errors.contains("no matrix products with constant weights"), "\(trees.errors)")
        let other = try model("quantize", "d.csv", "--output", "never")
        #expect(other.status == 2 && other.errors.contains("not an ONNX file"), "\(other.errors)")
        let wrong = try model("quantize", "network-gemm.onnx", "--output", "never", "--check", "n.csv", "--columns", "q=x1")
        #expect(wrong.status == 2 && wrong.errors.contains("input 'q'"), "\(wrong.errors)")
    }
}
