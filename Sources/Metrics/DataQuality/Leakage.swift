public import Frames

/// Signs that test rows tell of training rows, or features of the label.
public enum Leakage {
    /// Test rows that a training row equals in all of some columns.
    public static func duplicates(_ frame: Frame, columns: [String], train: [Int], test: [Int]) throws(FrameError) -> Int {
        var chosen: [Column] = []
        for name in columns { chosen.append(try frame.column(name)) }
        guard !chosen.isEmpty else { return 0 }
        func key(_ row: Int) -> [UInt64] { chosen.map { $0.fingerprint(of: row) } }
        let known = Set(train.map(key))
        return test.count { known.contains(key($0)) }
    }

    /// Rows that some row of another table equals in all of some columns, by their texts.
    public static func duplicates(of frame: Frame, in other: Frame, columns: [String]) throws(FrameError) -> Int {
        func keys(_ frame: Frame) throws(FrameError) -> [[String?]] {
            var texts: [[String?]] = []
            for name in columns { texts.append(try frame.column(name).texts) }
            return (0..<frame.rowCount).map { row in texts.map { $0[row] } }
        }
        let known = Set(try keys(other))
        return try keys(frame).count { known.contains($0) }
    }
}

extension Column {
    /// Equal for equal cells of one column.
    fileprivate func fingerprint(of row: Int) -> UInt64 {
        if isMissing(row) { return .max }
        return switch values {
        case .double(let all): (all[row] + 0).bitPattern
        case .integer(let all), .timestamp(let all): UInt64(bitPattern: all[row])
        case .boolean(let all): all[row] ? 1 : 0
        case .category(let codes, _): UInt64(codes[row])
        }
    }
}
