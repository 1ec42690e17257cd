internal import Glibc
import Statistics

/// The mean of a figure that every row has of both models, such as the difference of their losses, and Student's test of it: the paired t test, of forecasts Diebold and Mariano's
/// (1995) for rows that do not hang together.
///
/// Of rows with weights the variance is that of the weighted mean, Σw²(x − x̄)² / (Σw)² · n/(n − 1), with one degree of freedom less than effective rows (Kish 1965).
struct PairedMean {
    let mean: Double
    /// Zero where all rows have one value.
    let error: Double
    let effectiveRows: Double

    /// - Precondition: there is a row, and all weights are above zero.
    init(_ values: [Double], _ weights: [Double]?) {
        // Squares of numbers beyond 1e±100 would overflow or vanish: a power of two loses no digit.
        let exponent = Magnitude.exponent(Magnitude.largest(of: values))
        let scaled = exponent == 0 ? values : values.map { scalbn($0, -exponent) }
        var (sum, whole, squares) = (CompensatedSum(), CompensatedSum(), CompensatedSum())
        for row in scaled.indices {
            let weight = weights?[row] ?? 1
            sum.add(weight * scaled[row])
            whole.add(weight)
            squares.add(weight * weight)
        }
        let mean = sum.value / whole.value
        var deviations = CompensatedSum()
        for row in scaled.indices {
            let part = (weights?[row] ?? 1) * (scaled[row] - mean)
            deviations.add(part * part)
        }
        let rows = Double(values.count)
        let isConstant = values.allSatisfy { $0 == values[0] }
        self.mean = scalbn(mean, exponent)
        error = isConstant || rows < 2 ? 0 : scalbn((deviations.value * rows / (rows - 1)).squareRoot() / whole.value, exponent)
        effectiveRows = whole.value * whole.value / squares.value
    }

    private var student: StudentT { StudentT(degrees: max(1, effectiveRows - 1)) }

    /// The chance of so large a mean if the true one is zero.
    var above: Double { oneSided(mean) }
    /// The chance of so small a mean if the true one is zero.
    var below: Double { oneSided(-mean) }

    /// No test of so many pairs is surer than if each had gone this way by the toss of a coin.
    private func oneSided(_ distance: Double) -> Double {
        let least = pow(0.5, effectiveRows)
        if error > 0 { return max(least, student.above(distance / error)) }
        return distance > 0 ? least : 1
    }

    /// Half of an interval's width.
    func half(_ confidence: Double) -> Double { student.quantile(0.5 + confidence / 2) * error }
}
