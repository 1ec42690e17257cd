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
    /// Whether it is equal to another object. By default only to itself.
    func isEqual(to other: any HostObject) -> Bool
}

extension HostObject {
    public func isEqual(to other: any HostObject) -> Bool { self === other }
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

/// A stretch of time, of at most ten thousand years or so (the range of `google.protobuf.Duration`).
public struct Span: Hashable, Comparable, Sendable {
    /// Whole seconds, towards zero.
    public let seconds: Int64
    /// The rest, of the same sign.
    private let rest: Int32

    static let secondsRange: ClosedRange<Int64> = -315_576_000_000...315_576_000_000
    static let zero = Span(wholeSeconds: 0, rest: 0)

    private init(wholeSeconds: Int64, rest: Int32) {
        self.seconds = wholeSeconds
        self.rest = rest
    }

    /// Nil out of range.
    public init?(nanoseconds: Int128) {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let bound = Int128(Self.secondsRange.upperBound) * 1_000_000_000
        guard nanoseconds.magnitude <= bound.magnitude else { return nil }
        self.init(wholeSeconds: Int64(seconds), rest: Int32(rest))
    }

    public var nanoseconds: Int128 { Int128(seconds) * 1_000_000_000 + Int128(rest) }
    /// The milliseconds behind the whole seconds.
    var milliseconds: Int64 { Int64(rest / 1_000_000) }

    public static func < (left: Span, right: Span) -> Bool { (left.seconds, left.rest) < (right.seconds, right.rest) }
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
