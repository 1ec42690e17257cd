import Attestations
import Basics
import Ledger
import OrderedCollections
import Planning
import Policies
import Specs

extension Assessment {
    /// An environment may only have live what the ledger passed; where the base sets parameters for it, what its judge finds with them in what was recorded.
    func judge(_ environment: Environment) throws -> Verdict {
        let parameters = base.catalog.environments[environment.name]?.parameters ?? [:]
        var findings: [Finding] = []
        var rules: [RuleResult] = []
        var boundaries: [Instant] = []
        for (index, live) in environment.live.enumerated() {
            let location = FileLocation(environment.resource.span(at: ["spec", "models", String(index), "record"]))
            func finding(_ outcome: Outcome, _ message: String, hint: String? = nil) -> Finding {
                Finding(kind: "liveRecord", outcome: outcome, message: message, hint: hint, location: location)
            }
            guard let record = ledger.entries[live.record]?.record else {
                findings.append(
                    finding(.deny, "the ledger has no record \(live.record.short)", hint: "proviso promote \(live.model) --to \(environment.name)"))
                continue
            }
            guard record.subject == SubjectName(kind: Model.kind, name: live.model) else {
                findings.append(finding(.deny, "record \(live.record.short) is of \(record.subject), not of Model/\(live.model)"))
                continue
            }
            guard !parameters.isEmpty else {
                let passed = record.verdict.outcome == .pass
                findings.append(
                    passed
                        ? finding(.pass, "\(record.subject) is record \(live.record.short), which passed at \(record.instant)")
                        : finding(.deny, "record \(live.record.short) of \(record.subject) did not pass: \(record.verdict.outcome.rawValue)"))
                continue
            }
            guard let model = merged.catalog.models[live.model] else {
                findings.append(finding(.undecided, "there is no model '\(live.model)' to judge with the parameters of \(environment.name)"))
                continue
            }
            let verdict = judge.with(parameters: parameters).judge(try input(model, evidence: try ledger.evidence(of: record)))
            rules += verdict.rules
            boundaries += verdict.nextBoundary.map { [$0] } ?? []
            findings += verdict.findings
            findings.append(
                finding(
                    verdict.outcome,
                    "record \(live.record.short) of \(record.subject), judged with the parameters of \(environment.name): \(verdict.outcome.rawValue)"
                ))
        }
        return Verdict(
            subject: SubjectName(kind: Environment.kind, name: environment.name),
            outcome: findings.map(\.outcome).reduce(.pass) { $0.combined(with: $1) }, rules: rules, findings: findings,
            nextBoundary: boundaries.min())
    }
}
