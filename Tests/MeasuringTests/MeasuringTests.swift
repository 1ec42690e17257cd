import Basics
import Foundation
import Frames
import Metrics
import Reports
import TestSupport
import Testing

@testable import Measuring

/// Documents about tables, and what is said of tables that cannot be measured.
@Suite struct MeasuringTests {
    static func frame() throws -> Frame {
        try Frame([
            Column("label", booleans: [true, false, true, false, true, false, true, false]),
            Column("score", doubles: [0.9, 0.2, 0.6, 0.7, 0.8, 0.1, 0.4, 0.3]), Column("live", doubles: [0.8, 0.3, 0.6, 0.6, 0.9, 0.2, 0.5, 0.1]),
            Column("answer", texts: ["yes", "no", "yes", "yes", "yes", "no", "no", "no"]),
            Column("truth", texts: ["yes", "no", "yes", "no", "yes", "no", "yes", "no"]),
            Column("g", texts: ["a", "a", "b", "b", nil, "a", "b", "a <&> \"b\""]), Column("weight", doubles: [1, 2, 1, 1, 0, 1, 3, 1]),
            Column("hole", doubles: [1, nil, 1, 1, 1, 1, 1, 1]), Column("class", texts: ["x", "y", "z", "x", "y", "z", "x", "y"]),
            Column("guess", texts: ["x", "y", "z", "x", "z", "z", "y", "y"]), Column("price", doubles: [3, 4, 5, 6, 7, 8, 9, 10]),
            Column("estimate", doubles: [3.5, 4, 4, 6, 8, 8, 7, 12]), Column("appraisal", doubles: [3, 4.5, 5, 7, 7, 9, 9, 9]),
            Column("other", texts: ["x", "y", "y", "x", "y", "z", "x", "w"]), Column("px", doubles: [0.8, 0.1, 0.2, 0.6, 0.3, 0.1, 0.5, 0.2]),
        ])
    }

    static func table(_ label: String = "label", score: String? = "score", prediction: String? = nil, weight: String? = nil, groups: [String] = [])
        throws
        -> MeasuredTable
    {
        var columns = MeasuredTable.Columns(label: label)
        columns.score = score
        columns.prediction = prediction
        columns.weight = weight
        columns.groups = groups
        return MeasuredTable(try frame(), columns)
    }

    @Test(arguments: [
        (["1", "0", "1", "0"], ["yes", "no", "yes", "no"]), (["yes", "no", "yes", "no"], ["Yes", "Yes", "Yes", "Yes"]),
        (["a", "b", "a", "b"], ["a", "c", "a", "b"]),
    ])
    func `a prediction that no label is, is an error`(labels: [String], predictions: [String]) throws {
        var columns = MeasuredTable.Columns(label: "y")
        columns.prediction = "p"
        let table = MeasuredTable(try Frame([Column("y", texts: labels), Column("p", texts: predictions)]), columns)
        #expect(throws: MetricsError.self) { try table.scoredRows() }
    }

    @Test func `true is 1 and false is 0, in labels and predictions`() throws {
        let truths = [true, false, true, false]
        let forms = [
            Column("y", booleans: truths), Column("y", integers: [1, 0, 1, 0]), Column("y", doubles: [1, 0, 1, 0]),
            Column("y", texts: ["true", "false", "true", "false"]), Column("y", texts: ["1", "0", "1", "0"]),
        ]
        for label in forms {
            for prediction in forms {
                var columns = MeasuredTable.Columns(label: "y")
                columns.prediction = "p"
                let rows = try MeasuredTable(try Frame([label, prediction.renamed("p")]), columns).scoredRows()
                #expect(rows.labels == truths && rows.scores == [1, 0, 1, 0])
            }
        }
    }

