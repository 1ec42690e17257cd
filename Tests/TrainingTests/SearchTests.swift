import Basics
import Testing
import Training

@Suite struct SearchTests {
    static let space = SearchSpace([
        "depth": .integer(low: 1, high: 8, isLogarithmic: false), "rate": .real(low: 0.001, high: 1, isLogarithmic: true),
        "kind": .choice(["a", "b", "c"]),
    ])

    /// A bowl with its bottom at rate 0.1, depth 5, kind b.
    static func loss(_ parameters: [String: JSONValue]) -> Double {
        let rate = (parameters["rate"]?.doubleValue ?? 0.1)
        var (tens, value) = (0.0, rate)
        while value < 0.0999 {
            value *= 1.2
            tens += 0.08
        }
        while value > 0.1001 {
            value /= 1.2
            tens += 0.08
        }
        let depth = (parameters["depth"]?.doubleValue ?? 0) - 5
        return tens * tens + depth * depth / 10 + (parameters["kind"] == "b" ? 0 : 0.5)
    }

    static func run(_ plan: SearchPlan, upTo batches: Int? = nil, from start: [Trial] = []) -> [Trial] {
        var history = start
        for batch in 0..<(batches ?? plan.batchCount) {
            let proposals = plan.proposals(batch: batch, after: history)
            guard let first = proposals.first, first.number >= history.count else { continue }
            history += proposals.map { proposal in
                Trial(
                    number: proposal.number, parameters: proposal.parameters, effort: proposal.effort,
                    losses: [loss(proposal.parameters) + (1 - proposal.effort) * 0.01])
            }
        }
        return history
    }

    @Test(arguments: SearchPlan.Sampler.allCases.filter { $0 != .grid })
    func `trials are the same again, after an interruption too, and within their space`(_ sampler: SearchPlan.Sampler) throws {
        let plan = try SearchPlan(space: Self.space, sampler: sampler, trials: 30, seed: 7)
        let whole = Self.run(plan)
        #expect(whole.count == 30)
        let interrupted = Self.run(plan, from: Self.run(plan, upTo: 3))
        #expect(interrupted == whole)
        for trial in whole {
            #expect((0.001...1).contains(trial.parameters["rate"]?.doubleValue ?? 0))
            #expect((1...8).contains(trial.parameters["depth"]?.intValue ?? 0))
            #expect(Trial(json: trial.json) == trial)
        }
        #expect(Self.run(try SearchPlan(space: Self.space, sampler: sampler, trials: 30, seed: 8)) != whole)
    }

    @Test func `a grid has every combination once`() throws {
        let space = SearchSpace(["a": .choice([1, 2, 3]), "b": .integer(low: 5, high: 6, isLogarithmic: false)])
        let trials = Self.run(try SearchPlan(space: space, sampler: .grid, trials: 100, seed: 0))
        #expect(trials.count == 6 && Set(trials.map(\.parameters)).count == 6)
    }

    @Test func `a Latin hypercube uses each part of each range once`() throws {
        let space = SearchSpace(["x": .real(low: 0, high: 1, isLogarithmic: false), "y": .real(low: 0, high: 1, isLogarithmic: false)])
        let trials = Self.run(try SearchPlan(space: space, sampler: .latinHypercube, trials: 20, seed: 3))
        for name in ["x", "y"] {
            #expect(Set(trials.map { Int(($0.parameters[name]?.doubleValue ?? 0) * 20) }).count == 20)
        }
    }

    /// A sign test: if TPE were no better than chance, it would win 15 of 20 in 2 % of such tests.
    @Test func `TPE finds a better place than chance does, most of the time, on this bowl`() throws {
        let wins = try (100..<120).count { seed in
            func best(_ sampler: SearchPlan.Sampler) throws -> Double {
                let plan = try SearchPlan(space: Self.space, sampler: sampler, trials: 40, seed: UInt64(seed))
                return Self.run(plan).compactMap { $0.losses?[0] }.min() ?? 1
            }
            return try best(.tpe) < best(.random)
        }
        #expect(wins >= 15, "\(wins)")
    }

