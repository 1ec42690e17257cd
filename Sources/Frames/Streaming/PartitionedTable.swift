internal import Foundation

/// A table that lies in one file or in the files of a folder. Folders named `key=value` (as Hive and Spark write them) give a column each.
public struct PartitionedTable: Hashable, Sendable {
    public struct Partition: Hashable, Sendable {
        /// Below the table's root; for a single file its name.
        public let name: String
        public let format: TableReader.Format
        /// The columns of its folders, outermost first; nil is missing.
        public let values: [String: String?]

        /// Reads keys and format out of a path below the table's root; nil unless it ends as a table does.
        ///
        /// - Parameter format: what the files are, whatever their names.
        public init?(name: String, format: TableReader.Format? = nil) {
            guard let format = format ?? Self.format(of: name) else { return nil }
            self.name = name
            self.format = format
            var values: [String: String?] = [:]
            for part in name.split(separator: "/").dropLast() {
                guard let equals = part.firstIndex(of: "="), equals != part.startIndex else { continue }
                let text = Self.decoded(part[part.index(after: equals)...])
                values[Self.decoded(part[..<equals])] = .some(text == Self.missing ? nil : text)
            }
            self.values = values
        }

        /// What Hive names the folder of rows whose key is missing.
        private static let missing = "__HIVE_DEFAULT_PARTITION__"

        private static func decoded(_ text: Substring) -> String { text.removingPercentEncoding ?? String(text) }

        public static func format(of name: String) -> TableReader.Format? {
            TableReader.Format.allCases.first { name.hasSuffix(".\($0.rawValue)") }
        }

        /// A column of this partition's value of `key` for `rows` rows, read as `kind`; nil if its folders have no such key.
        ///
        /// Throws `wrongType` for a value that is not of that kind.
        public func column(_ key: String, as kind: Column.Kind, rows: Int) throws(FrameError) -> Column? {
            guard let value = values[key] else { return nil }
            guard let text = value else {
                return kind == .category
                    ? Column(key, texts: Array(repeating: nil, count: rows)) : Column(key, doubles: Array(repeating: nil, count: rows))
            }
            switch kind {
            case .category: return Column(key, .category(codes: Array(repeating: 0, count: rows), categories: [text]))
            case .integer: if let number = Int64(text) { return Column(key, .integer(Array(repeating: number, count: rows))) }
            case .double: if let number = Double(text) { return Column(key, .double(Array(repeating: number, count: rows))) }
            case .boolean: if let flag = Bool(text) { return Column(key, .boolean(Array(repeating: flag, count: rows))) }
            case .timestamp: break
            }
            throw FrameError(
                .wrongType, operation: "read the partition \(name)", column: key, message: "the folder's '\(key)=\(text)' is no \(kind.rawValue)")
        }
    }

    /// The file, or the folder.
    public let root: String
    public let isFolder: Bool
    /// In the order of their names' bytes.
    public let partitions: [Partition]

    /// Lists a table's files. Names that begin with `.` or `_` are not data. `format` is for a single file with another ending.
    ///
    /// Throws `inputOutput` for what is not there, `unreadable` for a folder with a file that is no table or with files of both formats, or `empty`.
    public init(at path: String, format: TableReader.Format? = nil) throws(FrameError) {
        let operation = "list the data"
        var flag: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &flag) else {
            throw FrameError(.inputOutput, operation: operation, message: "there is no file or folder '\(path)'")
        }
        root = path
        isFolder = flag.boolValue
        guard isFolder else {
            let name = path.split(separator: "/").last.map { String($0) } ?? path
            guard let only = Partition(name: name, format: format) else {
                throw FrameError(.unreadable, operation: operation, message: "'\(path)' ends neither in .parquet nor in .csv, so say its format")
            }
            partitions = [only]
            return
        }
        var names: [String] = []
        try Self.collect(path, "", into: &names)
        partitions = try Self.partitions(names, root: path, format: format)
    }

    /// The partitions among names below `root`, checked as `init(at:)` checks them.
    public static func partitions(_ names: [String], root: String, format: TableReader.Format? = nil) throws(FrameError) -> [Partition] {
        let operation = "list the data"
        var found: [Partition] = []
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            if name.split(separator: "/").contains(where: { $0.hasPrefix(".") || $0.hasPrefix("_") && !$0.contains("=") }) { continue }
            guard let partition = Partition(name: name, format: format) else {
                throw FrameError(
                    .unreadable, operation: operation,
                    message: "'\(root)/\(name)' is neither .parquet nor .csv; names that begin with '_' are passed over")
            }
            found.append(partition)
        }
        guard let first = found.first else { throw FrameError(.empty, operation: operation, message: "the folder '\(root)' holds no table") }
        if let other = found.first(where: { $0.format != first.format }) {
            throw FrameError(
                .unreadable, operation: operation,
                message: "'\(root)' holds Parquet and CSV files ('\(first.name)' and '\(other.name)'): one data set has one format")
        }
        if let other = found.first(where: { Set($0.values.keys) != Set(first.values.keys) }) {
            throw FrameError(
                .unreadable, operation: operation,
                message: "the folders of '\(first.name)' and '\(other.name)' in '\(root)' have different keys")
        }
        return found
    }

    private static func collect(_ root: String, _ prefix: String, into names: inout [String]) throws(FrameError) {
        let folder = prefix.isEmpty ? root : "\(root)/\(prefix)"
        let entries: [String]
        do { entries = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            throw FrameError(.inputOutput, operation: "list the data", message: "the folder '\(folder)' cannot be read")
        }
        for entry in entries {
            let name = prefix.isEmpty ? entry : "\(prefix)/\(entry)"
            var flag: ObjCBool = false
            if unsafe FileManager.default.fileExists(atPath: "\(root)/\(name)", isDirectory: &flag), flag.boolValue {
                if !entry.hasPrefix("."), !entry.hasPrefix("_") || entry.contains("=") { try collect(root, name, into: &names) }
            } else {
                names.append(name)
            }
        }
    }

    public func path(of partition: Partition) -> String { isFolder ? "\(root)/\(partition.name)" : root }
}
