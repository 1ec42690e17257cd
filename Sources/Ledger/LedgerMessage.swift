internal import Attestations
internal import Basics
internal import Git

/// The message of a ledger commit: what an auditor reads in `git log`, and trailers that repeat the record for tools.
struct LedgerMessage: Hashable {
    static let subjectKey = "Proviso-Subject"
    static let verdictKey = "Proviso-Verdict"
    static let recordKey = "Proviso-Record"
    static let commitKey = "Proviso-Commit"
    static let previousKey = "Proviso-Previous"
    static let sequenceKey = "Proviso-Sequence"

    let subject: String
    let verdict: String
    let record: Digest
    let commit: String
    let previous: Digest?
    let sequence: Int64

    init(_ record: Record, digest: Digest) {
        subject = record.subject.description
        verdict = record.verdict.outcome.rawValue
        self.record = digest
        commit = record.draft.source.commit
        previous = record.previous
        sequence = record.sequence
    }

    /// Reads the trailers; nil if one is missing, given twice or not of its form.
    init?(_ commit: Commit) {
        let trailers = Dictionary(grouping: commit.trailers, by: \.key)
        func trailer(_ key: String) -> String? {
            guard let values = trailers[key], values.count == 1 else { return nil }
            return values[0].value
        }
        guard let subject = trailer(Self.subjectKey), let verdict = trailer(Self.verdictKey),
            let record = trailer(Self.recordKey).flatMap({ Digest($0) }), let judged = trailer(Self.commitKey),
            let previous = trailer(Self.previousKey), let sequence = trailer(Self.sequenceKey).flatMap({ Int64($0) }),
            previous == "none" || Digest(previous) != nil
        else { return nil }
        self.subject = subject
        self.verdict = verdict
        self.record = record
        self.commit = judged
        self.previous = Digest(previous)
        self.sequence = sequence
    }

    private var trailers: String {
        [
            (Self.subjectKey, subject), (Self.verdictKey, verdict), (Self.recordKey, record.description), (Self.commitKey, commit),
            (Self.previousKey, previous?.description ?? "none"), (Self.sequenceKey, String(sequence)),
        ].map { "\($0): \($1)\n" }.joined()
    }

    /// The whole text. Each line of a policy's own words is kept to one line, so that none can pass for a trailer.
    static func text(_ record: Record, digest: Digest) -> String {
        var lines = ["\(record.subject): \(record.verdict.outcome.rawValue)", ""]
        var body: [String] = []
        for rule in record.verdict.rules where rule.state != .pass {
            let name = "\(rule.action.rawValue.lowercased()) \(rule.policy)/\(rule.rule)"
            body.append("- \(name) \(rule.state.rawValue): \(oneLine(rule.message))")
        }
        for finding in record.verdict.findings { body.append("- \(finding.outcome.rawValue): \(oneLine(finding.message))") }
        if body.isEmpty { body.append("All \(record.verdict.rules.count) rules passed.") }
        lines += body + [""]
        return lines.joined(separator: "\n") + "\n" + LedgerMessage(record, digest: digest).trailers
    }

    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}
