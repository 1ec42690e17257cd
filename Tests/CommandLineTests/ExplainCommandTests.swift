import Basics
import Foundation
import Frames
import TestSupport
import Testing

/// `proviso explain` as a user runs it.
@Suite struct ExplainCommandTests {
    private let folder: TemporaryFolder
    private static let oracles = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Oracles").path
    private static let linear = #"{"linear": {"features": ["a", "b"], "coefficients": [[2.0, -0.5]], "intercepts": [0.25], "link": "logistic"}}"#
    /// Scores a row by its column a.
    private static let scorer = #"{"scorer": {"command": ["/bin/sh", "score.sh"], "files": ["score.sh"], "features": ["a", "b"], "outputs": ["a"]}}"#

    init() throws {
        folder = try TemporaryFolder()
        var random = SeededRandom(seed: 3)
        var table = "a,b,c\n"
        var trees = (0..<8).map { "f\($0)" }.joined(separator: ",") + "\n"
        for _ in 0..<20 {
            table += "\(random.nextUnit()),\(random.nextUnit() * 10),7\n"
            trees += (0..<8).map { _ in "\(random.nextUnit())" }.joined(separator: ",") + "\n"
        }
        try write("t.csv", table)
        try write("trees.csv", trees)
        try write("linear.json", Self.linear)
        try write("scorer.json", Self.scorer)
        try write("score.sh", "cp $PROVISO_ROWS $PROVISO_SCORES\n")
    }

