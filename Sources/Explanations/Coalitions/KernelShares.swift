internal import Basics
internal import Glibc

/// Shapley values as the solution of the weighted least squares whose weights are Shapley's kernel.
enum KernelShares {
    static func solve(
        _ model: MaskedModel, active: [Int], row: ArraySlice<Double>, empty: [Double], full: [Double], settings: KernelSettings, seed: UInt64
    ) throws(ExplanationError) -> Shares {
        let count = active.count
        let outputs = model.outputCount
        let spread = (0..<outputs).map { full[$0] - empty[$0] }
        guard count > 1 else { return Shares(values: count == 0 ? [] : spread) }
        let design = KernelDesign(players: count, maximumCoalitions: settings.maximumCoalitions ?? 2048 + 2 * count, seed: seed)
        var known: [Coalition: [Double]] = [:]
        func system(_ weighted: [KernelDesign.Weighted]) throws(ExplanationError) -> NormalEquations {
            var asked = Set(known.keys)
            let unknown = weighted.map(\.coalition).filter { asked.insert($0).inserted }
            let worth = try model.worth(unknown, active: active, row: row)
            for (index, coalition) in unknown.enumerated() {
                known[coalition] = (0..<outputs).map { worth[index * outputs + $0] - empty[$0] }
            }
            var equations = NormalEquations(count: count, outputs: outputs)
            for item in weighted {
                if let gains = known[item.coalition] { equations.add(item.coalition, weight: item.weight, gains: gains) }
            }
            return equations
        }
        let whole = try system(design.all)
        guard !design.batches.isEmpty else { return Shares(values: whole.solve(spread)) }
        var batches: [NormalEquations] = []
        var found = Shares(values: [])
        for coalitions in design.batches {
            batches.append(try system(coalitions.map { KernelDesign.Weighted(coalition: $0, weight: 1) }))
            guard batches.count >= 6 else { continue }
            found = combine(whole, batches, perBatch: coalitions.count, design.sampledWeight, spread)
            if isConverged(found, count: count, outputs: outputs, tolerance: settings.tolerance) { break }
        }
        return found
    }

    /// The solution of all batches, with standard errors by the jackknife over batches (Efron and Tibshirani 1993, ch. 11).
    private static func combine(
        _ whole: NormalEquations, _ batches: [NormalEquations], perBatch: Int, _ sampledWeight: Double, _ spread: [Double]
    ) -> Shares {
        func solution(without left: Int?) -> [Double] {
            let used = batches.indices.filter { $0 != left }
            let factor = sampledWeight / Double(used.count * perBatch)
            var equations = whole
            for index in used { equations.add(batches[index], factor: factor) }
            return equations.solve(spread)
        }
        let values = solution(without: nil)
        let partial = batches.indices.map { solution(without: $0) }
        let n = Double(batches.count)
        let errors = values.indices.map { index in
            let mean = partial.reduce(0) { $0 + $1[index] } / n
            return sqrt(partial.reduce(0) { $0 + ($1[index] - mean) * ($1[index] - mean) } * (n - 1) / n)
        }
        return Shares(values: values, errors: errors)
    }

    private static func isConverged(_ shares: Shares, count: Int, outputs: Int, tolerance: Double) -> Bool {
        guard tolerance > 0, let errors = shares.errors else { return false }
        return (0..<outputs).allSatisfy { output in
            let values = shares.values[(output * count)..<((output + 1) * count)]
            let largest = errors[(output * count)..<((output + 1) * count)].max() ?? 0
            return largest <= tolerance * ((values.max() ?? 0) - (values.min() ?? 0))
        }
    }
}

/// Σ w z zᵀ and Σ w z v over coalitions z (0/1 vectors of players) with worth v, and their solution.
struct NormalEquations: Sendable {
    private let count: Int
    private let outputs: Int
    private var matrix: [Double]
    private var sides: [Double]

    init(count: Int, outputs: Int) {
        self.count = count
        self.outputs = outputs
        matrix = [Double](repeating: 0, count: count * count)
        sides = [Double](repeating: 0, count: outputs * count)
    }

    mutating func add(_ coalition: Coalition, weight: Double, gains: [Double]) {
        let members = (0..<count).filter { coalition.contains($0) }
        for i in members {
            for j in members { matrix[i * count + j] += weight }
            for output in 0..<outputs { sides[output * count + i] += weight * gains[output] }
        }
    }

    mutating func add(_ other: NormalEquations, factor: Double) {
        for index in matrix.indices { matrix[index] += factor * other.matrix[index] }
        for index in sides.indices { sides[index] += factor * other.sides[index] }
    }

    /// The least squares whose values add up to `sums` (one an output): φ = A⁻¹(b − λ1) with λ = (1ᵀA⁻¹b − sum) / 1ᵀA⁻¹1. Outputs × players.
    func solve(_ sums: [Double]) -> [Double] {
        let factor = cholesky()
        let ones = substitute(factor, [Double](repeating: 1, count: count))
        let denominator = ones.reduce(0, +)
        return (0..<outputs).flatMap { output -> [Double] in
            let free = substitute(factor, Array(sides[(output * count)..<((output + 1) * count)]))
            let multiplier = (free.reduce(0, +) - sums[output]) / denominator
            return zip(free, ones).map { $0 - multiplier * $1 }
        }
    }

    /// The matrix is positive definite, since the coalitions of one player are always in it.
    private func cholesky() -> [Double] {
        var factor = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            for j in 0...i {
                var sum = matrix[i * count + j]
                for k in 0..<j { sum -= factor[i * count + k] * factor[j * count + k] }
                factor[i * count + j] = i == j ? sqrt(max(sum, .leastNormalMagnitude)) : sum / factor[j * count + j]
            }
        }
        return factor
    }

    private func substitute(_ factor: [Double], _ side: [Double]) -> [Double] {
        var x = side
        for i in 0..<count {
            for k in 0..<i { x[i] -= factor[i * count + k] * x[k] }
            x[i] /= factor[i * count + i]
        }
        for i in (0..<count).reversed() {
            for k in (i + 1)..<max(count, i + 1) { x[i] -= factor[k * count + i] * x[k] }
            x[i] /= factor[i * count + i]
        }
        return x
    }
}
