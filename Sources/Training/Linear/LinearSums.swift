/// Sums of a linear problem's derivatives over rows.
struct LinearSums {
    var loss = 0.0
    private let outputs: Int
    private let order: Int
    private let withHessian: Bool
    /// By output: of the features, and of the intercept.
    private var slopes: [[Double]]
    private var interceptSlopes: [Double]
    /// By pair of outputs: Σ c·x·xᵀ's lower triangle, Σ c·x, Σ c.
    private var products: [[Double]]
    private var crossed: [[Double]]
    private var masses: [Double]
    private var scaled: [Double] = []
    private var roots: [Double] = []

    init(outputs: Int, order: Int, withHessian: Bool) {
        self.outputs = outputs
        self.order = order
        self.withHessian = withHessian
        let width = order - 1
        slopes = [[Double]](repeating: [Double](repeating: 0, count: width), count: outputs)
        interceptSlopes = [Double](repeating: 0, count: outputs)
        let pairs = withHessian ? outputs * outputs : 0
        products = [[Double]](repeating: [Double](repeating: 0, count: width * width), count: pairs)
        crossed = [[Double]](repeating: [Double](repeating: 0, count: width), count: pairs)
        masses = [Double](repeating: 0, count: pairs)
    }

    /// `matrix`: rows × features, column-major.
    mutating func add(_ batch: LinearBatch, _ matrix: UnsafeBufferPointer<Double>, rows: Int) {
        let width = order - 1
        for first in 0..<outputs {
            unsafe DenseKernels.addTransposedProduct(matrix, rows: rows, columns: width, batch.slopes[first], into: &slopes[first])
            for row in 0..<rows { interceptSlopes[first] += batch.slopes[first][row] }
            guard withHessian else { continue }
            for second in 0...first {
                let pair = first * outputs + second
                let curvature = batch.curvatures[pair]
                unsafe DenseKernels.addTransposedProduct(matrix, rows: rows, columns: width, curvature, into: &crossed[pair])
                for row in 0..<rows { masses[pair] += curvature[row] }
                unsafe Self.addCurvature(curvature, matrix, rows, width, &scaled, &roots, into: &products[pair])
            }
        }
    }

    /// into += Σ curvature · x·xᵀ
    private static func addCurvature(
        _ curvature: [Double], _ matrix: UnsafeBufferPointer<Double>, _ rows: Int, _ width: Int, _ scaled: inout [Double], _ roots: inout [Double],
        into: inout [Double]
    ) {
        // Rows that weigh the same need no copy.
        if let first = curvature.first, curvature.prefix(rows).allSatisfy({ $0 == first }) {
            return unsafe DenseKernels.addInnerProducts(matrix, rows: rows, columns: width, factor: first, into: &into)
        }
        if scaled.count < rows * width {
            scaled = [Double](repeating: 0, count: rows * width)
            roots = [Double](repeating: 0, count: rows)
        }
        unsafe scaled.withUnsafeMutableBufferPointer { scaled in
            for row in 0..<rows { roots[row] = curvature[row].squareRoot() }
            unsafe roots.withUnsafeBufferPointer { roots in
                for column in 0..<width {
                    for row in 0..<rows { unsafe scaled[column * rows + row] = roots[row] * matrix[column * rows + row] }
                }
            }
        }
        unsafe scaled.withUnsafeBufferPointer { scaled in
            unsafe DenseKernels.addInnerProducts(scaled, rows: rows, columns: width, factor: 1, into: &into)
        }
    }

    var value: LinearProblem.Value {
        var gradient: [Double] = []
        for output in 0..<outputs { gradient += slopes[output] + [interceptSlopes[output]] }
        guard withHessian else { return LinearProblem.Value(loss: loss, gradient: gradient, hessian: []) }
        let size = outputs * order
        var hessian = [Double](repeating: 0, count: size * size)
        for first in 0..<outputs {
            for second in 0...first { place(first, second, in: &hessian, size: size) }
        }
        return LinearProblem.Value(loss: loss, gradient: gradient, hessian: hessian)
    }

    /// Puts the part of two outputs, given by its lower triangle, into the whole's lower triangle.
    private func place(_ first: Int, _ second: Int, in hessian: inout [Double], size: Int) {
        let (pair, width) = (first * outputs + second, order - 1)
        let sign = first == second ? 1.0 : -1.0
        for column in 0..<order {
            for row in column..<order {
                let value: Double
                if row < width { value = products[pair][column * width + row] } else { value = column < width ? crossed[pair][column] : masses[pair] }
                hessian[(second * order + column) * size + first * order + row] = sign * value
                // A part off the diagonal is symmetric too, and lies in the lower triangle as a whole.
                if first != second { hessian[(second * order + row) * size + first * order + column] = sign * value }
            }
        }
    }
}
