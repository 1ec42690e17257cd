/// What an evaluation that gives a value costs at least and at most, in the units of `EvaluationLimits.cost`, as far as the expression alone tells.
public struct CostEstimate: Hashable, Sendable {
    public internal(set) var minimum: UInt64
    /// Nil: without bound, since something has a size that only the values tell.
    public var maximum: UInt64? { upper == .max ? nil : upper }
    /// Saturates: the greatest number stands for no bound.
    private(set) var upper: UInt64

    init(_ minimum: UInt64, _ upper: UInt64) {
        self.minimum = minimum
        self.upper = upper
    }

    init(_ exact: UInt64) { self.init(exact, exact) }

    static let nothing = CostEstimate(0)

    static func + (left: CostEstimate, right: CostEstimate) -> CostEstimate {
        CostEstimate(left.minimum.adding(right.minimum), left.upper.adding(right.upper))
    }

    static func += (left: inout CostEstimate, right: CostEstimate) { left = left + right }

    /// If it may not come to it.
    var orNothing: CostEstimate { CostEstimate(0, upper) }

    /// One of the two.
    func or(_ other: CostEstimate) -> CostEstimate { CostEstimate(min(minimum, other.minimum), max(upper, other.upper)) }
}

extension CostEstimate: CustomStringConvertible {
    public var description: String {
        guard let maximum else { return "\(minimum) or more" }
        return minimum == maximum ? "\(minimum)" : "\(minimum) to \(maximum)"
    }
}

/// How long a value may be, and what it holds.
struct Extent: Sendable {
    /// Bytes or elements; 1 for what has no length. The greatest number stands for no bound.
    var minimum: UInt64
    var maximum: UInt64
    /// Of a list's elements or a map's values; empty where they have no length.
    private var inner: [Extent]

    private init(_ minimum: UInt64, _ maximum: UInt64, _ inner: [Extent]) {
        self.minimum = minimum
        self.maximum = maximum
        self.inner = inner
    }

    static let scalar = Extent(1, 1, [])
    /// Of whatever size and content.
    static let unknown = Extent(0, .max, [])

    static func bytes(_ minimum: UInt64, _ maximum: UInt64) -> Extent { Extent(minimum, maximum, []) }

    static func collection(_ minimum: UInt64, _ maximum: UInt64, of element: Extent) -> Extent { Extent(minimum, maximum, [element]) }

    /// What a literal of a type may be.
    init(_ type: CELType) {
        switch type {
        case .list(let element): self = .collection(0, .max, of: Extent(element))
        case .map(_, let value): self = .collection(0, .max, of: Extent(value))
        case .dyn, .string, .bytes, .abstract, .parameter: self = .unknown
        default: self = .scalar
        }
    }

    init(_ literal: Value) {
        switch literal {
        case .string(let text): self = .bytes(UInt64(text.utf8.count), UInt64(text.utf8.count))
        case .bytes(let bytes): self = .bytes(UInt64(bytes.count), UInt64(bytes.count))
        default: self = .scalar
        }
    }

    var element: Extent { inner.first ?? .unknown }

    func or(_ other: Extent) -> Extent {
        // What has no elements leaves it to the other how deep they go.
        let joined = inner.isEmpty ? other.inner : other.inner.isEmpty ? inner : [inner[0].or(other.inner[0])]
        return Extent(min(minimum, other.minimum), max(maximum, other.maximum), joined)
    }

    /// For going through it once.
    var traversal: CostEstimate { CostEstimate(Self.traversal(minimum), Self.traversal(maximum)) }

    /// For going through all that it holds.
    var deepTraversal: CostEstimate {
        guard let element = inner.first else { return CostEstimate(0, Self.traversal(maximum)) }
        return CostEstimate(0, Self.traversal(maximum).adding(maximum.multiplying(element.deepTraversal.upper)))
    }

    private static func traversal(_ count: UInt64) -> UInt64 { count == .max ? .max : Budget.traversal(Int(clamping: count)) }
}

extension UInt64 {
    /// The greatest number if it is more.
    func adding(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    func multiplying(_ other: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
