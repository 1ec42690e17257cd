public import Attestations
import Basics
import Execution
import Planning
import Storage

/// A subject of which nothing is decided or recorded this time, since this machine could not do what its decision needs. The next run goes on from what is
/// done.
public struct UnjudgedSubject: Hashable, Sendable {
    public let subject: SubjectName
    /// What failed.
    public let reason: String

    /// - Returns: nil if nothing that the subject needs failed for the machine's sake.
    init?(_ plan: SubjectPlan, machineFailures: [Digest: String]) {
        guard let reason = plan.steps.lazy.compactMap({ machineFailures[$0.step.key] }).first else { return nil }
        subject = plan.subject
        self.reason = reason
    }
}

extension ExecutionResult {
    /// The steps that did not run to an end for the machine's sake, each with what failed: itself, or what it needs.
    ///
    /// - Parameter steps: in the order of work.
    func machineFailures(_ steps: [Step]) -> [Digest: String] {
        var reasons: [Digest: String] = [:]
        for step in steps {
            guard let failure = failures[step.key] else { continue }
            if failure.code.isOfMachine {
                reasons[step.key] = "step '\(step.name)' failed: \(failure.message)"
            } else if failure.code == .upstream {
                reasons[step.key] =
                    step.inputs.sorted { $0.key < $1.key }.lazy.compactMap { _, input -> String? in
                        guard case .output(let key, _) = input else { return nil }
                        return reasons[key]
                    }.first
            }
        }
        return reasons
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
