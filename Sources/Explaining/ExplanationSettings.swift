internal import Basics
public import Explanations
public import Models

/// What is explained, and how.
public struct ExplanationSettings: Sendable {
    public var method: ExplanationMethod
    /// Nil: log-odds for trees and logistic models, raw for all others.
    public var scale: OutputScale?
    /// At most so many rows, evenly over the table; nil for all.
    public var rows: Int?
    /// At most so many rows of the background, evenly over it.
    public var backgroundRows = 100
    public var seed: UInt64 = 0
    /// Features that come and go together.
    public var groups: [String: [String]] = [:]
    /// Of `permutation`.
    public var pairs = 20
    /// Of `kernel`.
    public var kernel = KernelSettings()
    public var lime = LIMESettings()
    /// The background's column with what is true, for LIME's entropy discretiser.
    public var label: String?
    /// Rows of one block; nil for what suits the method.
    public var blockRows: Int?
    /// What an ONNX file does not say.
    public var onnx = ONNXPredictor.Options()
    /// The columns of an XGBoost model whose file does not name them.
    public var features: [String]?
    public var threads = 2

    public init(method: ExplanationMethod) { self.method = method }

    /// All that the figures depend on, and no more.
    var json: JSONValue {
        let columns = onnx.columns.mapValues { JSONValue.array($0.map { .string($0) }) }
        return JSONValue.object([
            "method": .string(method.rawValue), "scale": scale.map { .string($0.rawValue) } ?? .null, "rows": rows.map { .int(Int64($0)) } ?? .null,
            "backgroundRows": .int(Int64(backgroundRows)), "seed": .string(String(seed)),
            "groups": .object(groups.mapValues { .array($0.map { .string($0) }) }), "pairs": .int(Int64(pairs)),
            "coalitions": kernel.maximumCoalitions.map { .int(Int64($0)) } ?? .null, "tolerance": .double(kernel.tolerance),
            "columns": .object(columns), "output": onnx.output.map { .string($0) } ?? .null,
            "outputColumn": onnx.outputColumn.map { .int(Int64($0)) } ?? .null, "outputScale": onnx.scale.map { .string($0.rawValue) } ?? .null,
            "lime": method == .lime ? limeJSON : .null, "label": label.map { .string($0) } ?? .null,
            "features": features.map { .array($0.map { .string($0) }) } ?? .null, "blockRows": blockRows.map { .int(Int64($0)) } ?? .null,
        ]).droppingNulls
    }

    private var limeJSON: JSONValue {
        JSONValue.object([
            "discretizer": .string(lime.discretizer.rawValue), "sampling": .string(lime.sampling.rawValue), "aroundRow": .bool(lime.isAroundRow),
            "samples": .int(Int64(lime.samples)), "kernelWidth": lime.kernelWidth.map { .double($0) } ?? .null,
            "selection": .string(lime.selection.rawValue), "features": .int(Int64(lime.featureCount)), "ridge": .double(lime.ridge),
            "seeds": .int(Int64(lime.stabilitySeeds)),
        ]).droppingNulls
    }

    /// Blocks small enough to report progress and to lose little, large enough for a model to be called on many rows at once.
    var rowsOfBlock: Int {
        if let blockRows { return blockRows }
        switch method {
        case .tree, .linear: return 8192
        case .interventional: return 2048
        case .kernel, .permutation, .exact, .lime: return 64
        }
    }
}
