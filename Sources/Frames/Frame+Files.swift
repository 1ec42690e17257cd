internal import CArrow

extension Frame {
    /// Reads a Parquet file's bytes. `columns` picks columns by name, in that order; nil reads all of them.
    ///
    /// Throws `unreadable`, `missingColumn`, `duplicateColumn`, `unsupportedType`, or `empty` if the file has no rows.
    public static func read(parquet bytes: [UInt8], columns: [String]? = nil) throws(FrameError) -> Frame {
        try unsafe read(bytes, columns: columns, operation: "read Parquet") { data, count, names, nameCount, table, message in
            unsafe carrow_read_parquet(data, count, names, nameCount, table, message)
        }
    }

    /// Reads a CSV file's bytes: comma-separated, a header line, types inferred from all rows. An empty field, `NA`, `N/A`, `NaN` and
    /// `null` are missing unless quoted. Throws as `read(parquet:)` does.
    ///
    /// - Parameter kinds: of each of `columns`, what its fields are read as; a field that is none is an error with its row. Categories keep
    ///   the text of digits. Nil, and timestamps, are inferred.
    public static func read(csv bytes: [UInt8], columns: [String]? = nil, kinds: [Column.Kind?] = []) throws(FrameError) -> Frame {
        precondition(kinds.isEmpty || kinds.count == columns?.count, "each column that is asked for has its kind")
        let codes = (columns ?? []).indices.map { index in kinds.isEmpty ? 0 : kinds[index]?.code ?? 0 }
        return try unsafe read(bytes, columns: columns, operation: "read CSV") { data, count, names, nameCount, table, message in
            unsafe carrow_read_csv(data, count, names, nameCount, codes, table, message)
        }
    }

    /// Reads an Arrow IPC stream's or file's bytes, compressed or not. Throws as `read(parquet:)` does.
    public static func read(arrow bytes: [UInt8], columns: [String]? = nil) throws(FrameError) -> Frame {
        try unsafe read(bytes, columns: columns, operation: "read Arrow IPC") { data, count, names, nameCount, table, message in
            unsafe carrow_read_ipc(data, count, names, nameCount, table, message)
        }
    }

    /// The table as a Parquet file's bytes; equal tables give equal bytes.
    ///
    /// - Parameter metadata: of the file's schema, by name.
    public func writeParquet(metadata: [String: String] = [:]) throws(FrameError) -> [UInt8] {
        try unsafe write(operation: "write Parquet", metadata: metadata) { table, bytes, count, message in
            unsafe carrow_write_parquet(table, bytes, count, message)
        }
    }

    /// The table as the bytes of an Arrow IPC stream of one batch, categories as plain texts; equal tables give equal bytes.
    public func writeArrow() throws(FrameError) -> [UInt8] {
        try unsafe write(operation: "write Arrow IPC") { table, bytes, count, message in unsafe carrow_write_ipc(table, bytes, count, message) }
    }

    private typealias Writer = (
        OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, UnsafeMutablePointer<Int>,
        UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) -> Int32

    private func write(operation: String, metadata: [String: String] = [:], _ writer: Writer) throws(FrameError) -> [UInt8] {
        let table = unsafe carrow_table_new(Int64(rowCount))
        defer { unsafe carrow_table_free(table) }
        for column in columns { unsafe column.add(to: table) }
        for (name, text) in metadata.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            unsafe carrow_table_add_note(table, name, text, text.utf8.count)
        }
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        var message: UnsafeMutablePointer<CChar>?
        let status = unsafe writer(table, &bytes, &count, &message)
        guard status == CARROW_OK.rawValue else { throw unsafe FrameError(status: status, message: message, operation: operation) }
        defer { unsafe carrow_free(bytes) }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    private typealias Reader = (
        UnsafePointer<UInt8>?, Int, UnsafePointer<CChar>?, Int, UnsafeMutablePointer<OpaquePointer?>,
        UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) -> Int32

    /// All columns of a Parquet or CSV file that can be read, and the others by name with their types, such as lists: for looks at a table that name no column. Throws as `read(parquet:)`
    /// does, or `unsupportedType` where no column can be read.
    public static func readSupported(_ bytes: [UInt8], isCSV: Bool) throws(FrameError) -> (frame: Frame, unsupported: [(name: String, type: String)])
    {
        var unsupported: [(name: String, type: String)] = []
        let operation = isCSV ? "read CSV" : "read Parquet"
        var frame: Frame?
        do {
            frame = try unsafe read(bytes, columns: nil, operation: operation) { data, count, _, _, table, message in
                let status = unsafe carrow_read_supported(data, count, isCSV ? 1 : 0, table, message)
                guard status == CARROW_OK.rawValue, let read = unsafe table.pointee else { return status }
                for index in 0..<(unsafe carrow_table_skipped(read)) {
                    var (nameLength, typeLength) = (0, 0)
                    let name = unsafe String(copying: carrow_skipped_name(read, index, &nameLength), count: nameLength)
                    unsupported.append((name, unsafe String(copying: carrow_skipped_type(read, index, &typeLength), count: typeLength)))
                }
                return status
            }
        } catch {
            guard error.code == .empty, let first = unsupported.first else { throw error }
            throw FrameError(
                .unsupportedType, operation: operation, message: "there is no support for any of its types, such as \(first.type) of '\(first.name)'")
        }
        guard let frame else { throw FrameError(.empty, operation: operation, message: "the file has no rows") }
        return (frame, unsupported)
    }