    private func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)")) }

    private func explain(_ arguments: String..., environment: [String: String] = [:]) throws -> StockTool.Result {
        try Program.run(["explain"] + arguments, in: folder.path, environment: environment)
    }

    /// What it says of bad input, and the exit code.
    private func refusal(_ arguments: String..., code: Int32 = 2, environment: [String: String] = [:]) throws -> String {
        let result = try Program.run(["explain"] + arguments, in: folder.path, environment: environment)
        #expect(result.status == code, "\(result.status) \(result.errors)")
        #expect(result.text.isEmpty && !result.errors.contains("Fatal"), "\(result.text)\(result.errors)")
        return result.errors
    }

    @Test(arguments: ["linear", "exact", "kernel", "permutation", "lime"])
    func `every method for any model explains a linear one`(method: String) throws {
        let own = method == "lime" ? ["--samples", "200", "--stability-seeds", "2", "--ridge", "0.5", "--discretizer", "none", "--around-row"] : []
        let result = try Program.run(
            ["explain", "--model", "linear.json", "--data", "t.csv", "--method", method, "--seed", "5"] + own, in: folder.path)
        #expect(result.status == 0, "\(result.errors)")
        let json = try JSONValue(parsing: Array(result.text.utf8))
        #expect(json["rows"]?.arrayValue?.count == 20 && json["method"]?.stringValue == method)
        #expect(json["players"]?.arrayValue?.map(\.stringValue) == ["a", "b"])
        #expect(method == "lime" || (json["additivityError"]?.doubleValue ?? 1) < 1e-12)
    }

    @Test(arguments: ["tree", "interventional", "kernel"])
    func `trees are explained from XGBoost's own file, in every form`(method: String) throws {
        let model = "\(Self.oracles)/explanations/models/regression.json"
        for format in ["json", "parquet", "html", "markdown", "text"] {
            let own = method == "kernel" ? ["--coalitions", "60"] : []
            let result = try Program.run(
                ["explain", "--model", model, "--data", "trees.csv", "--method", method, "--rows", "3", "--format", format, "--to", "out"] + own,
                in: folder.path)
            #expect(result.status == 0, "\(result.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/out")).count > 100)
        }
    }

    @Test(arguments: [
        ("exact", ["--samples", "200"], "lime"), ("lime", ["--pairs", "3"], "permutation"), ("permutation", ["--tolerance", "0.1"], "kernel"),
        ("tree", ["--coalitions", "60"], "kernel"), ("kernel", ["--around-row"], "lime"), ("interventional", ["--ridge", "1"], "lime"),
    ])
    func `an option that the method does not read is refused`(method: String, given: [String], reader: String) throws {
        let result = try Program.run(
            ["explain", "--model", "linear.json", "--data", "t.csv", "--method", method] + given, in: folder.path)
        #expect(result.status == 2 && result.errors.contains("\(given[0]) is for --method \(reader)"), "\(result.errors)")
    }

    @Test func `a row whose reasons sampling leaves open says so, and the others have theirs`() throws {
        let map = (0..<8).map { "\"f\($0)\": {\"code\": \"R\($0)\", \"text\": \"Factor \($0)\"}" }.joined(separator: ", ")
        try write("map.json", "{\(map)}")
        let model = "\(Self.oracles)/explanations/models/regression.json"
        func run(_ format: String) throws -> StockTool.Result {
            try explain(
                "--model", model, "--data", "trees.csv", "--method", "permutation", "--pairs", "3", "--reasons", "map.json", "--maximum-reasons", "2",
                "--format", format, "--to", "out")
        }
        let result = try run("json")
        #expect(result.status == 0, "\(result.errors)")
        let rows = try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: folder.path + "/out"))))["rows"]?.arrayValue ?? []
        let open = rows.map { $0["reasonsUndetermined"] == true }
        #expect(open.contains(true) && open.contains(false))
        #expect(rows.allSatisfy { ($0["reasons"] == nil) == ($0["reasonsUndetermined"] == true) })
        #expect(try run("parquet").status == 0)
        let table = try Frame.read(parquet: Array(Data(contentsOf: URL(fileURLWithPath: folder.path + "/out"))))
        #expect(try table.column("reasonsUndetermined").values == .boolean(open))
    }

    @Test func `a run with kept blocks goes on to the same bytes, and other files of a scorer are another model`() throws {
        let arguments = ["explain", "--model", "scorer.json", "--data", "t.csv", "--method", "exact", "--block-rows", "7", "--state", "kept"]
        func run() throws -> StockTool.Result { try Program.run(arguments, in: folder.path) }
        let first = try run()
        #expect(first.status == 0, "\(first.errors)")
        try FileManager.default.removeItem(atPath: folder.path + "/kept/block-000001")
        #expect(try run().text == first.text)
        // The same description, and a script that does the same by other bytes.
        try write("score.sh", "cp $PROVISO_ROWS $PROVISO_SCORES  # again\n")
        let other = try run()
        #expect(other.status == 2 && other.errors.contains("blocks of another explanation"), "\(other.errors)")
        let anew = try explain("--model", "scorer.json", "--data", "t.csv", "--method", "exact", "--block-rows", "7")
        func digest(_ text: String) throws -> String? { try JSONValue(parsing: Array(text.utf8))["model"]?["digest"]?.stringValue }
        #expect(try digest(anew.text) != digest(first.text))
    }

    @Test func `a scorer that fails on a later block keeps the blocks before it`() throws {
        // A number whose bytes can be found in the rows: of the last one.
        let poison = Double(bitPattern: Array("POISON!?".utf8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
        try write("poisoned.csv", "a,b\n" + (0..<19).map { "\($0),\($0 * $0)\n" }.joined() + "\(poison),1\n")
        try write("score.sh", "if grep -q 'POISON!' $PROVISO_ROWS; then echo no more >&2; exit 4; fi\ncp $PROVISO_ROWS $PROVISO_SCORES\n")
        let failed = try refusal(
            "--model", "scorer.json", "--data", "poisoned.csv", "--background", "t.csv", "--method", "exact", "--block-rows", "18", "--state", "kept")
        #expect(failed.contains("block 2 of 2 (rows 19 to 20 of the table)") && failed.contains("no more"), "\(failed)")
        #expect(failed.contains("the blocks before it are kept"))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/kept/block-000000"))
    }

    @Test func `a machine that cannot run a scorer is no invalid input`() throws {
        let full = try refusal("--model", "scorer.json", "--data", "t.csv", "--method", "exact", code: 3, environment: ["TMPDIR": "/proc/nowhere"])
        #expect(full.contains("cannot write"), "\(full)")
    }

    @Test func `bad input is refused with its place`() throws {
        try write("missing.csv", "a,b\n1,2\n,3\n")
        #expect(try refusal("--model", "linear.json", "--data", "missing.csv", "--method", "linear").contains("'a' is missing in row 2"))
        try write("huge.csv", "a,b\n1e308,2\n1,3\n")
        try write("steep.json", Self.linear.replacing("2.0", with: "200.0"))
        for format in ["json", "parquet", "html", "text"] {
            let huge = try refusal(
                "--model", "steep.json", "--data", "huge.csv", "--background", "t.csv", "--method", "linear", "--format", format, "--to", "-")
            #expect(huge.contains("prediction for a row is inf"), "\(huge)")
        }
        try write("other.csv", "a,x\n1,2\n")
        #expect(try refusal("--model", "linear.json", "--data", "t.csv", "--background", "other.csv", "--method", "linear").contains("'b'"))
        try write("words.csv", "a,b\n1,red\n2,blue\n")
        #expect(try refusal("--model", "linear.json", "--data", "words.csv", "--method", "exact").contains("column 'b' has text"))
        #expect(try refusal("--model", "linear.json", "--data", "t.csv", "--method", "tree").contains("'tree' is for XGBoost models"))
        #expect(try refusal("--model", "none.json", "--data", "t.csv", "--method", "tree").contains("none.json"))
        #expect(try refusal("--model", "linear.json", "--data", "t.csv", "--method", "kernel", "--coalitions", "1").contains("8 to 10000000"))
        try write("empty.csv", "a,b\n")
        #expect(!(try refusal("--model", "linear.json", "--data", "empty.csv", "--method", "linear")).isEmpty)
    }

    @Test func `a constant column gets nothing, and a category that only some rows have is read`() throws {
        try write("three.json", #"{"linear": {"features": ["a", "b", "c"], "coefficients": [[2.0, -0.5, 9]], "intercepts": [0]}}"#)
        let result = try explain("--model", "three.json", "--data", "t.csv", "--method", "exact")
        let rows = try JSONValue(parsing: Array(result.text.utf8))["rows"]?.arrayValue ?? []
        #expect(rows.count == 20 && rows.allSatisfy { $0["values"]?.arrayValue?.first?.arrayValue?.last?.doubleValue == 0 })
        try write("words.csv", "a,b\n1,red\n2,blue\n")
        try write("more.csv", "a,b\n1,red\n2,green\n")
        let unseen = try explain("--model", "scorer.json", "--data", "more.csv", "--background", "words.csv", "--method", "exact")
        #expect(unseen.status == 0, "\(unseen.errors)")
    }

    @Test func `output goes through a link and into a pipe, and replaces neither`() throws {
        try write("there.json", "old")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link.json", withDestinationPath: "there.json")
        let linked = try explain("--model", "linear.json", "--data", "t.csv", "--method", "linear", "--to", "link.json")
        #expect(linked.status == 0, "\(linked.errors)")
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/link.json")
        #expect(target == "there.json")
        #expect(try String(contentsOfFile: folder.path + "/there.json", encoding: .utf8).contains("proviso.dev/explanation/v1"))
        // A shell reads what goes into the pipe.
        let piped = try StockTool.run(
            "/bin/sh",
            [
                "-c", "mkfifo p && (cat p > got &) && \"$0\" explain --model linear.json --data t.csv --method linear --to p && test -p p && wait",
                Program.path,
            ],
            in: folder.path)
        #expect(piped.status == 0, "\(piped.errors)")
    }

    /// `script` gives a program a terminal.
    @Test func `a terminal sees how many rows are done, how fast, and how long the rest takes`() throws {
        let program = Program.path
        let command = "'\(program)' explain --model linear.json --data t.csv --method kernel --block-rows 1 --to out.json"
        let seen = try StockTool.run("script", ["-qec", command, "/dev/null"], in: folder.path)
        #expect(seen.status == 0, "\(seen.text)\(seen.errors)")
        #expect(seen.text.contains("0/20 rows") && seen.text.contains("20/20 rows"))
        #expect(seen.text.contains(" rows/s · ") && seen.text.contains(" s left"))
        // Elsewhere nothing of it is written.
        let quiet = try explain("--model", "linear.json", "--data", "t.csv", "--method", "kernel", "--block-rows", "1", "--to", "out.json")
        #expect(quiet.status == 0 && quiet.errors.isEmpty && quiet.text.isEmpty)
    }

    @Test func `what a kind of model does not read is refused, and what interactions are of`() throws {
        #expect(try refusal("--model", "linear.json", "--data", "t.csv", "--method", "linear", "--columns", "a,b").contains("names its own"))
        #expect(try refusal("--model", "linear.json", "--data", "t.csv", "--method", "linear", "--output", "x").contains("ONNX"))
        #expect(try refusal("--model", "linear.json", "--data", "t.csv", "--method", "linear", "--unconfined").contains("are for scorers"))
        #expect(
            try refusal("--model", "linear.json", "--data", "t.csv", "--method", "linear", "--interactions").contains(
                "interaction values are of tree"))
        #expect(
            try refusal("--model", "scorer.json", "--data", "t.csv", "--method", "kernel", "--readable", "/proc").contains(
                "sandbox has a '/proc' of its own"))
        for words in [["--label", "c"], ["--adverse", "high"], ["--interactions", "--format", "html"]] {
            let result = try Program.run(["explain", "--model", "linear.json", "--data", "t.csv", "--method", "linear"] + words, in: folder.path)
            #expect(result.status == 2 && result.text.isEmpty, "\(words) \(result.errors)")
        }
    }
}
