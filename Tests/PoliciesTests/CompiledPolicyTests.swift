import Attestations
import Basics
import Diagnostics
import OrderedCollections
import Policies
import Specs
import Testing

@Suite struct CompiledPolicyTests {
    private typealias Fixture = PolicyFixture

    private func compile(_ files: [String: String]) -> (policies: [CompiledPolicy], diagnostics: [Diagnostic]) {
        let catalog = Fixture.catalog(files)
        return PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
    }

    private func compile(rule: String = "true", spec: String = "") -> (policies: [CompiledPolicy], diagnostics: [Diagnostic]) {
        compile(["policies/p.yaml": Fixture.policy(rule: rule, spec: spec)])
    }

    private func sections(_ rule: String, spec: String = "") throws -> Set<EvidenceSchema.Section> {
        let (policies, diagnostics) = compile(rule: rule, spec: spec)
        #expect(diagnostics.map(\.text) == [])
        return try #require(policies.first).sections
    }

    @Test func `what a policy reads is what is demanded`() throws {
        #expect(try sections("evidence.performance.rocAUC.value > 0.5") == [.performance])
        #expect(try sections("size(evidence.fairness) > 1 && evidence.data.rows > 9") == [.fairness, .data])
        #expect(try sections("has(evidence.model)") == [.model])
        #expect(try sections("params.limit < 1.0 && subject.spec.risk == 'high'") == [])
        // Each expression is its own: one that reads all of a section does not make up for another.
        #expect(try sections("evidence.data.rows > 0 && evidence.data.testRows > 0") == [.data])
    }

    @Test func `conditions, variables and messages read too`() throws {
        #expect(try sections("true", spec: "matchConditions: [{name: c, expression: evidence.data.rows > 9}]") == [.data])
        #expect(try sections("variables.v > 9", spec: "variables: [{name: v, expression: evidence.data.rows}]") == [.data])
        let (policies, _) = compile(
            ["policies/p.yaml": Fixture.policy() + "\n      messageExpression: string(evidence.model.bytes)"])
        #expect(policies.first?.sections == [.model])
    }

    @Test func `a baseline's evidence is demanded like the subject's`() throws {
        #expect(try sections("baseline.data.rows > 9", spec: "baseline: required") == [.data])
        #expect(try sections("baseline.data.rows > 9 && evidence.model.bytes > 9", spec: "baseline: required") == [.data, .model])
    }

    @Test(arguments: [
        "[evidence].all(e, e.data.rows > 9)", "[baseline].all(e, e.data.rows > 9)", "[evidence, evidence].all(e, evidence.data.rows > 9)",
    ])
    func `of evidence that is passed on as a whole, everything is demanded`(rule: String) throws {
        #expect(try sections(rule, spec: "baseline: required") == Set(EvidenceSchema.Section.allCases))
    }

    @Test(arguments: [("evidence.data.rows", "int"), ("'yes'", "string"), ("evidence", "Evidence")])
    func `a rule that gives no boolean is refused`(rule: String, type: String) throws {
        let (policies, diagnostics) = compile(rule: rule)
        #expect(policies.isEmpty)
        #expect(diagnostics.map(\.code) == [.policyResultType])
        #expect(diagnostics.first?.message == "the expression gives \(type), and must give bool")
    }

    @Test func `conditions give a boolean, messages a string, variables anything`() {
        #expect(compile(spec: "matchConditions: [{name: c, expression: '1'}]").diagnostics.map(\.code) == [.policyResultType])
        #expect(compile(spec: "variables: [{name: v, expression: '1'}, {name: w, expression: 'true'}]").diagnostics.isEmpty)
        let (policies, diagnostics) = compile(["policies/p.yaml": Fixture.policy() + "\n      messageExpression: 'true'"])
        #expect(policies.isEmpty)
        #expect(diagnostics.map(\.message) == ["the expression gives bool, and must give string"])
    }

