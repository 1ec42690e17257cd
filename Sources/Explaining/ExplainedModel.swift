import Explanations
import Frames
import Models

/// Rows and players as one method sees them.
struct ExplainedForm {
    let players: Players
    let encode: (Frame) throws -> EncodedRows
}

/// A model together with what it reads of a table.
struct ExplainedModel {
    let model: ModelFile
    /// The columns that it reads.
    let schema: FeatureSchema
    let outputNames: [String]
    /// Of rows of those columns.
    let predictor: any Predictor

    init(
        _ model: ModelFile, frames: [Frame], settings: ExplanationSettings, scorer: (any ScorerTransport)?
    ) throws {
        self.model = model
        try Self.checkNames(settings, for: model)
        switch model {
        case .artifact(let artifact):
            let own = try artifact.additivePredictor()
            // Trees read a category that they have not seen as missing; preprocessing and ONNX models have their own way with it.
            let isPlain = own is TreeEnsemble && artifact.header.preprocessing.isEmpty
            schema = isPlain ? artifact.schema : try artifact.schema.withCategories(of: frames)
            predictor =
                switch own {
                case let own? where isPlain: own
                case let own?: PreprocessedPredictor(artifact, schema: schema, model: own)
                case nil: artifact.predictor(schema: schema)
                }
            outputNames = artifact.header.task == .multiclass ? artifact.header.classes : Self.numbered(predictor.outputCount)
        case .trees(let ensemble):
            schema = try Self.numeric(Self.names(of: ensemble, in: frames[0], given: settings.features), frames, what: "an XGBoost file")
            (predictor, outputNames) = (ensemble, Self.numbered(ensemble.outputCount))
        case .linear(let linear):
            schema = try Self.numeric(linear.featureNames, frames, what: "a linear model")
            (predictor, outputNames) = (linear, Self.numbered(linear.outputCount))
        case .onnx(let onnx):
            var options = settings.onnx
            if let features = settings.features {
                guard onnx.inputs.count == 1, let input = onnx.inputs.first else {
                    throw ExplanationError(
                        .features,
                        message: "the model has the inputs \(onnx.inputs.map { "'\($0.name)'" }.joined(separator: ", ")): say for each that takes "
                            + "several columns which, as INPUT=A,B,C")
                }
                options.columns[input.name] = features
            }
            let made = try ONNXPredictor(onnx, frames: frames, options: options)
            (schema, predictor, outputNames) = (made.schema, made, made.outputNames)
        case .scorer(let description):
            schema = try FeatureSchema(of: frames, features: description.features)
            guard let scorer else { preconditionFailure("a scorer has a transport") }
            predictor = ExternalScorer(description, schema: schema, transport: scorer)
            outputNames = description.outputs
        }
    }

    /// What is said of names that another kind of model has would be believed to count.
    private static func checkNames(_ settings: ExplanationSettings, for model: ModelFile) throws(ExplanationError) {
        let (isONNX, isTrees) =
            switch model {
            case .onnx: (true, false)
            case .trees: (false, true)
            default: (false, false)
            }
        let options = settings.onnx
        if !isONNX, !options.columns.isEmpty || options.output != nil || options.outputColumn != nil || options.scale != nil {
            throw ExplanationError(
                .invalidSetting,
                message: "inputs and outputs are named of ONNX models (--columns INPUT=…, --output…), and this one is of kind \(model.kind)")
        }
        if settings.features != nil, !isONNX, !isTrees {
            throw ExplanationError(
                .invalidSetting, message: "columns are given to XGBoost and ONNX models; one of kind \(model.kind) names its own")
        }
    }

    private static func numbered(_ count: Int) -> [String] { (0..<count).map { String($0) } }

    private static func names(of ensemble: TreeEnsemble, in frame: Frame, given: [String]?) throws -> [String] {
        if let given {
            guard given.count == ensemble.featureCount else {
                throw ExplanationError(
                    .features, message: "the model has \(ensemble.featureCount) features, and \(given.count) columns are given for them")
            }
            return given
        }
        if !ensemble.featureNames.isEmpty { return ensemble.featureNames }
        guard frame.columns.count == ensemble.featureCount else {
            throw ExplanationError(
                .features,
                message: "the model's file does not name its \(ensemble.featureCount) features, and the table has \(frame.columns.count) columns: "
                    + "say which columns, in order, with --columns")
        }
        return frame.columnNames
    }

    /// The file has no codes of categories, so that only numbers can be given.
    private static func numeric(_ names: [String], _ frames: [Frame], what: String) throws -> FeatureSchema {
        let schema = try FeatureSchema(of: frames, features: names)
        for feature in schema.features {
            if case .category = feature.type {
                throw ExplanationError(
                    .features,
                    message:
                        "column '\(feature.name)' has text, and \(what) does not say which number stands for which; encode it as the model was trained"
                )
            }
        }
        return schema
    }

