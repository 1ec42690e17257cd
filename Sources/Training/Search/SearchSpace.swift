public import Basics
internal import Glibc

/// What one parameter may be.
public enum SearchDimension: Hashable, Sendable {
    /// One of several values.
    case choice([JSONValue])
    /// Any number between two, on a logarithmic scale if told so.
    case real(low: Double, high: Double, isLogarithmic: Bool)
    /// Any whole number between two.
    case integer(low: Int64, high: Int64, isLogarithmic: Bool)

    /// The value at a place in 0..<1.
    func value(_ place: Double) -> JSONValue {
        switch self {
        case .choice(let values): return values[min(values.count - 1, Int(place * Double(values.count)))]
        case .real(let low, let high, let isLogarithmic):
            // Six digits are finer than any learner can tell, and print as they were meant.
            let exact = isLogarithmic ? exp(log(low) + place * (log(high) - log(low))) : low + place * (high - low)
            return .double(min(high, max(low, Self.rounded(exact))))
        case .integer(let low, let high, let isLogarithmic):
            let (start, end) = (Double(low) - 0.5, Double(high) + 0.5)
            let exact = isLogarithmic ? exp(log(max(start, 0.5)) + place * (log(end) - log(max(start, 0.5)))) : start + place * (end - start)
            return .int(min(high, max(low, Int64(exact.rounded()))))
        }
    }

    /// The place of a value that `value` gave; of a choice, the middle of its part.
    func place(_ value: JSONValue) -> Double {
        switch self {
        case .choice(let values): return (Double(values.firstIndex(of: value) ?? 0) + 0.5) / Double(values.count)
        case .real(let low, let high, let isLogarithmic):
            let number = value.doubleValue ?? low
            guard high > low else { return 0.5 }
            return isLogarithmic ? (log(number) - log(low)) / (log(high) - log(low)) : (number - low) / (high - low)
        case .integer(let low, let high, let isLogarithmic):
            let number = value.doubleValue ?? Double(low)
            let (start, end) = (Double(low) - 0.5, Double(high) + 0.5)
            return isLogarithmic
                ? (log(number) - log(max(start, 0.5))) / (log(end) - log(max(start, 0.5))) : (number - start) / (end - start)
        }
    }

    private static func rounded(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return value }
        let digits = Int(5 - floor(log10(abs(value))))
        guard abs(digits) < 300 else { return value }
        // A power of ten that is whole is exact, its inverse is not.
        let scale = pow(10, Double(abs(digits)))
        return digits >= 0 ? (value * scale).rounded() / scale : (value / scale).rounded() * scale
    }

    /// How many values there are; nil: too many to list.
    public var count: Int? {
        switch self {
        case .choice(let values): values.count
        case .integer(let low, let high, _): Int(exactly: high - low).map { $0 + 1 }
        case .real(let low, let high, _): low == high ? 1 : nil
        }
    }

    var values: [JSONValue] {
        switch self {
        case .choice(let values): values
        case .integer(let low, let high, _): (low...high).map { .int($0) }
        case .real(let low, _, _): [.double(low)]
        }
    }
}

/// The parameters that are searched, in the order of their names' bytes.
public struct SearchSpace: Hashable, Sendable {
    public struct Parameter: Hashable, Sendable {
        public let name: String
        public let dimension: SearchDimension
        /// The parameter stands in a point only if another has a certain value.
        public let condition: Condition?
    }

    /// Another parameter, which has no condition itself, with the value that it must have.
    public struct Condition: Hashable, Sendable {
        public let parameter: String
        public let value: JSONValue

        public init(_ parameter: String, _ value: JSONValue) {
            self.parameter = parameter
            self.value = value
        }
    }

    public let parameters: [Parameter]

    public init(_ dimensions: [String: SearchDimension], conditions: [String: Condition] = [:]) {
        parameters = dimensions.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { Parameter(name: $0.key, dimension: $0.value, condition: conditions[$0.key]) }
    }

    /// The number of combinations; nil: too many to list.
    public var combinations: Int? {
        var product = 1
        for parameter in parameters {
            guard let count = parameter.dimension.count else { return nil }
            let (next, overflow) = product.multipliedReportingOverflow(by: count)
            guard !overflow else { return nil }
            product = next
        }
        return product
    }

    func point(_ places: [Double]) -> [String: JSONValue] {
        active(Dictionary(uniqueKeysWithValues: zip(parameters, places).map { ($0.name, $0.dimension.value($1)) }))
    }

    /// NaN for a parameter that does not stand in the point.
    func places(_ point: [String: JSONValue]) -> [Double] {
        parameters.map { parameter in point[parameter.name].map(parameter.dimension.place) ?? .nan }
    }

    /// The point without the parameters whose condition it does not meet.
    private func active(_ point: [String: JSONValue]) -> [String: JSONValue] {
        var point = point
        for parameter in parameters {
            if let condition = parameter.condition, point[condition.parameter] != condition.value { point[parameter.name] = nil }
        }
        return point
    }

    /// The last parameter changes fastest.
    func combination(_ index: Int) -> [String: JSONValue] {
        var rest = index
        var point: [String: JSONValue] = [:]
        for parameter in parameters.reversed() {
            let values = parameter.dimension.values
            point[parameter.name] = values[rest % values.count]
            rest /= values.count
        }
        return active(point)
    }
}
