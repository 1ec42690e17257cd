import Attestations
import Basics
import Diagnostics
import Foundation
import OrderedCollections
import Policies
import PolicyPacks
import Specs
import TestSupport
import Testing

/// The packs of `policies/`, each with its own tests.
@Suite struct PackTests {
    static let folder = TestFiles.fixtures.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("policies")

    @Test(arguments: PolicyPack.all.map(\.reference))
    func `a pack's tests pass and cover every rule and branch`(reference: String) throws {
        let pack = try #require(PolicyPack.named(reference))
        let folder = Self.folder.appendingPathComponent("\(pack.name)/\(pack.version)")
        var entries = [SpecEntry(path: "proviso.yaml", bytes: Array(Self.repository.utf8))]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() where name != "pack.yaml" {
            entries.append(SpecEntry(path: "policies/\(name)", bytes: Array(try Data(contentsOf: folder.appendingPathComponent(name)))))
        }
        let (catalog, problems) = Catalog.load(entries)
        let (policies, policyProblems) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        let (report, diagnostics) = PolicyTestRunner.run(catalog, policies, only: nil) { _ in nil }
        #expect((problems + policyProblems + diagnostics).map(\.text) == [])
        #expect(report.cases.flatMap { each in each.failures.map { "\($0.location) \($0.message)" } } == [])
        #expect(report.problems.map(\.message) == [])
        #expect(report.coverage.flatMap { $0.gaps.map { "\($0.location) \($0.message)" } } == [])
        #expect(!report.cases.isEmpty && Set(report.cases.map(\.policy)) == Set(catalog.policies.keys))
    }

