internal import Glibc
import Statistics

/// Figures that depend on the order of the scores, and those that are means over rows.
struct RankMeasures {
    let rocAUC: Estimate
    let prAUC: Estimate
    let kolmogorovSmirnov: Estimate
    let logLoss: Estimate
    let brierScore: Estimate
    /// The positives' rate among the tenth of the rows with the highest scores, over their rate among all.
    let liftTopDecile: Estimate
    /// The share of the positives that are among the tenth of the rows with the highest scores.
    let gainTopDecile: Estimate

    init(_ order: ScoreOrder) {
        let rows = order.positives.count + order.negatives.count
        let (positive, negative) = (order.positives.total, order.negatives.total)
        logLoss = Self.mean(order, within: 0...Double.infinity) { score, label in
            let epsilon = 0x1p-52
            let clipped = min(max(score, epsilon), 1 - epsilon)
            return -log(label ? clipped : 1 - clipped)
        }
        brierScore = Self.mean(order, within: 0...1) { score, label in
            let distance = score - (label ? 1 : 0)
            return distance * distance
        }
        guard positive > 0 else {
            (rocAUC, prAUC, kolmogorovSmirnov) = (
                .undefined(Reason.noPositives, n: rows), .undefined(Reason.noPositives, n: rows), .undefined(Reason.noPositives, n: rows)
            )
            (liftTopDecile, gainTopDecile) = (.undefined(Reason.noPositives, n: rows), .undefined(Reason.noPositives, n: rows))
            return
        }
        (liftTopDecile, gainTopDecile) = Self.top(order, share: 0.1, rows: rows)
        guard negative > 0 else {
            (rocAUC, kolmogorovSmirnov) = (.undefined(Reason.noNegatives, n: rows), .undefined(Reason.noNegatives, n: rows))
            prAUC = .value(1, n: rows, interval: Proportion(order.positives.effectiveRows, of: order.positives.effectiveRows).wilson())
            return
        }
        rocAUC = Self.rocAUC(order)
        var (truePositives, falsePositives) = (0.0, 0.0)
        var precision = CompensatedSum()
        var distance = LargestDistance.Walk(first: positive, second: negative)
        order.descend { _, p, n in
            distance.add(p, n)
            truePositives += p
            falsePositives += n
            if p > 0 { precision.add(p / positive * (truePositives / (truePositives + falsePositives))) }
        }
        let (effectivePositives, effectiveNegatives) = (order.positives.effectiveRows, order.negatives.effectiveRows)
        kolmogorovSmirnov = .value(
            min(1, distance.distance), n: rows, interval: distance.interval(firstRows: effectivePositives, secondRows: effectiveNegatives))
        let average = min(1, precision.value)
        // Boyd, Eng and Page 2013: on the logit scale, with the positives as the sample.
        let error = 1 / (effectivePositives * average * (1 - average)).squareRoot()
        prAUC = .value(
            average, n: rows,
            interval: average < 1
                ? Interval.logit(average, logitError: error, method: "logit", confidence: 0.95)
                : Proportion(effectivePositives, of: effectivePositives).wilson())
    }

