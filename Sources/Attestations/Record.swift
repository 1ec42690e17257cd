public import Basics

/// One step as a record remembers it: enough to say later why another run would differ.
public struct RecordedStep: Hashable, Sendable {
    /// The step's name within its subject's plan, such as `train`.
    public let name: String
    public let key: Digest
    /// What ran: kind and implementation version.
    public let implementation: String
    public let parameters: JSONValue
    /// Digests of the artefacts read, by input name.
    public let inputs: [String: Digest]
    /// Digests of the artefacts made, by output name.
    public let outputs: [String: Digest]

    public init(
        name: String, key: Digest, implementation: String, parameters: JSONValue, inputs: [String: Digest], outputs: [String: Digest]
    ) {
        self.name = name
        self.key = key
        self.implementation = implementation
        self.parameters = parameters
        self.inputs = inputs
        self.outputs = outputs
    }

    public var json: JSONValue {
        [
            "name": .string(name), "key": .string(key.description), "implementation": .string(implementation), "parameters": parameters,
            "inputs": inputs.json, "outputs": outputs.json,
        ]
    }

    public init(json: JSONValue?) throws(MalformedDocument) {
        let reader = try JSONObjectReader(json, as: "step")
        self.init(
            name: try reader.string("name"), key: try reader.digest("key"), implementation: try reader.string("implementation"),
            parameters: reader.value("parameters") ?? [:], inputs: try reader.digests("inputs"), outputs: try reader.digests("outputs"))
    }
}

/// What was judged: a revision of the repository and the subject's spec in it.
public struct RecordSource: Hashable, Sendable {
    /// Hexadecimal object names.
    public let commit: String
    public let tree: String
    public let path: String
    /// Of the subject's canonical spec.
    public let specDigest: Digest

    public init(commit: String, tree: String, path: String, specDigest: Digest) {
        self.commit = commit
        self.tree = tree
        self.path = path
        self.specDigest = specDigest
    }

    public var json: JSONValue {
        ["commit": .string(commit), "tree": .string(tree), "path": .string(path), "specDigest": .string(specDigest.description)]
    }

    public init(json: JSONValue?) throws(MalformedDocument) {
        let reader = try JSONObjectReader(json, as: "source")
        self.init(
            commit: try reader.string("commit"), tree: try reader.string("tree"), path: try reader.string("path"),
            specDigest: try reader.digest("specDigest"))
    }
}

/// A decision before it has its place in the chain: everything but sequence number and predecessor.
public struct RecordDraft: Hashable, Sendable {
    public let subject: SubjectName
    public let source: RecordSource
    /// The decision instant.
    public let instant: Instant
    /// The engine's name and version.
    public let engine: String
    public let steps: [RecordedStep]
    /// The evidence documents by section; each lies in the ledger under its digest.
    public let evidence: [String: Digest]
    /// Artefacts in the store that the decision is about, such as `model`.
    public let artefacts: [String: Digest]
    /// Further signed or plain documents in the ledger: `provenance`, `lineage`.
    public let attachments: [String: Digest]
    public let verdict: Verdict

    public init(
        subject: SubjectName, source: RecordSource, instant: Instant, engine: String, steps: [RecordedStep], evidence: [String: Digest],
        artefacts: [String: Digest], attachments: [String: Digest], verdict: Verdict
    ) {
        self.subject = subject
        self.source = source
        self.instant = instant
        self.engine = engine
        self.steps = steps
        self.evidence = evidence
        self.artefacts = artefacts
        self.attachments = attachments
        self.verdict = verdict
    }

    /// The digest of what was decided on what grounds, without when, from which commit, by which build and at which lines: two decisions with the
    /// same one say the same thing, so the later need not be recorded (Docs/Decisions/0006).
    public var decisionDigest: Digest {
        var encoder = CanonicalEncoder(domain: "proviso.decision.v1")
        encoder.append(subject.description)
        encoder.append(source.specDigest)
        encoder.append(JSONValue.array(steps.map(\.json)))
        encoder.append(evidence.json)
        encoder.append(artefacts.json)
        encoder.append(verdict.json.dropping(members: ["policyLocation", "subjectLocation", "location"]))
        return encoder.digest
    }

