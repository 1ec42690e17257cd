import Attestations
import Basics
import Diagnostics
import Execution
import Foundation
import Git
import OrderedCollections
import Planning
import Policies
import Signatures
import Specs
import Storage

/// What the server has now: the branch's tip read and checked, the ledger verified.
struct Observation {
    let repository: Repository
    let commit: ObjectID
    let snapshot: Snapshot
    let ledger: LedgerState
    let ledgerTip: ObjectID?
    /// The ledger on the server, and as this machine last saw it.
    let ledgerReference: String
    let trackingReference: String
    let diagnostics: [Diagnostic]
    /// Names of the data sets whose bytes are the pinned ones.
    let soundData: Set<String>
    let workList: WorkList
    let verifiedLedgers: VerifiedLedgers
    /// Nil if the branch's files have errors: then nothing is judged.
    let assessment: Assessment?

    init(options: Reconciler.Options, clock: any Clock) async throws {
        try FileManager.default.createDirectory(atPath: options.stateFolder, withIntermediateDirectories: true)
        let repository = try await Self.mirror(options)
        self.repository = repository
        guard let commit = try repository.reference("refs/remotes/origin/\(options.branch)") else {
            throw ReconciliationError(
                .invalidArgument, "\(options.address) has no branch '\(options.branch)'", hint: "push one first, or name another with --branch")
        }
        self.commit = commit
        let source = try repository.commit(commit)
        snapshot = try Snapshot(repository, tree: source.tree)
        ledgerReference = "refs/heads/\(snapshot.ledgerBranch)"
        trackingReference = "refs/remotes/origin/\(snapshot.ledgerBranch)"
        ledgerTip = try repository.reference(trackingReference)
        let shared = options.sharedStore ?? options.stateFolder
        let results = SignedResults(store: StepResultStore(at: shared + "/results"), key: options.key)
        verifiedLedgers = VerifiedLedgers(results: results, signerFiles: snapshot.signerFiles)
        guard !snapshot.diagnostics.hasErrors else {
            ledger = .empty
            diagnostics = snapshot.diagnostics
            soundData = []
            workList = WorkList(models: [], pipelines: [], sources: PipelineSources(datasets: [:], files: [:]))
            assessment = nil
            return
        }
        ledger = try LedgerState(repository, tip: ledgerTip, signers: snapshot, verified: verifiedLedgers)
        // The chain's instants never go back, whatever this machine's clock says.
        let now = clock.now()
        let instant = ledger.lastInstant.map { max($0, now) } ?? now
        if let finding = RootOfTrust.finding(
            fingerprints: options.root, owners: snapshot.owners, signers: snapshot.allowedSigners, instant: instant)
        {
            throw ReconciliationError(.invalidArgument, finding.message, hint: finding.hint)
        }
        guard case .authorized = snapshot.ledgerSigners.status(of: options.key.publicKey, namespace: "git", at: instant) else {
            throw ReconciliationError(
                .invalidArgument, "the key \(options.key.publicKey.fingerprint) may not sign ledger commits",
                hint: "add it to .proviso/ledger_signers by a pull request")
        }
        let data = DataFiles(snapshot, dvcCache: options.dvcCache)
        let datasets = Array(snapshot.catalog.datasets.values)
        let problems = try data.problems(datasets)
        let files = PipelineFiles(snapshot.catalog.graph)
        let (series, seriesProblem) = try CarbonSeries.read(snapshot.catalog) { [snapshot] in try snapshot.file($0) }
        var execution = options.executionSettings
        execution.energy = EnergyModel(snapshot.catalog.repository?.energy, series: series)
        diagnostics =
            snapshot.diagnostics + [seriesProblem].compactMap { $0 } + problems
            + (try data.problems(snapshot.catalog.models.values))
            + (try files.problems { try data.digest(ofFile: $0.path, isPointer: $0.isPointer) })
        let sound = Set(try datasets.filter { try data.problem(with: $0) == nil }.map(\.name))
        soundData = sound
        workList = WorkList(
            models: Array(snapshot.catalog.models.values), pipelines: Set(snapshot.catalog.pipelines.keys),
            sources: try data.sources(snapshot.catalog, files, soundData: sound))
        let authorship = try Authorship(
            repository: repository, base: source.parents.first, head: commit, signers: snapshot.allowedSigners, at: instant)
        let approvers = try await FetchedApprovals.approvers(
            of: commit, repository, snapshot, authorship, address: options.address, stateFolder: options.stateFolder, at: instant)
        let store = FileStore(at: options.storeFolder)
        assessment = Assessment(
            base: snapshot, merged: snapshot, ledger: ledger, store: store,
            results: results, threads: options.threads, instant: instant,
            change: authorship.change(
                approvers: approvers,
                files: try repository.changes(from: try source.parents.first.map { try repository.commit($0).tree }, to: source.tree).map(\.path),
                base: source.parents.first, head: commit), checkpoints: options.checkpoints, execution: execution,
            dvcCache: options.dvcCache, series: series)
    }

    /// The reconciler's own copy, brought up to date.
    private static func mirror(_ options: Reconciler.Options) async throws -> Repository {
        let lock = try await StateLock.ofMirror(in: options.stateFolder)
        defer { withExtendedLifetime(lock) {} }
        let path = options.stateFolder + "/mirror.git"
        let repository: Repository
        if FileManager.default.fileExists(atPath: path + "/HEAD") {
            repository = try Repository.open(at: path)
        } else {
            repository = try Repository.initBare(at: path)
        }
        // Asked first, since a fetch writes FETCH_HEAD even if there is nothing new.
        let offered = try Repository.remoteReferences(of: options.address).filter { $0.name.hasPrefix("refs/heads/") }
        let known = try repository.references(prefix: "refs/remotes/origin/")
        if Dictionary(offered.map { ($0.name.dropFirst("refs/heads/".count), $0.target) }, uniquingKeysWith: { first, _ in first })
            != Dictionary(known.map { ($0.name.dropFirst("refs/remotes/origin/".count), $0.target) }, uniquingKeysWith: { first, _ in first })
        {
            try repository.fetch(from: options.address, refspecs: ["+refs/heads/*:refs/remotes/origin/*"], prune: true)
        }
        return repository
    }
}
