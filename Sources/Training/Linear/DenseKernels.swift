internal import CLAPACK

/// The few dense kernels that linear models need, by OpenBLAS, on the calling thread only: Debian's serial build, so that the bytes do not depend on
/// how many cores there are. (They depend on the CPU type, since OpenBLAS picks its kernels by it.) Matrices are column-major.
enum DenseKernels {
    /// The lower triangle of `into` (order × order) += factor · A·Aᵀ, where A is order × columns.
    static func addOuterProducts(_ matrix: [Double], order: Int, columns: Int, factor: Double = 1, into: inout [Double]) {
        precondition(matrix.count >= order * columns && into.count == order * order)
        var (n, k, one, alpha) = (Int32(order), Int32(columns), 1.0, factor)
        unsafe dsyrk_("L", "N", &n, &k, &alpha, matrix, &n, &one, &into, &n, 1, 1)
    }

    /// Aᵀ·x of columns `range` of A (order × …).
    static func transposedProduct(_ matrix: [Double], order: Int, columns range: Range<Int>, _ vector: [Double]) -> [Double] {
        precondition(matrix.count >= order * range.upperBound && vector.count == order)
        guard !range.isEmpty else { return [] }
        var result = [Double](repeating: 0, count: range.count)
        var (m, n, step, one, zero) = (Int32(order), Int32(range.count), Int32(1), 1.0, 0.0)
        unsafe matrix.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe dgemv_("T", &m, &n, &one, start + order * range.lowerBound, &m, vector, &step, &zero, &result, &step, 1)
        }
        return result
    }

    /// A·x of columns `range` of A (order × …), where x has one element a column of the range.
    static func product(_ matrix: [Double], order: Int, columns range: Range<Int>, _ vector: [Double]) -> [Double] {
        precondition(matrix.count >= order * range.upperBound && vector.count == range.count)
        var result = [Double](repeating: 0, count: order)
        guard !range.isEmpty else { return result }
        var (m, n, step, one, zero) = (Int32(order), Int32(range.count), Int32(1), 1.0, 0.0)
        unsafe matrix.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe dgemv_("N", &m, &n, &one, start + order * range.lowerBound, &m, vector, &step, &zero, &result, &step, 1)
        }
        return result
    }

    /// The solution of H·x = b by Cholesky, H given by its lower triangle; nil if it is not positive definite.
    static func solve(_ matrix: [Double], order: Int, _ right: [Double]) -> [Double]? {
        var (factor, solution, n, one, info) = (matrix, right, Int32(order), Int32(1), Int32(0))
        unsafe dpotrf_("L", &n, &factor, &n, &info, 1)
        guard info == 0 else { return nil }
        unsafe dpotrs_("L", &n, &one, factor, &n, &solution, &n, &info, 1)
        return info == 0 && solution.allSatisfy(\.isFinite) ? solution : nil
    }
}
