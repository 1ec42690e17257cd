import Basics
import Execution
import Frames
import Metrics
import Training

/// Tries parameters on held-out rows: of each trial the model as it would be declared, calibrated and deciding as the spec says.
struct SearchTrials: Sendable {
    private let train: Frame
    private let fitting: FitParameters
    private let parameters: JSONValue
    private let threads: Int
    private let folds: [Fold]
    private let goals: [SearchMeasure]
    private let limits: [SearchMeasure]
    let groups: [String: ComparedGroups]

    init(_ train: Frame, _ fitting: FitParameters, _ parameters: JSONValue, threads: Int) throws {
        (self.train, self.fitting, self.parameters, self.threads) = (train, fitting, parameters, threads)
        folds = try fitting.folds(train)
        let search = parameters["search"] ?? .null
        goals = (search["objectives"]?.arrayValue ?? []).map(SearchMeasure.init(json:))
        limits = (search["constraints"]?.arrayValue ?? []).map(SearchMeasure.init(json:))
        var groups: [String: ComparedGroups] = [:]
        let counts = try fitting.counted(train, folds: folds)
        for name in (goals + limits).compactMap(\.attribute) { groups[name] = try fitting.compared(train, name, counting: counts) }
        self.groups = groups
    }

    /// Side by side, each on one thread: the same bytes as one after another.
    ///
    /// A point that was tried before, with the same effort, is not fitted anew: its trial has the figures of the first, costs nothing and names it.
    func run(_ proposals: [SearchPlan.Proposal], after before: [Trial]) throws -> [(trial: Trial, seconds: Double)] {
        var known: [Point: Int] = [:]
        for (place, trial) in before.enumerated() where trial.repeats == nil { known[Point(trial.parameters, trial.effort)] = place }
        var fresh: [SearchPlan.Proposal] = []
        let places = proposals.map { proposal in
            let point = Point(proposal.parameters, effort(of: proposal))
            if let place = known[point] { return place }
            fresh.append(proposal)
            known[point] = before.count + fresh.count - 1
            return before.count + fresh.count - 1
        }
        let fitted = concurrentBlocks(fresh.count, threads: threads) { [fresh] place in
            let start = SearchBudget.threadSeconds()
            let trial = tried(fresh[place])
            return (trial: trial, seconds: SearchBudget.threadSeconds() - start)
        }
        if Task.isCancelled { throw CancellationError() }
        return zip(proposals, places).map { proposal, place in
            if place >= before.count, fitted[place - before.count].trial.number == proposal.number { return fitted[place - before.count] }
            let first = place < before.count ? before[place] : fitted[place - before.count].trial
            return (first.repeated(as: proposal.number), 0)
        }
    }

    /// What decides how a trial comes out. Parameters as text, since numbers that were written down may be read as whole ones.
    private struct Point: Hashable {
        let parameters: String
        let effort: Double

        init(_ parameters: [String: JSONValue], _ effort: Double) {
            self.parameters = JSONValue.object(parameters).canonicalText
            self.effort = effort
        }
    }

    /// A linear model has no rounds to be given fewer of.
    private func effort(of proposal: SearchPlan.Proposal) -> Double {
        (proposal.parameters["type"] ?? parameters["estimator"]?["type"]) == "linear" ? 1 : proposal.effort
    }

    private func tried(_ proposal: SearchPlan.Proposal) -> Trial {
        func failed(_ reason: String) -> Trial {
            Trial(number: proposal.number, parameters: proposal.parameters, effort: effort(of: proposal), losses: nil, failure: reason)
        }
        do {
            let own = try FitParameters(parameters, TableParameters(parameters), chosen: proposal.parameters, effort: proposal.effort)
            var held = try fitting.outOfFold(train, folds: folds, fit: own.fit(threads: 1)) { _ in }
            if DecisionFit.isDeclared(parameters) {
                held = try DecisionFit(held, train, own, parameters).applied(to: held, train, keyed: own.plan.features)
            }
            let figures = try held.figures()
            var measures: [String: Double] = [:]
            for measure in goals + limits { measures[measure.name] = measure.value(held, figures: figures, groups: groups) }
            if let missing = goals.first(where: { measures[$0.name] == nil }) { return failed("'\(missing.name)' has no value") }
            return Trial(
                number: proposal.number, parameters: proposal.parameters, effort: effort(of: proposal),
                losses: goals.map { $0.loss(measures[$0.name] ?? 0) },
                violation: limits.reduce(0) { $0 + $1.excess(measures[$1.name]) }, measures: measures)
        } catch {
            return failed("\(error)")
        }
    }
}
