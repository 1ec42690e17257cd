import Basics
import Frames
import Models
import Testing

@Suite struct ONNXPredictorTests {
    @Test func `a classifier that fills gaps has one output, also where every row that is seen has a gap and zeros tell nothing`() throws {
        let (a, b) = (Column("a", doubles: (1...80).map { Double($0) / 80 }), Column("b", doubles: (1...80).map { $0 > 70 ? 0.5 : nil }))
        for frame in [try Frame([a, b]), try Frame([a, Column("b", doubles: Array(repeating: 0.5, count: 80))])] {
            let predictor = try ONNXPredictor(ONNXFixtures.model("gaps"), frames: [frame])
            #expect(predictor.outputNames == ["1"] && predictor.columnNames.count == 2)
        }
    }

    @Test(
        arguments: [
            ("logistic", "probabilities", 1, OutputScale.probability), ("zipmap", "output_probability", 1, .probability),
            ("lightgbm", "probabilities", 1, .probability),
            ("regressor", "variable", 0, nil), ("network", "score", 0, nil), ("network-double", "score", 0, nil),
        ] as [(String, String, Int, OutputScale?)])
    func `a model with one input is fed the table's columns`(_ name: String, output: String, column: Int, scale: OutputScale?) throws {
        let frame = try ONNXFixtures.frame(ONNXFixtures.rows(name))
        let predictor = try ONNXPredictor(ONNXFixtures.model(name), frames: [frame])
        let expected = try ONNXFixtures.output(name, output).map { $0[column] }
        #expect(try predictor.predict(frame) == expected)
        let rows = try EncodedRows(frame, schema: predictor.schema)
        #expect(try predictor.predict(rows.values, count: rows.rowCount) == expected)
        #expect(predictor.rawScale == scale)
        #expect(predictor.outputCount == 1)
    }

    @Test func `a model of several classes has an output for each, or the one that is asked for`() throws {
        let frame = try ONNXFixtures.frame(ONNXFixtures.rows("zipmap-names"))
        let all = try ONNXPredictor(ONNXFixtures.model("zipmap-names"), frames: [frame])
        #expect(all.outputNames == ["high", "low", "middle"])
        let expected = try ONNXFixtures.output("zipmap-names", "output_probability")
        #expect(try all.predict(frame) == expected.flatMap { $0 })
        let one = try ONNXPredictor(ONNXFixtures.model("zipmap-names"), frames: [frame], options: .init(outputColumn: 2))
        #expect(try one.predict(frame) == expected.map { $0[2] })
        #expect(throws: ModelError.self) { try ONNXPredictor(ONNXFixtures.model("zipmap-names"), frames: [frame], options: .init(outputColumn: 3)) }
    }

    @Test func `a model with an input a column is fed by names, texts included`() throws {
        let people = try ONNXFixtures.people()
        let model = try ONNXFixtures.model("columns")
        let predictor = try ONNXPredictor(model, frames: [people])
        #expect(predictor.schema.names == ["age", "income", "job", "town"])
        let expected = try ONNXFixtures.output("columns", "probabilities").map { $0[1] }
        #expect(try predictor.predict(people) == expected)
        let rows = try EncodedRows(people, schema: predictor.schema)
        #expect(try predictor.predict(rows.values, count: rows.rowCount) == expected)
        // A text that no table had when the predictor was made is still the text that the model sees.
        let other = try Frame([
            Column("town", texts: ["Basel"]), Column("income", doubles: [50]), Column("job", texts: ["pilot"]), Column("age", integers: [40]),
        ])
        #expect(try predictor.predict(other)[0] > 0)
    }

    @Test func `a row's bits depend neither on the rows beside it nor on threads`() throws {
        for name in ["network", "network-double", "network-fixed", "forest", "regressor", "lightgbm"] {
            let rows = try ONNXFixtures.rows("network")
            var random = SeededRandom(seed: 9)
            let many = (0..<9001).map { _ in rows[0].map { $0 + Double(random.nextUnit()) * 3 - 1.5 } }
            let frame = try ONNXFixtures.frame(many)
            let predictor = try ONNXPredictor(ONNXFixtures.model(name), frames: [frame])
            let whole = try predictor.predict(frame)
            #expect(try predictor.predict(frame, threads: 4) == whole)
            let width = predictor.outputCount
            for row in [0, 1, 5, 8191, 8192, 9000] {
                #expect(try predictor.predict(many[row], count: 1) == Array(whole[(row * width)..<((row + 1) * width)]), "\(name) row \(row)")
            }
            for (start, count) in [(3, 2), (17, 7), (100, 9), (8000, 1001)] {
                let part = try predictor.predict(many[start..<(start + count)].flatMap { $0 }, count: count)
                #expect(part == Array(whole[(start * width)..<((start + count) * width)]), "\(name) rows \(start)+\(count)")
            }
        }
    }

