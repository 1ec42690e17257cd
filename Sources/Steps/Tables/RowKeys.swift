import Frames

/// Numbers for the combinations of values in some columns, the same for equal combinations of two tables.
struct RowKeys {
    /// One a row; −1 where a value is missing, or NaN: that equals nothing.
    let left: [Int32]
    let right: [Int32]
    let count: Int

    /// Why two columns cannot be compared.
    struct Mismatch: Error {
        let message: String
    }

    private struct Pair: Hashable {
        let key: Int32
        let value: Int64
    }

    /// Numbers in the order in which they are asked for, so that no order of a dictionary shows.
    private struct Numbering {
        private(set) var count = 0
        private var numbers: [Pair: Int32] = [:]
        /// The least value and a place for each from it on, where the key is always 0 and values lie close together.
        private var near: (least: Int64, places: [Int32])?

        /// - Parameter values: all that may be asked for with the key 0; nil if there are other keys.
        init(_ values: [[Int64?]]?) {
            guard let values else { return }
            var (least, greatest, present) = (Int64.max, Int64.min, 0)
            for case let value? in values.joined() { (least, greatest, present) = (min(least, value), max(greatest, value), present + 1) }
            let (span, overflow) = greatest.subtractingReportingOverflow(least)
            guard present > 0, !overflow, span < 4 * present else { return }
            near = (least, Array(repeating: -1, count: Int(span) + 1))
        }

        mutating func number(of pair: Pair) -> Int32 {
            if let least = near?.least {
                let place = Int(pair.value - least)
                if let known = near?.places[place], known >= 0 { return known }
                near?.places[place] = Int32(count)
            } else {
                if let known = numbers[pair] { return known }
                numbers[pair] = Int32(count)
            }
            count += 1
            return Int32(count - 1)
        }
    }

    init(left: [Column], right: [Column]) throws(Mismatch) {
        precondition(left.count == right.count && !left.isEmpty)
        var keys = (left: [Int32](repeating: 0, count: left[0].count), right: [Int32](repeating: 0, count: right[0].count))
        var count = 1
        for (one, other) in zip(left, right) {
            let (first, second) = try Self.values(one, other)
            var numbers = Numbering(count == 1 ? [first, second] : nil)
            func number(_ keys: inout [Int32], _ values: [Int64?]) {
                for row in keys.indices where keys[row] >= 0 {
                    guard let value = values[row] else {
                        keys[row] = -1
                        continue
                    }
                    keys[row] = numbers.number(of: Pair(key: keys[row], value: value))
                }
            }
            number(&keys.left, first)
            number(&keys.right, second)
            count = numbers.count
        }
        (self.left, self.right, self.count) = (keys.left, keys.right, count)
    }

    /// Whole numbers that are equal where the columns' values are.
    private static func values(_ left: Column, _ right: Column) throws(Mismatch) -> ([Int64?], [Int64?]) {
        func present(_ column: Column, _ values: [Int64]) -> [Int64?] {
            guard column.validity != nil else { return values }
            return values.indices.map { column.isMissing($0) ? nil : values[$0] }
        }
        switch (left.values, right.values) {
        case (.integer(let one), .integer(let other)), (.timestamp(let one), .timestamp(let other)):
            return (present(left, one), present(right, other))
        case (.boolean(let one), .boolean(let other)):
            return (present(left, one.map { $0 ? 1 : 0 }), present(right, other.map { $0 ? 1 : 0 }))
        case (.double(let one), .double(let other)):
            // Negative zero equals zero.
            func bits(_ column: Column, _ values: [Double]) -> [Int64?] {
                values.indices.map { row in
                    column.isMissing(row) || values[row].isNaN ? nil : Int64(bitPattern: (values[row] == 0 ? 0 : values[row]).bitPattern)
                }
            }
            return (bits(left, one), bits(right, other))
        case (.category(let one, let names), .category(let other, let others)):
            var numbers: [[UInt8]: Int64] = [:]
            for name in names + others where numbers[Array(name.utf8)] == nil { numbers[Array(name.utf8)] = Int64(numbers.count) }
            let (first, second) = (names.map { numbers[Array($0.utf8)] ?? 0 }, others.map { numbers[Array($0.utf8)] ?? 0 })
            return (
                one.indices.map { left.isMissing($0) ? nil : first[Int(one[$0])] },
                other.indices.map { right.isMissing($0) ? nil : second[Int(other[$0])] }
            )
        default:
            throw Mismatch(
                message:
                    "'\(left.name)' holds \(TableParameters.typeName(left.kind)) in one table, and '\(right.name)' \(TableParameters.typeName(right.kind)) in the other"
            )
        }
    }
}

extension Column {
    /// The rows at `indices`, in their order; −1 gives a missing value.
    func gathering(_ indices: [Int], as name: String) -> Column {
        guard indices.contains(-1) else { return selecting(rows: indices).renamed(name) }
        let picked = selecting(rows: indices.map { max($0, 0) })
        return Column(name, picked.values, validity: indices.indices.map { indices[$0] >= 0 && !picked.isMissing($0) })
    }
}
