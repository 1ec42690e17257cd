import Attestations
import Basics
import Execution
import Ledger
import Planning
import Policies
import Sandbox
import Specs

/// What the steps of a subject cost. Measured, so it differs from run to run: it is no step's output, and lies in a record as an attachment, outside of
/// what makes a decision a new one (Docs/Decisions/0011).
struct ResourcesEvidence {
    static let name = EvidenceSchema.Section.resources.rawValue

    /// By step key, what records of the ledger tell.
    static func recorded(in ledger: LedgerState) throws -> [Digest: JSONValue] {
        guard let reader = ledger.reader else { return [:] }
        var found: [Digest: JSONValue] = [:]
        for entry in ledger.entries.values.sorted(by: { $0.record.sequence < $1.record.sequence }) {
            guard let digest = entry.record.draft.attachments[name] else { continue }
            for cost in (try JSONValue(parsing: try reader.document(digest))["steps"]?.objectValue ?? [:]).values {
                guard let key = cost["key"]?.stringValue.flatMap(Digest.init(_:)) else { continue }
                // The first to tell is the one that ran it; the first that could tell grams settles those.
                guard let first = found[key] else {
                    found[key] = cost.setting("measuredAt", to: cost["measuredAt"] ?? .string(entry.record.instant.description))
                    continue
                }
                if first["gramsCO2e"] == nil, let grams = cost["gramsCO2e"] { found[key] = first.setting("gramsCO2e", to: grams) }
            }
        }
        return found
    }

    /// What one step cost, as evidence has it.
    static func cost(_ usage: StepUsage, key: Digest) -> JSONValue {
        JSONValue.object([
            "key": .string(key.description), "cpuSeconds": .double(usage.process.cpuSeconds), "wallSeconds": .double(usage.process.wallSeconds),
            "peakMemoryBytes": .int(usage.process.peakMemoryBytes), "joules": .double(usage.joules), "energyBasis": .string(usage.energyBasis),
            "gramsCO2e": usage.gramsCO2e.map { .double($0) } ?? .null, "attempts": .int(Int64(usage.attempts)),
            "measuredAt": usage.measuredAt.map { .string($0.description) } ?? .null,
        ]).droppingNulls
    }

    /// With grams, where the intensity of the time at which a step ran was declared only later.
    static func completed(_ cost: JSONValue, by energy: EnergyModel) -> JSONValue {
        guard cost["gramsCO2e"] == nil, let joules = cost["joules"]?.doubleValue else { return cost }
        // Of a series alone it has to be known when; what one figure says holds at any time.
        let instant = cost["measuredAt"]?.stringValue.flatMap { Instant($0) } ?? (energy.series.isEmpty ? Instant(secondsSinceEpoch: 0) : nil)
        guard let grams = instant.flatMap({ energy.gramsCO2e(joules: joules, at: $0) }) else { return cost }
        return cost.setting("gramsCO2e", to: .double(grams))
    }

    /// Sums are there only if every step's part is: a rule that reads one must not take the half for the whole.
    static func document(_ steps: [(name: String, cost: JSONValue?)]) -> JSONValue {
        let known = steps.compactMap { step in step.cost.map { (step.name, $0) } }
        var members: [String: JSONValue] = ["steps": .object(Dictionary(known, uniquingKeysWith: { first, _ in first }))]
        guard known.count == steps.count, !known.isEmpty else { return .object(members) }
        let costs = known.map(\.1)
        func values(_ name: String) -> [Double] { costs.compactMap { $0[name]?.doubleValue } }
        for name in ["cpuSeconds", "wallSeconds", "joules", "gramsCO2e"] {
            let values = values(name)
            if values.count == costs.count { members[name] = .double(values.reduce(0, +)) }
        }
        if let step = known.first(where: { $0.1["gramsCO2e"] == nil }) {
            members["undefined"] = .string(
                "proviso.yaml declares no intensity (energy.gramsPerKilowattHour, energy.series) for the time at which step '\(step.0)' ran")
        }
        members["peakMemoryBytes"] = costs.compactMap { $0["peakMemoryBytes"]?.intValue }.max().map { .int($0) }
        members["attempts"] = .int(costs.compactMap { $0["attempts"]?.intValue }.reduce(0, +))
        let bases = Set(costs.compactMap { $0["energyBasis"]?.stringValue })
        members["energyBasis"] = bases.count == 1 ? bases.first.map { .string($0) } : "mixed"
        return .object(members)
    }
}

extension JSONValue {
    /// An object with one member more, or another value for it.
    fileprivate func setting(_ name: String, to value: JSONValue) -> JSONValue { .object((objectValue ?? [:]).merging([name: value]) { $1 }) }
}

extension Assessment {
    /// What the steps of a plan cost: measured now, or recorded.
    func resources(of plan: SubjectPlan, _ result: ExecutionResult) throws -> JSONValue {
        let recorded = try ResourcesEvidence.recorded(in: ledger)
        return ResourcesEvidence.document(
            plan.steps.map { planned in
                let key = planned.step.key
                let told = recorded[key] ?? (result.usage[key] ?? results.usage(of: key)).map { ResourcesEvidence.cost($0, key: key) }
                return (planned.step.name, told.map { ResourcesEvidence.completed($0, by: execution.energy) })
            })
    }

    /// A policy wants to know what steps cost of which nobody kept it: they run again, and must make the same bytes.
    func measuringCosts(_ plan: SubjectPlan) throws -> SubjectPlan {
        let recorded = try ResourcesEvidence.recorded(in: ledger)
        let steps = plan.steps.map { planned in
            guard case .recorded = planned.reason, recorded[planned.step.key] == nil, results.usage(of: planned.step.key) == nil else {
                return planned
            }
            return PlannedStep(step: planned.step, reason: .changed(["a policy asks what it costs, and nobody recorded that"]))
        }
        return SubjectPlan(
            subject: plan.subject, path: plan.path, specDigest: plan.specDigest, steps: steps, evidence: plan.evidence, artefacts: plan.artefacts,
            notes: plan.notes, nextBoundary: plan.nextBoundary)
    }
}
