internal import CLAPACK
internal import Synchronization

/// The few dense kernels that linear models need, by BLIS and LAPACK, on the calling thread only: Debian's serial build, so that the bytes do not depend on
/// how many cores there are. (They depend on the CPU type, since BLIS picks its kernels by it.) Matrices are column-major.
///
/// Blocks of rows are worked on side by side, so these must be safe to call from several threads at once. BLIS is; the serial OpenBLAS 0.3.21 is not, as its callers
/// get each other's buffers (Docs/Decisions/0012).
enum DenseKernels {
    private static let lapack = Mutex(())

    /// The lower triangle of `into` (columns × columns) += factor · Aᵀ·A, where A is rows × columns.
    static func addInnerProducts(_ matrix: UnsafeBufferPointer<Double>, rows: Int, columns: Int, factor: Double, into: inout [Double]) {
        precondition(matrix.count >= rows * columns && into.count == columns * columns)
        guard rows > 0, let start = matrix.baseAddress else { return }
        var (n, k, one, alpha) = (Int32(columns), Int32(rows), 1.0, factor)
        unsafe dsyrk_("L", "T", &n, &k, &alpha, start, &k, &one, &into, &n, 1, 1)
    }

    /// into (one a column) += Aᵀ·x of A (rows × columns).
    static func addTransposedProduct(_ matrix: UnsafeBufferPointer<Double>, rows: Int, columns: Int, _ vector: [Double], into: inout [Double]) {
        precondition(matrix.count >= rows * columns && vector.count >= rows && into.count == columns)
        guard rows > 0, let start = matrix.baseAddress else { return }
        var (m, n, step, one) = (Int32(rows), Int32(columns), Int32(1), 1.0)
        unsafe dgemv_("T", &m, &n, &one, start, &m, vector, &step, &one, &into, &step, 1)
    }

    /// into (one a row) += A·x of A (rows × columns).
    static func addProduct(_ matrix: UnsafeBufferPointer<Double>, rows: Int, columns: Int, _ vector: [Double], into: inout [Double]) {
        precondition(matrix.count >= rows * columns && vector.count == columns && into.count >= rows)
        guard rows > 0, let start = matrix.baseAddress else { return }
        var (m, n, step, one) = (Int32(rows), Int32(columns), Int32(1), 1.0)
        unsafe dgemv_("N", &m, &n, &one, start, &m, vector, &step, &one, &into, &step, 1)
    }

    /// The solution of H·x = b by Cholesky, H given by its lower triangle, and the least pivot; nil if it is not positive definite.
    static func solve(_ matrix: [Double], order: Int, _ right: [Double]) -> (solution: [Double], leastPivot: Double)? {
        var (factor, solution, n, one, info) = (matrix, right, Int32(order), Int32(1), Int32(0))
        // Which LAPACK a machine's alternatives point at is not ours to say, so it is not trusted with two callers at once.
        lapack.withLock { _ in
            unsafe dpotrf_("L", &n, &factor, &n, &info, 1)
            if info == 0 { unsafe dpotrs_("L", &n, &one, factor, &n, &solution, &n, &info, 1) }
        }
        guard info == 0, solution.allSatisfy(\.isFinite) else { return nil }
        let least = (0..<order).reduce(Double.infinity) { min($0, factor[$1 * order + $1] * factor[$1 * order + $1]) }
        return (solution, least)
    }
}
