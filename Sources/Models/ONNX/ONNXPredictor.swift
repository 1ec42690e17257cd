internal import Basics
public import Frames

/// An ONNX model as a predictor of rows: which columns go into which input, and which output is the prediction.
///
/// Rows go to the model in blocks of a fixed size on one thread each, so that the same row has the same bits whatever the number of threads and
/// whichever rows come with it.
public struct ONNXPredictor: Predictor {
    /// What stands for a missing value where ONNX has no sign for one; nil: something missing is an error.
    public struct Missing: Hashable, Sendable {
        public var text: String?
        /// For whole numbers, and for times in microseconds since 1970, which are read only where this is said.
        public var integer: Int64?

        public init(text: String? = nil, integer: Int64? = nil) {
            self.text = text
            self.integer = integer
        }
    }

    /// What a model file does not say.
    public struct Options: Hashable, Sendable {
        /// The columns, in order, of an input that takes several; by the input's name.
        public var columns: [String: [String]]
        /// The output that is the prediction; nil for the only one of numbers.
        public var output: String?
        /// Which column of the output is the prediction, from 0; nil for one of a classifier's two, or else all of them.
        public var outputColumn: Int?
        /// The class whose chance is the prediction, as the model's file calls it; nil: of a classifier's two the one that is positive by its name, or else the second.
        public var positive: String?
        /// How to read the prediction; nil for a probability where a classifier's outputs are that, or else a quantity.
        public var scale: OutputScale?
        /// Nil: as the file says, if Proviso wrote it, or else nothing.
        public var missing: Missing?

        public init(
            columns: [String: [String]] = [:], output: String? = nil, outputColumn: Int? = nil, positive: String? = nil, scale: OutputScale? = nil,
            missing: Missing? = nil
        ) {
            self.columns = columns
            self.output = output
            self.outputColumn = outputColumn
            self.positive = positive
            self.scale = scale
            self.missing = missing
        }
    }

    public let model: ONNXModel
    /// What the model reads of a table, in the order of the predictor's features.
    public internal(set) var schema: FeatureSchema
    /// The classes or places of the outputs.
    public let outputNames: [String]
    /// What all columns of the output are called, of which `outputNames` are the picked ones: a map's keys, the classes that the file names, or their places.
    public let columnNames: [String]
    public let rawScale: OutputScale?
    let layout: ONNXLayout
    let output: String
    /// Columns of the output that are the prediction, and how many there are.
    let picked: [Int]
    let outputWidth: Int
    /// Whether it is said of which of a classifier's two classes the prediction is.
    let isClear: Bool

    public var featureCount: Int { schema.features.count }
    public var outputCount: Int { picked.count }

    /// Reads columns of `frames`, which share their columns: the categories of a text feature are those in use in any of them. What the output looks
    /// like is seen in a trial of zeros, so that it is the model's whatever the data are; of the first frame's first rows without a gap, if zeros give no
    /// finite numbers.
    ///
    /// Throws `unsupportedModel` for an input that no columns can be given to, `missingFeature`, `wrongType`, `infiniteValue` or `missingValue` for a
    /// column that is not there or whose first rows are not what the input takes, `unsupportedOutput` where it is not clear which output is the
    /// prediction, or `library` if the model fails.
    public init(_ model: ONNXModel, frames: [Frame], options: Options = Options()) throws(ModelError) {
        precondition(!frames.isEmpty, "a table to try the model with")
        self.model = model
        layout = try ONNXLayout(model, columns: options.columns, missing: options.missing ?? model.missing, frame: frames[0])
        schema = try layout.schema(of: frames)
        output = try Self.choose(model, options.output)
        let seen = try Self.tried(model, layout, schema: schema, frame: frames[0], output: output)
        outputWidth = seen.names.count
        let areProbabilities = !Self.labels(model).isEmpty && outputWidth > 1 && seen.addUpToOne
        let names = Self.names(model, seen, output: output)
        let usual = Self.tells(model, outputWidth, output: output) ? Self.positive(of: names) : nil
        isClear = options.outputColumn != nil || options.positive != nil || !areProbabilities || outputWidth != 2 || usual != nil
        if let column = options.outputColumn {
            guard (0..<outputWidth).contains(column) else {
                throw ModelError(
                    .unsupportedOutput, operation: "apply the model",
                    message: "output '\(output)' has \(outputWidth) columns, so none is number \(column) (counted from 0)")
            }
            picked = [column]
        } else if let positive = options.positive {
            picked = [try Self.column(of: positive, model, names, output: output)]
        } else {
            picked = areProbabilities && outputWidth == 2 ? [usual ?? 1] : Array(0..<outputWidth)
        }
        outputNames = picked.map { names[$0] }
        columnNames = names
        rawScale = options.scale == .raw ? nil : options.scale ?? (areProbabilities ? .probability : nil)
    }

