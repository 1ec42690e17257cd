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
