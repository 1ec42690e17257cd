public import Basics
public import Frames

/// What a column of a data set must be.
public struct DataExpectation: Hashable, Sendable {
    public enum Rule: Hashable, Sendable {
        /// At most this share of the rows is missing.
        case missing(atMost: Double)
        case range(minimum: Double?, maximum: Double?)
        case oneOf([String])
        /// No value twice.
        case unique
        /// No value less than the one before it, in the order of the rows.
        case ascending
        /// The column is of this kind.
        case kind(Column.Kind)
        /// Some moment is this late or later, in microseconds since 1970: the data are fresh.
        case newest(atLeast: Int64)
        /// Every value is one of another column's (of this table or another), by its text.
        case references(Column)
    }

    /// What was found.
    public struct Outcome: Hashable, Sendable {
        public let holds: Bool
        /// Rows that are against it; for `missing` those that are missing.
        public let violations: Int
        /// The first row against it, from 1.
        public let firstRow: Int?

        public init(holds: Bool, violations: Int, firstRow: Int?) {
            self.holds = holds
            self.violations = violations
            self.firstRow = firstRow
        }

        public var json: JSONValue {
            JSONValue.object([
                "holds": .bool(holds), "violations": .int(Int64(violations)), "firstRow": firstRow.map { .int(Int64($0)) } ?? .null,
            ]).droppingNulls
        }
    }

    public let rule: Rule

    public init(_ rule: Rule) { self.rule = rule }

    /// Missing values are against `missing` only.
    ///
    /// Throws `wrongType` for a rule that such a column cannot have.
    public func check(_ column: Column) throws(MetricsError) -> Outcome {
        var violations: [Int] = []
        switch rule {
        case .missing(let share):
            violations = (0..<column.count).filter { column.isMissing($0) }
            let holds = Double(violations.count) <= share * Double(column.count)
            return Outcome(holds: holds, violations: violations.count, firstRow: violations.first.map { $0 + 1 })
        case .range(let minimum, let maximum):
            let numbers = try Self.numbers(column)
            violations = numbers.indices.filter { row in
                !column.isMissing(row)
                    && (numbers[row].isNaN || minimum.map { numbers[row] < $0 } ?? false || maximum.map { numbers[row] > $0 } ?? false)
            }
        case .oneOf(let allowed):
            let groups = try Groups(column)
            let known = groups.names.map { allowed.contains($0) }
            violations = groups.codes.indices.filter { !column.isMissing($0) && !known[Int(groups.codes[$0])] }
        case .kind(let kind):
            return Outcome(holds: column.kind == kind, violations: column.kind == kind ? 0 : column.count, firstRow: column.kind == kind ? nil : 1)
        case .newest(let moment):
            guard case .timestamp(let all) = column.values else {
                throw MetricsError(.wrongType, message: "'\(column.name)' is a \(column.kind.rawValue) column, not moments")
            }
            let holds = all.indices.contains { !column.isMissing($0) && all[$0] >= moment }
            return Outcome(holds: holds, violations: holds ? 0 : 1, firstRow: nil)
        case .references(let other):
            let known = Set(other.texts.compactMap { $0.map { Array($0.utf8) } })
            let texts = column.texts
            violations = texts.indices.filter { row in texts[row].map { !known.contains(Array($0.utf8)) } ?? false }
        case .unique:
            let keys = try Self.keys(column)
            var seen: Set<UInt64> = []
            violations = keys.indices.filter { !column.isMissing($0) && !seen.insert(keys[$0]).inserted }
        case .ascending:
            let numbers = try Self.numbers(column)
            var previous = -Double.infinity
            for row in numbers.indices where !column.isMissing(row) {
                if !(numbers[row] >= previous) { violations.append(row) } else { previous = numbers[row] }
            }
        }
        return Outcome(holds: violations.isEmpty, violations: violations.count, firstRow: violations.first.map { $0 + 1 })
    }

    private static func numbers(_ column: Column) throws(MetricsError) -> [Double] {
        switch column.values {
        case .double(let all): return all
        case .integer(let all), .timestamp(let all): return all.map { Double($0) }
        case .boolean, .category: throw MetricsError(.wrongType, message: "'\(column.name)' is a \(column.kind.rawValue) column, not numbers")
        }
    }

    private static func keys(_ column: Column) throws(MetricsError) -> [UInt64] {
        switch column.values {
        case .double(let all): all.map { ($0 + 0).bitPattern }
        case .integer(let all), .timestamp(let all): all.map { UInt64(bitPattern: $0) }
        case .boolean(let all): all.map { $0 ? 1 : 0 }
        case .category(let codes, _): codes.map { UInt64($0) }
        }
    }
}

extension Column {
    /// Every cell as text, nil where it is missing; numbers of either kind that are equal have equal texts.
    var texts: [String?] {
        func text(_ row: Int) -> String {
            switch values {
            case .integer(let all), .timestamp(let all): String(all[row])
            case .double(let all): Int64(exactly: all[row]).map { String($0) } ?? String(all[row])
            case .boolean(let all): String(all[row])
            case .category(let codes, let categories): categories[Int(codes[row])]
            }
        }
        return (0..<count).map { isMissing($0) ? nil : text($0) }
    }
}
