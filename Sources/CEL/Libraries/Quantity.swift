/// An amount as Kubernetes writes it, kept exactly in billionths: `1.5Gi`, `200m`, `12e6`. What is finer is rounded away from zero.
struct Quantity: OpaqueValue, Hashable {
    static let type = CELType.abstract("kubernetes.Quantity", [])
    private let isNegative: Bool
    /// Digits to the base of a milliard, the least first: billionths, ones, milliards… No zeros at the end; empty for zero.
    private let limbs: [UInt32]

    var type: CELType { Self.type }

    private static let base: UInt64 = 1_000_000_000
    /// Enough for a hundred digits before the point.
    private static let maximumLimbs = 13

    private init(_ isNegative: Bool, _ limbs: [UInt32]) {
        let used = (limbs.lastIndex { $0 != 0 } ?? -1) + 1
        self.limbs = Array(limbs[..<used])
        self.isNegative = isNegative && used > 0
    }

    init(_ number: Int64) {
        let magnitude = UInt64(number.magnitude)
        self.init(
            number < 0, [0, UInt32(magnitude % Self.base), UInt32(magnitude / Self.base % Self.base), UInt32(magnitude / Self.base / Self.base)])
    }

    enum Failure: Error { case malformed, tooLarge }

    /// `[+-] digits [. digits] suffix` (apimachinery, `resource.Quantity`); the suffix is one of `n u m k M G T P E`, `Ki` to `Ei`, or `e` with an
    /// exponent.
    init(parsing text: String) throws(Failure) {
        var rest = Array(text.utf8)[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        func digits() -> ArraySlice<UInt8> {
            let taken = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(taken.count)
            return taken
        }
        let whole = digits()
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = digits()
        }
        guard !whole.isEmpty || !fraction.isEmpty else { throw .malformed }
        let (power, exponent) = try Self.suffix(rest)
        // Behind the last digit there are so many zeros more to billionths; fewer than none are digits to drop.
        let shift = exponent - fraction.count + 9
        var magnitude = Array((whole + fraction).drop { $0 == 0x30 })
        guard magnitude.count + exponent - fraction.count <= 100 else {
            if magnitude.isEmpty {
                self.init(false, [])
                return
            }
            throw .tooLarge
        }
        var limbs = Self.limbs(magnitude)
        for _ in 0..<power { limbs = Self.multiplied(limbs, by: 1024) }
        if shift < 0 {
            magnitude = Self.decimal(limbs)
            let dropped = magnitude.suffix(-shift)
            magnitude.removeLast(dropped.count)
            limbs = Self.limbs(magnitude)
            if dropped.contains(where: { $0 != 0x30 }) { limbs = Self.sum(limbs, [1]) }
        } else {
            for _ in 0..<shift / 9 { limbs.insert(0, at: 0) }
            for _ in 0..<shift % 9 { limbs = Self.multiplied(limbs, by: 10) }
        }
        guard limbs.count <= Self.maximumLimbs else { throw .tooLarge }
        self.init(isNegative, limbs)
    }

