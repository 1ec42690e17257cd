internal import Basics
public import Frames

/// How rows are divided into those a model is trained on and those it is tested on.
public enum Split: Hashable, Sendable {
    /// By a column's value. Rows with another value, or none, are in neither part.
    case column(String, train: String, test: String)
    /// Exactly ⌊rows × testShare + ½⌋ rows, drawn without replacement, are the test part.
    case random(seed: UInt64, testShare: Double)
    /// As random, from each class of a column by itself.
    case stratified(by: String, seed: UInt64, testShare: Double)
    /// Whole groups of a column: no group is in both parts.
    case grouped(by: String, seed: UInt64, testShare: Double)
    /// The last rows by a column of times.
    case timeOrdered(by: String, testShare: Double)

    /// Row numbers, ascending.
    public struct Rows: Hashable, Sendable {
        public let train: [Int]
        public let test: [Int]
    }

    private var testShare: Double? {
        switch self {
        case .column: nil
        case .random(_, let share), .stratified(_, _, let share), .grouped(_, _, let share), .timeOrdered(_, let share): share
        }
    }

    /// Throws `missingColumn`, `wrongType`, `missingValues`, `invalidSetting`, or `emptySplit` if either part has no rows.
    public func resolve(_ frame: Frame) throws(TrainingError) -> Rows {
        if let testShare, !(testShare > 0 && testShare < 1) {
            throw TrainingError(.invalidSetting, message: "the test share must lie between 0 and 1, it is \(testShare)")
        }
        let rows: Rows
        switch self {
        case .column(let name, let train, let test):
            guard let column = frame[name] else {
                throw TrainingError(.missingColumn, column: name, message: "the data have no split column '\(name)'")
            }
            guard train != test else {
                throw TrainingError(.invalidSetting, column: name, message: "training and test rows both have '\(train)' in '\(name)'")
            }
            guard let texts = column.classTexts() else {
                throw TrainingError(
                    .wrongType, column: name, message: "split column '\(name)' must hold categories, truth values or whole numbers")
            }
            rows = Rows(train: texts.indices.filter { texts[$0] == train }, test: texts.indices.filter { texts[$0] == test })
            for (part, value) in [(rows.train, train), (rows.test, test)] where part.isEmpty {
                throw TrainingError(.emptySplit, column: name, message: "no row has '\(value)' in the split column '\(name)'")
            }
        case .random(let seed, let testShare):
            let count = Self.count(frame.rowCount, testShare)
            guard count > 0, count < frame.rowCount else {
                throw TrainingError(
                    .emptySplit,
                    message:
                        "a test share of \(testShare) of \(frame.rowCount == 1 ? "1 row" : "\(frame.rowCount) rows") leaves one part without rows")
            }
            rows = Self.draw(count, of: frame.rowCount, seed: seed)
        case .stratified(let name, let seed, let testShare): rows = try Self.stratified(frame, by: name, seed: seed, testShare: testShare)
        case .grouped(let name, let seed, let testShare): rows = try Self.grouped(frame, by: name, seed: seed, testShare: testShare)
        case .timeOrdered(let name, let testShare): rows = try Self.timeOrdered(frame, by: name, testShare: testShare)
        }
        return rows
    }

    /// The first `count` places of a Fisher–Yates shuffle (Durstenfeld 1964), written out because the standard library's may change.
    private static func draw(_ count: Int, of total: Int, seed: UInt64) -> Rows {
        var random = SeededRandom(seed: seed)
        var order = Array(0..<total)
        for place in 0..<count { order.swapAt(place, place + Int(random.next(below: UInt64(total - place)))) }
        return Rows(train: order[count...].sorted(), test: order[..<count].sorted())
    }
}
