internal import CArrow

/// The parts of a Parquet file that can be read by themselves.
public enum RowGroups {
    /// Rows of each row group, as the file's footer says. Throws `unreadable`.
    public static func rows(parquet bytes: [UInt8]) throws(FrameError) -> [Int] {
        var rows: UnsafeMutablePointer<Int64>?
        var count = 0
        var message: UnsafeMutablePointer<CChar>?
        let status = unsafe bytes.withUnsafeBufferPointer { unsafe carrow_parquet_group_rows($0.baseAddress, $0.count, &rows, &count, &message) }
        guard status == CARROW_OK.rawValue, let rows = unsafe rows else {
            throw unsafe FrameError(status: status, message: message, operation: "read Parquet")
        }
        defer { unsafe carrow_free(rows) }
        return (0..<count).map { Int(unsafe rows[$0]) }
    }

    /// The columns' names, as the file's footer says. Throws `unreadable`.
    public static func columnNames(parquet bytes: [UInt8]) throws(FrameError) -> [String] {
        var table: OpaquePointer?
        var message: UnsafeMutablePointer<CChar>?
        let status = unsafe bytes.withUnsafeBufferPointer { unsafe carrow_parquet_header($0.baseAddress, $0.count, &table, &message) }
        guard status == CARROW_OK.rawValue, let table = unsafe table else {
            throw unsafe FrameError(status: status, message: message, operation: "read Parquet")
        }
        defer { unsafe carrow_table_free(table) }
        let count = unsafe carrow_table_columns(table)
        return (0..<count).map { index in
            var length = 0
            let name = unsafe carrow_column_name(table, index, &length)
            return unsafe String(decoding: UnsafeRawBufferPointer(start: name, count: length), as: UTF8.self)
        }
    }

    /// Neighbouring groups together as long as they have at most `limit` rows; a larger group stands alone. Nil if that is the whole file.
    public static func parts(_ rows: [Int], limit: Int) -> [Range<Int>]? {
        guard rows.count > 1, rows.reduce(0, +) > limit else { return nil }
        var parts: [Range<Int>] = []
        var (start, held) = (0, 0)
        for (index, count) in rows.enumerated() {
            if held > 0, held + count > limit {
                parts.append(start..<index)
                (start, held) = (index, 0)
            }
            held += count
        }
        return parts + [start..<rows.count]
    }
}
