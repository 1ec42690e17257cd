public import Basics

/// What is tried next, as a pure function of what was tried: the same trials at any parallelism, and after any interruption.
public struct SearchPlan: Hashable, Sendable {
    public enum Sampler: String, Hashable, Sendable, CaseIterable {
        /// Every combination, in order.
        case grid
        case random
        /// Each parameter's range is cut into as many parts as there are trials, and each part is used once (McKay, Beckman and Conover 1979).
        case latinHypercube
        case tpe
    }

    /// How trials are given up early.
    public enum Schedule: Hashable, Sendable {
        case none
        /// Of the trials of one effort, the best 1/eta go on with eta times the effort (Jamieson and Talwalkar 2016).
        case successiveHalving(eta: Int, minimumEffort: Double)
        /// Successive halving with each possible smallest effort in turn (Li et al. 2018).
        case hyperband(eta: Int, minimumEffort: Double)
    }

    public struct Proposal: Hashable, Sendable {
        public let number: Int
        public let parameters: [String: JSONValue]
        public let effort: Double
    }

    /// One set of trials that know nothing of each other: they run side by side.
    struct Batch: Hashable {
        let bracket: Int
        let count: Int
        let effort: Double
        /// Whether they are the best of the batch before, rather than new.
        let isPromotion: Bool
    }

    public let space: SearchSpace
    public let sampler: Sampler
    public let schedule: Schedule
    /// New points to try: promotions are not counted.
    public let trials: Int
    public let seed: UInt64
    private let batches: [Batch]

    /// - Parameter batch: how many trials are proposed at once. Part of what is searched: another number gives other trials of an adaptive sampler.
    /// - Throws: `invalidSetting` for a budget of no trials, an empty space or one that a grid cannot list.
    public init(
        space: SearchSpace, sampler: Sampler, schedule: Schedule = .none, trials: Int, batch: Int = 4, seed: UInt64
    ) throws(TrainingError) {
        func refuse(_ message: String) -> TrainingError { TrainingError(.invalidSetting, message: message) }
        guard !space.parameters.isEmpty else { throw refuse("the search space has no parameters") }
        guard trials >= 1 else { throw refuse("the search has a budget of \(trials) trials") }
        guard batch >= 1 else { throw refuse("a batch has \(batch) trials") }
        var total = trials
        if sampler == .grid {
            guard let combinations = space.combinations else { throw refuse("a grid needs lists of values, not ranges of numbers") }
            total = min(trials, combinations)
        }
        self.space = space
        self.sampler = sampler
        self.schedule = schedule
        self.trials = total
        self.seed = seed
        switch schedule {
        case .none:
            batches = stride(from: 0, to: total, by: batch).map {
                Batch(bracket: 0, count: min(batch, total - $0), effort: 1, isPromotion: false)
            }
        case .successiveHalving(let eta, let minimum), .hyperband(let eta, let minimum):
            guard eta >= 2 else { throw refuse("eta must be 2 or more, it is \(eta)") }
            guard minimum > 0, minimum < 1 else { throw refuse("the least effort must lie between 0 and 1, it is \(minimum)") }
            var rungs = 0
            var effort = 1.0
            while effort / Double(eta) >= minimum * 0.999_999 {
                effort /= Double(eta)
                rungs += 1
            }
            var isHyperband = false
            if case .hyperband = schedule { isHyperband = true }
            batches = isHyperband ? Self.hyperband(total, eta, rungs) : Self.halving(total, eta, rungs, bracket: 0)
        }
    }

    private static func halving(_ count: Int, _ eta: Int, _ rungs: Int, bracket: Int) -> [Batch] {
        var batches: [Batch] = []
        var left = count
        for rung in 0...rungs where left > 0 {
            var effort = 1.0
            for _ in rung..<rungs { effort /= Double(eta) }
            batches.append(Batch(bracket: bracket, count: left, effort: effort, isPromotion: rung > 0))
            left = rung < rungs ? max(1, left / eta) : 0
        }
        return batches
    }

    /// Brackets from the most cautious start to none; each gets new points in proportion to eta^s / (s + 1), so that all cost about the same.
    private static func hyperband(_ total: Int, _ eta: Int, _ rungs: Int) -> [Batch] {
        var weights: [Double] = []
        for rung in stride(from: rungs, through: 0, by: -1) {
            weights.append((0..<rung).reduce(Double(rungs + 1) / Double(rung + 1)) { product, _ in product * Double(eta) })
        }
        let sum = weights.reduce(0, +)
        var batches: [Batch] = []
        var (given, running) = (0, 0.0)
        for (bracket, weight) in weights.enumerated() {
            running += weight
            let upTo = min(total, Int((running / sum * Double(total)).rounded()))
            if upTo > given { batches += halving(upTo - given, eta, rungs - bracket, bracket: bracket) }
            given = upTo
        }
        return batches
    }

    public var batchCount: Int { batches.count }
    /// All trials, promotions too.
    public var runCount: Int { batches.reduce(0) { $0 + $1.count } }

    /// How many trials come before batch `index`.
    public func trialCount(before index: Int) -> Int { batches.prefix(max(0, index)).reduce(0) { $0 + $1.count } }

    /// The trials of batch `index`, given the finished trials of all batches before it, in their order.
    /// None for a batch beyond the last.
    public func proposals(batch index: Int, after history: [Trial]) -> [Proposal] {
        guard batches.indices.contains(index) else { return [] }
        let start = trialCount(before: index)
        precondition(history.count >= start, "a batch follows the batches before it")
        let known = Array(history[..<start])
        let batch = batches[index]
        if batch.isPromotion {
            let before = Array(known.suffix(batches[index - 1].count))
            return ParetoOrder.ranked(before).prefix(batch.count).enumerated().map { place, best in
                Proposal(number: start + place, parameters: before[best].parameters, effort: batch.effort)
            }
        }
        // New points are numbered apart from promotions, so that a schedule does not change what a grid or a hypercube tries.
        let firstPoint = batches[..<index].reduce(0) { $0 + ($1.isPromotion ? 0 : $1.count) }
        var pending: [[String: JSONValue]] = []
        // Of a hypercube, one order of parts for each parameter, whatever the trial.
        let orders: [[Int]] =
            sampler == .latinHypercube
            ? space.parameters.indices.map { index in
                var random = SeededRandom(seed: seed, stream: UInt64(1) << 40 + UInt64(index))
                return random.shuffled(trials)
            } : []
        for place in 0..<batch.count {
            var random = SeededRandom(seed: seed, stream: UInt64(firstPoint + place))
            pending.append(point(firstPoint + place, learnt: known, pending: pending, orders, &random))
        }
        return pending.enumerated().map { Proposal(number: start + $0, parameters: $1, effort: batch.effort) }
    }

    private func point(
        _ number: Int, learnt history: [Trial], pending: [[String: JSONValue]], _ orders: [[Int]], _ random: inout SeededRandom
    ) -> [String: JSONValue] {
        switch sampler {
        case .grid: return space.combination(number)
        case .random: return space.point(space.parameters.map { _ in random.nextUnit() })
        case .latinHypercube:
            return space.point(orders.map { (Double($0[number]) + random.nextUnit()) / Double(trials) })
        case .tpe:
            // Only trials of the largest effort that enough of them have had can be compared.
            let efforts = Set(history.map(\.effort)).sorted(by: >)
            let full = efforts.first { effort in history.count { $0.effort == effort } >= TreeParzen.startup }
            guard let full else { return space.point(space.parameters.map { _ in random.nextUnit() }) }
            return TreeParzen(space: space).propose(history.filter { $0.effort == full }, pending: pending, &random)
        }
    }
}
