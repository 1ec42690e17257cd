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
    /// Boxed, so that the other values stay small.
    indirect case opaque(any OpaqueValue)
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
