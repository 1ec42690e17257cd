import Attestations
import Basics
import Diagnostics
import OrderedCollections
import Policies
import Specs
import Testing

/// Which policies judge, and what their verdicts add up to.
@Suite struct JudgeTests {
    static let now = PolicyFixture.instant

    /// A judge of policies and waivers given as specs by name. Each policy has `match` and one rule unless its spec says more.
    static func judge(_ policies: [String: String], waivers: [String: String] = [:], maximumWaiverDays: Int64 = 90) throws -> Judge {
        func entry(_ path: String, _ kind: String, _ name: String, _ spec: String) -> SpecEntry {
            let text = "apiVersion: proviso.dev/v1alpha1\nkind: \(kind)\nmetadata: {name: \(name)}\nspec: {\(spec)}\n"
            return SpecEntry(path: path, bytes: Array(text.utf8))
        }
        var entries = [entry("proviso.yaml", "Repository", "r", "")]
        for (name, spec) in policies {
            var spec = spec.isEmpty ? "" : spec + ", "
            if !spec.contains("match: ") { spec += "match: {kinds: [Model]}, " }
            if !spec.contains("validations: ") { spec += "validations: [{name: rule, expression: 'true'}], " }
            entries.append(entry("policies/\(name).yaml", "Policy", name, String(spec.dropLast(2))))
        }
        for (name, spec) in waivers {
            entries.append(entry("waivers/\(name).yaml", "Waiver", name, spec + ", reason: because, owner: a@b.org"))
        }
        let (catalog, problems) = Catalog.load(entries)
        let (compiled, diagnostics) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        // There is no model among the files; waivers may name it all the same here.
        #expect((problems + diagnostics).filter { $0.code != .danglingReference }.map(\.text) == [])
        return Judge(
            policies: compiled,
            waivers: catalog.waivers.values.map { ApprovedWaiver($0, approvers: [.init(name: $0.owner, isOwner: true), .init(name: "c@d.org")]) },
            maximumWaiverDays: maximumWaiverDays)
    }

    static func model(_ name: String = "m", labels: String = "{}", risk: String = "high") throws -> Resource {
        let files = [
            "proviso.yaml": "apiVersion: proviso.dev/v1alpha1\nkind: Repository\nmetadata: {name: r}\nspec: {}\n",
            "models/m.yaml": """
            apiVersion: proviso.dev/v1alpha1
            kind: Model
            metadata: {name: \(name), labels: \(labels)}
            spec: {purpose: p, risk: \(risk), owners: [a@b.org], dataset: d, estimator: {type: xgboost, seed: 1}}
            """,
        ]
        let catalog = Catalog.load(files.map { SpecEntry(path: $0.key, bytes: Array($0.value.utf8)) }).catalog
        return try #require(catalog.models[name]).resource
    }

    static func verdict(
        _ judge: Judge, _ subject: Resource? = nil, base: Resource? = nil, at instant: Instant = now, baseline: JSONValue? = nil
    ) throws -> Verdict {
        judge.judge(
            JudgementInput(
                subject: try subject ?? model(), baseSubject: base, evidence: PolicyFixture.evidence, baseline: baseline, instant: instant))
    }

    static let fails = "validations: [{name: rule, expression: 'false'}]"
    static let open = "validations: [{name: rule, expression: 'evidence.performance.f1.value > 0.5'}]"

    @Test func `other parameters reach only the policies that let them be replaced, and only those that they name`() throws {
        let rule = "params: {limit: 1, count: 1}, validations: [{name: rule, expression: 'params.limit + params.count == 2'}]"
        let judge = try Self.judge(["open": "overridable: [limit], " + rule, "closed": rule, "other": "overridable: [count], " + rule])
        func failed(_ parameters: [String: [String: JSONValue]]) throws -> [String] {
            try Self.verdict(judge.with(parameters: parameters)).rules.filter { $0.state == .fail }.map(\.policy)
        }
        #expect(try failed([:]) == [])
        #expect(try failed(["open": ["limit": 5], "closed": ["limit": 5], "other": ["limit": 5]]) == ["open"])
        #expect(try failed(["open": ["count": 5], "other": ["count": 5]]) == ["other"])
    }

    // MARK: Which policies apply

    @Test func `a policy applies to subjects with its labels, as they are or as they would be`() throws {
        let judge = try Self.judge(["strict": "match: {kinds: [Model], labels: {tier: gold}}, " + Self.fails])
        #expect(try Self.verdict(judge, Self.model(labels: "{tier: gold}")).outcome == .deny)
        #expect(try Self.verdict(judge, Self.model(labels: "{tier: tin}")).outcome == .undecided)
        #expect(try Self.verdict(judge, Self.model()).outcome == .undecided)
        // Relabelling does not lead out of a policy.
        #expect(try Self.verdict(judge, Self.model(), base: Self.model(labels: "{tier: gold}")).outcome == .deny)
        #expect(try Self.verdict(judge, Self.model(), base: Self.model(labels: "{tier: tin}")).outcome == .undecided)
    }

