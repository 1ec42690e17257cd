public import Basics
public import Frames
public import Models

/// A model that something else trained, as one that can be judged: an ONNX file, or a model of XGBoost's (UBJ or JSON).
public enum ReadyModel {
    /// Tries the model on training rows, of which only the features are shown to it.
    ///
    /// - Parameters:
    ///   - plan: what is predicted, from which features.
    ///   - options: `inputs` (by ONNX input, its columns), `output`, `outputColumn` or `classes`; `format`, where it must be `xgboost`.
    ///   - rows: how many training rows it is tried on; nil: all.
    /// Throws `invalidSetting` for a model that is not of the task, the features or the classes; or why it cannot be read or applied.
    public static func artifact(_ bytes: [UInt8], plan: TrainingPlan, train: Frame, options: JSONValue, rows: Int? = nil, threads: Int = 1)
        throws(TrainingError)
        -> ModelArtifact
    {
        var targets = try plan.targets(train)
        // Whole numbers are classes in their order to every trainer, and so are the columns of its model: 2 comes before 10.
        if plan.task == .multiclass, !targets.classes.contains(where: { Int64($0) == nil }) {
            targets = try plan.targets(train, classes: targets.classes.sorted { Int64($0) ?? 0 < Int64($1) ?? 0 })
        }
        let (all, features): (Frame, Frame)
        do throws(FrameError) {
            var columns: [Column] = []
            for name in plan.features { columns.append(try train.column(name)) }
            all = try Frame(columns)
            features = rows.map { all.selecting(rows: Array(0..<min($0, all.rowCount))) } ?? all
        } catch {
            throw TrainingError(.features, message: "\(error)")
        }
        do throws(ModelError) {
            // Both forms of XGBoost's begin with a brace, which no ONNX file does.
            if bytes.first == UInt8(ascii: "{") || options["format"] == "xgboost" {
                return try trees(bytes, plan, features, ReadyClasses(targets.classes, declared: options["classes"]))
            }
            return try onnx(bytes, plan, (features, all), targets, options, threads)
        } catch {
            throw TrainingError(error)
        }
    }

    private static func unfit(_ reason: String) -> ModelError { ModelError(.unsupportedModel, operation: "take the model", message: reason) }

    private static func header(_ plan: TrainingPlan, _ classes: [String], _ schema: FeatureSchema) -> ModelHeader {
        ModelHeader(task: plan.task, label: plan.label, classes: plan.task == .multiclass ? classes : [], input: schema, quantile: plan.quantile)
    }

    private static func trees(_ bytes: [UInt8], _ plan: TrainingPlan, _ features: Frame, _ known: ReadyClasses) throws(ModelError) -> ModelArtifact {
        let trees = try TreeEnsemble(xgboost: bytes)
        let schema = try FeatureSchema(of: features, features: plan.features)
        guard trees.featureCount == plan.features.count else {
            throw unfit(
                "it reads \(trees.featureCount) features, and the spec names \(plan.features.count): \(plan.features.joined(separator: ", "))")
        }
        if !trees.featureNames.isEmpty, trees.featureNames != plan.features {
            throw unfit("its features are \(trees.featureNames.joined(separator: ", ")), and the spec's \(plan.features.joined(separator: ", "))")
        }
        let wanted: (link: TreeEnsemble.Link, outputs: Int) =
            switch plan.task {
            case .binary: (.logistic, 1)
            case .multiclass: (.softmax, known.classes.count)
            case .count: (.exponential, 1)
            case .regression, .quantile: (.identity, 1)
            }
        guard trees.link == wanted.link, trees.outputCount == wanted.outputs else {
            throw unfit(
                "its objective gives \(trees.outputCount) outputs with the link '\(trees.link.rawValue)'; the task \(plan.task.rawValue) needs \(wanted.outputs) with '\(wanted.link.rawValue)'"
            )
        }
        return ModelArtifact(header: header(plan, try known.ofTrees(plan.task), schema), payload: bytes)
    }

    private static func onnx(
        _ bytes: [UInt8], _ plan: TrainingPlan, _ rows: (tried: Frame, all: Frame), _ targets: Targets, _ options: JSONValue, _ threads: Int
    ) throws(ModelError) -> ModelArtifact {
        let features = rows.tried
        let columns = (options["inputs"]?.objectValue ?? [:]).mapValues { ($0.arrayValue ?? []).compactMap(\.stringValue) }
        func applied(_ column: Int?) throws(ModelError) -> ONNXPredictor {
            try ONNXPredictor(
                ONNXModel(bytes: bytes), frames: [features],
                options: .init(columns: columns, output: options["output"]?.stringValue, outputColumn: column))
        }
        let declared = options["outputColumn"]?.intValue.map { Int($0) }
        let known = ReadyClasses(targets.classes, declared: options["classes"])
        var predictor = try applied(declared)
        // Of two columns of chances the one of the positive class counts, which need not be the last.
        if plan.task == .binary, declared == nil, known.declared != nil || predictor.columnNames.count == 2 && predictor.outputCount == 1 {
            predictor = try applied(known.positiveColumn(predictor, rows))
        }
        let predictions = try predictor.predict(features, threads: threads)
        let outputs = predictor.outputCount
        if let place = predictions.firstIndex(where: { !$0.isFinite }) {
            throw unfit("it gives no finite number for training row \(place / outputs + 1)")
        }
        var classes = targets.classes
        let expected = plan.task == .multiclass ? classes.count : 1
        guard outputs == expected else {
            throw unfit(
                "its prediction has \(outputs) columns, and the task \(plan.task.rawValue) needs \(expected)\(expected == 1 ? ": 'outputColumn' says which" : "")"
            )
        }
        if plan.task == .binary || plan.task == .multiclass, let place = predictions.firstIndex(where: { $0 < 0 || $0 > 1.0001 }) {
            throw unfit("its prediction for training row \(place / outputs + 1) is \(predictions[place]), which is no probability")
        }
        if plan.task == .multiclass {
            let places = try known.places(among: predictor.outputNames)
            classes = classes.indices.sorted { places[$0] < places[$1] }.map { classes[$0] }
        }
        var header = header(plan, classes, predictor.schema)
        header.format = .onnx
        header.onnx = predictor.configuration
        return ModelArtifact(header: header, payload: bytes)
    }
}