    /// Twice the Mann–Whitney U: a positive above a negative counts 2, a tie 1. In whole numbers where no row has a weight. DeLong's bounds.
    static func rocAUC(_ order: ScoreOrder) -> Estimate {
        let (positives, negatives) = (order.positives, order.negatives)
        let rows = positives.count + negatives.count
        guard positives.total > 0 else { return .undefined(Reason.noPositives, n: rows) }
        guard negatives.total > 0 else { return .undefined(Reason.noNegatives, n: rows) }
        guard positives.weights == nil else {
            var (wins, below) = (CompensatedSum(), negatives.total)
            order.descend { _, p, n in
                below -= n
                wins.add(p * (below + n / 2))
            }
            let area = min(1, max(0, wins.value / (positives.total * negatives.total)))
            let labels = (0..<(positives.count + negatives.count)).map { $0 < positives.count }
            let weights = (positives.weights ?? []) + (negatives.weights ?? [])
            let error = AreaInfluence(scores: positives.scores + negatives.scores, labels: labels, weights: weights)?.error ?? 0
            return .value(
                area, n: rows,
                interval: .area(area, error: error, positives: positives.effectiveRows, negatives: negatives.effectiveRows))
        }
        var wins = 0
        var positiveSquares = CompensatedSum()
        var negativeSquares = CompensatedSum()
        var (p, n) = (0, 0)
        while p < positives.count || n < negatives.count {
            let score = min(p < positives.count ? positives.scores[p] : 2, n < negatives.count ? negatives.scores[n] : 2)
            let (positivesBelow, negativesBelow) = (p, n)
            while p < positives.count, positives.scores[p] == score { p += 1 }
            while n < negatives.count, negatives.scores[n] == score { n += 1 }
            let (tiedPositives, tiedNegatives) = (p - positivesBelow, n - negativesBelow)
            let twiceBelow = 2 * negativesBelow + tiedNegatives
            wins += tiedPositives * twiceBelow
            let share = Double(twiceBelow) / Double(2 * negatives.count)
            positiveSquares.add(Double(tiedPositives) * share * share)
            let above = Double(2 * (positives.count - p) + tiedPositives) / Double(2 * positives.count)
            negativeSquares.add(Double(tiedNegatives) * above * above)
        }
        let area = Double(wins) / Double(2 * positives.count * negatives.count)
        func spread(_ squares: Double, _ count: Int) -> Double? {
            count > 1 ? max(0, squares - Double(count) * area * area) / Double(count - 1) / Double(count) : nil
        }
        let error = spread(positiveSquares.value, positives.count).flatMap { first in
            spread(negativeSquares.value, negatives.count).map { (first + $0).squareRoot() }
        }
        return .value(
            area, n: rows,
            interval: .area(area, error: error ?? 0, positives: Double(positives.count), negatives: Double(negatives.count)))
    }

    /// The mean of a term over all rows.
    private static func mean(_ order: ScoreOrder, within range: ClosedRange<Double>, _ term: (Double, Bool) -> Double) -> Estimate {
        var mean = RowMean()
        for (side, label) in [(order.negatives, false), (order.positives, true)] {
            for index in side.scores.indices { mean.add(term(side.scores[index], label), side.weight(index)) }
        }
        let rows = order.positives.count + order.negatives.count
        return mean.weight > 0 ? mean.estimate(n: rows, within: range) : .undefined(Reason.noRows, n: rows)
    }

    static func logarithm(_ x: Double) -> Double { log(x) }

    /// Lift and gain. Rows of one score are taken as far as the share reaches, each as much a positive as the others of its score.
    ///
    /// Bounds by the normal distribution on the logit scale of the gain. Which rows are taken is estimated too: what the gain owes to that is the rate of positives at the cut,
    /// taken from the rows around it.
    private static func top(_ order: ScoreOrder, share: Double, rows: Int) -> (lift: Estimate, gain: Estimate) {
        let (positives, negatives) = (order.positives, order.negatives)
        let total = positives.total + negatives.total
        var left = share * total
        var found = 0.0
        var (seen, near, nearPositives) = (0.0, 0.0, 0.0)
        order.descend { _, p, n in
            let before = seen
            seen += p + n
            let inside = min(seen, 1.5 * share * total) - max(before, 0.5 * share * total)
            if inside > 0 { (near, nearPositives) = (near + inside, nearPositives + p * inside / (p + n)) }
            guard left > 0 else { return }
            let taken = min(left, p + n)
            found += p * taken / (p + n)
            left -= taken
        }
        let gain = min(1, found / positives.total)
        let base = positives.total / total
        let lift = found / (share * total) / base
        let effective = order.effectiveRows
        // With one row of either class more: few rows lie around a cut. A row is as much as one of the effective ones, since weights count relative to one another.
        let row = total / effective
        let atCut = (nearPositives + row) / (near + 2 * row)
        var squares = 0.0
        for (isPositive, isTaken, weight) in [
            (1.0, 1.0, found), (1, 0, positives.total - found), (0, 1, share * total - found), (0, 0, (1 - share) * total - positives.total + found),
        ] {
            let influence = isPositive * (isTaken - gain) - atCut * (isTaken - share)
            squares += max(0, weight) / total * influence * influence
        }
        let error = (squares / effective).squareRoot() / base
        let bounds =
            gain > 0 && gain < 1 && error > 0 && positives.effectiveRows > 2 - 1e-9
            ? Interval.logit(gain, error: error, method: "logit", confidence: 0.95)
            : Proportion(gain * positives.effectiveRows, of: positives.effectiveRows).wilson()
        return (
            .value(lift, n: rows, interval: Interval(bounds.lower / share, bounds.upper / share, method: bounds.method, confidence: 0.95)),
            .value(gain, n: rows, interval: bounds)
        )
    }
}
