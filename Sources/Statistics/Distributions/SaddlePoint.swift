internal import Glibc

/// Densities without loss of digits for large counts: C. Loader, "Fast and accurate computation of binomial probabilities", 2000.
enum SaddlePoint {
    /// The error of Stirling's formula, log(n!) − log(√(2πn)·(n/e)ⁿ), for n > 0.
    static func stirlingError(_ n: Double) -> Double {
        if n <= 15 { return logGamma(n + 1) - (n + 0.5) * log(n) + n - 0.918938533204672741780329736406 }
        let square = n * n
        if n > 500 { return (1.0 / 12 - (1.0 / 360) / square) / n }
        if n > 80 { return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260) / square) / square) / n }
        if n > 35 { return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680) / square) / square) / square) / n }
        return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188) / square) / square) / square) / square) / n
    }

    /// x·log(x/m) + m − x, exact near x = m.
    static func deviance(_ x: Double, _ m: Double) -> Double {
        guard abs(x - m) < 0.1 * (x + m) else { return x * log(x / m) + m - x }
        let v = (x - m) / (x + m)
        var sum = (x - m) * v
        var term = 2 * x * v
        for j in 1..<1000 {
            term *= v * v
            let next = sum + term / Double(2 * j + 1)
            if next == sum { return next }
            sum = next
        }
        return sum
    }

    /// C(n, x)·pˣ·qⁿ⁻ˣ for real 0 ≤ x ≤ n, with q = 1 − p given for its own digits.
    static func binomial(_ x: Double, _ n: Double, _ p: Double, _ q: Double) -> Double {
        if p == 0 { return x == 0 ? 1 : 0 }
        if q == 0 { return x == n ? 1 : 0 }
        if x == 0 { return n == 0 ? 1 : exp(p < 0.1 ? -deviance(n, n * q) - n * p : n * log(q)) }
        if x == n { return exp(q < 0.1 ? -deviance(n, n * p) - n * q : n * log(p)) }
        guard x > 0, x < n else { return 0 }
        let exponent = stirlingError(n) - stirlingError(x) - stirlingError(n - x) - deviance(x, n * p) - deviance(n - x, n * q)
        return exp(exponent) * (n / (2 * Double.pi * x * (n - x))).squareRoot()
    }

    /// e^(−m)·mˣ/Γ(x + 1) for real x ≥ 0.
    static func poisson(_ x: Double, _ m: Double) -> Double {
        if m == 0 { return x == 0 ? 1 : 0 }
        if x == 0 { return exp(-m) }
        return exp(-stirlingError(x) - deviance(x, m)) / (2 * Double.pi * x).squareRoot()
    }

    static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return unsafe lgamma_r(x, &sign)
    }
}
