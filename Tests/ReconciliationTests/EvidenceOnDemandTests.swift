import Attestations
import Basics
import Foundation
import Planning
import Reconciliation
import TestSupport
import TestWorld
import Testing

/// Evidence is computed when a policy reads it, and then it is there to be read.
@Suite struct EvidenceOnDemandTests {
    static let rules = [
        "explanation":
            "evidence.explanation.additivityError < 0.0001 && evidence.explanation.protectedShare <= 1.0 && evidence.explanation.features.exists(f, i, i.share > 0.0)"
            + " && evidence.explanation.faithfulness.gain > -1000.0 && evidence.explanation.faithfulness.rows == 5"
            + " && evidence.explanation.stability.models == 2 && evidence.explanation.stability.acrossModels <= 1.0"
            + " && evidence.explanation.drift.ndcg <= 1.0 && evidence.explanation.drift.features.exists(f, i, i.testShare > 0.0)",
        "quality": "evidence.dataQuality.expectations.all(name, outcome, outcome.holds) && evidence.dataQuality.columns['x'].missingShare == 0.0",
        "drift": "evidence.drift.columns['x'].populationStabilityIndex < 1.0 && evidence.drift.driftedShare < 1.0",
        "calibration": "evidence.calibration.expectedCalibrationError.value < 0.5",
    ]

    static func files(_ names: [String], model: String = "", dataset: String = "") -> [String: String] {
        var files = World.files
        for name in names {
            files["policies/\(name).yaml"] =
                World.head + "kind: Policy\nmetadata: {name: \(name)}\nspec:\n  match: {kinds: [Model]}\n  validations:\n"
                + "    - {name: rule, expression: \"\(rules[name] ?? "")\"}\n"
        }
        files["models/m.yaml"]? += model
        files["datasets/d.yaml"]? += dataset
        return files
    }

    static func steps(_ names: [String]) async throws -> [String] {
        let world = try World(files: files(names))
        let (plan, diagnostics) = try await Reconciler(options: world.reconcilerOptions(), clock: world.clock).plan()
        #expect(diagnostics.isEmpty)
        return plan.subjects.flatMap(\.steps).map(\.step.name)
    }

    @Test func `removing the one rule that reads a section removes its step from the plan`() async throws {
        let all = ["explanation", "quality", "drift", "calibration"]
        let steps = try await Self.steps(all)
        for (name, step) in zip(all, ["explain", "quality", "drift", "calibration"]) {
            #expect(steps.contains(step))
            #expect(try await Self.steps(all.filter { $0 != name }) == steps.filter { $0 != step })
        }
    }

    @Test func `what is asked for is measured, the same for one thread and two`() async throws {
        let files = Self.files(
            ["explanation", "quality", "drift", "calibration"],
            model: "  explanation: {rows: 20, background: 10, faithfulnessRows: 5, bootstrapModels: 2}\n",
            dataset: """
                  expectations:
                    - {name: x-range, column: x, minimum: -100, maximum: 100, maximumMissing: 0.1}
                    - {name: groups, column: g, pattern: '^[a-z]$'}
                    - {name: sane, expression: 'row.x + row.z < 1000.0', minimumRows: 10}

                """)
        var evidence: [[String: Digest]] = []
        for threads in [1, 2] {
            let world = try World(files: files)
            let report = try await world.reconcile(threads: threads)
            let verdict = try #require(report.verdicts.first { $0.subject.kind == "Model" })
            for rule in verdict.rules where Self.rules[rule.policy] != nil {
                #expect(rule.state == .pass, "\(rule.policy): \(rule.message) \(rule.taints) \(rule.readings)")
            }
            let entry = try #require(try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries().first)
            evidence.append(entry.record.draft.evidence)
        }
        #expect(evidence[0] == evidence[1])
        #expect(Set(evidence[0].keys).isSuperset(of: ["explanation", "dataQuality", "drift", "calibration"]))
    }

    @Test func `an expectation that does not hold says how many rows are against it`() async throws {
        var files = Self.files(
            ["quality"], dataset: "  expectations:\n    - {name: small, column: x, maximum: -1000}\n    - {name: few, maximumRows: 1}\n")
        files["policies/quality.yaml"] = files["policies/quality.yaml"]?.replacing(
            Self.rules["quality"] ?? "", with: "evidence.dataQuality.expectations['small'].violations == 0")
        let report = try await World(files: files).reconcile()
        let rule = try #require(report.verdicts.flatMap(\.rules).first { $0.policy == "quality" })
        #expect(rule.state == .fail)
        #expect(rule.causes.first?.measured?.value != "0")
        #expect(rule.causes.first?.limit?.value == "0")
    }
}
