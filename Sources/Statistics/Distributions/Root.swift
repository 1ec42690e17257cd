/// Finds where a monotone function changes its sign.
enum Root {
    /// Bisection between `low` and `high` down to neighbouring numbers. `isBelow` is true left of the root and false right of it.
    static func bisect(_ low: Double, _ high: Double, _ isBelow: (Double) -> Bool) -> Double {
        var (low, high) = (low, high)
        for _ in 0..<2000 {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { break }
            if isBelow(middle) { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// The same where the root lies somewhere above zero: brackets by doubling first.
    static func positive(_ isBelow: (Double) -> Bool) -> Double {
        var high = 1.0
        while isBelow(high), high < .greatestFiniteMagnitude / 4 { high *= 2 }
        return bisect(0, high, isBelow)
    }
}
