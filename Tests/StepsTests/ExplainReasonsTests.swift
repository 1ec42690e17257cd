import Basics
import Explanations
import Frames
import Models
import Testing

@testable import Steps

@Suite struct ExplainReasonsTests {
    private static let parameters: JSONValue = [
        "reasons": [
            "maximum": 1, "adverse": "low", "threshold": 0.5,
            "map": ["a": ["code": "RA", "text": "The a"], "b": ["code": "RB", "text": "The b"], "c": ["code": "RC", "text": "The c"]],
        ]
    ]

    /// Sampled contributions of three factors, with errors of 0.01.
    private static func values(_ rows: [[Double]]) -> Attributions {
        Attributions(
            players: ["a", "b", "c"], outputCount: 1, values: rows.flatMap(\.self), baseValues: [0], predictions: rows.map { $0.reduce(0, +) },
            standardErrors: [Double](repeating: 0.01, count: rows.count * 3), method: .permutation, scale: .logOdds, seed: 0)
    }

    @Test func `a decision whose reasons sampling leaves open is counted, has none, and agrees with nothing`() throws {
        let reasons = try #require(try ExplainReasons(parameters: Self.parameters))
        // The first two differ clearly, of the third the two factors are within each other's errors, the fourth has no adverse factor, the fifth passes.
        let rows = [[-0.5, -0.1, 0], [-0.1, -0.5, 0], [-0.30, -0.31, 0], [0.2, 0.2, 0.2], [-0.5, -0.1, 0]]
        let (evidence, table) = try reasons.find(
            Self.values(rows), other: Self.values(rows), rows: [10, 11, 12, 13, 14], decisions: [false, false, false, false, true])
        #expect(evidence["decisions"] == 4 && evidence["undetermined"] == 1 && evidence["withoutReason"] == 2)
        #expect(evidence["codes"]?["RA"]?["any"] == 0.25 && evidence["codes"]?["RB"]?["any"] == 0.25 && evidence["codes"]?["RC"]?["any"] == 0.0)
        // Of four: two agree, one is left open, and of one neither names a reason.
        #expect(evidence["acrossBackgrounds"] == 0.75)
        #expect(try table.column("row").values == .integer([10, 11, 12, 13]))
        #expect(try table.column("reason:1") == Column("reason:1", texts: ["RA", "RB", nil, nil]))
        #expect(try table.column("reasonText:1") == Column("reasonText:1", texts: ["The a", "The b", nil, nil]))
    }
}
