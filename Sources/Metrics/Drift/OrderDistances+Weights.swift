import Statistics

/// A sample whose rows count by weight: ascending values, and how many unweighted rows would tell as much.
struct WeightedSample {
    let values: [Double]
    let weights: [Double]
    let effectiveRows: Double
}

extension OrderDistances {
    /// The same of rows with weights: of their distribution functions by weight. Cramér and von Mises' T is over the pooled distribution of effective rows.
    init(_ first: WeightedSample, _ second: WeightedSample) {
        let (n, m) = (first.effectiveRows, second.effectiveRows)
        let (firstWhole, secondWhole) = (first.weights.reduce(0, +), second.weights.reduce(0, +))
        var (i, j) = (0, 0)
        var (below, otherBelow) = (0.0, 0.0)
        var (largest, area) = (0.0, 0.0)
        var cramerVonMises = CramerVonMises(first: n, second: m, countsRows: false)
        var previous = min(first.values[0], second.values[0])
        var (way, noise) = (0.0, 0.0)
        var (sums, squares) = ((0.0, 0.0), (0.0, 0.0))
        let scale = 1 / n + 1 / m
        var walk = LargestDistance.Walk(first: firstWhole, second: secondWhole)
        while i < first.values.count || j < second.values.count {
            let value =
                i < first.values.count && (j == second.values.count || first.values[i] <= second.values[j]) ? first.values[i] : second.values[j]
            let (difference, gap) = (below / firstWhole - otherBelow / secondWhole, value - previous)
            if gap > 0 {
                area += abs(difference) * gap
                way += difference > 0 ? gap : difference < 0 ? -gap : 0
                let pooled = (n * below / firstWhole + m * otherBelow / secondWhole) / (n + m)
                let spread = max(0, pooled * (1 - pooled))
                if difference * difference < 4 * spread * scale { noise += spread.squareRoot() * gap }
            }
            previous = value
            var (own, other) = (0.0, 0.0)
            while i < first.values.count, first.values[i] == value {
                own += first.weights[i]
                i += 1
            }
            while j < second.values.count, second.values[j] == value {
                other += second.weights[j]
                j += 1
            }
            (below, otherBelow) = (below + own, otherBelow + other)
            walk.add(own, other)
            (own, other) = (own / firstWhole, other / secondWhole)
            sums = (sums.0 + own * way, sums.1 + other * way)
            squares = (squares.0 + own * way * way, squares.1 + other * way * way)
            let here = i == first.values.count && j == second.values.count ? 0 : abs(below / firstWhole - otherBelow / secondWhole)
            largest = max(largest, here)
            cramerVonMises.add(rows: n * own + m * other, distance: here)
        }
        self.init(
            kolmogorovSmirnov: min(1, largest), walk: walk, wasserstein: area, cramerVonMises: cramerVonMises,
            variances: (max(0, squares.0 - sums.0 * sums.0), max(0, squares.1 - sums.1 * sums.1)), noise: noise, secondRows: m)
    }
}
