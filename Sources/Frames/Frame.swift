/// A table in memory: named columns of equal length, in order.
public struct Frame: Hashable, Sendable {
    public let columns: [Column]
    public let rowCount: Int
    private let positions: [String: Int]

    /// Throws `duplicateColumn`, `wrongLength`, or `empty` if there is no column.
    public init(_ columns: [Column]) throws(FrameError) {
        guard let first = columns.first else {
            throw FrameError(.empty, operation: "build a table", message: "it has no columns")
        }
        var positions: [String: Int] = [:]
        for (position, column) in columns.enumerated() {
            guard positions.updateValue(position, forKey: column.name) == nil else {
                throw FrameError(
                    .duplicateColumn, operation: "build a table", column: column.name, message: "two columns are named '\(column.name)'")
            }
            guard column.count == first.count else {
                throw FrameError(
                    .wrongLength, operation: "build a table", column: column.name,
                    message: "column '\(column.name)' has \(column.count) rows, '\(first.name)' has \(first.count)")
            }
        }
        self.columns = columns
        self.rowCount = first.count
        self.positions = positions
    }

    public var columnNames: [String] { columns.map(\.name) }

    /// The column of that name, or nil.
    public subscript(_ name: String) -> Column? { positions[name].map { columns[$0] } }

    /// The column of that name. Throws `missingColumn`.
    public func column(_ name: String) throws(FrameError) -> Column {
        guard let found = self[name] else {
            throw FrameError(
                .missingColumn, operation: "read column '\(name)'", column: name,
                message: "there is no such column; the table has \(columnNames.joined(separator: ", "))")
        }
        return found
    }

    /// The named columns, in the order given. Throws `missingColumn`, `duplicateColumn` or `empty`.
    public func selecting(columns names: [String]) throws(FrameError) -> Frame {
        var picked: [Column] = []
        for name in names { picked.append(try column(name)) }
        return try Frame(picked)
    }

    /// The rows at `indices`, in their order.
    public func selecting(rows indices: [Int]) -> Frame { replacing(columns.map { $0.selecting(rows: indices) }, rowCount: indices.count) }

    /// The rows for which `isIncluded` is true.
    public func filter(_ isIncluded: (Int) throws -> Bool) rethrows -> Frame {
        selecting(rows: try (0..<rowCount).filter(isIncluded))
    }

    private init(columns: [Column], rowCount: Int, positions: [String: Int]) {
        self.columns = columns
        self.rowCount = rowCount
        self.positions = positions
    }

    private func replacing(_ columns: [Column], rowCount: Int) -> Frame {
        Frame(columns: columns, rowCount: rowCount, positions: positions)
    }
}
