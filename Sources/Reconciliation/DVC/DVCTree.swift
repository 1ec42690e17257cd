import Basics
import Foundation
import LocatedYAML

/// What lies where in a project of DVC's: files, pointers, and what its lock remembers.
struct DVCTree {
    let root: String
    /// DVC's cache.
    let cache: String
    /// By stage, then path from the root, the MD5 that the lock has; a folder's ends in `.dir`.
    private(set) var locked: [String: [String: String]] = [:]
    /// Whether there is a lock.
    let hasLock: Bool

    /// - Parameter lock: the lock's path from the root.
    init(root: String, cache: String?, lock: String, stages: [DVCFile.Stage]) throws {
        self.root = root
        self.cache = cache ?? "\(root)/.dvc/cache"
        hasLock = FileManager.default.fileExists(atPath: "\(root)/\(lock)")
        guard hasLock else { return }
        let document = try DVCFile.document(lock, root: root)
        for stage in stages {
            guard let entry = document["stages"]?[stage.id] else { continue }
            var digests: [String: String] = [:]
            for field in ["deps", "outs"] {
                for item in entry[field]?.elements ?? [] {
                    guard let path = item["path"]?.text?.value, let md5 = item["md5"]?.text?.value else { continue }
                    digests[DVCFile.joined(stage.folder, path)] = md5
                }
            }
            locked[stage.id] = digests
        }
    }

    enum Kind { case file, folder }

    func kind(_ path: String) -> Kind? {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder) else { return nil }
        return isFolder.boolValue ? .folder : .file
    }

    /// The pointer to a path, if DVC follows that by itself.
    func pointer(_ path: String) -> String? { kind(path + ".dvc") == .file ? path + ".dvc" : nil }

    /// The pointer to a folder above a path, if DVC follows that as a whole.
    func pointerAbove(_ path: String) -> String? {
        var folder = path[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            if let pointer = pointer(String(folder)) { return pointer }
        }
        return nil
    }

    /// The regular files of a folder, from the root, in order; hidden ones and caches of Python's left out.
    func files(in folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: "\(root)/\(folder)")?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            !name.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__pycache__" } && kind("\(folder)/\(name)") == .file
        }.map { "\(folder)/\($0)" }.sorted()
    }

    func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: "\(root)/\(path)").map { Array($0) } }

    /// The digest of what a pointer points to, from the cache or the work tree; nil if neither has it.
    func digest(ofPointer path: String) -> Digest? {
        guard let text = bytes(path) else { return nil }
        if case .success(let found) = DataFiles.bytes(ofPointer: text, path, cache: cache) { return Digest.of(found) }
        guard let pointer = try? DVCPointer(text, path: path), let here = bytes(String(path.dropLast(4))), pointer.objection(to: here) == nil
        else { return nil }  // A pointer to a folder, or bytes that are not there, have no digest.
        return Digest.of(here)
    }

    /// Whether an output is a folder, as far as anything says so.
    func isFolder(_ output: String, of stage: String) -> Bool {
        locked[stage]?[output]?.hasSuffix(".dir") ?? false || kind(output) == .folder
    }
}
