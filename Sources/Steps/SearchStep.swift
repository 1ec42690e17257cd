public import Basics
public import Execution
import Frames
import Metrics
public import Planning
import Synchronization
import Training

/// Tries one batch of parameters. Each batch is a step of its own, with the trials so far as its input: an interrupted search goes on where it was.
public struct SearchStep: StepRunner {
    public let kind = StepKind.search

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let frame = try table.read(try work.read("data"))
        let train = frame.selecting(rows: try table.rows(of: frame).train)
        let search = parameters["search"] ?? .null
        let before = work.inputs["trials"] == nil ? [] : try SearchResult.trials(try work.read("trials"))
        let budget = SearchBudget(search)
        let costs = work.inputs["cost"] == nil ? [] : try SearchBudget.costs(try work.read("cost"))
        let spent = costs.reduce(0, +)
        let isSpent = budget?.isSpent(spent) ?? false
        let added = isSpent ? [] : try asInput { try Self.batch(train, try FitParameters(parameters, table), parameters, before, costs, work) }
        let trials = before + added.map(\.trial)
        let kept = SearchResult(trials: trials, objectives: (search["objectives"]?.arrayValue ?? []))
        var outputs = ["trials": try work.put(JSONValue.array(trials.map(\.json)).canonicalBytes)]
        if work.step.outputs.contains("cost") { outputs["cost"] = try work.put(SearchBudget.json(costs + added.map(\.seconds)).canonicalBytes) }
        if work.step.outputs.contains("evidence") {
            guard kept.best != nil else { throw StepFailure(.input, kept.reason) }
            var evidence = kept.evidence.objectValue ?? [:]
            if let budget {
                let declared = try asInput { try SearchPlan(json: search, task: FitParameters(parameters, table).plan.task).runCount }
                evidence["budget"] = budget.evidence(spent: spent, trials: trials.count, declared: declared)
            }
            outputs["evidence"] = try work.put(JSONValue.object(evidence).canonicalBytes)
        }
        return outputs
    }

    private static func batch(
        _ train: Frame, _ fitting: FitParameters, _ parameters: JSONValue, _ before: [Trial], _ costs: [Double], _ work: StepWork
    ) throws -> [(trial: Trial, seconds: Double)] {
        let search = parameters["search"] ?? .null
        let plan = try SearchPlan(json: search, task: fitting.plan.task)
        let index = Int(parameters["batch"]?.intValue ?? 0)
        // A batch that the budget cut short was the last.
        guard before.count >= plan.trialCount(before: index) else { return [] }
        let wanted = plan.proposals(batch: index, after: before)
        let affordable = SearchBudget(search)?.affordable(effort: wanted.first?.effort ?? 1, costs: costs, efforts: before.map(\.effort))
        let proposals = Array(wanted.prefix(affordable ?? wanted.count))
        guard !proposals.isEmpty else { return [] }
        return try SearchTrials(train, fitting, parameters, threads: work.threads).run(proposals)
    }
}

/// Tries parameters on held-out rows: of each trial the model as it would be declared, calibrated and deciding as the spec says.
struct SearchTrials: Sendable {
    private let train: Frame
    private let fitting: FitParameters
    private let parameters: JSONValue
    private let threads: Int
    private let folds: [Fold]
    private let goals: [SearchMeasure]
    private let limits: [SearchMeasure]
    private let groups: [String: Groups]

    init(_ train: Frame, _ fitting: FitParameters, _ parameters: JSONValue, threads: Int) throws {
        (self.train, self.fitting, self.parameters, self.threads) = (train, fitting, parameters, threads)
        folds = try fitting.folds(train)
        let search = parameters["search"] ?? .null
        goals = (search["objectives"]?.arrayValue ?? []).map(SearchMeasure.init(json:))
        limits = (search["constraints"]?.arrayValue ?? []).map(SearchMeasure.init(json:))
        var groups: [String: Groups] = [:]
        for name in (goals + limits).compactMap(\.attribute) { groups[name] = try train.groups(name, edges: fitting.edges[name]) }
        self.groups = groups
    }

