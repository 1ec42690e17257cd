internal import Basics
internal import Foundation

/// Why blocks cannot be kept or found.
public struct BlockFolderError: Error, Hashable, Sendable {
    public let message: String
    public let hint: String?
    /// Whether the machine failed, and not the folder that was named.
    public let isEnvironment: Bool

    init(_ message: String, hint: String? = nil, isEnvironment: Bool = false) {
        self.message = message
        self.hint = hint
        self.isEnvironment = isEnvironment
    }
}

/// A folder with the finished blocks of one explanation, so that one that was stopped goes on where it was. Each file is whole or not there, and has
/// the digest of its bytes at its end.
public struct BlockFolder: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    private var keyFile: String { path + "/explanation" }
    private func file(_ index: Int) -> String { path + "/block-\(String(repeating: "0", count: max(0, 6 - String(index).count)))\(index)" }

    /// Throws unless the folder is empty, new, or of the explanation with this key.
    func claim(_ key: Digest) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch { throw BlockFolderError("cannot make the folder \(path)", isEnvironment: true) }
        let line = Array("proviso-explanation 1 \(key)\n".utf8)
        if let there = FileManager.default.contents(atPath: keyFile) {
            guard Array(there) == line else {
                throw BlockFolderError(
                    "\(path) has blocks of another explanation: another model, table, background or setting",
                    hint: "remove the folder to start anew, or give another")
            }
            return
        }
        let others = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard others.isEmpty else {
            throw BlockFolderError("\(path) is not empty and has no blocks of an explanation", hint: "give a new folder")
        }
        try write(line, to: keyFile)
    }

    /// Nil if the block is not there. Throws for one whose bytes are not those that were written.
    func block(_ index: Int) throws -> [UInt8]? {
        guard let data = FileManager.default.contents(atPath: file(index)) else { return nil }
        let bytes = Array(data)
        guard bytes.count > 32, Digest.of(bytes.dropLast(32)).bytes == Array(bytes.suffix(32)) else {
            throw BlockFolderError("\(file(index)) is damaged", hint: "remove that file, and its block is worked out anew")
        }
        return Array(bytes.dropLast(32))
    }

    /// Whether any block was kept.
    public var hasBlocks: Bool { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).contains { $0.hasPrefix("block-") } }

    func keep(_ bytes: [UInt8], as index: Int) throws { try write(bytes + Digest.of(bytes).bytes, to: file(index)) }

    /// Beside the file first: whoever stops the program leaves the whole file or none.
    private func write(_ bytes: [UInt8], to path: String) throws {
        do {
            let url = URL(fileURLWithPath: path)
            try Data(bytes).write(to: url, options: .atomic)
            let handle = try FileHandle(forWritingTo: url)
            try handle.synchronize()
            try handle.close()
        } catch { throw BlockFolderError("cannot write \(path)", isEnvironment: true) }
    }
}
