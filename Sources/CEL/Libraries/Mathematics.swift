import Foundation

extension CELLibrary {
    /// Mathematics (cel-go `ext.Math`).
    static let math: CELLibrary = {
        var library = CELLibrary(
            "math", "Extremes, rounding, signs and bits. `math.greatest` and `math.least` take numbers or one list.")
        let numbers: [CELType] = [.int, .uint, .double]
        for (name, wanted) in [("math.greatest", Equality.Order.greater), ("math.least", .less)] {
            var signatures: [([CELType], CELType)] = numbers.map { ([$0], $0) }
            for left in numbers { for right in numbers { signatures.append(([left, right], left == right ? left : .dyn)) } }
            // Three and more come as a list.
            for type in numbers { signatures.append(([.list(type)], type)) }
            library.function(name, signatures) { values throws(CELEvaluationError) in try extreme(name, values, wanted) }
        }
        for (name, rule) in [("ceil", FloatingPointRoundingRule.up), ("floor", .down), ("round", .toNearestOrAwayFromZero), ("trunc", .towardZero)] {
            library.function("math.\(name)", [([.double], .double)]) { values throws(CELEvaluationError) in
                .double(try double("math.\(name)", values).rounded(rule))
            }
        }
        for (name, test) in [
            ("isNaN", { @Sendable in $0.isNaN }), ("isInf", { $0.isInfinite }), ("isFinite", { $0.isFinite }),
        ] as [(String, @Sendable (Double) -> Bool)] {
            library.function("math.\(name)", [([.double], .bool)]) { values throws(CELEvaluationError) in
                .bool(test(try double("math.\(name)", values)))
            }
        }
        library.function("math.sqrt", numbers.map { ([$0], .double) }) { values throws(CELEvaluationError) in
            switch values[0] {
            case .int(let number): .double(Double(number).squareRoot())
            case .uint(let number): .double(Double(number).squareRoot())
            default: .double(try double("math.sqrt", values).squareRoot())
            }
        }
        library.function("math.abs", numbers.map { ([$0], $0) }) { values throws(CELEvaluationError) in
            switch values[0] {
            case .int(.min): throw CELEvaluationError(.overflow, "integer overflow")
            case .int(let number): .int(abs(number))
            case .uint: values[0]
            default: .double(abs(try double("math.abs", values)))
            }
        }
        library.function("math.sign", numbers.map { ([$0], $0) }) { values throws(CELEvaluationError) in
            switch values[0] {
            case .int(let number): .int(number.signum())
            case .uint(let number): .uint(number == 0 ? 0 : 1)
            default:
                switch try double("math.sign", values) {
                case let number where number.isNaN: .double(number)
                case 0: .double(0)
                case let number: .double(number < 0 ? -1 : 1)
                }
            }
        }
        addBits(to: &library)
        return library
    }()

    private static func addBits(to library: inout CELLibrary) {
        for name in ["math.bitAnd", "math.bitOr", "math.bitXor"] {
            library.function(name, [([.int, .int], .int), ([.uint, .uint], .uint)]) { values throws(CELEvaluationError) in
                switch (values[0], values[1]) {
                case (.int(let a), .int(let b)): .int(bits(name, a, b))
                case (.uint(let a), .uint(let b)): .uint(bits(name, a, b))
                default: throw Functions.noOverload(name, values)
                }
            }
        }
        library.function("math.bitNot", [([.int], .int), ([.uint], .uint)]) { values throws(CELEvaluationError) in
            switch values[0] {
            case .int(let number): .int(~number)
            case .uint(let number): .uint(~number)
            default: throw Functions.noOverload("math.bitNot", values)
            }
        }
        for (name, isLeft) in [("math.bitShiftLeft", true), ("math.bitShiftRight", false)] {
            library.function(name, [([.int, .int], .int), ([.uint, .int], .uint)]) { values throws(CELEvaluationError) in
                guard case .int(let distance) = values[1] else { throw Functions.noOverload(name, values) }
                guard distance >= 0 else { throw CELEvaluationError(.invalidArgument, "\(name)() negative offset: \(distance)") }
                switch values[0] {
                // A shift to the right brings zeros in, also for negative numbers.
                case .int(let number):
                    let pattern = UInt64(bitPattern: number)
                    return .int(Int64(bitPattern: distance > 63 ? 0 : isLeft ? pattern << UInt64(distance) : pattern >> UInt64(distance)))
                case .uint(let number): return .uint(distance > 63 ? 0 : isLeft ? number << UInt64(distance) : number >> UInt64(distance))
                default: throw Functions.noOverload(name, values)
                }
            }
        }
    }

    private static func bits<T: FixedWidthInteger>(_ name: String, _ a: T, _ b: T) -> T {
        name == "math.bitAnd" ? a & b : name == "math.bitOr" ? a | b : a ^ b
    }

    private static func double(_ name: String, _ values: [Value]) throws(CELEvaluationError) -> Double {
        guard case .double(let number) = values[0] else { throw Functions.noOverload(name, values) }
        return number
    }

    /// The first of the greatest or least numbers; of one list its elements.
    private static func extreme(_ name: String, _ values: [Value], _ wanted: Equality.Order) throws(CELEvaluationError) -> Value {
        var candidates = values
        if values.count == 1, case .list(let list) = values[0] { candidates = list }
        guard var best = candidates.first else { throw CELEvaluationError(.invalidArgument, "\(name)() of an empty list") }
        for candidate in candidates {
            switch candidate {
            case .int, .uint, .double: if try Equality.order(candidate, best) == wanted { best = candidate }
            default: throw Functions.noOverload(name, values)
            }
        }
        return best
    }
}
