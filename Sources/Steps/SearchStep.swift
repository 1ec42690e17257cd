public import Basics
public import Execution
import Frames
public import Planning
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
        let kept = SearchResult(trials: trials, search: search)
        var outputs = ["trials": try work.put(JSONValue.array(trials.map(\.json)).canonicalBytes)]
        if work.step.outputs.contains("cost") { outputs["cost"] = try work.put(SearchBudget.json(costs + added.map(\.seconds)).canonicalBytes) }
        if work.step.outputs.contains("evidence") {
            guard kept.best != nil else { throw StepFailure(.input, kept.reason) }
            var evidence = kept.evidence.objectValue ?? [:]
            let plan = try asInput { try SearchPlan(json: search, task: FitParameters(parameters, table).plan.task) }
            evidence["smallGroups"] = try asInput { try Self.smallGroups(train, FitParameters(parameters, table), parameters, work) }
            if let budget { evidence["budget"] = budget.evidence(spent: spent, trials: trials.count, declared: plan.runCount) }
            if plan.sampler == .grid, let points = plan.space.combinations { evidence["grid"] = kept.grid(points: points) }
            outputs["evidence"] = try work.put(JSONValue.object(evidence).canonicalBytes)
        }
        return outputs
    }

    /// By attribute, what is not compared.
    private static func smallGroups(_ train: Frame, _ fitting: FitParameters, _ parameters: JSONValue, _ work: StepWork) throws -> JSONValue {
        let groups = try SearchTrials(train, fitting, parameters, threads: work.threads).groups
        return .object(groups.mapValues { .array($0.small.map { .string($0) }) })
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
        // A trial that repeats another costs nothing, and says nothing of what others cost.
        let efforts = before.map { $0.repeats == nil ? $0.effort : 0 }
        let affordable = SearchBudget(search)?.affordable(effort: wanted.first?.effort ?? 1, costs: costs, efforts: efforts)
        let proposals = Array(wanted.prefix(affordable ?? wanted.count))
        guard !proposals.isEmpty else { return [] }
        return try SearchTrials(train, fitting, parameters, threads: work.threads).run(proposals, after: before)
    }
}

/// What a search found so far.
struct SearchResult {
    let trials: [Trial]
    /// As the spec declares it; null where only its trials are known.
    let search: JSONValue

    /// Of the trials with the largest effort.
    private var finished: [Trial] {
        let effort = trials.map(\.effort).max() ?? 1
        return trials.filter { $0.effort == effort }
    }

    /// Each point once.
    var front: [Trial] {
        let all = finished.filter { $0.repeats == nil }
        return ParetoOrder.front(all).map { all[$0] }
    }

    /// Of the front, the trial that is best in the first objective.
    var best: Trial? { front.min { ($0.losses?[0] ?? .infinity, $0.number) < ($1.losses?[0] ?? .infinity, $1.number) } }

    var reason: String {
        if let failure = trials.compactMap(\.failure).first, trials.allSatisfy({ $0.failure != nil }) { return "every trial failed: \(failure)" }
        let judged = finished.filter { $0.losses != nil }
        guard let nearest = judged.min(by: { ($0.violation, $0.number) < ($1.violation, $1.number) }) else {
            return "no trial keeps the constraints of the search"
        }
        let broken = (search["constraints"]?.arrayValue ?? []).map(SearchMeasure.init(json:)).compactMap { limit -> String? in
            let value = nearest.measures[limit.name]
            guard limit.excess(value) > 0 else { return nil }
            return "'\(limit.name)' is to be \(limit.bounds), and is \(value.map { String($0) } ?? "without a value")"
        }
        return "no trial keeps the constraints of the search; in the nearest, trial \(nearest.number), "
            + (broken.isEmpty ? "they are broken by \(nearest.violation)" : broken.joined(separator: "; "))
    }

    var evidence: JSONValue {
        [
            "trials": .int(Int64(trials.count)), "failed": .int(Int64(trials.count { $0.losses == nil })),
            "objectives": .array((search["objectives"]?.arrayValue ?? []).map { .string(SearchMeasure(json: $0).name) }),
            "best": best?.evidenceJSON ?? .null, "front": .array(front.map(\.evidenceJSON)), "table": .array(trials.map(\.evidenceJSON)),
        ]
    }

    /// How much of a grid was tried.
    func grid(points: Int) -> JSONValue {
        let tried = Set(trials.map(\.parameters)).count
        return ["points": .int(Int64(points)), "leftOut": .int(Int64(max(0, points - tried)))]
    }

    static func trials(_ bytes: [UInt8]) throws(StepFailure) -> [Trial] {
        guard let list = (try? JSONValue(parsing: bytes))?.arrayValue else { throw StepFailure(.input, "the trials are not a list") }
        return list.compactMap(Trial.init(json:))
    }

    /// The parameters that the step's search settled on; none if there was no search.
    static func parameters(_ work: StepWork) throws(StepFailure) -> [String: JSONValue] {
        guard work.inputs["search"] != nil else { return [:] }
        let found = SearchResult(trials: try trials(try work.read("search")), search: .null)
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
            "repeats": repeats.map { .int(Int64($0)) } ?? .null,
        ]).droppingNulls
    }
}
