import Basics
import Execution
import Foundation
import Frames
import Planning
import Steps
import Storage
import TestSupport
import Testing

@Suite struct TableStepTests {
    let store: FileStore
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        store = FileStore(at: folder.path)
    }

    func run(_ runner: any StepRunner, _ parameters: JSONValue, _ tables: [String: Frame], threads: Int = 1) async throws(StepFailure) -> [String:
        Frame]
    {
        let step = Step(name: "s", kind: runner.kind, parameters: parameters, inputs: [:], outputs: [])
        do {
            let inputs = try tables.mapValues { try store.put(try $0.writeParquet()) }
            let outputs = try await runner.run(StepWork(step: step, inputs: inputs, store: store, threads: threads) { _ in })
            return try outputs.mapValues { try Frame.read(parquet: try store.read($0)) }
        } catch let failure as StepFailure {
            throw failure
        } catch {
            throw StepFailure(.store, "\(error)")
        }
    }

    func message(_ runner: any StepRunner, _ parameters: JSONValue, _ tables: [String: Frame]) async -> String {
        do throws(StepFailure) {
            _ = try await run(runner, parameters, tables)
            return "no failure"
        } catch {
            return error.message
        }
    }

    static let table: Frame = {
        do {
            return try Frame([
                Column("n", integers: [1, 2, nil, 4, 5]), Column("x", doubles: [0.5, nil, 1.5, .infinity, -2]),
                Column("c", texts: ["a", "b", nil, "a", "c"]), Column("t", .timestamp([0, 1_000_000, 2_500_000, -1, 5_000_000])),
                Column("odd name", booleans: [true, false, true, nil, false]), Column("y", doubles: [1, 2, 3, 4, 5]),
            ])
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    @Test func `drift of times alone names no largest distance, and that of others beside them does`() async throws {
        func evidence(_ features: [String]) async throws -> JSONValue {
            let columns: JSONValue = [["name": "t", "type": "timestamp", "role": "feature"], ["name": "y", "type": "float", "role": "feature"]]
            let parameters: JSONValue = ["table": ["columns": columns], "features": .array(features.map { .string($0) })]
            let step = Step(name: "s", kind: .dataDrift, parameters: parameters, inputs: [:], outputs: [])
            let moved = try Frame(Self.table.columns.map { $0.name == "t" ? Column("t", .timestamp((0..<5).map { 1_000_000_000 + $0 })) : $0 })
            let inputs = try ["before": Self.table, "after": moved].mapValues { try store.put(try $0.writeParquet()) }
            let outputs = try await DataDriftStep().run(StepWork(step: step, inputs: inputs, store: store, threads: 1) { _ in })
            return try JSONValue(parsing: try store.read(try #require(outputs["evidence"])))
        }
        let times = try await evidence(["t"])
        #expect(times["largest"] == nil && times["missing"] == ["column": "t", "value": 0.0])
        #expect(try await evidence(["t", "y"])["largest"] == ["column": "y", "value": 0.0])
    }

    @Test(arguments: [
        ("row.y > 2.0", [2, 3, 4]), ("row.c == 'a'", [0, 3]), ("row.c != null && row.c != 'a'", [1, 4]), ("row.n == null || row.n > 3", [2, 3, 4]),
        ("row['odd name'] == true", [0, 2]), ("row.`odd name` == null", [3]), ("row.t >= timestamp('1970-01-01T00:00:01Z')", [1, 2, 4]),
        ("row.y * 2.0 - 1.0 >= 5.0 && !(row.y == 5.0)", [2, 3]), ("row.x != null && row.x < 1.0", [0, 4]), ("row.c in ['b', 'c']", [1, 4]),
        ("size(row) == 6 && row.y < 3.0", [0, 1]),
    ])
    func `a filter keeps the rows that its expression is true of`(text: String, rows: [Int]) async throws {
        for threads in [1, 2, 4] {
            let made = try await run(FilterStep(), ["where": .string(text)], ["table": Self.table], threads: threads)
            #expect(made["table"] == Self.table.selecting(rows: rows))
        }
    }

    @Test func `times of years that CEL does not know are as missing, down to the first that there is`() async throws {
        let table = try Frame([Column("t", .timestamp([.min, 0, .max]))])
        #expect(try await run(FilterStep(), ["where": "row.t == null"], ["table": table])["table"] == table.selecting(rows: [0, 2]))
    }

    @Test(arguments: [
        ("row.x < 1.0", "row 2 of 5", "'x' is missing there"), ("row.n / 0 == 1", "row 1 of 5", "divi"), ("row.gone > 1", "'gone'", "n, x, c"),
        ("row.n", "row 1 of 5", "boolean is wanted"), ("row.c == 'z'", "no row is left", ""),
        ("row.n == null ? null : true", "row 3 of 5", "neither"),
    ])
    func `an expression that fails says on which row, and why`(text: String, first: String, second: String) async {
        let message = await message(FilterStep(), ["where": .string(text)], ["table": Self.table])
        #expect(message.contains(first) && (second.isEmpty || message.contains(second)), "\(message)")
    }

    @Test func `derived columns follow one another, replace and drop`() async throws {
        let made = try await run(
            DeriveStep(),
            [
                "columns": [
                    ["name": "double", "type": "float", "expression": "row.y * 2.0"],
                    ["name": "more", "type": "integer", "expression": "row.n == null ? null : row.n + 1"],
                    ["name": "y", "type": "float", "expression": "row.double + 0.5"],
                    ["name": "word", "type": "category", "expression": "row.c == null ? 'none' : row.c + '!'"],
                    ["name": "when", "type": "timestamp", "expression": "row.t + duration('1s')"],
                    ["name": "scaled", "type": "float", "expression": "row.n == null ? 0 : row.n * int(parameters.factor)"],
                ], "drop": ["x", "double"], "parameters": ["factor": 10],
            ], ["table": Self.table])
        let table = try #require(made["table"])
        #expect(table.columnNames == ["n", "c", "t", "odd name", "y", "more", "word", "when", "scaled"])
        #expect(table["y"]?.values == .double([2.5, 4.5, 6.5, 8.5, 10.5]))
        #expect(table["more"] == Column("more", integers: [2, 3, nil, 5, 6]))
        #expect(table["word"] == Column("word", texts: ["a!", "b!", "none", "a!", "c!"]))
        #expect(table["when"]?.values == .timestamp([1_000_000, 2_000_000, 3_500_000, 999_999, 6_000_000]))
        #expect(table["scaled"]?.values == .double([10, 20, 0, 40, 50]))
    }

    /// Whole columns at once give what each row by itself gives.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `the column kernel agrees with the evaluator`(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let rows = 300
        let values: [Double] = (0..<rows).map { _ in
            switch random.next(below: 8) {
            case 0: .nan
            case 1: .infinity
            case 2: -0.0
            default: random.nextUnit() * 10 - 5
            }
        }
        let frame = try Frame([
            Column("a", doubles: values), Column("b", doubles: values.reversed().map { $0 + 1 }),
            Column("n", integers: (0..<rows).map { Int64($0 % 7) - 3 }), Column("f", booleans: (0..<rows).map { $0 % 3 == 0 }),
        ])
        func number(_ depth: Int) -> String {
            switch random.next(below: depth > 0 ? 7 : 3) {
            case 0: return "row.a"
            case 1: return "row.b"
            case 2: return "\(Double(random.next(below: 9)) - 4.0)"
            case 3: return "(\(number(depth - 1)) + \(number(depth - 1)))"
            case 4: return "(\(number(depth - 1)) / \(number(depth - 1)))"
            case 5: return "(\(number(depth - 1)) * \(number(depth - 1)))"
            default: return "double(row.n)"
            }
        }
        func truth(_ depth: Int) -> String {
            switch random.next(below: depth > 0 ? 7 : 3) {
            case 0: return "(\(number(2)) < \(number(2)))"
            case 1: return "(row.n >= \(random.next(below: 4)))"
            case 2: return "row.f"
            case 3: return "(\(truth(depth - 1)) && \(truth(depth - 1)))"
            case 4: return "(\(truth(depth - 1)) || \(truth(depth - 1)))"
            case 5: return "!\(truth(depth - 1))"
            default: return "(\(number(1)) != \(number(1)))"
            }
        }
        for _ in 0..<12 {
            let expression = truth(3)
            // A comprehension is nothing that the kernel knows, and changes no value.
            let slow = "[1].all(one, \(expression))"
            func derive(_ text: String) async throws -> Frame? {
                try await run(DeriveStep(), ["columns": [["name": "v", "type": "boolean", "expression": .string(text)]]], ["table": frame])["table"]
            }
            #expect(try await derive(expression) == derive(slow), "seed \(seed): \(expression)")
        }
    }

    @Test func `a join keeps the left table's order, and says who has several partners`() async throws {
        let left = try Frame([Column("k", texts: ["b", "a", nil, "z", "a"]), Column("v", integers: [1, 2, 3, 4, 5])])
        let right = try Frame([
            Column("k", texts: ["a", "b", nil, "c"]), Column("v", doubles: [0.1, 0.2, 0.3, 0.4]), Column("w", booleans: [true, false, true, nil]),
        ])
        let inner = try await run(JoinStep(), ["on": ["k"], "how": "inner", "suffix": "_r"], ["left": left, "right": right])
        let expected = try Frame([
            Column("k", texts: ["b", "a", "a"]), Column("v", integers: [1, 2, 5]), Column("v_r", doubles: [0.2, 0.1, 0.1]),
            Column("w", booleans: [false, true, true]),
        ])
        #expect(inner["table"] == expected)
        let outer = try await run(JoinStep(), ["on": ["k"], "how": "left", "suffix": "_r"], ["left": left, "right": right])
        #expect(outer["table"]?["v_r"] == Column("v_r", doubles: [0.2, 0.1, nil, nil, 0.1]))
        #expect(outer["table"]?["w"] == Column("w", booleans: [false, true, nil, nil, true]))
        let twice = try Frame([Column("k", texts: ["a", "a"]), Column("w", integers: [1, 2])])
        #expect(
            await message(JoinStep(), ["on": ["k"]], ["left": left, "right": twice]).contains(
                "row 2 of the left table has 2 partners by k: rows 1 and 2"))
        let many = try await run(JoinStep(), ["on": ["k"], "expect": "many"], ["left": left, "right": twice])
        #expect(many["table"]?["w"] == Column("w", integers: [1, 2, 1, 2]))
        let numbers = try Frame([Column("k", integers: [1]), Column("w", integers: [1])])
        #expect(await message(JoinStep(), ["on": ["k"]], ["left": left, "right": numbers]).contains("'k' holds category in one table"))
        #expect(await message(JoinStep(), ["on": ["q"]], ["left": left, "right": right]).contains("has no column 'q'"))
        let none = try Frame([Column("k", texts: ["y"]), Column("u", integers: [1])])
        #expect(await message(JoinStep(), ["on": ["k"]], ["left": left, "right": none]).contains("no row of the left table has a partner"))
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func `a join is what comparing every pair of rows gives`(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        func table(_ rows: Int, _ name: String) throws -> Frame {
            try Frame([
                Column("a", integers: (0..<rows).map { _ in random.next(below: 5) == 0 ? nil : Int64(random.next(below: 4)) }),
                Column("b", doubles: (0..<rows).map { _ in [0.0, -0.0, 1.5, .nan][Int(random.next(below: 4))] }),
                Column(name, integers: (0..<rows).map { Int64($0) }),
            ])
        }
        let (left, right) = (try table(60, "left"), try table(50, "right"))
        let made = try await run(JoinStep(), ["on": ["a", "b"], "expect": "many", "how": "left"], ["left": left, "right": right])
        func key(_ frame: Frame, _ row: Int) -> [Double]? {
            guard let a = frame["a"], let b = frame["b"], !a.isMissing(row), case .integer(let integers) = a.values,
                case .double(let doubles) = b.values,
                !doubles[row].isNaN
            else { return nil }
            return [Double(integers[row]), doubles[row]]
        }
        var expected: [[Int64?]] = []
        for row in 0..<left.rowCount {
            let partners = key(left, row).map { key in (0..<right.rowCount).filter { self.equal(key, keyOf(right, $0)) } } ?? []
            if partners.isEmpty { expected.append([Int64(row), nil]) }
            for partner in partners { expected.append([Int64(row), Int64(partner)]) }
        }
        func keyOf(_ frame: Frame, _ row: Int) -> [Double]? { key(frame, row) }
        let table = try #require(made["table"])
        #expect(table["left"] == Column("left", integers: expected.map { $0[0] }), "seed \(seed)")
        #expect(table["right"] == Column("right", integers: expected.map { $0[1] }), "seed \(seed)")
    }

    private func equal(_ one: [Double], _ other: [Double]?) -> Bool { other.map { one == $0 } ?? false }

    @Test func `a split that fails speaks of splitting, not of training`() async {
        let message = await message(SplitStep(), ["stratified": ["by": "c", "seed": 1, "testShare": 0.4]], ["table": Self.table])
        #expect(message.hasPrefix("cannot split: 'c' is missing in row 3"), "\(message)")
    }

    @Test func `a split gives two tables that have every row`() async throws {
        let frame = try Frame([Column("i", integers: (0..<100).map { Int64($0) })])
        let made = try await run(SplitStep(), ["random": ["seed": 3, "testShare": 0.2]], ["table": frame])
        #expect(made["test"]?.rowCount == 20 && made["train"]?.rowCount == 80)
        let again = try await run(SplitStep(), ["random": ["seed": 3, "testShare": 0.2]], ["table": frame], threads: 4)
        #expect(made == again)
    }
}
