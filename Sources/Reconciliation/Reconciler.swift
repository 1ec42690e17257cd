public import Attestations
public import Basics
public import Diagnostics
public import Execution
import Foundation
import Git
import Ledger
import OrderedCollections
public import Planning
import Policies
public import Signatures
import Specs
import Storage

/// The loop: observe, plan, execute, judge, record. Level-triggered: it compares what the branch says with what the ledger holds.
public struct Reconciler {
    public struct Options: Sendable {
        /// Path or URL of the repository.
        public var address: String
        /// The reconciler's own folder: mirror, store, results, index.
        public var stateFolder: String
        public var key: SigningKey
        public var email: String
        public var root: Set<String>
        public var branch = "main"
        public var threads = 2
        public var operation = OperatorSettings()
        /// DVC's cache, from which data that git does not hold are read.
        public var dvcCache: String?
        /// Store and step results that several reconcilers with one key share; nil: in `stateFolder`.
        public var sharedStore: String?
        var checkpoints = Checkpoints.none

        public init(address: String, stateFolder: String, key: SigningKey, email: String, root: Set<String>) {
            self.address = address
            self.stateFolder = stateFolder
            self.key = key
            self.email = email
            self.root = root
        }
    }

    /// What a reconcile came to.
    public struct Report: Sendable {
        public let commit: String
        public let plan: Plan
        /// The verdict that now holds for each subject.
        public let verdicts: [Verdict]
        /// What this machine could not do, or does later: nothing is recorded of these, and what the ledger has of them stands.
        public let unjudged: [UnjudgedSubject]
        /// Digests of the records that were added.
        public internal(set) var added: [Digest]
        public let ledgerTip: String?
        /// What is wrong with the branch's files; then nothing was decided.
        public let diagnostics: [Diagnostic]
        /// Things that were put right on the way, such as a damaged index.
        public let notices: [String]

        public var outcome: Outcome {
            verdicts.map(\.outcome).reduce(diagnostics.hasErrors || !unjudged.isEmpty ? .undecided : .pass) { $0.combined(with: $1) }
        }
        /// When time alone may change something.
        public var nextBoundary: Instant? { (verdicts.compactMap(\.nextBoundary) + unjudged.compactMap(\.until)).min() }

        /// When work goes on that only waits; nil if none does, or something else stands in the way.
        var resumes: Instant? { unjudged.contains { $0.until == nil } ? nil : unjudged.compactMap(\.until).min() }
    }

    /// The engine's name and version, as records name it.
    public static let engine = "proviso 0.1.0"

    private(set) var options: Options
    let clock: any Clock
    let checkpoints: Checkpoints

    public init(options: Options, clock: any Clock, checkpoints: Checkpoints = .none) {
        self.options = options
        self.options.checkpoints = checkpoints
        self.clock = clock
        self.checkpoints = checkpoints
    }

    /// Brings the ledger up to the branch. While work waits for its time, what comes to the branch meanwhile is judged.
    ///
    /// - Parameter waits: false: returns with what can be judged now, and says of the rest until when it waits.
    public func run(waits: Bool = true, report: @escaping @Sendable (ExecutionEvent) -> Void = { _ in }) async throws -> Report {
        var added: [Digest] = []
        let settings = options.executionSettings
        while true {
            var found = try await once(report)
            added += found.added
            found.added = added
            guard waits, let time = found.resumes else { return found }
            await settings.sleep(Double(min(60, max(1, time.secondsSinceEpoch - settings.now().secondsSinceEpoch))))
            try Task.checkCancellation()
        }
    }

    /// When another reconciler was faster, it tries again on what that left. One that has the same folder is waited for.
    private func once(_ report: @escaping @Sendable (ExecutionEvent) -> Void) async throws -> Report {
        let lock = try await StateLock.take(options.stateFolder, tell: options.operation.tell)
        defer { withExtendedLifetime(lock) {} }
        var attempts = 0
        while true {
            do {
                return try await attempt(report)
            } catch let error as LedgerError where error.code == .lostRace && attempts < 5 {
                attempts += 1
            }
        }
    }

    /// What would run, and why, without running it.
    public func plan() async throws -> (plan: Plan, diagnostics: [Diagnostic]) { try await withPlan { ($0, $1) } }