    /// How often the number is multiplied by 1024, and by ten.
    private static func suffix(_ suffix: ArraySlice<UInt8>) throws(Failure) -> (power: Int, exponent: Int) {
        let text = String(decoding: suffix, as: UTF8.self)
        if let power = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].firstIndex(of: text) { return (power + 1, 0) }
        let decimals = ["": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18]
        if let exponent = decimals[text] { return (0, exponent) }
        let isExponent = suffix.first == UInt8(ascii: "e") || suffix.first == UInt8(ascii: "E")
        guard isExponent, let exponent = Int(text.dropFirst()) else { throw .malformed }
        guard (-1000...1000).contains(exponent) else { throw .tooLarge }
        return (0, exponent)
    }

    // MARK: Magnitudes

    private static func limbs(_ digits: [UInt8]) -> [UInt32] {
        stride(from: digits.count, to: 0, by: -9).map { end in
            digits[max(0, end - 9)..<end].reduce(0) { $0 * 10 + UInt32($1 - 0x30) }
        }
    }

    private static func decimal(_ limbs: [UInt32]) -> [UInt8] {
        let digits = limbs.reversed().flatMap { limb in Array(String(UInt64(limb) + base).utf8.dropFirst()) }
        return Array(digits.drop { $0 == 0x30 })
    }

    private static func multiplied(_ limbs: [UInt32], by factor: UInt64) -> [UInt32] {
        var carry: UInt64 = 0
        var product = limbs.map { limb in
            let value = UInt64(limb) * factor + carry
            carry = value / base
            return UInt32(value % base)
        }
        if carry > 0 { product.append(UInt32(carry)) }
        return product
    }

    private static func sum(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var carry: UInt64 = 0
        var sum: [UInt32] = (0..<max(left.count, right.count)).map { index in
            let value = (index < left.count ? UInt64(left[index]) : 0) + (index < right.count ? UInt64(right[index]) : 0) + carry
            carry = value / base
            return UInt32(value % base)
        }
        if carry > 0 { sum.append(UInt32(carry)) }
        return sum
    }

    /// Of the greater less the smaller.
    private static func difference(_ greater: [UInt32], _ smaller: [UInt32]) -> [UInt32] {
        var borrow: Int64 = 0
        return greater.indices.map { index in
            var value = Int64(greater[index]) - (index < smaller.count ? Int64(smaller[index]) : 0) - borrow
            borrow = value < 0 ? 1 : 0
            value += borrow * Int64(base)
            return UInt32(value)
        }
    }

    private static func isLess(_ left: [UInt32], _ right: [UInt32]) -> Bool {
        left.count != right.count ? left.count < right.count : left.reversed().lexicographicallyPrecedes(right.reversed())
    }

    // MARK: What is asked of it

    var sign: Int64 { limbs.isEmpty ? 0 : isNegative ? -1 : 1 }

    var negated: Quantity { Quantity(!isNegative, limbs) }

    /// Nil for a sum of more than a hundred digits.
    func adding(_ other: Quantity) -> Quantity? {
        let result: Quantity
        if isNegative == other.isNegative {
            result = Quantity(isNegative, Self.sum(limbs, other.limbs))
        } else if Self.isLess(limbs, other.limbs) {
            result = Quantity(other.isNegative, Self.difference(other.limbs, limbs))
        } else {
            result = Quantity(isNegative, Self.difference(limbs, other.limbs))
        }
        return result.limbs.count <= Self.maximumLimbs ? result : nil
    }

    /// Negative, zero or positive, as this one is less than the other, equal, or greater.
    func compared(to other: Quantity) -> Int64 {
        if limbs == other.limbs, isNegative == other.isNegative { return 0 }
        if sign != other.sign { return sign < other.sign ? -1 : 1 }
        return Self.isLess(limbs, other.limbs) != isNegative ? -1 : 1
    }

    /// Nil for what is no whole number or too large.
    var integer: Int64? {
        guard limbs.first ?? 0 == 0, limbs.count <= 4 else { return nil }
        let magnitude = limbs.dropFirst().reversed().reduce(Int128(0)) { $0 * Int128(Self.base) + Int128($1) }
        return Int64(exactly: isNegative ? -magnitude : magnitude)
    }

    /// The nearest double.
    var double: Double { Double(text) ?? .nan }

    /// The number without a suffix.
    var text: String {
        var digits = Self.decimal(limbs)
        if digits.count < 10 { digits.insert(contentsOf: Array(repeating: 0x30, count: 10 - digits.count), at: 0) }
        var fraction = Array(digits.suffix(9))
        while fraction.last == 0x30 { fraction.removeLast() }
        let whole = String(decoding: digits.dropLast(9), as: UTF8.self)
        return (isNegative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + String(decoding: fraction, as: UTF8.self))
    }

    func isEqual(to other: any OpaqueValue) -> Bool { (other as? Quantity) == self }
}
