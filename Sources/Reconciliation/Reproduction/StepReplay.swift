import Attestations
import Basics
import Execution
import Foundation
import Git
import Ledger
import Planning
import Steps
import Storage

/// Runs the steps of a record again, each on the very bytes that the record says it read.
struct StepReplay {
    struct Outcome {
        var comparisons: [Reproduction.Comparison] = []
        /// The step that first made other bytes, or failed.
        var firstDivergence: String?
        /// The step that first could not be run.
        var firstNotRun: String?
        /// Digests of everything that was made again.
        var made: Set<Digest> = []
        /// Recorded outputs of steps that did not make them again, though a later step may have copied the recorded bytes.
        var unmade: Set<Digest> = []
    }

    /// Of the judged commit.
    let files: CommitFiles
    /// Of commits before it.
    var earlier: EarlierFiles?
    let reader: LedgerReader
    let shared: (any ContentStore)?
    let own: any ContentStore
    let threads: Int
    var execution = ExecutionSettings()
    /// By a step's key, where the judged specs hold it to other limits than the common ones.
    var limits: [Digest: StepExecution] = [:]

    private var recorded: RecordedBytes { RecordedBytes(files: files, earlier: earlier, reader: reader) }

    var scheduler: Scheduler { Scheduler(runners: StandardSteps.all, store: own, results: NoStepResults(), threads: threads, settings: execution) }

    /// In the recorded order, in which every step stands behind those it needs.
    func run(_ steps: [RecordedStep], report: @escaping @Sendable (ExecutionEvent) -> Void) async throws -> Outcome {
        var outcome = Outcome()
        for recorded in steps {
            let what = "step \(recorded.name)"
            func diverged(_ comparison: Reproduction.Comparison) {
                outcome.comparisons.append(comparison)
                if outcome.firstDivergence == nil { outcome.firstDivergence = recorded.name }
            }
            func didNotRun(_ comparison: Reproduction.Comparison) {
                outcome.comparisons.append(comparison)
                outcome.unmade.formUnion(recorded.outputs.values)
                if outcome.firstNotRun == nil { outcome.firstNotRun = recorded.name }
            }
            guard let kind = recorded.kind else {
                didNotRun(
                    .init(
                        what, recorded: recorded.implementation, found: "unknown",
                        note: "this engine has no '\(recorded.implementation)': reproduce it with the engine that the record names"))
                continue
            }
            if let problem = try provide(recorded) {
                didNotRun(.init(what, recorded: recorded.key.short, found: "not run", note: problem))
                continue
            }
            let step = recorded.step(kind, limits[recorded.key])
            let result = try await scheduler.run([step], known: [:], report: report)
            if let failure = result.failures[step.key], failure.code.isOfMachine {
                // What this machine cannot do, or its operator does not allow, says nothing of the record.
                didNotRun(.init(what, recorded: recorded.key.short, found: "not run", note: failure.message))
                continue
            }
            if let failure = result.failures[step.key] {
                diverged(.init(what, recorded: recorded.key.short, found: "failed", note: failure.message))
                outcome.unmade.formUnion(recorded.outputs.values)
                continue
            }
            let outputs = result.outputs[step.key] ?? [:]
            outcome.made.formUnion(outputs.values)
            // What a program wrote to its log may differ, and what was measured must: nothing rests on it.
            for (name, digest) in recorded.outputs.essential(of: kind).sorted(by: { $0.key < $1.key })
            where !kind.measuredOutputs.contains(name) {
                let comparison = Reproduction.Comparison(
                    "output \(name) of step \(recorded.name)", recorded: digest.description, found: outputs[name]?.description ?? "nothing")
                if comparison.isSame {
                    outcome.comparisons.append(comparison)
                } else {
                    diverged(comparison)
                    outcome.unmade.insert(digest)
                }
            }
        }
        return outcome
    }

    /// What the store has, and where it is not, in words.
    private func stored(_ digest: Digest) throws -> (bytes: [UInt8]?, place: String) {
        let nowhere = "neither in the repository nor in the store"
        guard let shared, try shared.contains(digest) else { return (nil, nowhere) }
        do throws(StoreError) {
            return (try shared.read(digest), nowhere)
        } catch {
            guard error.code == .damaged else { throw error }
            return (nil, "damaged in the store, and not in the repository")
        }
    }

    /// Puts a step's inputs into the replay's own store, where what an earlier step made again is already. Says what is missing.
    func provide(_ step: RecordedStep) throws -> String? {
        for (name, digest) in step.inputs.sorted(by: { $0.key < $1.key }) where try !own.contains(digest) {
            if let bytes = try recorded.bytes(of: digest) {
                _ = try own.put(bytes)
                continue
            }
            let stored = try stored(digest)
            guard let bytes = stored.bytes else {
                return "its input '\(name)' (\(digest.short)) was not made again, and is \(stored.place)"
            }
            _ = try own.put(bytes)
        }
        return nil
    }

    /// Whether the bytes need not be made.
    func isAtHand(_ digest: Digest) throws -> Bool {
        if try own.contains(digest) { return true }
        if let shared, try shared.contains(digest), !shared.isDamaged(digest) { return true }
        return try recorded.bytes(of: digest) != nil
    }
}
