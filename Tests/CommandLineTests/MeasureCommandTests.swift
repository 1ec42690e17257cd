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
            (["calibration"] + binary + ["--threshold", "0.4"], "leave --prediction and --threshold out"),
            (["calibration"] + binary + ["--prediction", "p"], "leave --prediction and --threshold out"),
            (["performance"] + binary + ["--prediction", "p", "--threshold", "0.4"], "leave one of them out"),
            (["fairness", "--group", "k"] + binary + ["--prediction", "p", "--threshold", "0.4"], "leave one of them out"),
            (["drift"] + binary + ["--prediction", "p", "--threshold", "0.4"], "leave one of them out"),
            (
                ["compare", "--data", "t.csv", "--label", "y", "--prediction", "p", "--champion", "p", "--threshold", "0.4"],
                "no score is decided by --threshold"
            ), (["fairness"] + binary + ["--cross", "k,p", "--cross", "p,k"], "'p,k' is grouped by twice"),
            (["drift"] + binary + ["--maximum-missing-difference", "0.1"], "--reference"),
            (["drift", "--data", "t.csv", "--reference", "t.csv", "--maximum-missing-difference", "2"], "between 0 and 1"),
        ]
        for (words, hint) in refused {
            let found = try measure(words)
            #expect(found.status == 2 && found.errors.contains(hint), "\(words): \(found.errors)")
        }
        #expect(try measure(["performance"] + binary + ["--beta", "3", "--threshold", "0.4"]).status == 0)
        // The champion's scores are decided by it.
        let mixed = ["compare", "--data", "t.csv", "--label", "y", "--prediction", "p", "--champion", "s", "--threshold", "0.4", "--format", "json"]
        #expect(try measure(mixed).json?["results"] != nil)
    }

    @Test func `accuracy that falls by just so much as is allowed passes, by a hair more does not`() throws {
        // Windows of 100 rows: 90 right, then 60: 0.3 less, which no two such numbers of digits to base two are apart.
        try write("t.csv", ["y,p"] + (0..<200).map { "1,\($0 % 100 < ($0 < 100 ? 90 : 60) ? 1 : 0)" })
        let words = [
            "drift", "--data", "t.csv", "--label", "y", "--prediction", "p", "--window", "100", "--format", "json", "--maximum-accuracy-loss",
        ]
        for (limit, status) in [("0.3", 0), ("0.299999", 1), ("0.31", 0), ("0", 1)] {
            let found = try measure(words + [limit])
            #expect(found.status == status, "\(limit): \(found.errors)")
            #expect(found.json?["accuracyChange"]?["value"]?.doubleValue.map { abs($0 + 0.3) < 1e-12 && $0 != -0.3 } == true)
        }
    }

    @Test func `a column that goes missing has drifted beyond a limit that the command line moves`() throws {
        try write("old.csv", ["x,k"] + (0..<200).map { "\($0 % 10),1" })
        try write("new.csv", ["x,k"] + (0..<200).map { $0 < 30 ? ",1" : "\($0 % 10),1" })
        let words = ["drift", "--reference", "old.csv", "--data", "new.csv", "--format", "json"]
        for (more, status) in [
            ([], 1), (["--maximum-missing-difference", "0.2"], 0), (["--preset", "evidently"], 0),
            (["--preset", "evidently", "--maximum-missing-difference", "0.1"], 1),
        ] {
            let found = try measure(words + more)
            #expect(found.status == status, "\(more): \(found.errors)")
            #expect(found.json?["columns"]?["x"]?["drifted"]?.boolValue == (status == 1))
        }
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
