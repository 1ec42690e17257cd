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

    /// How sure rows that got worse let `nonInferior` be where they are few, which Student's test takes for many: they are events of one size, as many as they count for, and come by
    /// chance. What they cost is as likely as so few events are where so many are expected as would cost all that is gained and allowed.
    var chanceOfFewWorse: Double {
        let largest = zip(challenger, champion).reduce(0) { max($0, $1.0 - $1.1) }
        guard largest > 0, largest.isFinite else { return 0 }
        var (worse, squares, room) = (CompensatedSum(), CompensatedSum(), CompensatedSum())
        for row in champion.indices {
            let (weight, change) = (weights?[row] ?? 1, (challenger[row] - champion[row]) / largest)
            let cost = weight * max(0, change)
            worse.add(cost)
            squares.add(cost * cost)
            room.add(weight * (margin[row] / largest + max(0, -change)))
        }
        let size = squares.value / worse.value
        // As many events or fewer of a Poisson number.
        return ChiSquare(degrees: 2 * (worse.value / size + 1)).above(2 * max(0, room.value) / size)
    }

    /// The dearest row of either model.
    var worst: Double { max(champion.max() ?? 0, challenger.max() ?? 0) }
}

extension PairedTest {
    /// Student's paired test of a mean loss, or of a figure that rises as it falls. The margin is within the test: that the challenger costs no more than the champion and its margin
    /// together is one mean of rows, whatever the figure is made of, so that a share of a figure that is itself estimated needs no approximation. `nonInferior` is no surer than
    /// `UnseenRows` let it be.
    ///
    /// - Parameters:
    ///   - difference: challenger − champion, of the figure.
    ///   - influence: what each row adds to that difference; nil: nothing is known of its bounds.
    ///   - slope: by how much the figure changes with the mean loss: the bounds where no row differs.
    ///   - worst: the most that a row may cost; nil: as much as the dearest of these.
    /// - Returns: nil where a figure is beyond the largest number, or where the rows count as one.
    func losses(
        _ name: String, _ losses: PairedLosses, figures: (champion: Double, challenger: Double), influence: [Double]?, slope: Double = 1,
        worst: Double? = nil, method: String = "paired t"
    ) -> Outcome? {
        let changes = zip(losses.challenger, losses.champion).map { $0 - $1 }
        let change = losses.mean(changes)
        let allowed = losses.mean(losses.margin).mean
        let excess = losses.mean(zip(changes, losses.margin).map { $0 - $1 })
        guard [figures.champion, figures.challenger, change.mean, change.error, excess.mean, excess.error].allSatisfy(\.isFinite) else { return nil }
        let worst = worst ?? losses.worst
        let unseen = UnseenRows(rows: change.effectiveRows, worst: worst, seen: max(0, changes.max() ?? 0))
        let inferior = max(excess.below, unseen.chance(of: -excess.mean), losses.chanceOfFewWorse)
        let error = max(excess.error, unseen.leastError)
        let power =
            error > 0 ? Normal().above((max(unseen.least(confidence), Normal().quantile(confidence) * error) - allowed) / error) : 1 - confidence
        let difference = figures.challenger - figures.champion
        let half =
            change.error > 0
            ? influence.map { losses.mean($0).half(confidence) } : influence.map { _ in unseen.least(0.5 + confidence / 2) * abs(slope) }
        let interval = half.flatMap { half in
            half > 0 ? Interval(difference - half, difference + half, method: change.error > 0 ? method : "unseen rows", confidence: confidence) : nil
        }
        return Outcome(
            measure: name, champion: figures.champion, challenger: figures.challenger,
            difference: .value(difference, n: changes.count, interval: interval),
            pValue: isSameModel ? (question == .notWorse ? 1 : 0) : question == .notWorse ? change.above : inferior,
            power: question == .nonInferior ? (isSameModel ? 1 : power) : nil, method: method)
    }
}

/// Rows that no sample has: were a few of all rows under the challenger as dear as the dearest, rows that hardly differ would tell nothing of them, since the variance knows what it has
/// seen only. The rule of three (Hanley and Lippman-Hand 1983) for them: a share q of all rows is missed by n rows with the chance (1 − q)ⁿ.
struct UnseenRows {
    let rows: Double
    /// How much more an unseen row may cost than the dearest that was seen to get worse.
    private let reach: Double

    /// - Parameters:
    ///   - worst: the most a row costs.
    ///   - seen: how much more a row of the sample costs at most under the challenger, at least 0.
    init(rows: Double, worst: Double, seen: Double) {
        self.rows = rows
        reach = max(0, worst - seen)
    }

    /// That unseen rows cost so much more, on average over all rows, is consistent with the sample by this chance.
    func chance(of distance: Double) -> Double {
        reach > 0 ? pow(1 - min(1, max(0, distance / reach)), rows) : 0
    }

    /// What unseen rows cost on average at least for `chance` to be 1 − confidence.
    func least(_ confidence: Double) -> Double { reach * (1 - pow(1 - confidence, 1 / rows)) }

    /// Half a row stands for those that are not seen.
    var leastError: Double { reach * (0.5 / (rows + 1) / rows).squareRoot() }
}
