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

    init(_ order: ScoreOrder) {
        let rows = order.positives.count + order.negatives.count
        let (positive, negative) = (order.positives.total, order.negatives.total)
        logLoss = Self.mean(order) { score, label in
            let epsilon = 0x1p-52
            let clipped = min(max(score, epsilon), 1 - epsilon)
            return -log(label ? clipped : 1 - clipped)
        }
        brierScore = Self.mean(order) { score, label in
            let distance = score - (label ? 1 : 0)
            return distance * distance
        }
        guard positive > 0 else {
            (rocAUC, prAUC, kolmogorovSmirnov) = (
                .undefined(Reason.noPositives, n: rows), .undefined(Reason.noPositives, n: rows), .undefined(Reason.noPositives, n: rows)
            )
            liftTopDecile = .undefined(Reason.noPositives, n: rows)
            return
        }
        liftTopDecile = Self.lift(order, share: 0.1, rows: rows)
        guard negative > 0 else {
            (rocAUC, kolmogorovSmirnov) = (.undefined(Reason.noNegatives, n: rows), .undefined(Reason.noNegatives, n: rows))
            prAUC = .value(1, n: rows)
            return
        }
        rocAUC = Self.rocAUC(order, rows)
        var (truePositives, falsePositives) = (0.0, 0.0)
        var precision = CompensatedSum()
        var distance = 0.0
        order.descend { _, p, n in
            truePositives += p
            falsePositives += n
            if p > 0 { precision.add(p / positive * (truePositives / (truePositives + falsePositives))) }
            distance = max(distance, abs(truePositives / positive - falsePositives / negative))
        }
        kolmogorovSmirnov = .value(distance, n: rows)
        let average = min(1, precision.value)
        // Boyd, Eng and Page 2013: on the logit scale, with the positives as the sample.
        let isInside = average > 0 && average < 1 && order.positives.weights == nil
        let error = 1 / (positive * average * (1 - average)).squareRoot()
        prAUC = .value(
            average, n: rows,
            interval: isInside ? Interval.logit(average, logitError: error, method: "logit", confidence: 0.95) : nil)
    }

    /// Twice the Mann–Whitney U: a positive above a negative counts 2, a tie 1. In whole numbers where no row has a weight. DeLong's bounds.
    private static func rocAUC(_ order: ScoreOrder, _ rows: Int) -> Estimate {
        let (positives, negatives) = (order.positives, order.negatives)
        guard positives.weights == nil else {
            var (wins, below) = (CompensatedSum(), negatives.total)
            order.descend { _, p, n in
                below -= n
                wins.add(p * (below + n / 2))
            }
            return .value(min(1, max(0, wins.value / (positives.total * negatives.total))), n: rows)
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
        guard let first = spread(positiveSquares.value, positives.count), let second = spread(negativeSquares.value, negatives.count),
            area > 0, area < 1, first + second > 0
        else { return .value(area, n: rows) }
        return .value(
            area, n: rows,
            interval: Interval.logit(area, error: (first + second).squareRoot(), method: "DeLong", confidence: 0.95))
    }

    /// The mean of a term over all rows, with bounds by the normal distribution of a mean.
    private static func mean(_ order: ScoreOrder, _ term: (Double, Bool) -> Double) -> Estimate {
        var sum = CompensatedSum()
        var squares = CompensatedSum()
        var (weight, weightSquares) = (0.0, 0.0)
        for (side, label) in [(order.negatives, false), (order.positives, true)] {
            for index in side.scores.indices {
                let (value, share) = (term(side.scores[index], label), side.weight(index))
                sum.add(share * value)
                squares.add(share * value * value)
                weight += share
                weightSquares += share * share
            }
        }
        let rows = order.positives.count + order.negatives.count
        guard weight > 0 else { return .undefined(Reason.noRows, n: rows) }
        let mean = sum.value / weight
        let effective = weight * weight / weightSquares
        let variance = max(0, squares.value / weight - mean * mean)
        let half = effective > 1 ? Normal().quantile(0.975) * (variance / (effective - 1)).squareRoot() : nil
        return .value(
            mean, n: rows, interval: half.map { Interval(max(0, mean - $0), mean + $0, method: "normal", confidence: 0.95) })
    }

    static func logarithm(_ x: Double) -> Double { log(x) }

    /// Rows of one score are taken as far as the share reaches, each as much a positive as the others of its score.
    private static func lift(_ order: ScoreOrder, share: Double, rows: Int) -> Estimate {
        let total = order.positives.total + order.negatives.total
        var left = share * total
        var found = 0.0
        order.descend { _, p, n in
            guard left > 0 else { return }
            let taken = min(left, p + n)
            found += p * taken / (p + n)
            left -= taken
        }
        return .value(found / (share * total) / (order.positives.total / total), n: rows)
    }
}
