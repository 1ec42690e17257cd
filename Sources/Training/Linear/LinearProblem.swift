internal import Basics
internal import Glibc
internal import Models

/// Rows, targets and weights of a linear model, and what its loss is at given parameters.
///
/// Parameters lie output by output, each with its intercept last, and are those of the features as `scale` measures them. Rows are summed in fixed blocks, and blocks in
/// their order.
struct LinearProblem: Sendable {
    let link: GeneralizedLinearModel.Link
    let outputs: Int
    /// Features and the intercept.
    let order: Int
    private let rows: EncodedColumns
    private var scale: LinearScale
    /// A number, or a class's place.
    private let targets: [Double]
    /// Their sum is 1.
    private let weights: [Double]
    private let blocks: [Range<Int>]
    private let threads: Int
    /// Rows are read by so many, of which all but every so manieth are passed over.
    private static let slab = 256
    private var slabStep = 1
    /// No coefficients; of a linear predictor of the targets themselves, their mean as intercept.
    let nothing: [Double]
    /// What the loss of `nothing` is, where it was looked at when the scale was chosen.
    private(set) var valueOfNothing: Value?

    /// The mean loss at some parameters, with its first and second derivatives.
    struct Value {
        var loss = 0.0
        var gradient: [Double]
        /// The lower triangle, column-major; empty if it was not asked for.
        var hessian: [Double]

        fileprivate var isFinite: Bool { loss.isFinite && gradient.allSatisfy(\.isFinite) && hessian.allSatisfy(\.isFinite) }
    }

    init(_ rows: EncodedColumns, targets: [Double], weights: [Double]?, link: GeneralizedLinearModel.Link, outputs: Int, threads: Int) {
        let count = rows.rowCount
        order = rows.columns.count + 1
        self.rows = rows
        self.link = link
        self.outputs = outputs
        self.targets = targets
        self.threads = threads
        let total = weights?.reduce(0, +) ?? Double(count)
        self.weights = weights.map { $0.map { $0 / total } } ?? [Double](repeating: 1 / total, count: count)
        var nothing = [Double](repeating: 0, count: outputs * order)
        if link == .identity { nothing[order - 1] = zip(self.weights, targets).reduce(0) { $0 + $1.0 * $1.1 } }
        self.nothing = nothing
        let blockCount = max(1, min(16, count / 1024))
        blocks = (0..<blockCount).map { (count * $0 / blockCount)..<(count * ($0 + 1) / blockCount) }
        // Least squares look at many rows once. What is missing or too large shows then (a column's own second derivative is none), and whether the rows that
        // were looked at are like the others.
        if link == .identity, count >= 65_536, let estimate = LinearScale(estimating: rows.columns, weights: self.weights, threads: threads) {
            scale = estimate
            let found = value(nothing, withHessian: true)
            if found.isFinite, isMeasuredWell(found.hessian) {
                valueOfNothing = found
                return
            }
        }
        scale = LinearScale(rows.columns, weights: self.weights, threads: threads)
    }

    /// Whether no feature's mean lies far from where it is measured from, beside how it spreads, nor its values beyond its unit: either costs digits that features
    /// which nearly say the same need.
    private func isMeasuredWell(_ hessian: [Double]) -> Bool {
        (0..<(order - 1)).allSatisfy { place in
            let (mean, square) = (hessian[place * order + order - 1], hessian[place * order + place])
            return mean * mean <= square / 4 && square <= 4
        }
    }

    /// The same of about one row in so many, spread evenly over all.
    func sampled(oneIn step: Int) -> LinearProblem {
        var sample = self
        sample.slabStep = step
        sample.valueOfNothing = nil
        return sample
    }

    var rowCount: Int { rows.rowCount }
    /// Whether every row has a number of every feature.
    var isComplete: Bool { scale.isComplete }

    /// How much a parameter's coefficient is in the feature's own units; 0 for an intercept, which no penalty reads.
    func unit(_ place: Int) -> Double { isIntercept(place) ? 0 : scale.factors[place % order] }

    /// The model in the features' own units.
    func model(_ parameters: [Double]) -> GeneralizedLinearModel {
        var (intercepts, coefficients): ([Double], [Double]) = ([], [])
        for output in 0..<outputs {
            let own = (0..<(order - 1)).map { parameters[output * order + $0] * scale.factors[$0] }
            intercepts.append(parameters[output * order + order - 1] - zip(own, scale.shifts).reduce(0) { $0 + $1.0 * $1.1 })
            coefficients += own
        }
        return GeneralizedLinearModel(link: link, intercepts: intercepts, coefficients: coefficients)
    }

