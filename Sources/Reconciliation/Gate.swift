public import Attestations
public import Basics
public import Diagnostics
public import Execution
import Foundation
public import Git
import OrderedCollections
import Planning
import Policies
import Signatures
import Specs
public import Storage

/// Judges what merging `head` into `base` would give, by what `base` says. Writes no reference and no object of the repository.
public struct Gate {
    public struct Options {
        /// Fingerprints of the root of trust, from outside the repository.
        public var root: Set<String> = []
        public var threads = 2
        public var operation = OperatorSettings()
        /// The reconciler's store, to read what records vouch for. Never written.
        public var store: (any ContentStore)?
        /// Where the ledger is looked for, first match wins.
        public var ledgerReferences: [String] = []
        /// DVC's cache, from which data that git does not hold are read.
        public var dvcCache: String?
        /// Is told of the steps that run.
        public var report: @Sendable (ExecutionEvent) -> Void = { _ in }

        public init() {}
    }

    public struct Report {
        public let verdict: ChangeVerdict
        /// What is wrong with the merge result's files.
        public let diagnostics: [Diagnostic]
        /// Whether this machine could not do what a subject's verdict needs; then the change is undecided at best.
        public var machineFailed: Bool { verdict.findings.contains { $0.kind == "machineFailed" } }
    }

    let repository: Repository
    let options: Options
    let clock: any Clock

    /// - Parameter repository: a handle whose objects stay in memory.
    public init(repository: Repository, options: Options, clock: any Clock) {
        precondition(repository.objectWrites == .inMemory, "the gate leaves nothing behind")
        self.repository = repository
        self.options = options
        self.clock = clock
    }

