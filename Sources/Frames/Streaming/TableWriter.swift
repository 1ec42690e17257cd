internal import CArrow

/// Writes a Parquet file piece by piece, Zstandard-compressed. The same pieces in the same order give the same bytes. Not for use by two threads at
/// once; given up before `close`, it leaves a file that is no table.
@safe public struct TableWriter: ~Copyable {
    private let handle: OpaquePointer

    /// Makes the file, which must not exist. Row groups have `groupRows` rows, whatever the pieces. Throws `inputOutput`.
    public init(parquet path: String, groupRows: Int = 131_072) throws(FrameError) {
        precondition(groupRows > 0)
        var writer: OpaquePointer?
        var message: UnsafeMutablePointer<CChar>?
        let status = unsafe carrow_open_writer(path, Int64(groupRows), &writer, &message)
        guard status == CARROW_OK.rawValue, let writer = unsafe writer else {
            throw unsafe FrameError(status: status, message: message, operation: "write Parquet")
        }
        unsafe handle = writer
    }

    deinit { unsafe carrow_writer_free(handle) }

    /// Appends the rows of `frame`, which has the columns of the first one. Throws `noSpace`, `inputOutput`, or `unreadable` for other columns.
    public func append(_ frame: Frame) throws(FrameError) {
        let table = unsafe carrow_table_new(Int64(frame.rowCount))
        defer { unsafe carrow_table_free(table) }
        for column in frame.columns { unsafe column.add(to: table) }
        var message: UnsafeMutablePointer<CChar>?
        let status = unsafe carrow_write_next(handle, table, &message)
        guard status == CARROW_OK.rawValue else { throw unsafe FrameError(status: status, message: message, operation: "write Parquet") }
    }

    /// Ends the file. Its bytes are not synced to the disk. Throws as `append` does.
    public func close() throws(FrameError) {
        var message: UnsafeMutablePointer<CChar>?
        let status = unsafe carrow_close_writer(handle, &message)
        guard status == CARROW_OK.rawValue else { throw unsafe FrameError(status: status, message: message, operation: "write Parquet") }
    }
}
