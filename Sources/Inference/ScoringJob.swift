public import Basics
import Dispatch
import Frames
public import Metrics
public import Storage
import Synchronization

/// Scores a partitioned table into a folder: shards in parallel, each once.
public struct ScoringJob: Sendable {
    /// The places at which a job may be killed without harm. Tests kill it at each.
    public enum Checkpoint: String, CaseIterable, Sendable {
        case afterListing, afterWriting, afterReceipt, afterPublishing, beforeManifest, afterManifest
    }

    public struct Progress: Sendable {
        public let shard: String
        public let rows: Int
        /// Of all shards so far, those kept from an earlier run included.
        public let rowsDone: Int
        public let shardsDone: Int
        public let shardCount: Int
        /// Nil where only reading tells.
        public let rowsTotal: Int?
    }

    public var shards: [Shard]
    public var models: ScoringModelSet
    public var parameters: ScoringParameters
    public var reference: [ReferenceColumn]
    public var output: String
    public var jobs = 1
    public var files: any FileSystem = LocalFileSystem()
    /// What ran, outside of what is hashed.
    public var engine: JSONValue = [:]
    public var checkpoint: @Sendable (Checkpoint) -> Void = { _ in }

    public init(shards: [Shard], models: ScoringModelSet, parameters: ScoringParameters, reference: [ReferenceColumn] = [], output: String) {
        self.shards = shards
        self.models = models
        self.parameters = parameters
        self.output = output
        let names = Set(models.inputs.map(\.name))
        self.reference = reference.filter { names.contains($0.name) }
    }

    /// What a run gave.
    public struct Result: Sendable {
        public let manifest: InferenceManifest
        /// Shards whose predictions an earlier run had made.
        public let reused: Int
    }

    var referenceDigest: Digest? { reference.isEmpty ? nil : JSONValue.array(reference.map(\.json)).digest }

