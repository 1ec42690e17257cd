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
            "evidence.explanation.additivityError < 0.0001 && evidence.explanation.protectedShare < 0.2 && evidence.explanation.features.exists(f, i, i.share > 0.0)"
            + " && evidence.explanation.faithfulness.gain > 0.0 && evidence.explanation.faithfulness.rows == 5"
            + " && evidence.explanation.stability.models == 2 && evidence.explanation.stability.acrossModels > 0.5"
            + " && evidence.explanation.drift.ndcg > 0.9 && evidence.explanation.drift.features.exists(f, i, i.testShare > 0.0)",
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

    @Test func `declared reasons are recorded with their decisions, and a policy reads them`() async throws {
        let rule =
            "evidence.explanation.reasons.decisions > 0 && evidence.explanation.reasons.withoutReason == 0 && evidence.explanation.reasons.maximum == 2"
            + " && evidence.explanation.reasons.factors == size(evidence.model.features) && evidence.explanation.reasons.acrossBackgrounds > 0.5"
            + " && evidence.explanation.reasons.codes['RX'].any > 0.0"
        let reasons = """
              explanation: {rows: 30, background: 20, faithfulnessRows: 0}
              adverseReasons:
                maximum: 2
                map:
                  x: {code: RX, text: x is low}
                  z: {code: RZ, text: z is low}
                  g: {code: RG, text: the group}

            """
        var files = Self.files([], model: reasons)
        let plain = try World(files: files)
        #expect(try await plain.reconcile().verdicts.count { $0.subject.kind == "Model" } == 1)
        let entry = try #require(try LedgerAudit(repositoryPath: plain.serverPath, revision: "main", ledger: nil).entries().first)
        // The spec asks, whether or not a policy does.
        #expect(entry.record.draft.artefacts["reasons"] != nil)
        // Where nobody is refused there are no reasons to count, and none of them is none too many.
        let nobody = "evidence.explanation.reasons.withoutReason == 0 && evidence.explanation.reasons.codes.all(code, share, share.any <= 1.0)"
        for (name, expression, threshold, state) in [
            ("holds", rule, "0.5", RuleResult.State.pass), ("fails", "evidence.explanation.reasons.withoutReason > 0", "0.5", .fail),
            ("nobody", nobody, "0.0", .undecided),
        ] {
            files["models/m.yaml"] = files["models/m.yaml"]?.replacing(/threshold: [0-9.]+/, with: "threshold: \(threshold)")
            files["policies/reasons.yaml"] =
                World.head + "kind: Policy\nmetadata: {name: reasons}\nspec:\n  match: {kinds: [Model]}\n  validations:\n"
                + "    - {name: \(name), expression: \"\(expression)\"}\n"
            let report = try await World(files: files).reconcile()
            let judged = try #require(report.verdicts.flatMap(\.rules).first { $0.policy == "reasons" })
            #expect(judged.state == state, "\(judged.message) \(judged.taints) \(judged.readings)")
        }
    }

    @Test func `sampled explanations say how far other seeds agree`() async throws {
        var files = Self.files([], model: "  explanation: {rows: 10, background: 10, faithfulnessRows: 2, method: kernel}\n")
        files["policies/seeds.yaml"] =
            World.head + "kind: Policy\nmetadata: {name: seeds}\nspec:\n  match: {kinds: [Model]}\n  validations:\n"
            + "    - {name: rule, expression: \"evidence.explanation.method == 'kernel' && evidence.explanation.stability.acrossSeeds > 0.9"
            + " && evidence.explanation.additivityError < 0.000001\"}\n"
        let report = try await World(files: files).reconcile()
        let rule = try #require(report.verdicts.flatMap(\.rules).first { $0.policy == "seeds" })
        #expect(rule.state == .pass, "\(rule.message) \(rule.taints) \(rule.readings)")
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