    @Test func `halving keeps the best third of each rung, and Hyperband hedges its start`() throws {
        let plan = try SearchPlan(
            space: Self.space, sampler: .random, schedule: .successiveHalving(eta: 3, minimumEffort: 1.0 / 9), trials: 27, seed: 1)
        let trials = Self.run(plan)
        #expect(trials.count == 27 + 9 + 3)
        let first = trials[..<27].sorted { ($0.losses?[0] ?? 0) < ($1.losses?[0] ?? 0) }.prefix(9).map(\.parameters)
        #expect(trials[27..<36].map(\.parameters) == first)
        #expect(trials[36...].allSatisfy { $0.effort == 1 })
        let hyperband = try SearchPlan(
            space: Self.space, sampler: .random, schedule: .hyperband(eta: 3, minimumEffort: 1.0 / 9), trials: 30, seed: 1)
        let all = Self.run(hyperband)
        #expect(Set(all.map { ($0.effort * 9).rounded() }) == [1, 3, 9])
        #expect(all.count == hyperband.runCount)
    }

    @Test func `Hyperband's brackets are those of its authors' table`() throws {
        // Li et al. 2018, table 1: R = 81, η = 3. New points by bracket 81, 34, 15, 8, 5; each rung keeps a third.
        let plan = try SearchPlan(
            space: Self.space, sampler: .random, schedule: .hyperband(eta: 3, minimumEffort: 1.0 / 81), trials: 143, seed: 1)
        let counts = Dictionary(grouping: Self.run(plan)) { Int(($0.effort * 81).rounded()) }.mapValues(\.count)
        #expect(counts == [1: 81, 3: 27 + 34, 9: 9 + 11 + 15, 27: 3 + 3 + 5 + 8, 81: 1 + 1 + 1 + 2 + 5])
    }

    @Test func `parameters of one learner are not asked of another`() throws {
        let space = SearchSpace(
            [
                "kind": .choice(["a", "b"]), "depth": .integer(low: 1, high: 8, isLogarithmic: false),
                "rate": .real(low: 0.001, high: 1, isLogarithmic: true),
            ],
            conditions: ["depth": .init("kind", "a"), "rate": .init("kind", "b")])
        let trials = Self.run(try SearchPlan(space: space, sampler: .tpe, trials: 40, seed: 3))
        for trial in trials {
            #expect(Set(trial.parameters.keys) == (trial.parameters["kind"] == "a" ? ["kind", "depth"] : ["kind", "rate"]))
        }
        #expect(Set(trials.map { $0.parameters["kind"] }).count == 2)
        // Without a depth the bowl's wall is 2.5 high, which is more than what kind a costs.
        #expect(trials.suffix(20).count { $0.parameters["kind"] == "a" } > 10)
    }

    @Test func `the Pareto front has what nothing beats, and keeps the constraints`() {
        func trial(_ number: Int, _ losses: [Double]?, _ violation: Double = 0) -> Trial {
            Trial(number: number, parameters: [:], losses: losses, violation: violation)
        }
        let trials = [
            trial(0, [1, 5]), trial(1, [2, 2]), trial(2, [2, 3]), trial(3, [5, 1]), trial(4, nil), trial(5, [0, 0], 0.1), trial(6, [1, 5]),
        ]
        #expect(ParetoOrder.front(trials) == [0, 1, 3, 6])
    }

    @Test(arguments: [
        ("the search space has no parameters", SearchSpace([:]), SearchPlan.Sampler.random, 5), ("a budget of 0 trials", space, .tpe, 0),
        ("a grid needs lists of values", space, .grid, 5),
    ])
    func `a search that cannot be is refused`(_ text: String, _ space: SearchSpace, _ sampler: SearchPlan.Sampler, _ trials: Int) {
        #expect { try SearchPlan(space: space, sampler: sampler, trials: trials, seed: 0) } throws: {
            ($0 as? TrainingError)?.message.contains(text) == true
        }
    }
}
