import ArgumentParser
import Basics
import Explanations
import Frames
import Inference
import Models

/// What `score` asks of the models and the data.
struct ScoringOptions: ParsableArguments {
    @Option(help: "What the data files are, where their names do not say: parquet or csv.") var dataFormat: String?
    @Option(help: "A column of the data that stands beside the scores; may be repeated.") var keep: [String] = []
    @Option(help: "A score at or above it is a positive decision; none: there are scores only.") var threshold: Double?
    @Option(help: "The decision rule that was fitted for the model: the artefact 'decision' of its record. Instead of a threshold.") var decision:
        String?
    @Option(help: "So many reasons for each adverse decision.") var reasons = 0
    @Option(help: "A JSON file of reasons by feature, {\"income\": {\"code\": \"R1\", \"text\": \"…\"}}; none: reasons are names of features.")
    var reasonMap: String?
    @Option(help: "Which decisions are adverse: low, the negative ones, or high.") var adverse = ReasonCodes.Adverse.low
    @Option(help: "The most rows of a shard; Parquet files are split between row groups.") var shardRows = 1_000_000
    @Option(help: "NAME=FILE of a model that scores in the shadow; may be repeated.") var challenger: [String] = []
    @Option(help: "A model that decides a share of the rows.") var canaryModel: String?
    @Option(help: "The column whose value decides which rows.") var canaryKey: String?
    @Option(help: "The share.") var canaryShare = 0.05
    @Option(help: "Another salt picks other rows.") var canarySalt = ""
    @Option(help: "The summary of the training data that proviso measure drift --keep wrote.") var reference: String?
    @Option(help: "The largest population stability index of a column; not of times, which move on.") var maximumDrift: Double?
    @Option(help: "The largest share of missing values of a column.") var maximumMissing: Double?
    @Option(help: "The largest share of categories of a column that the model does not know.") var maximumUnknown: Double?
    @Option(help: "A shard of fewer rows is not judged by itself.") var minimumRows = 1000
    @Flag(help: "Say that a limit was passed, and go on.") var warnOnly = false
    @Option(help: "INPUT=a,b,c: the columns of an ONNX model's input; may be repeated.") var columns: [String] = []
    @Option(help: "The output of an ONNX model that is the prediction.") var outputName: String?
    @Option(help: "Which column of it, from 0.") var outputColumn: Int?
    @Option(
        parsing: .unconditional,
        help:
            "Instead: the class whose chance is the score, as an ONNX classifier's file calls it. Default: of two classes 1 beside 0 or -1, true beside false."
    )
    var positive: String?

    var tableFormat: TableReader.Format? {
        get throws {
            try dataFormat.map { text in
                guard let format = TableReader.Format(rawValue: text) else {
                    throw CommandFailure(.invalidInput, "--data-format is parquet or csv, not '\(text)'")
                }
                return format
            }
        }
    }

    func parameters() throws -> ScoringParameters {
        guard shardRows > 0, reasons >= 0, minimumRows >= 0 else {
            throw CommandFailure(.invalidInput, "--shard-rows must be at least 1, --reasons and --minimum-rows at least 0")
        }
        if (canaryModel == nil) != (canaryKey == nil) { throw CommandFailure(.invalidInput, "give --canary-model and --canary-key together") }
        guard (0...1).contains(canaryShare) else { throw CommandFailure(.invalidInput, "--canary-share is from 0 to 1, not \(canaryShare)") }
        for (name, value) in [
            ("--threshold", threshold), ("--maximum-drift", maximumDrift), ("--maximum-missing", maximumMissing),
            ("--maximum-unknown", maximumUnknown),
        ] {
            guard let value, !value.isFinite else { continue }
            throw CommandFailure(.invalidInput, "\(name) is a number, not \(value)")
        }
        for (name, value) in [("--maximum-missing", maximumMissing), ("--maximum-unknown", maximumUnknown)] {
            guard let value, !(0...1).contains(value) else { continue }
            throw CommandFailure(.invalidInput, "\(name) is a share, from 0 to 1, and not \(value)")
        }
        if let maximumDrift, maximumDrift < 0 { throw CommandFailure(.invalidInput, "--maximum-drift is at least 0, not \(maximumDrift)") }
        if warnOnly, maximumDrift == nil, maximumMissing == nil, maximumUnknown == nil {
            throw CommandFailure(
                .invalidInput, "--warn-only has no limit to warn of", hint: "give --maximum-drift, --maximum-missing or --maximum-unknown")
        }
        if maximumDrift != nil, reference == nil {
            throw CommandFailure(
                .invalidInput, "--maximum-drift needs --reference",
                hint: "proviso measure drift --reference training.parquet --keep training.json makes one")
        }
        var parameters = ScoringParameters()
        parameters.threshold = threshold
        parameters.keep = keep
        parameters.reasons = reasons
        parameters.reasonMap = try reasonMap.map { try ReasonMap(path: $0) }
        parameters.adverse = adverse
        parameters.canary = canaryKey.map { ScoringParameters.Canary(key: $0, share: canaryShare, salt: canarySalt) }
        parameters.limits = .init(drift: maximumDrift, missing: maximumMissing, unknown: maximumUnknown, minimumRows: minimumRows)
        parameters.halts = !warnOnly
        return parameters
    }

    func onnx() throws -> ONNXOptions {
        var options = ONNXOptions()
        if positive != nil, outputColumn != nil {
            throw CommandFailure(.invalidInput, "--positive and --output-column exclude each other", hint: "keep one of them")
        }
        for text in columns {
            let (input, names) = try Self.pair(text, "--columns INPUT=a,b,c")
            options.columns[input] = names.split(separator: ",").map { String($0) }
        }
        options.output = outputName
        options.outputColumn = outputColumn
        options.positive = positive
        return options
    }

    static func pair(_ text: String, _ form: String) throws -> (String, String) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex, text.index(after: equals) != text.endIndex else {
            throw CommandFailure(.invalidInput, "'\(text)' is not \(form)")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
