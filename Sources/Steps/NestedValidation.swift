import Basics
import Frames
import Metrics
import Models
import Training

/// Nested validation (Cawley and Talbot 2010): for each outer part, everything that is fitted to rows, the search among it, is done anew on the other parts,
/// and measured on that one. What it says is of the whole procedure, not of the parameters that it came to.
struct NestedValidation {
    private let train: Frame
    private let fitting: FitParameters
    private let parameters: JSONValue
    private let threads: Int

    init(_ train: Frame, _ fitting: FitParameters, _ parameters: JSONValue, threads: Int) {
        (self.train, self.fitting, self.parameters, self.threads) = (train, fitting, parameters, threads)
    }

    /// The evidence of `count` outer parts.
    func run(_ count: Int) throws -> JSONValue {
        let targets = try fitting.plan.targets(train)
        var (rows, scores, decisions, folds) = ([Int](), [Double](), [Bool](), [Int]())
        for (number, outer) in try fitting.folds(train, outer: count).enumerated() {
            if Task.isCancelled { throw CancellationError() }
            let part = train.selecting(rows: outer.train)
            let own = try FitParameters(parameters, TableParameters(parameters), chosen: try chosen(part))
            let inner = try own.outOfFold(part, folds: own.folds(part), fit: own.fit(threads: threads)) { _ in }
            let decision = try DecisionFit(inner, part, own, parameters)
            let model = try own.fit(threads: threads).fit(part).model
            let tested = train.selecting(rows: outer.held)
            var raw = try own.heldOut(
                train, targets: targets, rows: outer.held, scores: try model.scores(tested, threads: threads),
                folds: outer.held.map { _ in number }, repetitions: outer.held.map { _ in 0 })
            if model.isRandomised { raw.decisions = try model.decisions(raw.scores, tested, by: DecisionRule(threshold: 0.5)) }
            let held = try decision.applied(to: raw, train, keyed: model.schema.names)
            rows += held.rows
            scores += held.scores
            decisions += held.decisions ?? []
            folds += held.folds
        }
        var whole = try fitting.heldOut(
            train, targets: targets, rows: rows, scores: scores, folds: folds, repetitions: rows.map { _ in 0 })
        whole.decisions = decisions.isEmpty ? nil : decisions
        let report = try whole.report()
        var evidence: [String: JSONValue] = [
            "folds": .int(Int64(count)), "rows": .int(Int64(rows.count)), "acrossFolds": try whole.acrossFolds(), report.name: report.json,
        ]
        if whole.task == .binary { evidence["accuracy"] = try whole.accuracy() }
        return .object(evidence)
    }

    /// What the declared search comes to on some rows; nothing without one.
    private func chosen(_ part: Frame) throws -> [String: JSONValue] {
        guard let search = parameters["search"], search != .null else { return [:] }
        let plan = try SearchPlan(json: search, task: fitting.plan.task)
        let trials = try SearchTrials(part, fitting, parameters, threads: threads)
        var history: [Trial] = []
        for batch in 0..<plan.batchCount { history += try trials.run(plan.proposals(batch: batch, after: history), after: history).map(\.trial) }
        let found = SearchResult(trials: history, search: search)
        guard let best = found.best else { throw TrainingError(.infeasible, message: "in nested validation, \(found.reason)") }
        return best.parameters
    }
}
