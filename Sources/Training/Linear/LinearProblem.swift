internal import Basics
internal import Glibc
internal import Models

/// Rows, targets and weights of a linear model, and what its loss is at given coefficients.
///
/// Parameters lie output by output, each with its intercept last. Rows are summed in fixed blocks, and blocks in their order.
struct LinearProblem: Sendable {
    let link: GeneralizedLinearModel.Link
    /// Features and a 1: order × rows, column-major.
    private let matrix: [Double]
    let order: Int
    let rowCount: Int
    let outputs: Int
    /// A number, or a class's place.
    private let targets: [Double]
    /// Their sum is 1.
    private let weights: [Double]
    private let blocks: [Range<Int>]
    private let threads: Int

    init(_ rows: EncodedRows, targets: [Double], weights: [Double]?, link: GeneralizedLinearModel.Link, outputs: Int, threads: Int) {
        let (n, p) = (rows.rowCount, rows.width)
        order = p + 1
        rowCount = n
        self.link = link
        self.outputs = outputs
        self.targets = targets
        self.threads = threads
        var matrix: [Double] = []
        matrix.reserveCapacity(n * order)
        for row in 0..<n {
            matrix += rows.values[(row * p)..<((row + 1) * p)]
            matrix.append(1)
        }
        self.matrix = matrix
        let total = weights?.reduce(0, +) ?? Double(n)
        self.weights = weights.map { $0.map { $0 / total } } ?? [Double](repeating: 1 / total, count: n)
        let count = max(1, min(16, n / 1024))
        blocks = (0..<count).map { (n * $0 / count)..<(n * ($0 + 1) / count) }
    }

    var parameterCount: Int { outputs * order }
    func isIntercept(_ place: Int) -> Bool { place % order == order - 1 }

    /// The linear predictors, by output, one a row.
    func predictors(_ parameters: [Double]) -> [[Double]] {
        (0..<outputs).map { output in
            let own = Array(parameters[(output * order)..<((output + 1) * order)])
            return concurrentBlocks(blocks.count, threads: threads) {
                DenseKernels.transposedProduct(matrix, order: order, columns: blocks[$0], own)
            }.flatMap { $0 }
        }
    }

    /// The mean loss.
    func loss(_ predictors: [[Double]]) -> Double {
        concurrentBlocks(blocks.count, threads: threads) { block in
            var sum = 0.0
            for row in blocks[block] { sum += weights[row] * loss(ofRow: row, predictors) }
            return sum
        }.reduce(0, +)
    }

    private func loss(ofRow row: Int, _ predictors: [[Double]]) -> Double {
        let (eta, y) = (predictors[0][row], targets[row])
        switch link {
        case .identity: return (eta - y) * (eta - y) / 2
        // ln(1 + e^η) − yη without overflow.
        case .logit: return max(eta, 0) + log1p(exp(-abs(eta))) - y * eta
        case .log: return exp(eta) - y * eta
        case .softmax:
            var largest = -Double.infinity
            for output in 0..<outputs { largest = max(largest, predictors[output][row]) }
            var sum = 0.0
            for output in 0..<outputs { sum += exp(predictors[output][row] - largest) }
            return largest + log(sum) - predictors[Int(y)][row]
        }
    }

    /// Gradient and Hessian (its lower triangle) of the mean loss.
    func derivatives(_ predictors: [[Double]]) -> (gradient: [Double], hessian: [Double]) {
        let parts = concurrentBlocks(blocks.count, threads: threads) { derivatives(ofBlock: blocks[$0], predictors) }
        var (gradient, hessian) = parts[0]
        for part in parts.dropFirst() {
            for place in gradient.indices { gradient[place] += part.gradient[place] }
            for place in hessian.indices { hessian[place] += part.hessian[place] }
        }
        return (gradient, hessian)
    }

    private func derivatives(ofBlock rows: Range<Int>, _ predictors: [[Double]]) -> (gradient: [Double], hessian: [Double]) {
        let size = parameterCount
        // Of each row: how the loss changes with each predictor, and with each pair of them.
        var slopes = [[Double]](repeating: [], count: outputs)
        var curvatures = [[[Double]]](repeating: [[Double]](repeating: [], count: outputs), count: outputs)
        for row in rows {
            let (eta, y, weight) = (predictors[0][row], targets[row], weights[row])
            switch link {
            case .identity:
                slopes[0].append(weight * (eta - y))
                curvatures[0][0].append(weight)
            case .logit:
                let chance = 1 / (1 + exp(-eta))
                slopes[0].append(weight * (chance - y))
                curvatures[0][0].append(weight * chance * (1 - chance))
            case .log:
                let mean = exp(eta)
                slopes[0].append(weight * (mean - y))
                curvatures[0][0].append(weight * mean)
            case .softmax:
                let largest = predictors.reduce(-Double.infinity) { max($0, $1[row]) }
                let powers = predictors.map { exp($0[row] - largest) }
                let total = powers.reduce(0, +)
                for first in 0..<outputs {
                    let chance = powers[first] / total
                    slopes[first].append(weight * (chance - (Int(y) == first ? 1 : 0)))
                    curvatures[first][first].append(weight * chance * (1 - chance))
                    // Below zero: its size is kept.
                    for second in 0..<first { curvatures[first][second].append(weight * chance * powers[second] / total) }
                }
            }
        }
        var gradient: [Double] = []
        var hessian = [Double](repeating: 0, count: size * size)
        for first in 0..<outputs {
            gradient += DenseKernels.product(matrix, order: order, columns: rows, slopes[first])
            for second in 0...first {
                var own = [Double](repeating: 0, count: order * order)
                addCurvature(curvatures[first][second], rows, factor: first == second ? 1 : -1, to: &own)
                place(own, first, second, in: &hessian, size: size)
            }
        }
        return (gradient, hessian)
    }

    /// own += factor · Σ curvature · x·xᵀ
    private func addCurvature(_ curvature: [Double], _ rows: Range<Int>, factor: Double, to own: inout [Double]) {
        let slab = 512
        var scaled: [Double] = []
        for start in stride(from: 0, to: rows.count, by: slab) {
            let end = min(start + slab, rows.count)
            scaled.removeAll(keepingCapacity: true)
            for row in start..<end {
                let root = curvature[row].squareRoot()
                let first = (rows.lowerBound + row) * order
                for place in first..<(first + order) { scaled.append(root * matrix[place]) }
            }
            DenseKernels.addOuterProducts(scaled, order: order, columns: end - start, factor: factor, into: &own)
        }
    }

    /// Puts the block of two outputs, given by its lower triangle, into the whole's lower triangle.
    private func place(_ own: [Double], _ first: Int, _ second: Int, in hessian: inout [Double], size: Int) {
        for column in 0..<order {
            for row in column..<order {
                let value = own[column * order + row]
                hessian[(second * order + column) * size + first * order + row] = value
                // A block off the diagonal is symmetric too, and lies in the lower triangle as a whole.
                if first != second { hessian[(second * order + row) * size + first * order + column] = value }
            }
        }
    }
}
