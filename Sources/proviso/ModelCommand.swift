import ArgumentParser
import Basics
import Foundation
import Frames
import Models
import Training

struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Export, shrink and weigh trained models. No repository is needed.",
        subcommands: [Export.self, Quantize.self, FootprintCommand.self])

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write a model of Proviso's as ONNX, preprocessing included.",
            discussion: """
                The ONNX model has an input for each column, rows × 1: numbers and truth values as double (NaN is missing), categories as string (the empty text is
                missing), times as int64 microseconds since 1970 (the smallest number is missing); and the output 'prediction'. A category that training did not see has
                its declared fate. What ONNX cannot say is refused. A model that came as ONNX is written as it came.

                With --check the file is run on a table in ONNX Runtime, and nothing is written unless its predictions are Proviso's own: one unit in the last place of a
                32-bit number at most for XGBoost models, 1e-12 for linear ones, of the larger of 1 and the prediction. With --decision the output is
                calibrated, and a rounding of a score counts as often as the calibration's steepest part makes it. A mixture (exponentiatedGradient) is one file.

                With --decides the file also has the output 'decision': by the rule of --decision, or by one half. Where chance decides (a mixture, thresholds between
                which is drawn) it has the input 'draw', a number from 0 to below 1 that belongs to the row; --draws writes those that Proviso takes for the rows of the
                table. What depends on a row's group (disparateImpactRemover, thresholds by group) has the attribute as an input.

                Example: proviso model export income.model --output income.onnx --check applicants.parquet
                """)

        @Argument(help: "A model as Proviso trained it.") var model: String
        @Option(help: "The file to write.") var output: String
        @Option(help: "The decision rule that was fitted for the model: its calibration becomes part of the file, thresholds with --decides.")
        var decision: String?
        @Option(help: "A Parquet or CSV file with the model's columns, to compare predictions on.") var check: String?
        @Flag(help: "Give decisions too.") var decides = false
        @Option(help: "With --check and --decides: a CSV file to write, with the draw of each row of the table.") var draws: String?
        @Option(help: "text or json.") var format = OutputFormat.text

        func validate() throws {
            guard draws == nil || check != nil && decides else { throw ValidationError("--draws goes together with --check and --decides") }
        }

        func run() async throws {
            let bytes = try ModelFiles.bytes(of: model)
            let rule = try decision.map { path in
                guard let json = try? JSONValue(parsing: try ModelFiles.bytes(of: path)), let rule = DecisionRule(json: json) else {
                    throw CommandFailure(
                        .invalidInput, "\(path) is no decision rule", hint: "a rule is the artefact 'decision' beside a recorded model")
                }
                return rule
            }
            let (result, lines) = try ModelFiles.explaining(model) { () throws -> ([String: JSONValue], [String]) in
                let trained = try TrainedModel(bytes: bytes)
                if let single = trained.single, single.header.format == .onnx, rule == nil, !decides, check == nil {
                    try ModelFiles.write(single.payload, to: output)
                    let members: [String: JSONValue] = [
                        "bytes": .int(Int64(single.payload.count)), "model": .string(Digest.of(bytes).description),
                        "digest": .string(Digest.of(single.payload).description),
                    ]
                    return (members, ["\(output): \(single.payload.count) bytes, the ONNX file that the model was made of, as it is"])
                }
                let export = try trained.exported(rule, decides: decides)
                var members: [String: JSONValue] = ["bytes": .int(Int64(export.bytes.count)), "model": .string(Digest.of(bytes).description)]
                var lines = ["\(output): \(export.bytes.count) bytes, output '\(export.output)'"]
                let inputs = export.attributeColumns + [export.draw].compactMap { $0 }
                if !inputs.isEmpty {
                    members["inputs"] = .array(inputs.map { .string($0) })
                    lines.append("inputs beside the model's columns: \(inputs.joined(separator: ", "))")
                }
                if let check {
                    let table = try ModelFiles.table(check, trained.header.input, beside: export.attributeColumns)
                    let found = try trained.check(export, rule, on: table)
                    guard found.largestDifference <= export.tolerance, found.otherDecisions == 0 else {
                        let other = found.otherDecisions > 0 ? " and \(found.otherDecisions) decisions" : ""
                        throw CommandFailure(
                            .bug, "the exported model's predictions differ by up to \(found.largestDifference)\(other), and nothing was written")
                    }
                    members["check"] = ["rows": .int(Int64(table.rowCount)), "largestDifference": .double(found.largestDifference)]
                    lines.append("\(table.rowCount.counting("row")) checked in ONNX Runtime; the largest difference is \(found.largestDifference)")
                    if let draws {
                        let numbers = trained.draws(table, by: rule).map { "\($0)\n" }
                        try ModelFiles.write(Array(("draw\n" + numbers.joined()).utf8), to: draws)
                    }
                }
                try ModelFiles.write(export.bytes, to: output)
                members["digest"] = .string(Digest.of(export.bytes).description)
                return (members, lines)
            }
            StandardOutput.line(format == .json ? JSONValue.object(result).prettyText : lines.joined(separator: "\n"))
        }
    }

    struct Quantize: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "quantize", abstract: "Write an ONNX model with its matrix products in 8 bits.",
            discussion: """
                Weights of matrix products (MatMul, Gemm) become 8-bit numbers with a scale for each column, and so does each row that they are multiplied with, so that
                a row's prediction does not depend on the others. Refused where nothing would be gained, as with tree ensembles. With --check both models are run on a
                table, and the largest and the mean difference of their outputs are told; judge the smaller model as any other before it is used.

                Example: proviso model quantize network.onnx --output network-int8.onnx --check applicants.parquet --columns x=age,income,tenure
                """)

        @Argument(help: "An ONNX model.") var model: String
        @Option(help: "The file to write.") var output: String
        @Option(help: "A Parquet or CSV file with the model's columns, to compare predictions on.") var check: String?
        @Option(help: "Columns of an input that takes several, as INPUT=COLUMN,COLUMN; may be repeated.") var columns: [String] = []
        @Option(help: "text or json.") var format = OutputFormat.text

        func run() async throws {
            let bytes = try ModelFiles.bytes(of: model)
            let named = try ModelFiles.columns(columns)
            let (result, lines) = try ModelFiles.explaining(model) { () throws -> ([String: JSONValue], [String]) in
                let original = try ONNXModel(bytes: bytes)
                let small = try ONNXQuantization(bytes)
                let shrunk = try ONNXModel(bytes: small.bytes)
                let counts: [(String, Int)] = [
                    ("bytes", small.bytes.count), ("originalBytes", bytes.count), ("matrices", small.matrices), ("weights", small.weights),
                ]
                var members = Dictionary(uniqueKeysWithValues: counts.map { ($0.0, JSONValue.int(Int64($0.1))) })
                var lines = [
                    "\(output): \(small.bytes.count) bytes instead of \(bytes.count); \(small.matrices) matrices of \(small.weights) weights in 8 bits"
                ]
                if let check {
                    let table = try TableFile.read(check)
                    let options = ONNXPredictor.Options(columns: named)
                    let exact = try ONNXPredictor(original, frames: [table], options: options).predict(table)
                    let close = try ONNXPredictor(shrunk, frames: [table], options: options).predict(table)
                    let compared = Self.compare(exact, close, rows: table.rowCount)
                    members["check"] = compared.json
                    lines.append(compared.line)
                }
                try ModelFiles.write(small.bytes, to: output)
                members["digest"] = .string(Digest.of(small.bytes).description)
                return (members, lines)
            }
            StandardOutput.line(format == .json ? JSONValue.object(result).prettyText : lines.joined(separator: "\n"))
        }

        /// How far a smaller model's outputs lie from the original's. What one of them gives no number for, as of a row with a missing cell, is counted and not measured.
        private static func compare(_ exact: [Double], _ close: [Double], rows: Int) -> (json: JSONValue, line: String) {
            let distances = zip(exact, close).filter { $0.isFinite && $1.isFinite }.map { abs($0 - $1) }
            let one = zip(exact, close).count { $0.isFinite != $1.isFinite }
            let neither = exact.count - distances.count - one
            let (largest, mean) = (distances.max() ?? 0, distances.reduce(0, +) / Double(max(1, distances.count)))
            return (
                [
                    "rows": .int(Int64(rows)), "largestDifference": .double(largest), "meanDifference": .double(mean),
                    "outputsOfNeither": .int(Int64(neither)), "outputsOfOne": .int(Int64(one)),
                ],
                "\(rows.counting("row")) compared; outputs differ by \(largest) at most, \(mean) on average"
                    + (neither > 0 ? "; \(neither.counting("output")) of neither model is a number" : "")
                    + (one > 0 ? "; \(one.counting("output")) of one model only is a number" : "")
            )
        }
    }
}
