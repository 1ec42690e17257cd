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

    /// How well a column alone tells the label: the area under its ROC curve, in whichever direction is better; missing values below all others. Categories by the label's rate
    /// of `train` rows, measured on `test` rows. Nil where the rows are of one class.
    public static func area(of column: Column, labels: [Bool], train: [Int], test: [Int]) -> Double? {
        let scores: [Double]
        switch column.values {
        case .double(let all): scores = test.map { column.isMissing($0) || all[$0].isNaN ? -.infinity : all[$0] }
        case .integer(let all), .timestamp(let all): scores = test.map { column.isMissing($0) ? -.infinity : Double(all[$0]) }
        case .boolean, .category:
            let groups: Groups
            do throws(MetricsError) {
                groups = try Groups(column)
            } catch {
                // More categories than rows can tell anything of.
                return nil
            }
            var counts = [(positives: Double, rows: Double)](repeating: (0, 0), count: groups.names.count)
            for row in train {
                counts[Int(groups.codes[row])].rows += 1
                if labels[row] { counts[Int(groups.codes[row])].positives += 1 }
            }
            scores = test.map { (counts[Int(groups.codes[$0])].positives + 0.5) / (counts[Int(groups.codes[$0])].rows + 1) }
        }
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        var (wins, below, positives) = (0, 0, 0)
        var start = 0
        while start < order.count {
            var end = start
            var tied = (positives: 0, negatives: 0)
            while end < order.count, scores[order[end]] == scores[order[start]] {
                if labels[test[order[end]]] { tied.positives += 1 } else { tied.negatives += 1 }
                end += 1
            }
            wins += tied.positives * (2 * below + tied.negatives)
            below += tied.negatives
            positives += tied.positives
            start = end
        }
        guard positives > 0, below > 0 else { return nil }
        let area = Double(wins) / Double(2 * positives * below)
        return max(area, 1 - area)
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
