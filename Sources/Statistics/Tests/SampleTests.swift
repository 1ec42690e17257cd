internal import Glibc

/// p-values of tests that two samples are of one distribution.
public enum SampleTests {
    /// Of the largest distance of the distribution functions of `first` and `second` rows, exact for samples without ties: the share of lattice paths from (0, 0) to (first, second) that reach
    /// the distance (Hodges 1957). Takes at most first × second steps, fewer for a small distance.
    public static func kolmogorovExact(_ statistic: Double, _ first: Int, _ second: Int) -> Double {
        precondition(first > 0 && second > 0)
        // In units of 1/(first·second), where distances are whole numbers.
        let limit = Int((statistic * Double(first) * Double(second)).rounded())
        if limit <= 0 { return 1 }
        // Massart's bound, twice, in what no number holds: nothing is left to count.
        if statistic * statistic * Double(first) * Double(second) / Double(first + second) > 380 { return 0 }
        let reciprocals = (0...(first + second)).map { 1 / Double($0) }
        // What lies outside of the band |i·second − j·first| < limit has reached the distance: only the band is walked.
        var row = [Double](repeating: 1, count: second + 1)
        for i in 0...first {
            let low = i * second < limit ? 0 : (i * second - limit) / first + 1
            let high = min(second, (i * second + limit - 1) / first)
            if low > 0 { row[low - 1] = 1 }
            guard low <= high else { continue }
            for j in low...high {
                if i == 0 {
                    row[j] = j == 0 ? 0 : row[j - 1]
                } else if j > 0 {
                    row[j] = (Double(i) * row[j] + Double(j) * row[j - 1]) * reciprocals[i + j]
                }
            }
        }
        return min(1, max(0, row[second]))
    }

    /// Kolmogorov's limiting distribution, 2 Σ (−1)ᵏ⁻¹ exp(−2k²λ²), of λ = D·√N + 1/(6√N) + (D·√N − 1)/(4N) with N = nm/(n + m): corrected for finite samples by Vrbik (2018).
    public static func kolmogorov(_ statistic: Double, _ first: Int, _ second: Int) -> Double {
        let rows = Double(first) * Double(second) / Double(first + second)
        let plain = statistic * rows.squareRoot()
        let lambda = plain + 1 / (6 * rows.squareRoot()) + (plain - 1) / (4 * rows)
        guard lambda > 0.2 else { return 1 }
        var (sum, sign) = (0.0, 1.0)
        for k in 1...100 {
            let term = exp(-2 * Double(k * k) * lambda * lambda)
            sum += sign * term
            sign = -sign
            if term < 1e-18 { break }
        }
        return min(1, max(0, 2 * sum))
    }

    /// Of Cramér and von Mises' T of two samples by its limiting distribution, moved to the mean and variance that it has by chance (Anderson 1962; Csörgő and Faraway 1996).
    static func cramerVonMises(_ statistic: Double, mean: Double, variance: Double) -> Double {
        // Last digits of equal distributions are no distance.
        guard statistic > 1e-12 * mean else { return 1 }
        guard variance > 0 else { return 1 }
        let x = 1.0 / 6 + (statistic - mean) / (45 * variance).squareRoot()
        guard x > 0.003 else { return 1 }
        return x > 0.4 ? cramerVonMisesTail(x) : min(1, max(0, 1 - cramerVonMisesBelow(x)))
    }

    /// P(ω² > x) by Smirnov's series (1936; Anderson and Darling 1952): (2/π) Σ (−1)ᵏ⁺¹ ∫ exp(−x·u²/2)·√(−u / sin u) / u du over u from (2k − 1)π to 2kπ. Keeps its digits where the chance
    /// is small, which 1 − F does not.
    package static func cramerVonMisesTail(_ x: Double) -> Double {
        let steps = 256
        var (sum, sign) = (0.0, 1.0)
        for k in 1...4 {
            let start = Double(2 * k - 1) * Double.pi
            var part = 0.0
            // u = start + π·sin²θ takes the roots at both ends away; the midpoints of a period converge faster than any power.
            for step in 0..<steps {
                let angle = (Double(step) + 0.5) / Double(steps) * Double.pi / 2
                let share = sin(angle) * sin(angle)
                let u = start + Double.pi * share
                part += exp(-x * u * u / 2) * (u / sin(Double.pi * share)).squareRoot() / u * 2 * Double.pi * sin(angle) * cos(angle)
            }
            sum += sign * part * Double.pi / 2 / Double(steps)
            sign = -sign
        }
        return min(1, max(0, 2 / Double.pi * sum))
    }

    /// P(ω² ≤ x) (Anderson and Darling 1952, 4.35).
    package static func cramerVonMisesBelow(_ x: Double) -> Double {
        var below = 0.0
        for k in 0..<60 {
            let y = Double(4 * k + 1)
            let q = y * y / (16 * x)
            let factor = exp(lgamma(Double(k) + 0.5) - lgamma(Double(k) + 1)) / (pow(Double.pi, 1.5) * x.squareRoot())
            let term = factor * y.squareRoot() * scaledBessel(q)
            below += term
            if term < 1e-16 { break }
        }
        return below
    }

    /// exp(−q)·K₁⸝₄(q), from K_ν(q) = ∫₀^∞ exp(−q·cosh t)·cosh(νt) dt, whose trapezoids converge faster than any power.
    private static func scaledBessel(_ q: Double) -> Double {
        let step = 1.0 / 64
        var sum = exp(-2 * q) / 2
        for index in 1...2000 {
            let t = Double(index) * step
            let term = exp(-q * (1 + cosh(t))) * cosh(t / 4)
            sum += term
            if term < 1e-22 * sum || term == 0 { break }
        }
        return sum * step
    }
}