    static func documents() throws -> [(name: String, document: Document)] {
        [
            ("performance", try PerformanceDocument.make(table(), task: .binary, costs: (1, 2), quantile: 0.5)),
            ("weighted", try PerformanceDocument.make(table(weight: "weight"), task: .binary, costs: nil, quantile: 0.5)),
            (
                "multiclass",
                try PerformanceDocument.make(table("class", score: nil, prediction: "guess"), task: .multiclass, costs: nil, quantile: 0.5)
            ),
            (
                "regression",
                try PerformanceDocument.make(table("price", score: nil, prediction: "estimate"), task: .regression, costs: nil, quantile: 0.3)
            ),
            ("fairness", try FairnessDocument.make(table(groups: ["g"]), FairnessDocument.Options())),
            ("calibration", try CalibrationDocument.make(table(groups: ["g"]), binning: "quantile", bins: 3)),
            ("quality", try QualityDocument.make(try frame(), QualityDocument.Options())),
            ("drift", try drift(try frame(), try Frame(try frame().columns.map { $0.selecting(rows: [0, 2, 4, 6, 4]) })).document),
            (
                "comparison",
                try compared(table()).document
            ),
            (
                "comparison of classes",
                try compared(table("class", score: nil, prediction: "guess", groups: ["g"]), .init("other"), task: .multiclass, minimumGroupRows: 3)
                    .document
            ),
            (
                "comparison of numbers",
                try compared(
                    table("price", score: nil, prediction: "estimate", weight: "weight"), .init("appraisal"), task: .regression,
                    question: "nonInferior",
                    margin: 0.1
                ).document
            ),
        ]
    }

    static func compared(
        _ table: MeasuredTable, _ champion: ComparisonDocument.Champion = .init("live"), task: PerformanceDocument.Task = .binary,
        question: String = "notWorse", margin: Double = 0.01, minimumGroupRows: Int = 2
    ) throws -> (document: Document, passes: Bool) {
        var options = ComparisonDocument.Options()
        (options.question, options.margin, options.minimumGroupRows) = (question, margin, minimumGroupRows)
        return try ComparisonDocument.make(table, champion: champion, task: task, options)
    }

    static func drift(_ old: Frame, _ new: Frame, preset: String = "stability", columns: [String] = []) throws -> (document: Document, passes: Bool) {
        try DriftDocument.make(new, reference: DriftReference(old), preset: preset, columns: columns, maximumShare: 0, threads: 2)
    }

    @Test func `drift passes where nothing moved, and a kept reference says the same`() throws {
        let frame = try Self.frame()
        #expect(try Self.drift(frame, frame).passes)
        let moved = try Frame([Column("score", doubles: [5, 6, 7, 8])])
        #expect(try !Self.drift(frame, moved).passes)
        let kept = try DriftReference(json: try JSONValue(parsing: DriftReference(frame).json.canonicalBytes))
        let again = try DriftDocument.make(moved, reference: kept, preset: "stability", columns: [], maximumShare: 0, threads: 1)
        #expect(again.document == (try Self.drift(frame, moved).document))
        #expect(throws: MetricsError.self) { try DriftReference(json: [:]) }
        #expect(throws: MetricsError.self) { try Self.drift(frame, moved, preset: "other") }
        #expect(throws: MetricsError.self) { try Self.drift(frame, try Frame([Column("nowhere", doubles: [1])])) }
    }

    @Test(arguments: DocumentFormat.allCases) func `documents are rendered`(format: DocumentFormat) throws {
        let text = try Self.documents().map { "## \($0.name)\n\($0.document.rendered(format))" }.joined(separator: "\n\n") + "\n"
        try Golden.check(text, against: TestFiles.fixtures.appendingPathComponent("Measuring/documents.\(format.rawValue)"))
    }

    @Test func `names are told apart from markup`() throws {
        let document = try FairnessDocument.make(Self.table(groups: ["g"]), FairnessDocument.Options())
        let html = document.rendered(.html)
        #expect(html.contains("a &lt;&amp;&gt; &quot;b&quot;"))
        #expect(!html.contains("<&>"))
        #expect(Document("t", [.table(.init(["a|b"], [["c\nd"]]))], json: .null).rendered(.markdown).contains("| a\\|b |"))
    }

    @Test func `classes of text are measured by the positive one`() throws {
        let byText = try PerformanceDocument.make(Self.table("truth"), task: .binary, costs: nil, quantile: 0.5)
        let byTruth = try PerformanceDocument.make(Self.table(), task: .binary, costs: nil, quantile: 0.5)
        #expect(byText.json == byTruth.json)
        let predicted = try PerformanceDocument.make(Self.table("truth", score: nil, prediction: "answer"), task: .binary, costs: nil, quantile: 0.5)
        #expect(predicted.json["accuracy"]?["numerator"] == 6)
    }

