public import Attestations
public import Basics

/// Why a step runs, or why it need not.
public enum StepReason: Hashable, Sendable, CustomStringConvertible {
    /// A record of the ledger vouches for the same key.
    case recorded(record: Digest)
    /// Nothing like it was ever recorded for this subject.
    case first
    /// The latest record of this subject ran it with something else; each change is a sentence.
    case changed([String])

    public var runs: Bool { if case .recorded = self { false } else { true } }

    public var description: String {
        switch self {
        case .recorded(let record): "recorded in \(record.short)"
        case .first: "never run"
        case .changed(let changes): changes.joined(separator: "; ")
        }
    }

    var word: String {
        switch self {
        case .recorded: "recorded"
        case .first: "first"
        case .changed: "changed"
        }
    }
}

public struct PlannedStep: Hashable, Sendable {
    public let step: Step
    public let reason: StepReason

    public init(step: Step, reason: StepReason) {
        self.step = step
        self.reason = reason
    }

    public var json: JSONValue {
        [
            "name": .string(step.name), "kind": .string(step.kind.description), "key": .string(step.key.description),
            "run": .bool(reason.runs), "reason": .string(reason.word), "explanation": .string(reason.description),
        ]
    }
}

/// The work that one subject's judgement needs, in an order in which it can run.
public struct SubjectPlan: Hashable, Sendable {
    public let subject: SubjectName
    public let path: String
    public let specDigest: Digest
    public let steps: [PlannedStep]
    /// Which step's output is which section of the evidence.
    public let evidence: [EvidenceSchema.Section: StepInput]
    /// Which steps' outputs the decision is about, such as `model`.
    public let artefacts: [String: StepInput]

    public init(
        subject: SubjectName, path: String, specDigest: Digest, steps: [PlannedStep], evidence: [EvidenceSchema.Section: StepInput],
        artefacts: [String: StepInput]
    ) {
        self.subject = subject
        self.path = path
        self.specDigest = specDigest
        self.steps = steps
        self.evidence = evidence
        self.artefacts = artefacts
    }

    public var json: JSONValue {
        [
            "subject": subject.json, "path": .string(path), "specDigest": .string(specDigest.description),
            "steps": .array(steps.map(\.json)),
        ]
    }
}

/// What has to be done at one revision: pure, printable, hashable.
public struct Plan: Hashable, Sendable {
    public let subjects: [SubjectPlan]

    public init(subjects: [SubjectPlan]) { self.subjects = subjects }

    /// Steps that must run, each once though several subjects need it, in an order in which they can.
    public var stepsToRun: [Step] {
        var seen: Set<Digest> = []
        return subjects.flatMap(\.steps).filter { $0.reason.runs && seen.insert($0.step.key).inserted }.map(\.step)
    }

    public var json: JSONValue { ["subjects": .array(subjects.map(\.json)), "stepsToRun": .int(Int64(stepsToRun.count))] }
    public var digest: Digest { json.digest }
}
