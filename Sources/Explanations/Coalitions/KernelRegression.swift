internal import Glibc

/// The weighted least squares of KernelSHAP over one design, ready for the worth of any row's coalitions: the matrix is factorised once for all rows.
///
/// A coalition and its complement together say what is odd in a game, u(S) = (v(S) − v(Sᶜ)) / 2, and Shapley values depend on nothing else. u is fitted by products
/// of signs (+1 for a member, −1 for the others) of one player, and of three where there are coalitions enough: Σ_T c_T χ_T(S). A product of |T| signs gives each of
/// its players 2 c_T / |T|. Whatever the products cannot say, the normal equations of the single players leave to nobody: with Shapley's weights the fit's values are the
/// game's once all coalitions are in (as PolySHAP, Fumagalli et al. 2026), and products of three leave less to chance before.
struct KernelRegression: Sendable {
    private let playerCount: Int
    private let terms: [[Int]]
    private let stage: KernelDesign.Stage
    /// Pairs × terms: the products.
    private let signs: [Double]
    /// Lower triangle of terms × terms.
    private let factor: [Double]
    /// A⁻¹1 / 1ᵀA⁻¹1, so that the terms add up to what all players are worth.
    private let sumShares: [Double]
    /// Players × pairs: what each pair's u adds to each value.
    private let influence: [Double]
    /// One less each pair's leverage: which part of what the fit misses there is seen in its residual.
    private let seen: [Double]

    /// Of a pair that determines a term nearly alone, the residual says next to nothing.
    private static let leastSeen = 0.05

    /// The most that pairs × terms² may be.
    private static let maximumWork = 5e8

    init(_ design: KernelDesign, stage: KernelDesign.Stage) {
        let count = design.playerCount
        let triples = count + count * (count - 1) * (count - 2) / 6
        let isComplete = stage.missing.allSatisfy { $0 == 0 }
        if !isComplete, 2 * stage.count >= 3 * triples, Double(stage.count) * Double(triples) * Double(triples) <= Self.maximumWork,
            let fit = KernelRegression(design, stage, order: 3)
        {
            self = fit
        } else if let fit = KernelRegression(design, stage, order: 1) {
            self = fit
        } else {
            preconditionFailure("the coalitions of one player determine every value")
        }
    }

    /// Nil if the coalitions do not determine the terms.
    private init?(_ design: KernelDesign, _ stage: KernelDesign.Stage, order: Int) {
        let count = design.playerCount
        var terms = (0..<count).map { [$0] }
        if order == 3 {
            for a in 0..<count { for b in (a + 1)..<max(count, a + 1) { for c in (b + 1)..<max(count, b + 1) { terms.append([a, b, c]) } } }
        }
        let size = terms.count
        var signs: [Double] = []
        signs.reserveCapacity(stage.count * size)
        for pair in design.pairs.prefix(stage.count) {
            let own = (0..<count).map { pair.contains($0) ? 1.0 : -1 }
            for term in terms { signs.append(term.reduce(1) { $0 * own[$1] }) }
        }
        var matrix = Self.products(signs, weights: stage.weights, size: size)
        guard Self.factorise(&matrix, size: size) else { return nil }
        let free = Self.substitute(matrix, [Double](repeating: 1, count: size))
        let sum = free.reduce(0, +)
        let sumShares = free.map { $0 / sum }
        seen = (0..<stage.count).map { pair in
            let row = Array(signs[(pair * size)..<((pair + 1) * size)])
            let along = zip(sumShares, row).reduce(0) { $0 + $1.0 * $1.1 }
            let leverage = stage.missing[pair] > 0 ? stage.weights[pair] * (Self.squaredLength(matrix, row) - along * along * sum) : 0
            return Swift.max(1 - leverage, Self.leastSeen)
        }
        // Rows of M (A⁻¹ − A⁻¹1 1ᵀA⁻¹ / 1ᵀA⁻¹1) Xᵀ W, with M the players' shares of terms.
        var influence = [Double](repeating: 0, count: count * stage.count)
        for player in 0..<count {
            let shares = terms.map { $0.contains(player) ? 2 / Double($0.count) : 0 }
            var solved = Self.substitute(matrix, shares)
            let excess = solved.reduce(0, +)
            for term in 0..<size { solved[term] -= excess * sumShares[term] }
            for pair in 0..<stage.count {
                var sum = 0.0
                for term in 0..<size { sum += solved[term] * signs[pair * size + term] }
                influence[player * stage.count + pair] = sum * stage.weights[pair]
            }
        }
        playerCount = count
        self.terms = terms
        self.sumShares = sumShares
        self.stage = stage
        self.signs = signs
        self.influence = influence
        factor = matrix
    }

