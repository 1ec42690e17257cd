import ArgumentParser
import Foundation
import Models

struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Work with trained models. No repository is needed.", subcommands: [Export.self])

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a model of Proviso's as ONNX, preprocessing included.",
            discussion: """
                The ONNX model has an input for each column, rows × 1, and the output 'prediction'. With --check it is run on a table in ONNX Runtime, and
                nothing is written unless its predictions are Proviso's own (to 0.00001 of the larger of 1 and the prediction).

                Example: proviso model export income.model --output income.onnx --check applicants.parquet
                """)

        @Argument(help: "A model as Proviso trained it.") var model: String
        @Option(help: "The file to write.") var output: String
        @Option(help: "A Parquet or CSV file with the model's columns, to compare predictions on.") var check: String?

        func run() async throws {
            guard let data = FileManager.default.contents(atPath: model) else {
                throw CommandFailure(.invalidInput, "cannot read \(model)", hint: "name a model file that this user may read")
            }
            let bytes: [UInt8]
            do {
                let artifact = try ModelArtifact(bytes: Array(data))
                let export = try ONNXExport(artifact)
                bytes = export.bytes
                if let check {
                    let table = try TableFile.read(check, columns: artifact.schema.names)
                    let difference = try export.largestDifference(table)
                    guard difference <= 1e-5 else {
                        throw CommandFailure(.bug, "the exported model's predictions differ by up to \(difference)")
                    }
                    print("\(table.rowCount) rows checked; the largest difference is \(difference)")
                }
            } catch let error as ModelError {
                throw CommandFailure(.invalidInput, "\(error)")
            }
            do { try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic) } catch {
                throw CommandFailure(.environmentFailed, "cannot write \(output): \(error.localizedDescription)")
            }
        }
    }
}
