/// The regularised incomplete gamma functions: P(a, x) below x and Q(a, x) = 1 − P above it (DLMF 8.2.4).
enum IncompleteGamma {
    /// Both, each with its own digits. `a` > 0.
    static func regularized(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
        guard x > 0 else { return (0, 1) }
        guard x < .infinity else { return (1, 0) }
        if x < a + 1 {
            let lower = series(a, x)
            return (lower, 1 - lower)
        }
        let upper = fraction(a, x)
        return (1 - upper, upper)
    }

    /// DLMF 8.7.1.
    private static func series(_ a: Double, _ x: Double) -> Double {
        var term = 1.0
        var sum = 1.0
        var n = a
        while term > sum * 1e-17 {
            n += 1
            term *= x / n
            sum += term
        }
        return SaddlePoint.poisson(a, x) * sum
    }

    /// DLMF 8.9.2 by Lentz's method.
    private static func fraction(_ a: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var h = d
        for i in 1..<200_000 {
            let numerator = -Double(i) * (Double(i) - a)
            b += 2
            d = numerator * d + b
            if abs(d) < tiny { d = tiny }
            c = b + numerator / c
            if abs(c) < tiny { c = tiny }
            d = 1 / d
            h *= d * c
            if abs(d * c - 1) < 1e-16 { break }
        }
        return SaddlePoint.poisson(a, x) * a * h
    }
}
