import ArgumentParser
import Attestations
import Basics
import Reconciliation
import Reports

extension Audit {
    struct Card: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "card",
            abstract: "The card of a recorded model: purpose, data, measures with intervals, groups, trade-offs, limits, lineage.",
            discussion: """
                Made of the record and its evidence alone; each figure names the evidence document that it is from.

                Example: proviso audit card 3f9c2a models.git --format html > card.html
                """)

        @Argument(help: "The beginning of the record's digest.") var record: String
        @OptionGroup var location: AuditLocation
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.markdown

        func run() async throws {
            let document = try await explaining {
                let audit = try location.open()
                let found = try audit.record(record)
                return ModelCard.make(digest: found.digest, record: found.record, spec: audit.spec(of: found.record), evidence: found.evidence)
            }
            StandardOutput.line(document.rendered(format))
        }
    }
}
