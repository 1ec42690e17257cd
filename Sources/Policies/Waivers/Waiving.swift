import Attestations
import Basics
import Specs

/// Applies waivers to rules: in one place for gate, reconciler, audit and tests.
struct Waiving {
    /// Those for the subject.
    let waivers: [ApprovedWaiver]
    /// How many days ahead a waiver of each policy may end.
    let maximumDays: (String) -> Int64
    let instant: Instant

    /// When a waiver ceases to count, or begins to because its end has come near enough.
    var boundaries: [Instant] {
        waivers.flatMap { approved in
            let waiver = approved.waiver
            return [waiver.expires.adding(days: -maximumDays(waiver.policy)), waiver.expires] + approved.boundaries
        }
    }

    func apply(to rules: [RuleResult], findings: [Finding]) -> ([RuleResult], [Finding]) {
        var findings = findings
        var rules = rules
        for approved in waivers {
            let waiver = approved.waiver
            let maximumDays = maximumDays(waiver.policy)
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
                        hint: "choose an earlier end, or change maximumWaiverDays of the policy or of proviso.yaml", location: location))
                continue
            }
            if let finding = unapproved(approved) {
                findings.append(finding)
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
            // Of rules that are named one by one, each is to be needed.
            let passing = waiver.rules == nil || needed.isEmpty ? [] : covered.filter { rules[$0].state == .pass }.map { "'\(rules[$0].rule)'" }
            if !passing.isEmpty {
                findings.append(
                    Finding(
                        kind: "needlessWaiver", outcome: .pass,
                        message: "the waiver '\(waiver.name)' covers \(passing.joined(separator: ", ")), which hold",
                        hint: "leave them out", location: FileLocation(waiver.resource.span(at: ["spec", "rules"]))))
            }
            let approvers = approved.approvers.filter { !$0.isOwner }.map(\.name).joined(separator: ", ")
            for index in needed { rules[index] = waived(rules[index], by: waiver, approvers) }
        }
        return (rules, findings)
    }

    /// What is said of a waiver that lacks its owner's signature or another person's.
    private func unapproved(_ approved: ApprovedWaiver) -> Finding? {
        let waiver = approved.waiver
        let path = waiver.resource.path
        let somebodyElse = "somebody who may approve \(path), other than \(waiver.owner), signs it"
        let (kind, message, hint): (String, String, String)
        switch (approved.approvers.contains(where: \.isOwner), approved.approvers.contains { !$0.isOwner }) {
        case (true, true): return nil
        case (true, false):
            kind = "selfApprovedWaiver"
            message = "the waiver '\(waiver.name)' is approved by its owner \(waiver.owner) only and does not count"
            hint = somebodyElse
        case (false, true):
            kind = "unownedWaiver"
            message = "the waiver '\(waiver.name)' does not bear the signature of its owner \(waiver.owner) and does not count"
            hint = "\(waiver.owner) signs it too, so that its author cannot be the only one who approves it"
        case (false, false):
            kind = "unapprovedWaiver"
            message = "the waiver '\(waiver.name)' bears no approval that counts"
            hint = "\(waiver.owner) signs it, and \(somebodyElse)"
        }
        return Finding(
            kind: kind, outcome: .pass, message: message, hint: "\(hint): proviso approve --waiver \(path) --key …",
            location: FileLocation(waiver.resource.span(at: ["metadata", "name"])))
    }

    private func covers(_ waiver: Waiver, _ rule: RuleResult) -> Bool {
        waiver.policy == rule.policy && (waiver.rules.map { $0.contains(rule.rule) } ?? true)
    }

    private func waived(_ rule: RuleResult, by waiver: Waiver, _ approvers: String) -> RuleResult {
        RuleResult(
            policy: rule.policy, policyDigest: rule.policyDigest, pack: rule.pack, rule: rule.rule, control: rule.control, action: rule.action,
            state: .waived, message: rule.message,
            readings: rule.readings, causes: rule.causes, taints: rule.taints,
            waiver: "\(waiver.name) (\(waiver.owner), approved by \(approvers), until \(waiver.expires)): \(waiver.reason)",
            policyLocation: rule.policyLocation, subjectLocation: rule.subjectLocation)
    }
}
