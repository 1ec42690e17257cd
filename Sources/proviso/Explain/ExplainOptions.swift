public import ArgumentParser
import Basics
import Explaining
public import Explanations
import Foundation
import Frames
public import Models
import Sandbox

/// Model and tables.
struct ExplainInputs: ParsableArguments {
    @Option(help: "The model's file.") var model: String
    @Option(help: "The table whose rows are explained: Parquet, CSV (.csv) or Arrow (.arrow, .arrows).") var data: String
    @Option(help: "At most so many of its rows, evenly over them. Default: all.") var rows: Int?
    @Option(help: "The table that stands for what is not known. Default: rows of --data.") var background: String?
    @Option(help: "At most so many rows of the background, evenly over it.") var backgroundRows = 100
    @Option(
        help: ArgumentHelp(
            "The columns of a model whose file does not name them: A,B,C in order, or INPUT=A,B,C for one input of an ONNX model; may be repeated.",
            valueName: "names"))
    var columns: [String] = []
    @Option(help: "The output of an ONNX model that is the prediction.") var output: String?
    @Option(help: "Which column of that output, counted from 0. Default: of a classifier's two that of 1 or true, or else the second; or else all.")
    var outputColumn: Int?
    @Option(help: "What an ONNX model's output is: raw, log-odds or probability.") var outputScale: OutputScale?
    @Option(help: ArgumentHelp("Features that are one player: NAME=A,B,C; may be repeated.", valueName: "group")) var group: [String] = []
    @Option(help: "A folder that a scorer may read, such as a Python environment; may be repeated.") var readable: [String] = []
    @Option(help: "Seconds that a scorer may take for one block. Default: 600.") var scorerSeconds: Int?
    @Flag(help: "Run a scorer without a sandbox.") var unconfined = false

    func explanation(_ settings: ExplanationSettings, isCancelled: @escaping @Sendable () -> Bool) throws -> Explanation {
        let (frame, digest) = try Self.table(data)
        let other = try background.map { try Self.table($0) }
        let bytes = try Self.bytes(model)
        let folder = URL(fileURLWithPath: model).deletingLastPathComponent().path
        let paths = try OperationOptions.readOnlyPaths(readable, of: "--readable")
        let policy = SandboxPolicy(allowsUnconfined: unconfined, readOnlyPaths: paths)
        let seconds = Int64(scorerSeconds ?? 600)
        let explanation = try Explanation(
            model: bytes, data: frame, dataDigest: digest, background: other?.0, backgroundDigest: other?.1, settings: settings
        ) { description in
            try SandboxedScorer(description, folder: folder, policy: policy, seconds: seconds, isCancelled: isCancelled)
        }
        if case .scorer = explanation.model { return explanation }
        if !readable.isEmpty || unconfined || scorerSeconds != nil {
            throw CommandFailure(
                .invalidInput, "--readable, --unconfined and --scorer-seconds are for scorers, and this model is of kind \(explanation.model.kind)",
                hint: "leave them out")
        }
        return explanation
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            _ = try Inputs.text(of: path)  // Says why.
            return []
        }
        return Array(data)
    }

    private static func table(_ path: String) throws -> (Frame, Digest) {
        let bytes = try bytes(path)
        do {
            let frame =
                path.hasSuffix(".csv")
                ? try Frame.read(csv: bytes)
                : path.hasSuffix(".arrow") || path.hasSuffix(".arrows") ? try Frame.read(arrow: bytes) : try Frame.read(parquet: bytes)
            return (frame, Digest.of(bytes))
        } catch { throw CommandFailure(.invalidInput, "\(path): \(error)", hint: "the file's ending tells its kind: .parquet, .csv, .arrow") }
    }

    /// `NAME=A,B,C`.
    static func named(_ text: String, _ option: String) throws -> (name: String, members: [String]) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let members = parts.last?.split(separator: ",").map(String.init) ?? []
        guard parts.count == 2, !parts[0].isEmpty, !members.isEmpty else {
            throw CommandFailure(.invalidInput, "--\(option) is NAME=A,B,C, not '\(text)'")
        }
        return (String(parts[0]), members)
    }
}

/// How it is explained.
struct ExplainSampling: ParsableArguments {
    @Option(help: "tree, interventional, linear, kernel, permutation, exact or lime.") var method: ExplanationMethod
    @Option(help: "raw, log-odds or probability. Default: what the model adds on.") var scale: OutputScale?
    @Option(help: "What sampling starts from; the same seed gives the same bytes.") var seed: UInt64 = 0
    @Option(help: "Pairs of orders, for permutation. Default: 20.") var pairs: Int?
    @Option(
        help:
            "The most coalitions against a background row, for kernel; those of one player and of all but one are always among them. Default: 2048 + 2 × features."
    )
    var coalitions: Int?
    @Option(help: "Kernel stops where errors are below this share of a row's spread; 0 never. Default: 0.01.") var tolerance: Double?

