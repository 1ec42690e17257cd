public import Attestations
public import Basics
public import Execution
import Foundation
import Git
import Ledger
import OrderedCollections
import Planning
import Policies
import Specs
import Steps
import Storage

/// Works a recorded decision out again, from the repository and the store alone, and compares every digest.
public struct Reproduction {
    /// What a comparison came to.
    public struct Comparison: Hashable, Sendable {
        /// `step train`, `output model of step train`, `evidence performance`, `verdict`.
        public let what: String
        public let recorded: String
        public let found: String
        /// Why there is nothing to compare with, where that is so.
        public let note: String?

        public var isSame: Bool { note == nil && recorded == found }

        init(_ what: String, recorded: String, found: String, note: String? = nil) {
            self.what = what
            self.recorded = recorded
            self.found = found
            self.note = note
        }

        /// The same where what it rests on was not made again: agreeing with what is recorded alone shows nothing.
        fileprivate var resting: Comparison {
            guard isSame else { return self }
            return Comparison(what, recorded: recorded, found: found, note: "it follows from what is recorded, not all of which was made again")
        }
    }

    public struct Report: Sendable {
        public let record: Digest
        public let subject: SubjectName
        /// Every digest that was compared, in the order in which the work was done.
        public let comparisons: [Comparison]
        /// The step that first made other bytes, or failed.
        public let firstDivergence: String?
        /// The step that first could not be run, since what it reads or the engine that ran it is not to be had.
        public let firstNotRun: String?
        /// What the decision was worked out with; nil for records of engines that did not keep it.
        public let recordedEnvironment: JSONValue?
        public let environment: JSONValue

        public var isReproduced: Bool { comparisons.allSatisfy(\.isSame) }

        public var environmentDifferences: [String] { recordedEnvironment.map { EngineEnvironment.differences($0, environment) } ?? [] }

        public var json: JSONValue {
            JSONValue.object([
                "kind": "ReproductionReport", "apiVersion": "proviso.dev/v1alpha1", "record": .string(record.description), "subject": subject.json,
                "reproduced": .bool(isReproduced), "firstDivergence": firstDivergence.map { .string($0) } ?? .null,
                "firstNotRun": firstNotRun.map { .string($0) } ?? .null,
                "comparisons": .array(
                    comparisons.map {
                        JSONValue.object([
                            "what": .string($0.what), "recorded": .string($0.recorded), "found": .string($0.found), "same": .bool($0.isSame),
                            "note": $0.note.map { .string($0) } ?? .null,
                        ]).droppingNulls
                    }), "recordedEnvironment": recordedEnvironment ?? .null, "environment": environment,
                "environmentDifferences": .array(environmentDifferences.map { .string($0) }),
            ]).droppingNulls
        }
    }

    private let repository: Repository
    private let tip: ObjectID
    private let signers: Snapshot
    /// Of artefacts that the repository does not hold; nil if there is none.
    private let store: (any ContentStore)?
    private let threads: Int
    private let dvcCache: String?
    private let operation: OperatorSettings

    /// - Parameters:
    ///   - revision: the branch whose signer files count for the ledger.
    ///   - ledger: the ledger's reference; default: the one that the branch names, local or of `origin`.
    ///   - store: a folder of artefacts.
    ///   - dvcCache: DVC's cache, from which data that git does not hold are read.
    public init(
        repositoryPath: String, revision: String, ledger: String?, store: String?, threads: Int, dvcCache: String? = nil,
        operation: OperatorSettings = OperatorSettings()
    ) throws {
        let source = try LedgerSource(repositoryPath: repositoryPath, revision: revision, ledger: ledger)
        (repository, signers, tip) = (source.repository, source.snapshot, try source.existingTip())
        self.store = store.map { FileStore(at: $0) }
        self.threads = threads
        self.dvcCache = dvcCache
        self.operation = operation
    }

