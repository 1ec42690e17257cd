import Basics
import Foundation
import TestSupport
import Testing

/// `proviso measure` as a user runs it.
@Suite struct MeasureCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ name: String, _ lines: [String]) throws {
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
    }

    private func measure(_ arguments: [String]) throws -> (status: Int32, json: JSONValue?, errors: String) {
        let result = try Program.run(["measure"] + arguments, in: folder.path)
        return (result.status, try? JSONValue(parsing: result.output), result.errors)
    }

    @Test func `weights decide whether a column drifted, and are no column themselves`() throws {
        let values = (0..<400).map { Double($0 * 37 % 400) / 100 - 2 }
        try write("old.csv", ["x,w"] + values.map { "\($0),1" })
        try write("new.csv", ["x,w"] + values.map { "\($0),\($0 > 0 ? 9 : 1)" })
        let tables = ["drift", "--reference", "old.csv", "--data", "new.csv", "--column", "x", "--format", "json"]
        let plain = try measure(tables)
        #expect(plain.status == 0 && plain.json?["columns"]?["x"]?["populationStabilityIndex"]?.doubleValue == 0)
        let weighted = try measure(tables + ["--weight", "w"])
        #expect(weighted.status == 1, "\(weighted.errors)")
        #expect((weighted.json?["columns"]?["x"]?["populationStabilityIndex"]?.doubleValue ?? 0) > 0.5)
        #expect(weighted.json?["columns"]?["w"] == nil)
        for more in [["--weight", "none"], ["--weight", "w", "--keep", "kept.json"]] { #expect(try measure(tables + more).status == 2, "\(more)") }
        #expect(try measure(["drift", "--reference", "old.csv", "--keep", "kept.json"]).status == 0)
        #expect(try measure(["drift", "--reference", "kept.json", "--data", "new.csv", "--weight", "w"]).status == 2)
    }

    @Test func `a column that was empty, and now is not, drifted`() throws {
        try write("old.csv", ["x,y"] + (0..<50).map { "\($0)," })
        try write("new.csv", ["x,y"] + (0..<50).map { "\($0),t\($0 % 3)" })
        for (reference, data) in [("old.csv", "new.csv"), ("new.csv", "old.csv")] {
            let found = try measure(["drift", "--reference", reference, "--data", data, "--format", "json"])
            #expect(found.status == 1 && found.json?["columns"]?["y"]?["drifted"]?.boolValue == true, "\(found.errors)")
        }
    }

    @Test func `decided classes alone are enough to show that a challenger is no worse`() throws {
        let names = ["a", "b", "c"]
        let rows = (0..<3000).map { row in
            "\(names[row % 3]),\(names[row % 50 == 0 ? (row + 1) % 3 : row % 3]),\(names[row % 5 == 0 ? (row + 1) % 3 : row % 3])"
        }
        try write("t.csv", ["t,p,q"] + rows)
        let words = [
            "compare", "--task", "multiclass", "--data", "t.csv", "--label", "t", "--prediction", "p", "--champion", "q", "--question", "nonInferior",
            "--format", "json",
        ]
        let found = try measure(words)
        #expect(found.status == 0 && found.json?["passes"]?.boolValue == true, "\(found.errors)")
        #expect(try measure(words + ["--margin", "inf"]).status == 2)
    }

    @Test func `an option that a task does not look at is refused, with what it is of`() throws {
        try write("t.csv", ["y,s,p,k"] + (0..<40).map { "\($0 % 2),\(Double($0 % 10) / 10),\($0 % 3 % 2),\($0 % 3)" })
        let binary = ["--data", "t.csv", "--label", "y", "--score", "s"]
        let refused: [([String], String)] = [
            (["performance"] + binary + ["--class-score", "1=s"], "--task multiclass"),
            (["performance"] + binary + ["--top-k", "3"], "--task multiclass"),
            (["performance"] + binary + ["--quantile", "0.2"], "--task regression"),
            (["performance", "--task", "regression"] + binary + ["--beta", "2"], "--task binary"),
            (["performance", "--task", "regression"] + binary + ["--threshold", "0.4"], "--task binary"),
            (["performance", "--task", "regression"] + binary + ["--prediction", "p"], "one column"),
            (["performance", "--task", "multiclass"] + binary, "--class-score"),
            (["compare"] + binary + ["--champion", "s", "--margin", "0.1"], "nonInferior"),
            (["compare"] + binary + ["--champion", "s", "--question", "nonInferior", "--margin", "5"], "margin of 5"),
            (["drift", "--data", "t.csv", "--reference", "t.csv", "--maximum-accuracy-loss", "0.1"], "--label"),
            (["drift"] + binary + ["--maximum-share", "0.1"], "--reference"),
            (["calibration", "--data", "t.csv", "--label", "y", "--prediction", "p"], "--score"),
        ]
        for (words, hint) in refused {
            let found = try measure(words)
            #expect(found.status == 2 && found.errors.contains(hint), "\(words): \(found.errors)")
        }
        #expect(try measure(["performance"] + binary + ["--beta", "3", "--threshold", "0.4"]).status == 0)
    }

    @Test func `what a terminal would obey is shown as an escape`() throws {
        try write("t.csv", ["y,s", "1,0.5,\u{1B}[31m", "0,0.1"])
        let found = try measure(["performance", "--data", "t.csv", "--label", "y", "--score", "s"])
        #expect(found.status == 2 && found.errors.contains("\\u001b[31m") && !found.errors.contains("\u{1B}"), "\(found.errors)")
        try write("g.csv", ["y,s,g"] + (0..<20).map { "\($0 % 2),0.\($0 % 10),a\u{1B}[2J" })
        let words = ["measure", "fairness", "--data", "g.csv", "--label", "y", "--score", "s", "--group", "g", "--format"]
        for format in ["text", "markdown", "html"] {
            let report = try Program.run(words + [format], in: folder.path)
            #expect(report.status == 0 && !report.output.contains(0x1B), "\(format)")
        }
    }
}
