public import Basics
public import Frames

/// A trained model with all that is needed to apply it: XGBoost's bytes and the schema of its features, categories included.
///
/// File form: the line `proviso-model 1`, a line of canonical JSON (`features`, `label`, `model` = digest of what follows), then the UBJ
/// bytes. The digest is checked before XGBoost sees the bytes, because its reader crashes on damaged ones.
public struct ModelArtifact: Hashable, Sendable {
    public let schema: FeatureSchema
    /// The column that the model predicts.
    public let label: String
    /// The model in XGBoost's UBJ format.
    public let ubj: [UInt8]

    /// `ubj` comes from a model that was just trained: it is not checked.
    public init(schema: FeatureSchema, label: String, ubj: [UInt8]) {
        self.schema = schema
        self.label = label
        self.ubj = ubj
    }

    /// The artefact's only byte form; `digest` is of these bytes.
    public var bytes: [UInt8] {
        let header: JSONValue = ["features": schema.json, "label": .string(label), "model": .string(Digest.of(ubj).description)]
        return Self.magic + header.canonicalBytes + [Self.newline] + ubj
    }

    public var digest: Digest { Digest.of(bytes) }

    /// Reads `bytes`. Throws `malformedArtifact`; only the exact form that `bytes` gives is accepted.
    public init(bytes: [UInt8]) throws(ModelError) {
        func malformed(_ reason: String) -> ModelError {
            ModelError(.malformedArtifact, operation: "read the model", message: reason)
        }
        guard bytes.starts(with: Self.magic) else { throw malformed("the file does not start with 'proviso-model 1'") }
        let rest = bytes.dropFirst(Self.magic.count)
        guard let end = rest.firstIndex(of: Self.newline) else { throw malformed("it has no header") }
        let header: JSONValue
        do { header = try JSONValue(parsing: rest[..<end]) } catch { throw malformed("its header: \(error)") }
        guard let schema = header["features"].flatMap(FeatureSchema.init(json:)), let label = header["label"]?.stringValue,
            let digest = header["model"]?.stringValue
        else { throw malformed("its header lacks features, label or model") }
        self.init(schema: schema, label: label, ubj: Array(bytes[(end + 1)...]))
        guard Digest.of(ubj).description == digest else { throw malformed("the model's bytes are not those it was written with") }
        guard self.bytes == bytes else { throw malformed("its header is not in canonical form") }
    }

    /// The probability of the positive class for each row of `frame`, whatever its other columns and its columns' order.
    public func predict(_ frame: Frame, threads: Int = 1) throws(ModelError) -> [Double] {
        let model = try XGBoostModel.load(ubj: ubj)
        let count = try model.featureCount()
        guard count == schema.features.count else {
            throw ModelError(
                .malformedArtifact, operation: "apply the model",
                message: "the model has \(count) features, its schema \(schema.features.count)")
        }
        return try model.probabilities(FeatureMatrix(frame, schema: schema), threads: threads)
    }

    private static let magic = Array("proviso-model 1\n".utf8)
    private static let newline = UInt8(ascii: "\n")
}