    private init(_ other: ONNXPredictor, schema: FeatureSchema) {
        self = other
        self.schema = schema
    }

    /// Throws `missingValue` for something missing in a feature of whole numbers, truth values or texts, which ONNX has no sign for, unless the options
    /// say what stands for it; `wrongType` for a fraction where the model takes whole numbers; `infiniteValue` for a number beyond the range of 32 bits
    /// where it takes those; or `library` if the model fails.
    public func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
        precondition(rows.count == count * featureCount, "rows × features")
        var predictions: [Double] = []
        predictions.reserveCapacity(count * outputCount)
        for start in stride(from: 0, to: count, by: layout.blockRows) {
            try append(block: start..<min(start + layout.blockRows, count), of: rows, to: &predictions)
        }
        return predictions
    }

    /// Raw predictions, rows × outputs, of a table that has the schema's columns, whatever others and whatever texts are in them.
    public func predict(_ frame: Frame, threads: Int = 1) throws(ModelError) -> [Double] {
        guard frame.rowCount > 0 else { return [] }
        let own = ONNXPredictor(self, schema: try layout.schema(of: [frame]))
        return try own.predict(EncodedRows(frame, schema: own.schema), threads: threads)
    }

    /// The same of rows of the predictor's own schema.
    func predict(_ rows: EncodedRows, threads: Int) throws(ModelError) -> [Double] {
        let own = self
        let size = layout.blockRows
        let blocks = concurrentBlocks((rows.rowCount + size - 1) / size, threads: threads) { block -> Result<[Double], ModelError> in
            Result { () throws(ModelError) in
                var predictions: [Double] = []
                try own.append(block: (block * size)..<min((block + 1) * size, rows.rowCount), of: rows.values, to: &predictions)
                return predictions
            }
        }
        var predictions: [Double] = []
        for block in blocks { predictions += try block.get() }
        return predictions
    }

    /// What another output says of each row of a table, in texts; whole numbers in decimal.
    func texts(_ frame: Frame, output: String) throws(ModelError) -> [String] {
        let schema = try layout.schema(of: [frame])
        let rows = try EncodedRows(frame, schema: schema).values
        var found: [String] = []
        for start in stride(from: 0, to: frame.rowCount, by: layout.blockRows) {
            let count = min(layout.blockRows, frame.rowCount - start)
            let values = Array(rows[(start * featureCount)..<((start + count) * featureCount)])
            let produced = try model.run(layout.tensors(values, count: count, schema: schema, firstRow: start), outputs: [output])
            guard case .tensor(let tensor)? = produced[output], let texts = tensor.texts ?? tensor.integers?.map({ String($0) }),
                texts.count == layout.paddedCount(count)
            else {
                throw ModelError(.unsupportedOutput, operation: "apply the model", message: "output '\(output)' has not one text a row")
            }
            found += texts[..<count]
        }
        return found
    }

    private func append(block: Range<Int>, of rows: [Double], to predictions: inout [Double]) throws(ModelError) {
        let width = featureCount
        let values = Array(rows[(block.lowerBound * width)..<(block.upperBound * width)])
        let tensors = try layout.tensors(values, count: block.count, schema: schema, firstRow: block.lowerBound)
        let found = try ONNXNumbers(of: try model.run(tensors, outputs: [output]), output)
        guard found.names.count == outputWidth, found.rows == layout.paddedCount(block.count) else {
            throw ModelError(
                .unsupportedOutput, operation: "apply the model",
                message:
                    "output '\(output)' is \(found.rows) × \(found.names.count) for \(layout.paddedCount(block.count)) rows, not × \(outputWidth)")
        }
        for row in 0..<block.count { for column in picked { predictions.append(found.values[row * outputWidth + column]) } }
    }
}

extension ONNXPredictor {
    private static func choose(_ model: ONNXModel, _ wanted: String?) throws(ModelError) -> String {
        let all = model.outputs.map(\.description).joined(separator: ", ")
        if let wanted {
            guard model.outputs.contains(where: { $0.name == wanted }) else {
                throw ModelError(.unsupportedOutput, operation: "apply the model", message: "it has no output '\(wanted)'; it has \(all)")
            }
            return wanted
        }
        let candidates = model.outputs.filter { port in
            switch port.kind {
            case .tensor(let element, _): element == .float || element == .double
            case .sequence: true
            case .unsupported: false
            }
        }
        guard let only = candidates.first, candidates.count == 1 else {
            let reason = candidates.isEmpty ? "none of its outputs is a number such as a probability" : "several of its outputs may be the prediction"
            throw ModelError(.unsupportedOutput, operation: "apply the model", message: "\(reason), so say which is: \(all)")
        }
        return only.name
    }
}
