public import Attestations
public import Basics
public import Specs

/// Everything that a judgement depends on. The same input gives the same verdict, in gate, reconciler and `policy eval` alike.
public struct JudgementInput: Sendable {
    /// The subject as it would be, and as it is in the base; policies apply if they match either.
    public var subject: Resource
    public var baseSubject: Resource?
    /// By section; a section that was not measured is missing.
    public var evidence: JSONValue
    /// The evidence of what is live; nil if nothing is.
    public var baseline: JSONValue?
    /// Verified authors, approvers, files, base and head, if they are known.
    public var change: JSONValue?
    /// The decision instant.
    public var instant: Instant

    public init(
        subject: Resource, baseSubject: Resource? = nil, evidence: JSONValue, baseline: JSONValue? = nil, change: JSONValue? = nil, instant: Instant
    ) {
        self.subject = subject
        self.baseSubject = baseSubject
        self.evidence = evidence
        self.baseline = baseline
        self.change = change
        self.instant = instant
    }
}

/// The one judge: evidence × policies × waivers → verdict. Pure and total.
public struct Judge: Sendable {
    let policies: [CompiledPolicy]
    let waivers: [ApprovedWaiver]
    let maximumWaiverDays: Int64

    public init(policies: [CompiledPolicy], waivers: [ApprovedWaiver], maximumWaiverDays: Int64) {
        self.policies = policies
        self.waivers = waivers
        self.maximumWaiverDays = maximumWaiverDays
    }

    public func judge(_ input: JudgementInput) -> Verdict { judge(input, recorder: nil) }

    /// The same judge with other parameters, by policy, where the policies let them be replaced.
    public func with(parameters: [String: [String: JSONValue]]) -> Judge {
        let changed = policies.map { policy -> CompiledPolicy in
            let allowed = (parameters[policy.name] ?? [:]).filter { policy.policy.overridable.contains($0.key) }
            return allowed.isEmpty ? policy : policy.with(parameters: policy.parameters.overridden(by: allowed))
        }
        return Judge(policies: changed, waivers: waivers, maximumWaiverDays: maximumWaiverDays)
    }

    /// - Parameter recorder: told which rules and branches are decided; decides nothing itself.
    func judge(_ given: JudgementInput, recorder: CoverageRecorder?) -> Verdict {
        var input = given
        input.evidence = Freshness.judged(given.evidence, at: given.instant)
        let subject = SubjectName(kind: input.subject.kind, name: input.subject.name)
        let candidates = policies.filter { Matching.selects($0.policy, input) }
        var rules: [RuleResult] = []
        let all = policies.map(\.policy)
        for policy in candidates where Validity.isInForce(policy.policy, among: all, at: input.instant) {
            rules += RuleEvaluation(policy: policy, input: input, recorder: recorder?.policy == policy.name ? recorder : nil).results()
        }
        var findings: [Finding] = []
        if rules.isEmpty {
            findings.append(
                Finding(
                    kind: "noPolicy", outcome: .undecided, message: "no policy in force applies to \(subject)",
                    hint: "what nothing judges cannot pass; add a policy that matches it",
                    location: FileLocation(input.subject.span(at: ["metadata", "name"]))))
        }
        let waiving = Waiving(
            waivers: waivers.filter { $0.waiver.selects(input.subject) }, maximumDays: maximumWaiverDays(of:), instant: input.instant)
        (rules, findings) = waiving.apply(to: rules, findings: findings)
        let outcome = (rules.map(\.outcome) + findings.map(\.outcome)).reduce(Outcome.pass) { $0.combined(with: $1) }
        let boundaries =
            waiving.boundaries + Freshness.boundaries(of: given.evidence) + candidates.flatMap { Validity.boundaries(of: $0.policy, among: all) }
        return Verdict(
            subject: subject, outcome: outcome,
            rules: rules.sorted { [$0.policy, $0.rule].lexicographicallyPrecedes([$1.policy, $1.rule]) }, findings: findings,
            nextBoundary: boundaries.filter { $0 > input.instant }.min())
    }

    /// A policy may shorten what the repository allows, down to no waiver at all.
    private func maximumWaiverDays(of policy: String) -> Int64 {
        let own = policies.first { $0.name == policy }?.policy.maximumWaiverDays
        return min(own ?? maximumWaiverDays, maximumWaiverDays)
    }

    /// For every policy, by name, whether it judges a subject now, and if not why not. Conditions are decided as far as they can be without evidence.
    public func applicability(_ input: JudgementInput) -> [PolicyApplicability] {
        let all = policies.map(\.policy)
        return policies.map { policy in
            let reason = Matching.objection(policy.policy, input) ?? Validity.objection(policy.policy, among: all, at: input.instant)
            let state = reason.map { .doesNotApply($0) } ?? RuleEvaluation(policy: policy, input: input).applicability
            return PolicyApplicability(
                policy: policy.name, location: FileLocation(policy.policy.resource.span(at: ["metadata", "name"])), rules: policy.rules.map(\.name),
                state: state)
        }.sorted { $0.policy.utf8.lexicographicallyPrecedes($1.policy.utf8) }
    }

    /// The evidence that judging a subject needs.
    public func demand(_ input: JudgementInput) -> Set<EvidenceSchema.Section> {
        policies.filter { Matching.selects($0.policy, input) }.reduce(into: []) { $0.formUnion($1.sections) }
    }
}
