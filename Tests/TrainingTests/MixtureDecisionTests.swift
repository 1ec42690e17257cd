import Basics
import Frames
import Metrics
import Testing
import Training

/// A mixture decides by draws, which is what its bound is of (Agarwal et al. 2018; fairlearn's `_pmf_predict` and `predict`).
@Suite struct MixtureDecisionTests {
    /// Women's x are lower, and the label follows x.
    static func frame() throws -> Frame {
        var random = SeededRandom(seed: 4)
        let rows = 0..<3000
        let groups = rows.map { $0 % 3 == 0 ? "f" : "m" }
        let x = rows.map { random.nextUnit() + (groups[$0] == "m" ? 0.3 : 0) }
        return try Frame([
            Column("x", doubles: x), Column("g", texts: groups), Column("y", booleans: rows.map { x[$0] + 0.6 * random.nextUnit() > 0.9 }),
        ])
    }

    static func model(_ frame: Frame) throws -> TrainedModel {
        var settings = TrainingSettings()
        (settings.rounds, settings.maxDepth) = (10, 2)
        let plan = TrainingPlan(label: "y", features: ["x", "g"], estimator: .xgboost(settings))
        let constraint = ParityConstraint(.demographicParity, bound: 0.02)
        return try ModelFit(plan, mitigation: Mitigation(.exponentiatedGradient(constraint, .init()), attribute: "g")).fit(frame).model
    }

    static func rates(_ frame: Frame, _ selected: [Double]) throws -> [Double] {
        let groups = try Groups(try frame.column("g"))
        return groups.names.indices.map { group in
            let own = selected.indices.filter { Int(groups.codes[$0]) == group }
            return own.reduce(0) { $0 + selected[$1] } / Double(own.count)
        }
    }

    @Test func `draws select each group as often as the mixture's bound has it`() throws {
        let frame = try Self.frame()
        let model = try Self.model(frame)
        try #require(model.isRandomised)
        let chances = try model.scores(frame, threads: 1)
        try #require(chances.contains { $0 > 0.01 && $0 < 0.99 })
        let expected = try Self.rates(frame, chances)
        // Each rate is within the bound of all rows' rate, so two are within twice of it; the gap that is left open is far below 0.01.
        #expect(abs(expected[0] - expected[1]) < 0.05, "\(expected)")
        let decisions = try model.decisions(chances, frame, by: DecisionRule(threshold: 0.5))
        let drawn = try Self.rates(frame, decisions.map { $0 ? 1 : 0 })
        // Three deviations of 1,000 and 2,000 draws at the most.
        for (own, wanted) in zip(drawn, expected) { #expect(abs(own - wanted) < 0.047, "\(drawn) \(expected)") }
        for row in chances.indices where chances[row] == 0 || chances[row] == 1 { #expect(decisions[row] == (chances[row] == 1)) }
    }

    @Test func `a row has its decision wherever it stands, and a declared threshold decides instead of a draw`() throws {
        let frame = try Self.frame()
        let model = try Self.model(frame)
        let chances = try model.scores(frame, threads: 1)
        let decisions = try model.decisions(chances, frame, by: DecisionRule(threshold: 0.5))
        let order = Array(chances.indices.reversed())
        let turned = frame.selecting(rows: order)
        let again = try model.decisions(try model.scores(turned, threads: 2), turned, by: DecisionRule(threshold: 0.5))
        #expect(again == order.map { decisions[$0] })
        #expect(decisions != chances.map { $0 >= 0.5 })
        #expect(try model.decisions(chances, frame, by: DecisionRule(threshold: 0.6)) == chances.map { $0 >= 0.6 })
    }

    /// A missing text stands as the first text of whatever other rows there are.
    @Test func `a row whose text is missing has its decision beside any other rows`() throws {
        let model = try Self.model(try Self.frame())
        let x = (0..<200).map { 0.3 + Double($0) / 400 }
        func decisions(_ others: [String?]) throws -> [Bool] {
            let frame = try Frame([Column("x", doubles: x + others.map { _ in 0.5 }), Column("g", texts: x.map { _ in nil } + others)])
            let chances = try model.scores(frame, threads: 1)
            try #require(chances.prefix(200).contains { $0 > 0.01 && $0 < 0.99 })
            return Array(try model.decisions(chances, frame, by: DecisionRule(threshold: 0.5)).prefix(200))
        }
        let alone = try decisions([])
        #expect(alone.contains(true) && alone.contains(false))
        #expect(try decisions(["f"]) == alone && decisions(["m"]) == alone && decisions(["a", "m"]) == alone)
    }
}