    /// Side by side, each on one thread: the same bytes as one after another.
    func run(_ proposals: [SearchPlan.Proposal]) throws -> [(trial: Trial, seconds: Double)] {
        let done = concurrentBlocks(proposals.count, threads: threads) { place in
            let start = SearchBudget.threadSeconds()
            let trial = tried(proposals[place])
            return (trial: trial, seconds: SearchBudget.threadSeconds() - start)
        }
        if Task.isCancelled { throw CancellationError() }
        return done
    }

    private func tried(_ proposal: SearchPlan.Proposal) -> Trial {
        func failed(_ reason: String) -> Trial {
            Trial(number: proposal.number, parameters: proposal.parameters, effort: proposal.effort, losses: nil, failure: reason)
        }
        do {
            let own = try FitParameters(parameters, TableParameters(parameters), chosen: proposal.parameters, effort: proposal.effort)
            // A linear model has no rounds to be given fewer of.
            let effort = if case .linear = own.plan.estimator { 1.0 } else { proposal.effort }
            var held = try fitting.outOfFold(train, folds: folds, fit: own.fit(threads: 1)) { _ in }
            if DecisionFit.isDeclared(parameters) {
                held = try DecisionFit(held, train, own, parameters).applied(to: held, train, keyed: own.plan.features)
            }
            let figures = try held.figures()
            var measures: [String: Double] = [:]
            for measure in goals + limits { measures[measure.name] = measure.value(held, figures: figures, groups: groups) }
            if let missing = goals.first(where: { measures[$0.name] == nil }) { return failed("'\(missing.name)' has no value") }
            return Trial(
                number: proposal.number, parameters: proposal.parameters, effort: effort, losses: goals.map { $0.loss(measures[$0.name] ?? 0) },
                violation: limits.reduce(0) { $0 + $1.excess(measures[$1.name]) }, measures: measures)
        } catch {
            return failed("\(error)")
        }
    }
}

/// What a search found so far.
struct SearchResult {
    let trials: [Trial]
    let objectives: [JSONValue]

    /// Of the trials with the largest effort.
    private var finished: [Trial] {
        let effort = trials.map(\.effort).max() ?? 1
        return trials.filter { $0.effort == effort }
    }

    var front: [Trial] {
        let all = finished
        return ParetoOrder.front(all).map { all[$0] }
    }

    /// Of the front, the trial that is best in the first objective.
    var best: Trial? { front.min { ($0.losses?[0] ?? .infinity, $0.number) < ($1.losses?[0] ?? .infinity, $1.number) } }

    var reason: String {
        if let failure = trials.compactMap(\.failure).first, trials.allSatisfy({ $0.failure != nil }) { return "every trial failed: \(failure)" }
        let nearest = finished.filter { $0.losses != nil }.map(\.violation).min() ?? .infinity
        return "no trial keeps the constraints of the search; the nearest breaks them by \(nearest)"
    }

    var evidence: JSONValue {
        [
            "trials": .int(Int64(trials.count)), "failed": .int(Int64(trials.count { $0.losses == nil })),
            "objectives": .array(objectives.map { .string(SearchMeasure(json: $0).name) }),
            "best": best?.evidenceJSON ?? .null, "front": .array(front.map(\.evidenceJSON)), "table": .array(trials.map(\.evidenceJSON)),
        ]
    }

    static func trials(_ bytes: [UInt8]) throws(StepFailure) -> [Trial] {
        guard let list = (try? JSONValue(parsing: bytes))?.arrayValue else { throw StepFailure(.input, "the trials are not a list") }
        return list.compactMap(Trial.init(json:))
    }

    /// The parameters that the step's search settled on; none if there was no search.
    static func parameters(_ work: StepWork) throws(StepFailure) -> [String: JSONValue] {
        guard work.inputs["search"] != nil else { return [:] }
        let found = SearchResult(trials: try trials(try work.read("search")), objectives: [])
        guard let best = found.best else { throw StepFailure(.input, found.reason) }
        return best.parameters
    }
}

extension Trial {
    /// Values as text, since a parameter may be of any type.
    fileprivate var evidenceJSON: JSONValue {
        JSONValue.object([
            "number": .int(Int64(number)), "effort": .double(effort), "violation": .double(violation),
            "parameters": .object(parameters.mapValues { .string($0.stringValue ?? $0.canonicalText) }),
            "measures": .object(measures.mapValues { .double($0) }), "failure": failure.map { .string($0) } ?? .null,
        ]).droppingNulls
    }
}
