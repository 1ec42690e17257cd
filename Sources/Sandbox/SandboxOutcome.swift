public import Basics

/// How a confined program ended.
public enum SandboxEnd: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    case timedOut
    case cancelled
    /// It needed more of something than it may use, and was killed.
    case exceeded(Resource)

    public enum Resource: String, Hashable, Sendable {
        case memory
        /// Of the work folder: the bytes of its files, how many files and folders it has, and folders in each other.
        case bytes, entries, depth
    }
}

/// What a program used.
public struct ProcessUsage: Hashable, Sendable {
    public var cpuSeconds = 0.0
    public var wallSeconds = 0.0
    public var peakMemoryBytes: Int64 = 0
    /// Where the peak is from: `cgroup` counts all processes together and the file cache that they filled, `process` the largest one alone.
    public var memoryBasis = "process"

    public init() {}

    public var json: JSONValue {
        [
            "cpuSeconds": .double(cpuSeconds), "wallSeconds": .double(wallSeconds), "peakMemoryBytes": .int(peakMemoryBytes),
            "memoryBasis": .string(memoryBasis),
        ]
    }

    public init?(json: JSONValue?) {
        guard let json, let cpu = json["cpuSeconds"]?.doubleValue, let wall = json["wallSeconds"]?.doubleValue,
            let peak = json["peakMemoryBytes"]?.intValue, let basis = json["memoryBasis"]?.stringValue
        else { return nil }
        cpuSeconds = cpu
        wallSeconds = wall
        peakMemoryBytes = peak
        memoryBasis = basis
    }
}

public struct SandboxOutcome: Sendable {
    public let end: SandboxEnd
    public let usage: ProcessUsage
    /// What enforced each limit on this machine, such as `["memory": "cgroup v1", "network": "namespace"]`.
    public let enforcement: [String: String]
    /// Whether a process was refused since there were too many.
    public let refusedProcesses: Bool
    /// The least room, in bytes, that the disk of the work folder was seen to have from the program's start to its end.
    public let leastRoom: UInt64
    /// The length of the longest file that its work folder was seen to have. As long as a file may be: what goes on to write it is refused the rest.
    public let largestFile: UInt64
}
