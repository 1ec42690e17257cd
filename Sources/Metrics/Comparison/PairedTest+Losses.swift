internal import Glibc
import Statistics

/// What each row costs under both models, and what worse is no matter.
struct PairedLosses {
    var champion: [Double]
    var challenger: [Double]
    /// By row, how much more the challenger may cost for `nonInferior`.
    var margin: [Double]
    let weights: [Double]?

    /// Of a figure that is itself a loss, whose margin is a share of the champion's.
    init(champion: [Double], challenger: [Double], share: Double, weights: [Double]?) {
        self.init(champion: champion, challenger: challenger, margin: champion.map { $0 * share }, weights: weights)
    }

    init(champion: [Double], challenger: [Double], margin: [Double], weights: [Double]?) {
        (self.champion, self.challenger, self.margin, self.weights) = (champion, challenger, margin, weights)
    }

    func mean(_ values: [Double]) -> PairedMean { PairedMean(values, weights) }
}

extension PairedTest {
    /// Student's paired test of a mean loss, or of a figure that rises as it falls. The margin is within the test: that the challenger costs no more than the champion and its margin
    /// together is one mean of rows, whatever the figure is made of, so that a share of a figure that is itself estimated needs no approximation.
    ///
    /// - Parameters:
    ///   - difference: challenger − champion, of the figure.
    ///   - influence: what each row adds to that difference; nil: nothing is known of its bounds.
    /// - Returns: nil where a figure is beyond the largest number.
    func losses(
        _ name: String, _ losses: PairedLosses, figures: (champion: Double, challenger: Double), influence: [Double]?, method: String = "paired t"
    ) -> Outcome? {
        let changes = zip(losses.challenger, losses.champion).map { $0 - $1 }
        let change = losses.mean(changes)
        let allowed = losses.mean(losses.margin).mean
        let excess = losses.mean(zip(changes, losses.margin).map { $0 - $1 })
        guard [figures.champion, figures.challenger, change.mean, change.error, excess.mean, excess.error].allSatisfy(\.isFinite) else { return nil }
        let (rows, worst) = (change.effectiveRows, losses.champion.max() ?? 0)
        // The last digits differ between machines; they tell as little of how the models differ as equal ones do.
        let differs = changes.contains { abs($0) > 1e-6 * worst }
        var inferior = excess.below
        var error = excess.error
        if !differs {
            // Rows on which nothing differs, of which the variance knows nothing. Were a share of all rows to cost at most what the worst row does more, it would have to be at least
            // margin ÷ worst to matter, and these rows would have missed it with this chance.
            inferior = pow(1 - min(1, worst > 0 ? allowed / worst : 0), rows)
            // Half a discordant row stands for those that are not seen.
            error = worst * (0.5 / (rows + 1) / rows).squareRoot()
        }
        let normal = Normal()
        let power = error > 0 ? normal.above(normal.quantile(confidence) - allowed / error) : 1 - confidence
        let difference = figures.challenger - figures.champion
        let bounds = differs ? influence.map { losses.mean($0).half(confidence) } : nil
        let interval = bounds.map { Interval(difference - $0, difference + $0, method: method, confidence: confidence) }
        return Outcome(
            measure: name, champion: figures.champion, challenger: figures.challenger,
            difference: .value(difference, n: changes.count, interval: interval),
            pValue: isSameModel ? (question == .notWorse ? 1 : 0) : question == .notWorse ? change.above : inferior,
            power: question == .nonInferior ? (isSameModel ? 1 : power) : nil, method: method)
    }
}