    @Option(help: "Perturbed rows, for lime. Default: 5000.") var samples: Int?
    @Option(help: "How lime cuts numbers: quartile, decile, entropy or none. Default: quartile.") var discretizer: LIMESettings.Discretizer?
    @Option(help: "Where lime's numbers come from: gaussian or training. Default: gaussian.") var sampling: LIMESettings.Sampling?
    @Option(help: "How lime chooses features: automatic, forward, highest-weight, lasso-path or all. Default: automatic.")
    var selection: LIMESettings.Selection?
    @Option(help: "The most features of lime's surrogate. Default: 10.") var surrogateFeatures: Int?
    @Flag(help: "Lime draws numbers around the explained row, not around the background's mean; with --discretizer none.") var aroundRow = false
    @Option(help: "The penalty on the squared weights of lime's surrogate. Default: 1.") var ridge: Double?
    @Option(help: "Seeds that lime's stability is taken over, 2 to 100. Default: 5.") var stabilitySeeds: Int?
    @Option(help: "Lime's kernel width. Default: ¾ √features.") var kernelWidth: Double?
    @Option(help: "The column with what is true: the background's for lime's entropy discretizer, the table's for --global.") var label: String?

    /// An option that the method does not read would let a user believe that it counted.
    private func checkMethod() throws {
        let readers: [(option: String, isGiven: Bool, method: ExplanationMethod)] = [
            ("pairs", pairs != nil, .permutation), ("coalitions", coalitions != nil, .kernel), ("tolerance", tolerance != nil, .kernel),
            ("samples", samples != nil, .lime), ("discretizer", discretizer != nil, .lime), ("sampling", sampling != nil, .lime),
            ("selection", selection != nil, .lime), ("surrogate-features", surrogateFeatures != nil, .lime),
            ("kernel-width", kernelWidth != nil, .lime), ("around-row", aroundRow, .lime), ("ridge", ridge != nil, .lime),
            ("stability-seeds", stabilitySeeds != nil, .lime),
        ]
        for reader in readers where reader.isGiven && reader.method != method {
            throw CommandFailure(
                .invalidInput, "--\(reader.option) is for --method \(reader.method.rawValue), and the method is \(method.rawValue)",
                hint: "leave it out, or name the other method")
        }
    }

    func settings(_ inputs: ExplainInputs) throws -> ExplanationSettings {
        try checkMethod()
        var settings = ExplanationSettings(method: method)
        settings.scale = scale
        for (count, option) in [(inputs.rows, "rows"), (inputs.backgroundRows, "background-rows"), (inputs.scorerSeconds, "scorer-seconds")] {
            if let count, count < 1 { throw CommandFailure(.invalidInput, "--\(option) must be at least 1, not \(count)") }
        }
        settings.rows = inputs.rows
        settings.backgroundRows = inputs.backgroundRows
        settings.seed = seed
        if let pairs { settings.pairs = pairs }
        settings.kernel.maximumCoalitions = coalitions
        if let tolerance { settings.kernel.tolerance = tolerance }
        if let samples { settings.lime.samples = samples }
        if let discretizer { settings.lime.discretizer = discretizer }
        if let sampling { settings.lime.sampling = sampling }
        if let selection { settings.lime.selection = selection }
        if let surrogateFeatures { settings.lime.featureCount = surrogateFeatures }
        settings.lime.kernelWidth = kernelWidth
        settings.lime.isAroundRow = aroundRow
        if let ridge { settings.lime.ridge = ridge }
        if let stabilitySeeds { settings.lime.stabilitySeeds = stabilitySeeds }
        settings.label = label
        for text in inputs.group {
            let (name, members) = try ExplainInputs.named(text, "group")
            guard settings.groups.updateValue(members, forKey: name) == nil else {
                throw CommandFailure(.invalidInput, "--group \(name) comes twice")
            }
        }
        settings.onnx = ONNXPredictor.Options(output: inputs.output, outputColumn: inputs.outputColumn, scale: inputs.outputScale)
        for text in inputs.columns {
            if text.contains("=") {
                let (name, members) = try ExplainInputs.named(text, "columns")
                settings.onnx.columns[name] = members
            } else {
                settings.features = text.split(separator: ",").map(String.init)
            }
        }
        return settings
    }
}

/// Principal reasons.
struct ExplainReasons: ParsableArguments {
    @Option(help: "Give each row its principal reasons: a JSON file {\"<feature>\": {\"code\": …, \"text\": …}, …} with a reason for every feature.")
    var reasons: String?
    @Option(help: "The most reasons of one row. Default: 4.") var maximumReasons: Int?
    @Option(help: "Which predictions are adverse: low or high. Default: low.") var adverse: ReasonCodes.Adverse?

    func validate() throws {
        if reasons == nil, maximumReasons != nil || adverse != nil {
            throw ValidationError("--maximum-reasons and --adverse are for --reasons: name its file, or leave them out.")
        }
    }

    func reasonCodes() throws -> ReasonCodes? {
        guard let reasons else { return nil }
        do {
            return try ReasonCodes(ReasonMap(path: reasons), maximum: maximumReasons ?? 4, adverse: adverse ?? .low)
        } catch let error as ExplanationError {
            throw CommandFailure(.invalidInput, error.message)
        }
    }
}

extension ReasonMap {
    /// Reads a JSON file.
    init(path: String) throws {
        do {
            try self.init(json: JSONValue(parsing: Array(try Inputs.text(of: path).utf8)))
        } catch let error as JSONError {
            throw CommandFailure(.invalidInput, "\(path): \(error)")
        } catch let error as ExplanationError {
            throw CommandFailure(.invalidInput, "\(path): \(error.message)")
        }
    }
}

extension ExplanationMethod: ExpressibleByArgument {}
extension OutputScale: ExpressibleByArgument {}
extension LIMESettings.Discretizer: ExpressibleByArgument {}
extension LIMESettings.Sampling: ExpressibleByArgument {}
extension LIMESettings.Selection: ExpressibleByArgument {}
extension ReasonCodes.Adverse: ExpressibleByArgument {}