    @Test func `what no policy applies to is undecided and says so`() throws {
        let verdict = try Self.verdict(try Self.judge(["strict": "match: {kinds: [Model], labels: {tier: gold}}"]))
        #expect(verdict.outcome == .undecided)
        #expect(verdict.findings.map(\.kind) == ["noPolicy"])
        #expect(try Self.verdict(try Self.judge(["any": ""])).findings.isEmpty)
    }

    @Test func `conditions narrow a policy, for the subject as it is or as it would be`() throws {
        let high =
            "matchConditions: [{name: high, expression: subject.spec.risk == 'high'}, {name: named, expression: subject.metadata.name == 'm'}], "
        let judge = try Self.judge(["strict": high + Self.fails, "lax": ""])
        #expect(try Self.verdict(judge, Self.model(risk: "high")).outcome == .deny)
        #expect(try Self.verdict(judge, Self.model(risk: "low")).outcome == .pass)
        #expect(try Self.verdict(judge, Self.model("other", risk: "high")).outcome == .pass)
        // Lowering the risk tier does not lead out of a policy.
        #expect(try Self.verdict(judge, Self.model(risk: "low"), base: Self.model(risk: "high")).outcome == .deny)
        #expect(try Self.verdict(judge, Self.model(risk: "low"), base: Self.model(risk: "low")).outcome == .pass)
    }

    @Test func `a condition that cannot be decided leaves the rule open, unless another one rules the policy out`() throws {
        let doubtful = "{name: doubtful, expression: evidence.performance.f1.value > 0.5}"
        let open = try Self.verdict(try Self.judge(["p": "matchConditions: [\(doubtful)]"]))
        #expect(open.rules.map(\.state) == [.undecided])
        #expect(open.rules.first?.message == "whether the policy applies cannot be decided")
        #expect(open.rules.first?.taints == ["evidence.performance.f1 is missing"])
        let never = "{name: never, expression: subject.spec.risk == 'low'}"
        for conditions in ["\(doubtful), \(never)", "\(never), \(doubtful)"] {
            let judge = try Self.judge(["p": "matchConditions: [\(conditions)]", "lax": ""])
            #expect(try Self.verdict(judge).outcome == .pass)
            #expect(try Self.verdict(judge).rules.map(\.policy) == ["lax"])
        }
        let broken = try Self.verdict(try Self.judge(["p": "matchConditions: [{name: broken, expression: 1 / 0 == 1}]"]))
        #expect(broken.rules.first?.taints.first?.hasPrefix("matchCondition 'broken': ") == true)
    }

    // MARK: When policies hold

