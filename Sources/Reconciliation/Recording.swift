import Attestations
import Basics
import Git
import Ledger
import Planning
import Signatures
import Specs

/// Turns decisions into records, where they say something that the ledger does not say yet.
struct Recording {
    let observed: Observation
    let instant: Instant

    /// Nil if the subject's latest record already says the same.
    func pending(_ subject: AssessedSubject, key: SigningKey) -> PendingRecord? {
        let source = source(path: subject.plan.path, specDigest: subject.plan.specDigest)
        let bare = RecordDraft(
            subject: subject.plan.subject, source: source, instant: instant, engine: Reconciler.engine, steps: subject.steps,
            evidence: subject.evidence, artefacts: subject.artefacts, attachments: subject.attachments, verdict: subject.verdict)
        guard isNew(bare), !(subject.isPartial && saysLess(bare)) else { return nil }
        // The model's provenance is signed by itself, so that whoever gets the model can be given it without the ledger.
        let provenance = DSSEEnvelope.sign(
            payloadType: InTotoStatement.payloadType, payload: SLSAProvenance(draft: bare).statement.json.canonicalBytes, with: key
        ).json.canonicalBytes
        let lineage = OpenLineageEvent(draft: bare).json.canonicalBytes
        let environment = EngineEnvironment.json.canonicalBytes
        let draft = RecordDraft(
            subject: bare.subject, source: source, instant: instant, engine: bare.engine, steps: bare.steps, evidence: bare.evidence,
            artefacts: bare.artefacts,
            attachments: subject.attachments.merging([
                "provenance": Digest.of(provenance), "lineage": Digest.of(lineage), "environment": Digest.of(environment),
            ]) { $1 },
            verdict: bare.verdict)
        return PendingRecord(draft: draft, documents: subject.documents + [provenance, lineage, environment])
    }

    /// An environment is recorded once something was live in it.
    func pending(_ environment: Environment, _ verdict: Verdict) -> PendingRecord? {
        let subject = SubjectName(kind: Environment.kind, name: environment.name)
        guard !environment.live.isEmpty || observed.ledger.recorded.latest[subject] != nil else { return nil }
        let draft = RecordDraft(
            subject: subject, source: source(path: environment.path, specDigest: environment.digest), instant: instant, engine: Reconciler.engine,
            steps: [], evidence: [:], artefacts: [:], attachments: [:], verdict: verdict)
        return isNew(draft) ? PendingRecord(draft: draft, documents: []) : nil
    }

    private func isNew(_ draft: RecordDraft) -> Bool {
        guard let latest = observed.ledger.recorded.latest[draft.subject] else { return true }
        return !latest.record.draft.decidesTheSame(as: draft)
    }

    /// Whether the latest record says all of it: of two machines the one that keeps some of the work from its end must not take turns with the other.
    private func saysLess(_ draft: RecordDraft) -> Bool {
        guard let latest = observed.ledger.recorded.latest[draft.subject]?.record.draft else { return false }
        return latest.source.specDigest == draft.source.specDigest && latest.verdict.outcome == draft.verdict.outcome
            && draft.steps.allSatisfy(latest.steps.contains) && draft.verdict.findings.allSatisfy(latest.verdict.findings.contains)
    }

    private func source(path: String, specDigest: Digest) -> RecordSource {
        RecordSource(commit: observed.commit.hex, tree: observed.snapshot.tree?.hex ?? "", path: path, specDigest: specDigest)
    }
}
