public import Basics

/// A kind of step with the version of its implementation. A change that could give other bytes must raise the version: it is part of every key.
public struct StepKind: Hashable, Sendable, CustomStringConvertible {
    public let name: String
    public let version: Int

    public init(_ name: String, version: Int) {
        self.name = name
        self.version = version
    }

    /// Outputs that hold measured costs: made again they differ. What reads them is given the recorded ones.
    public var measuredOutputs: Set<String> { name == Self.search.name ? ["cost"] : [] }

    /// `train/1`, as records name it.
    public var description: String { "\(name)/\(version)" }

    /// Reads the data set as the spec declares it, and counts rows.
    public static let profile = StepKind("profile", version: 2)
    /// Fits the estimator on the training split.
    public static let train = StepKind("train", version: 9)
    /// Tries one batch of an estimator's parameters on held-out training rows.
    public static let search = StepKind("search", version: 10)
    /// Fits calibrator and thresholds on held-out training rows.
    public static let decide = StepKind("decide", version: 10)
    /// What a mitigation gave and took, beside the same model without it.
    public static let tradeoff = StepKind("tradeoff", version: 9)
    /// The training rows, as a table for a program.
    public static let trainingRows = StepKind("trainingRows", version: 1)
    /// A student beside its teacher.
    public static let distill = StepKind("distill", version: 7)
    /// How large a model is, and how much work a prediction takes.
    public static let footprint = StepKind("footprint", version: 2)
    /// Scores the test split.
    public static let predict = StepKind("predict", version: 6)
    /// Performance of the scores at the threshold.
    public static let performance = StepKind("performance", version: 11)
    /// What other thresholds would decide.
    public static let thresholds = StepKind("thresholds", version: 2)
    /// How far the scores are the chances that they claim to be.
    public static let calibration = StepKind("calibration", version: 7)
    /// SHAP values of test rows, and what they say of the model.
    public static let explain = StepKind("explain", version: 9)
    /// What the data hold, and whether they are as expected.
    public static let quality = StepKind("quality", version: 8)
    /// How far the test rows lie from the training rows.
    public static let drift = StepKind("drift", version: 15)
    /// Group measures of the scores at the threshold.
    public static let fairness = StepKind("fairness", version: 9)
    /// How single rows are treated, whatever their groups.
    public static let individualFairness = StepKind("individualFairness", version: 4)
    /// Performance of scores of several classes.
    public static let multiclass = StepKind("multiclass", version: 5)
    /// How far predicted numbers are from true ones.
    public static let regression = StepKind("regression", version: 5)
    /// Runs a program of the user's in the sandbox.
    public static let command = StepKind("command", version: 1)
}

/// What a step reads.
public enum StepInput: Hashable, Sendable {
    /// Bytes whose digest is known before anything runs.
    case artefact(Digest)
    /// What another step of the plan makes.
    case output(step: Digest, name: String)
}

/// One piece of work, as a value: printed, compared and hashed without being run.
public struct Step: Hashable, Sendable {
    /// Unique among its subject's steps, such as `train`.
    public let name: String
    public let kind: StepKind
    public let parameters: JSONValue
    public let inputs: [String: StepInput]
    /// The names of what it makes.
    public let outputs: [String]
    /// The digest over kind, version, parameters and inputs. Inputs made by other steps count by those steps' keys, so that all keys are known
    /// before anything runs. The step's name is not part of it: the same work under another name is the same work.
    public let key: Digest
    /// Limits, time and retries: not part of the key.
    public let execution: StepExecution

    public init(
        name: String, kind: StepKind, parameters: JSONValue, inputs: [String: StepInput], outputs: [String],
        execution: StepExecution = StepExecution()
    ) {
        self.name = name
        self.execution = execution
        self.kind = kind
        self.parameters = parameters
        self.inputs = inputs
        self.outputs = outputs
        var encoder = CanonicalEncoder(domain: "proviso.step.v1")
        encoder.append(kind.name)
        encoder.append(Int64(kind.version))
        encoder.append(parameters)
        encoder.append(inputs) { encoder, input in
            switch input {
            case .artefact(let digest):
                encoder.append("artefact")
                encoder.append(digest)
            case .output(let step, let name):
                encoder.append("output")
                encoder.append(step)
                encoder.append(name)
            }
        }
        key = encoder.digest
    }

    public func output(_ name: String) -> StepInput {
        precondition(outputs.contains(name), "step \(self.name) makes no '\(name)'")
        return .output(step: key, name: name)
    }
}
