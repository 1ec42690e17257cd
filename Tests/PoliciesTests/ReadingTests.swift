import Attestations
import Basics
import Policies
import Testing

/// What a rule tells about itself: the figures that it looked at, its words and its place.
@Suite struct ReadingTests {
    private typealias Fixture = PolicyFixture

    private func readings(_ rule: String, spec: String = "") throws -> [String] {
        let verdict = Fixture.judge(["policies/p.yaml": Fixture.policy(rule: rule, spec: spec)]).judge(
            JudgementInput(subject: try Fixture.subject(), evidence: Fixture.evidence, instant: Fixture.instant))
        return try #require(verdict.rules.first).readings.map { "\($0.expression) = \($0.value)" }
    }

    @Test func `the figures that decide are noted as they are written`() throws {
        #expect(
            try readings("evidence.fairness['g'].selectionRate.ratio.value >= params.limit")
                == ["evidence.fairness['g'].selectionRate.ratio.value = 0.9", "params.limit = 0.8"])
        #expect(try readings("subject.spec.risk == 'low'") == [#"subject.spec.risk = "high""#])
        let variables = "variables: [{name: v, expression: '1.5'}]"
        #expect(try readings("variables.v > 2.0", spec: variables) == ["variables.v = 1.5"])
    }

    @Test func `what is no figure is not noted`() throws {
        #expect(try readings("size(evidence.fairness) == 2") == [])
        #expect(try readings("1 + 1 == 2") == [])
        #expect(try readings("{'a': 1}.a == 1") == [])
        #expect(try readings("['a', 'b'].exists(x, x == 'b')") == [])
    }

    @Test func `what a rule does not come to is not noted`() throws {
        #expect(try readings("params.limit < 1.0 || params.count == 3") == ["params.limit = 0.8"])
    }

    @Test func `a figure that is read again is noted once`() throws {
        #expect(try readings("params.limit > 0.1 && params.limit < 0.2") == ["params.limit = 0.8"])
        // The same words with another value are another reading.
        let spec = "variables: [{name: l, expression: '[1, 2]'}]"
        #expect(try readings("[0, 1].all(i, variables.l[i] < 9)", spec: spec) == ["variables.l[i] = 1", "variables.l[i] = 2"])
    }

    @Test func `a rule over a long list notes its first thirty-two figures`() throws {
        let spec = "variables: [{name: l, expression: '\((1...40).map { $0 })'}]"
        let indices = "\((0..<40).map { $0 })"
        #expect(try readings("\(indices).all(i, variables.l[i] > 0)", spec: spec) == (1...32).map { "variables.l[i] = \($0)" })
    }

    private func rule(_ expression: String, with more: String, evidence: JSONValue = Fixture.evidence) throws -> RuleResult {
        let policy = Fixture.policy(rule: expression) + "\n" + more.split(separator: "\n").map { "      \($0)\n" }.joined()
        let verdict = Fixture.judge(["policies/p.yaml": policy]).judge(
            JudgementInput(subject: try Fixture.subject(), evidence: evidence, instant: Fixture.instant))
        return try #require(verdict.rules.first)
    }

    @Test func `a rule that fails says what its policy says`() throws {
        #expect(try rule("false", with: "").message == "the rule 'r' does not hold")
        #expect(try rule("false", with: "message: too bad").message == "too bad")
        let computed = "message: too bad\nmessageExpression: \"'the limit is ' + string(params.limit)\""
        #expect(try rule("false", with: computed).message == "the limit is 0.8")
        #expect(try rule("true", with: computed).message == "holds")
    }

    @Test func `a message that cannot be made leaves the plain one, and the rule fails all the same`() throws {
        let broken = "message: too bad\nmessageExpression: string(1 / 0)"
        #expect(try rule("false", with: broken).message == "too bad")
        let missing = try rule("false", with: "messageExpression: string(evidence.performance.f1.value)")
        #expect(missing.message == "the rule 'r' does not hold")
        #expect(missing.state == .fail)
    }

    @Test func `a result points at the rule and at what it is about`() throws {
        let plain = try rule("false", with: "")
        #expect(plain.policyLocation.path == "policies/p.yaml")
        #expect(plain.policyLocation.line == 9)
        #expect((plain.subjectLocation?.path, plain.subjectLocation?.line) == ("models/m.yaml", 3))
        let about = try rule("false", with: "subjectPath: spec.estimator.seed").subjectLocation
        #expect((about?.path, about?.line) == ("models/m.yaml", 4))
        // What the file leaves to its default has the place of what would hold it.
        let implied = try rule("false", with: "subjectPath: spec.estimator.rounds").subjectLocation
        #expect(implied?.line == 4)
        #expect(try #require(about).column > (try #require(implied).column))
    }
}