    @Test(arguments: PolicyPack.all.map(\.reference))
    func `a pack says where each rule comes from, and when that was looked at`(reference: String) throws {
        let contents = PackContents(try #require(PolicyPack.named(reference)))
        #expect(contents.spec["sources"]?.arrayValue?.isEmpty == false)
        for policy in contents.policies {
            #expect(policy.spec["legalBasis"] != nil && policy.spec["sourceChecked"] != nil, "\(policy.path)")
            #expect(policy.spec["jurisdiction"] != nil && policy.spec["effectiveFrom"] != nil, "\(policy.path)")
            for rule in policy.spec["validations"]?.arrayValue ?? [] {
                #expect(rule["control"] != nil, "\(policy.path): \(rule["name"]?.stringValue ?? "")")
            }
        }
    }

    static let repository = "apiVersion: proviso.dev/v1alpha1\nkind: Repository\nmetadata: {name: r}\nspec: {}\n"

    static func use(_ spec: String, _ files: [String: String] = [:]) -> (Catalog, [Diagnostic]) {
        PolicyFixture.load(
            files.merging(["policies/f.yaml": "kind: PolicyPack\nmetadata: {name: f}\nspec: \(spec)\n", "models/m.yaml": PolicyFixture.model()]) {
                $1
            })
    }

    @Test func `a pack in use gives its policies, with parameters, labels and actions of the use`() throws {
        let (catalog, problems) = Self.use(
            "{uses: proviso/fairness@1, params: {minimumRatio: 0.5}, labels: {team: x}, off: [small-groups, adverse-impact/significant-gap],"
                + " validationActions: [Warn]}")
        #expect(problems.map(\.text) == [])
        #expect(Array(catalog.policies.keys) == ["f.adverse-impact", "f.equalized-odds"])
        let policy = try #require(catalog.policies["f.adverse-impact"])
        #expect(policy.spec["params"]?["minimumRatio"]?.doubleValue == 0.5)
        #expect(policy.spec["params"]?["practicalRatio"]?.doubleValue == 0.9)
        #expect(policy.ruleNames == ["two-groups", "four-fifths"] && policy.labels == ["team": "x"] && policy.actions == ["Warn"])
        #expect(policy.pack?.hasPrefix("proviso/fairness@1 sha256:") == true)
        #expect(policy.path == "proviso/fairness@1/adverse-impact.yaml")
        // Not a file of the repository: a change of the use is what is guarded.
        #expect(!catalog.resources.contains { $0.name == policy.name })
        let (compiled, diagnostics) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        #expect(diagnostics.map(\.text) == [])
        let rates: JSONValue = [
            "men": ["value": 0.6, "n": 80, "numerator": 48], "women": ["value": 0.42, "n": 80, "numerator": 34],
        ]
        let evidence: JSONValue = ["fairness": ["sex": ["selectionRate": ["groups": rates], "equalizedOdds": ["difference": ["value": 0.2]]]]]
        let verdict = Judge(policies: compiled, waivers: [], maximumWaiverDays: 0).judge(
            JudgementInput(subject: try #require(catalog.models["m"]).resource, evidence: evidence, instant: PolicyFixture.instant))
        #expect(
            verdict.rules.map { "\($0.policy)/\($0.rule) \($0.state) \($0.action.rawValue)" } == [
                "f.adverse-impact/four-fifths pass Warn", "f.adverse-impact/two-groups pass Warn", "f.equalized-odds/difference fail Warn",
            ])
        let record = try RuleResult(json: verdict.rules[2].json)
        #expect(record.pack == policy.pack && record.control == "Hardt, Price and Srebro 2016, definition 2.1")
        #expect(record.policyLocation.path == "proviso/fairness@1/equalized-odds.yaml")
    }

    @Test(arguments: [
        ("{uses: proviso/fairnes@1}", DiagnosticCode.danglingReference, "did you mean 'proviso/fairness@1'?", 4),
        ("{uses: proviso/fairness@1, params: {minimumRato: 0.5}}", .unknownField, "did you mean 'minimumRatio'?", 4),
        ("{uses: proviso/fairness@1, params: {minimumRatio: high}}", .wrongType, "", 4),
        ("{uses: proviso/fairness@1, off: [small-group]}", .danglingReference, "did you mean 'small-groups'?", 4),
    ])
    func `what a use misspells is told at its place`(spec: String, code: DiagnosticCode, hint: String, line: Int) {
        let (catalog, problems) = Self.use(spec)
        #expect(problems.map(\.code) == [code])
        #expect(problems.first?.hint ?? "" == hint)
        #expect(problems.first?.span?.file.path == "policies/f.yaml" && problems.first?.span?.start.line == line)
        #expect(catalog.policies.isEmpty)
    }

    /// YAML lets an author write 1 for 1.0, and 0 for no tolerance.
    @Test(arguments: PolicyPack.all.map(\.reference)) func `whole numbers may be given for every parameter that is a number`(reference: String) throws
    {
        let contents = PackContents(try #require(PolicyPack.named(reference)))
        let parameters = contents.policies.flatMap { $0.spec["params"]?.objectValue ?? [:] }
        let given = Set(parameters.filter { if case .double = $0.value { true } else { false } }.map(\.key)).sorted().map { "\($0): 1" }.joined(
            separator: ", ")
        let (catalog, problems) = Self.use("{uses: \(reference), params: {\(given)}}")
        let (compiled, diagnostics) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        #expect((problems + diagnostics).map(\.text) == [])
        #expect(!compiled.isEmpty)
    }

    @Test func `a waiver and a test may name a pack's policy, and a policy of its name is a second one`() {
        let waiver = """
            kind: Waiver
            metadata: {name: w}
            spec: {policy: f.equalized-odds, rules: [difference], subject: {kind: Model, name: m}, reason: r, owner: a@b.org, expires: 2026-12-01}
            """
        let test =
            "kind: PolicyTest\nmetadata: {name: t}\nspec: {policy: f.small-groups, cases: [{name: a, expect: [{rule: rows, state: undecided}]}]}"
        #expect(Self.use("{uses: proviso/fairness@1}", ["waivers/w.yaml": waiver, "policies/t_test.yaml": test]).1.map(\.text) == [])
        let own = PolicyFixture.policy("f.small-groups")
        #expect(Self.use("{uses: proviso/fairness@1}", ["policies/own.yaml": own]).1.map(\.code) == [.duplicateResource])
    }

    @Test func `a change of a pack's use is guarded`() throws {
        let (before, _) = Self.use("{uses: proviso/fairness@1}")
        let (after, _) = Self.use("{uses: proviso/fairness@1, params: {minimumRatio: 0.1}}")
        let changes = Catalog.changes(from: before, to: after)
        #expect(changes.map(\.isGuarded) == [true] && changes.map(\.file) == ["policies/f.yaml"])
    }

    @Test func `two packs with other texts have other digests`() {
        #expect(Set(PolicyPack.all.map(\.digest)).count == PolicyPack.all.count)
        #expect(PolicyPack.named("proviso/fairness@2") == nil)
    }
}
