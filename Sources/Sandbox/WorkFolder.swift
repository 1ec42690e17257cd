internal import CProcess
internal import Glibc

/// The one folder that a stage can write, looked at from outside once everything in it is still.
public struct WorkFolder: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    /// Makes it, with the folders that inputs and outputs will lie in; `owner` can write all of them.
    func prepare(_ files: some Sequence<String>, owner: Int?) throws(SandboxError) {
        var folders: Set<String> = [path]
        for file in files {
            var folder = Substring(file)
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                folders.insert("\(path)/\(folder)")
            }
        }
        for folder in folders.sorted() {
            let problem = SystemFiles.makeFolders(folder)
            guard problem == 0 else { throw SandboxError(.environment, "cannot make \(folder): \(SystemFiles.words(problem))") }
            if let owner, unsafe chown(folder, uid_t(owner), gid_t(owner)) != 0 {
                throw SandboxError(.environment, "cannot give \(folder) to another user: \(SystemFiles.words(errno))")
            }
        }
    }

    enum Size: Equatable {
        /// The largest: how long its longest file is.
        case measured(bytes: UInt64, entries: UInt64, largest: UInt64)
        case tooDeep
    }

    func size() -> Size {
        var usage = cprocess_usage()
        return unsafe cprocess_folder_usage(path, &usage) == -ELOOP
            ? .tooDeep : .measured(bytes: usage.bytes, entries: usage.entries, largest: usage.largest)
    }

    /// The bytes that still fit on its disk; none if no further file does.
    package var room: UInt64 {
        var about = statvfs()
        // Some file systems, as of processes that serve files, do not say how large they are: what they tell of room is nothing either.
        guard unsafe statvfs(path, &about) == 0, about.f_blocks > 0 else { return .max }
        // Some file systems do not count files: they tell of none in all.
        if about.f_files > 0, about.f_favail == 0 { return 0 }
        return UInt64(about.f_bavail) &* UInt64(about.f_frsize)
    }

    /// What is wrong with what a stage left; empty if it made each of its outputs and nothing else.
    /// - Parameters:
    ///   - outputs: paths below the folder that must be files.
    ///   - inputs: paths below it that lay there before.
    public func problems(outputs: Set<String>, inputs: Set<String>) -> [String] {
        var problems: [String] = []
        var allowedFolders: Set<String> = []
        for file in outputs.union(inputs) {
            var folder = Substring(file)
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                allowedFolders.insert(String(folder))
            }
        }
        var found: Set<String> = []
        visit("", allowedFolders) { entry, kind in
            if inputs.contains(entry) { return }
            guard outputs.contains(entry) else {
                problems.append("it left '\(entry)', which is not declared as an output")
                return
            }
            found.insert(entry)
            switch kind {
            case .file: break
            case .link: problems.append("its output '\(entry)' is a symbolic link; an output must be a file")
            case .folder: problems.append("its output '\(entry)' is a folder; declare each file in it")
            case .other: problems.append("its output '\(entry)' is no regular file")
            }
        }
        problems += outputs.subtracting(found).sorted().map { "it ended well without making its output '\($0)'" }
        return problems
    }

    /// Calls `body` for what is neither an allowed folder nor in one that is not.
    private func visit(_ folder: String, _ allowed: Set<String>, _ body: (String, SystemFiles.Kind) -> Void) {
        for name in SystemFiles.names(in: folder.isEmpty ? path : "\(path)/\(folder)") {
            let entry = folder.isEmpty ? name : "\(folder)/\(name)"
            guard let kind = SystemFiles.kind("\(path)/\(entry)") else {
                // Its name is no UTF-8.
                body(entry, .other)
                continue
            }
            if kind == .folder, allowed.contains(entry) { visit(entry, allowed, body) } else { body(entry, kind) }
        }
    }

    /// The bytes of files as who reads them finds them, holes included.
    public func contentBytes(of files: some Sequence<String>) -> Int64 {
        files.reduce(into: Int64(0)) { sum, file in
            var about = stat()
            guard unsafe lstat("\(path)/\(file)", &about) == 0 else { return }
            let (next, isTooLarge) = sum.addingReportingOverflow(Int64(about.st_size))
            sum = isTooLarge ? .max : next
        }
    }

    /// Lets us read an output, whatever mode its maker gave it.
    public func unlock(_ output: String) { unsafe chmod("\(path)/\(output)", 0o644) }

    /// Removes the folder with all in it. `rm` copes with folders nested deeper than a path can say.
    public func remove() {
        guard SystemFiles.exists(path) else { return }
        guard
            let child = try? Child(
                arguments: ["/bin/rm", "-rf", "--", path], environment: [:], folder: nil, limits: .none, entrances: [], filter: nil,
                isOfStage: false)
        else { return }  // What is left over lies in a folder of its own, and is removed with the next attempt's.
        _ = child.wait()
    }
}

extension ProcessLimits {
    static let none = ProcessLimits()
    private init() {}
}
