internal import Basics
internal import Foundation

/// Where one attempt lies on disk: `<root>/<step>/<number>/`.
///
/// `job.json` says what to do. Whoever does it holds a lock on `lock`, which the kernel releases when that process ends, however it ends, and whose
/// first line is the process's number. `log` grows, `progress` is replaced. The end is one rename: `ending/` with `result.json` becomes `ended/`;
/// before it the attempt has not ended, after it nothing changes any more.
struct AttemptFolder: Sendable {
    let attempt: AttemptID
    let path: String

    init(root: String, attempt: AttemptID) {
        self.attempt = attempt
        path = "\(root)/\(attempt.step.hex)/\(attempt.number)"
    }

    var job: String { path + "/job.json" }
    var log: String { path + "/log" }
    var scratch: String { path + "/scratch" }
    private var lock: String { path + "/lock" }
    private var progress: String { path + "/progress" }
    private var ended: String { path + "/ended" }

    static func numbers(root: String, step: Digest) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(step.hex)")) ?? []  // Nothing there is none.
        return names.compactMap { Int($0) }.filter { $0 > 0 }.sorted()
    }

    var exists: Bool { FileManager.default.fileExists(atPath: job) }

    func write(_ job: Job) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Self.write(job.json.canonicalBytes, to: self.job)
    }

    func readJob() -> Job? {
        guard let data = FileManager.default.contents(atPath: job), let json = try? JSONValue(parsing: Array(data)) else { return nil }
        return Job(json: json)
    }

    /// A durable file in place of what was there.
    private static func write(_ bytes: [UInt8], to path: String) throws {
        let temporary = "\(path).\(getpid()).new"
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw ExecutorError("cannot create \(temporary): \(unsafe String(cString: strerror(errno)))") }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { unsafe Foundation.write(file, $0.baseAddress! + written, bytes.count - written) }
            guard count > 0 || errno == EINTR else { throw ExecutorError("cannot write \(temporary): \(unsafe String(cString: strerror(errno)))") }
            written += max(0, count)
        }
        guard fsync(file) == 0, unsafe rename(temporary, path) == 0 else {
            throw ExecutorError("cannot write \(path): \(unsafe String(cString: strerror(errno)))")
        }
        sync(folder: String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    }

    private static func sync(folder: String) {
        let file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { return }
        fsync(file)
        close(file)
    }

    /// Takes the attempt; the descriptor, to be held until the process ends. Nil if another process has it.
    func take() -> Int32? {
        let file = unsafe open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return nil }
        // Who only asks for the holder has the lock for a moment: that is no other worker.
        var tries = 0
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            tries += 1
            guard tries < 100 else {
                close(file)
                return nil
            }
            usleep(2000)
        }
        ftruncate(file, 0)
        let text = Array("\(getpid())\n".utf8)
        _ = unsafe text.withUnsafeBytes { unsafe Foundation.write(file, $0.baseAddress, $0.count) }
        return file
    }

    /// The number of the process that has the attempt; nil if none has.
    var holder: Int32? {
        let file = unsafe open(lock, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        if flock(file, LOCK_SH | LOCK_NB) == 0 { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
        return Int32(String(decoding: bytes[..<max(0, count)].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    func note(fraction: Double) {
        // Lost progress is no loss.
        try? Data("\(fraction)".utf8).write(to: URL(fileURLWithPath: progress), options: .atomic)
    }

    var fraction: Double {
        FileManager.default.contents(atPath: progress).flatMap { Double(String(decoding: $0, as: UTF8.self)) } ?? 0
    }

    /// Ends the attempt. Of two that try, the first one's result stands.
    func commit(_ result: AttemptResult, seal: [UInt8]) throws {
        let ending = "\(path)/ending-\(getpid())"
        try FileManager.default.createDirectory(atPath: ending, withIntermediateDirectories: true)
        let body = result.json
        let document: JSONValue = [
            "apiVersion": "proviso.dev/v1alpha1", "kind": "AttemptResult", "attempt": .string(attempt.description), "result": body,
            "seal": .string(Self.seal(attempt, body, with: seal)),
        ]
        try Self.write(document.canonicalBytes, to: ending + "/result.json")
        if unsafe rename(ending, ended) != 0 {
            let problem = errno
            try? FileManager.default.removeItem(atPath: ending)  // What it holds is not wanted.
            guard problem == ENOTEMPTY || problem == EEXIST else {
                throw ExecutorError("cannot end attempt \(attempt.number): \(unsafe String(cString: strerror(problem)))")
            }
        }
        Self.sync(folder: path)
    }

    /// How the attempt ended, if a worker that was told the secret says so; nil if it has not ended, or somebody else wrote that.
    func result(seal: [UInt8]) -> AttemptResult? {
        guard let data = FileManager.default.contents(atPath: ended + "/result.json"), let document = try? JSONValue(parsing: Array(data)),
            document["attempt"]?.stringValue == attempt.description, let body = document["result"],
            document["seal"]?.stringValue == Self.seal(attempt, body, with: seal)
        else { return nil }
        return AttemptResult(json: body)
    }

    var hasEnded: Bool { FileManager.default.fileExists(atPath: ended) }

    private static func seal(_ attempt: AttemptID, _ body: JSONValue, with secret: [UInt8]) -> String {
        var encoder = CanonicalEncoder(domain: "proviso.attempt-result.v1")
        encoder.append(attempt.step)
        encoder.append(Int64(attempt.number))
        encoder.append(body)
        return Digest.authenticating(encoder.bytes, secret: secret).hex
    }
}
