internal import Glibc

/// Where a column of numbers is cut into intervals, each open below and closed above.
package enum LIMEThresholds {
    /// Quantiles at `count` − 1 equal steps, as numpy's linear percentiles; equal ones once. `values` without NaN.
    package static func quantiles(_ values: [Double], parts count: Int) -> [Double] {
        let sorted = values.sorted()
        guard let last = sorted.indices.last else { return [] }
        var thresholds: [Double] = []
        for part in 1..<count {
            let place = Double(last) * Double(part) / Double(count)
            let below = Int(place)
            let above = min(below + 1, last)
            let threshold = sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
            if thresholds.last != threshold { thresholds.append(threshold) }
        }
        return thresholds
    }

    /// The thresholds of a decision tree of `depth` levels by information gain (Quinlan 1986), as scikit-learn grows it; the median if there is none.
    package static func entropy(_ values: [Double], labels: [Int], depth: Int = 3) -> [Double] {
        // By value, then place: the counts at a cut depend on whole runs of equal values only.
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        let classes = Set(labels).sorted()
        let codes = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        let column = order.map { values[$0] }
        let coded = order.map { codes[labels[$0]] ?? 0 }
        var found: Set<Double> = []
        var open = [(range: column.indices, depth: depth)]
        while let (range, depth) = open.popLast() {
            guard depth > 0, range.count > 1, let cut = bestCut(column, coded, range, classes: classes.count) else { continue }
            found.insert(column[cut - 1] / 2 + column[cut] / 2)
            open.append((range.lowerBound..<cut, depth - 1))
            open.append((cut..<range.upperBound, depth - 1))
        }
        return found.isEmpty ? quantiles(values, parts: 2) : found.sorted()
    }

    /// The first place in `range` at which the weighted entropies of both sides are least; nil if one class or one value fills it.
    private static func bestCut(_ values: [Double], _ labels: [Int], _ range: Range<Int>, classes: Int) -> Int? {
        var right = [Int](repeating: 0, count: classes)
        for place in range { right[labels[place]] += 1 }
        guard right.count(where: { $0 > 0 }) > 1 else { return nil }
        var left = [Int](repeating: 0, count: classes)
        var best: (place: Int, impurity: Double)?
        for place in (range.lowerBound + 1)..<range.upperBound {
            left[labels[place - 1]] += 1
            right[labels[place - 1]] -= 1
            guard values[place] > values[place - 1] + 1e-7 else { continue }
            let impurity = scaledEntropy(left) + scaledEntropy(right)
            if best.map({ impurity < $0.impurity }) ?? true { best = (place, impurity) }
        }
        return best?.place
    }

    /// The number of rows times their entropy in bits.
    private static func scaledEntropy(_ counts: [Int]) -> Double {
        let sum = Double(counts.reduce(0, +))
        return counts.reduce(0) { $1 > 0 ? $0 - Double($1) * log2(Double($1) / sum) : $0 }
    }
}
