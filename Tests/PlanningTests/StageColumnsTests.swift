import Diagnostics
import Planning
import Specs
import Testing

/// What can never fit is told before anything runs, at its place; what may fit is not.
@Suite struct StageColumnsTests {
    private static let head = "apiVersion: proviso.dev/v1alpha1\n"

    private static func entry(_ path: String, _ text: String) -> SpecEntry { SpecEntry(path: path, bytes: Array((head + text).utf8)) }

    private static func problems(_ stages: String) -> [String] {
        let dataset = "spec:\n  source: {path: data/d.csv}\n  split: {random: {seed: 1, testShare: 0.3}}\n  columns:\n"
        let loaded = Catalog.load([
            entry("proviso.yaml", "kind: Repository\nmetadata: {name: r}\nspec: {}\n"),
            entry(
                "datasets/d.yaml",
                "kind: Dataset\nmetadata: {name: d}\n" + dataset
                    + ["who: integer", "name: category", "x: float", "at: timestamp", "second: integer", "flag: boolean"].map {
                        let parts = $0.split(separator: ":")
                        return "    - {name: \(parts[0]), type: \(parts[1])}\n"
                    }.joined() + "    - {name: label, type: boolean, role: label}\n"),
            entry(
                "features/v.yaml",
                "kind: FeatureView\nmetadata: {name: v}\nspec: {dataset: d, entities: [who], eventTime: at, features: [x]}\n"),
            entry(
                "models/m.yaml",
                "kind: Model\nmetadata: {name: m}\nspec:\n  risk: low\n  owners: [a@example.org]\n  purpose: p\n  dataset: d\n  task: binaryClassification\n  features: {include: [x]}\n  estimator: {type: xgboost, rounds: 5, seed: 1}\n"
            ),
            entry("pipelines/p.yaml", "kind: Pipeline\nmetadata: {name: p}\nspec:\n  stages:\n    - {name: rows, load: {dataset: d}}\n" + stages),
        ])
        #expect(loaded.diagnostics.map(\.message) == [])
        return StageColumns.problems(in: loaded.catalog).map { "\($0.span.map { "\($0.start.line):\($0.start.column)" } ?? "") \($0.message)" }
    }

    @Test(
        arguments: [
            ("filter: {input: rows, where: row.x}", "the expression gives double, and boolean is wanted"),
            (
                "derive: {input: rows, columns: [{name: m, type: integer, expression: row.x * 2.0}]}",
                "the expression gives double, and integer is wanted"
            ),
            (
                "derive: {input: rows, columns: [{name: m, type: category, expression: row.flag}]}",
                "the expression gives bool, and category is wanted"
            ),
            ("derive: {input: rows, columns: [{name: m, type: float, expression: row.who}]}", nil),
            // Which of the two it gives the rows tell.
            ("derive: {input: rows, columns: [{name: m, type: integer, expression: 'row.x > 5.0 ? row.who : row.x'}]}", nil),
            ("load: {dataset: d, columns: [x, who, x]}", "the column 'x' is loaded twice"),
            (
                "derive: {input: rows, columns: [{name: m, type: float, expression: row.x}], drop: [who, name, x, at, second, flag, label, m]}",
                "no column of the table is left"
            ),
            (
                "features: {input: rows, time: second, views: [{view: v, prefix: v_}]}",
                "'second' is a integer column, and 'at' of the view 'v' a timestamp one, so that their times cannot be compared"
            ),
            (
                "features: {input: rows, time: at, views: [{view: v, prefix: v_, entities: {who: name}}]}",
                "'name' is a category column, and the entity 'who' of the view 'v' a integer one"
            ),
            ("features: {input: rows, time: at, views: [{view: v, prefix: v_}]}", nil),
        ] as [(String, String?)])
    func `types and columns of a stage`(_ stage: String, _ message: String?) {
        let found = Self.problems("    - name: s\n      \(stage)\n")
        #expect(found.count == (message == nil ? 0 : 1) && found.allSatisfy { $0.hasSuffix(" \(message ?? "")") && $0.hasPrefix("8:") }, "\(found)")
    }

    @Test(
        arguments: [
            ("1 / 0 == 1", "the condition has no value: division by zero"), ("null", "the condition gives null_type, and is to be true or false"),
            ("'a' == 'a'", nil),
        ] as [(String, String?)])
    func `a condition is tried with all that it can read`(_ condition: String, _ message: String?) {
        let found = Self.problems("    - name: s\n      when: \"\(condition)\"\n      filter: {input: rows, where: row.flag}\n")
        #expect(found.map { $0.split(separator: " ", maxSplits: 1).last.map { String($0) } } == (message.map { [$0] } ?? []), "\(found)")
    }

    @Test func `of stages with one expression each is looked at, by its own table and in its own words`() {
        let same = "filter: {input: TABLE, where: row.m > 1.0}"
        let stages = [
            "{name: a, derive: {input: rows, columns: [{name: m, type: float, expression: row.x}]}}",
            "{name: b, derive: {input: rows, columns: [{name: m, type: category, expression: row.name}]}}",
            "{name: c, \(same.replacing("TABLE", with: "a"))}", "{name: d, \(same.replacing("TABLE", with: "b"))}",
            "{name: e, \(same.replacing("TABLE", with: "rows"))}", "{name: f, \(same.replacing("TABLE", with: "a"))}",
            "{name: g, filter: {input: rows, where: row.flag &&}}", "{name: h, filter: {input: rows, where: row.flag &&}}",
            "{name: i, when: row.flag, filter: {input: rows, where: row.flag}}", "{name: j, when: row.flag, filter: {input: rows, where: row.flag}}",
        ]
        let found = Self.problems(stages.map { "    - \($0)\n" }.joined())
        #expect(
            found.map { String($0.prefix { $0 != ":" }) + $0.drop { $0 != " " } } == [
                "10 no such overload: string < double", "11 the table has no column 'm'", "13 the expression ends too early",
                "14 the expression ends too early", "15 undeclared reference to 'row'", "16 undeclared reference to 'row'",
            ], "\(found)")
    }

    @Test func `a condition is tried with the values of every instance`() {
        let found = Self.problems(
            "    - name: s\n      matrix: {n: [1, a, 2]}\n      when: matrix.n > 0\n      filter: {input: rows, where: row.flag}\n")
        #expect(found.count == 1 && found.allSatisfy { $0.hasPrefix("9:") && $0.contains(" for s@a: ") }, "\(found)")
    }

    @Test func `what a model's scores are of`() {
        let stages = """
                - {name: fit, train: {model: m}}
                - {name: less, load: {dataset: d, columns: [who, label]}}
                - {name: without, score: {model: fit, input: less}}
                - {name: scored, derive: {input: rows, columns: [{name: score, type: float, expression: row.x}]}}
                - {name: again, score: {model: fit, input: scored, keep: [who, score, who]}}
                - {name: fine, score: {model: fit, input: rows, keep: [who, x]}}

            """
        #expect(
            Self.problems(stages).map { $0.split(separator: " ", maxSplits: 1).last.map { String($0) } } == [
                "the model 'm' reads the column 'x', which the table has not", "the scores have a column 'score' of their own",
                "the column 'who' is kept twice",
            ])
    }
}
