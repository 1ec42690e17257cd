/// A value of the Common Expression Language.
///
/// Host values stay with whoever made them: every read, membership test and iteration goes through their protocol, so that the host can tell what
/// an expression looked at.
public enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case timestamp(Timestamp)
    case duration(Span)
    case list([Value])
    case map(MapValue)
    case type(CELType)
    /// A value that may lack (the optional types of cel-go and Kubernetes).
    indirect case optional(Value?)
    case opaque(any OpaqueValue)
    case hostObject(any HostObject)
    case hostMap(any HostMap)
    case hostList(any HostList)
}

/// A value of a library's own type, such as an IP address.
public protocol OpaqueValue: Sendable {
    var type: CELType { get }
    /// What `string()` gives.
    var text: String { get }
    func isEqual(to other: any OpaqueValue) -> Bool
}

/// An object whose fields the host gives.
public protocol HostObject: AnyObject, Sendable {
    var typeName: String { get }
    /// Nil: the field is not set.
    func field(_ name: String) -> Value?
    func hasField(_ name: String) -> Bool
}

/// A map with string keys that the host gives.
public protocol HostMap: AnyObject, Sendable {
    func lookup(_ key: String) -> Value?
    func contains(_ key: String) -> Bool
    var count: Int { get }
    /// In the order in which they are iterated.
    var keys: [String] { get }
}

/// A list that the host gives.
public protocol HostList: AnyObject, Sendable {
    var count: Int { get }
    func element(at index: Int) -> Value
}

/// A point in time: seconds since 1970-01-01T00:00:00Z and nanoseconds.
public struct Timestamp: Hashable, Comparable, Sendable {
    public let seconds: Int64
    public let nanoseconds: Int32

    /// Years 1 to 9999, as the specification has it.
    static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    public init?(seconds: Int64, nanoseconds: Int32 = 0) {
        guard Self.secondsRange.contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds) }
}

/// A stretch of time in nanoseconds.
public struct Span: Hashable, Comparable, Sendable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static func < (left: Span, right: Span) -> Bool { left.nanoseconds < right.nanoseconds }
}

/// A map that an expression made. Keys are booleans, integers or strings; 1, 1u and 1.0 are one key.
public struct MapValue: Sendable {
    enum Key: Hashable, Sendable {
        case bool(Bool)
        case int(Int64)
        case uint(UInt64)
        case string(String)

        /// Nil for a value that cannot be a key. A double counts as the integer it equals.
        init?(_ value: Value) {
            switch value {
            case .bool(let flag): self = .bool(flag)
            case .int(let number): self = .int(number)
            case .uint(let number): self = Int64(exactly: number).map { .int($0) } ?? .uint(number)
            case .double(let number):
                if let integer = Int64(exactly: number) {
                    self = .int(integer)
                } else if let integer = UInt64(exactly: number) {
                    self = .uint(integer)
                } else {
                    return nil
                }
            case .string(let text): self = .string(text)
            default: return nil
            }
        }
    }

    public private(set) var entries: [(key: Value, value: Value)] = []
    private var positions: [Key: Int] = [:]

    public init() {}

    public init(_ members: [(String, Value)]) {
        for (name, value) in members { _ = insert(.string(name), value) }
    }

    /// Of two entries with one key the first stays.
    public init(_ entries: [(Value, Value)]) {
        for (key, value) in entries { _ = insert(key, value) }
    }

    /// False if the key is there already or cannot be a key.
    mutating func insert(_ key: Value, _ value: Value) -> Bool {
        guard let position = Key(key), positions[position] == nil else { return false }
        if case .double = key { return false }
        positions[position] = entries.count
        entries.append((key, value))
        return true
    }

    public func lookup(_ key: Value) -> Value? { Key(key).flatMap { positions[$0] }.map { entries[$0].value } }
    var count: Int { entries.count }
}

extension Value {
    /// The type as `type(x)` gives it.
    public var type: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .timestamp: .timestamp
        case .duration: .duration
        case .list, .hostList: .list(.dyn)
        case .map, .hostMap: .map(.dyn, .dyn)
        case .type: .type
        case .optional: .optional(.dyn)
        case .opaque(let value): value.type
        case .hostObject(let object): .object(object.typeName)
        }
    }
}
