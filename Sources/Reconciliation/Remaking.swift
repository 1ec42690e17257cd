import Attestations
import Basics
import Execution
import Git
import Ledger
import Planning
import Specs
import Steps
import Storage

/// Gets what records name and the store has lost: files from this commit and those that were judged, all else by running recorded steps again, each on the very bytes
/// that its record names. A store is a cache, and a champion of long ago must not be out of reach for its sake.
///
/// What comes out counts only if it has the recorded digest.
final class Remaking {
    /// Why something cannot be made again.
    struct Loss: Error { let reason: String }

    private let assessment: Assessment
    private let report: @Sendable (ExecutionEvent) -> Void
    private lazy var records = assessment.ledger.entries.values.map(\.record)
    private lazy var makers = RecordedMakers(records)
    private lazy var read = Set(records.flatMap { $0.draft.steps.flatMap(\.inputs.values) })
    /// A history that was cut off or squashed may still have here what it had there.
    private lazy var recorded = RecordedBytes(
        files: CommitFiles(assessment.merged, dvcCache: assessment.dvcCache), earlier: files, reader: assessment.ledger.reader)
    private lazy var files = EarlierFiles(assessment.merged.repository, records: records, dvcCache: assessment.dvcCache)
    /// What cannot be had, so that it is tried once.
    private var losses: [Digest: Loss] = [:]
    /// What is being made, so that nothing waits for itself.
    private var open: Set<Digest> = []

    init(_ assessment: Assessment, report: @escaping @Sendable (ExecutionEvent) -> Void) {
        self.assessment = assessment
        self.report = report
    }

    /// Whether a record tells of it.
    func knows(_ digest: Digest) -> Bool { makers[digest] != nil || read.contains(digest) }

    /// Puts the bytes into the store.
    ///
    /// - Throws: `Loss`, or what the store or git says.
    func provide(_ digest: Digest) async throws {
        if try assessment.store.contains(digest), !assessment.store.dropDamaged([digest]) { return }
        if let loss = losses[digest] { throw loss }
        do {
            if let bytes = try recorded.bytes(of: digest) {
                _ = try assessment.store.put(bytes)
            } else {
                try await make(digest)
            }
        } catch let loss as Loss {
            losses[digest] = loss
            throw loss
        }
    }

    private func make(_ digest: Digest) async throws {
        guard let maker = makers[digest] else {
            throw Loss(reason: "no step made \(digest.short), and no commit that it was read from is in this repository")
        }
        let (recorded, record) = (maker.step, maker.record)
        guard open.insert(digest).inserted else { throw Loss(reason: "the step '\(recorded.name)' reads what it makes") }
        defer { open.remove(digest) }
        let what = "the step '\(recorded.name)' of \(record.subject), recorded at \(record.instant),"
        guard let kind = recorded.kind else {
            throw Loss(reason: "\(what) was '\(recorded.implementation)', which this engine has not")
        }
        for (_, input) in recorded.inputs.sorted(by: { $0.key < $1.key }) { try await provide(input) }
        // Only programs have limits of their own.
        let limits = kind == .command ? try files.plan(of: record, assessment.ledger)?.execution(of: recorded) : nil
        let step = recorded.step(kind, limits)
        let scheduler = Scheduler(
            runners: StandardSteps.all, store: assessment.store, results: NoStepResults(), threads: assessment.threads, settings: assessment.execution
        )
        let result = try await scheduler.run([step], known: [:], report: report)
        if let failure = result.failures[step.key] { throw Loss(reason: "\(what) fails: \(failure.message)") }
        guard try assessment.store.contains(digest) else { throw Loss(reason: "\(what) makes other bytes now") }
    }
}

extension Assessment {
    /// Makes predictions again that the store has lost, or whose bytes are not those that were recorded any more: nothing reads them here, and who exports
    /// them finds them.
    ///
    /// - Parameters:
    ///   - folder: remembers what could not be had, so that it is tried again once an hour and not at each look.
    ///   - files: this assessment's store.
    ///   - digests: remembers which of its files were sound, so that only what was touched since is read again.
    /// - Returns: what could not be made, in words.
    func remakePredictions(
        _ plan: Plan, memory folder: String, in files: FileStore, _ digests: FileDigests, report: @escaping @Sendable (ExecutionEvent) -> Void
    ) async throws -> [String] {
        let remaking = Remaking(self, report: report)
        let tried = NotedInstants(at: folder)
        var problems: [String] = []
        var lost: Set<Digest> = []
        // What is there again, or wanted no more, is forgotten.
        defer { tried.keep(only: lost) }
        for subject in plan.subjects where subject.subject.kind == BatchInference.kind {
            for step in subject.steps.map(\.step) {
                guard let digest = ledger.recorded.steps[step.key]?.outputs["predictions"], try !Self.holds(digest, files, digests) else { continue }
                lost.insert(digest)
                let now = execution.now()
                if let last = tried.instant(of: digest, now: now), now.secondsSinceEpoch - last.secondsSinceEpoch < 3600 {
                    problems.append(
                        "predictions of \(subject.subject) are lost: at \(last) they could not be made again, which is tried once an hour")
                    continue
                }
                do {
                    try await remaking.provide(digest)
                    // Bytes that the disk does not give are not damaged, as far as the store can tell, and it leaves them there.
                    guard try Self.holds(digest, files, digests) else {
                        throw Remaking.Loss(reason: "\(files.path(of: digest)) cannot be read; without that file they are made again")
                    }
                    lost.remove(digest)
                } catch let loss as Remaking.Loss {
                    tried.note(digest, at: now)
                    problems.append("predictions of \(subject.subject) are lost: \(loss.reason)")
                }
            }
        }
        return problems
    }

    /// Whether the store has the very bytes.
    private static func holds(_ digest: Digest, _ files: FileStore, _ digests: FileDigests) throws -> Bool {
        guard try files.contains(digest) else { return false }
        do throws(FileSystemError) {
            return try digests.digest(of: files.path(of: digest)) == digest
        } catch {
            // What cannot be read is not there.
            return false
        }
    }

    /// Gets again what steps are to read, records tell of, and the store has lost.
    ///
    /// - Returns: by step, why it cannot have what it reads.
    func remakeLost(for steps: [Step], report: @escaping @Sendable (ExecutionEvent) -> Void) async throws -> [Digest: String] {
        let running = Set(steps.map(\.key))
        let remaking = Remaking(self, report: report)
        var losses: [Digest: String] = [:]
        for step in steps where try !isDone(step) {
            for (_, input) in step.inputs.sorted(by: { $0.key < $1.key }) {
                let digest: Digest? =
                    switch input {
                    case .artefact(let digest): digest
                    case .output(let key, let name): running.contains(key) ? nil : ledger.recorded.steps[key]?.outputs[name]
                    }
                guard let digest, try !store.contains(digest), remaking.knows(digest) else { continue }
                do {
                    try await remaking.provide(digest)
                } catch let loss as Remaking.Loss {
                    losses[step.key] = "step '\(step.name)' reads \(digest.short), which this store has not (--store names one): \(loss.reason)"
                }
            }
        }
        return losses
    }

    /// Whether its result is there, though no record says so yet: it reads nothing any more.
    private func isDone(_ step: Step) throws -> Bool {
        guard let outputs = results.outputs(of: step.key), Set(outputs.keys) == Set(step.outputs) else { return false }
        return try outputs.values.allSatisfy { try store.contains($0) }
    }
}
