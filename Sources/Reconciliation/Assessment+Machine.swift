public import Attestations
public import Basics
import Execution
import Ledger
import Planning
import Specs
import Storage

/// A subject of which nothing is decided or recorded this time, since this machine could not do what its decision needs, or is to do it later. The next run
/// goes on from what is done.
public struct UnjudgedSubject: Hashable, Sendable {
    public let subject: SubjectName
    /// What failed, or waits.
    public let reason: String
    /// When its work goes on; nil if something failed.
    public let until: Instant?

    /// - Returns: nil if nothing that the subject needs failed for the machine's sake. What lies behind a step that halts the job does not count.
    init?(_ plan: SubjectPlan, _ result: ExecutionResult, machineFailures: [Digest: MachineFailure]) {
        let counted = plan.steps.prefix { result.failures[$0.step.key]?.code != .halted }
        let failures = counted.compactMap { machineFailures[$0.step.key] }
        guard let first = failures.first(where: { $0.until == nil }) ?? failures.first else { return nil }
        subject = plan.subject
        reason = first.reason
        until = first.until.flatMap { _ in failures.compactMap(\.until).min() }
    }
}

extension UnjudgedSubject {
    init(_ subject: SubjectName, reason: String) {
        self.subject = subject
        self.reason = reason
        until = nil
    }
}

/// Evidence that is in neither the store nor the ledger.
struct LostDocument: Error { let reason: String }

/// Why a step did not run to an end, where that says nothing of the step.
struct MachineFailure {
    let reason: String
    /// When it can start, if it only waits.
    let until: Instant?
    /// Whether the operator's settings stand in the way, as they will next time.
    var isCeiling = false
}

extension SubjectPlan {
    /// Whether a pipeline has stages that fail by themselves beside those that this machine's ceilings keep from their end: whoever adds one of these must not
    /// keep the failures out of the ledger.
    func failsInAnyCase(_ result: ExecutionResult, machineFailures: [Digest: MachineFailure]) -> Bool {
        guard subject.kind == Pipeline.kind, steps.allSatisfy({ machineFailures[$0.step.key]?.isCeiling ?? true }) else { return false }
        return steps.contains { planned in
            result.failures[planned.step.key].map { !$0.code.isOfMachine && $0.code != .upstream && $0.code != .cancelled } ?? false
        }
    }
}

extension ExecutionResult {
    /// The steps that did not run to an end for the machine's sake, each with what failed: itself, or what it needs.
    ///
    /// - Parameters:
    ///   - steps: in the order of work.
    ///   - lost: by step, why what it reads cannot be had.
    ///   - vanished: steps that did not find what was there when the run began.
    func machineFailures(_ steps: [Step], lost: [Digest: String], vanished: Set<Digest>) -> [Digest: MachineFailure] {
        var found = lost.mapValues { MachineFailure(reason: $0, until: nil) }
        for step in steps where found[step.key] == nil {
            guard let failure = failures[step.key] else { continue }
            if failure.code.isOfMachine || vanished.contains(step.key) {
                let verb = failure.code == .waiting ? "waits" : "failed"
                found[step.key] = MachineFailure(
                    reason: "step '\(step.name)' \(verb): \(failure.message)", until: waiting[step.key], isCeiling: failure.code == .ceiling)
            } else if failure.code == .upstream {
                let needed = step.inputs.sorted { $0.key < $1.key }.compactMap { _, input -> MachineFailure? in
                    guard case .output(let key, _) = input else { return nil }
                    return found[key]
                }
                found[step.key] = needed.first { $0.until == nil && !$0.isCeiling } ?? needed.first { $0.until == nil } ?? needed.first
            }
        }
        return found
    }
}

extension Assessment {
    /// Evidence lies in the store when it was just made, and in the ledger when it is older. A store that has lost it, or holds other bytes under its name,
    /// which are taken out, is no obstacle to what is recorded.
    func document(_ digest: Digest) throws -> [UInt8] {
        var reason = "evidence \(digest.short) is lost"
        do throws(StoreError) {
            return try store.read(digest)
        } catch {
            reason += ": \(error)"
            if error.code == .damaged { try store.remove(digest) } else if error.code != .missing { throw error }
        }
        do throws(LedgerError) {
            if let reader = ledger.reader { return try reader.document(digest) }
        } catch {
            guard error.code == .missing else { throw error }
        }
        throw LostDocument(reason: reason)
    }
}
