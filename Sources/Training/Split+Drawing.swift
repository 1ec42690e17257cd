internal import Basics
internal import Frames
internal import Metrics

extension Split {
    /// Test rows are drawn from each class by itself, ⌊rows × testShare + ½⌋ of its rows.
    static func stratified(_ frame: Frame, by name: String, seed: UInt64, testShare: Double) throws(TrainingError) -> Rows {
        let texts = try texts(frame, name, "stratified")
        var byClass: [[UInt8]: [Int]] = [:]
        for (row, text) in texts.enumerated() { byClass[Array(text.utf8), default: []].append(row) }
        var test: [Int] = []
        for (place, name) in byClass.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }).enumerated() {
            let own = byClass[name] ?? []
            var random = SeededRandom(seed: seed, stream: UInt64(place))
            let order = random.shuffled(own.count)
            test += order.prefix(count(own.count, testShare)).map { own[$0] }
        }
        return try parts(test, of: frame.rowCount, testShare)
    }

    /// Whole groups in an order of the seed's, each taken for the test part if that brings its size nearer to rows × testShare.
    static func grouped(_ frame: Frame, by name: String, seed: UInt64, testShare: Double) throws(TrainingError) -> Rows {
        let texts = try texts(frame, name, "grouped")
        var byGroup: [[UInt8]: [Int]] = [:]
        for (row, text) in texts.enumerated() { byGroup[Array(text.utf8), default: []].append(row) }
        guard byGroup.count > 1 else {
            throw TrainingError(.emptySplit, column: name, message: "every row is of one group of '\(name)', which cannot be in both parts")
        }
        let names = byGroup.keys.sorted { $0.lexicographicallyPrecedes($1) }
        var random = SeededRandom(seed: seed)
        let wanted = Double(frame.rowCount) * testShare
        var test: [Int] = []
        for place in random.shuffled(names.count) {
            let own = byGroup[names[place]] ?? []
            if abs(Double(test.count + own.count) - wanted) < abs(Double(test.count) - wanted) { test += own }
        }
        return try parts(test, of: frame.rowCount, testShare, column: name)
    }

    /// The last rows by time, ⌊rows × testShare + ½⌋ of them or more: rows of one time stay together.
    static func timeOrdered(_ frame: Frame, by name: String, testShare: Double) throws(TrainingError) -> Rows {
        let times = try times(frame, name)
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        let wanted = count(order.count, testShare)
        guard wanted > 0 else { return try parts([], of: order.count, testShare, column: name) }
        let first = times[order[order.count - wanted]]
        return try parts(times.indices.filter { times[$0] >= first }, of: order.count, testShare, column: name)
    }

    /// Each row's place in the order of time. Throws `missingColumn`, `wrongType` or `missingValues`.
    static func times(_ frame: Frame, _ name: String) throws(TrainingError) -> [Int64] {
        guard let column = frame[name] else {
            throw TrainingError(.missingColumn, column: name, message: "the data have no column '\(name)' to split by time")
        }
        let times: [Int64]
        switch column.values {
        case .timestamp(let all), .integer(let all): times = all
        default:
            throw TrainingError(.wrongType, column: name, message: "'\(name)' holds no times and no whole numbers to order rows by")
        }
        if let row = times.indices.first(where: column.isMissing) {
            throw TrainingError(
                .missingValues, column: name, message: "'\(name)' is missing in row \(row + 1), which then has no place in the order of time")
        }
        return times
    }

    static func count(_ rows: Int, _ testShare: Double) -> Int { Int((Double(rows) * testShare).rounded(.toNearestOrAwayFromZero)) }

    private static func texts(_ frame: Frame, _ name: String, _ what: String) throws(TrainingError) -> [String] {
        guard let column = frame[name] else {
            throw TrainingError(.missingColumn, column: name, message: "the data have no column '\(name)' for a \(what) split")
        }
        guard let texts = column.classTexts() else {
            throw TrainingError(
                .wrongType, column: name, message: "'\(name)' must hold categories, truth values or whole numbers for a \(what) split")
        }
        if let row = texts.firstIndex(of: nil) {
            throw TrainingError(
                .missingValues, column: name, message: "'\(name)' is missing in row \(row + 1), so a \(what) split has no place for it")
        }
        return texts.compactMap { $0 }
    }

    private static func parts(_ test: [Int], of count: Int, _ testShare: Double, column: String? = nil) throws(TrainingError) -> Rows {
        guard !test.isEmpty, test.count < count else {
            throw TrainingError(
                .emptySplit, column: column,
                message: "a test share of \(testShare) of \(count == 1 ? "1 row" : "\(count) rows") leaves one part without rows")
        }
        let tested = Set(test)
        return Rows(train: (0..<count).filter { !tested.contains($0) }, test: test.sorted())
    }
}
