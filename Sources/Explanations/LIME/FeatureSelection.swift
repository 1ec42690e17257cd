/// Which columns the surrogate uses, from the moments of the perturbed rows.
package enum FeatureSelection {
    /// The columns, in the order in which they were chosen. `row` is the explained row as the surrogate sees it.
    package static func choose(
        _ selection: LIMESettings.Selection, count: Int, moments: WeightedMoments, target: Int, row: [Double]
    ) -> [Int] {
        guard count < moments.columns || selection == .lassoPath else { return Array(0..<moments.columns) }
        switch selection {
        case .all: return Array(0..<moments.columns)
        case .automatic:
            return choose(count <= 6 ? .forward : .highestWeight, count: count, moments: moments, target: target, row: row)
        case .forward: return forward(count, moments, target)
        case .highestWeight:
            let fit = RidgeFit(moments, target: target, used: Array(0..<moments.columns), ridge: 0.01)
            let sizes = zip(fit.weights, row).map { abs($0 * $1) }
            return Array(sizes.indices.sorted { sizes[$0] != sizes[$1] ? sizes[$0] > sizes[$1] : $0 < $1 }.prefix(count))
        case .lassoPath: return LassoPath(moments, target: target).columns(atMost: count)
        }
    }

    /// Least squares without a penalty; the gain of a column beside the chosen ones is read off the swept products (Goodnight 1979).
    private static func forward(_ count: Int, _ moments: WeightedMoments, _ target: Int) -> [Int] {
        let columns = moments.columns
        var matrix = moments.centred
        var side = moments.centredSide(target)
        let whole = (0..<columns).map { matrix[$0 * columns + $0] }
        var chosen: [Int] = []
        while chosen.count < count {
            var best: (column: Int, gain: Double)?
            for column in 0..<columns where !chosen.contains(column) {
                let own = matrix[column * columns + column]
                let gain = own > 1e-11 * whole[column] && own > 0 ? side[column] * side[column] / own : 0
                if best.map({ gain > $0.gain }) ?? true { best = (column, gain) }
            }
            guard let (pivot, gain) = best else { break }
            chosen.append(pivot)
            guard gain > 0 else { continue }
            let own = matrix[pivot * columns + pivot]
            let rowOfPivot = (0..<columns).map { matrix[pivot * columns + $0] }
            let factor = side[pivot] / own
            for i in 0..<columns where !chosen.contains(i) {
                side[i] -= rowOfPivot[i] * factor
                for j in 0..<columns { matrix[i * columns + j] -= rowOfPivot[i] * rowOfPivot[j] / own }
            }
        }
        return chosen
    }
}

/// The LASSO's whole path by least angle regression (Efron, Hastie, Johnstone and Tibshirani 2004), on products alone.
struct LassoPath {
    /// The columns with a weight after each step.
    private var supports: [[Int]] = []

    init(_ moments: WeightedMoments, target: Int) {
        let count = moments.columns
        let matrix = moments.centred
        var correlations = moments.centredSide(target)
        var weights = [Double](repeating: 0, count: count)
        var active: [Int] = []
        // Columns that do not vary, or that active ones determine, never enter.
        var barred = Set((0..<count).filter { matrix[$0 * count + $0] <= 1e-13 * moments.products[$0 * count + $0] })
        let start = correlations.map(abs).max() ?? 0
        var dropped: Int?
        for _ in 0..<(8 * count) {
            let largest = (0..<count).filter { !barred.contains($0) }.map { abs(correlations[$0]) }.max() ?? 0
            guard largest > 1e-12 * start, largest > 0 else { break }
            if dropped == nil {
                let entering = (0..<count).first { column in
                    !barred.contains(column) && !active.contains(column) && abs(correlations[column]) >= largest * (1 - 1e-9)
                }
                if let entering { active.append(entering) } else if active.isEmpty { break }
            }
            let signs = active.map { correlations[$0] < 0 ? -1.0 : 1.0 }
            guard let direction = Self.solve(matrix, count, active, signs) else {
                barred.insert(active.removeLast())
                continue
            }
            // Moving by γ·direction lowers every active correlation by γ.
            let slopes = (0..<count).map { column in zip(active, direction).reduce(0) { $0 + matrix[column * count + $1.0] * $1.1 } }
            var step = largest
            for column in 0..<count where !active.contains(column) && !barred.contains(column) && column != dropped {
                for candidate in [
                    (largest - correlations[column]) / (1 - slopes[column]), (largest + correlations[column]) / (1 + slopes[column]),
                ] where candidate > 1e-12 * largest && candidate < step { step = candidate }
            }
            var leaving: Int?
            for (place, column) in active.enumerated() {
                let zero = -weights[column] / direction[place]
                if zero > 1e-12 * largest, zero < step {
                    step = zero
                    leaving = place
                }
            }
            for (place, column) in active.enumerated() { weights[column] += step * direction[place] }
            for column in 0..<count { correlations[column] -= step * slopes[column] }
            dropped = nil
            if let leaving {
                dropped = active.remove(at: leaving)
                if let dropped { weights[dropped] = 0 }
            }
            supports.append((0..<count).filter { weights[$0] != 0 })
        }
    }

    /// The columns of the last step with no more than `limit` of them; of the first step if none has.
    func columns(atMost limit: Int) -> [Int] { supports.last { $0.count <= limit } ?? supports.first ?? [] }

    /// The solution for the active columns, nil if they are not independent.
    private static func solve(_ matrix: [Double], _ width: Int, _ active: [Int], _ side: [Double]) -> [Double]? {
        let count = active.count
        var a = active.flatMap { row in active.map { matrix[row * width + $0] } }
        var x = side
        for i in 0..<count {
            guard a[i * count + i] > 1e-11 * matrix[active[i] * width + active[i]] else { return nil }
            for row in (i + 1)..<max(count, i + 1) {
                let factor = a[row * count + i] / a[i * count + i]
                for column in i..<count { a[row * count + column] -= factor * a[i * count + column] }
                x[row] -= factor * x[i]
            }
        }
        for i in (0..<count).reversed() {
            for column in (i + 1)..<max(count, i + 1) { x[i] -= a[i * count + column] * x[column] }
            x[i] /= a[i * count + i]
        }
        return x
    }
}
