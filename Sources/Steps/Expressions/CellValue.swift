import Basics
import CEL
import Frames

extension Value {
    /// What a cell of a table is in CEL; null where it is missing.
    init(of column: Column, row: Int) {
        guard !column.isMissing(row) else {
            self = .null
            return
        }
        self =
            switch column.values {
            case .double(let all): .double(all[row])
            case .integer(let all): .int(all[row])
            case .boolean(let all): .bool(all[row])
            case .category(let codes, let categories): .string(categories[Int(codes[row])])
            case .timestamp(let all): Self.moment(microseconds: all[row])
            }
    }

    /// Null where CEL knows no such year.
    private static func moment(microseconds: Int64) -> Value {
        let (seconds, rest) = microseconds.floorDivided(by: 1_000_000)
        return Timestamp(seconds: seconds, nanoseconds: Int32(rest) * 1000).map { .timestamp($0) } ?? .null
    }
}
