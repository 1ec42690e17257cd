import ArgumentParser
import Attestations
import Basics
import Reconciliation
import Reports

struct AuditLocation: ParsableArguments {
    @Argument(help: "The repository.") var repository = "."
    @Option(help: "The branch whose signer files count.") var branch = "main"
    @Option(help: "The ledger's full reference; default: as the branch says, local or of origin.") var ledger: String?

    func open() throws -> LedgerAudit { try LedgerAudit(repositoryPath: repository, revision: branch, ledger: ledger) }
}

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read and check the ledger.",
        subcommands: [Log.self, Show.self, Artefact.self, Verify.self, Card.self, Reproduce.self])

    struct Log: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "log", abstract: "The decisions, newest first.", discussion: "Example: proviso audit log models.git")

        @OptionGroup var location: AuditLocation
        @Option(help: "text or json.") var format = OutputFormat.text

        func run() async throws {
            let entries = try await explaining { try location.open().entries() }.reversed()
            if format == .json {
                StandardOutput.line(
                    JSONValue.array(
                        entries.map { ["digest": .string($0.digest.description), "ledgerCommit": .string($0.commit), "record": $0.record.json] }
                    ).prettyText)
                return
            }
            if entries.isEmpty { StandardError.write("proviso: no decision is recorded yet\n") }
            for (digest, record, _) in entries {
                let word = VerdictText.word(record.verdict.outcome)
                let pad = String(repeating: " ", count: max(0, 9 - word.count))
                StandardOutput.line(
                    "\(record.sequence)  \(digest.short)  \(record.instant)  \(word)\(pad)  \(record.subject)  at \(record.draft.source.commit.prefix(12))"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "One decision: verdict, steps, evidence.", discussion: "Example: proviso audit show 3f9c2a models.git")

        @Argument(help: "The beginning of the record's digest.") var record: String
        @OptionGroup var location: AuditLocation
        @Option(help: "text or json.") var format = OutputFormat.text

        func run() async throws {
            let found = try await explaining { try location.open().record(self.record) }
            let (digest, record, evidence) = (found.digest, found.record, found.evidence)
            if format == .json {
                StandardOutput.line(
                    JSONValue.object(["digest": .string(digest.description), "record": record.json, "evidence": evidence]).prettyText)
                return
            }
            StandardOutput.line("record \(digest)")
            StandardOutput.line("number \(record.sequence), \(record.instant), commit \(record.draft.source.commit), \(record.draft.source.path)")
            StandardOutput.line("")
            StandardOutput.line(VerdictText.render(record.verdict))
            StandardOutput.line("")
            for step in record.draft.steps {
                StandardOutput.line("step \(step.name) (\(step.implementation)) key \(step.key.short)")
                for (name, input) in step.inputs.sorted(by: { $0.key < $1.key }) { StandardOutput.line("    in  \(name) \(input)") }
                for (name, output) in step.outputs.sorted(by: { $0.key < $1.key }) { StandardOutput.line("    out \(name) \(output)") }
            }
            StandardOutput.line("")
            StandardOutput.line("evidence \(evidence.prettyText)")
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Check every commit, signature, role, digest and link of the ledger.",
            discussion: "Exits with 1 if anything is wrong, and names it.\n\nExample: proviso audit verify models.git --root SHA256:…")

        @OptionGroup var location: AuditLocation
        @Option(help: "A store whose artefacts are checked as well.") var store: String?
        @OptionGroup var root: RootOption

        func run() async throws {
            let (findings, count, tip) = try await explaining {
                try location.open().verify(root: root.fingerprints, instant: SystemClock().now(), store: store)
            }
            for finding in findings { StandardOutput.line("✗ \(finding)") }
            guard findings.isEmpty else { return try ProcessExit.blocked.end() }
            StandardOutput.line(
                "The ledger is sound: \(count) record\(count == 1 ? "" : "s"), signatures, roles, digests and chain, at \(tip?.prefix(12) ?? "")")
        }
    }
}
