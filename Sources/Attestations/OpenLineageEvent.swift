public import Basics

/// A decision as an OpenLineage RunEvent (openlineage.io/spec/2-0-2): which data went into which job and what came out.
public struct OpenLineageEvent: Hashable, Sendable {
    public static let schemaURL = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
    static let producer = "https://proviso.dev/engine"

    public let draft: RecordDraft

    public init(draft: RecordDraft) { self.draft = draft }

    public var json: JSONValue {
        let made = Set(draft.steps.flatMap(\.outputs.values))
        var inputs: [String: Digest] = [:]
        for step in draft.steps {
            for (name, digest) in step.inputs where !made.contains(digest) { inputs[name] = digest }
        }
        return [
            "eventType": "COMPLETE", "eventTime": .string(draft.instant.description), "producer": .string(Self.producer),
            "schemaURL": .string(Self.schemaURL), "run": ["runId": .string(runIdentifier)],
            "job": ["namespace": "proviso", "name": .string(draft.subject.description)],
            "inputs": .array(inputs.sorted { $0.key < $1.key }.map { dataset($0.key, $0.value) }),
            "outputs": .array(draft.artefacts.sorted { $0.key < $1.key }.map { dataset("\(draft.subject.name)/\($0.key)", $0.value) }),
        ]
    }

    private func dataset(_ name: String, _ digest: Digest) -> JSONValue {
        [
            "namespace": "proviso", "name": .string(name),
            "facets": [
                "version": [
                    "_producer": .string(Self.producer),
                    "_schemaURL":
                        "https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet",
                    "datasetVersion": .string(digest.description),
                ]
            ],
        ]
    }

    /// A UUID of version 8 (RFC 9562, section 5.8) from the decision's digest: the same decision is the same run everywhere.
    private var runIdentifier: String {
        var bytes = Array(draft.decisionDigest.bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Array(Hex.encode(bytes))
        return [hex[0..<8], hex[8..<12], hex[12..<16], hex[16..<20], hex[20..<32]].map { String($0) }.joined(separator: "-")
    }
}
