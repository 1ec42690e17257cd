internal import Glibc

extension Calibrator {
    /// Platt's targets stand in for the labels, so that separated classes give no infinite slope: (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2).
    static func platt(_ scores: [Double], _ labels: [Bool], _ weights: [Double]?) -> Calibrator {
        func mass(_ label: Bool) -> Double { labels.indices.reduce(0) { labels[$1] == label ? $0 + (weights?[$1] ?? 1) : $0 } }
        let (positives, negatives) = (mass(true), mass(false))
        let (high, low) = ((positives + 1) / (positives + 2), 1 / (negatives + 2))
        let targets = labels.map { $0 ? high : low }
        guard differ(scores, weights) else { return .platt(slope: 0, intercept: baseLogOdds(targets, weights)) }
        let fitted = LogisticFit.fit(columns: [scores.map(logOdds)], targets: targets, weights: weights)
        // Scores that go against the labels tell nothing: the map must not turn their order round.
        return fitted[0] >= 0 ? .platt(slope: fitted[0], intercept: fitted[1]) : .platt(slope: 0, intercept: baseLogOdds(targets, weights))
    }

    /// A factor that comes out negative is left out, as its authors do: the map must not turn the order of scores round.
    static func beta(_ scores: [Double], _ labels: [Bool], _ weights: [Double]?) -> Calibrator {
        let inside = scores.map(clipped)
        let (left, right) = (inside.map { log($0) }, inside.map { -log(1 - $0) })
        let targets = labels.map { $0 ? 1.0 : 0 }
        // What is left if no factor may be used.
        var base: Calibrator { .beta(a: 0, b: 0, c: baseLogOdds(targets, weights)) }
        guard differ(scores, weights) else { return base }
        let both = LogisticFit.fit(columns: [left, right], targets: targets, weights: weights)
        if both[0] >= 0, both[1] >= 0 { return .beta(a: both[0], b: both[1], c: both[2]) }
        if both[0] < 0 {
            let one = LogisticFit.fit(columns: [right], targets: targets, weights: weights)
            return one[0] >= 0 ? .beta(a: 0, b: one[0], c: one[1]) : base
        }
        let one = LogisticFit.fit(columns: [left], targets: targets, weights: weights)
        return one[0] >= 0 ? .beta(a: one[0], b: 0, c: one[1]) : base
    }

    /// Whether rows that count have more than one score.
    private static func differ(_ scores: [Double], _ weights: [Double]?) -> Bool {
        let used = scores.indices.filter { (weights?[$0] ?? 1) > 0 }
        return used.contains { scores[$0] != scores[used[0]] }
    }

    /// Of the mean target, which lies between 0 and 1.
    private static func baseLogOdds(_ targets: [Double], _ weights: [Double]?) -> Double {
        let (sum, total) = targets.indices.reduce((0.0, 0.0)) { sums, row in
            let weight = weights?[row] ?? 1
            return (sums.0 + weight * targets[row], sums.1 + weight)
        }
        return logOdds(sum / total)
    }

    /// Pools adjacent violators (Ayer et al. 1955) over distinct scores. Of points with one chance, the outermost are kept.
    static func isotonic(_ scores: [Double], _ labels: [Bool], _ weights: [Double]?) -> Calibrator {
        struct Block {
            var first: Double
            var last: Double
            var weight: Double
            var positives: Double
            var chance: Double { positives / weight }
        }
        let order = scores.indices.filter { (weights?[$0] ?? 1) > 0 }.sorted {
            (scores[$0], labels[$0] ? 1 : 0, weights?[$0] ?? 1) < (scores[$1], labels[$1] ? 1 : 0, weights?[$1] ?? 1)
        }
        var points: [Block] = []
        for row in order {
            let weight = weights?[row] ?? 1
            if let last = points.last, last.first == scores[row] {
                points[points.count - 1].weight += weight
                points[points.count - 1].positives += labels[row] ? weight : 0
            } else {
                points.append(Block(first: scores[row], last: scores[row], weight: weight, positives: labels[row] ? weight : 0))
            }
        }
        var blocks: [Block] = []
        for point in points {
            var block = point
            while let last = blocks.last, last.chance >= block.chance {
                blocks.removeLast()
                block = Block(first: last.first, last: block.last, weight: last.weight + block.weight, positives: last.positives + block.positives)
            }
            blocks.append(block)
        }
        let ends = blocks.flatMap { $0.first == $0.last ? [($0.first, $0.chance)] : [($0.first, $0.chance), ($0.last, $0.chance)] }
        return .isotonic(scores: ends.map(\.0), chances: ends.map { min(1, max(0, $0.1)) })
    }
}

