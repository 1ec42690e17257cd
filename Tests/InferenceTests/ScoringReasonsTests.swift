import Basics
import Explanations
import Foundation
import Frames
import Models
import TestSupport
import Testing

@testable import Inference

/// Reasons of adverse decisions, beside what the explanations themselves say of the same rows.
@Suite struct ScoringReasonsTests {
    private static let map: JSONValue = [
        "x": ["code": "A1", "text": "Amount"], "z": ["code": "B2", "text": "History"], "g": ["code": "B2", "text": "History"],
    ]

    private static func parameters(_ adverse: ReasonCodes.Adverse, map: JSONValue? = map) throws -> ScoringParameters {
        var parameters = ScoringFixture.parameters()
        parameters.reasons = 2
        parameters.reasonMap = try map.map { try ReasonMap(json: $0) }
        parameters.adverse = adverse
        return parameters
    }

    private static func scored(_ parameters: ScoringParameters, _ folder: TemporaryFolder) throws -> Frame {
        try ScoringFixture.layOut(folder.path + "/data", count: 1, rows: 300)
        let result = try ScoringFixture.job(folder.path + "/data", folder.path + "/out", parameters).run()
        #expect(result.manifest.outcome == .complete)
        return try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/out/day=0/part-0.parquet"))))
    }

    @Test(arguments: ReasonCodes.Adverse.allCases) func `codes are those of the principal reasons of each adverse decision, and of no other`(
        _ adverse: ReasonCodes.Adverse
    ) throws {
        let folder = try TemporaryFolder()
        let scored = try Self.scored(Self.parameters(adverse), folder)
        let artifact = try ModelArtifact(bytes: try ScoringFixture.model())
        let shares = try TreeSHAP(TreeEnsemble(xgboost: artifact.ubj), .pathDependent, players: Players(features: ScoringFixture.features)).explain(
            artifact.features(of: try ScoringFixture.table(rows: 300, seed: 100)))
        let codes = try ReasonCodes(ReasonMap(json: Self.map), maximum: 2, adverse: adverse)
        let expected = try codes.reasons(for: shares)
        guard case .boolean(let decisions) = try scored.column("decision").values else { return #expect(Bool(false)) }
        let found = [1, 2].map { PieceScorer.texts(scored["reason_\($0)"] ?? Column("", texts: [])) }
        var (reasoned, both) = (0, 0)
        for row in 0..<scored.rowCount {
            let isAdverse = decisions[row] == (adverse == .high)
            let wanted = isAdverse ? expected[row].map(\.code) : []
            #expect([found[0][row], found[1][row]].compactMap { $0 } == wanted, "row \(row)")
            reasoned += wanted.isEmpty ? 0 : 1
            both += wanted.count == 2 ? 1 : 0
        }
        #expect(reasoned > 50 && both > 5)
    }

    @Test func `without a map reasons are features, of the decisions that are adverse`() throws {
        let folder = try TemporaryFolder()
        let scored = try Self.scored(Self.parameters(.high, map: nil), folder)
        guard case .boolean(let decisions) = try scored.column("decision").values else { return #expect(Bool(false)) }
        let found = PieceScorer.texts(try scored.column("reason_1"))
        #expect(decisions.indices.allSatisfy { (found[$0] != nil) == decisions[$0] })
        #expect(Set(found.compactMap(\.self)).isSubset(of: ScoringFixture.features))
    }

    @Test func `a feature without a reason fails the job, which names it, and so does a reason of what the model does not read`() throws {
        for (change, said) in [(["z": JSONValue.null], "no reason is given for 'z'"), (["q": ["code": "C", "text": "c"]], "has reasons for 'q'")] {
            let folder = try TemporaryFolder()
            let members = (Self.map.objectValue ?? [:]).merging(change) { _, new in new }.filter { $0.value != .null }
            let failure = try #require(throws: InferenceError.self) { _ = try Self.scored(Self.parameters(.low, map: .object(members)), folder) }
            #expect(failure.message.contains(said), "\(failure.message)")
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/out/day=0/part-0.parquet"))
        }
    }

    @Test func `the map is part of what a shard's key has, and is read as it is written`() throws {
        let (plain, mapped) = (ScoringFixture.parameters { $0.reasons = 2 }, try Self.parameters(.high))
        #expect(try ScoringParameters(json: mapped.json) == mapped && ScoringParameters(json: plain.json) == plain)
        #expect(mapped.json != plain.json && plain.json["reasonMap"] == nil && plain.json["adverse"] == nil)
        #expect(throws: InferenceError.self) { try ScoringParameters(json: ["reasons": 2, "reasonMap": ["x": ["code": ""]]]) }
        var none = mapped
        none.reasons = 0
        let models = ScoringModelSet(champion: try ScoringFixture.load(try ScoringFixture.model()))
        #expect(throws: InferenceError.self) { try models.check(none) }
    }
}