    /// - Parameter tell: is called while all that was observed is in memory still: a process that ends there need not take it apart, which is a noticeable
    ///   part of planning when nothing changed.
    public func withPlan<Answer>(_ tell: (Plan, [Diagnostic]) throws -> Answer) async throws -> Answer {
        let observed = try await observe()
        return try withExtendedLifetime(observed) {
            guard let assessment = observed.assessment else { return try tell(Plan(subjects: []), observed.diagnostics) }
            let plan = try assessment.knowingResults(try assessment.plan(try observed.workList.with(inferences: nil, of: assessment)))
            return try withExtendedLifetime(plan) { try tell(plan, observed.diagnostics) }
        }
    }

    private func attempt(_ report: @escaping @Sendable (ExecutionEvent) -> Void) async throws -> Report {
        let observed = try await observe()
        guard let observedAssessment = observed.assessment else {
            return Report(
                commit: observed.commit.hex, plan: Plan(subjects: []), verdicts: [], unjudged: [], added: [], ledgerTip: observed.ledgerTip?.hex,
                diagnostics: observed.diagnostics, notices: [])
        }
        let workList = try observed.workList.with(inferences: nil, of: observedAssessment)
        let (assessment, plan) = try await observedAssessment.settled(workList, report: report)
        await checkpoints.reach(.afterPlanning)
        let (subjects, unjudged) = try await assessment.assess(plan, inferences: workList.inferences, report: report)
        await checkpoints.reach(.afterJudging)
        let recording = Recording(observed: observed, instant: assessment.instant)
        var pending = subjects.compactMap { recording.pending($0, key: options.key) }
        var verdicts = subjects.map(\.verdict)
        for environment in observed.snapshot.catalog.environments.values {
            let verdict = try assessment.judge(environment)
            verdicts.append(verdict)
            if let record = recording.pending(environment, verdict) { pending.append(record) }
        }
        let (tip, added) = try await publish(pending, observed)
        let notices = try updateIndex(observed.repository, tip: tip)
        await checkpoints.reach(.afterIndex)
        // Behind what is recorded: it may take long, or fail, and no decision rests on it.
        let digests = FileDigests(at: options.stateFolder + "/digests")
        let lost = try await assessment.remakePredictions(
            plan, memory: options.stateFolder + "/lost", in: FileStore(at: options.storeFolder), digests, report: report)
        try? digests.save()  // What is not remembered is read again.
        return Report(
            commit: observed.commit.hex, plan: plan, verdicts: verdicts.sorted { $0.subject < $1.subject }, unjudged: unjudged, added: added,
            ledgerTip: tip?.hex, diagnostics: observed.diagnostics, notices: notices + lost)
    }

    private func observe() async throws -> Observation {
        let observation = try await Observation(options: options, clock: clock)
        await checkpoints.reach(.afterFetch)
        return observation
    }

    /// Commits are made and reach the disk before the server is asked; the server's answer alone decides whether they count.
    private func publish(_ pending: [PendingRecord], _ observed: Observation) async throws -> (ObjectID?, [Digest]) {
        guard !pending.isEmpty else { return (observed.ledgerTip, []) }
        await checkpoints.reach(.beforeCommit)
        let writer = LedgerWriter(observed.repository, key: options.key, email: options.email)
        let prepared = try writer.prepare(pending, on: observed.ledgerTip)
        await checkpoints.reach(.beforePush)
        let lock = try await StateLock.ofMirror(in: options.stateFolder)
        defer { withExtendedLifetime(lock) {} }
        _ = try writer.publish(prepared, to: observed.ledgerReference, of: options.address)
        await checkpoints.reach(.afterPush)
        try observed.repository.updateReference(
            observed.trackingReference, to: prepared.tip, expecting: observed.ledgerTip, reason: "proviso: pushed")
        try observed.verifiedLedgers.note(prepared.tip)
        return (prepared.tip, prepared.entries.map(\.digest))
    }

    private func updateIndex(_ repository: Repository, tip: ObjectID?) throws -> [String] {
        guard let tip else { return [] }
        return try LedgerIndex.update(at: options.stateFolder + "/index.sqlite", repository: repository, tip: tip)
    }
}
