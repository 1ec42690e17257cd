public import Basics

/// How a model came to be, as SLSA Provenance v1 (slsa.dev/spec/v1.0/provenance).
public struct SLSAProvenance: Hashable, Sendable {
    public static let predicateType = "https://slsa.dev/provenance/v1"
    public static let buildType = "https://proviso.dev/build/train/v1"

    public let artefacts: [String: Digest]
    public let subject: SubjectName
    public let source: RecordSource
    public let engine: String
    public let steps: [RecordedStep]
    public let started: Instant

    public init(draft: RecordDraft) {
        artefacts = draft.artefacts
        subject = draft.subject
        source = draft.source
        engine = draft.engine
        steps = draft.steps
        started = draft.instant
    }

    public var statement: InTotoStatement {
        let made = Set(steps.flatMap(\.outputs.values))
        var materials: [JSONValue] = [
            ["name": .string(source.path), "uri": .string("git+commit:\(source.commit)"), "digest": ["gitCommit": .string(source.commit)]]
        ]
        var seen: Set<Digest> = []
        for step in steps {
            for (name, digest) in step.inputs.sorted(by: { $0.key < $1.key }) where !made.contains(digest) && seen.insert(digest).inserted {
                materials.append(["name": .string(name), "digest": ["sha256": .string(digest.hex)]])
            }
        }
        let parameters = JSONValue.object(
            Dictionary(steps.map { ($0.name, $0.parameters) }, uniquingKeysWith: { first, _ in first }))
        let predicate: JSONValue = [
            "buildDefinition": [
                "buildType": .string(Self.buildType),
                "externalParameters": ["subject": .string(subject.description), "path": .string(source.path), "steps": parameters],
                "internalParameters": [
                    "keys": .object(
                        Dictionary(steps.map { ($0.name, .string($0.key.description)) }, uniquingKeysWith: { first, _ in first }))
                ],
                "resolvedDependencies": .array(materials),
            ],
            "runDetails": [
                "builder": ["id": .string("https://proviso.dev/engine"), "version": ["proviso": .string(engine)]],
                "metadata": [
                    "invocationId": .string(source.commit + "/" + subject.description), "startedOn": .string(started.description),
                    "finishedOn": .string(started.description),
                ],
            ],
        ]
        return InTotoStatement(
            subjects: artefacts.sorted { $0.key < $1.key }.map { .init(name: "\(subject.name)/\($0.key)", digest: $0.value) },
            predicateType: Self.predicateType, predicate: predicate)
    }
}
