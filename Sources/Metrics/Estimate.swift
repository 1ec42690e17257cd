public import Basics
internal import Glibc
public import Statistics

/// A measured figure with its uncertainty, or the reason why there is none.
public struct Estimate: Hashable, Sendable {
    /// Finite; nil if undefined.
    public let value: Double?
    /// The rows that the figure rests on: a rate's denominator.
    public let n: Int
    /// For a rate of unweighted rows, the rows counted in its numerator.
    public let numerator: Int?
    /// Why there is no value.
    public let undefined: String?
    /// 95 % bounds, where a method is known.
    public let interval: Interval?

    private init(value: Double?, n: Int, numerator: Int?, undefined: String?, interval: Interval?) {
        self.value = value
        self.n = n
        self.numerator = numerator
        self.undefined = undefined
        self.interval = interval
    }

    /// Undefined if `value` is not finite: finite rows can have figures beyond the largest number. Bounds that are not finite are no bounds.
    public static func value(_ value: Double, n: Int, interval: Interval? = nil) -> Estimate {
        guard value.isFinite else { return .undefined("it is beyond the largest number", n: n) }
        let bounds = interval.flatMap { $0.lower.isFinite && $0.upper.isFinite ? $0 : nil }
        return Estimate(value: value, n: n, numerator: nil, undefined: nil, interval: bounds)
    }

    /// Of a figure that was taken over so large a power of two.
    func scaled(by exponent: Int) -> Estimate {
        guard exponent != 0, let value else { return self }
        return .value(
            scalbn(value, exponent), n: n,
            interval: interval.map { Interval(scalbn($0.lower, exponent), scalbn($0.upper, exponent), method: $0.method, confidence: $0.confidence) })
    }

    public static func undefined(_ reason: String, n: Int) -> Estimate {
        Estimate(value: nil, n: n, numerator: nil, undefined: reason, interval: nil)
    }

    /// `numerator / denominator` with Wilson's bounds; undefined for the reason given if the denominator is zero.
    public static func rate(_ numerator: Int, of denominator: Int, orUndefined reason: String) -> Estimate {
        guard denominator > 0 else { return Estimate(value: nil, n: 0, numerator: 0, undefined: reason, interval: nil) }
        let share = Proportion(Double(numerator), of: Double(denominator))
        return Estimate(value: share.value, n: denominator, numerator: numerator, undefined: nil, interval: share.wilson())
    }

    /// In the form of the evidence schema's `Estimate`.
    public var json: JSONValue {
        var members: [String: JSONValue] = ["n": .int(Int64(n))]
        if let value { members["value"] = .double(value) }
        if let numerator { members["numerator"] = .int(Int64(numerator)) }
        if let undefined { members["undefined"] = .string(undefined) }
        if let interval {
            members["lower"] = .double(interval.lower)
            members["upper"] = .double(interval.upper)
            members["method"] = .string(interval.method)
        }
        return .object(members)
    }
}

extension Interval {
    /// In the form of the evidence schema's `Bounds`.
    var json: JSONValue { ["lower": .double(lower), "upper": .double(upper), "method": .string(method)] }
}
