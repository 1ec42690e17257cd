public import Basics

/// An in-toto Statement v1: what is signed about which artefacts.
public struct InTotoStatement: Hashable, Sendable {
    public static let type = "https://in-toto.io/Statement/v1"
    /// The payload type of the DSSE envelope around it.
    public static let payloadType = "application/vnd.in-toto+json"

    public struct Subject: Hashable, Sendable {
        public let name: String
        public let digest: Digest

        public init(name: String, digest: Digest) {
            self.name = name
            self.digest = digest
        }
    }

    public let subjects: [Subject]
    public let predicateType: String
    public let predicate: JSONValue

    public init(subjects: [Subject], predicateType: String, predicate: JSONValue) {
        self.subjects = subjects
        self.predicateType = predicateType
        self.predicate = predicate
    }

    public var json: JSONValue {
        [
            "_type": .string(Self.type), "predicateType": .string(predicateType), "predicate": predicate,
            "subject": .array(subjects.map { ["name": .string($0.name), "digest": ["sha256": .string($0.digest.hex)]] }),
        ]
    }

    public init(json: JSONValue) throws(MalformedDocument) {
        let reader = try JSONObjectReader(json, as: "statement")
        guard try reader.string("_type") == Self.type else { throw MalformedDocument("not an in-toto Statement v1") }
        var subjects: [Subject] = []
        for element in try reader.array("subject") {
            let subject = try JSONObjectReader(element, as: "statement.subject")
            guard let digest = Digest(hex: try subject.object("digest").string("sha256")) else {
                throw MalformedDocument("statement.subject.digest.sha256 is not a digest")
            }
            subjects.append(Subject(name: try subject.string("name"), digest: digest))
        }
        self.init(subjects: subjects, predicateType: try reader.string("predicateType"), predicate: reader.value("predicate") ?? .null)
    }
}