    /// Runs to the end, blocking the caller. `isCancelled` is asked between pieces. Limits that are passed by a shard stop what comes after it; the
    /// shards before it are finished, so that the outcome is the same for any number of workers.
    public func run(isCancelled: @escaping @Sendable () -> Bool = { false }, progress: @escaping @Sendable (Progress) -> Void = { _ in })
        throws(InferenceError) -> Result
    {
        try models.check(parameters)
        guard Set(shards.map(\.name)).count == shards.count else { throw InferenceError(.parameters, "two shards have one name") }
        let folder = OutputFolder(root: output, files: files)
        try folder.prepare()
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        try folder.removeTemporaries()
        let receipted = try folder.receiptedNames()
        for shard in shards { try folder.refuseForeign(shard.name, receipted: receipted) }
        checkpoint(.afterListing)
        let state = Mutex(RunState(count: shards.count))
        let keys = shards.map { $0.key(models, parameters, reference: referenceDigest) }
        let total = shards.contains { $0.rows == nil } ? nil : shards.reduce(0) { $0 + ($1.rows ?? 0) }
        let workers = max(1, min(jobs, shards.count))
        // Few shards leave threads for their models.
        let threads = max(1, jobs / workers)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            var scoring: ShardScoring?
            while let index = state.withLock({ $0.next() }) {
                func tell(_ rows: Int, _ change: (inout RunState) -> Void) {
                    let (done, finished) = state.withLock { state in
                        state.rows += rows
                        change(&state)
                        return (state.rows, state.finished)
                    }
                    progress(
                        Progress(
                            shard: shards[index].name, rows: rows, rowsDone: done, shardsDone: finished, shardCount: shards.count, rowsTotal: total))
                }
                do {
                    let receipt = try self.receipt(index, key: keys[index], folder, threads, &scoring, isCancelled) { tell($0) { _ in } }
                    let halts = parameters.halts && !receipt.receipt.measures.breaches(of: parameters.limits).isEmpty
                    // Its last rows were told of before it counted as done. Counted and read at once, so that each number is told.
                    tell(0) { $0.finish(index, receipt.receipt, reused: receipt.reused, halts: halts) }
                } catch {
                    state.withLock { $0.fail(index, error as? InferenceError ?? InferenceError(.data, shard: shards[index].name, "\(error)")) }
                }
            }
        }
        let ended = state.withLock { $0 }
        // What fails behind a shard that halts the job might as well not have been started.
        if let (index, error) = ended.failure, error.code == .cancelled || index < ended.halted ?? .max { throw error }
        return Result(manifest: try conclude(ended, folder), reused: ended.reused)
    }

    private func receipt(
        _ index: Int, key: Digest, _ folder: OutputFolder, _ threads: Int, _ scoring: inout ShardScoring?, _ isCancelled: () -> Bool,
        progress: (Int) -> Void
    ) throws -> (receipt: ShardReceipt, reused: Bool) {
        let shard = shards[index]
        if let known = try folder.receipt(key, name: shard.name, reference: reference) {
            progress(known.measures.rows)
            return (known, true)
        }
        // What an earlier job said of the whole folder is no longer so.
        if folder.hasManifest { try folder.removeManifest() }
        let worker = try scoring ?? ShardScoring(models, parameters, reference: reference, threads: threads)
        scoring = worker
        let path = folder.temporaryPath(key, name: shard.name)
        let measures: ShardMeasures
        do {
            measures = try worker.score(shard, to: path) { rows in
                if isCancelled() { throw InferenceError(.cancelled, "stopped; completed shards are kept, and the next run goes on") }
                progress(rows)
            }
            if let stamp = shard.stamp, FileStamp(of: shard.path) != stamp {
                throw InferenceError(
                    .data, shard: shard.partition.name, "the file changed while the job ran: its predictions would not be those of its digest",
                    hint: "run the job again once nothing writes to the data")
            }
        } catch {
            try? files.remove(path)  // The first error is the one that counts.
            throw error
        }
        checkpoint(.afterWriting)
        let receipt = ShardReceipt(key: key, name: shard.name, output: try folder.seal(key, name: shard.name), measures: measures)
        try folder.save(receipt)
        checkpoint(.afterReceipt)
        try folder.publish(key, name: shard.name)
        checkpoint(.afterPublishing)
        return (receipt, false)
    }

    private func conclude(_ ended: RunState, _ folder: OutputFolder) throws(InferenceError) -> InferenceManifest {
        // Up to the first shard that passed a limit, whatever others were done beside it.
        let done = ended.receipts.prefix((ended.halted ?? (shards.count - 1)) + 1)
        var total = ShardMeasures(reference: reference)
        var entries: [(shard: Shard, receipt: ShardReceipt)] = []
        for (shard, receipt) in zip(shards, done) {
            guard let receipt else { preconditionFailure("every shard before one that halts is finished") }
            total.merge(receipt.measures)
            entries.append((shard, receipt))
        }
        let findings = InferenceManifest.findings(entries, total, parameters.limits)
        let manifest = InferenceManifest(
            outcome: parameters.halts && !findings.isEmpty ? .halted : .complete, models: models.json, parameters: parameters.json,
            reference: referenceDigest, shards: entries, measures: total, findings: findings)
        checkpoint(.beforeManifest)
        try folder.save(manifest, engine: engine)
        checkpoint(.afterManifest)
        return manifest
    }
}

/// What the workers of a job share.
private struct RunState {
    var receipts: [ShardReceipt?]
    var rows = 0
    var finished = 0
    var reused = 0
    /// The first shard that passed a limit.
    var halted: Int?
    var failure: (index: Int, error: InferenceError)?
    private var started = 0

    init(count: Int) { receipts = Array(repeating: nil, count: count) }

    /// Shards are started in their order, so that all before one that halts or fails have been.
    mutating func next() -> Int? {
        guard started < receipts.count, failure == nil, halted == nil else { return nil }
        started += 1
        return started - 1
    }

    mutating func finish(_ index: Int, _ receipt: ShardReceipt, reused isReused: Bool, halts: Bool) {
        receipts[index] = receipt
        finished += 1
        if isReused { reused += 1 }
        if halts { halted = min(halted ?? index, index) }
    }

    /// The error of the first shard is the one that is told.
    mutating func fail(_ index: Int, _ error: InferenceError) {
        if failure.map({ index < $0.index }) ?? true { failure = (index, error) }
    }
}
