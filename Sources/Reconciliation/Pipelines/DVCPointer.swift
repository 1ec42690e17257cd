import Basics
import Diagnostics
import LocatedYAML

/// A `.dvc` file: where DVC keeps the bytes of a file that git does not hold.
struct DVCPointer: Hashable {
    let md5: String
    let size: Int64?
    let path: String

    /// Why a pointer cannot be followed.
    struct Problem: Error {
        let message: String
        let hint: String?

        init(_ message: String, hint: String? = nil) {
            self.message = message
            self.hint = hint
        }
    }

    init(_ bytes: [UInt8], path file: String) throws(Problem) {
        let (located, diagnostics) = YAMLDocument.parse(bytes: bytes, path: file)
        guard let located, !diagnostics.hasErrors else {
            throw Problem("'\(file)' is no pointer of DVC's: \(diagnostics.first?.message ?? "it is empty")")
        }
        let outs = located["outs"]?.elements ?? []
        guard outs.count == 1, let out = outs.first, let md5 = out["md5"]?.text?.value, let path = out["path"]?.text?.value else {
            throw Problem("'\(file)' is no pointer of DVC's to one file", hint: "a pointer has 'outs' with one 'md5' and 'path'")
        }
        guard !md5.hasSuffix(".dir") else { throw Problem("'\(file)' points to a folder, and a table is a file", hint: "dvc add the file itself") }
        guard md5.count == 32, Hex.decode(md5) != nil else { throw Problem("'\(file)': '\(md5)' is no MD5") }
        self.md5 = md5
        self.path = path
        if case .int(let size)? = out["size"]?.node { self.size = size } else { size = nil }
    }

    /// Where the bytes lie in a cache (DVC 3: `files/md5/ab/cdef…`).
    func place(in cache: String) -> String { "\(cache)/files/md5/\(md5.prefix(2))/\(md5.dropFirst(2))" }

    /// Nil if the bytes are those that it names.
    func objection(to bytes: [UInt8]) -> String? { objection(toSize: Int64(bytes.count), md5: LegacyDigest.md5(bytes)) }

    func objection(toSize count: Int64, md5 found: String) -> String? {
        if let size, count != size { return "DVC's cache has \(count) bytes for '\(path)', and the pointer says \(size)" }
        return found == md5 ? nil : "the bytes in DVC's cache for '\(path)' have another MD5 than the pointer says"
    }
}
