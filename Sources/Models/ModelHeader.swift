public import Basics

/// What a model predicts.
public enum ModelTask: String, Hashable, Sendable, CaseIterable {
    case binary = "binaryClassification"
    case multiclass = "multiclassClassification"
    case regression
    /// Whole numbers from 0, by Poisson regression.
    case count
    /// A quantile of a number.
    case quantile
}

/// What turns the payload's bytes into predictions.
public enum ModelFormat: String, Hashable, Sendable, CaseIterable {
    /// XGBoost's UBJ.
    case xgboost
    /// A `GeneralizedLinearModel` as canonical JSON.
    case linear
    /// An ONNX file.
    case onnx
}

/// What is known of a trained model beside its payload.
public struct ModelHeader: Hashable, Sendable {
    public var task: ModelTask
    /// The column that the model predicts.
    public var label: String
    /// For several classes, their names in the order of the outputs; empty otherwise.
    public var classes: [String]
    /// The columns that are read from a table.
    public var input: FeatureSchema
    /// What is done with them before the model sees them, in order.
    public var preprocessing: [FittedTransform]
    /// What the model itself sees; `input` if nothing is done before.
    public var features: FeatureSchema
    public var format: ModelFormat
    /// For the task `quantile`: which.
    public var quantile: Double?
    /// Maps a raw score to a calibrated one, in the form of who fitted it; nil: scores are as the model gives them.
    public var calibration: JSONValue?
    /// The decision threshold, where training chose it.
    public var threshold: JSONValue?
    /// For an ONNX model: which columns go where, and which output is the prediction (`ONNXPredictor.configuration`).
    public var onnx: JSONValue?

    public init(
        task: ModelTask, label: String, classes: [String] = [], input: FeatureSchema, preprocessing: [FittedTransform] = [],
        features: FeatureSchema? = nil, format: ModelFormat = .xgboost, quantile: Double? = nil, calibration: JSONValue? = nil,
        threshold: JSONValue? = nil, onnx: JSONValue? = nil
    ) {
        self.task = task
        self.label = label
        self.classes = classes
        self.input = input
        self.preprocessing = preprocessing
        self.features = features ?? input
        self.format = format
        self.quantile = quantile
        self.calibration = calibration
        self.threshold = threshold
        self.onnx = onnx
    }

    /// Numbers that the model gives for a row: one for each of several classes, otherwise one.
    public var outputCount: Int { task == .multiclass ? classes.count : 1 }

    /// The same without the texts of hashed columns, and without categories that share a column or a number with all others. Neither is read by name, and whoever reads the
    /// model must not learn what people wrote, or what but a few of them are.
    public var forgettingUnreadTexts: ModelHeader {
        var header = self
        header.input = input.forgettingTexts(of: hashedColumns, but: sharedColumns)
        return header
    }

    /// The raw columns of which rare categories share a column or a number, with those that have their own.
    public var sharedColumns: [String: [String]] {
        var found: [String: [String]] = [:]
        for transform in preprocessing {
            switch transform.operation {
            case .oneHot(let categories, true, _), .lookUp(_, let categories, _, _, _, _, true): found[transform.column] = categories
            default: break
            }
        }
        return found
    }

    /// The raw columns whose texts are hashed.
    public var hashedColumns: Set<String> {
        Set(preprocessing.compactMap { if case .hashText = $0.operation { $0.column } else { nil } })
    }

    /// The raw columns of which it does not name all categories that were trained on.
    public var unnamedCategories: Set<String> { hashedColumns.union(sharedColumns.keys) }

    /// For each raw column that preprocessing made other columns of: those.
    public var groups: [String: [String]] {
        var origins = Dictionary(input.names.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
        for transform in preprocessing {
            let origin = origins[transform.column] ?? transform.column
            origins[transform.column] = nil
            for name in transform.produced { origins[name] = origin }
        }
        return Dictionary(grouping: features.names) { origins[$0] ?? $0 }.filter { $0.value != [$0.key] }
    }

    var json: JSONValue {
        JSONValue.object([
            "task": .string(task.rawValue), "label": .string(label), "classes": classes.isEmpty ? .null : .array(classes.map { .string($0) }),
            "input": input.json, "preprocessing": .array(preprocessing.map(\.json)), "features": features.json, "format": .string(format.rawValue),
            "quantile": quantile.map { .double($0) } ?? .null, "calibration": calibration ?? .null, "threshold": threshold ?? .null,
            "onnx": onnx ?? .null,
        ]).droppingNulls
    }

    /// Nil if `json` has not the form above.
    init?(json: JSONValue) {
        guard let task = json["task"]?.stringValue.flatMap(ModelTask.init(rawValue:)), let label = json["label"]?.stringValue,
            let input = json["input"].flatMap(FeatureSchema.init(json:)), let features = json["features"].flatMap(FeatureSchema.init(json:)),
            let format = json["format"]?.stringValue.flatMap(ModelFormat.init(rawValue:)), let steps = json["preprocessing"]?.arrayValue
        else { return nil }
        let transforms = steps.compactMap { FittedTransform(json: $0) }
        let classes = (json["classes"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard transforms.count == steps.count, task != .multiclass || classes.count > 1 else { return nil }
        self.init(
            task: task, label: label, classes: classes, input: input, preprocessing: transforms, features: features, format: format,
            quantile: json["quantile"]?.doubleValue, calibration: json["calibration"], threshold: json["threshold"], onnx: json["onnx"])
    }
}
