public import Basics

/// Where things lie on the ledger's branch. Folders are sharded by two digits, so that no tree object grows long.
///
///     records/ab/<hex>.json      the DSSE envelope around a record; the name is the digest of the envelope's payload
///     evidence/ab/<hex>.json     evidence and attachments; the name is the digest of the file
///     by-commit/ab/<commit>.json the digests of the records about a judged commit, oldest first
public enum LedgerLayout {
    public static let defaultBranch = "proviso/ledger"

    public static func recordPath(_ digest: Digest) -> String { path("records", digest.hex) }
    public static func evidencePath(_ digest: Digest) -> String { path("evidence", digest.hex) }
    /// `commit` is a hexadecimal object name.
    public static func commitPath(_ commit: String) -> String { path("by-commit", commit) }

    private static func path(_ folder: String, _ name: String) -> String { "\(folder)/\(name.prefix(2))/\(name).json" }

    enum Place: Hashable {
        case record(Digest)
        case evidence(Digest)
        case commit(String)
    }

    /// What lies at a path; nil for a path that a ledger has no use for.
    static func place(of path: String) -> Place? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].hasSuffix(".json") else { return nil }
        let name = String(parts[2].dropLast(5))
        guard name.hasPrefix(parts[1]), parts[1].utf8.count == 2 else { return nil }
        switch parts[0] {
        case "records": return Digest(hex: name).map { .record($0) }
        case "evidence": return Digest(hex: name).map { .evidence($0) }
        case "by-commit": return isObjectName(name) ? .commit(name) : nil
        default: return nil
        }
    }

    /// SHA-1 or SHA-256, lower-case.
    static func isObjectName(_ text: String) -> Bool { [40, 64].contains(text.utf8.count) && Hex.decode(text) != nil }

    static func commitDocument(_ records: [Digest]) -> [UInt8] { JSONValue.array(records.map { .string($0.description) }).prettyBytes }

    /// Nil for bytes that `commitDocument` did not write.
    static func recordDigests(_ bytes: [UInt8]) -> [Digest]? {
        guard let json = try? JSONValue(parsing: bytes), let elements = json.arrayValue else { return nil }
        let digests = elements.compactMap { $0.stringValue.flatMap { Digest($0) } }
        return digests.count == elements.count && commitDocument(digests) == bytes ? digests : nil
    }
}
