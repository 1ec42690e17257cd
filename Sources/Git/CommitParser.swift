internal import Basics

/// Reads the bytes of a commit object: headers in git's fixed order, then the message.
///
/// Done here rather than by libgit2 so that one read gives parents, message, signature and the exact bytes that were signed. Stricter than
/// git: what git would merely tolerate is an error, because two readers must not see two commits in the same bytes.
struct CommitParser {
    private let id: ObjectID
    private let bytes: [UInt8]
    private var index = 0

    init(id: ObjectID, bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }

    mutating func parse() throws(GitError) -> Commit {
        guard let tree = try header("tree").flatMap(Self.objectID) else { throw malformed("no tree") }
        var parents: [ObjectID] = []
        while let text = try header("parent") {
            guard let parent = Self.objectID(text) else { throw malformed("a bad parent") }
            parents.append(parent)
        }
        guard let author = try header("author").flatMap(Self.identity) else { throw malformed("no author") }
        guard let committer = try header("committer").flatMap(Self.identity) else { throw malformed("no committer") }

        var signature: [UInt8] = []
        var unsigned = bytes[..<index]
        var continuesSignature = false
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
            let start = index
            let line = try line()
            let continues = line.first == UInt8(ascii: " ")
            if !continues { continuesSignature = Self.isSignature(line) }
            if continuesSignature {
                signature += continues ? line.dropFirst() : line.dropFirst("gpgsig ".utf8.count)
                signature.append(UInt8(ascii: "\n"))
            } else {
                unsigned += bytes[start..<index]
            }
        }
        unsigned += bytes[index...]
        let message = String(decoding: bytes[min(index + 1, bytes.count)...], as: UTF8.self)
        return Commit(
            id: id, tree: tree, parents: parents, author: author, committer: committer, message: message,
            signature: signature.isEmpty ? nil : String(decoding: signature, as: UTF8.self),
            signedPayload: signature.isEmpty ? bytes : Array(unsigned))
    }

    private static func isSignature(_ line: ArraySlice<UInt8>) -> Bool { line.starts(with: "gpgsig ".utf8) }

    private func malformed(_ what: String) -> GitError { GitError(.malformedObject, "read commit \(id)", "it has \(what)") }

    private mutating func line() throws(GitError) -> ArraySlice<UInt8> {
        guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) else { throw malformed("a header without an end") }
        defer { index = end + 1 }
        return bytes[index..<end]
    }

    private mutating func header(_ name: String) throws(GitError) -> ArraySlice<UInt8>? {
        let prefix = Array("\(name) ".utf8)
        guard bytes[index...].starts(with: prefix) else { return nil }
        return try line().dropFirst(prefix.count)
    }

    private static func objectID(_ text: ArraySlice<UInt8>) -> ObjectID? { ObjectID(String(decoding: text, as: UTF8.self)) }

    /// `Name <email> seconds +hhmm`.
    private static func identity(_ text: ArraySlice<UInt8>) -> CommitIdentity? {
        guard let open = text.firstIndex(of: UInt8(ascii: "<")), let close = text.lastIndex(of: UInt8(ascii: ">")), open < close else {
            return nil
        }
        let time = String(decoding: text[(close + 1)...], as: UTF8.self).split(separator: " ")
        guard time.count == 2, let seconds = Int64(time[0]), let zone = Int(time[1]) else { return nil }
        var name = text[..<open]
        while name.last == UInt8(ascii: " ") { name.removeLast() }
        return CommitIdentity(
            name: String(decoding: name, as: UTF8.self), email: String(decoding: text[(open + 1)..<close], as: UTF8.self),
            instant: Instant(secondsSinceEpoch: seconds), offsetMinutes: zone / 100 * 60 + zone % 100)
    }
}
