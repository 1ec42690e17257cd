internal import Basics
internal import Frames
internal import Metrics

/// How training rows are divided for out-of-fold encoding: as the model is validated, since a row that another hangs together with tells what that one's label is.
struct EncodingFolds {
    /// Groups that stay together; nil: rows stand alone.
    private(set) var groups: [Int]?
    /// Times, of which only earlier ones may tell; nil: no row is earlier.
    private(set) var times: [Int64]?

    /// Throws `missingColumn`, `wrongType` or `missingValues` for a column that rows cannot be divided by.
    init(_ dependence: TrainingPlan.Dependence?, _ frame: Frame) throws(TrainingError) {
        switch dependence {
        case .grouped(let name): groups = try frame.groups(name).codes.map { Int($0) }
        case .timeOrdered(let name): times = try Split.times(frame, name)
        case nil: break
        }
    }

    /// Every row is held once. Of times, the earliest stretch has none before it: its rows are encoded by one another, never by later ones.
    ///
    /// Throws `folds` for too few rows, groups or times.
    func folds(_ count: Int, rows: Int, _ random: inout SeededRandom) throws(TrainingError) -> [Fold] {
        if let groups { return try FoldPlan(.grouped, count: count, seed: random.next()).folds(rows: rows, .init(groups: groups)) }
        guard let times else { return Self.dealt(Array(0..<rows), count, &random) }
        let later = try FoldPlan(.timeOrdered, count: count).folds(rows: rows, .init(times: times))
        let first = later[0].train
        guard first.count > 1 else {
            throw TrainingError(.folds, message: "\(count) stretches of time leave the earliest with one row, which nothing can be encoded by")
        }
        return Self.dealt(first, min(count, first.count), &random) + later
    }

    private static func dealt(_ rows: [Int], _ count: Int, _ random: inout SeededRandom) -> [Fold] {
        var order = rows
        for place in stride(from: rows.count - 1, to: 0, by: -1) { order.swapAt(place, Int(random.next(below: UInt64(place + 1)))) }
        return (0..<count).map { fold in
            Fold(
                repetition: 0, train: order.indices.filter { $0 % count != fold }.map { order[$0] }.sorted(),
                held: order.indices.filter { $0 % count == fold }.map { order[$0] }.sorted())
        }
    }
}
