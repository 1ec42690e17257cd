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
            for row in 0..<targets.count {
                let (weight, eta, y) = (weights[firstWeight + row], predictors[0][row], targets[firstTarget + row])
                // ln(1 + e^η) − yη without overflow.
                let power = exp(-abs(eta))
                sum += weight * (max(eta, 0) + log1p(power) - y * eta)
                let chance = (eta >= 0 ? 1 : power) / (1 + power)
                slopes[0][row] = weight * (chance - y)
                curvatures[0][row] = weight * power / ((1 + power) * (1 + power))
            }
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
}
