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
                    "signers": .array(names.sorted().map { .string($0) }),
                ]).droppingNulls
        }
        return .object(documents)
    }

    /// Of the first twenty lines the first that begins with `date:`, in whatever case.
    static func date(of bytes: [UInt8]) -> Instant? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 20, omittingEmptySubsequences: false).prefix(20)
        for line in lines {
            let text = String(decoding: line, as: UTF8.self).lowercased()
            guard text.hasPrefix("date:") else { continue }
            let value = text.dropFirst(5).filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }.uppercased()
            return Instant(value)
        }
        return nil
    }
}
