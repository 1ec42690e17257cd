/// The regularised incomplete beta function I_x(a, b) (DLMF 8.17.2).
enum IncompleteBeta {
    /// I_x(a, b) and 1 − I_x(a, b), each with its own digits. `y` is 1 − x.
    static func regularized(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> (lower: Double, upper: Double) {
        guard x > 0 else { return (0, 1) }
        guard y > 0 else { return (1, 0) }
        if x <= (a + 1) / (a + b + 2) {
            let lower = fraction(a, b, x, y)
            return (lower, 1 - lower)
        }
        let upper = fraction(b, a, y, x)
        return (1 - upper, upper)
    }

    /// DLMF 8.17.22 by Lentz's method.
    private static func fraction(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        if d.magnitude < tiny { d = tiny }
        d = 1 / d
        var h = d
        for m in 1..<200_000 {
            let m = Double(m)
            advance(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), &c, &d, &h)
            advance(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), &c, &d, &h)
            if (d * c - 1).magnitude < 1e-16 { break }
        }
        // xᵃ·yᵇ / (a·B(a, b)) = b/(a + b) · C(a + b, a)·xᵃ·yᵇ
        return SaddlePoint.binomial(a, a + b, x, y) * b / (a + b) * h
    }

    private static let tiny = 1e-300

    /// The next numerator of the continued fraction.
    private static func advance(_ numerator: Double, _ c: inout Double, _ d: inout Double, _ h: inout Double) {
        d = 1 + numerator * d
        if d.magnitude < tiny { d = tiny }
        c = 1 + numerator / c
        if c.magnitude < tiny { c = tiny }
        d = 1 / d
        h *= d * c
    }
}