    @Test func `a policy holds from its first instant until before its last`() throws {
        let judge = try Self.judge(["p": "effectiveFrom: 2026-12-01, effectiveUntil: 2026-12-31", "other": ""])
        func rules(_ day: String) throws -> [String] { try Self.verdict(judge, at: try #require(Instant(day))).rules.map(\.policy) }
        #expect(try rules("2026-11-30") == ["other"])
        #expect(try rules("2026-12-01") == ["other", "p"])
        #expect(try rules("2026-12-30") == ["other", "p"])
        #expect(try rules("2026-12-31") == ["other"])
    }

    @Test func `a successor replaces a policy only while it is in force itself`() throws {
        let judge = try Self.judge(["old": "supersededBy: new", "new": "effectiveFrom: 2026-12-01, effectiveUntil: 2026-12-31"])
        func rules(_ day: String) throws -> [String] { try Self.verdict(judge, at: try #require(Instant(day))).rules.map(\.policy) }
        #expect(try rules("2026-11-30") == ["old"])
        #expect(try rules("2026-12-01") == ["new"])
        #expect(try rules("2027-01-01") == ["old"])
    }

    @Test func `the next boundary is the nearest instant ahead at which the verdict may change`() throws {
        let judge = try Self.judge(
            [
                "p": "effectiveFrom: 2026-12-01, effectiveUntil: 2026-12-31",
                "q": "match: {kinds: [Model], labels: {x: y1}}, effectiveFrom: 2026-11-26",
            ],
            waivers: ["w": "policy: p, subject: {kind: Model, name: m}, expires: 2026-12-15"])
        func boundary(_ day: String) throws -> Instant? { try Self.verdict(judge, at: try #require(Instant(day))).nextBoundary }
        #expect(try boundary("2026-11-25") == Instant("2026-12-01"))
        #expect(try boundary("2026-12-01") == Instant("2026-12-15"))
        #expect(try boundary("2026-12-15") == Instant("2026-12-31"))
        #expect(try boundary("2026-12-31") == nil)
    }

    // MARK: What verdicts add up to

    @Test func `one rule that fails denies, whatever the others say`() throws {
        let all = try Self.verdict(try Self.judge(["bad": Self.fails, "good": "", "open": Self.open]))
        #expect(all.outcome == .deny)
        #expect(all.rules.map(\.policy) == ["bad", "good", "open"])
        #expect(all.rules.map(\.state) == [.fail, .pass, .undecided])
        #expect(try Self.verdict(try Self.judge(["good": "", "open": Self.open])).outcome == .undecided)
        #expect(try Self.verdict(try Self.judge(["good": "", "also-good": ""])).outcome == .pass)
    }

    @Test func `the strictest of a policy's actions counts`() throws {
        #expect(try Self.verdict(try Self.judge(["p": "validationActions: [Audit, Deny, Warn], " + Self.fails])).outcome == .deny)
        #expect(try Self.verdict(try Self.judge(["p": "validationActions: [Audit, Warn], " + Self.fails])).rules.map(\.action) == [.warn])
    }

    @Test func `rules speak in the policy's words`() throws {
        func message(_ more: String) throws -> String? {
            try Self.verdict(try Self.judge(["p": "validations: [{name: rule, expression: 'false'\(more)}]"])).rules.first?.message
        }
        #expect(try message("") == "the rule 'rule' does not hold")
        #expect(try message(", message: plain words") == "plain words")
        #expect(try message(", message: plain words, messageExpression: \"'risk is ' + subject.spec.risk\"") == "risk is high")
        #expect(try message(", message: plain words, messageExpression: \"string(1 / 0)\"") == "plain words")
        #expect(try message(", messageExpression: \"evidence.model.features[0]\"") == "the rule 'rule' does not hold")
    }

    // MARK: Evidence

    @Test func `a rule on the baseline waits for one, is skipped without one, or is undecided`() throws {
        let rule = "validations: [{name: rule, expression: evidence.performance.rocAUC.value >= baseline.performance.rocAUC.value}]"
        let better: JSONValue = ["performance": ["rocAUC": ["value": 0.95, "n": 100]]]
        let worse: JSONValue = ["performance": ["rocAUC": ["value": 0.9, "n": 100]]]
        for use in ["required", "ifPresent"] {
            let judge = try Self.judge(["p": "baseline: \(use), " + rule, "other": ""])
            #expect(try Self.verdict(judge, baseline: worse).outcome == .pass)
            #expect(try Self.verdict(judge, baseline: better).outcome == .deny)
            let without = try Self.verdict(judge)
            #expect(without.outcome == (use == "required" ? .undecided : .pass))
            #expect(without.rules.map(\.policy) == (use == "required" ? ["other", "p"] : ["other"]))
        }
        // A rule beside it that does not read the baseline is never skipped.
        let both = "baseline: ifPresent, validations: [{name: other, expression: 'false'}, {name: rule, expression: 'has(baseline.performance)'}]"
        #expect(try Self.verdict(try Self.judge(["p": both])).rules.map(\.rule) == ["other"])
        let through =
            "baseline: ifPresent, variables: [{name: live, expression: baseline.performance}], "
            + "validations: [{name: rule, expression: has(variables.live.rocAUC)}, {name: other, expression: 'true'}]"
        #expect(try Self.verdict(try Self.judge(["p": through])).rules.map(\.rule) == ["other"])
    }

    @Test func `just the evidence that policies read is asked for`() throws {
        func demand(_ expression: String, _ subject: Resource? = nil) throws -> Set<EvidenceSchema.Section> {
            let judge = try Self.judge([
                "p": "match: {kinds: [Model], labels: {tier: gold}}, validations: [{name: rule, expression: \"\(expression)\"}]"
            ])
            return judge.demand(JudgementInput(subject: try subject ?? Self.model(labels: "{tier: gold}"), evidence: [:], instant: Self.now))
        }
        #expect(try demand("true") == [])
        #expect(try demand("evidence.performance.rocAUC.value > 0.5") == [.performance])
        #expect(try demand("size(evidence.fairness) > 0 && evidence.data.rows > 5") == [.fairness, .data])
        #expect(try demand("[evidence].all(e, e.performance.rows > 0)") == Set(EvidenceSchema.Section.allCases))
        #expect(try demand("evidence.performance.rows > 0", Self.model()) == [])
    }
}
