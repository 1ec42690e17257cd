internal import Glibc
internal import Models

/// Some rows' predictors, and how their loss changes with them.
struct LinearBatch {
    let link: GeneralizedLinearModel.Link
    let outputs: Int
    /// By output, one a row.
    var predictors: [[Double]]
    /// By output, one a row: the loss's derivative by the predictor.
    private(set) var slopes: [[Double]]
    /// For each pair of outputs (first · outputs + second, second ≤ first), one a row: the loss's second derivative. That of two different outputs is below zero: its size is kept.
    private(set) var curvatures: [[Double]]

    init(link: GeneralizedLinearModel.Link, outputs: Int, capacity: Int) {
        self.link = link
        self.outputs = outputs
        predictors = [[Double]](repeating: [], count: outputs)
        slopes = [[Double]](repeating: [Double](repeating: 0, count: capacity), count: outputs)
        curvatures = [[Double]](repeating: [Double](repeating: 0, count: capacity), count: outputs * outputs)
    }

    /// The weighted loss of all rows, whose derivatives are kept.
    mutating func evaluate(_ targets: ArraySlice<Double>, _ weights: ArraySlice<Double>, withCurvature: Bool) -> Double {
        var sum = 0.0
        let (firstTarget, firstWeight) = (targets.startIndex, weights.startIndex)
        switch link {
        case .identity:
            for row in 0..<targets.count {
                let (weight, error) = (weights[firstWeight + row], predictors[0][row] - targets[firstTarget + row])
                sum += weight * error * error / 2
                slopes[0][row] = weight * error
                curvatures[0][row] = weight
            }
        case .logit:
            sum = logit(targets, weights)
        case .log:
            for row in 0..<targets.count {
                let (weight, eta, y) = (weights[firstWeight + row], predictors[0][row], targets[firstTarget + row])
                let mean = exp(eta)
                sum += weight * (mean - y * eta)
                slopes[0][row] = weight * (mean - y)
                curvatures[0][row] = weight * mean
            }
        case .softmax:
            var powers = [Double](repeating: 0, count: outputs)
            for row in 0..<targets.count {
                let (weight, own) = (weights[firstWeight + row], Int(targets[firstTarget + row]))
                var largest = -Double.infinity
                for output in 0..<outputs { largest = max(largest, predictors[output][row]) }
                var total = 0.0
                for output in 0..<outputs {
                    powers[output] = exp(predictors[output][row] - largest)
                    total += powers[output]
                }
                sum += weight * (largest + log(total) - predictors[own][row])
                for first in 0..<outputs {
                    let chance = powers[first] / total
                    slopes[first][row] = weight * (chance - (own == first ? 1 : 0))
                    guard withCurvature else { continue }
                    curvatures[first * outputs + first][row] = weight * chance * (1 - chance)
                    for second in 0..<first { curvatures[first * outputs + second][row] = weight * chance * powers[second] / total }
                }
            }
        }
        return sum
    }

    /// ln(1 + e^η) − yη without overflow: e^−|η| is at most 1, so that a product of some hundred 1 + e^−|η| is a number still, and rows of one weight need one
    /// logarithm.
    private mutating func logit(_ targets: ArraySlice<Double>, _ weights: ArraySlice<Double>) -> Double {
        let count = targets.count
        precondition(count <= 512 && predictors[0].count == count && weights.count == count, "a product of factors up to 2 has an end")
        let isEven = weights.allSatisfy { $0 == weights[weights.startIndex] }
        var (linear, product, logarithms) = (0.0, 1.0, 0.0)
        unsafe predictors[0].withUnsafeBufferPointer { predictors in
            unsafe slopes[0].withUnsafeMutableBufferPointer { slopes in
                unsafe curvatures[0].withUnsafeMutableBufferPointer { curvatures in
                    unsafe targets.withUnsafeBufferPointer { targets in
                        unsafe weights.withUnsafeBufferPointer { weights in
                            for row in 0..<count {
                                let (weight, eta, y) = unsafe (weights[row], predictors[row], targets[row])
                                let power = exp(-abs(eta))
                                let whole = 1 + power
                                linear += weight * (max(eta, 0) - y * eta)
                                if isEven { product *= whole } else { logarithms += weight * log1p(power) }
                                let chance = (eta >= 0 ? 1 : power) / whole
                                unsafe slopes[row] = weight * (chance - y)
                                unsafe curvatures[row] = weight * power / (whole * whole)
                            }
                        }
                    }
                }
            }
        }
        if isEven, let weight = weights.first { logarithms = weight * log(product) }
        return linear + logarithms
    }
}
