extension LargestDistance {
    /// Finds the largest distance in one walk over the values of both samples, in either order.
    public struct Walk: Sendable {
        /// The largest distance so far.
        public private(set) var distance = 0.0
        /// Where it was: either sample's share of what was walked over.
        public private(set) var shares = (first: 0.0, second: 0.0)
        /// Neighbouring values in cells of about as many rows.
        public private(set) var cells: [(first: Double, second: Double)] = []

        private let whole: (first: Double, second: Double)
        private let cellsOfRow: Double
        private var sums = (first: 0.0, second: 0.0)
        private var cell = -1

        /// Of samples of so many rows, or weights.
        public init(first: Double, second: Double) {
            whole = (first, second)
            cellsOfRow = Double(LargestDistance.maximumCells) / (first + second)
            cells.reserveCapacity(LargestDistance.maximumCells)
        }

        /// The rows, or weights, of the next value.
        public mutating func add(_ first: Double, _ second: Double) {
            let own = min(LargestDistance.maximumCells - 1, Int((sums.first + sums.second) * cellsOfRow))
            if own > cell { cells.append((0, 0)) }
            cell = own
            cells[cells.count - 1].first += first
            cells[cells.count - 1].second += second
            sums = (sums.first + first, sums.second + second)
            let here = (sums.first / whole.first, sums.second / whole.second)
            let apart = abs(here.0 - here.1)
            // Of places that are alike but for the last digits of their weights' sums, the one whose shares are least certain.
            let isMore = apart > distance + 1e-12
            guard isMore || apart > distance - 1e-12 && abs(here.0 + here.1 - 1) < abs(shares.first + shares.second - 1) else { return }
            (distance, shares) = (max(apart, distance), here)
        }

        /// - Parameters: effective numbers where rows have weights.
        public func interval(firstRows: Double, secondRows: Double, confidence: Double = 0.95) -> Interval {
            LargestDistance(cells: cells, firstRows: firstRows, secondRows: secondRows).interval(at: shares, confidence: confidence)
        }
    }
}
