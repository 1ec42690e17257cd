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

    /// Both readers give one record, or neither does.
    @Test(arguments: [
        ("", ""), (#""name":"train","#, ""), (#""rounds":10"#, #""rounds":{"a":[1.5,null,"\u00e9 \"quoted\""]}"#),
        (#""key":"#, #""key":null,"kex":"#),
        (#""inputs":{"#, #""inputs":{},"inputs":{"#), (#""inputs":{"#, #""inputs":{"data":"sha256:00","#), (#""steps":["#, #""steps":[7,"#),
        (#""sequence":7"#, #""sequence":7,"sequence":8"#), (#""sequence":7"#, #""sequence":"7""#), (#""predicateType":"#, #""predicateTypes":"#),
        (#""engine":"#, #""engines":"#), ("}]}", "}]}}"), (#""outputs":{"model":"sha256:"#, #""outputs":{"model":"sha512:"#),
        (#""implementation":"train/1""#, #""implementation":["train/1"]"#), (#""steps":["#, #""steps":[["#),
    ])
    func `the steps of a verified record are read as those of any other`(old: String, new: String) throws {
        let text = Record(sequence: 7, previous: nil, draft: Self.draft).statement.json.canonicalText
        #expect(old.isEmpty || text.contains(old))
        let payload = Array((old.isEmpty ? text : text.replacing(old, with: new, maxReplacements: 1)).utf8)
        let general = try? Record(statement: InTotoStatement(json: JSONValue(parsing: payload)))
        #expect((try? Record(spelled: payload)) == general)
    }

    @Test func `a verified record of no step, and one cut short at any place`() throws {
        let draft = Self.draft
        let empty = RecordDraft(
            subject: draft.subject, source: draft.source, instant: draft.instant, engine: draft.engine, steps: [], evidence: [:], artefacts: [:],
            attachments: [:], verdict: draft.verdict)
        for draft in [empty, draft] {
            let record = Record(sequence: 1, previous: Digest.of("previous"), draft: draft)
            let payload = record.statement.json.canonicalBytes
            #expect(try Record(spelled: payload) == record)
            for count in payload.indices { #expect(throws: MalformedDocument.self) { try Record(spelled: Array(payload[..<count])) } }
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