    /// The values of one output, which add up to 2 × `whole`, and their standard errors.
    ///
    /// Errors are those of least squares whose terms do not say all (White 1980), each residual over 1 − its leverage (HC3 of MacKinnon and White 1985: the jackknife over
    /// pairs), and less what sizes that are drawn in part or whole know of themselves (Cochran 1977, 2.6).
    ///
    /// - Parameters:
    ///   - gains: u of each pair of the stage.
    ///   - whole: u of all players.
    func solve(_ gains: [Double], whole: Double) -> (values: [Double], errors: [Double]) {
        let size = terms.count
        var sides = [Double](repeating: 0, count: size)
        for pair in 0..<stage.count {
            let weighted = stage.weights[pair] * gains[pair]
            for term in 0..<size { sides[term] += weighted * signs[pair * size + term] }
        }
        var fit = Self.substitute(factor, sides)
        let excess = fit.reduce(0, +) - whole
        for term in 0..<size { fit[term] -= excess * sumShares[term] }
        var values = [Double](repeating: 0, count: playerCount)
        for (term, weight) in zip(terms, fit) { for player in term { values[player] += 2 * weight / Double(term.count) } }
        let squares = (0..<stage.count).map { pair -> Double in
            guard stage.missing[pair] > 0 else { return 0 }
            var residual = gains[pair]
            for term in 0..<size { residual -= fit[term] * signs[pair * size + term] }
            residual /= seen[pair]
            return residual * residual * stage.missing[pair]
        }
        let errors = (0..<playerCount).map { player -> Double in
            var sum = 0.0
            for pair in 0..<stage.count {
                let weight = influence[player * stage.count + pair]
                sum += weight * weight * squares[pair]
            }
            return sqrt(sum)
        }
        return (values, errors)
    }

    /// Σ w x xᵀ, lower triangle.
    private static func products(_ signs: [Double], weights: [Double], size: Int) -> [Double] {
        var matrix = [Double](repeating: 0, count: size * size)
        unsafe matrix.withUnsafeMutableBufferPointer { matrix in
            unsafe signs.withUnsafeBufferPointer { signs in
                guard let target = matrix.baseAddress, let source = signs.baseAddress else { return }
                for (pair, weight) in weights.enumerated() {
                    let row = unsafe source + pair * size
                    for i in 0..<size {
                        let x = unsafe weight * row[i]
                        let line = unsafe target + i * size
                        for j in 0...i { unsafe line[j] += x * row[j] }
                    }
                }
            }
        }
        return matrix
    }

    /// Cholesky in place. False if the matrix is not positive definite, but for rounding.
    private static func factorise(_ matrix: inout [Double], size: Int) -> Bool {
        unsafe matrix.withUnsafeMutableBufferPointer { buffer in
            guard let matrix = buffer.baseAddress else { return false }
            for i in 0..<size {
                let own = unsafe matrix + i * size
                let before = unsafe own[i]
                for j in 0...i {
                    let other = unsafe matrix + j * size
                    var sum = unsafe own[j]
                    for k in 0..<j { unsafe sum -= own[k] * other[k] }
                    if i == j {
                        guard sum > 1e-10 * before else { return false }
                        unsafe own[i] = sqrt(sum)
                    } else {
                        unsafe own[j] = sum / other[j]
                    }
                }
            }
            return true
        }
    }

    /// xᵀA⁻¹x, from the factor.
    private static func squaredLength(_ factor: [Double], _ x: [Double]) -> Double {
        var solved = x
        let size = x.count
        var sum = 0.0
        unsafe factor.withUnsafeBufferPointer { factor in
            unsafe solved.withUnsafeMutableBufferPointer { solved in
                for i in 0..<size {
                    var value = unsafe solved[i]
                    for k in 0..<i { unsafe value -= factor[i * size + k] * solved[k] }
                    unsafe value /= factor[i * size + i]
                    unsafe solved[i] = value
                    sum += value * value
                }
            }
        }
        return sum
    }

    private static func substitute(_ factor: [Double], _ side: [Double]) -> [Double] {
        var x = side
        let size = side.count
        for i in 0..<size {
            for k in 0..<i { x[i] -= factor[i * size + k] * x[k] }
            x[i] /= factor[i * size + i]
        }
        for i in (0..<size).reversed() {
            x[i] /= factor[i * size + i]
            for k in 0..<i { x[k] -= factor[i * size + k] * x[i] }
        }
        return x
    }
}