    /// Rows and players as a method sees them: the columns, but for methods that open an artefact with preprocessing, which see what that makes of them.
    func form(_ method: ExplanationMethod, players: Players, groups: [String: [String]]) throws -> ExplainedForm {
        guard let own = opened(by: method) else { return ExplainedForm(players: players) { [schema] in try EncodedRows($0, schema: schema) } }
        let header = own.artifact.header
        let made = header.groups
        var joined = made
        for (group, columns) in groups {
            for column in columns { joined[column] = nil }
            joined[group] = columns.flatMap { made[$0] ?? [$0] }.filter { header.features.names.contains($0) }
        }
        let inner = try Players(features: header.features.names, groups: joined.filter { !$0.value.isEmpty })
        if let unused = players.names.first(where: { !inner.names.contains($0) }) {
            throw ExplanationError(
                .unsupportedModel,
                message: "preprocessing makes no feature of '\(unused)', so that '\(method.rawValue)' cannot speak of it; use kernel")
        }
        return ExplainedForm(players: inner) { try own.artifact.features(of: $0) }
    }

    private func opened(by method: ExplanationMethod) -> PreprocessedPredictor? {
        switch method {
        case .tree, .interventional, .linear: predictor as? PreprocessedPredictor
        case .kernel, .permutation, .exact, .lime: nil
        }
    }

    func engine(_ settings: ExplanationSettings, form: ExplainedForm, reference: Frame) throws -> ExplanationEngine {
        let players = form.players
        guard settings.method == .lime else {
            return .shapley(try explainer(settings, players: players, background: { try form.encode(reference) }))
        }
        return .lime(
            try LIMEExplainer(
                predictor, training: EncodedRows(reference, schema: schema), labels: settings.label.map { try Self.labels(reference, $0) },
                players: players, settings: settings.lime, scale: scale(settings), seed: settings.seed,
                threads: settings.threads))
    }

    /// Classes as whole numbers.
    private static func labels(_ frame: Frame, _ name: String) throws -> [Int] {
        let column = try frame.column(name)
        guard column.missingCount == 0 else { throw ExplanationError(.features, message: "the label '\(name)' is missing in some rows") }
        switch column.values {
        case .boolean(let all): return all.map { $0 ? 1 : 0 }
        case .integer(let all): return all.map { Int($0) }
        case .category(let codes, _): return codes.map { Int($0) }
        default: throw ExplanationError(.features, message: "the label '\(name)' has \(column.kind.rawValue), not classes")
        }
    }

    private func explainer(
        _ settings: ExplanationSettings, players: Players, background: () throws -> EncodedRows
    ) throws -> any Explainer {
        switch settings.method {
        case .tree:
            try checkScale(settings, is: nil)
            return try TreeSHAP(try ensemble(for: .tree), .pathDependent, players: players, threads: settings.threads)
        case .interventional where settings.scale == .probability && predictor.rawScale == .logOdds:
            return try ProbabilityTreeSHAP(try ensemble(for: .interventional), background: background(), players: players)
        case .interventional:
            try checkScale(settings, is: nil)
            return try TreeSHAP(
                try ensemble(for: .interventional), .interventional(background: background()), players: players, threads: settings.threads)
        case .linear:
            guard let linear = inner as? LinearModel else {
                throw ExplanationError(
                    .unsupportedModel,
                    message:
                        "'linear' is for linear models, and this one is of kind \(model.kind)\(isTrees ? " with trees; use tree or interventional" : "")"
                )
            }
            try checkScale(settings, is: linear.rawScale)
            return try LinearSHAP(linear, background: background(), players: players)
        case .kernel, .permutation, .exact:
            let method: CoalitionSHAP.Method =
                switch settings.method {
                case .exact: .exact
                case .permutation: .permutation(pairs: settings.pairs)
                default: .kernel(settings.kernel)
                }
            return try CoalitionSHAP(
                predictor, background: background(), players: players, method: method, scale: scale(settings), seed: settings.seed)
        case .lime: preconditionFailure("LIME has an explainer of another kind")
        }
    }

    private var inner: any Predictor { (predictor as? PreprocessedPredictor)?.model ?? predictor }
    private var isLinear: Bool { inner is LinearModel }
    private var isTrees: Bool { inner is TreeEnsemble }

    /// Raw output has a name where it is log-odds or a probability.
    private func scale(_ settings: ExplanationSettings) -> OutputScale {
        settings.scale.flatMap { $0 == .raw ? nil : $0 } ?? predictor.rawScale ?? .raw
    }

    private func ensemble(for method: ExplanationMethod) throws -> TreeEnsemble {
        guard let ensemble = inner as? TreeEnsemble else {
            throw ExplanationError(
                .unsupportedModel,
                message:
                    "'\(method.rawValue)' is for XGBoost models, and this one is \(isLinear ? "linear; use linear, kernel" : "of kind \(model.kind); use kernel"), permutation or exact"
            )
        }
        return ensemble
    }

    /// Exact methods add up on the scale that the model adds on.
    private func checkScale(_ settings: ExplanationSettings, is raw: OutputScale?) throws {
        guard let wanted = settings.scale else { return }
        guard wanted == .raw || wanted == predictor.rawScale else {
            throw ExplanationError(
                .invalidSetting,
                message:
                    "'\(settings.method.rawValue)' explains \(predictor.rawScale?.rawValue ?? "raw") output, not \(wanted.rawValue); use interventional on trees, kernel, permutation or exact"
            )
        }
    }
}