    /// The loss of no coefficients.
    var lossOfNothing: Double {
        switch link {
        case .identity: value(nothing, withHessian: false).loss
        case .logit: log(2)
        case .log: 1
        case .softmax: log(Double(outputs))
        }
    }

    var parameterCount: Int { outputs * order }
    /// How far, over the rows that count, a step moves a linear predictor at the most (of several outputs, one against another), and the feature that moves
    /// it most.
    func reach(of step: [Double]) -> (largest: Double, feature: String) {
        var largest = 0.0
        var byFeature = [Double](repeating: 0, count: order - 1)
        for row in 0..<rows.rowCount where weights[row] > 0 {
            var moves = [Double](repeating: 0, count: outputs)
            for output in 0..<outputs {
                let own = step[(output * order)..<((output + 1) * order)]
                moves[output] = own[own.endIndex - 1]
                for (place, column) in rows.columns.enumerated() {
                    let part = own[own.startIndex + place] * ((column[row] - scale.shifts[place]) * scale.factors[place])
                    moves[output] += part
                    byFeature[place] = max(byFeature[place], abs(part))
                }
            }
            largest = max(largest, outputs == 1 ? abs(moves[0]) : (moves.max() ?? 0) - (moves.min() ?? 0))
        }
        let place = byFeature.indices.max { byFeature[$0] < byFeature[$1] } ?? 0
        return (largest, rows.schema.names[place])
    }

    func isIntercept(_ place: Int) -> Bool { place % order == order - 1 }

    /// One pass over the rows. The second derivatives cost several times what the rest costs.
    func value(_ parameters: [Double], withHessian: Bool) -> Value {
        let parts = concurrentBlocks(blocks.count, threads: threads) { value(ofBlock: blocks[$0], parameters, withHessian) }
        var whole = parts[0]
        for part in parts.dropFirst() {
            whole.loss += part.loss
            for place in whole.gradient.indices { whole.gradient[place] += part.gradient[place] }
            for place in whole.hessian.indices { whole.hessian[place] += part.hessian[place] }
        }
        guard slabStep > 1 else { return whole }
        let mass = blocks.reduce(0) { $0 + slabs(of: $1).reduce(0) { $0 + weights[$1].reduce(0, +) } }
        guard mass > 0 else { return whole }
        whole.loss /= mass
        for place in whole.gradient.indices { whole.gradient[place] /= mass }
        for place in whole.hessian.indices { whole.hessian[place] /= mass }
        return whole
    }

    private func slabs(of block: Range<Int>) -> [Range<Int>] {
        stride(from: block.lowerBound, to: block.upperBound, by: Self.slab * slabStep).map { $0..<min($0 + Self.slab, block.upperBound) }
    }

    private func value(ofBlock block: Range<Int>, _ parameters: [Double], _ withHessian: Bool) -> Value {
        var sums = LinearSums(outputs: outputs, order: order, withHessian: withHessian)
        // Some hundred rows stay in the cache while they are read for predictors, gradient and curvature.
        let (slab, width) = (Self.slab, order - 1)
        var batch = LinearBatch(link: link, outputs: outputs, capacity: slab)
        let coefficients = (0..<outputs).map { Array(parameters[($0 * order)..<(($0 + 1) * order - 1)]) }
        let counts = coefficients.map { $0.contains { $0 != 0 } }
        unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: slab * width) { matrix in
            for range in slabs(of: block) {
                for (place, column) in rows.columns.enumerated() {
                    let target = unsafe UnsafeMutableBufferPointer(rebasing: matrix[(place * range.count)..<((place + 1) * range.count)])
                    unsafe scale.write(column, range, place: place, to: target)
                }
                let part = unsafe UnsafeBufferPointer(rebasing: matrix[..<(range.count * width)])
                for output in 0..<outputs {
                    batch.predictors[output] = [Double](repeating: parameters[output * order + order - 1], count: range.count)
                    guard counts[output] else { continue }
                    unsafe DenseKernels.addProduct(
                        part, rows: range.count, columns: width, coefficients[output], into: &batch.predictors[output])
                }
                sums.loss += batch.evaluate(targets[range], weights[range], withCurvature: withHessian)
                unsafe sums.add(batch, part, rows: range.count)
            }
        }
        return sums.value
    }
}
