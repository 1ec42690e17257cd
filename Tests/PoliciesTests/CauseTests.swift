import Attestations
import Basics
import Policies
import Testing

/// A denial says which parts of the rule made it false, with their values, the limit and their places.
@Suite struct CauseTests {
    static let groups: JSONValue = [
        "fairness": [
            "sex": [
                "equalizedOdds": ["difference": ["value": 0.149]],
                "selectionRate": [
                    "ratio": ["value": 0.324],
                    "groups": ["Female": ["value": 0.1, "n": 500], "Male": ["value": 0.3, "n": 900]],
                ],
            ],
            "race": ["selectionRate": ["ratio": ["value": 0.9], "groups": ["A": ["value": 0.3, "n": 10], "B": ["value": 0.29, "n": 900]]]],
        ]
    ]

    /// Each cause as `measured expression = value, limit value`, or `expression is false`, with the elements behind it.
    static func causes(_ expression: String, _ more: String = "") throws -> [String] {
        let result = try result(expression, more)
        #expect(result.state == .fail)
        return result.causes.map { cause in
            let elements = cause.elements.map { " [\($0.expression) = \($0.value)]" }.joined()
            guard let measured = cause.measured, let limit = cause.limit else { return "\(cause.expression) is \(cause.holds)\(elements)" }
            return "\(measured.expression) = \(measured.value), limit \(limit.expression) = \(limit.value)\(elements)"
        }
    }

    static func result(_ expression: String, _ more: String = "") throws -> RuleResult {
        let judge = try JudgeTests.judge([
            "p": "params: {minimum: 0.8, maximum: 0.1}, \(more)validations: [{name: rule, expression: \"\(expression)\"}]"
        ])
        let verdict = judge.judge(JudgementInput(subject: try JudgeTests.model(), evidence: groups, instant: JudgeTests.now))
        return try #require(verdict.rules.first)
    }

