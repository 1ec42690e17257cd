public import Basics
public import Explanations
public import Frames
public import Models

/// A column that a model reads.
public struct InputColumn: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable { case number, boolean, category, timestamp }

    public let name: String
    public let kind: Kind

    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// What a CSV file's fields are read as.
    var read: Column.Kind {
        switch kind {
        case .number: .double
        case .boolean: .boolean
        case .category: .category
        case .timestamp: .timestamp
        }
    }

    func takes(_ kind: Column.Kind) -> Bool {
        switch self.kind {
        case .number: kind == .double || kind == .integer
        case .boolean: kind == .boolean
        case .category: kind == .category
        case .timestamp: kind == .timestamp
        }
    }

    public var json: JSONValue { ["name": .string(name), "kind": .string(kind.rawValue)] }
}

/// A model as batch inference applies it.
public protocol ScoringModel: Sendable {
    /// Of the model's bytes.
    var digest: Digest { get }
    /// `proviso` or `onnx`.
    var format: String { get }
    var inputs: [InputColumn] { get }
    /// The names of its outputs; one for a score.
    var outputs: [String] { get }
    /// The categories that it knows of a column; nil for a column of something else, or of any texts.
    func knownCategories(of column: String) -> Set<String>?
    /// What applies it, on so many threads. Their number changes no bit.
    func worker(threads: Int) throws(ModelError) -> any ScoringWorker
    /// Of a model with an output for each of several classes, these in order; nil for others.
    var classes: [String]? { get }
    /// What beside its bytes decides the scores and decisions: how a file is read that does not say it, and a decision rule. Nil for a file that says all.
    var reading: JSONValue? { get }
    /// Whether it has a decision rule of its own.
    var decides: Bool { get }
    /// The columns that make a row's key where a draw decides: those that the model itself reads.
    var keyColumns: [String] { get }
}

extension ScoringModel {
    public var classes: [String]? { nil }
    public var reading: JSONValue? { nil }
    public var decides: Bool { false }
    public var keyColumns: [String] { inputs.map(\.name) }
}

extension ScoringWorker {
    public func decisions(_ frame: Frame, scores: [Double]) throws(ModelError) -> [Bool]? { nil }
    public var draws: Bool { false }
}

/// Applies a model on one thread: not for use by two at once.
public protocol ScoringWorker {
    /// Rows × outputs of every row of `frame`, which has the model's inputs.
    func scores(_ frame: Frame) throws(ModelError) -> [Double]
    /// What the model's own rule decides of rows with these scores; nil if it has none.
    func decisions(_ frame: Frame, scores: [Double]) throws(ModelError) -> [Bool]?
    /// Whether these decisions are draws by the scores, in whose place a threshold may be declared.
    var draws: Bool { get }
    /// What each feature, or group of features, contributed to every row's output, exactly and on the model's raw scale: what reasons are found in.
    ///
    /// Throws `unsupportedModel` for a model whose predictions cannot be shared out exactly.
    func contributions(_ frame: Frame) throws(ModelError) -> Attributions
}

/// Which ONNX columns go where, for a model file that does not say.
public typealias ONNXOptions = ONNXPredictor.Options

public enum ScoringModels {
    /// Reads a model's bytes: Proviso's own artefact, or ONNX.
    ///
    /// - Parameter sample: rows of the data, which an ONNX model is tried with; it is told the columns that the model itself names. With no row the model
    ///   is tried with one of zeros.
    public static func load(
        _ bytes: [UInt8], onnx options: ONNXOptions = ONNXOptions(), sample: (_ named: Set<String>) throws -> Frame
    ) throws -> any ScoringModel {
        if bytes.starts(with: Array("proviso-model ".utf8)) { return try ArtifactScoringModel(bytes) }
        if bytes.starts(with: Array("proviso-mixture ".utf8)) { return try MitigatedScoringModel(bytes) }
        let digest = Digest.of(bytes)
        let model = try ONNXModel(bytes: bytes)
        return try ONNXScoringModel(model, digest: digest, sample: sample(ONNXPredictor.namedColumns(model, options)), options: options)
    }
}
