internal import Glibc

/// Closed forms for the game that is worth 1 if all of `a` players are in and none of `b` others.
enum ShapleyWeights {
    /// (a−1)! b! / (a+b)!: the Shapley value of one of the `a`; and, with the sets exchanged and the sign turned, of one of the `b`.
    @inline(__always) static func unanimity(_ a: Int, against b: Int) -> Double { table[a * side + b] }

    /// a! b! / (a+b+1)!: the size of the interaction index of two players beside the `a` and `b`.
    @inline(__always) static func pair(_ a: Int, _ b: Int) -> Double { table[(a + 1) * side + b] }

    private static let side = 66

    /// ∫ t^{a−1}(1−t)^b dt = 1 / (a · C(a+b, a)), built up by ratios of neighbours.
    private static let table: [Double] = {
        var table = [Double](repeating: 0, count: side * side)
        for a in 1..<side {
            var weight = 1 / Double(a)
            for b in 0..<side {
                table[a * side + b] = weight
                weight *= Double(b + 1) / Double(a + b + 1)
            }
        }
        return table
    }()
}

/// Gauss–Legendre quadrature on [0, 1].
enum GaussLegendre {
    /// Nodes and weights that integrate polynomials up to `degree` exactly.
    static func nodes(degree: Int) -> [(node: Double, weight: Double)] { tables[(degree + 2) / 2 - 1] }

    private static let tables: [[(node: Double, weight: Double)]] = (1...34).map { nodes(count: $0) }

    /// Newton's method on the Legendre polynomial (Press et al., Numerical Recipes, 4.6).
    private static func nodes(count: Int) -> [(node: Double, weight: Double)] {
        (1...count).map { index in
            var x = cos(Double.pi * (Double(index) - 0.25) / (Double(count) + 0.5))
            var derivative = 0.0
            for _ in 0..<100 {
                var (previous, current) = (0.0, 1.0)
                for degree in 1...count {
                    (previous, current) = (current, ((2 * Double(degree) - 1) * x * current - (Double(degree) - 1) * previous) / Double(degree))
                }
                derivative = Double(count) * (x * current - previous) / (x * x - 1)
                let step = current / derivative
                x -= step
                if abs(step) < 1e-16 { break }
            }
            return ((1 - x) / 2, 1 / ((1 - x * x) * derivative * derivative))
        }
    }
}