    @Test(arguments: ["logistic", "zipmap", "lightgbm"])
    func `what a model gives is the model's, whatever its first rows lack`(_ name: String) throws {
        let rows = try ONNXFixtures.rows(name)
        let gaps = try ONNXFixtures.frame(rows.map { [.nan] + $0.dropFirst() })
        let predictor = try ONNXPredictor(ONNXFixtures.model(name), frames: [gaps])
        #expect(predictor.outputNames == ["1"])
        #expect(predictor.rawScale == .probability)
    }

    @Test func `a number that 32 bits do not hold is refused with its row, not scored as infinity`() throws {
        var rows = try ONNXFixtures.rows("network")
        rows[3][1] = 3.5e38
        let message = "feature 'x1' is infinite or beyond ±3.4e38 in row 4, and input 'features' takes float"
        do {
            _ = try ONNXPredictor(ONNXFixtures.model("network"), frames: [ONNXFixtures.frame(rows)])
            Issue.record("passed")
        } catch { #expect((error as? ModelError)?.message == message) }
        let predictor = try ONNXPredictor(ONNXFixtures.model("network"), frames: [ONNXFixtures.frame([[0, 0, 0, 0]])])
        do {
            _ = try predictor.predict(ONNXFixtures.frame(rows))
            Issue.record("passed")
        } catch { #expect((error as? ModelError)?.message == message) }
        // Double inputs hold it.
        #expect(throws: Never.self) { try ONNXPredictor(ONNXFixtures.model("network-double"), frames: [ONNXFixtures.frame(rows)]) }
    }

    @Test func `what does not fit is refused with what to do`() throws {
        let people = try ONNXFixtures.people()
        let numbers = try ONNXFixtures.frame(ONNXFixtures.rows("network"))
        func message(_ name: String, _ frame: Frame, _ options: ONNXPredictor.Options = .init()) -> String {
            do { _ = try ONNXPredictor(ONNXFixtures.model(name), frames: [frame], options: options) } catch {
                return (error as? ModelError)?.message ?? ""
            }
            return "passed"
        }
        let wider = try Frame(numbers.columns + [Column("label", booleans: numbers.columns[0].doubles.map { $0 > 0 })])
        #expect(
            message("logistic", wider) == "input 'X' takes 4 columns and does not name them, while the table has 5: say which columns, in order")
        #expect(message("logistic", wider, .init(columns: ["X": ["x0", "x1"]])) == "input 'X' takes 4 columns, and 2 are given for it")
        #expect(message("logistic", wider, .init(columns: ["X": ["x0", "x1", "x1", "x3"]])) == "column 'x1' is given twice for input 'X'")
        #expect(message("logistic", wider, .init(columns: ["Y": ["x0"]])) == "columns are given for input 'Y', but its inputs are 'X'")
        #expect(message("logistic", wider, .init(columns: ["X": ["x0", "x1", "x2", "age"]])) == "the data have no column 'age'")
        #expect(message("logistic", wider, .init(columns: ["X": ["x0", "x1", "x2", "label"]])) == "passed")
        #expect(message("columns", numbers) == "the data have no column 'age'")
        #expect(message("image", numbers) == "input 'x: float[n × 8 × 8]' has 3 axes, and a table has rows × columns")
        #expect(message("half", numbers).contains("takes no columns: only float, double"))
        #expect(message("logistic", numbers, .init(output: "score")).contains("it has no output 'score'"))
        let texts = try Frame(people.columns.filter { $0.name != "income" } + [Column("income", texts: people.columns[0].doubles.map { _ in "low" })])
        #expect(message("columns", texts) == "column 'income' has category, but input 'income' takes float")
        let gap = try Frame(people.columns.filter { $0.name != "job" } + [Column("job", texts: [nil] + Array(repeating: "clerk", count: 39))])
        #expect(message("columns", gap) == "feature 'job' is missing in row 1, and ONNX has no missing string")
        let fraction = try Frame(people.columns.filter { $0.name != "age" } + [Column("age", doubles: Array(repeating: 40.5, count: 40))])
        #expect(message("columns", fraction) == "feature 'age' is 40.5 in row 1, and input 'age' takes int64")
    }
}

extension Column {
    /// One number a row, whatever the column has.
    fileprivate var doubles: [Double] {
        switch values {
        case .double(let all): all
        case .integer(let all): all.map { Double($0) }
        default: Array(repeating: 0, count: count)
        }
    }
}
