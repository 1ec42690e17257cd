public import Basics
public import Models

/// All that decides what a model becomes, but for the rows: what a `train` step's parameters say.
public struct TrainingPlan: Hashable, Sendable {
    public enum Estimator: Hashable, Sendable {
        case xgboost(TrainingSettings)
        case linear(LinearSettings)
    }

    /// How much the rows of a class count.
    public enum ClassWeights: Hashable, Sendable {
        /// rows / (classes · rows of the class)
        case balanced
        /// By class; 1 where nothing is said.
        case given([String: Double])
    }

    /// A share of the training rows judges after each round, by our own measures, when to stop.
    public struct EarlyStopping: Hashable, Sendable {
        public var share: Double
        /// Rounds without a better figure after which training stops; the best round's trees are kept.
        public var rounds: Int

        public init(share: Double = 0.1, rounds: Int = 20) {
            self.share = share
            self.rounds = rounds
        }
    }

    /// What rows hang together by, as validation keeps them apart.
    public enum Dependence: Hashable, Sendable {
        /// Rows of one group of a column.
        case grouped(String)
        /// Rows by a column of times: what is later is not known yet.
        case timeOrdered(String)
    }

    public var task: ModelTask
    public var label: String
    /// For a binary task, the value of the positive class; nil: `true` or 1.
    public var positive: JSONValue?
    /// Columns of the table, in order.
    public var features: [String]
    public var quantile: Double?
    /// A column of row weights.
    public var weights: String?
    public var classWeights: ClassWeights?
    public var preprocessing: [PreprocessingStep]
    /// Whether what a linear model cannot read is made readable after the declared steps, as a search over estimators needs it.
    public var completesPreprocessing = false
    public var estimator: Estimator
    public var earlyStopping: EarlyStopping?
    /// Rows that judge early stopping, and those that a row is encoded by, are chosen by it; nil: at random, judges of classes the same share of each.
    public var dependence: Dependence?

    public init(
        task: ModelTask = .binary, label: String, positive: JSONValue? = nil, features: [String], quantile: Double? = nil, weights: String? = nil,
        classWeights: ClassWeights? = nil, preprocessing: [PreprocessingStep] = [], estimator: Estimator = .xgboost(TrainingSettings()),
        earlyStopping: EarlyStopping? = nil, dependence: Dependence? = nil
    ) {
        self.task = task
        self.label = label
        self.positive = positive
        self.features = features
        self.quantile = quantile
        self.weights = weights
        self.classWeights = classWeights
        self.preprocessing = preprocessing
        self.estimator = estimator
        self.earlyStopping = earlyStopping
        self.dependence = dependence
    }

    /// Reads a step's parameters: `task`, `label`, `positive`, `features`, `quantile`, `weights`, `classWeights`, `preprocessing`, `estimator`.
    ///
    /// Throws `invalidSetting`.
    public init(parameters: JSONValue) throws(TrainingError) {
        let estimator = parameters["estimator"] ?? .null
        var steps: [PreprocessingStep] = []
        for step in parameters["preprocessing"]?.arrayValue ?? [] { steps.append(try PreprocessingStep(json: step)) }
        let name = parameters["task"]?.stringValue ?? ModelTask.binary.rawValue
        guard let task = ModelTask(rawValue: name) else { throw TrainingError(.invalidSetting, message: "there is no task '\(name)'") }
        var classWeights: ClassWeights?
        if parameters["classWeights"]?["balanced"]?.boolValue == true {
            classWeights = .balanced
        } else if let given = parameters["classWeights"]?["weights"]?.objectValue {
            classWeights = .given(given.compactMapValues(\.doubleValue))
        }
        let early = estimator["earlyStopping"]
        let column = parameters["dependence"]?["column"]?.stringValue
        let dependence: Dependence? =
            switch parameters["dependence"]?["scheme"]?.stringValue {
            case "grouped": column.map { .grouped($0) }
            case "timeOrdered": column.map { .timeOrdered($0) }
            default: nil
            }
        self.init(
            task: task, label: parameters["label"]?.stringValue ?? "", positive: parameters["positive"],
            features: (parameters["features"]?.arrayValue ?? []).compactMap(\.stringValue), quantile: parameters["quantile"]?.doubleValue,
            weights: parameters["weights"]?.stringValue, classWeights: classWeights, preprocessing: steps,
            estimator: try Self.estimator(estimator),
            earlyStopping: early.map {
                EarlyStopping(share: $0["share"]?.doubleValue ?? 0.1, rounds: Int($0["rounds"]?.intValue ?? 20))
            }, dependence: dependence)
    }

    private static func estimator(_ json: JSONValue) throws(TrainingError) -> Estimator {
        switch json["type"]?.stringValue ?? "xgboost" {
        case "xgboost": return .xgboost(try TrainingSettings(json: json))
        case "linear":
            var settings = LinearSettings()
            settings.penalty = json["penalty"]?.doubleValue ?? 0
            settings.l1Share = json["l1Share"]?.doubleValue ?? 0
            settings.iterations = Int(json["iterations"]?.intValue ?? 100)
            settings.seed = Int(json["seed"]?.intValue ?? 0)
            return .linear(settings)
        case let other: throw TrainingError(.invalidSetting, message: "there is no estimator '\(other)'")
        }
    }

    /// Whether a declared step encodes training rows by the other folds.
    var encodesOutOfFold: Bool {
        preprocessing.contains { step in
            switch step.operation {
            case .targetEncode, .frequencyEncode: true
            default: false
            }
        }
    }

    /// Of everything random in training.
    public var seed: Int {
        switch estimator {
        case .xgboost(let settings): settings.seed
        case .linear(let settings): settings.seed
        }
    }
}
