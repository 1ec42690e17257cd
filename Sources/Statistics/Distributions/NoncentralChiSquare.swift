internal import Glibc

/// χ² of so many independent normal variables, whose means' squares sum to `noncentrality`.
public struct NoncentralChiSquare: Sendable {
    public let degrees: Double
    public let noncentrality: Double

    public init(degrees: Double, noncentrality: Double) {
        precondition(degrees > 0 && noncentrality >= 0)
        (self.degrees, self.noncentrality) = (degrees, noncentrality)
    }

    /// P(X ≤ x): χ² with 2·J more degrees, where J is Poisson's with half the noncentrality as mean (Johnson, Kotz and Balakrishnan 1995, 29.3).
    public func below(_ x: Double) -> Double {
        let mean = noncentrality / 2
        guard mean > 0 else { return ChiSquare(degrees: degrees).below(x) }
        // Farther out no weight has any digit left.
        let reach = 12 * mean.squareRoot() + 40
        var sum = 0.0
        for count in Int(max(0, mean - reach))...Int(mean + reach) {
            let weight = exp(Double(count) * log(mean) - mean - lgamma(Double(count) + 1))
            sum += weight * ChiSquare(degrees: degrees + 2 * Double(count)).below(x)
        }
        return min(1, sum)
    }

    /// The noncentrality of which a value of `x` or less has a chance of `chance`: an upper bound of it (Smithson 2003). Zero where no noncentrality makes it so likely.
    public static func noncentrality(degrees: Double, at x: Double, chance: Double) -> Double {
        guard ChiSquare(degrees: degrees).below(x) > chance else { return 0 }
        return Root.positive { NoncentralChiSquare(degrees: degrees, noncentrality: $0).below(x) > chance }
    }
}
