import Basics
import CEL
import Execution
import Frames
import Planning

/// A CEL expression over the rows of a table.
///
/// Worked out on whole columns where `ColumnKernel` can, on each distinct text where one category column is read, and row by row otherwise: with the
/// same values and the same first error in every case.
struct RowExpression {
    private let text: String
    private let expression: CheckedExpression
    /// Nil: it may read any column.
    private let names: [String]?
    private let shared: [String: Value]

    init(_ text: String, parameters: JSONValue) throws(StepFailure) {
        self.text = text
        switch StageExpressions.row.compile(text) {
        case .success(let compiled): expression = compiled
        case .failure(let failure):
            throw StepFailure(.input, "the expression '\(text)': \(failure.issues.map(\.message).joined(separator: "; "))")
        }
        names = StageExpressions.columns(of: expression.ast).map { Array(Set($0.map(\.name))).sorted() }
        shared = [
            "parameters": StageExpressions.value(parameters["parameters"] ?? [:]), "matrix": StageExpressions.value(parameters["matrix"] ?? [:]),
        ]
    }

    /// The rows for which it is true, ascending.
    func holds(on frame: Frame, threads: Int) throws(StepFailure) -> [Int] {
        let column = try column("where", type: "boolean", on: frame, threads: threads)
        guard case .boolean(let flags) = column.values else { preconditionFailure("a boolean column was asked for") }
        if let row = column.validity?.firstIndex(of: false) {
            throw failure(row: row, "it is neither true nor false", frame)
        }
        return flags.indices.filter { flags[$0] }
    }

    /// Its values as a column of a type that a Dataset could declare. A whole number where a float is wanted becomes one; null is missing.
    func column(_ name: String, type: String, on frame: Frame, threads: Int) throws(StepFailure) -> Column {
        let used = try usedColumns(of: frame)
        if let kernel = ColumnKernel(expression.ast, columns: used, rows: frame.rowCount), let column = kernel.column(name, type: type) {
            return column
        }
        if used.count == 1, case .category(let codes, let categories) = used[0].values, categories.count < frame.rowCount, categories.count > 0 {
            return try perCategory(name, type, used[0], codes, categories, frame)
        }
        return try perRow(name, type, used, frame, threads)
    }

    private func usedColumns(of frame: Frame) throws(StepFailure) -> [Column] {
        guard let names else { return frame.columns }
        var used: [Column] = []
        for name in names {
            guard let column = frame[name] else {
                throw StepFailure(
                    .input, "the expression '\(text)' reads the column '\(name)', and the table has \(frame.columnNames.joined(separator: ", "))")
            }
            used.append(column)
        }
        return used
    }

    private static let blockRows = 8192

    private func perRow(_ name: String, _ type: String, _ used: [Column], _ frame: Frame, _ threads: Int) throws(StepFailure) -> Column {
        let rows = frame.rowCount
        let blocks = (rows + Self.blockRows - 1) / Self.blockRows
        let results = concurrentBlocks(blocks, threads: threads) { block -> (DerivedValues, (row: Int, problem: String)?) in
            var values = DerivedValues(type)
            for row in block * Self.blockRows..<min(rows, (block + 1) * Self.blockRows) {
                if let problem = evaluate(used.map { ($0.name, Value(of: $0, row: row)) }, into: &values) { return (values, (row, problem)) }
            }
            return (values, nil)
        }
        var all = DerivedValues(type)
        for (values, problem) in results {
            if let problem { throw failure(row: problem.row, problem.problem, frame) }
            all.append(values)
        }
        return all.column(name)
    }

    /// Each text is tried once, and the missing value, if there is one.
    private func perCategory(
        _ name: String, _ type: String, _ column: Column, _ codes: [Int32], _ categories: [String], _ frame: Frame
    ) throws(StepFailure) -> Column {
        var firstRows = [Int](repeating: -1, count: categories.count + 1)
        for row in codes.indices {
            let slot = column.isMissing(row) ? categories.count : Int(codes[row])
            if firstRows[slot] < 0 { firstRows[slot] = row }
        }
        var values = DerivedValues(type)
        var problems: [(row: Int, problem: String)] = []
        for slot in firstRows.indices {
            guard firstRows[slot] >= 0 else {
                values.appendMissing()
                continue
            }
            let value: Value = slot < categories.count ? .string(categories[slot]) : .null
            if let problem = evaluate([(column.name, value)], into: &values) {
                problems.append((firstRows[slot], problem))
                values.appendMissing()
            }
        }
        if let first = problems.min(by: { $0.row < $1.row }) { throw failure(row: first.row, first.problem, frame) }
        return values.column(name).selecting(rows: codes.indices.map { column.isMissing($0) ? categories.count : Int(codes[$0]) })
    }

    /// What is wrong with the value; nil if it was added.
    private func evaluate(_ row: [(String, Value)], into values: inout DerivedValues) -> String? {
        var bindings = shared
        bindings["row"] = .map(MapValue(row))
        do throws(CELEvaluationError) {
            let value = try expression.evaluate(bindings)
            return values.append(value) ? nil : "it gives \(value.description), and \(values.type) is wanted"
        } catch {
            let missing = row.filter { if case .null = $0.1 { true } else { false } }.map { "'\($0.0)'" }
            guard !missing.isEmpty, error.code == .noSuchOverload else { return error.message }
            return
                "\(error.message); \(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") missing there, which the expression can test with '== null'"
        }
    }

    private func failure(row: Int, _ problem: String, _ frame: Frame) -> StepFailure {
        StepFailure(.input, "the expression '\(text)' fails on row \(row + 1) of \(frame.rowCount): \(problem)")
    }
}
