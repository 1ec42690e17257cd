/// Functions that extend the standard ones: their declarations for the checker, and what they do.
///
/// A function of a namespace has its full name (`math.greatest`); a member function's first operand is what stands before the dot.
public struct CELLibrary: Sendable {
    typealias Body = @Sendable ([Value]) throws(CELEvaluationError) -> Value
    /// A body that pays for its work itself, since the size of the operands does not tell it.
    typealias PayingBody = @Sendable ([Value], inout Budget) throws(CELEvaluationError) -> Value
    /// What a call costs besides its operands, by their extents; a literal among them may tell more.
    typealias Estimate = @Sendable ([Extent], [Expr]) -> CostEstimate

    struct Function: Sendable {
        /// The body of a call that has this type, which may not show in the values: the sum of no doubles is 0.0.
        let body: @Sendable (CELType) -> PayingBody
        let estimate: Estimate
    }

    public let name: String
    public let documentation: String
    public private(set) var overloads: [Overload] = []
    private(set) var types: [String: CELType] = [:]
    private var functions: [String: Function] = [:]
    private var members: [String: Function] = [:]
    /// What functions do, by their names, for the reference page.
    private(set) var notes: [String: String] = [:]

    init(_ name: String, _ documentation: String) {
        self.name = name
        self.documentation = documentation
    }

    /// Declares a global function's overloads, all of which `body` does: it tells them apart by their operands, and is paid for by their size.
    mutating func function(_ name: String, _ signatures: [([CELType], CELType)], note: String? = nil, _ body: @escaping Body) {
        function(name, signatures, note: note, estimate: Self.traversal, paying: Self.paid(body))
    }

    mutating func function(
        _ name: String, _ signatures: [([CELType], CELType)], note: String? = nil, estimate: @escaping Estimate, paying body: @escaping PayingBody
    ) {
        overloads += signatures.map { Overload(name, $0.0, $0.1) }
        functions[name] = Function(body: { _ in body }, estimate: estimate)
        notes[name] = note
    }

    mutating func member(_ name: String, _ signatures: [([CELType], CELType)], note: String? = nil, _ body: @escaping Body) {
        member(name, signatures, note: note, estimate: Self.traversal, paying: Self.paid(body))
    }

    mutating func member(
        _ name: String, _ signatures: [([CELType], CELType)], note: String? = nil, estimate: @escaping Estimate, paying body: @escaping PayingBody
    ) {
        member(name, signatures, note: note, estimate: estimate, typed: { _ in body })
    }

    mutating func member(
        _ name: String, _ signatures: [([CELType], CELType)], note: String? = nil, estimate: @escaping Estimate,
        typed body: @escaping @Sendable (CELType) -> PayingBody
    ) {
        overloads += signatures.map { Overload(name, $0.0, $0.1, member: true) }
        members[name] = Function(body: body, estimate: estimate)
        notes[name] = note
    }

    private static func paid(_ body: @escaping Body) -> PayingBody {
        { values, budget throws(CELEvaluationError) in
            try budget.traverse(all: values)
            return try body(values)
        }
    }

    /// For going through all operands once.
    static let traversal: Estimate = { extents, _ in extents.reduce(.nothing) { $0 + $1.deepTraversal } }

    /// Declares further ways to call a standard function, which takes these operands too.
    mutating func overload(_ name: String, _ signatures: [([CELType], CELType)]) { overloads += signatures.map { Overload(name, $0.0, $0.1) } }

    /// A name that stands for a type.
    mutating func type(_ name: String, _ type: CELType) { types[name] = type }

    func function(named name: String, isMember: Bool) -> Function? { isMember ? members[name] : functions[name] }

    /// Every library that there is.
    public static let all: [CELLibrary] = reproducible.filter { $0.name != "time" } + [.time]

    /// The same without names of time zones, whose meaning is the host's: what gives the same value on every machine.
    public static let reproducible: [CELLibrary] = [
        .strings, .math, .lists, .sets, .encoders, .optionals, .timeWithFixedOffsets, .network, .regularExpressions, .quantities,
        .versions, .urls, .formats,
    ]
}
