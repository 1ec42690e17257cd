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
        public let mean: Double
        public let deviation: Double
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
            let present = column.validity == nil ? all : column.present(all)
            (distinct, numbers) = NumberProfile.of(present)
            if case .integer = column.values {
                let cards = present.count { $0 >= 1_000_000_000_000 && PersonalData.kind(of: String($0)) == .paymentCard }
                if cards > 0 { personal[.paymentCard] = cards }
            }
        case .double:
            let present = column.presentNumbers ?? []
            missing = column.count - present.count
            (distinct, numbers) = NumberProfile.of(present)
        }
        return ColumnProfile(
            name: column.name, kind: column.kind, rows: column.count, missing: missing, distinct: distinct, numbers: numbers, personalData: personal)
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
                        members["mean"] = .double(numbers.mean)
                        members["deviation"] = .double(numbers.deviation)
                    }
                    return (column.name, .object(members))
                }, uniquingKeysWith: { first, _ in first }))
    }
}
