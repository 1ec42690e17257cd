public import Attestations
public import Basics

/// Why a step runs, or why it need not.
public enum StepReason: Hashable, Sendable, CustomStringConvertible {
    /// A record of the ledger vouches for the same key.
    case recorded(record: Digest)
    /// No record vouches for it yet, and the engine has its result by its own signature.
    case made
    /// Nothing like it was ever recorded for this subject.
    case first
    /// The latest record of this subject ran it with something else; each change is a sentence.
    case changed([String])
    /// A schedule was due since it last ran.
    case scheduled(since: String)
    /// Only its data changed, and that is now reason enough: drift, or age.
    case retrained(String)

    public var runs: Bool {
        switch self {
        case .recorded, .made: false
        case .first, .changed, .scheduled, .retrained: true
        }
    }

    public var description: String {
        switch self {
        case .recorded(let record): "recorded in \(record.short)"
        case .made: "made before, and not recorded yet"
        case .first: "never run"
        case .changed(let changes): changes.joined(separator: "; ")
        case .scheduled(let since): "schedule due since \(since)"
        case .retrained(let why): why
        }
    }

    var word: String {
        switch self {
        case .recorded: "recorded"
        case .made: "made"
        case .first: "first"
        case .changed: "changed"
        case .scheduled: "scheduled"
        case .retrained: "retrained"
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
    /// Stages that do not run, and why.
    public let notes: [StageNote]
    /// When time alone changes what runs.
    public let nextBoundary: Instant?

    public init(
        subject: SubjectName, path: String, specDigest: Digest, steps: [PlannedStep], evidence: [EvidenceSchema.Section: StepInput],
        artefacts: [String: StepInput], notes: [StageNote] = [], nextBoundary: Instant? = nil
    ) {
        self.subject = subject
        self.path = path
        self.specDigest = specDigest
        self.steps = steps
        self.evidence = evidence
        self.artefacts = artefacts
        self.notes = notes
        self.nextBoundary = nextBoundary
    }

    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "subject": subject.json, "path": .string(path), "specDigest": .string(specDigest.description),
            "steps": .array(steps.map(\.json)),
        ]
        if !notes.isEmpty { members["notes"] = .array(notes.map(\.json)) }
        return .object(members)
    }
}

/// What has to be done at one revision: pure, printable, hashable.
public struct Plan: Hashable, Sendable {
    public let subjects: [SubjectPlan]
    /// Steps of subjects that are not decided about, which make what others read.
    public let support: [PlannedStep]

    public init(subjects: [SubjectPlan], support: [PlannedStep] = []) {
        self.subjects = subjects
        self.support = support
    }

    public var steps: [PlannedStep] { support + subjects.flatMap(\.steps) }

    /// Steps that must run, each once though several subjects need it, in an order in which they can.
    public var stepsToRun: [Step] {
        var seen: Set<Digest> = []
        var running: [Step] = []
        // List by list: most plans run next to nothing, and to copy all of their steps first takes long.
        for steps in [support] + subjects.map(\.steps) {
            for planned in steps where planned.reason.runs && seen.insert(planned.step.key).inserted { running.append(planned.step) }
        }
        return running
    }

    /// Whether nothing has to be done.
    public var isSettled: Bool { !support.contains { $0.reason.runs } && !subjects.contains { $0.steps.contains { $0.reason.runs } } }

    public var json: JSONValue {
        var members: [String: JSONValue] = ["subjects": .array(subjects.map(\.json)), "stepsToRun": .int(Int64(stepsToRun.count))]
        if !support.isEmpty { members["support"] = .array(support.map(\.json)) }
        return .object(members)
    }
    public var digest: Digest { json.digest }
}
