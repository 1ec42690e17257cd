public import Basics

/// A trained model with all that is needed to apply it: what it reads, what is done with that first, and the model's own bytes.
///
/// File form: the line `proviso-model 2`, a line of canonical JSON (`ModelHeader`, and `model` = digest of what follows), then the payload. The
/// digest is checked before XGBoost sees the bytes, because its reader crashes on damaged ones. Files of version 1, which hold XGBoost models of
/// binary outcomes without preprocessing, are read as well, and keep their bytes.
public struct ModelArtifact: Hashable, Sendable {
    public let header: ModelHeader
    /// The model in the form that `header.format` says.
    public let payload: [UInt8]
    private let version: Int

    /// `payload` comes from a model that was just trained: it is not checked.
    public init(header: ModelHeader, payload: [UInt8]) {
        self.header = header
        self.payload = payload
        version = 2
    }

    /// A model of XGBoost's for a binary outcome, without preprocessing.
    public init(schema: FeatureSchema, label: String, ubj: [UInt8]) {
        self.init(header: ModelHeader(task: .binary, label: label, input: schema), payload: ubj)
    }

    private init(version: Int, header: ModelHeader, payload: [UInt8]) {
        self.header = header
        self.payload = payload
        self.version = version
    }

    /// The columns that the model reads of a table.
    public var schema: FeatureSchema { header.input }
    public var label: String { header.label }
    /// The payload of an XGBoost model, in its UBJ format.
    public var ubj: [UInt8] { payload }

    /// The artefact's only byte form; `digest` is of these bytes.
    public var bytes: [UInt8] {
        let digest = JSONValue.string(Digest.of(payload).description)
        var members: [String: JSONValue]
        if version == 1 {
            members = ["features": schema.json, "label": .string(label)]
        } else {
            members = header.json.objectValue ?? [:]
        }
        members["model"] = digest
        return Self.magic(version) + JSONValue.object(members).canonicalBytes + [Self.newline] + payload
    }

    public var digest: Digest { Digest.of(bytes) }

    /// The same model with a calibration or a threshold that was chosen after it was fitted.
    public func with(calibration: JSONValue?, threshold: JSONValue?) -> ModelArtifact {
        var header = header
        header.calibration = calibration
        header.threshold = threshold
        return ModelArtifact(header: header, payload: payload)
    }

    /// Reads `bytes`. Throws `malformedArtifact`; only the exact form that `bytes` gives is accepted.
    public init(bytes: [UInt8]) throws(ModelError) {
        func malformed(_ reason: String) -> ModelError {
            ModelError(.malformedArtifact, operation: "read the model", message: reason)
        }
        guard let version = [1, 2].first(where: { bytes.starts(with: Self.magic($0)) }) else {
            throw malformed("the file does not start with 'proviso-model 2', or 1")
        }
        let rest = bytes.dropFirst(Self.magic(version).count)
        guard let end = rest.firstIndex(of: Self.newline) else { throw malformed("it has no header") }
        let json: JSONValue
        do { json = try JSONValue(parsing: rest[..<end]) } catch { throw malformed("its header: \(error)") }
        guard let digest = json["model"]?.stringValue else { throw malformed("its header lacks the model's digest") }
        let header: ModelHeader
        if version == 1 {
            guard let schema = json["features"].flatMap(FeatureSchema.init(json:)), let label = json["label"]?.stringValue else {
                throw malformed("its header lacks features or label")
            }
            header = ModelHeader(task: .binary, label: label, input: schema)
        } else {
            guard let read = ModelHeader(json: json) else { throw malformed("its header is not whole") }
            header = read
        }
        self.init(version: version, header: header, payload: Array(bytes[(end + 1)...]))
        guard Digest.of(payload).description == digest else { throw malformed("the model's bytes are not those it was written with") }
        guard self.bytes == bytes else { throw malformed("its header is not in canonical form") }
    }

    private static func magic(_ version: Int) -> [UInt8] { Array("proviso-model \(version)\n".utf8) }
    private static let newline = UInt8(ascii: "\n")
}
