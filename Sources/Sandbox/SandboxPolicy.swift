public import Basics

/// How foreign code is held on this machine: what the operator of the engine decides, never the repository.
public struct SandboxPolicy: Hashable, Sendable {
    /// Whether a program may run without a sandbox. True only where an operator said so by name, on the command line.
    public var allowsUnconfined: Bool
    /// Further files and folders of this machine that every stage can read, such as a Python environment.
    public var readOnlyPaths: [String]
    /// The program itself.
    public var bubblewrap: String
    /// What no stage may have more of, whatever it declares.
    public var ceilings = SandboxCeilings()

    public init(allowsUnconfined: Bool = false, readOnlyPaths: [String] = [], bubblewrap: String = "/usr/bin/bwrap") {
        self.allowsUnconfined = allowsUnconfined
        self.readOnlyPaths = readOnlyPaths
        self.bubblewrap = bubblewrap
    }

    public static let required = SandboxPolicy()

    /// Why a program in the sandbox cannot be shown what lies at a path; nil if it can.
    public static func problem(withReadOnlyPath path: String) -> String? {
        guard path.hasPrefix("/") else { return "'\(path)' is no absolute path" }
        let own = ["/dev", "/proc", Bubblewrap.workFolder, "/run/proviso"]
        if let folder = own.first(where: { path == $0 || path.hasPrefix($0 + "/") }) {
            return "the sandbox has a '\(folder)' of its own, which would hide '\(path)'; put it elsewhere"
        }
        if path == "/" || path == "/tmp" { return "'\(path)' as a whole would take a program's own folders away; name a folder in it" }
        return SystemFiles.exists(path) ? nil : "there is no '\(path)'"
    }

    public var json: JSONValue {
        [
            "allowsUnconfined": .bool(allowsUnconfined), "readOnlyPaths": .array(readOnlyPaths.map { .string($0) }),
            "bubblewrap": .string(bubblewrap), "ceilings": ceilings.json,
        ]
    }
}

/// The operator's word on the limits that a repository sets for its own programs. Nil: no ceiling.
public struct SandboxCeilings: Hashable, Sendable {
    /// Of wall time for one attempt. Without one a program that never ends would hold up whoever waits for a judgement.
    public var wallSeconds: Int64? = 3600
    public var memoryBytes: Int64?
    public var fileBytes: Int64?

    public init() {}

    public init?(json: JSONValue?) {
        guard let members = json?.objectValue else { return nil }
        (wallSeconds, memoryBytes, fileBytes) = (members["wallSeconds"]?.intValue, members["memoryBytes"]?.intValue, members["fileBytes"]?.intValue)
    }

    public var json: JSONValue {
        JSONValue.object([
            "wallSeconds": wallSeconds.map { .int($0) } ?? .null, "memoryBytes": memoryBytes.map { .int($0) } ?? .null,
            "fileBytes": fileBytes.map { .int($0) } ?? .null,
        ]).droppingNulls
    }
}

/// What a confined program may use.
public struct SandboxLimits: Hashable, Sendable {
    public var cpus = 1
    /// Of all processes together.
    public var memoryBytes: Int64 = 4 << 30
    /// Processes and threads at one time.
    public var processes = 256
    /// Of the work folder, and of /tmp and /dev/shm each.
    public var fileBytes: Int64 = 16 << 30
    /// Files and folders in the work folder.
    public var entries = 100_000
    /// Nil: no limit.
    public var wallSeconds: Int64?

    public init() {}

    /// Lowers each limit to its ceiling.
    public mutating func lower(to ceilings: SandboxCeilings) {
        if let ceiling = ceilings.wallSeconds { wallSeconds = min(wallSeconds ?? ceiling, ceiling) }
        if let ceiling = ceilings.memoryBytes { memoryBytes = min(memoryBytes, ceiling) }
        if let ceiling = ceilings.fileBytes { fileBytes = min(fileBytes, ceiling) }
    }
}

/// A program, and all that it can see.
public struct SandboxedCommand: Sendable {
    public var arguments: [String]
    /// On top of the clean environment.
    public var environment: [String: String] = [:]
    /// The folder of this machine that the program sees as `/work`, its working folder: the only thing it can write but /tmp and /dev/shm.
    public var workFolder: String
    /// Files of this machine by their paths below the work folder, where the program can read them.
    public var inputs: [String: String] = [:]
    /// Paths below the work folder of files that the program will make: their folders are there when it starts.
    public var outputs: [String] = []
    /// Its canonical JSON lies at `$PROVISO_PARAMETERS`.
    public var parameters: JSONValue = [:]
    public var network = false
    public var limits = SandboxLimits()

    public init(arguments: [String], workFolder: String) {
        self.arguments = arguments
        self.workFolder = workFolder
    }

    /// What every program finds in its environment; constant, so that nothing of this machine or user can reach an output.
    public static let cleanEnvironment = [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    ]
}

/// Why a program could not be run as it must.
public struct SandboxError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// This machine has no sandbox, or does not let us make one.
        public static let unavailable = Code(rawValue: "unavailable")
        /// What was asked for cannot be: a path outside of the work folder, a program that is not there.
        public static let invalid = Code(rawValue: "invalid")
        /// The operating system refused something.
        public static let environment = Code(rawValue: "environment")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
