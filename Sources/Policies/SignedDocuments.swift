public import Basics
public import Signatures
public import Specs

/// What evidence cannot decide, somebody must have written down, dated and signed: the evidence schema's `documents`.
public enum SignedDocuments {
    /// What `ssh-keygen -Y sign -n` is told.
    public static let namespace = "proviso-document"

    /// Each document that a model names and that is there: digest, date and verified signers. A document's date is what its first lines say: `date: 2026-11-24`.
    ///
    /// - Parameter file: the bytes at a path; nil if there is none.
    public static func evidence(
        of model: Model, signers: SignerFile, at instant: Instant, file: (String) throws -> [UInt8]?
    ) rethrows -> JSONValue {
        var documents: [String: JSONValue] = [:]
        for (name, path) in model.documents {
            guard let bytes = try file(path) else { continue }
            let signatures = try file(path + DetachedSignatures.suffix).map { String(decoding: $0, as: UTF8.self) } ?? ""
            var names: [String] = []
            for signature in DetachedSignatures.verified(in: signatures, over: bytes, namespace: namespace) {
                guard case .authorized(let entry) = signers.status(of: signature.publicKey, namespace: namespace, at: instant) else { continue }
                if !names.contains(entry.name) { names.append(entry.name) }
            }
            documents[name] =
                JSONValue.object([
                    "path": .string(path), "digest": .string(Digest.of(bytes).description),
                    "date": date(of: bytes).map { .string($0.description) } ?? .null,
                    "states": .object(statements(of: bytes).mapValues { .string($0) }),
                    "signers": .array(names.sorted().map { .string($0) }),
                ]).droppingNulls
        }
        return .object(documents)
    }

    /// The date that it states.
    static func date(of bytes: [UInt8]) -> Instant? {
        statements(of: bytes)["date"].flatMap { Instant($0.filter { !$0.isWhitespace }.uppercased()) }
    }

    /// Of the first twenty lines those that read `name: value`, the first of each name. A name is in lower case and of letters, digits, `-` and `_`; a
    /// value is without quotes and the space around it.
    static func statements(of bytes: [UInt8]) -> [String: String] {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 20, omittingEmptySubsequences: false).prefix(20)
        var statements: [String: String] = [:]
        for line in lines {
            let text = String(decoding: line, as: UTF8.self)
            guard let colon = text.firstIndex(of: ":") else { continue }
            let name = text[..<colon].lowercased()
            let isName =
                !name.isEmpty
                && name.utf8.allSatisfy { letter in
                    UInt8(ascii: "a")...UInt8(ascii: "z") ~= letter || UInt8(ascii: "0")...UInt8(ascii: "9") ~= letter || letter == UInt8(ascii: "-")
                        || letter == UInt8(ascii: "_")
                }
            guard isName, statements[name] == nil else { continue }
            statements[name] = trimmed(text[text.index(after: colon)...])
        }
        return statements
    }

    private static func trimmed(_ text: Substring) -> String {
        func isAround(_ letter: Character) -> Bool { letter.isWhitespace || letter == "\"" || letter == "'" }
        return String(String(text.drop(while: isAround).reversed()).drop(while: isAround).reversed())
    }
}
