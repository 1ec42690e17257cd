internal import CArrow

/// Reads a Parquet or CSV file piece by piece: what is in memory at one time is one piece, whatever the size of the file. Not for use by two
/// threads at once.
@safe public struct TableReader: ~Copyable {
    public enum Format: String, Hashable, Sendable, CaseIterable { case parquet, csv }

    public struct ColumnHeader: Hashable, Sendable {
        public let name: String
        /// Nil for a type that there is no support for, or that only the values will tell.
        public let kind: Column.Kind?
    }

    /// The columns that it gives, in order.
    public let columns: [ColumnHeader]
    /// Rows of each row group of the whole Parquet file; empty for CSV.
    public let groupRows: [Int]
    private let handle: OpaquePointer
    private let operation: String

    /// - Parameters:
    ///   - columns: by name, in that order; nil reads all.
    ///   - groups: of a Parquet file's row groups; nil reads all.
    ///   - batchRows: the most rows of a piece.
    ///
    /// Throws `unreadable`, `missingColumn`, `duplicateColumn`, `unsupportedType` or `inputOutput`.
    public init(parquet path: String, columns: [String]? = nil, groups: Range<Int>? = nil, batchRows: Int = 65_536) throws(FrameError) {
        precondition(batchRows > 0 && groups?.lowerBound ?? 0 >= 0)
        let names = try Self.encoded(columns, operation: "read Parquet")
        try unsafe self.init(operation: "read Parquet") { reader, message in
            unsafe carrow_open_parquet(
                path, names, columns?.count ?? 0, groups?.lowerBound ?? 0, groups.map { Int64($0.count) } ?? -1, Int64(batchRows), reader, message)
        }
    }

    /// - Parameters:
    ///   - kinds: of each of `columns`, what its fields are read as; nil is inferred from the first block, and a later field that is something else is an
    ///     error. Without `columns` all are inferred so.
    ///   - blockBytes: text that is read at a time; a row must fit into it.
    ///
    /// Fields are as in `Frame.read(csv:)`. Throws as `init(parquet:)` does.
    public init(csv path: String, columns: [String]? = nil, kinds: [Column.Kind?] = [], blockBytes: Int = 8 << 20) throws(FrameError) {
        precondition(kinds.isEmpty || kinds.count == columns?.count, "each column that is asked for has its kind")
        let names = try Self.encoded(columns, operation: "read CSV")
        let codes = (columns ?? []).indices.map { index in kinds.isEmpty ? 0 : kinds[index]?.code ?? 0 }
        try unsafe self.init(operation: "read CSV") { reader, message in
            unsafe carrow_open_csv(path, names, columns?.count ?? 0, codes, Int32(blockBytes), reader, message)
        }
    }

    private typealias Open = (UnsafeMutablePointer<OpaquePointer?>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32

    private init(operation: String, _ open: Open) throws(FrameError) {
        var reader: OpaquePointer?
        var message: UnsafeMutablePointer<CChar>?
        let status = unsafe open(&reader, &message)
        guard status == CARROW_OK.rawValue, let reader = unsafe reader else {
            throw unsafe FrameError(status: status, message: message, operation: operation)
        }
        self.operation = operation
        unsafe handle = reader
        var headers: [ColumnHeader] = []
        for index in 0..<(unsafe carrow_reader_columns(reader)) {
            var length = 0
            var kind: Int32 = 0
            let name = unsafe String(copying: carrow_reader_column(reader, index, &length, &kind), count: length)
            headers.append(ColumnHeader(name: name, kind: Column.Kind(code: UInt8(kind))))
        }
        columns = headers
        groupRows = (0..<(unsafe carrow_reader_group_count(reader))).map { Int(unsafe carrow_reader_group_rows(reader, $0)) }
    }

    private static func encoded(_ columns: [String]?, operation: String) throws(FrameError) -> [CChar] {
        if columns?.isEmpty == true { throw FrameError(.empty, operation: operation, message: "no column was asked for") }
        if let impossible = columns?.first(where: { $0.utf8.contains(0) }) {
            throw FrameError(.missingColumn, operation: operation, column: impossible, message: "no column's name has a zero byte in it")
        }
        return columns?.flatMap { Array($0.utf8CString) } ?? []
    }

    deinit { unsafe carrow_reader_free(handle) }

    /// The next piece, which has at least one row; nil at the end. Each piece's categories are those in use in it.
    public func next() throws(FrameError) -> Frame? {
        while true {
            var table: OpaquePointer?
            var message: UnsafeMutablePointer<CChar>?
            let status = unsafe carrow_read_next(handle, &table, &message)
            guard status == CARROW_OK.rawValue else { throw unsafe FrameError(status: status, message: message, operation: operation) }
            guard let table = unsafe table else { return nil }
            defer { unsafe carrow_table_free(table) }
            guard unsafe carrow_table_rows(table) > 0 else { continue }
            var read: [Column] = []
            for index in 0..<(unsafe carrow_table_columns(table)) { unsafe read.append(Column(table: table, index: index)) }
            return try Frame(read)
        }
    }
}

extension Column.Kind {
    fileprivate init?(code: UInt8) {
        guard let kind = Column.Kind.allCases.first(where: { $0.code == code }) else { return nil }
        self = kind
    }
}
