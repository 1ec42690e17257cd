import ArgumentParser
import Basics
import Diagnostics
import Foundation
import Reconciliation
import Reports

struct PipelineImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a Pipeline spec of a dvc.yaml with its lock.",
        discussion: """
            Reads dvc.yaml, dvc.lock, params.yaml and what 'vars' names; writes pipelines/NAME.yaml, and says what it could not carry over. Data that DVC
            keeps are pinned by SHA-256 where their bytes are at hand. Exits with 1 if something is lost that a stage needs.

            Example: proviso pipeline import dvc.yaml --name churn
            """)

    @Argument(help: "The file, or the folder that holds it.") var file = "dvc.yaml"
    @Option(help: "The repository's folder.") var repository = "."
    @Option(help: "The pipeline's name. Default: that of the file's folder.") var name: String?
    @Flag(help: "Print the spec, and write no file.") var print = false
    @Flag(help: "Replace a file that is there.") var force = false
    @OptionGroup var data: DataOptions
    @Option(help: "text or json.") var format = OutputFormat.text

    func run() async throws {
        let root = URL(fileURLWithPath: repository).standardizedFileURL.path
        let path = try pathFromRoot(root)
        let made = try await explaining { try DVCImport(path, root: root, name: name, dvcCache: try data.dvcCache()) }
        let target = "\(root)/\(made.path)"
        if !print {
            guard force || !FileManager.default.fileExists(atPath: target) else {
                throw CommandFailure(.invalidInput, "\(made.path) is there already", hint: "give it another --name, or replace it with --force")
            }
            try FileManager.default.createDirectory(atPath: "\(root)/pipelines", withIntermediateDirectories: true)
            try Data(made.text.utf8).write(to: URL(fileURLWithPath: target), options: .atomic)
        }
        switch format {
        case .json:
            StandardOutput.line(
                JSONValue.object([
                    "kind": "PipelineImport", "apiVersion": "proviso.dev/v1alpha1", "pipeline": .string(made.name), "path": .string(made.path),
                    "stages": .int(Int64(made.stageCount)), "notes": .array(made.notes.map(\.json)), "spec": .string(made.text),
                ]).prettyText)
        case .text:
            StandardOutput.line(
                print
                    ? made.text
                    : "\(made.path): \(made.stageCount) stage\(made.stageCount == 1 ? "" : "s"); try it: proviso pipeline run \(made.name)")
            for note in made.notes {
                StandardError.write("\(note.isLoss ? "lost" : "note"): \(note.stage.map { "\($0): " } ?? "")\(note.text)\n")
            }
        }
        if !FileManager.default.fileExists(atPath: root + "/proviso.yaml"), format == .text {
            StandardError.write("note: there is no proviso.yaml yet: the pipeline can be run, and is governed once there is one\n")
        }
        if made.notes.contains(where: \.isLoss) { try ProcessExit.blocked.end() }
    }

    private func pathFromRoot(_ root: String) throws -> String {
        var isFolder: ObjCBool = false
        let given = file.hasPrefix("/") || FileManager.default.fileExists(atPath: file) ? file : "\(root)/\(file)"
        var full = URL(fileURLWithPath: given).standardizedFileURL.path
        if unsafe FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), isFolder.boolValue { full += "/dvc.yaml" }
        guard full.hasPrefix(root + "/") else {
            throw CommandFailure(.invalidInput, "\(full) lies outside of \(root)", hint: "name the repository's folder with --repository")
        }
        return String(full.dropFirst(root.count + 1))
    }
}
