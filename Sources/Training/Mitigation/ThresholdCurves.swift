/// The best that thresholds of one group's scores can do, as a concave curve: value against the rate that is to be made equal.
struct ThresholdHull {
    struct Vertex {
        let x: Double
        let y: Double
        /// A score at or above it is selected.
        let threshold: Double
    }

    /// x ascends strictly.
    let vertices: [Vertex]

    /// The upper hull of points by Andrew's monotone chain (1979).
    init(_ points: [Vertex]) {
        let sorted = points.sorted { ($0.x, $1.y) < ($1.x, $0.y) }
        var hull: [Vertex] = []
        for point in sorted {
            if let last = hull.last, last.x == point.x { continue }
            while hull.count >= 2 {
                let (a, b) = (hull[hull.count - 2], hull[hull.count - 1])
                guard (b.x - a.x) * (point.y - a.y) >= (b.y - a.y) * (point.x - a.x) else { break }
                hull.removeLast()
            }
            hull.append(point)
        }
        vertices = hull
    }

    var argmax: Double { vertices.max { ($0.y, $1.x) < ($1.y, $0.x) }?.x ?? 0 }

    /// Where x lies between two vertices: the lower, and the upper one's share.
    func place(_ x: Double) -> (lower: Int, share: Double) {
        guard x > vertices[0].x else { return (0, 0) }
        guard let upper = vertices.firstIndex(where: { $0.x >= x }) else { return (vertices.count - 1, 0) }
        if vertices[upper].x == x { return (upper, 0) }
        return (upper - 1, (x - vertices[upper - 1].x) / (vertices[upper].x - vertices[upper - 1].x))
    }

    func value(_ x: Double) -> Double {
        let (lower, share) = place(x)
        guard share > 0 else { return vertices[lower].y }
        return vertices[lower].y + share * (vertices[lower + 1].y - vertices[lower].y)
    }

    func rule(_ x: Double, ignored: Double = 0, constant: Double = 0) -> GroupThresholds.Rule {
        let (lower, share) = place(x)
        let upper = share > 0 ? lower + 1 : lower
        return GroupThresholds.Rule(
            ignored: ignored, constant: constant, firstShare: 1 - share, first: vertices[lower].threshold, second: vertices[upper].threshold)
    }
}

/// Counts of selected rows, or sums of their weights, for each threshold that tells a group's rows apart, from none selected to all.
struct ThresholdCounts {
    let rows: Double
    let positives: Double
    let negatives: Double
    private(set) var steps: [(threshold: Double, truePositives: Double, falsePositives: Double)]

    init(scores: [Double], labels: [Bool], weights: [Double]? = nil, rows members: [Int]) {
        func mass(_ row: Int) -> Double { weights?[row] ?? 1 }
        let order = members.sorted { (scores[$1], $0) < (scores[$0], $1) }
        positives = order.reduce(0) { labels[$1] ? $0 + mass($1) : $0 }
        negatives = order.reduce(0) { labels[$1] ? $0 : $0 + mass($1) }
        rows = positives + negatives
        // Chances are at most 1, so that nobody is selected by 2.
        steps = [(2, 0, 0)]
        var (place, hits, falseAlarms) = (0, 0.0, 0.0)
        while place < order.count {
            let score = scores[order[place]]
            while place < order.count, scores[order[place]] == score {
                if labels[order[place]] { hits += mass(order[place]) } else { falseAlarms += mass(order[place]) }
                place += 1
            }
            let below = place < order.count ? scores[order[place]] : 0
            let middle = below + (score - below) / 2
            steps.append((place == order.count ? 0 : middle > below ? middle : score, hits, falseAlarms))
        }
    }

    func hull(_ point: (_ truePositives: Double, _ falsePositives: Double) -> (x: Double, y: Double)) -> ThresholdHull {
        ThresholdHull(
            steps.map { step in
                let (x, y) = point(step.truePositives, step.falsePositives)
                return ThresholdHull.Vertex(x: x, y: y, threshold: step.threshold)
            })
    }
}
