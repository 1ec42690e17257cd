import Attestations
import Basics
import Ledger
import Planning
import Policies
import Specs

/// An environment may only have live what the ledger passed.
enum EnvironmentJudgement {
    static func judge(_ environment: Environment, ledger: LedgerState) -> Verdict {
        var findings: [Finding] = []
        for (index, live) in environment.live.enumerated() {
            let location = FileLocation(environment.resource.span(at: ["spec", "models", String(index), "record"]))
            func finding(_ outcome: Outcome, _ message: String, hint: String? = nil) -> Finding {
                Finding(kind: "liveRecord", outcome: outcome, message: message, hint: hint, location: location)
            }
            guard let entry = ledger.entries[live.record] else {
                findings.append(
                    finding(.deny, "the ledger has no record \(live.record.short)", hint: "proviso promote \(live.model) --to \(environment.name)"))
                continue
            }
            let record = entry.record
            if record.subject != SubjectName(kind: "Model", name: live.model) {
                findings.append(finding(.deny, "record \(live.record.short) is of \(record.subject), not of Model/\(live.model)"))
            } else if record.verdict.outcome != .pass {
                findings.append(finding(.deny, "record \(live.record.short) of \(record.subject) did not pass: \(record.verdict.outcome.rawValue)"))
            } else {
                findings.append(finding(.pass, "\(record.subject) is record \(live.record.short), which passed at \(record.instant)"))
            }
        }
        return Verdict(
            subject: SubjectName(kind: "Environment", name: environment.name),
            outcome: findings.map(\.outcome).reduce(.pass) { $0.combined(with: $1) }, rules: [], findings: findings, nextBoundary: nil)
    }
}
