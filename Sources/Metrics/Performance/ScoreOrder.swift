/// Scores and weights in the order of their scores, for each class: what every figure that depends on ranks is made from, in time linear in the rows.
struct ScoreOrder: Sendable {
    /// Ascending, with their weights; no weights where all count alike.
    struct Side: Sendable {
        let scores: [Double]
        let weights: [Double]?

        var count: Int { scores.count }
        func weight(_ index: Int) -> Double { weights?[index] ?? 1 }
        var total: Double { weights?.reduce(0, +) ?? Double(scores.count) }
        /// How many unweighted rows would tell as much (Kish 1965).
        var effectiveRows: Double {
            guard let weights else { return Double(scores.count) }
            let squares = weights.reduce(0) { $0 + $1 * $1 }
            return squares > 0 ? total * total / squares : 0
        }
    }

    let positives: Side
    let negatives: Side

    /// Of both sides together.
    var effectiveRows: Double {
        guard let first = positives.weights, let second = negatives.weights else { return Double(positives.count + negatives.count) }
        return Side(scores: [], weights: first + second).effectiveRows
    }

    init(_ rows: ScoredRows) {
        let sides = (positives: Self.side(rows, true), negatives: Self.side(rows, false))
        func isPlain(_ side: Side) -> Bool { side.weights?.allSatisfy { $0 == 1 } ?? true }
        // What is left where others weigh nothing.
        let arePlain = isPlain(sides.positives) && isPlain(sides.negatives)
        positives = arePlain ? Side(scores: sides.positives.scores, weights: nil) : sides.positives
        negatives = arePlain ? Side(scores: sides.negatives.scores, weights: nil) : sides.negatives
    }

    private static func side(_ rows: ScoredRows, _ label: Bool) -> Side {
        guard let weights = rows.weights else {
            var keys: [UInt64] = []
            keys.reserveCapacity(rows.count)
            for (row, score) in rows.scores.enumerated() where rows.labels[row] == label { keys.append(Self.key(score)) }
            RadixSort.sort(&keys)
            return Side(scores: keys.map { Double(bitPattern: $0) }, weights: nil)
        }
        // Rows of one score by their weight, so that sums do not depend on the order of the rows.
        let chosen = rows.scores.indices.filter { rows.labels[$0] == label && weights[$0] > 0 }
            .sorted { (rows.scores[$0], weights[$0]) < (rows.scores[$1], weights[$1]) }
        return Side(scores: chosen.map { rows.scores[$0] }, weights: chosen.map { weights[$0] })
    }

    /// The bits of a number that is not negative are in its order; −0 is 0.
    private static func key(_ score: Double) -> UInt64 { (score + 0).bitPattern & 0x7FFF_FFFF_FFFF_FFFF }

    /// Calls `visit` for each distinct score, from the highest: the positives' and the negatives' weight at it.
    func descend(_ visit: (_ score: Double, _ positive: Double, _ negative: Double) -> Void) {
        var (p, n) = (positives.count - 1, negatives.count - 1)
        while p >= 0 || n >= 0 {
            let score = Swift.max(p >= 0 ? positives.scores[p] : -1, n >= 0 ? negatives.scores[n] : -1)
            var (positive, negative) = (0.0, 0.0)
            while p >= 0, positives.scores[p] == score {
                positive += positives.weight(p)
                p -= 1
            }
            while n >= 0, negatives.scores[n] == score {
                negative += negatives.weight(n)
                n -= 1
            }
            visit(score, positive, negative)
        }
    }
}