    /// Its values are checked when the rule is evaluated.
    @Test func `a rule whose type only its values tell is taken, and undecided if it is no boolean`() throws {
        let verdict = Fixture.judge([
            "policies/p.yaml": Fixture.policy(rule: "variables.v[0]", spec: "variables: [{name: v, expression: '[dyn(1)]'}]")
        ])
        .judge(JudgementInput(subject: try Fixture.subject(), evidence: [:], instant: Fixture.instant))
        #expect(verdict.rules.map(\.state) == [.undecided])
        #expect(verdict.rules[0].taints == ["the expression gave int"])
    }

    @Test func `everything wrong is reported together, and no policy that has an error is used`() {
        let wrong = Fixture.policy("wrong", rule: "nothing", spec: "variables: [{name: v, expression: params.limt}]")
        let (policies, diagnostics) = compile(["policies/a.yaml": wrong, "policies/b.yaml": Fixture.policy()])
        #expect(policies.map(\.name) == ["p"])
        #expect(diagnostics.count == 2)
        #expect(diagnostics.allSatisfy { $0.span?.file.path == "policies/a.yaml" })
        #expect(diagnostics.first?.hint == "did you mean 'limit'?")
    }

    @Test func `what may be read is listed in order`() {
        let shared = "kind: PolicyParameters\nmetadata: {name: s}\nspec: {values: {d: 1, a: 1, c: 1, b: 1, Z: 1}}\n"
        let (_, diagnostics) = compile([
            "policies/p.yaml": Fixture.policy(rule: "params.somethingElse", spec: "paramsRef: s"), "policies/s.yaml": shared,
        ])
        #expect(diagnostics.first?.hint == "its fields: Z, a, b, c, count, d, limit")
    }

    @Test func `a baseline can be read only by a policy that says how it uses it`() {
        #expect(compile(rule: "baseline.data.rows > 9").diagnostics.count == 1)
        #expect(compile(rule: "baseline.data.rows > 9", spec: "baseline: required").diagnostics.isEmpty)
        #expect(compile(rule: "baseline.data.rows > 9", spec: "baseline: ifPresent").diagnostics.isEmpty)
    }

    @Test func `a variable sees only those before it`() {
        let forward = "variables: [{name: v, expression: variables.w}, {name: w, expression: '1'}]"
        let (_, diagnostics) = compile(spec: forward)
        #expect(diagnostics.map(\.hint) == ["a variable sees those above it; 'w' is not"])
        #expect(compile(spec: "variables: [{name: v, expression: variables.v}]").diagnostics.count == 1)
        // Where the order is not what is wrong, it is not blamed.
        let bare = compile(spec: "variables: [{name: v, expression: word}, {name: word, expression: '1'}]").diagnostics
        #expect(bare.map(\.hint).allSatisfy { $0?.hasPrefix("a variable sees") == false })
    }

    @Test func `shared parameters replace a policy's own, with their types`() throws {
        let shared = "kind: PolicyParameters\nmetadata: {name: shared}\nspec: {values: {limit: 0.5, flag: true, word: a, none: [], more: {b: [2]}}}\n"
        func outcome(_ rule: String) throws -> Outcome {
            let files = ["policies/shared.yaml": shared, "policies/p.yaml": Fixture.policy(rule: rule, spec: "paramsRef: shared")]
            return Fixture.judge(files).judge(JudgementInput(subject: try Fixture.subject(), evidence: [:], instant: Fixture.instant)).outcome
        }
        #expect(try outcome("params.limit == 0.5 && params.count == 3 && params.flag && params.word == 'a'") == .pass)
        #expect(try outcome("params.more.b[0] == 2 && params.none == []") == .pass)
        let wrong = compile(["policies/shared.yaml": shared, "policies/p.yaml": Fixture.policy(rule: "params.word > 1", spec: "paramsRef: shared")])
        #expect(wrong.diagnostics.count == 1)
    }

    @Test(arguments: [
        ("change.approvers.exists(a, !(a in change.authors))", true), (".change.approvers == []", true), ("size(change.authors) > 0", false),
        ("change.authors == change.authors", false), ("[change].exists(c, c.approvers == [])", true), ("evidence.data.rows > 0", false),
    ])
    func `a policy tells whether it asks who approved the change`(rule: String, reads: Bool) throws {
        #expect(try #require(compile(rule: rule).policies.first).readsApprovers == reads)
    }
}
