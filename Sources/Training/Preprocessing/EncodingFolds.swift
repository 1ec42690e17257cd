internal import Basics
internal import Frames
internal import Metrics

/// How training rows are divided for out-of-fold encoding: as the model is validated, since a row that another hangs together with tells what that one's label is.
struct EncodingFolds {
    /// Groups that stay together; nil: rows stand alone.
    private(set) var groups: [Int]?
    /// Times, of which only earlier ones may tell; nil: no row is earlier.
    private(set) var times: [Int64]?
    /// Rows that judge early stopping: they are encoded by all others, and nothing is by them, or they would judge what they told.
    private let judging: [Int]

    /// Throws `missingColumn`, `wrongType` or `missingValues` for a column that rows cannot be divided by.
    init(_ dependence: TrainingPlan.Dependence?, _ frame: Frame, judging: [Int]? = nil) throws(TrainingError) {
        self.judging = judging ?? []
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
        do throws(TrainingError) { return try divided(count, rows: rows, &random) } catch {
            throw TrainingError(error.code, column: error.column, message: "of out-of-fold encoding, \(error.message)")
        }
    }

    /// Whether so many rows can be divided into so many folds.
    func check(_ count: Int, rows: Int) throws(TrainingError) {
        guard count > 1, count <= rows else {
            throw TrainingError(
                .invalidSetting,
                message: "out-of-fold encoding of \(rows) rows in \(count) folds cannot be done: there must be 2 folds, and no more than rows")
        }
        var random = SeededRandom(seed: 0)
        _ = try folds(count, rows: rows, &random)
    }

    private func divided(_ count: Int, rows: Int, _ random: inout SeededRandom) throws(TrainingError) -> [Fold] {
        guard !judging.isEmpty else { return try folds(count, of: Array(0..<rows), &random) }
        let judges = Set(judging)
        let fitting = (0..<rows).filter { !judges.contains($0) }
        guard count <= fitting.count else {
            throw TrainingError(.folds, message: "early stopping leaves \(fitting.count) rows to encode by \(count) folds of them")
        }
        return try folds(count, of: fitting, &random) + [Fold(repetition: 0, train: fitting, held: judging)]
    }

    private func folds(_ count: Int, of chosen: [Int], _ random: inout SeededRandom) throws(TrainingError) -> [Fold] {
        func places(_ plan: FoldPlan, _ keys: FoldPlan.Keys) throws(TrainingError) -> [Fold] {
            try plan.folds(rows: chosen.count, keys).map { fold in
                Fold(repetition: fold.repetition, train: fold.train.map { chosen[$0] }, held: fold.held.map { chosen[$0] })
            }
        }
        if let groups { return try places(FoldPlan(.grouped, count: count, seed: random.next()), .init(groups: chosen.map { groups[$0] })) }
        guard let times else { return Self.dealt(chosen, count, &random) }
        let later = try places(FoldPlan(.timeOrdered, count: count), .init(times: chosen.map { times[$0] }))
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