/// Logistic regression of few columns by Newton's method with step halving, to the last digits: for calibrators, not for models.
enum LogisticFit {
    /// The columns' coefficients, the intercept last. Of separated rows the steps end when the loss no longer falls, at large but finite coefficients.
    static func fit(columns: [[Double]], targets: [Double], weights: [Double]?) -> [Double] {
        let width = columns.count + 1
        var coefficients = [Double](repeating: 0, count: width)
        func input(_ row: Int, _ column: Int) -> Double { column < columns.count ? columns[column][row] : 1 }
        func margin(_ row: Int, _ beta: [Double]) -> Double { (0..<width).reduce(0) { $0 + beta[$1] * input(row, $1) } }
        func loss(_ beta: [Double]) -> Double {
            var sum = 0.0
            for row in targets.indices {
                let z = margin(row, beta)
                // ln(1 + e^z) − t·z, without overflow.
                sum += (weights?[row] ?? 1) * (max(z, 0) + log1p(exp(-abs(z))) - targets[row] * z)
            }
            return sum
        }
        var current = loss(coefficients)
        for _ in 0..<100 {
            var gradient = [Double](repeating: 0, count: width)
            var hessian = [Double](repeating: 0, count: width * width)
            for row in targets.indices {
                let weight = weights?[row] ?? 1
                let chance = logistic(margin(row, coefficients))
                let curvature = weight * chance * (1 - chance)
                for i in 0..<width {
                    gradient[i] += weight * (chance - targets[row]) * input(row, i)
                    for j in 0...i { hessian[i * width + j] += curvature * input(row, i) * input(row, j) }
                }
            }
            // Columns that say the same, as ln s and ln(1 − s) of two scores do, leave the matrix singular.
            guard let step = solve(hessian, gradient, width) ?? solve(lifted(hessian, width), gradient, width) else { break }
            var share = 1.0
            var next = coefficients
            var value = Double.infinity
            while share > 1e-10 {
                next = zip(coefficients, step).map { $0 - share * $1 }
                value = loss(next)
                if value <= current { break }
                share /= 2
            }
            guard value <= current else { break }
            let change = zip(coefficients, next).map { abs($0 - $1) / max(1, abs($0)) }.max() ?? 0
            coefficients = next
            let gain = current - value
            current = value
            if change < 1e-12 || gain <= 0 && change < 1e-8 { break }
        }
        return coefficients
    }

    private static func lifted(_ matrix: [Double], _ width: Int) -> [Double] {
        var lifted = matrix
        for place in 0..<width { lifted[place * width + place] *= 1 + 1e-9 }
        return lifted
    }

    /// By Cholesky's factors of the lower half; nil if the matrix is not positive definite.
    private static func solve(_ matrix: [Double], _ right: [Double], _ width: Int) -> [Double]? {
        var factor = matrix
        for i in 0..<width {
            for j in 0...i {
                var sum = factor[i * width + j]
                for k in 0..<j { sum -= factor[i * width + k] * factor[j * width + k] }
                if i == j {
                    guard sum > 0 else { return nil }
                    factor[i * width + i] = sum.squareRoot()
                } else {
                    factor[i * width + j] = sum / factor[j * width + j]
                }
            }
        }
        var x = right
        for i in 0..<width {
            for k in 0..<i { x[i] -= factor[i * width + k] * x[k] }
            x[i] /= factor[i * width + i]
        }
        for i in stride(from: width - 1, through: 0, by: -1) {
            for k in (i + 1)..<max(i + 1, width) { x[i] -= factor[k * width + i] * x[k] }
            x[i] /= factor[i * width + i]
        }
        return x
    }
}