    @Test func `a comparison gives what was measured and its limit, on whichever side it stands`() throws {
        #expect(
            try Self.causes("evidence.fairness['sex'].selectionRate.ratio.value >= params.minimum")
                == ["evidence.fairness['sex'].selectionRate.ratio.value = 0.324, limit params.minimum = 0.8"])
        #expect(
            try Self.causes("0.1 >= evidence.fairness['sex'].equalizedOdds.difference.value")
                == ["evidence.fairness['sex'].equalizedOdds.difference.value = 0.149, limit 0.1 = 0.1"])
    }

    @Test func `of two sides that were measured the right one is the limit`() throws {
        let (odds, ratio) = ("evidence.fairness['sex'].equalizedOdds.difference.value", "evidence.fairness['sex'].selectionRate.ratio.value")
        #expect(try Self.causes("\(odds) >= \(ratio)") == ["\(odds) = 0.149, limit \(ratio) = 0.324"])
        #expect(try Self.causes("\(ratio) <= \(odds)") == ["\(ratio) = 0.324, limit \(odds) = 0.149"])
    }

    @Test func `eight causes are told, and no more`() throws {
        let part = "evidence.fairness['sex'].selectionRate.ratio.value >= params.minimum"
        #expect(try Self.causes([String](repeating: part, count: 8).joined(separator: " || ")).count == 8)
        #expect(try Self.causes([String](repeating: part, count: 9).joined(separator: " || ")).count == 8)
    }

    @Test func `only what made the rule false is blamed`() throws {
        let good = "evidence.fairness['race'].selectionRate.ratio.value >= params.minimum"
        let bad = "evidence.fairness['sex'].selectionRate.ratio.value >= params.minimum"
        let worse = "evidence.fairness['sex'].equalizedOdds.difference.value <= params.maximum"
        let ratio = "evidence.fairness['sex'].selectionRate.ratio.value = 0.324, limit params.minimum = 0.8"
        let odds = "evidence.fairness['sex'].equalizedOdds.difference.value = 0.149, limit params.maximum = 0.1"
        #expect(try Self.causes("\(good) && \(bad)") == [ratio])
        #expect(try Self.causes("\(bad) && \(worse)") == [ratio])
        #expect(try Self.causes("\(bad) || \(worse)") == [ratio, odds])
        #expect(try Self.causes("\(good) ? \(worse) : \(good)") == [odds])
        #expect(try Self.causes("!(\(good) && \(good))").count == 2)
        #expect(try Self.causes("!(\(bad) || \(good))") == ["evidence.fairness['race'].selectionRate.ratio.value = 0.9, limit params.minimum = 0.8"])
    }

    @Test func `all names the element at which it broke off, exists all that it denies`() throws {
        #expect(
            try Self.causes("evidence.fairness['sex'].selectionRate.groups.all(group, rate, rate.value >= 0.2)")
                == [
                    "rate.value = 0.1, limit 0.2 = 0.2 [rate = evidence.fairness['sex'].selectionRate.groups['Female']]"
                ])
        #expect(
            try Self.causes("evidence.fairness['sex'].selectionRate.groups.all(g, evidence.fairness['sex'].selectionRate.groups[g].value >= 0.2)")
                == ["evidence.fairness['sex'].selectionRate.groups[g].value = 0.1, limit 0.2 = 0.2 [g = \"Female\"]"])
        #expect(
            try Self.causes("!evidence.fairness['sex'].selectionRate.groups.exists(group, rate, rate.value < 0.2)")
                == ["rate.value = 0.1, limit 0.2 = 0.2 [rate = evidence.fairness['sex'].selectionRate.groups['Female']]"])
    }

    @Test func `exists names every element that lacks it, with its value, in an outer element too`() throws {
        func each(_ attribute: String, _ groups: [(String, String)]) -> [String] {
            groups.map { "rate.value = \($0.1), limit 0.5 = 0.5 [rate = evidence.fairness['\(attribute)'].selectionRate.groups['\($0.0)']]" }
        }
        #expect(
            try Self.causes("evidence.fairness['sex'].selectionRate.groups.exists(group, rate, rate.value > 0.5)")
                == each("sex", [("Female", "0.1"), ("Male", "0.3")]))
        #expect(
            try Self.causes("!evidence.fairness['sex'].selectionRate.groups.all(group, rate, rate.value < 0.5)")
                == each("sex", [("Female", "0.1"), ("Male", "0.3")]))
        // The attribute at which the outer one broke off, and none of an attribute before it.
        let nested = "['race', 'sex'].all(a, evidence.fairness[a].selectionRate.groups.exists(group, rate, rate.value > (a == 'race' ? 0.295 : 0.5)))"
        let found = try Self.causes(nested)
        #expect(found.count == 2 && found.allSatisfy { $0.contains("groups['Female']") || $0.contains("groups['Male']") }, "\(found)")
        let one = "evidence.fairness['sex'].selectionRate.groups.exists_one(g, g == 'Other')"
        #expect(try Self.causes(one) == ["\(one) is false"])
    }

    @Test func `of many elements the first eight are told`() throws {
        let many = "lists.range(100).exists(i, double(i) > 100.0 + evidence.fairness['sex'].selectionRate.ratio.value)"
        #expect(try Self.causes(many).count == 8)
    }

    @Test func `variables are looked into`() throws {
        let variables =
            "variables: [{name: rates, expression: \"evidence.fairness['sex'].selectionRate\"}, "
            + "{name: fair, expression: 'variables.rates.ratio.value >= params.minimum'}], "
        #expect(try Self.causes("variables.fair", variables) == ["variables.rates.ratio.value = 0.324, limit params.minimum = 0.8"])
        #expect(try Self.causes("cel.bind(r, variables.rates.ratio.value, r >= 0.8)", variables) == ["r = 0.324, limit 0.8 = 0.8"])
    }

    @Test func `the places are those of the part in the policy and of what it reads in the spec`() throws {
        let result = try Self.result("evidence.fairness['race'].selectionRate.ratio.value > 0.5 && subject.spec.risk == 'low'")
        let cause = try #require(result.causes.first)
        #expect(cause.measured == RuleResult.Reading(expression: "subject.spec.risk", value: "\"high\""))
        #expect(cause.location.line == result.policyLocation.line)
        // Behind the quote and 61 letters.
        #expect(cause.location.column == result.policyLocation.column + 62)
        #expect(result.subjectLocation?.path == "models/m.yaml")
        #expect(result.subjectLocation?.line == 4)
        #expect(result.subjectLocation?.column == 26)
        #expect(try RuleResult(json: result.json) == result)
    }
}
