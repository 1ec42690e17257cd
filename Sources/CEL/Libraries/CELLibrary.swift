/// Functions that extend the standard ones: their declarations for the checker, and what they do.
///
/// A function of a namespace has its full name (`math.greatest`); a member function's first operand is what stands before the dot.
public struct CELLibrary: Sendable {
    typealias Body = @Sendable ([Value]) throws(CELEvaluationError) -> Value

    public let name: String
    public let documentation: String
    public private(set) var overloads: [Overload] = []
    private(set) var types: [String: CELType] = [:]
    private var functions: [String: Body] = [:]
    private var members: [String: Body] = [:]

    init(_ name: String, _ documentation: String) {
        self.name = name
        self.documentation = documentation
    }

    /// Declares a global function's overloads, all of which `body` does: it tells them apart by their operands.
    mutating func function(_ name: String, _ signatures: [([CELType], CELType)], _ body: @escaping Body) {
        overloads += signatures.map { Overload(name, $0.0, $0.1) }
        functions[name] = body
    }

    mutating func member(_ name: String, _ signatures: [([CELType], CELType)], _ body: @escaping Body) {
        overloads += signatures.map { Overload(name, $0.0, $0.1, member: true) }
        members[name] = body
    }

    /// Declares further ways to call a standard function, which takes these operands too.
    mutating func overload(_ name: String, _ signatures: [([CELType], CELType)]) { overloads += signatures.map { Overload(name, $0.0, $0.1) } }

    /// A name that stands for a type.
    mutating func type(_ name: String, _ type: CELType) { types[name] = type }

    func body(of name: String, isMember: Bool) -> Body? { isMember ? members[name] : functions[name] }

    /// Every library that there is.
    public static let all: [CELLibrary] = [.strings, .math, .encoders, .optionals, .time, .network, .regularExpressions]

    /// The same without names of time zones, whose meaning is the host's: what gives the same value on every machine.
    public static let reproducible: [CELLibrary] = [.strings, .math, .encoders, .optionals, .timeWithFixedOffsets, .network, .regularExpressions]
}
