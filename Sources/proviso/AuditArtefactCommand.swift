import ArgumentParser
import Basics
import Foundation
import Reconciliation

extension Audit {
    struct Artefact: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "artefact", abstract: "The bytes that a digest of a record is of: evidence, a model, scores, a log.",
            discussion: """
                Evidence lies in the ledger itself; models, tables and programs' logs in the reconciler's store. What is written has that digest, or nothing is.

                Example: proviso audit artefact 3f9c2a models.git --store /var/lib/proviso/store --to model.bin
                Example: proviso audit artefact sha256:… models.git --store /var/lib/proviso/store | less
                """)

        @Argument(help: "A digest, or the beginning of one that a record names.") var digest: String
        @OptionGroup var location: AuditLocation
        @Option(help: "The reconciler's store: the folder 'store' of its state, or of its shared store.") var store: String?
        @Option(name: .customLong("to"), help: "A file to write to; - is standard output.") var target = "-"

        func run() async throws {
            let found = try await explaining { try location.open().artefact(digest, store: store) }
            guard target != "-" else { return StandardOutput.write(found.bytes) }
            try OutputFile.write(found.bytes, to: target)
            StandardError.write("proviso: \(found.digest), \(found.bytes.count) bytes: \(target)\n")
        }
    }
}