    @Test(arguments: [
        ("hole", "label", "row 2 of 'hole' is no number: it is missing, or NaN"), ("score", "class", "and which is positive is not said"),
        ("price", "label", "is 3.0, not a probability"), ("answer", "label", "'answer' is a category column, not numbers"),
    ])
    func `what cannot be measured is said`(score: String, label: String, message: String) throws {
        let error = #expect(throws: MetricsError.self) {
            _ = try PerformanceDocument.make(Self.table(label, score: score), task: .binary, costs: nil, quantile: 0.5)
        }
        #expect(error?.message.contains(message) == true)
    }

    @Test func `with a score and a prediction the prediction decides and the score ranks`() throws {
        let frame = try Frame([
            Column("y", integers: [1, 1, 0, 0]), Column("s", doubles: [0.9, 0.3, 0.2, 0.1]), Column("p", integers: [1, 0, 0, 1]),
        ])
        var columns = MeasuredTable.Columns(label: "y")
        (columns.score, columns.prediction) = ("s", "p")
        let table = MeasuredTable(frame, columns)
        let report = PerformanceReport(try table.scoredRows())
        let figures = Dictionary(uniqueKeysWithValues: report.figures.map { ($0.name, $0.estimate.value) })
        #expect(figures["rocAUC"] == 1 && figures["accuracy"] == 0.5 && figures["recall"] == 0.5)
        let text = try PerformanceDocument.make(table, task: .binary, costs: nil, quantile: 0.5).rendered(.text)
        #expect(text.contains("'p' says which are decided positively"))
    }

    @Test func `classes are the same word in label and prediction, whole numbers of any type too`() throws {
        func rows(_ label: Column, _ prediction: Column) throws -> ClassifiedRows {
            let table = MeasuredTable(try Frame([label, prediction]), MeasuredTable.Columns(label: label.name))
            return try table.classifiedRows([MeasuredTable.ClassColumns(prediction: prediction.name, scores: [])])[0]
        }
        let numbers = try rows(Column("y", integers: [0, 1, 2]), Column("p", doubles: [0, 1, 1]))
        #expect(numbers.classes == ["0", "1", "2"] && numbers.labels == [0, 1, 2] && numbers.predictions == [0, 1, 1])
        func refusal(_ label: Column, _ prediction: Column) -> String {
            do {
                _ = try rows(label, prediction)
                return ""
            } catch { return "\(error)" }
        }
        let words = refusal(Column("y", texts: ["true", "false"]), Column("p", texts: ["True", "True"]))
        #expect(words.contains("no label is any of the classes 'True' of 'p': predictions are written as labels are, here 'false', 'true'"))
        #expect(refusal(Column("y", texts: ["true"]), Column("p", texts: ["True"])).contains("no label is any"))
        #expect(refusal(Column("y", doubles: [1, 2]), Column("p", doubles: [1, 2.5])).contains("row 2 of 'p' is 2.5"))
        // A class that has scores is known, though no row is it.
        let scored = MeasuredTable(
            try Frame([Column("y", texts: ["a", "b"]), Column("p", texts: ["d", "d"]), Column("x", doubles: [0.1, 0.2])]),
            MeasuredTable.Columns(label: "y"))
        let columns = MeasuredTable.ClassColumns(prediction: "p", scores: ["a", "b", "d"].map { ($0, "x") })
        #expect(try scored.classifiedRows([columns])[0].predictions == [2, 2])
        // All wrong in the labels' own words, or of one class only, is a measurement.
        #expect(refusal(Column("y", texts: ["a", "b"]), Column("p", texts: ["b", "a"])) == "")
        #expect(refusal(Column("y", texts: ["a"]), Column("p", texts: ["b"])) == "")
    }

    @Test func `edges and references of what nothing is grouped by are an error`() throws {
        var columns = MeasuredTable.Columns(label: "label")
        (columns.score, columns.groups, columns.edges) = ("score", ["g"], ["h": [1]])
        let table = MeasuredTable(try Self.frame(), columns)
        #expect { try table.groups() } throws: { "\($0)".contains("edges are given of 'h', by which nothing is grouped") }
        var options = FairnessDocument.Options()
        options.references = ["h": "9"]
        let plain = try Self.table(groups: ["g"])
        #expect { try FairnessDocument.make(plain, options) } throws: { "\($0)".contains("a reference is named of 'h', by which nothing is grouped") }
    }

    @Test func `consistency is of the rows that features tell alike, as aif360 has it of standardized columns`() throws {
        let file = TestFiles.oracles.appendingPathComponent("tables/values.json")
        let wanted = try #require(try JSONValue(parsing: Array(Data(contentsOf: file)))["consistency"])
        let points = try #require(wanted["points"]?.arrayValue)
        func coordinate(_ place: Int, _ scale: Double = 1) -> [Double?] { points.map { ($0.arrayValue?[place].doubleValue ?? 0) * scale } }
        let predictions = (wanted["predictions"]?.arrayValue ?? []).map { $0.doubleValue == 1 }
        let frame = try Frame([
            Column("a", doubles: coordinate(0)), Column("b", doubles: coordinate(1, 1000)),
            Column("c", texts: (wanted["letters"]?.arrayValue ?? []).map(\.stringValue)), Column("p", booleans: predictions),
            Column("y", booleans: predictions.indices.map { $0 % 2 == 0 }), Column("id", texts: predictions.indices.map { "row \($0)" }),
        ])
        var columns = MeasuredTable.Columns(label: "y")
        (columns.prediction, columns.groups) = ("p", ["c"])
        func individual(_ features: [String]) throws -> JSONValue? {
            var options = FairnessDocument.Options()
            options.features = features
            return try FairnessDocument.make(MeasuredTable(frame, columns), options).json["individual"]?["consistency"]
        }
        let found = try #require(try individual(["a", "b", "c"])?["value"]?.doubleValue)
        #expect(abs(found - (try #require(wanted["ofColumns"]?.doubleValue))) < 1e-12)
        #expect(try individual([])?["undefined"]?.stringValue?.contains("--feature") == true)
        #expect(throws: MetricsError.self) { try individual(["id"]) }
        #expect(throws: FrameError.self) { try individual(["none"]) }
    }

    @Test func `a column that is gone fails a drift, and one that is new does not`() throws {
        let (one, two) = (
            try Frame([Column("x", doubles: [1, 2, 3])]), try Frame([Column("x", doubles: [1, 2, 3]), Column("z", doubles: [1, 2, 3])])
        )
        func passes(_ current: Frame, _ reference: Frame, _ columns: [String] = []) throws -> Bool {
            try DriftDocument.make(
                current, reference: DriftReference(reference), preset: "stability", columns: columns, maximumShare: 1, threads: 1
            ).passes
        }
        #expect(try passes(two, one) && passes(one, one) && passes(one, two, ["x"]))
        #expect(try !passes(one, two))
    }

    @Test func `no column is grouped by twice, and none is crossed with itself`() throws {
        var columns = MeasuredTable.Columns(label: "label")
        columns.score = "score"
        for (groups, crossed) in [(["g", "g"], []), (["g"], [["g", "g"]]), (["g"], [["g"]]), ([], [["g", "class"], ["g", "class"]])]
            as [([String], [[String]])]
        {
            (columns.groups, columns.intersections) = (groups, crossed)
            let table = MeasuredTable(try Self.frame(), columns)
            #expect(throws: MetricsError.self, "\(groups) \(crossed)") { try table.groups() }
        }
    }

    @Test func `quality says which columns leakage and proxies were not measured of`() throws {
        let frame = try Frame([
            Column("y", booleans: (0..<60).map { $0 % 3 == 0 }), Column("id", texts: (0..<60).map { "row \($0)" }),
            Column("one", texts: (0..<60).map { _ in "same" }), Column("sex", texts: (0..<60).map { $0 % 2 == 0 ? "a" : "b" }),
        ])
        var options = QualityDocument.Options()
        (options.label, options.protected) = ("y", ["sex"])
        options.unsupported = [("list", "list<int64>")]
        let text = try QualityDocument.make(frame, options).rendered(.text)
        #expect(
            text.contains("Not measured, since one of both has a single value, over 2,000 or one for each row: id with sex, one with sex."), "\(text)"
        )
        #expect(text.contains("unsupported: list<int64>") && text.contains("5 columns"))
        let oneClass = try Frame([Column("y", booleans: (0..<60).map { _ in true }), Column("x", doubles: (0..<60).map { Double($0) })])
        options.protected = []
        #expect(try QualityDocument.make(oneClass, options).rendered(.text).contains("since no row's label is negative"))
    }

    @Test func `whole decisions beside scores are compared as decisions, numbers of 0 and 1 as scores`() throws {
        func omits(_ decided: Column) throws -> Bool {
            let frame = try Frame(Self.frame().columns + [decided])
            let (document, _) = try Self.compared(MeasuredTable(frame, try Self.table().columns), .init("decided"))
            return document.rendered(.text).contains("rocAUC: scores are not given of both models")
        }
        let bits: [Int] = [1, 0, 1, 1, 1, 0, 0, 0]
        #expect(try omits(Column("decided", integers: bits.map { Int64($0) as Int64? })))
        #expect(try omits(Column("decided", booleans: bits.map { ($0 == 1) as Bool? })))
        #expect(try !omits(Column("decided", doubles: bits.map { Double($0) as Double? })))
    }

    @Test func `margins of losses lie on their own side of a chart, in shares`() throws {
        func charts(_ question: String) throws -> [Bool] {
            let html = try Self.compared(Self.table(), question: question).document.rendered(.html)
            return ["<title>Challenger minus champion", "<title>Losses: challenger minus champion, in shares"].map { html.contains($0) }
        }
        #expect(try charts("nonInferior") == [true, true])
        #expect(try charts("notWorse") == [true, false])
    }

    @Test func `a comparison says beside its verdict that groups were not compared`() throws {
        func made(_ question: String) throws -> (text: String, passes: Bool) {
            let (document, passes) = try Self.compared(Self.table(groups: ["g"]), question: question, margin: 0.99, minimumGroupRows: 30)
            return (document.rendered(.markdown), passes)
        }
        let notWorse = try made("notWorse")
        #expect(notWorse.passes && notWorse.text.contains("The challenger passes in what was compared."))
        #expect(notWorse.text.contains("fewer than 30"))
        let nonInferior = try made("nonInferior")
        #expect(!nonInferior.passes && nonInferior.text.contains("nothing is shown of what is not compared"))
    }

    @Test func `a comparison says what is missing of a champion of classes or numbers`() throws {
        let classes = try Self.table("class", score: nil, prediction: "guess")
        #expect(throws: MetricsError.self) { try Self.compared(classes, .init(nil), task: .multiclass) }
        #expect(throws: MetricsError.self) {
            try Self.compared(Self.table("price", score: nil, prediction: "estimate"), .init(nil), task: .regression)
        }
        let unscored = #expect(throws: MetricsError.self) {
            try Self.compared(classes, .init(nil, classScores: [("x", "px")]), task: .multiclass)
        }
        #expect(unscored?.message.contains("class 'y' has no column of scores") == true)
        #expect(throws: FrameError.self) { try Self.compared(classes, .init("nowhere"), task: .multiclass) }
    }

    @Test func `without scores, groups or known words there is nothing to measure`() throws {
        #expect(throws: MetricsError.self) { try FairnessDocument.make(Self.table(), FairnessDocument.Options()) }
        #expect(throws: MetricsError.self) { try PerformanceDocument.make(Self.table(score: nil), task: .binary, costs: nil, quantile: 0.5) }
        #expect(throws: MetricsError.self) { try CalibrationDocument.make(Self.table(), binning: "odd", bins: 3) }
        #expect(throws: MetricsError.self) { try CalibrationDocument.make(Self.table(), binning: "uniform", bins: 1) }
        #expect(throws: MetricsError.self) {
            try Self.compared(Self.table(), question: "better", margin: 0)
        }
        #expect(throws: FrameError.self) { try PerformanceDocument.make(Self.table(score: "scoer"), task: .binary, costs: nil, quantile: 0.5) }
    }
}
