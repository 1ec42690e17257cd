import Explanations
import Models
import Testing

@Suite struct ExplanationBlocksTests {
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
            let parts = try [8..<11, 0..<4, 4..<8].map {
                (start: $0.lowerBound, part: try explainer.explain(rows.selecting(rows: Array($0)), threads: 1))
            }
            #expect(Attributions(joining: parts.sorted { $0.start < $1.start }.map(\.part)) == whole)
        }
        var settings = LIMESettings()
        settings.samples = 100
        let oracle = try LIMEOracle()
        let lime = try LIMEExplainer(
            LIMEOracle.Model(), training: oracle.table, players: Players(features: oracle.table.schema.names), settings: settings)
        let some = oracle.table.selecting(rows: Array(0..<5))
        let parts = try [[0, 1], [2, 3, 4]].map { try lime.explain(some.selecting(rows: $0)) }
        #expect(parts.flatMap(\.surrogates) == (try lime.explain(some)).surrogates)
        #expect(Attributions(joining: []) == nil)
        let others = try explainers.map { try $0.explain(rows, threads: 1) }
        #expect(Attributions(joining: [others[0], others[1]]) == nil)
    }
}
