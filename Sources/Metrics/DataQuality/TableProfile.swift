public import Basics
public import Frames

/// What a table's columns hold, without any of their values but the ends of numbers.
public struct TableProfile: Hashable, Sendable {
    public struct ColumnProfile: Hashable, Sendable {
        public let name: String
        public let kind: Column.Kind
        public let rows: Int
        public let missing: Int
        public let distinct: Int
        /// Of finite numbers that are there: the smallest, the largest, the mean and the standard deviation of the population.
        public let numbers: Numbers?
        /// How many values look like personal data, by kind; never which.
        public let personalData: [PersonalData: Int]

        public var missingShare: Double { rows == 0 ? 0 : Double(missing) / Double(rows) }
    }

    public struct Numbers: Hashable, Sendable {
        public let minimum: Double
        public let maximum: Double
        /// Nil where it is beyond the largest number.
        public let mean: Double?
        public let deviation: Double?
    }

    public let rows: Int
    public let columns: [ColumnProfile]

    public init(_ frame: Frame, threads: Int = 1) {
        rows = frame.rowCount
        let all = frame.columns
        columns = concurrentBlocks(all.count, threads: threads) { Self.profile(all[$0]) }
    }

    private static func profile(_ column: Column) -> ColumnProfile {
        var missing = column.missingCount
        var distinct: Int
        var numbers: Numbers?
        var personal: [PersonalData: Int] = [:]
        switch column.values {
        case .category(_, let categories):
            distinct = categories.count
            for (text, count) in column.presentCategories {
                for kind in PersonalData.kinds(in: text) { personal[kind, default: 0] += count }
            }
        case .boolean: distinct = column.presentCategories.count
        case .integer(let all), .timestamp(let all):
            let present = column.validity == nil ? all : all.indices.filter { !column.isMissing($0) }.map { all[$0] }
            distinct = Self.distinct(present)
            numbers = Self.numbers(present.map { Double($0) })
            if case .integer = column.values {
                let cards = present.count { $0 >= 1_000_000_000_000 && PersonalData.kind(of: String($0)) == .paymentCard }
                if cards > 0 { personal[.paymentCard] = cards }
            }
        case .double:
            let present = column.presentNumbers ?? []
            missing = column.count - present.count
            distinct = Self.distinct(present)
            numbers = Self.numbers(present)
        }
        return ColumnProfile(
            name: column.name, kind: column.kind, rows: column.count, missing: missing, distinct: distinct, numbers: numbers, personalData: personal)
    }

    /// Whole numbers are mostly close together: a mark for each number between the ends. Otherwise in order.
    private static func distinct(_ values: [Int64]) -> Int {
        guard let first = values.first else { return 0 }
        var (low, high) = (first, first)
        for value in values { (low, high) = (min(low, value), max(high, value)) }
        let (width, overflows) = high.subtractingReportingOverflow(low)
        guard !overflows, width < 8 * values.count + 1024 else {
            var keys = values.map { UInt64(bitPattern: $0) }
            RadixSort.sort(&keys)
            return 1 + zip(keys, keys.dropFirst()).count { $0 != $1 }
        }
        var seen = [Bool](repeating: false, count: Int(width) + 1)
        for value in values { seen[Int(value - low)] = true }
        return seen.count { $0 }
    }

    /// 0 and −0 are one number.
    private static func distinct(_ values: [Double]) -> Int {
        guard !values.isEmpty else { return 0 }
        let sorted = RadixSort.sorted(values)
        var count = 1
        for index in 1..<sorted.count where sorted[index] != sorted[index - 1] { count += 1 }
        return count
    }

    private static func numbers(_ given: [Double]) -> Numbers? {
        let values = given.allSatisfy(\.isFinite) ? given : given.filter(\.isFinite)
        guard let first = values.first else { return nil }
        var (low, high) = (first, first)
        var sum = CompensatedSum()
        for value in values {
            low = min(low, value)
            high = max(high, value)
            sum.add(value)
        }
        let mean = sum.value / Double(values.count)
        var squares = CompensatedSum()
        for value in values { squares.add((value - mean) * (value - mean)) }
        let deviation = (squares.value / Double(values.count)).squareRoot()
        return Numbers(
            minimum: low, maximum: high, mean: mean.isFinite ? mean : nil, deviation: deviation.isFinite ? deviation : nil)
    }

    public var json: JSONValue {
        .object(
            Dictionary(
                columns.map { column in
                    var members: [String: JSONValue] = [
                        "kind": .string(column.kind.rawValue), "missingShare": .double(column.missingShare), "distinct": .int(Int64(column.distinct)),
                        "personalData": .object(
                            Dictionary(uniqueKeysWithValues: column.personalData.map { ($0.key.rawValue, .int(Int64($0.value))) })),
                    ]
                    if let numbers = column.numbers {
                        members["minimum"] = .double(numbers.minimum)
                        members["maximum"] = .double(numbers.maximum)
                        members["mean"] = numbers.mean.map { .double($0) }
                        members["deviation"] = numbers.deviation.map { .double($0) }
                    }
                    return (column.name, .object(members))
                }, uniquingKeysWith: { first, _ in first }))
    }
}
