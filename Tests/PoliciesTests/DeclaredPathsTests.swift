import Attestations
import Diagnostics
import OrderedCollections
import Policies
import Specs
import Testing

/// Paths that a policy names outside of expressions: a misspelt one would silently point nowhere, or excuse nothing.
@Suite struct DeclaredPathsTests {
    private func diagnostics(_ policy: String) -> [Diagnostic] {
        let catalog = PolicyFixture.catalog(["policies/p.yaml": policy])
        return PolicyCompiler.compile(catalog.policies.values, catalog: catalog).diagnostics
    }

    private func diagnostics(optional path: String) -> [Diagnostic] {
        diagnostics(PolicyFixture.policy(spec: "optionalEvidence: [\"\(path)\"]"))
    }

    private func diagnostics(subject path: String) -> [Diagnostic] {
        diagnostics(PolicyFixture.policy() + "\n      subjectPath: \(path)")
    }

    @Test(arguments: [
        "evidence", "baseline", "evidence.fairness", "baseline.performance.f1.value", "evidence.fairness['sex']",
        "evidence.fairness['sex'].selectionRate.groups['Asian-Pac-Islander'].value", "evidence.fairness['income.group'].equalizedOdds",
    ])
    func `evidence that may be measured can be optional`(path: String) { #expect(diagnostics(optional: path).map(\.text) == []) }

    @Test(
        arguments: [
            ("performance.f1", "performance", nil), ("evidense.data", "evidense", "did you mean 'evidence'?"),
            (
                "evidence.perf", "perf",
                "there are: \(EvidenceSchema.root.fields.map(\.name).joined(separator: ", "))"
            ),
            ("evidence.performance.rocAuc", "rocAuc", "did you mean 'rocAUC'?"), ("evidence.data.rows.value", "value", nil),
            ("evidence.fairness.sex", "sex", nil), ("evidence.fairness['sex'].f1", "f1", nil), ("evidence.fairness['sex", "fairness['sex", nil),
            ("evidence.", "", nil), ("evidence.performance['f1']", "'f1'", nil),
        ] as [(String, String, String?)])
    func `other evidence cannot`(path: String, step: String, hint: String?) throws {
        let diagnostics = diagnostics(optional: path)
        let diagnostic = try #require(diagnostics.first)
        #expect(diagnostics.count == 1)
        #expect(diagnostic.code == .policyUnknownPath)
        #expect(diagnostic.message == "'\(path)' leads nowhere: there is no '\(step)'")
        #expect(diagnostic.span?.start.line == 7)
        if let hint { #expect(diagnostic.hint == hint) }
    }

    @Test(arguments: ["spec", "spec.decision.threshold", "metadata.labels.team", "spec.owners.0", "spec.owners"])
    func `a rule can be about any part of a model`(path: String) { #expect(diagnostics(subject: path).map(\.text) == []) }

    @Test(
        arguments: [
            ("spec.decision.treshold", "treshold", "did you mean 'threshold'?"), ("spec.owners.first", "first", nil), ("decision", "decision", nil),
            ("spec.risk.level", "level", nil),
        ] as [(String, String, String?)])
    func `a rule cannot be about what no model has`(path: String, step: String, hint: String?) throws {
        let diagnostic = try #require(diagnostics(subject: path).first)
        #expect(diagnostic.message == "'\(path)' leads nowhere: there is no '\(step)'")
        if let hint { #expect(diagnostic.hint == hint) }
    }

    /// Where nothing is declared there is nothing to list.
    @Test func `a path that goes past a figure has no hint`() throws {
        #expect(try #require(diagnostics(subject: "spec.risk.level").first).hint == nil)
        #expect(try #require(diagnostics(optional: "evidence.data.rows.value").first).hint == nil)
    }
}
