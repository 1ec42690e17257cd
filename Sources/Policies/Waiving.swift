import Attestations
import Basics
import Specs

/// Applies waivers to rules: in one place for gate, reconciler, audit and tests.
struct Waiving {
    let waivers: [Waiver]
    let maximumDays: Int64
    let instant: Instant

    /// When a waiver ceases to count, or begins to because its end has come near enough.
    var boundaries: [Instant] { waivers.flatMap { [$0.expires.adding(days: -maximumDays), $0.expires] } }

    func apply(to rules: [RuleResult], findings: [Finding]) -> ([RuleResult], [Finding]) {
        var findings = findings
        var rules = rules
        for waiver in waivers {
            let location = FileLocation(waiver.resource.span(at: ["spec", "expires"]))
            if instant >= waiver.expires {
                findings.append(
                    Finding(
                        kind: "expiredWaiver", outcome: .pass, message: "the waiver '\(waiver.name)' ended at \(waiver.expires) and no longer counts",
                        hint: "remove it, or ask for a new one", location: location))
                continue
            }
            if waiver.expires > instant.adding(days: maximumDays) {
                findings.append(
                    Finding(
                        kind: "waiverTooLong", outcome: .pass,
                        message: "the waiver '\(waiver.name)' runs more than \(maximumDays) days ahead and does not count",
                        hint: "choose an earlier end, or change maximumWaiverDays in proviso.yaml", location: location))
                continue
            }
            let covered = rules.indices.filter { covers(waiver, rules[$0]) }
            let needed = covered.filter { rules[$0].state == .fail || rules[$0].state == .undecided }
            if needed.isEmpty {
                findings.append(
                    Finding(
                        kind: "needlessWaiver", outcome: .pass, message: "the waiver '\(waiver.name)' covers no rule that fails",
                        hint: "remove it", location: FileLocation(waiver.resource.span(at: ["metadata", "name"]))))
            }
            for index in needed { rules[index] = waived(rules[index], by: waiver) }
        }
        return (rules, findings)
    }

    private func covers(_ waiver: Waiver, _ rule: RuleResult) -> Bool {
        waiver.policy == rule.policy && (waiver.rules.map { $0.contains(rule.rule) } ?? true)
    }

    private func waived(_ rule: RuleResult, by waiver: Waiver) -> RuleResult {
        RuleResult(
            policy: rule.policy, policyDigest: rule.policyDigest, pack: rule.pack, rule: rule.rule, control: rule.control, action: rule.action,
            state: .waived, message: rule.message,
            readings: rule.readings, causes: rule.causes, taints: rule.taints,
            waiver: "\(waiver.name) (\(waiver.owner), until \(waiver.expires)): \(waiver.reason)",
            policyLocation: rule.policyLocation, subjectLocation: rule.subjectLocation)
    }
}
