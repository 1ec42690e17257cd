import Basics
import Frames
import Models
import Testing

@testable import Training

/// Out-of-fold encoding where rows hang together.
@Suite struct EncodingFoldsTests {
    static let step = PreprocessingStep(columns: ["c"], .targetEncode(smoothing: 0, folds: 4, unseen: .neutral))

    /// 120 rows in order of time; each of 24 groups has a category of its own.
    static func frame(labels: (Int) -> Double) throws -> Frame {
        let rows = 0..<120
        return try Frame([
            Column("c", texts: rows.map { "c\($0 * 7 % 24)" }), Column("group", integers: rows.map { Int64($0 * 7 % 24) }),
            Column("time", integers: rows.map { Int64($0) }), Column("y", doubles: rows.map(labels)),
        ])
    }

    static func encoded(_ frame: Frame, _ dependence: TrainingPlan.Dependence?) throws -> [Double] {
        try TrainingPlan(task: .regression, label: "y", features: ["c"], preprocessing: [step], dependence: dependence).prepare(frame).rows.values
    }

    @Test func `a group's category says nothing of its label where groups are kept together`() throws {
        let frame = try Self.frame { Double($0 * 7 % 24) }
        // Dealt row by row, the other rows of a group give its label away.
        let (alone, together) = (try Self.encoded(frame, nil), try Self.encoded(frame, .grouped("group")))
        #expect(Set(alone).count > 20)
        // No other fold has the category: what is left is the mean of the other folds, one a fold.
        #expect(Set(together).count <= 4)
    }

    @Test func `training rows of a category of few rows are encoded by their fold alone`() throws {
        // Five rows each, of which a fold may have more than four of any others.
        func encoded(_ minimum: Int) throws -> Set<Double> {
            let step = PreprocessingStep(columns: ["c"], .targetEncode(smoothing: 0, folds: 4, unseen: .neutral, minimumRows: minimum))
            let plan = TrainingPlan(task: .regression, label: "y", features: ["c"], preprocessing: [step])
            return Set(try plan.prepare(try Self.frame { Double($0 * 7 % 24) }).rows.values)
        }
        #expect(try encoded(5).count > 20)
        #expect(try encoded(6).count <= 4)
    }

    @Test func `no row is encoded by a later one`() throws {
        let whole = try Self.encoded(try Self.frame { Double($0 % 5) }, .timeOrdered("time"))
        // Stretches of 24 rows: labels from row 72 on change nothing of what came before, and of their own stretch.
        let changed = try Self.encoded(try Self.frame { $0 >= 72 ? 1000 : Double($0 % 5) }, .timeOrdered("time"))
        #expect(whole[..<96] == changed[..<96])
        #expect(whole[96...] != changed[96...])
        #expect(whole.allSatisfy { $0.isFinite })
        let mixed = try Self.encoded(try Self.frame { $0 >= 72 ? 1000 : Double($0 % 5) }, nil)
        #expect(mixed[..<72].contains { $0 > 100 })
    }

    @Test(arguments: [nil, .grouped("group"), .timeOrdered("time")] as [TrainingPlan.Dependence?])
    func `labels of rows that judge early stopping encode nothing, not even each other`(_ dependence: TrainingPlan.Dependence?) throws {
        func prepared(_ labels: (Int) -> Double) throws -> PreparedRows {
            try TrainingPlan(
                task: .regression, label: "y", features: ["c"], preprocessing: [Self.step], earlyStopping: .init(share: 0.3, rounds: 5),
                dependence: dependence
            ).prepare(Self.frame(labels: labels))
        }
        let whole = try prepared { Double($0 % 5) }
        let judges = Set(try #require(whole.judging))
        #expect((20...50).contains(judges.count))
        let changed = try prepared { judges.contains($0) ? 1000 : Double($0 % 5) }
        #expect(changed.judging == whole.judging)
        #expect(changed.rows.values == whole.rows.values)
        // What the model keeps for other rows is of all training rows.
        #expect(changed.header.preprocessing != whole.header.preprocessing)
        let fitted = try prepared { judges.contains($0) ? Double($0 % 5) : 1000 }
        #expect(judges.allSatisfy { fitted.rows.values[$0] == 1000 })
    }

    @Test func `a teacher's chances stop early too, all copies of a row on one side`() throws {
        let frame = try TrainingPlanTests.frame()
        var settings = TrainingSettings()
        (settings.rounds, settings.maxDepth) = (40, 3)
        for task in [ModelTask.binary, .multiclass] {
            let plan = TrainingPlan(
                task: task, label: TrainingPlanTests.labels[task] ?? "", features: ["a", "b"], estimator: .xgboost(settings),
                earlyStopping: .init(share: 0.2, rounds: 3))
            let teacher = try plan.fit(frame)
            let student = try plan.prepare(frame, taught: teacher.predict(frame))
            #expect(student.judging == (try plan.prepare(frame)).judging)
            let trees = try TreeEnsemble(xgboost: student.fit().ubj).trees.count
            #expect(trees > 0 && trees <= 40 * (task == .binary ? 1 : 3))
        }
    }

    @Test func `only rows that count judge when to stop`() throws {
        var random = SeededRandom(seed: 3)
        let x = (0..<200).map { _ in random.nextUnit() }
        let squares = x.map { $0 * $0 }
        // One row in ten counts.
        let weights: [Double?] = (0..<200).map { row in row.isMultiple(of: 10) ? 1 : 0 }
        let frame = try Frame([
            Column("x", doubles: x), Column("y", doubles: squares), Column("w", doubles: weights),
        ])
        let plan = TrainingPlan(task: .regression, label: "y", features: ["x"], weights: "w", earlyStopping: .init(share: 0.2, rounds: 5))
        let judges = try #require(plan.prepare(frame).judging)
        #expect(judges.count == 4 && judges.allSatisfy { $0 % 10 == 0 })
    }

    @Test func `too few groups, or times, for the folds are refused`() throws {
        let frame = try Frame([
            Column("c", texts: ["a", "b", "a", "b", "a", "b"]), Column("group", integers: [1, 1, 1, 2, 2, 2]),
            Column("time", integers: [1, 1, 1, 1, 1, 2]), Column("y", doubles: [1, 2, 3, 4, 5, 6]),
        ])
        for dependence in [TrainingPlan.Dependence.grouped("group"), .timeOrdered("time")] {
            #expect { try Self.encoded(frame, dependence) } throws: { ($0 as? TrainingError)?.code == .folds }
        }
    }
}
