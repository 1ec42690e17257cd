import ArgumentParser
import Attestations
import Basics
import Foundation
import Git
import Reconciliation
import Reports
import Signatures
import Specs

struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Lay out a governed repository.",
        discussion: """
            Example: proviso init models --owner alice@example.org=alice.pub --reconciler ci@example.org=ci.pub --author 'Alice <alice@example.org>' --sign-with alice
            """)

    @Argument(help: "The new folder.") var folder: String
    @Option(help: "PRINCIPAL=PUBLIC-KEY-FILE of somebody who may approve; may be repeated.") var owner: [String]
    @Option(help: "PRINCIPAL=PUBLIC-KEY-FILE of somebody whose commits are known; may be repeated.") var member: [String] = []
    @Option(help: "PRINCIPAL=PUBLIC-KEY-FILE of a reconciler; may be repeated.") var reconciler: [String] = []
    @Option(help: "'NAME <EMAIL>' of the first commit.") var author: String
    @Option(help: "A private key to sign the first commit with.") var signWith: String?
    @Option(help: "The template. Default: the one installed with this program.") var template: String?

    func run() async throws {
        let parts = author.split(separator: "<")
        guard parts.count == 2, parts[1].hasSuffix(">") else {
            throw CommandFailure(.invalidInput, "'\(author)' is not an author", hint: "write --author 'Name <name@example.org>'")
        }
        let identity = CommitIdentity(
            name: parts[0].trimmingCharacters(in: .whitespaces), email: String(parts[1].dropLast()), instant: SystemClock().now())
        let layout = NewRepository(
            template: try Template.find(template), owners: try owner.map(Self.person), members: try member.map(Self.person),
            reconcilers: try reconciler.map(Self.person), author: identity, key: try signWith.map(Inputs.signingKey))
        let commit = try await explaining { try await layout.create(at: folder) }
        StandardOutput.line("\(folder) is laid out at \(commit.hex.prefix(12)); next: proviso validate \(folder)")
    }

    private static func person(_ text: String) throws -> NewRepository.Member {
        let parts = text.split(separator: "=", maxSplits: 1).map { String($0) }
        guard parts.count == 2 else {
            throw CommandFailure(.invalidInput, "'\(text)' is not PRINCIPAL=FILE", hint: "as in alice@example.org=alice.pub")
        }
        return NewRepository.Member(principal: parts[0], key: try Inputs.publicKey(parts[1]))
    }
}

/// Where the template lies: beside the installed program, or in the source tree that it was built from.
enum Template {
    static func find(_ given: String?) throws -> String {
        if let given { return given }
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        for relative in ["../share/proviso/template", "../../../repo-template"] {
            let path = program.appendingPathComponent(relative).standardizedFileURL.path
            if FileManager.default.fileExists(atPath: path + "/proviso.yaml") { return path }
        }
        throw CommandFailure(.environmentFailed, "the template is not installed", hint: "name it with --template, or run make install")
    }
}

struct Dataset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "dataset", abstract: "Data sets.", subcommands: [Pin.self])

    struct Pin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pin", abstract: "Write the digest of a data set's bytes into its file; comments stay.",
            discussion: "Example: proviso dataset pin adult")

        @Argument(help: "The data set.") var name: String
        @Option(help: "The working folder.") var repository = "."

        func run() async throws {
            let (path, digest) = try await explaining {
                try FileEdits.pin(dataset: name, in: repository, digests: RunFolder.path(of: repository) + "/digests")
            }
            StandardOutput.line("\(path): \(digest)")
        }
    }
}

struct Reference: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Write the generated reference pages and JSON Schemas.",
        discussion: "Example: proviso reference --output Docs/reference")

    @Option(help: "The folder to write to.") var output: String

    func run() async throws {
        let root = URL(fileURLWithPath: output)
        try FileManager.default.createDirectory(at: root.appendingPathComponent("schemas"), withIntermediateDirectories: true)
        try Data(SpecReference.markdown.utf8).write(to: root.appendingPathComponent("specs.md"))
        try Data(PackReference.markdown.utf8).write(to: root.appendingPathComponent("packs.md"))
        try Data(ExpressionReference.markdown.utf8).write(to: root.appendingPathComponent("cel.md"))
        try Data(EvidenceReference.markdown.utf8).write(to: root.appendingPathComponent("evidence.md"))
        for (kind, schema) in JSONSchema.all {
            try Data(schema.prettyBytes).write(to: root.appendingPathComponent("schemas/\(kind).json"))
        }
    }
}

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "What this machine lacks.",
        discussion: """
            Runs a program in the sandbox to see what holds it. With --rehash it also reads the files of a work tree again whose digests are remembered, and
            names those whose bytes are others though nothing else says so. Exits with 3 if something is lacking or wrong.

            Example: proviso doctor --rehash .
            """)

    @Option(help: "A work tree whose remembered files are read again.") var rehash: String?

    func run() async throws {
        if let rehash {
            let changed = try await explaining { try Diagnosis.changedUnseen(memory: RunFolder.path(of: rehash) + "/digests") }
            for path in changed { StandardOutput.line("✗ \(path): its bytes changed, and its times did not") }
            if changed.isEmpty { StandardOutput.line("✓ every remembered file of \(rehash) is what it was") }
            if !changed.isEmpty { try ProcessExit.environmentFailed.end() }
        }
        let checks = await Diagnosis.run()
        for check in checks { StandardOutput.line("\(check.isGood ? "✓" : "✗") \(check.what)\(check.isGood ? "" : ": \(check.remedy)")") }
        if checks.contains(where: { !$0.isGood }) { try ProcessExit.environmentFailed.end() }
    }
}
