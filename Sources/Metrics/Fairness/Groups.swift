public import Frames

/// Which group each row belongs to.
public struct Groups: Hashable, Sendable {
    /// The group of rows whose attribute is missing.
    public static let missing = "(missing)"
    /// Beyond it, an attribute names rows rather than groups.
    public static let maximum = 10_000

    /// `sex`, or `sex,race` of attributes that are crossed.
    public let attribute: String
    /// By their UTF-8 bytes, the missing one last.
    public let names: [String]
    /// One for each row, into `names`.
    public let codes: [Int32]

    /// The groups of a column of categories, truth values or whole numbers; of numbers where `edges` divide them: below the first, from one to below the next,
    /// from the last on.
    ///
    /// Throws `wrongType` for a column that does not fall into groups, `tooManyGroups`, or `invalidOption` for edges that do not ascend.
    public init(_ column: Column, edges: [Double]? = nil) throws(MetricsError) {
        var names: [String]
        var codes: [Int32]
        if let edges {
            (names, codes) = try Self.binned(column, edges)
        } else {
            switch column.values {
            case .category(let all, let categories): (names, codes) = (categories, all)
            case .boolean(let all): (names, codes) = (["false", "true"], all.map { $0 ? 1 : 0 })
            case .integer(let all):
                let distinct = Set(all.indices.filter { !column.isMissing($0) }.map { all[$0] })
                try Self.check(distinct.count, column.name)
                let sorted = distinct.map { ($0, String($0)) }.sorted { $0.1.utf8.lexicographicallyPrecedes($1.1.utf8) }
                let places = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1.0, Int32($0)) })
                names = sorted.map(\.1)
                codes = all.map { places[$0] ?? 0 }
            case .double where column.missingCount == column.count: (names, codes) = ([], [Int32](repeating: 0, count: column.count))
            case .double, .timestamp:
                throw MetricsError(
                    .wrongType,
                    message: "attribute '\(column.name)' is a \(column.kind.rawValue) column, whose values form groups only between declared edges")
            }
        }
        try Self.check(names.count, column.name)
        if let validity = column.validity, validity.contains(false) {
            if names.contains(Self.missing) {
                throw MetricsError(
                    .invalidOption,
                    message:
                        "'\(column.name)' has missing values and a value '\(Self.missing)', which is what their group is called; rename the value")
            }
            let missing = Int32(names.count)
            names.append(Self.missing)
            for row in codes.indices where !validity[row] { codes[row] = missing }
        }
        try self.init(column.name, names, codes)
    }

    /// Every combination of groups that some row has: `Female,Black`. A comma within a group's name is written `\,`, so that no two combinations look alike.
    public init(crossing parts: [Groups]) throws(MetricsError) {
        precondition(!parts.isEmpty && parts.allSatisfy { $0.codes.count == parts[0].codes.count })
        var combined = parts[0].codes.map { Int64($0) }
        for part in parts.dropFirst() {
            for row in combined.indices { combined[row] = combined[row] * Int64(part.names.count) + Int64(part.codes[row]) }
        }
        let distinct = Set(combined)
        let attribute = parts.map(\.attribute).joined(separator: ",")
        try Self.check(distinct.count, attribute)
        let named = distinct.map { code -> (Int64, String) in
            var (rest, names) = (code, [String]())
            for part in parts.reversed() {
                names.append(Self.escaped(part.names[Int(rest % Int64(part.names.count))]))
                rest /= Int64(part.names.count)
            }
            return (code, names.reversed().joined(separator: ","))
        }.sorted { $0.1.utf8.lexicographicallyPrecedes($1.1.utf8) }
        let places = Dictionary(uniqueKeysWithValues: named.enumerated().map { ($1.0, Int32($0)) })
        try self.init(attribute, named.map(\.1), combined.map { places[$0] ?? 0 })
    }

    /// The rows of each group, ascending, by the groups' places in `names`.
    public var members: [[Int]] {
        var members = [[Int]](repeating: [], count: names.count)
        for (row, code) in codes.enumerated() { members[Int(code)].append(row) }
        return members
    }

    private static func escaped(_ name: String) -> String {
        name.contains(",") || name.contains("\\") ? name.replacing("\\", with: "\\\\").replacing(",", with: "\\,") : name
    }

    /// Throws `invalidOption` for names that differ in their bytes only and are the same to a reader: `é` as one code point and as two.
    private init(_ attribute: String, _ names: [String], _ codes: [Int32]) throws(MetricsError) {
        var seen: Set<String> = []
        if let twin = names.first(where: { !seen.insert($0).inserted }) {
            throw MetricsError(
                .invalidOption,
                message: "'\(attribute)' has two groups that are both read as '\(twin)' and differ in their Unicode form only; make them one (NFC)")
        }
        self.attribute = attribute
        self.names = names
        self.codes = codes
    }

    private static func check(_ count: Int, _ name: String) throws(MetricsError) {
        guard count <= maximum else {
            throw MetricsError(.tooManyGroups, message: "attribute '\(name)' has \(count) groups, more than \(maximum)")
        }
    }

    private static func binned(_ column: Column, _ edges: [Double]) throws(MetricsError) -> ([String], [Int32]) {
        guard !edges.isEmpty, zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }), edges.allSatisfy(\.isFinite) else {
            throw MetricsError(.invalidOption, message: "the edges of '\(column.name)' do not ascend")
        }
        let values: [Double]
        switch column.values {
        case .integer(let all): values = all.map { Double($0) }
        case .double(let all): values = all
        default: throw MetricsError(.wrongType, message: "'\(column.name)' is a \(column.kind.rawValue) column, which edges do not divide")
        }
        func text(_ edge: Double) -> String { edge == edge.rounded() && abs(edge) < 1e15 ? String(Int64(edge)) : String(edge) }
        var names = ["below \(text(edges[0]))"]
        for (low, high) in zip(edges, edges.dropFirst()) { names.append("\(text(low)) to below \(text(high))") }
        names.append("from \(text(edges[edges.count - 1]))")
        guard let unordered = values.indices.first(where: { values[$0].isNaN && !column.isMissing($0) }) else {
            return (names, values.map { value in Int32(edges.count { $0 <= value }) })
        }
        throw MetricsError(.wrongType, message: "row \(unordered + 1) of '\(column.name)' is NaN")
    }
}
