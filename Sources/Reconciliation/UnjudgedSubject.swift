public import Attestations
import Basics
import Execution
import Planning

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
