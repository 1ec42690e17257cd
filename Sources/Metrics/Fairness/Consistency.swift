import Basics
public import Frames
import Statistics

/// Whether rows that are alike get what is alike (Zemel et al. 2013).
public enum Consistency {
    /// 1 − mean |predictionᵢ − mean prediction of its `neighbors` nearest rows|, the row itself among them as in AIF360; by Euclidean distance, of rows at one distance those that come first.
    /// Bounds are those of `RowMean`.
    ///
    /// - Parameters:
    ///   - points: by row, its numbers; all finite and as many.
    ///   - predictions: 0 or 1, or scores.
    /// Throws `empty`, `countsDiffer`, `invalidOption` for fewer rows than neighbours, `invalidScore` for what is not finite.
    public static func estimate(points: [[Double]], predictions: [Double], neighbors: Int = 5, threads: Int = 1) throws(MetricsError) -> Estimate {
        guard let width = points.first?.count, width > 0 else {
            throw MetricsError(.empty, message: "there are no rows, or no numbers to tell them apart")
        }
        guard points.count == predictions.count, points.allSatisfy({ $0.count == width }) else {
            throw MetricsError(.countsDiffer, message: "every row needs its numbers and its prediction")
        }
        guard (1...points.count).contains(neighbors) else {
            throw MetricsError(.invalidOption, message: "\(neighbors.counting("neighbour")) of \(points.count.counting("row")) cannot be found")
        }
        if let row = points.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) {
            throw MetricsError(.invalidScore, message: "row \(row + 1) has a number that is not finite")
        }
        let tree = NeighborTree(points)
        let block = 1024
        let parts = concurrentBlocks((points.count + block - 1) / block, threads: threads) { index -> [Double] in
            (index * block..<min(points.count, (index + 1) * block)).map { row in
                let nearest = tree.nearest(points[row], neighbors)
                return abs(predictions[row] - nearest.reduce(0) { $0 + predictions[$1] } / Double(neighbors))
            }
        }
        let terms = parts.flatMap { $0 }.sorted()
        var mean = RowMean()
        for term in terms { mean.add(1 - term) }
        return mean.estimate(n: terms.count, within: 0...1)
    }

    /// Of more rows so many are compared with one another.
    public static let limit = 5000

    /// Of the decisions of a table's rows, alike by some of its columns, standardized (`FeaturePoints`): of at most `limit` of the rows that have a weight, evenly over them, each counting once, since the
    /// measure knows no weights.
    ///
    /// - Parameter place: the row of the table that a scored row is.
    /// Throws `FrameError` for a column that is not there, `MetricsError`.
    public static func estimate(
        _ rows: ScoredRows, in table: Frame, columns: [String], threads: Int = 1, place: (Int) -> Int = { $0 }
    ) throws -> Estimate {
        let counted = rows.countedRows
        let count = min(limit, counted.count)
        guard count >= 5 else { return .undefined("there are fewer than five rows", n: count) }
        let chosen = (0..<count).map { counted[$0 * counted.count / count] }
        let points = try FeaturePoints.points(table.selecting(rows: chosen.map(place)), columns: columns, standardized: true)
        guard points.contains(where: { $0 != points[0] }) else {
            return .undefined("these columns tell no rows apart, or none that arithmetic could: no row is nearer than another", n: count)
        }
        return try estimate(points: points, predictions: chosen.map { rows.prediction($0) ? 1 : 0 }, threads: threads)
    }
}

/// Points in a tree of halves by their widest coordinate (Friedman, Bentley and Finkel 1977).
struct NeighborTree {
    private let points: [[Double]]
    private var order: [Int]
    /// By node: its rows in `order`, where it is cut, and its children; −1: a leaf.
    private var nodes: [(range: Range<Int>, axis: Int, cut: Double, left: Int, right: Int)] = []

    init(_ points: [[Double]]) {
        self.points = points
        order = Array(points.indices)
        _ = build(0..<points.count)
    }

    private mutating func build(_ range: Range<Int>) -> Int {
        let place = nodes.count
        nodes.append((range, -1, 0, -1, -1))
        guard range.count > 16 else { return place }
        var widest = (axis: -1, width: 0.0)
        for axis in points[0].indices {
            var (low, high) = (Double.infinity, -Double.infinity)
            for index in range {
                let value = points[order[index]][axis]
                (low, high) = (min(low, value), max(high, value))
            }
            if high - low > widest.width { widest = (axis, high - low) }
        }
        // All rows are one point.
        guard widest.axis >= 0 else { return place }
        let axis = widest.axis
        order[range].sort { (points[$0][axis], $0) < (points[$1][axis], $1) }
        var middle = range.lowerBound + range.count / 2
        let cut = points[order[middle]][axis]
        while middle > range.lowerBound, points[order[middle - 1]][axis] == cut { middle -= 1 }
        if middle == range.lowerBound { while middle < range.upperBound, points[order[middle]][axis] == cut { middle += 1 } }
        let value = points[order[middle]][axis]
        let (left, right) = (build(range.lowerBound..<middle), build(middle..<range.upperBound))
        nodes[place] = (range, axis, value, left, right)
        return place
    }

    /// The rows nearest to a point, nearest first; of one distance those that come first.
    func nearest(_ point: [Double], _ count: Int) -> [Int] {
        var found: [(distance: Double, row: Int)] = []
        search(0, point, count, &found)
        return found.map(\.row)
    }

    private func search(_ place: Int, _ point: [Double], _ count: Int, _ found: inout [(distance: Double, row: Int)]) {
        let node = nodes[place]
        guard node.axis >= 0 else {
            for index in node.range {
                let row = order[index]
                var distance = 0.0
                for axis in point.indices { distance += (points[row][axis] - point[axis]) * (points[row][axis] - point[axis]) }
                if found.count == count, let last = found.last, (last.distance, last.row) <= (distance, row) { continue }
                let position = found.firstIndex { (distance, row) < ($0.distance, $0.row) } ?? found.count
                found.insert((distance, row), at: position)
                if found.count > count { found.removeLast() }
            }
            return
        }
        let gap = point[node.axis] - node.cut
        let (near, far) = gap < 0 ? (node.left, node.right) : (node.right, node.left)
        search(near, point, count, &found)
        // What lies exactly as far as the last may still come first by its row.
        if found.count < count || gap * gap <= found[found.count - 1].distance { search(far, point, count, &found) }
    }
}
