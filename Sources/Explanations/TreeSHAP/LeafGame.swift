/// The game that one leaf plays: its players are the path players, and a coalition is worth the leaf's value times the chance that all
/// questions are answered the leaf's way when the coalition's features are the explained row's and the others come from elsewhere.
///
/// By linearity the SHAP values of an ensemble are the sums over the games of its leaves. What a leaf gives depends on the row only by the
/// row's pattern, so that a table by pattern, made once, serves every row; grouping the background's rows by pattern as well makes the cost
/// of a row independent of the size of the background (the idea of WOODELF, Nadel and Wettenstein, AAAI 2026).
enum LeafGame: Sendable {
    /// Path-dependent (Lundberg et al. 2020): absent features are answered as the training rows were, player by player.
    case shares([Double])
    /// Interventional: absent features come from a background row. `patterns` are distinct, `weights` their shares of the background.
    case background(patterns: [UInt64], weights: [Double])

    /// Adds `value` times the Shapley values of the path players for a row with `pattern` to `out`.
    func addValues(pattern: UInt64, full: UInt64, value: Double, into out: UnsafeMutablePointer<Double>, _ workspace: inout Workspace) {
        switch self {
        case .shares(let shares): unsafe Self.addShares(shares, pattern, value, out, &workspace)
        case .background(let patterns, let weights):
            let lacking = full & ~pattern
            let lackingCount = lacking.nonzeroBitCount
            var lackingSum = 0.0
            for (index, other) in patterns.enumerated() where pattern | other == full {
                // The row's own: only it answers the leaf's way. What both answer so plays no part.
                var own = full & ~other
                let ownCount = own.nonzeroBitCount
                let weight = value * weights[index]
                if lackingCount > 0 { lackingSum += weight * ShapleyWeights.unanimity(lackingCount, against: ownCount) }
                guard ownCount > 0 else { continue }
                let gain = weight * ShapleyWeights.unanimity(ownCount, against: lackingCount)
                while own != 0 {
                    unsafe out[own.trailingZeroBitCount] += gain
                    own &= own - 1
                }
            }
            var rest = lacking
            while rest != 0 {
                unsafe out[rest.trailingZeroBitCount] -= lackingSum
                rest &= rest - 1
            }
        }
    }

    /// Adds `value` times the Shapley interaction indices of pairs i < j to `out[i * m + j]`, m path players.
    func addInteractions(pattern: UInt64, full: UInt64, value: Double, into out: UnsafeMutablePointer<Double>, _ workspace: inout Workspace) {
        let count = full.nonzeroBitCount
        guard count > 1 else { return }
        switch self {
        case .shares(let shares):
            let nodes = GaussLegendre.nodes(degree: max(count - 2, 0))
            for i in 0..<count {
                let first = Self.present(pattern, i) - shares[i]
                for j in (i + 1)..<count {
                    let factor = value * first * (Self.present(pattern, j) - shares[j])
                    guard factor != 0 else { continue }
                    var integral = 0.0
                    for (t, weight) in nodes {
                        var product = weight
                        for k in 0..<count where k != i && k != j { product *= shares[k] * (1 - t) + Self.present(pattern, k) * t }
                        integral += product
                    }
                    unsafe out[i * count + j] += factor * integral
                }
            }
        case .background(let patterns, let weights):
            let lacking = full & ~pattern
            let b = lacking.nonzeroBitCount
            for (index, other) in patterns.enumerated() where pattern | other == full {
                let own = full & ~other
                let a = own.nonzeroBitCount
                guard a + b > 1 else { continue }
                let weight = value * weights[index]
                let both = a > 1 ? weight * ShapleyWeights.pair(a - 2, b) : 0
                let neither = b > 1 ? weight * ShapleyWeights.pair(a, b - 2) : 0
                let mixed = a > 0 && b > 0 ? -weight * ShapleyWeights.pair(a - 1, b - 1) : 0
                var players = own | lacking
                while players != 0 {
                    let i = players.trailingZeroBitCount
                    players &= players - 1
                    var others = players
                    while others != 0 {
                        let j = others.trailingZeroBitCount
                        others &= others - 1
                        let owned = (own >> UInt64(i) & 1) + (own >> UInt64(j) & 1)
                        unsafe out[i * count + j] += owned == 2 ? both : owned == 0 ? neither : mixed
                    }
                }
            }
        }
    }

    private static func present(_ pattern: UInt64, _ player: Int) -> Double { pattern >> UInt64(player) & 1 == 1 ? 1 : 0 }

    /// (pᵢ − rᵢ) ∫₀¹ Π_{j≠i} (rⱼ(1−t) + pⱼt) dt, because k!(m−1−k)!/m! = ∫ tᵏ(1−t)^{m−1−k} dt; the integrand is a polynomial of degree
    /// m − 1, for which the quadrature is exact.
    private static func addShares(
        _ shares: [Double], _ pattern: UInt64, _ value: Double, _ out: UnsafeMutablePointer<Double>, _ workspace: inout Workspace
    ) {
        let count = shares.count
        guard count > 0 else { return }
        workspace.reserve(count)
        for (t, weight) in GaussLegendre.nodes(degree: count - 1) {
            var before = weight * value
            for i in 0..<count {
                workspace.factors[i] = shares[i] * (1 - t) + present(pattern, i) * t
                workspace.before[i] = before
                before *= workspace.factors[i]
            }
            var after = 1.0
            for i in (0..<count).reversed() {
                unsafe out[i] += (present(pattern, i) - shares[i]) * workspace.before[i] * after
                after *= workspace.factors[i]
            }
        }
    }

    /// Room for products over path players.
    struct Workspace {
        fileprivate var factors: [Double] = []
        fileprivate var before: [Double] = []

        fileprivate mutating func reserve(_ count: Int) {
            guard factors.count < count else { return }
            factors = [Double](repeating: 0, count: count)
            before = factors
        }
    }
}