    private static func read(_ bytes: [UInt8], columns: [String]?, operation: String, _ reader: Reader) throws(FrameError) -> Frame {
        if columns?.isEmpty == true { throw FrameError(.empty, operation: operation, message: "no column was asked for") }
        var table: OpaquePointer?
        var message: UnsafeMutablePointer<CChar>?
        if let impossible = columns?.first(where: { $0.utf8.contains(0) }) {
            throw FrameError(.missingColumn, operation: operation, column: impossible, message: "no column's name has a zero byte in it")
        }
        let names = columns?.flatMap { Array($0.utf8CString) } ?? []
        let status = unsafe bytes.withUnsafeBufferPointer { data in
            unsafe reader(data.baseAddress, data.count, names, columns?.count ?? 0, &table, &message)
        }
        guard status == CARROW_OK.rawValue, let table = unsafe table else {
            throw unsafe FrameError(status: status, message: message, operation: operation)
        }
        defer { unsafe carrow_table_free(table) }
        var read: [Column] = []
        for index in 0..<(unsafe carrow_table_columns(table)) { unsafe read.append(Column(table: table, index: index)) }
        let frame = try Frame(read)
        guard frame.rowCount > 0 else { throw FrameError(.empty, operation: operation, message: "the file has no rows") }
        return frame
    }
}

extension Column.Kind {
    var code: UInt8 {
        switch self {
        case .integer: UInt8(CARROW_INTEGER.rawValue)
        case .double: UInt8(CARROW_DOUBLE.rawValue)
        case .boolean: UInt8(CARROW_BOOLEAN.rawValue)
        case .category: UInt8(CARROW_CATEGORY.rawValue)
        case .timestamp: UInt8(CARROW_TIMESTAMP.rawValue)
        }
    }
}

extension FrameError {
    /// Takes over and frees `message`.
    init(status: Int32, message: UnsafeMutablePointer<CChar>?, operation: String) {
        let text = unsafe message.map { unsafe String(cString: $0) } ?? "no reason was given"
        unsafe carrow_free(message)
        switch UInt32(bitPattern: status) {
        case CARROW_MISSING_COLUMN.rawValue:
            self.init(.missingColumn, operation: operation, column: text, message: "there is no column '\(text)'")
        case CARROW_DUPLICATE_COLUMN.rawValue:
            self.init(.duplicateColumn, operation: operation, column: text, message: "column '\(text)' comes twice")
        case CARROW_UNSUPPORTED_TYPE.rawValue:
            self.init(.unsupportedType, operation: operation, message: "there is no support for type \(text)")
        case CARROW_BAD_FIELD.rawValue:
            let parts = text.split(separator: "\n", maxSplits: 1).map { String($0) }
            self.init(.unreadable, operation: operation, column: parts.first, message: parts.last ?? text)
        case CARROW_IO.rawValue:
            let isFull = text.contains("No space left") || text.contains("quota exceeded") || text.contains("File too large")
            self.init(isFull ? .noSpace : .inputOutput, operation: operation, message: text)
        default: self.init(.unreadable, operation: operation, message: text)
        }
    }
}

extension Column {
    init(table: OpaquePointer, index: Int) {
        let rows = Int(unsafe carrow_table_rows(table))
        var length = 0
        let name = unsafe String(copying: carrow_column_name(table, index, &length), count: length)
        let hasMissing = unsafe carrow_column_has_missing(table, index) != 0
        let flags = hasMissing ? unsafe copy(carrow_column_validity(table, index), rows, as: UInt8.self) : []
        let data = unsafe carrow_column_values(table, index)
        let values: Values
        switch UInt32(bitPattern: unsafe carrow_column_kind(table, index)) {
        case CARROW_INTEGER.rawValue: values = .integer(unsafe copy(data, rows, as: Int64.self))
        case CARROW_DOUBLE.rawValue: values = .double(unsafe copy(data, rows, as: Double.self))
        case CARROW_BOOLEAN.rawValue: values = .boolean(unsafe copy(data, rows, as: UInt8.self).map { $0 != 0 })
        case CARROW_TIMESTAMP.rawValue: values = .timestamp(unsafe copy(data, rows, as: Int64.self))
        default:
            let categories = (0..<(unsafe carrow_column_category_count(table, index))).map { position in
                var length = 0
                return unsafe String(copying: carrow_column_category(table, index, position, &length), count: length)
            }
            values = .category(codes: unsafe copy(data, rows, as: Int32.self), categories: categories)
        }
        self.init(name, values, validity: hasMissing ? flags.map { $0 != 0 } : nil)
    }

    func add(to table: OpaquePointer?) {
        let flags = validity.map { $0.map { $0 ? UInt8(1) : 0 } } ?? [UInt8](repeating: 1, count: count)
        switch values {
        case .integer(let all): unsafe carrow_table_add(table, name, Int32(CARROW_INTEGER.rawValue), all, flags)
        case .double(let all): unsafe carrow_table_add(table, name, Int32(CARROW_DOUBLE.rawValue), all, flags)
        case .boolean(let all):
            unsafe carrow_table_add(table, name, Int32(CARROW_BOOLEAN.rawValue), all.map { $0 ? UInt8(1) : 0 }, flags)
        case .timestamp(let all): unsafe carrow_table_add(table, name, Int32(CARROW_TIMESTAMP.rawValue), all, flags)
        case .category(let codes, let categories):
            unsafe carrow_table_add(table, name, Int32(CARROW_CATEGORY.rawValue), codes, flags)
            for category in categories { unsafe carrow_table_add_category(table, category, category.utf8.count) }
        }
    }
}

private func copy<Element>(_ data: UnsafeRawPointer?, _ count: Int, as type: Element.Type) -> [Element] {
    guard let data = unsafe data, count > 0 else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: data.assumingMemoryBound(to: type), count: count))
}

extension String {
    init(copying text: UnsafePointer<CChar>?, count: Int) {
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: count)
        self = unsafe String(decoding: bytes, as: UTF8.self)
    }
}
