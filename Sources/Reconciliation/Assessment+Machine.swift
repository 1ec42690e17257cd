public import Attestations
public import Basics
import Execution
import Planning
import Storage

/// A subject of which nothing is decided or recorded this time, since this machine could not do what its decision needs, or is to do it later. The next run
/// goes on from what is done.
public struct UnjudgedSubject: Hashable, Sendable {
    public let subject: SubjectName
    /// What failed, or waits.
    public let reason: String
    /// When its work goes on; nil if something failed.
    public let until: Instant?

    /// - Returns: nil if nothing that the subject needs failed for the machine's sake.
    init?(_ plan: SubjectPlan, machineFailures: [Digest: MachineFailure]) {
        let failures = plan.steps.compactMap { machineFailures[$0.step.key] }
        guard let first = failures.first(where: { $0.until == nil }) ?? failures.first else { return nil }
        subject = plan.subject
        reason = first.reason
        until = first.until.flatMap { _ in failures.compactMap(\.until).min() }
    }
}

/// Why a step did not run to an end, where that says nothing of the step.
struct MachineFailure {
    let reason: String
    /// When it can start, if it only waits.
    let until: Instant?
}

extension ExecutionResult {
    /// The steps that did not run to an end for the machine's sake, each with what failed: itself, or what it needs.
    ///
    /// - Parameter steps: in the order of work.
    func machineFailures(_ steps: [Step]) -> [Digest: MachineFailure] {
        var found: [Digest: MachineFailure] = [:]
        for step in steps {
            guard let failure = failures[step.key] else { continue }
            if failure.code.isOfMachine {
                let verb = failure.code == .waiting ? "waits" : "failed"
                found[step.key] = MachineFailure(reason: "step '\(step.name)' \(verb): \(failure.message)", until: waiting[step.key])
            } else if failure.code == .upstream {
                let needed = step.inputs.sorted { $0.key < $1.key }.compactMap { _, input -> MachineFailure? in
                    guard case .output(let key, _) = input else { return nil }
                    return found[key]
                }
                found[step.key] = needed.first { $0.until == nil } ?? needed.first
            }
        }
        return found
    }
}

extension Assessment {
    /// Takes out of the store what failed steps were to read and what is damaged: a store is a cache, and a damaged one must not stand in the way of all
    /// runs to come.
    ///
    /// - Returns: whether anything was taken out. A gate cannot, and does without.
    func dropDamaged(_ steps: [Step], _ result: ExecutionResult) -> Bool {
        var found = false
        for step in steps where result.failures[step.key]?.code.isOfMachine ?? false {
            for input in step.inputs.values {
                let digest: Digest? =
                    switch input {
                    case .artefact(let digest): digest
                    case .output(let key, let name): result.outputs[key]?[name]
                    }
                guard let digest, isDamaged(digest) else { continue }
                do throws(StoreError) {
                    try store.remove(digest)
                    if try !store.contains(digest) { found = true }
                } catch {
                    continue
                }
            }
        }
        return found
    }

    private func isDamaged(_ digest: Digest) -> Bool {
        do throws(StoreError) {
            _ = try store.read(digest)
            return false
        } catch {
            return error.code == .damaged
        }
    }
}