    /// - Parameter base: nil for the first push.
    public func judge(base: ObjectID?, head: ObjectID) async throws -> Report {
        let instant = clock.now()
        func report(_ tree: ObjectID?, _ findings: [Finding], _ subjects: [Verdict] = [], _ diagnostics: [Diagnostic] = []) -> Report {
            Report(
                verdict: ChangeVerdict(
                    base: base?.hex, head: head.hex, tree: tree?.hex, instant: instant, subjects: subjects, findings: findings),
                diagnostics: diagnostics)
        }
        let merge = try await MergeResult.of(repository, base: base, head: head)
        guard let tree = merge.tree else { return report(nil, [merge.finding].compactMap { $0 }) }
        let merged = try Snapshot(repository, tree: tree)
        // On a first push there is no base: the pushed tree judges itself, if the root of trust signed it.
        let baseSnapshot = try base.map { try Snapshot(repository, tree: try repository.commit($0).tree) } ?? merged
        guard !merged.diagnostics.hasErrors else {
            let finding = Finding(kind: "invalidSpecs", outcome: .undecided, message: "the merge result has files that cannot be read as they must")
            return report(tree, [finding], [], merged.diagnostics)
        }
        guard !baseSnapshot.diagnostics.hasErrors else {
            let finding = Finding(
                kind: "invalidBase", outcome: .undecided, message: "the base has files that cannot be read as they must, so nothing can judge")
            return report(tree, [finding], [], baseSnapshot.diagnostics)
        }
        let authorship = try Authorship(
            repository: repository, base: base, head: head, signers: baseSnapshot.allowedSigners, at: instant)
        let files = try repository.changes(from: base == nil ? nil : baseSnapshot.tree, to: tree).map(\.path)
        var findings = trust(baseSnapshot, authorship: authorship, isFirst: base == nil, instant)
        let approvals = guardFindings(base, baseSnapshot, merged, tree: tree, authorship, files, instant)
        findings += approvals.findings

        let before = base == nil ? nil : baseSnapshot
        let data = DataFiles(merged, dvcCache: options.dvcCache)
        let reach = try ChangeReach(from: before, to: merged, data, dvcCache: options.dvcCache, instant: instant)
        let models = reach.models
        let environments = merged.catalog.environments.values.filter { $0.digest != before?.catalog.environments[$0.name]?.digest }
        // A change that touches nothing the ledger speaks of is judged without it.
        let ledger =
            models.isEmpty && environments.isEmpty && reach.pipelines.isEmpty && reach.inferences.isEmpty
            ? LedgerState.empty : try ledgerState(baseSnapshot)
        let datasets = Set(models.map(\.datasetName) + reach.datasets).sorted().compactMap { merged.catalog.datasets[$0] }
        let problems = try data.problems(datasets) + data.problems(merged.catalog.models.values) + reach.fileProblems

        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("proviso-gate-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let change = authorship.change(approvers: approvals.approvers, files: files, base: base, head: head)
        // The gate reckons as the base says, and waits for nothing.
        let (series, _) = try CarbonSeries.read(baseSnapshot.catalog) { try baseSnapshot.file($0) }
        var execution = options.operation.settings(workers: nil)
        execution.energy = EnergyModel(baseSnapshot.catalog.repository?.energy, series: series)
        let assessment = Assessment(
            base: baseSnapshot, merged: merged, ledger: ledger, store: OverlayStore(shared: options.store, own: FileStore(at: scratch.path)),
            results: RememberedStepResults(), threads: options.threads, instant: instant, change: change,
            execution: execution, dvcCache: options.dvcCache)
        let workList = try reach.workList.with(inferences: reach.inferences, of: assessment)
        let (settled, plan) = try await assessment.settled(workList, report: options.report)
        let (judged, unjudged) = try await settled.assess(plan, inferences: workList.inferences, report: options.report)
        findings += unjudged.map { each in
            Finding(
                kind: "machineFailed", outcome: .undecided, message: "\(each.subject) was not judged: \(each.reason)",
                hint: "this says nothing of the change: another try, or another machine, may do well")
        }
        var verdicts = judged.map(\.verdict)
        findings += problems.map { Finding(dataProblem: $0) }
        for environment in environments {
            let verdict = try assessment.judge(environment)
            if !verdict.findings.isEmpty { verdicts.append(verdict) }
        }
        return report(tree, findings, verdicts.sorted { $0.subject < $1.subject }, problems)
    }

    private func ledgerState(_ base: Snapshot) throws -> LedgerState {
        let tip = try repository.firstTarget(of: options.ledgerReferences.isEmpty ? base.ledgerReferences : options.ledgerReferences)
        return try LedgerState(repository, tip: tip, signers: base)
    }

    private func trust(_ base: Snapshot, authorship: Authorship, isFirst: Bool, _ instant: Instant) -> [Finding] {
        if let finding = RootOfTrust.finding(fingerprints: options.root, owners: base.owners, signers: base.allowedSigners, instant: instant) {
            return [finding]
        }
        guard isFirst else { return [] }
        // The last commit vouches for the whole first tree.
        guard let key = authorship.commits.last?.status.verifiedKey, options.root.contains(key.fingerprint) else {
            return [
                Finding(
                    kind: "rootOfTrust", outcome: .undecided, message: "the first push is not signed by a key of the root of trust",
                    hint: "its last commit must be signed by \(options.root.sorted().joined(separator: " or "))")
            ]
        }
        return []
    }

    private func guardFindings(
        _ base: ObjectID?, _ baseSnapshot: Snapshot, _ merged: Snapshot, tree: ObjectID, _ authorship: Authorship, _ files: [String],
        _ instant: Instant
    ) -> (findings: [Finding], approvers: [String]) {
        guard let base else { return ([], []) }
        let changes = Catalog.changes(from: baseSnapshot.catalog, to: merged.catalog)
        let touched =
            ChangeGuard.touched(changes: changes, files: files) + PipelineFiles(baseSnapshot.catalog.graph).touched(by: files)
        let guarding = ChangeGuard(
            base: base.hex, tree: tree.hex, owners: baseSnapshot.owners, signers: baseSnapshot.allowedSigners, instant: instant,
            authors: authorship.principals, authorKeys: authorship.keys,
            unknownAuthor: authorship.unknown.first.map { "commit \($0.commit.short) (\($0.title)) is \($0.status)" },
            approvals: approvalBlobs(tree: tree))
        return (guarding.findings(on: touched), guarding.approvers.map(\.name))
    }

    /// Approvals that cannot be read do not count, like any other approval that does not hold.
    private func approvalBlobs(tree: ObjectID) -> [[UInt8]] {
        do {
            return try repository.references(prefix: Approval.references(tree: tree.hex)).map { try repository.blob($0.target) }
        } catch {
            return []
        }
    }
}
