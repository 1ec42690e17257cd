import Attestations
import Basics
import Policies
import Specs
import Testing

/// What becomes of one rule: conditions, baseline, messages, readings. What evidence lacks is TaintTests' matter.
@Suite struct RuleEvaluationTests {
    private typealias Fixture = PolicyFixture
    private static let missing = "evidence.performance.f1.value > 0.5"

    private func verdict(
        _ rule: String = "false", spec: String = "", model: String = Fixture.model(), base: String? = nil, baseline: JSONValue? = nil,
        change: JSONValue? = nil
    ) throws -> Verdict {
        let base = try base.map { try Fixture.subject($0) }
        return Fixture.judge(["policies/p.yaml": Fixture.policy(rule: rule, spec: spec)]).judge(
            JudgementInput(
                subject: try Fixture.subject(model), baseSubject: base, evidence: Fixture.evidence, baseline: baseline, change: change,
                instant: Fixture.instant))
    }

    private func conditions(_ expressions: String...) -> String {
        let entries = expressions.enumerated().map { #"{name: c\#($0.offset), expression: "\#($0.element)"}"# }
        return "matchConditions: [\(entries.joined(separator: ", "))]"
    }

    /// Sixty variables of which each reads the two before it: worked out once for each way to them, that would take days.
    @Test func `a variable that many read is worked out once`() throws {
        let first = "{name: v0, expression: evidence.performance.rocAUC.value}, {name: v1, expression: variables.v0}"
        let others = (2..<60).map { ", {name: v\($0), expression: 'variables.v\($0 - 1) + variables.v\($0 - 2)'}" }.joined()
        let found = try verdict("variables.v59 > 1.0", spec: "variables: [\(first)\(others)]").rules[0]
        #expect(found.state == .pass, "\(found.taints)")
        let flags = (2..<60).map { ", {name: w\($0), expression: 'variables.w\($0 - 1) && variables.w\($0 - 2)'}" }.joined()
        let failing = "{name: w0, expression: evidence.performance.rocAUC.value > 1.0}, {name: w1, expression: variables.w0}"
        let denied = try verdict("variables.w59", spec: "variables: [\(failing)\(flags)]").rules[0]
        #expect(denied.state == .fail && denied.causes.first?.measured?.value == "0.93", "\(denied.causes)")
    }

    @Test func `variables that read one another too deep leave the rule undecided`() throws {
        let chain = "{name: v0, expression: '1'}" + (1..<100).map { ", {name: v\($0), expression: variables.v\($0 - 1)}" }.joined()
        #expect(try verdict("variables.v63 == 1", spec: "variables: [\(chain)]").rules[0].state == .pass)
        let deep = try verdict("variables.v64 == 1 || true", spec: "variables: [\(chain)]").rules[0]
        #expect(deep.state == .undecided && deep.taints.first?.contains("more than 64 others") == true, "\(deep.taints)")
    }

    /// Nil: the policy does not apply; so no rule is there.
    @Test(arguments: [
        (["true"], RuleResult.State.fail), (["false"], nil), (["true", "true"], .fail), (["true", "false"], nil), (["false", "true"], nil),
        ([missing], .undecided), (["true", missing], .undecided), (["1/0 == 1"], .undecided),
        (["false", missing], nil), ([missing, "false"], nil),  // one that is false settles it
        (["subject.spec.risk == 'high'"], .fail), (["subject.spec.risk == 'low'"], nil),
    ])
    func `a policy applies where all of its conditions hold`(expressions: [String], state: RuleResult.State?) throws {
        let entries = expressions.enumerated().map { #"{name: c\#($0.offset), expression: "\#($0.element)"}"# }
        let verdict = try verdict(spec: "matchConditions: [\(entries.joined(separator: ", "))]")
        #expect(verdict.rules.map(\.state) == (state.map { [$0] } ?? []))
    }

    @Test(arguments: [
        ("high", "low", RuleResult.State.fail), ("low", "high", .fail), ("high", "high", .fail), ("low", "low", nil),
    ])
    func `conditions hold if they do for the subject as it was or as it would be`(now: String, before: String, state: RuleResult.State?) throws {
        let verdict = try verdict(
            spec: conditions("subject.spec.risk == 'high'"), model: Fixture.model(risk: now), base: Fixture.model(risk: before))
        #expect(verdict.rules.map(\.state) == (state.map { [$0] } ?? []))
    }

    @Test func `a condition in doubt for one state of the subject and met by the other applies`() throws {
        // As it would be, the condition reads what is not there; as it was, it need not.
        let condition = "subject.spec.risk == 'high' || \(Self.missing)"
        let applies = try verdict(spec: conditions(condition), model: Fixture.model(risk: "low"), base: Fixture.model(risk: "high"))
        #expect(applies.rules.map(\.state) == [.fail])
        let doubtful = try verdict(spec: conditions(condition), model: Fixture.model(risk: "low"), base: Fixture.model(risk: "limited"))
        #expect(doubtful.rules.map(\.state) == [.undecided])
        #expect(doubtful.rules[0].taints.contains("evidence.performance.f1 is missing"))
    }

    @Test func `what makes a condition doubtful is told with its name`() throws {
        let rule = try #require(try verdict(spec: conditions("true", "1/0 == 1")).rules.first)
        #expect(rule.message == "whether the policy applies cannot be decided")
        #expect(rule.taints == ["matchCondition 'c1': division by zero"])
    }

    private static let drop = "evidence.performance.rocAUC.value > baseline.performance.rocAUC.value - 0.01"

    @Test(arguments: ["required", "ifPresent"]) func `a rule compares with what is live`(baseline: String) throws {
        func state(_ value: Double) throws -> [RuleResult.State] {
            try verdict(Self.drop, spec: "baseline: \(baseline)", baseline: ["performance": ["rocAUC": ["value": .double(value), "n": 9]]])
                .rules.map(\.state)
        }
        #expect(try state(0.93) == [.pass])
        #expect(try state(0.95) == [.fail])
    }

    @Test(arguments: [
        ("evidence.comparison.notWorse.passes", true), ("evidence.significance.comparison.size() > 0", true),
        ("variables.gain", true), ("evidence.performance.rocAUC.value > 0.99", false), ("evidence.significance.fairness.size() > 0", false),
    ])
    func `rules about a comparison with what is live are skipped where nothing is, and no others`(_ rule: String, isSkipped: Bool) throws {
        let spec = "baseline: ifPresent\nvariables: [{name: gain, expression: \"evidence.comparison.notWorse.passes\"}]"
        #expect(try verdict(rule, spec: rule.hasPrefix("variables") ? spec : "baseline: ifPresent").rules.isEmpty == isSkipped)
    }

    @Test(arguments: [(-1, false), (0, true), (1, true)])
    func `an expectation holds until its last second, and no longer`(_ left: Int64, holds: Bool) throws {
        let until = Fixture.instant.adding(seconds: left)
        let evidence: JSONValue = ["dataQuality": ["expectations": ["fresh": ["holds": true, "violations": 0, "validUntil": .string("\(until)")]]]]
        let rule = "evidence.dataQuality.expectations['fresh'].holds && evidence.dataQuality.expectations['fresh'].violations == 0"
        let verdict = Fixture.judge(["policies/p.yaml": Fixture.policy(rule: rule)]).judge(
            JudgementInput(subject: try Fixture.subject(), evidence: evidence, instant: Fixture.instant))
        #expect(verdict.rules.map(\.state) == [holds ? .pass : .fail])
    }

    @Test func `where nothing is live, a required baseline blocks and an optional one skips the rules that read it`() throws {
        #expect(try verdict(Self.drop, spec: "baseline: required").rules.map(\.state) == [.undecided])
        #expect(try verdict(Self.drop, spec: "baseline: ifPresent").rules.isEmpty)
        #expect(try verdict("false", spec: "baseline: ifPresent").rules.map(\.state) == [.fail])
        #expect(try verdict("false", spec: "baseline: ifPresent\n" + conditions("baseline.performance.rocAUC.value > 0.5")).rules.isEmpty)
        #expect(try verdict("variables.b > 0.5", spec: "baseline: ifPresent\n" + Self.throughVariables).rules.isEmpty)
        #expect(try verdict("variables.a > 0.5", spec: "baseline: ifPresent\n" + Self.throughVariables).rules.map(\.state) == [.pass])
    }

    private static let throughVariables = """
        variables: [{name: a, expression: evidence.performance.rocAUC.value}, {name: l, expression: baseline.performance.rocAUC.value}, \
        {name: b, expression: variables.l - variables.a}]
        """

    @Test func `a baseline without the section that a rule reads blocks, even if optional`() throws {
        #expect(try verdict(Self.drop, spec: "baseline: ifPresent", baseline: [:]).rules.map(\.state) == [.undecided])
        #expect(try verdict(Self.drop, spec: "baseline: ifPresent", baseline: "rubbish").rules.map(\.state) == [.undecided])
    }

    @Test func `a variable sees those before it, by name`() throws {
        let variables = "variables: [{name: one, expression: '1'}, {name: two, expression: variables.one + 1}, {name: six, expression: '6'}]"
        #expect(try verdict("variables.one == 1 && variables.two == 2 && variables.six == 6", spec: variables).outcome == .pass)
    }

    @Test func `a failing variable is named`() throws {
        let verdict = try verdict("variables.v || true", spec: "variables: [{name: v, expression: 1 / 0 == 1}]")
        #expect(verdict.rules[0].taints == ["variables.v cannot be evaluated: division by zero"])
    }

    @Test func `has sees a variable that is there`() throws {
        #expect(try verdict("has(variables.v)", spec: "variables: [{name: v, expression: '1'}]").outcome == .pass)
    }

    @Test func `what is known of the change can be read, and what is not is undecided`() throws {
        let rule = "change.approvers.exists(a, !(a in change.authors))"
        #expect(try verdict(rule, change: ["authors": ["bob"], "approvers": ["bob", "carol"]]).outcome == .pass)
        #expect(try verdict(rule, change: ["authors": ["bob"], "approvers": ["bob"]]).outcome == .deny)
        #expect(try verdict(rule, change: ["approvers": ["bob"]]).rules[0].taints == ["change.authors is not known"])
    }

    /// Who did not sign may be anybody, the approver too.
    @Test func `authors are undecided while one of the commits is by nobody known`() throws {
        let rule = "change.approvers.exists(a, !(a in change.authors))"
        let change: JSONValue = ["authors": ["ann"], "approvers": ["bob"], "unsigned": ["0a1b2c3 is unsigned"]]
        let tainted = try verdict(rule, change: change).rules[0]
        #expect(tainted.state == .undecided && tainted.taints == ["change.authors are not all known: 0a1b2c3 is unsigned"])
        #expect(try verdict("size(change.unsigned) == 0 && size(change.authors) > 0", change: change).rules[0].state == .fail)
        #expect(try verdict(rule, change: ["authors": ["ann"], "approvers": ["bob"], "unsigned": []]).outcome == .pass)
    }
}
