import Attestations
import Basics
import Diagnostics
import Foundation
import Git
import Reconciliation
import TestWorld
import Testing

/// A model of numbers or of several classes beside the one that is live.
@Suite struct TaskComparisonEvidenceTests {
    static func files(_ task: String, label: String, figures: [String], more: String = "") -> [String: String] {
        var files = TaskTests.files(task, label: label, more: more, expression: "true", rows: 400)
        files["policies/useful.yaml"] = nil
        let all = figures.map { "'\($0)'" }.joined(separator: ", ")
        files["policies/compared.yaml"] = ComparisonEvidenceTests.policy([
            ("not-worse", "evidence.comparison.notWorse.passes"),
            ("figures", "[\(all)].all(figure, evidence.comparison.notWorse.results[figure].adjusted >= 0.05)"),
            ("family", "evidence.significance.comparison.all(figure, test, test.holm >= 0.05)"),
        ])
        files["models/m.yaml"] = files["models/m.yaml"]?.appending("  evaluation: {protected: [g]}\n")
        return files
    }

    @Test(arguments: [
        ("regression", "float", ["rootMeanSquaredError", "meanAbsoluteError", "r2", "r2/a"], ""),
        ("count", "integer", ["poissonDeviance", "meanAbsoluteError/b"], ""),
        ("quantile", "float", ["quantileLoss", "quantileLoss/a"], "quantile: 0.8"),
        ("multiclassClassification", "category", ["accuracy", "logLoss", "macroF1", "macroF1/b"], ""),
    ])
    func `a gate denies a challenger of any task that is significantly worse than the live model, and lets its equal pass`(
        _ task: String, _ label: String, _ figures: [String], _ more: String
    ) async throws {
        let files = Self.files(task, label: label, figures: figures, more: more)
        let world = try World(files: files)
        let first = try await world.reconcile()
        // Nothing is live yet: rules that compare do not apply.
        #expect(ComparisonEvidenceTests.states(first).isEmpty && first.diagnostics.isEmpty, "\(first.diagnostics.map(\.text))")
        try ComparisonEvidenceTests.promote(world)
        try await world.reconcile()
        let itself = try ComparisonEvidenceTests.evidence(world, "comparison")
        #expect(itself["champion"]?["isSameModel"]?.boolValue == true && itself["nonInferior"]?["passes"]?.boolValue == true)
        #expect(itself["champion"]?["threshold"] == nil)
        let base = try world.main
        func judged(_ old: String, _ new: String) async throws -> (Outcome, [String: RuleResult.State], Verdict) {
            let branch = "refs/heads/proposal"
            if let tip = try world.server.reference(branch) { try world.server.deleteReference(branch, expecting: tip) }
            let text = try #require(files["models/m.yaml"])
            #expect(text.contains(old))
            let head = try world.commit(["models/m.yaml": text.replacing(old, with: new)], by: World.bob, branch: branch)
            let report = try await world.gate(head: head, base: base, readsStore: true)
            let verdict = try #require(report.verdict.subjects.first)
            return (report.verdict.outcome, Dictionary(verdict.rules.map { ($0.rule, $0.state) }, uniquingKeysWith: { first, _ in first }), verdict)
        }
        let (passed, passing, equal) = try await judged("rounds: 8", "rounds: 9")
        #expect(passed == .pass && Set(passing.values) == [.pass], "\(equal.rules.map(\.message)) \(equal.findings.map(\.message))")
        // Without the column that decides.
        let (denied, failing, worse) = try await judged("  dataset: d\n", "  dataset: d\n  features: {include: [z, g]}\n")
        #expect(denied == .deny && Set(failing.values) == [.fail], "\(worse.rules.map(\.message)) \(worse.findings.map(\.message))")
    }

    @Test func `test rows of a class that the live model never saw are rows that it gives no chance`() async throws {
        var files = Self.files("multiclassClassification", label: "category", figures: ["accuracy", "logLoss"])
        let world = try World(files: files)
        try await world.reconcile()
        try ComparisonEvidenceTests.promote(world)
        // Rows of a new class, of which the split gives some to training and some to the test part.
        let data = try #require(files["data/d.csv"]) + (0..<3).map { "0.\($0),0.5,a,rare\n" }.joined()
        files["data/d.csv"] = data
        try world.commit(["data/d.csv": data, "datasets/d.yaml": World.dataset(data, label: "category")], by: World.alice)
        let report = try await world.reconcile()
        let findings = report.verdicts.flatMap(\.findings).map(\.message)
        #expect(Set(ComparisonEvidenceTests.states(report).values) == [.pass], "\(findings)")
    }
}
