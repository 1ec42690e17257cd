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
        /// How the rows that judge are chosen, where validation keeps groups together or the future apart; nil: at random, of classes the same share of each.
        public var judges: Judges?

        public enum Judges: Hashable, Sendable {
            /// Whole groups of a column.
            case grouped(String)
            /// The last rows by a column of times.
            case timeOrdered(String)
        }

        public init(share: Double = 0.1, rounds: Int = 20, judges: Judges? = nil) {
            self.share = share
            self.rounds = rounds
            self.judges = judges
        }
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

    public init(
        task: ModelTask = .binary, label: String, positive: JSONValue? = nil, features: [String], quantile: Double? = nil, weights: String? = nil,
        classWeights: ClassWeights? = nil, preprocessing: [PreprocessingStep] = [], estimator: Estimator = .xgboost(TrainingSettings()),
        earlyStopping: EarlyStopping? = nil
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
        let column = parameters["judges"]?["column"]?.stringValue
        let judges: EarlyStopping.Judges? =
            switch parameters["judges"]?["scheme"]?.stringValue {
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
                EarlyStopping(share: $0["share"]?.doubleValue ?? 0.1, rounds: Int($0["rounds"]?.intValue ?? 20), judges: judges)
            })
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

    /// Of everything random in training.
    public var seed: Int {
        switch estimator {
        case .xgboost(let settings): settings.seed
        case .linear(let settings): settings.seed
        }
    }
}