    /// Whether both have the same decision digest; computes the digests only where the drafts differ at all.
    public func decidesTheSame(as other: RecordDraft) -> Bool {
        let alike =
            subject == other.subject && source.specDigest == other.source.specDigest && steps == other.steps && evidence == other.evidence
            && artefacts == other.artefacts && verdict == other.verdict
        return alike || decisionDigest == other.decisionDigest
    }
}

/// A decision with its place in the chain. What the ledger signs and keeps.
public struct Record: Hashable, Sendable {
    /// The name of the predicate in the in-toto statement that carries a record.
    public static let predicateType = "https://proviso.dev/record/v1"

    /// Counts from 1 over the whole ledger.
    public let sequence: Int64
    /// The digest of the record before it; nil for the first.
    public let previous: Digest?
    public let draft: RecordDraft

    public init(sequence: Int64, previous: Digest?, draft: RecordDraft) {
        self.sequence = sequence
        self.previous = previous
        self.draft = draft
    }

    public var subject: SubjectName { draft.subject }
    public var verdict: Verdict { draft.verdict }
    public var instant: Instant { draft.instant }

    public var json: JSONValue {
        JSONValue.object([
            "sequence": .int(sequence), "previous": previous.map { .string($0.description) } ?? .null, "subject": draft.subject.json,
            "source": draft.source.json, "instant": .string(draft.instant.description), "engine": .string(draft.engine),
            "steps": .array(draft.steps.map(\.json)), "evidence": draft.evidence.json, "artefacts": draft.artefacts.json,
            "attachments": draft.attachments.json, "verdict": draft.verdict.json,
        ]).droppingNulls
    }

    public init(json: JSONValue?) throws(MalformedDocument) {
        let reader = try JSONObjectReader(json, as: "record")
        var steps: [RecordedStep] = []
        for step in try reader.array("steps") { steps.append(try RecordedStep(json: step)) }
        try self.init(reader, steps: steps)
    }

    init(_ reader: JSONObjectReader, steps: [RecordedStep]) throws(MalformedDocument) {
        self.init(
            sequence: try reader.int("sequence"), previous: try reader.optionalDigest("previous"),
            draft: RecordDraft(
                subject: try SubjectName(json: reader.value("subject")), source: try RecordSource(json: reader.value("source")),
                instant: try reader.instant("instant"), engine: try reader.string("engine"), steps: steps,
                evidence: try reader.digests("evidence"), artefacts: try reader.digests("artefacts"),
                attachments: try reader.digests("attachments"), verdict: try Verdict(json: reader.value("verdict"))))
    }

    /// The record as the in-toto statement that is signed: about the artefacts, or, where there is none, about the spec.
    public var statement: InTotoStatement {
        let subjects =
            draft.artefacts.isEmpty
            ? [InTotoStatement.Subject(name: draft.source.path, digest: draft.source.specDigest)]
            : draft.artefacts.sorted { $0.key < $1.key }.map { .init(name: "\(subject.name)/\($0.key)", digest: $0.value) }
        return InTotoStatement(subjects: subjects, predicateType: Self.predicateType, predicate: json)
    }

    /// Names the record: the digest of the statement's canonical bytes, which are the payload of its envelope.
    public var digest: Digest { statement.json.digest }

    public init(statement: InTotoStatement) throws(MalformedDocument) {
        guard statement.predicateType == Self.predicateType else {
            throw MalformedDocument("the statement is a '\(statement.predicateType)', not a record")
        }
        try self.init(json: statement.predicate)
        guard self.statement == statement else { throw MalformedDocument("the statement's subjects are not those of its record") }
    }
}
