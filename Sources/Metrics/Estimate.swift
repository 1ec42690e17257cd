public import Basics

/// A measured figure, or the reason why there is none.
public struct Estimate: Hashable, Sendable {
    /// Finite; nil if undefined.
    public let value: Double?
    /// The rows that the figure rests on: a rate's denominator.
    public let n: Int
    /// For a rate, the rows counted in its numerator.
    public let numerator: Int?
    /// Why there is no value.
    public let undefined: String?

    public static func value(_ value: Double, n: Int) -> Estimate {
        precondition(value.isFinite)
        return Estimate(value: value, n: n, numerator: nil, undefined: nil)
    }

    public static func undefined(_ reason: String, n: Int) -> Estimate {
        Estimate(value: nil, n: n, numerator: nil, undefined: reason)
    }

    /// `numerator / denominator`; undefined for the reason given if the denominator is zero.
    public static func rate(_ numerator: Int, of denominator: Int, orUndefined reason: String) -> Estimate {
        guard denominator > 0 else { return Estimate(value: nil, n: 0, numerator: 0, undefined: reason) }
        return Estimate(value: Double(numerator) / Double(denominator), n: denominator, numerator: numerator, undefined: nil)
    }

    /// In the form of the evidence schema's `Estimate`.
    public var json: JSONValue {
        var members: [String: JSONValue] = ["n": .int(Int64(n))]
        if let value { members["value"] = .double(value) }
        if let numerator { members["numerator"] = .int(Int64(numerator)) }
        if let undefined { members["undefined"] = .string(undefined) }
        return .object(members)
    }
}
