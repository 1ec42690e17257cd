import Basics
import Frames
import Models
import Testing
import Training

@testable import Inference

/// Models that are more than one artefact, as batch inference applies them.
@Suite struct MitigatedScoringTests {
    static func plan() -> TrainingPlan {
        var settings = TrainingSettings()
        settings.rounds = 4
        settings.maxDepth = 2
        return TrainingPlan(label: "y", features: ["x", "z"], estimator: .xgboost(settings))
    }

    /// Rows whose every column has a value.
    static func table(_ seed: UInt64) throws -> Frame {
        let frame = try ScoringFixture.table(rows: 400, seed: seed)
        let column = try #require(frame["g"])
        return frame.selecting(rows: (0..<frame.rowCount).filter { !column.isMissing($0) })
    }

    @Test(arguments: [
        Mitigation(.exponentiatedGradient(ParityConstraint(.demographicParity, bound: 0.01), Reductions.Options()), attribute: "g"),
        Mitigation(.disparateImpactRemover(level: 1), attribute: "g"),
    ])
    func `score as training scored them, and give no reasons`(_ mitigation: Mitigation) throws {
        let model = try ModelFit(Self.plan(), mitigation: mitigation).fit(try Self.table(1)).model
        #expect(model.single == nil)
        let served = try ScoringFixture.load(model.bytes)
        #expect(served.inputs.map(\.name) == (mitigation.needsGroupToScore ? ["x", "z", "g"] : ["x", "z"]))
        let rows = try Self.table(2)
        let worker = try served.worker(threads: 2)
        #expect(try worker.scores(rows) == model.scores(rows, threads: 2))
        #expect(throws: ModelError.self) { try worker.contributions(rows) }
        var damaged = model.bytes
        damaged[damaged.count - 1] ^= 1
        #expect(throws: ModelError.self) { try ScoringFixture.load(damaged) }
    }
}
