import Explanations
import Models
import Testing

@Suite struct ExplanationBlocksTests {
    /// Fails on a block that has a 6 in it.
    private struct FailsOnSix: Predictor {
        let featureCount = 1
        let outputCount = 1
        var rawScale: OutputScale? { nil }
        func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
            guard !rows.contains(6) else { throw ModelError(.library, operation: "apply the model", message: "the scorer stopped") }
            return rows.map { 2 * $0 }
        }
    }

    static let schema = FeatureSchema([FeatureSchema.Feature(name: "a", type: .number)])

    @Test func `completed blocks are kept when a later one fails, and the error names its rows`() throws {
        let rows = EncodedRows(schema: Self.schema, values: (0..<10).map { Double($0) })
        let explainer = try CoalitionSHAP(
            FailsOnSix(), background: rows.selecting(rows: [0]), players: Players(features: ["a"]), method: .exact)
        var kept: [Range<Int>: Attributions] = [:]
        let blocks = ExplanationBlocks.ranges(rowCount: 10, size: 3)
        #expect(blocks == [0..<3, 3..<6, 6..<9, 9..<10])
        let error = #expect(throws: ExplanationError.self) {
            try explainer.explain(rows, blocks: blocks, threads: 1) { kept[$0] = $1 }
        }
        #expect(error?.message == "rows 7 to 9: cannot apply the model: the scorer stopped")
        #expect(Set(kept.keys) == [0..<3, 3..<6])
        #expect(kept[3..<6]?.values == [6, 8, 10])
    }

    @Test func `blocks explained by themselves, in any order, have the bytes of one run`() throws {
        let (test, background) = try #require(try TreeOracle().interventional.first)
        let few = background.selecting(rows: [0, 1, 2, 3])
        let explainers: [any Explainer] = [
            try TreeSHAP(test.ensemble, .pathDependent, players: test.players),
            try TreeSHAP(test.ensemble, .interventional(background: few), players: test.players),
            try CoalitionSHAP(test.ensemble, background: few, players: test.players, method: .kernel(KernelSettings())),
        ]
        let rows = test.rows.selecting(rows: Array(0..<11))
        for explainer in explainers {
            let whole = try explainer.explain(rows, threads: 2)
            var parts: [Int: Attributions] = [:]
            try explainer.explain(rows, blocks: ExplanationBlocks.ranges(rowCount: 11, size: 4).reversed(), threads: 1) {
                parts[$0.lowerBound] = $1
            }
            #expect(Attributions(joining: parts.sorted { $0.key < $1.key }.map(\.value)) == whole)
        }
        var settings = LIMESettings()
        settings.samples = 100
        let oracle = try LIMEOracle()
        let lime = try LIMEExplainer(
            LIMEOracle.Model(), training: oracle.table, players: Players(features: oracle.table.schema.names), settings: settings)
        let some = oracle.table.selecting(rows: Array(0..<5))
        let parts = try [[0, 1], [2, 3, 4]].map { try lime.explain(some.selecting(rows: $0)) }
        #expect(LIMEExplanations(joining: parts) == (try lime.explain(some)))
        #expect(Attributions(joining: []) == nil)
    }
}
