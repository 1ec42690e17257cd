import Attestations
import Basics
import Testing

@Suite struct RecordTests {
    static let location = FileLocation(path: "policies/a.yaml", line: 3, column: 5, endLine: 3, endColumn: 9)

    static let draft = RecordDraft(
        subject: SubjectName(kind: "Model", name: "income"),
        source: RecordSource(
            commit: String(repeating: "a", count: 40), tree: String(repeating: "b", count: 40), path: "models/income.yaml",
            specDigest: Digest.of("spec")),
        instant: Instant(secondsSinceEpoch: 1_795_449_600), engine: "proviso 0.1.0",
        steps: [
            RecordedStep(
                name: "train", key: Digest.of("key"), implementation: "train/1", parameters: ["rounds": 10],
                inputs: ["data": Digest.of("data")], outputs: ["model": Digest.of("model")])
        ],
        evidence: ["performance": Digest.of("performance")], artefacts: ["model": Digest.of("model")],
        attachments: ["lineage": Digest.of("lineage")],
        verdict: Verdict(
            subject: SubjectName(kind: "Model", name: "income"), outcome: .deny,
            rules: [
                RuleResult(
                    policy: "a", policyDigest: Digest.of("a"), rule: "r", action: .deny, state: .fail, message: "too low",
                    readings: [.init(expression: "x.value", value: "0.5")], taints: ["t"], waiver: "w", policyLocation: location,
                    subjectLocation: location)
            ], findings: [Finding(kind: "guardedChange", outcome: .undecided, message: "m", hint: "h", location: location)],
            nextBoundary: Instant(secondsSinceEpoch: 1_795_500_000)))

    @Test func `a record reads back from its statement`() throws {
        for previous in [nil, Digest.of("previous")] {
            let record = Record(sequence: 7, previous: previous, draft: Self.draft)
            let bytes = record.statement.json.canonicalBytes
            let read = try Record(statement: InTotoStatement(json: JSONValue(parsing: bytes)))
            #expect(read == record)
            #expect(read.digest == Digest.of(bytes))
        }
    }

    @Test func `a statement about other artefacts than its record's is refused`() throws {
        let statement = Record(sequence: 1, previous: nil, draft: Self.draft).statement
        let forged = InTotoStatement(
            subjects: [.init(name: "income/model", digest: Digest.of("another"))], predicateType: statement.predicateType,
            predicate: statement.predicate)
        #expect(throws: MalformedDocument.self) { try Record(statement: forged) }
    }

    @Test func `the decision digest ignores when and where, and nothing else`() {
        let draft = Self.draft
        func with(
            instant: Instant? = nil, commit: String? = nil, spec: Digest? = nil, evidence: [String: Digest]? = nil, outcome: Outcome? = nil
        ) -> Digest {
            RecordDraft(
                subject: draft.subject,
                source: RecordSource(
                    commit: commit ?? draft.source.commit, tree: draft.source.tree, path: draft.source.path,
                    specDigest: spec ?? draft.source.specDigest), instant: instant ?? draft.instant, engine: draft.engine,
                steps: draft.steps,
                evidence: evidence ?? draft.evidence, artefacts: draft.artefacts, attachments: draft.attachments,
                verdict: Verdict(
                    subject: draft.verdict.subject, outcome: outcome ?? draft.verdict.outcome, rules: draft.verdict.rules,
                    findings: draft.verdict.findings, nextBoundary: draft.verdict.nextBoundary)
            ).decisionDigest
        }
        #expect(with(instant: Instant(secondsSinceEpoch: 0), commit: "c") == draft.decisionDigest)
        #expect(with(spec: Digest.of("other")) != draft.decisionDigest)
        #expect(with(evidence: [:]) != draft.decisionDigest)
        #expect(with(outcome: .pass) != draft.decisionDigest)
    }

    @Test func `deny outranks undecided, which outranks pass`() {
        for outcome in Outcome.allCases {
            #expect(Outcome.deny.combined(with: outcome) == .deny)
            #expect(Outcome.pass.combined(with: outcome) == outcome)
        }
        #expect(Outcome.undecided.combined(with: .pass) == .undecided)
    }
}
