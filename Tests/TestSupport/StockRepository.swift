public import Foundation

/// A repository in a temporary folder, made and asked by stock git.
public final class StockRepository: Sendable {
    public let folder: TemporaryFolder
    public let isBare: Bool

    public init(bare: Bool = false, options: [String] = []) throws {
        folder = try TemporaryFolder()
        isBare = bare
        try git(["init", "-q", "-b", "main"] + (bare ? ["--bare"] : []) + options)
    }

    public var path: String { folder.path }
    /// The folder in which git keeps its objects and references.
    public var gitFolder: URL { isBare ? folder.url : folder.url.appendingPathComponent(".git") }

    /// Runs git here; standard output without the last line break.
    @discardableResult
    public func git(_ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]) throws -> String {
        try StockTool.must("git", arguments, in: path, input: input, environment: environment)
    }

    @discardableResult
    public func git(_ arguments: String...) throws -> String { try git(arguments) }

    /// Writes files, nil removing one, and commits all. Returns the commit.
    @discardableResult
    public func commit(_ files: [String: String?], message: String = "change", options: [String] = []) throws -> String {
        for (name, text) in files {
            let url = folder.url.appendingPathComponent(name)
            if let text {
                try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: url)
            } else {
                try FileManager.default.removeItem(at: url)
            }
        }
        try git("add", "-A")
        try git(["commit", "-q", "--allow-empty", "-m", message] + options)
        return try git("rev-parse", "HEAD")
    }

    /// Throws unless every object and reference is sound.
    public func fsck() throws { try git("fsck", "--strict", "--no-dangling") }

    /// Every file below the git folder with its bytes: two equal snapshots mean that nothing was written in between.
    public func snapshot() throws -> [String: Data] {
        var files: [String: Data] = [:]
        let paths = FileManager.default.enumerator(atPath: gitFolder.path)
        while let name = paths?.nextObject() as? String {
            let url = gitFolder.appendingPathComponent(name)
            var isFolder: ObjCBool = false
            if unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue {
                files[name] = try Data(contentsOf: url)
            }
        }
        return files
    }

    /// Installs a hook made of a shell script.
    public func installHook(_ name: String, _ script: String) throws {
        let url = gitFolder.appendingPathComponent("hooks/\(name)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path)
    }
}

/// A git server on this machine's loopback, which runs the hooks of the repository that it serves.
public final class StockServer: Sendable {
    private let process: ChildProcess
    private let port: Int
    private let repository: StockRepository

    /// Serves `repository` until this value goes away.
    public init(_ repository: StockRepository) throws {
        self.repository = repository
        // The daemon itself and not `git daemon`, which would leave it behind when killed.
        let daemon = try StockTool.must("git", ["--exec-path"], in: repository.path) + "/git-daemon"
        for _ in 0..<20 {
            let port = Int.random(in: 20_000..<60_000)
            let process = try ChildProcess(
                [
                    daemon, "--listen=127.0.0.1", "--port=\(port)", "--reuseaddr", "--export-all", "--enable=receive-pack",
                    "--base-path=\(repository.path)", repository.path,
                ], in: repository.path, environment: StockTool.environment, files: ("/dev/null", "/dev/null", "/dev/null"))
            for _ in 0..<100 where process.isRunning {
                let answer = try StockTool.run("git", ["ls-remote", "git://127.0.0.1:\(port)/"], in: repository.path)
                if answer.status == 0 {
                    self.port = port
                    self.process = process
                    return
                }
                Thread.sleep(forTimeInterval: 0.02)
            }
            Self.stop(process)
        }
        throw StockTool.Failure(description: "no git daemon could be started")
    }

    public var address: String { "git://127.0.0.1:\(port)/" }

    deinit { Self.stop(process) }

    private static func stop(_ process: ChildProcess) {
        process.kill()
        _ = process.wait()
    }
}
