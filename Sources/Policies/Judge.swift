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
    let waivers: [Waiver]
    let maximumWaiverDays: Int64

    public init(policies: [CompiledPolicy], waivers: [Waiver], maximumWaiverDays: Int64) {
        self.policies = policies
        self.waivers = waivers
        self.maximumWaiverDays = maximumWaiverDays
    }

    public func judge(_ input: JudgementInput) -> Verdict {
        let subject = SubjectName(kind: input.subject.kind, name: input.subject.name)
        let candidates = policies.filter { Matching.selects($0.policy, input) }
        var rules: [RuleResult] = []
        let all = policies.map(\.policy)
        for policy in candidates where Validity.isInForce(policy.policy, among: all, at: input.instant) {
            rules += RuleEvaluation(policy: policy, input: input).results()
        }
        var findings: [Finding] = []
        if rules.isEmpty {
            findings.append(
                Finding(
                    kind: "noPolicy", outcome: .undecided, message: "no policy in force applies to \(subject)",
                    hint: "what nothing judges cannot pass; add a policy that matches it",
                    location: FileLocation(input.subject.span(at: ["metadata", "name"]))))
        }
        let own = waivers.filter { $0.subjectKind == subject.kind && $0.subjectName == subject.name }
        let waiving = Waiving(waivers: own, maximumDays: maximumWaiverDays, instant: input.instant)
        (rules, findings) = waiving.apply(to: rules, findings: findings)
        let outcome = (rules.map(\.outcome) + findings.map(\.outcome)).reduce(Outcome.pass) { $0.combined(with: $1) }
        let boundaries = waiving.boundaries + candidates.flatMap { Validity.boundaries(of: $0.policy, among: all) }
        return Verdict(
            subject: subject, outcome: outcome,
            rules: rules.sorted { [$0.policy, $0.rule].lexicographicallyPrecedes([$1.policy, $1.rule]) }, findings: findings,
            nextBoundary: boundaries.filter { $0 > input.instant }.min())
    }

    /// The evidence that judging a subject needs.
    public func demand(_ input: JudgementInput) -> Set<EvidenceSchema.Section> {
        policies.filter { Matching.selects($0.policy, input) }.reduce(into: []) { $0.formUnion($1.sections) }
    }
}

/// Which policies select a subject, by kind and labels.
enum Matching {
    static func selects(_ policy: Policy, _ input: JudgementInput) -> Bool {
        selects(policy, input.subject) || (input.baseSubject.map { selects(policy, $0) } ?? false)
    }

    private static func selects(_ policy: Policy, _ subject: Resource) -> Bool {
        policy.kinds.contains(subject.kind) && policy.labels.allSatisfy { subject.metadata.labels[$0.key] == $0.value }
    }
}

/// When a policy holds.
enum Validity {
    static func isInForce(_ policy: Policy, among all: [Policy], at instant: Instant) -> Bool {
        guard isWithinDates(policy, at: instant) else { return false }
        // A successor that is not yet, or no longer, in force replaces nothing.
        guard let successor = successor(of: policy, among: all) else { return true }
        return !isWithinDates(successor, at: instant)
    }

    /// When it may begin or cease to be in force.
    static func boundaries(of policy: Policy, among all: [Policy]) -> [Instant] {
        let deciding = [policy, successor(of: policy, among: all)].compactMap { $0 }
        return deciding.flatMap { [$0.effectiveFrom, $0.effectiveUntil] }.compactMap { $0 }
    }

    private static func successor(of policy: Policy, among all: [Policy]) -> Policy? {
        policy.supersededBy.flatMap { name in all.first { $0.name == name } }
    }

    private static func isWithinDates(_ policy: Policy, at instant: Instant) -> Bool {
        if let from = policy.effectiveFrom, instant < from { return false }
        if let until = policy.effectiveUntil, instant >= until { return false }
        return true
    }
}