    /// - Parameter prefix: the beginning of the record's digest.
    /// - Throws: `invalidArgument` for no such record, `ledgerDoesNotVerify`, or `environment` if what the decision rests on is nowhere to be had.
    public func reproduce(_ prefix: String, report: @escaping @Sendable (ExecutionEvent) -> Void = { _ in }) async throws -> Report {
        let reader = try LedgerReader(repository, tip: tip)
        let matches = try reader.recordDigests(withPrefix: prefix)
        guard matches.count == 1, let digest = matches.first else {
            throw ReconciliationError(
                .invalidArgument, matches.isEmpty ? "no record begins with '\(prefix)'" : "\(matches.count) records begin with '\(prefix)'",
                hint: "proviso audit log lists them")
        }
        let record = try reader.record(digest).record
        let ledger = try LedgerState(repository, tip: tip, signers: signers)
        guard let commit = ObjectID(record.draft.source.commit) else {
            throw ReconciliationError(.ledgerDoesNotVerify, "record \(digest.short) names no commit")
        }
        let judged: Snapshot
        do throws(GitError) { judged = try Snapshot(repository, tree: try repository.commit(commit).tree) } catch {
            throw ReconciliationError(
                .environment, "the commit \(commit.hex.prefix(12)) that was judged is not in this repository", hint: "fetch the whole history")
        }
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("proviso-reproduce-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let before = ledger.before(record.sequence)
        let plan = try RecordedPlan(record, judged, before, dvcCache: dvcCache)
        let planned = plan.steps
        let earlier = EarlierFiles(repository, records: before.entries.values.map(\.record), dvcCache: dvcCache)
        var work = StepReplay(
            files: CommitFiles(judged, dvcCache: dvcCache), earlier: earlier, reader: reader, shared: store,
            own: FileStore(at: scratch.path), threads: threads,
            execution: operation.settings(workers: nil),
            limits: Dictionary(planned.map { ($0.key, $0.execution) }, uniquingKeysWith: { first, _ in first }))
        let makers = try work.withMakers(record, RecordedMakers(ledger.entries.values.map(\.record)))
        for maker in makers where work.limits[maker.step.key] == nil {
            let own = maker.record.sequence == record.sequence ? plan : try earlier.plan(of: maker.record, ledger)
            work.limits[maker.step.key] = own?.execution(of: maker.step)
        }
        let replay = try await work.run(makers.map(\.step), report: report)
        var comparisons = sources(record, judged) + replay.comparisons
        comparisons += documents(record, replay)
        comparisons += try await failures(record, planned: planned, work, report: report)
        let isProven = comparisons.allSatisfy(\.isSame)
        comparisons += try verdict(record, judged, before, commit).map { isProven ? $0 : $0.resting }
        let environment = try record.draft.attachments["environment"].map { try JSONValue(parsing: try reader.document($0)) }
        return Report(
            record: digest, subject: record.subject, comparisons: comparisons, firstDivergence: replay.firstDivergence,
            firstNotRun: replay.firstNotRun, recordedEnvironment: environment,
            environment: EngineEnvironment.json)
    }

    /// What was judged is what lies at that commit.
    private func sources(_ record: Record, _ judged: Snapshot) -> [Comparison] {
        let source = record.draft.source
        let spec = judged.catalog.resource(kind: record.subject.kind, name: record.subject.name)
        return [
            Comparison("tree of the judged commit", recorded: source.tree, found: judged.tree?.hex ?? ""),
            Comparison("spec \(source.path)", recorded: source.specDigest.description, found: spec?.digest.description ?? "nothing"),
        ]
    }

    /// Evidence and artefacts are outputs of steps, apart from documents, which the verdict's own comparison covers.
    private func documents(_ record: Record, _ replay: StepReplay.Outcome) -> [Comparison] {
        let kinds = [("evidence", record.draft.evidence), ("artefact", record.draft.artefacts)]
        return kinds.flatMap { word, members in
            members.sorted { $0.key < $1.key }.compactMap { name, digest -> Comparison? in
                guard name != "documents" || word == "artefact" else { return nil }
                let isMade = replay.made.contains(digest) && !replay.unmade.contains(digest)
                return Comparison(
                    "\(word) \(name)", recorded: digest.description, found: isMade ? digest.description : "no step made it again")
            }
        }
    }

    /// Judged again by the policies of that commit, on the recorded evidence, which was compared before.
    private func verdict(_ record: Record, _ judged: Snapshot, _ ledger: LedgerState, _ commit: ObjectID) throws -> [Comparison] {
        let source = try repository.commit(commit)
        let instant = record.instant
        let authorship = try Authorship(repository: repository, base: source.parents.first, head: commit, signers: judged.allowedSigners, at: instant)
        let assessment = Assessment(
            base: judged, merged: judged, ledger: ledger, store: FileStore(at: "/dev/null"), results: NoStepResults(), threads: threads,
            instant: instant,
            change: authorship.change(
                approvers: try approvers(of: source, judged, authorship, instant),
                files: try repository.changes(from: try source.parents.first.map { try repository.commit($0).tree }, to: source.tree).map(\.path),
                base: source.parents.first, head: commit))
        func compared(_ found: Verdict) -> [Comparison] {
            [Comparison("verdict", recorded: record.verdict.json.digest.description, found: found.json.digest.description)]
        }
        let what = "verdict"
        switch record.subject.kind {
        case Environment.kind:
            guard let environment = judged.catalog.environments[record.subject.name] else { break }
            return compared(try assessment.judge(environment))
        case Model.kind:
            guard let model = judged.catalog.models[record.subject.name] else { break }
            var evidence = try ledger.evidence(of: record)
            if record.draft.evidence["documents"] != nil, case .object(var sections) = evidence {
                sections["documents"] = try SignedDocuments.evidence(of: model, signers: judged.allowedSigners, at: instant) { try judged.file($0) }
                evidence = .object(sections)
            }
            let rules = assessment.judge.judge(try assessment.input(model, evidence: evidence))
            // What failed while the work was done stands before what the judge found; a failed step that fails again is compared above.
            let own = record.verdict.findings.filter { $0.kind == "stepFailed" || $0.kind == "data" || $0.kind == "stageLeftOut" }
            return compared(
                Verdict(
                    subject: rules.subject, outcome: own.map(\.outcome).reduce(rules.outcome) { $0.combined(with: $1) }, rules: rules.rules,
                    findings: own + rules.findings, nextBoundary: rules.nextBoundary))
        default: return compared(Self.verdict(ofFindings: record.verdict))
        }
        return [Comparison(what, recorded: record.verdict.json.digest.description, found: "nothing", note: "the commit has no \(record.subject)")]
    }

    /// As the reconciler found them: those whose approvals lie in the repository.
    private func approvers(of source: Commit, _ judged: Snapshot, _ authorship: Authorship, _ instant: Instant) throws -> [String] {
        guard judged.policies.contains(where: \.readsApprovers), let base = source.parents.first else { return [] }
        let signers = try Snapshot(repository, tree: try repository.commit(base).tree).allowedSigners
        let blobs = try repository.references(prefix: Approval.references(tree: source.tree.hex)).map { try repository.blob($0.target) }
        let guarding = ChangeGuard(
            base: base.hex, tree: source.tree.hex, owners: judged.owners, signers: signers, instant: instant, authors: authorship.principals,
            authorKeys: authorship.keys, unknownAuthor: nil, approvals: blobs)
        return Set(guarding.approvers.map(\.name)).sorted()
    }
}
