import ArgumentParser
import Basics
import Diagnostics
import Foundation
import Planning
import Reconciliation
import Reports

struct PipelineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline", abstract: "Pipelines: look at one, run one, import one from DVC.",
        subcommands: [PipelineGraphCommand.self, PipelineRunCommand.self, PipelineImportCommand.self])
}

enum GraphFormat: String, ExpressibleByArgument, CaseIterable { case text, dot, svg, json }

struct PipelineGraphCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Show what depends on what.",
        discussion: """
            Example: proviso pipeline graph flights --format svg > flights.svg
            """)

    @Argument(help: "The pipeline.") var name: String
    @Option(help: "The working folder.") var repository = "."
    @Option(help: "text, dot, svg or json.") var format = GraphFormat.text

    func run() async throws {
        let (drawing, diagnostics) = try await explaining { try PipelineViews.drawing(of: name, inFolder: repository) }
        if !diagnostics.isEmpty { StandardError.write(DiagnosticsReport.text(diagnostics) + "\n") }
        if let drawing {
            switch format {
            case .text: StandardOutput.line(PipelineGraphText.render(drawing))
            case .dot: StandardOutput.line(PipelineGraphText.dot(drawing))
            case .svg: StandardOutput.line(PipelineGraphSVG.render(drawing))
            case .json: StandardOutput.line(drawing.json.prettyText)
            }
        }
        if diagnostics.hasErrors { try ProcessExit.invalidInput.end() }
    }
}
