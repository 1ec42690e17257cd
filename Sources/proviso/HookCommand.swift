import ArgumentParser
import Attestations
import Diagnostics
import Foundation
import Git
import Reconciliation
import Reports

struct Hook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hook", abstract: "The gate inside a git server.", subcommands: [Install.self, Receive.self])

    struct Install: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "install", abstract: "Make a bare repository judge every push to its protected branch.",
            discussion: """
                Writes hooks/pre-receive, which rejects when anything is missing, this program included.

                Example: proviso hook install /srv/git/models.git --root SHA256:…
                """)

        @Argument(help: "The bare repository.") var repository: String
        @Option(help: "The branch that is protected.") var branch = "main"
        @Option(help: "A reconciler's folder or shared store, to read artefacts from.") var store: String?
        @OptionGroup var data: DataOptions
        @OptionGroup var root: RootOption

        func run() async throws {
            guard !root.fingerprints.isEmpty else {
                throw CommandFailure(.invalidInput, "no root of trust is given", hint: "name the first policy owner's key: --root SHA256:…")
            }
            try await explaining { _ = try Repository.open(at: repository) }
            let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
            func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
            var more = try data.dvcCache().map { " --dvc-cache \(quoted($0))" } ?? ""
            if let store {
                _ = try DataOptions.store(store)
                more += " --store \(quoted(URL(fileURLWithPath: store).standardizedFileURL.path))"
            }
            let script = """
                #!/bin/sh
                # Written by `proviso hook install`. The root of trust stands here, outside of anything that is pushed.
                exec \(quoted(program)) hook pre-receive --branch \(quoted(branch)) \(root.fingerprints.sorted().map { "--root \(quoted($0))" }.joined(separator: " "))\(more)

                """
            let path = repository + "/hooks/pre-receive"
            if let present = FileManager.default.contents(atPath: path),
                !String(decoding: present, as: UTF8.self).contains("Written by `proviso hook install`")
            {
                throw CommandFailure(
                    .invalidInput, "\(path) is there already", hint: "move it away, and call it from a hook of your own if both shall run")
            }
            try FileManager.default.createDirectory(atPath: repository + "/hooks", withIntermediateDirectories: true)
            try Data(script.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            StandardOutput.line("\(path) judges pushes to \(branch)")
        }
    }

    struct Receive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pre-receive", abstract: "Called by git: reads '<old> <new> <reference>' lines and judges them.")

        @Option(help: "The branch that is protected.") var branch = "main"
        @Option(help: "The number of threads.") var threads = 2
        @Option(help: "A reconciler's folder or shared store, to read artefacts from. Nothing is written there.") var store: String?
        @OptionGroup var data: DataOptions
        @OptionGroup var root: RootOption

        func run() async throws {
            var options = Reconciliation.Gate.Options()
            options.root = root.fingerprints
            options.threads = threads
            options.store = try DataOptions.store(store)
            options.dvcCache = try data.dvcCache()
            var exit = ProcessExit.pass
            while let line = readLine() {
                guard let update = PreReceive.Update(line: line) else {
                    throw CommandFailure(.invalidInput, "not a line of a pre-receive hook: \(line)")
                }
                let answer = try await explaining {
                    try await PreReceive(
                        repository: try Repository.openFromEnvironment(), options: options, clock: SystemClock(), branch: branch
                    ).answer(update)
                }
                exit = max(exit, Self.tell(answer))
            }
            try exit.end()
        }

        /// git shows the pusher what a hook prints.
        private static func tell(_ answer: PreReceive.Answer) -> ProcessExit {
            switch answer {
            case .accepted(let why):
                StandardError.write("proviso: \(why)\n")
                return .pass
            case .refused(let why):
                StandardError.write("proviso: refused: \(why)\n")
                return .blocked
            case .judged(let report):
                if !report.diagnostics.isEmpty { StandardError.write(DiagnosticsReport.text(report.diagnostics) + "\n\n") }
                StandardError.write(VerdictText.render(report.verdict) + "\n")
                return ProcessExit(report)
            }
        }
    }
}
