internal import Attestations
public import Basics

/// Where things lie on the ledger's branch. Folders are sharded by two digits, so that no tree object grows long.
///
///     records/ab/<hex>.json           the DSSE envelope around a record; the name is the digest of the envelope's payload
///     evidence/ab/<hex>.json          evidence and attachments; the name is the digest of the file
///     by-commit/ab/<commit>/cd/<hex>  one file for each record about a judged commit, with a line of what it says
public enum LedgerLayout {
    public static let defaultBranch = "proviso/ledger"

    public static func recordPath(_ digest: Digest) -> String { "records/\(sharded(digest.hex)).json" }
    public static func evidencePath(_ digest: Digest) -> String { "evidence/\(sharded(digest.hex)).json" }
    /// The folder of a judged commit, a hexadecimal object name.
    public static func commitPath(_ commit: String) -> String { "by-commit/\(sharded(commit))" }
    /// The line about a record in the folder of the commit that it judges.
    public static func commitPath(_ commit: String, _ digest: Digest) -> String { "\(commitPath(commit))/\(sharded(digest.hex))" }

    private static func sharded(_ name: String) -> String { "\(name.prefix(2))/\(name)" }

    enum Place: Hashable {
        case record(Digest)
        case evidence(Digest)
        case commit(String, Digest)
    }

    /// What lies at a path; nil for a path that a ledger has no use for.
    static func place(of path: String) -> Place? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        func name(at index: Int, suffix: String = "") -> String? {
            let name = parts[index]
            guard name.hasSuffix(suffix), parts[index - 1].utf8.count == 2, name.hasPrefix(parts[index - 1]) else { return nil }
            return String(name.dropLast(suffix.count))
        }
        switch (parts[0], parts.count) {
        case ("records", 3): return name(at: 2, suffix: ".json").flatMap { Digest(hex: $0) }.map { .record($0) }
        case ("evidence", 3): return name(at: 2, suffix: ".json").flatMap { Digest(hex: $0) }.map { .evidence($0) }
        case ("by-commit", 5):
            guard let commit = name(at: 2), isObjectName(commit), let digest = name(at: 4).flatMap({ Digest(hex: $0) }) else { return nil }
            return .commit(commit, digest)
        default: return nil
        }
    }

    /// SHA-1 or SHA-256, lower-case.
    static func isObjectName(_ text: String) -> Bool { [40, 64].contains(text.utf8.count) && Hex.decode(text) != nil }

    /// What stands in `by-commit`: `12 pass Model/income`.
    static func commitLine(_ record: Record) -> [UInt8] {
        Array("\(record.sequence) \(record.verdict.outcome.rawValue) \(record.subject)\n".utf8)
    }
}
