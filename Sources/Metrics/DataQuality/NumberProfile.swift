/// How many different numbers a column holds, and their ends, mean and deviation.
enum NumberProfile {
    typealias Profile = (distinct: Int, numbers: TableProfile.Numbers?)

    /// Whole numbers are mostly close together: a mark for each number between the ends, and sums that are exact. Otherwise in order.
    static func of(_ values: [Int64]) -> Profile {
        guard let first = values.first else { return (0, nil) }
        var (low, high) = (first, first)
        for value in values { (low, high) = (min(low, value), max(high, value)) }
        let (width, overflows) = high.subtractingReportingOverflow(low)
        guard !overflows, width < 8 * values.count + 1024 else {
            var keys = values.map { UInt64(bitPattern: $0) }
            RadixSort.sort(&keys)
            let distinct = 1 + zip(keys, keys.dropFirst()).count { $0 != $1 }
            return (distinct, numbers(values.map { Double($0) }, low: Double(low), high: Double(high)))
        }
        var seen = [Bool](repeating: false, count: Int(width) + 1)
        let count = Double(values.count)
        // Squares of what is above the least number have to fit into 63 bits together.
        guard Double(width) * Double(width) * count < 9e18 else {
            for value in values { seen[Int(value - low)] = true }
            return (seen.count { $0 }, numbers(values.map { Double($0) }, low: Double(low), high: Double(high)))
        }
        var (sum, squares): (UInt64, UInt64) = (0, 0)
        for value in values {
            let above = UInt64(bitPattern: value &- low)
            seen[Int(above)] = true
            sum &+= above
            squares &+= above &* above
        }
        let variance = UInt128(values.count) * UInt128(squares) - UInt128(sum) * UInt128(sum)
        return (
            seen.count { $0 },
            .init(
                minimum: Double(low), maximum: Double(high), mean: Double(low) + Double(sum) / count, deviation: Double(variance).squareRoot() / count
            )
        )
    }

    /// 0 and −0 are one number. Ends, mean and deviation are of the finite ones.
    ///
    /// - Precondition: none is NaN.
    static func of(_ values: [Double]) -> Profile {
        guard let first = values.first else { return (0, nil) }
        if let whole = whole(values) { return of(whole) }
        var (low, high) = (first, first)
        for value in values { (low, high) = (min(low, value), max(high, value)) }
        let sorted = RadixSort.sorted(values)
        var distinct = 1
        for index in 1..<sorted.count where sorted[index] != sorted[index - 1] { distinct += 1 }
        guard low > -.infinity, high < .infinity else {
            let finite = values.filter(\.isFinite)
            guard let low = finite.min(), let high = finite.max() else { return (distinct, nil) }
            return (distinct, numbers(finite, low: low, high: high))
        }
        return (distinct, numbers(values, low: low, high: high))
    }

    /// The same numbers as integers; nil if one is none.
    private static func whole(_ values: [Double]) -> [Int64]? {
        var whole: [Int64] = []
        whole.reserveCapacity(values.count)
        for value in values {
            guard abs(value) < 0x1p53 else { return nil }
            let integer = Int64(value)
            guard Double(integer) == value else { return nil }
            whole.append(integer)
        }
        return whole
    }

    private static func numbers(_ values: [Double], low: Double, high: Double) -> TableProfile.Numbers {
        let moments = Moments(values, largest: max(abs(low), abs(high)))
        return TableProfile.Numbers(minimum: low, maximum: high, mean: moments.mean, deviation: moments.deviation)
    }
}
