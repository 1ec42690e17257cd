internal import Glibc
import Statistics

/// Figures of two models on the same rows, each with a test of their difference.
package struct PairedTest {
    let question: ModelComparison.Question
    let margin: Double
    let confidence: Double
    /// Both are one model: what is to be shown of them is so.
    var isSameModel = false

    struct Outcome {
        let measure: String
        let champion: Double
        let challenger: Double
        var difference: Estimate
        let pValue: Double
        let power: Double?
        let method: String

        /// Of figures that were taken over a power of two; nil where one is beyond the largest number.
        func scaled(by exponent: Int) -> Outcome? {
            guard exponent != 0 else { return self }
            let (old, new) = (scalbn(champion, exponent), scalbn(challenger, exponent))
            guard old.isFinite, new.isFinite else { return nil }
            return Outcome(
                measure: measure, champion: old, challenger: new, difference: difference.scaled(by: exponent), pValue: pValue, power: power,
                method: method)
        }
    }

    /// What could be compared, and by the names of the figures why the rest could not.
    package struct Findings {
        var outcomes: [Outcome] = []
        var missing: [String: String] = [:]
        /// What has no value here, and would say nothing that another figure does not; with why.
        var covered: [String: String] = [:]

        /// Adds what was compared, or the reason why it was not.
        mutating func add(_ name: String, _ outcome: Outcome?, orMissing reason: String) {
            if let outcome { outcomes.append(outcome) } else { missing[name] = reason }
        }
    }

    /// What can be compared on some rows, each of which has a weight, and why the rest cannot; `suffix` stands behind the figures' names.
    func all<Rows: ComparedRows>(_ champion: Rows, _ challenger: Rows, _ rows: [Int], _ suffix: String) -> Findings {
        rows.isEmpty ? Findings() : challenger.findings(besides: champion, rows, suffix: suffix, by: self)
    }

    /// That the difference is −margin or less, against more, by the score test.
    private func inferior(_ pair: PairedProportions) -> Double { margin < 1 ? Normal().above(pair.score(against: -margin)) : 0 }

    /// McNemar's exact test of the rows that just one of them decides rightly; of rows with weights, the normal test of the mean difference. Bounds and
    /// non-inferiority by Tango's score.
    func accuracies(_ answers: PairedAnswers, _ name: String) -> Outcome {
        let (onlyOld, onlyNew) = (answers.onlyChampion, answers.onlyChallenger)
        let difference = (onlyNew - onlyOld) / answers.total
        let error = (max(0, (onlyNew + onlyOld) / answers.total - difference * difference) / answers.effectiveRows).squareRoot()
        let scale = answers.effectiveRows / answers.total
        var exact: Double?
        if answers.isUnweighted {
            let (old, new) = (Int((onlyOld * scale).rounded()), Int((onlyNew * scale).rounded()))
            // P(at most so many of the discordant rows are the challenger's) if both are alike.
            exact = old + new == 0 ? 1 : Binomial(trials: old + new, probability: 0.5).below(new)
        }
        let pair = PairedProportions(onlyFirst: onlyNew * scale, onlySecond: onlyOld * scale, rows: answers.effectiveRows)
        return outcome(
            name, (answers.both + onlyOld) / answers.total, (answers.both + onlyNew) / answers.total, difference, error, answers.rows,
            exact == nil ? "paired normal" : "McNemar", exactWorse: exact, exactInferior: inferior(pair), interval: pair.interval(confidence),
            standIn: pair, seen: onlyOld > 0 ? 1 : 0)
    }

    /// The paired bootstrap of a figure of rows that fall into cells: truth and both decisions of a row stay together.
    ///
    /// - Parameters:
    ///   - cells: rows, or weights, in each.
    ///   - movers: how many rows are so few that one of them moves the figure by one in their number: what is known where nothing differs.
    ///   - seen: as `outcome` has it.
    ///   - change: challenger − champion, of the cells' masses.
    func bootstrapped(
        _ name: String, _ cells: [Double], effectiveRows: Double, rows: Int, figures: (champion: Double, challenger: Double), movers: Double,
        seen: Double, change: ([Double]) -> Double?
    ) -> Outcome? {
        let bootstrap = CellBootstrap(cells, effectiveRows: effectiveRows, replicates: 500, seed: 0)
        let drawn = bootstrap.values(change)
        guard drawn.count > 1 else { return nil }
        let difference = figures.challenger - figures.champion
        let mean = drawn.reduce(0, +) / Double(drawn.count)
        let squares: Double = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error = (squares / Double(drawn.count - 1)).squareRoot()
        // With the sample itself counted, as permutation tests do: never zero. Equal decisions differ in no replicate.
        // Where no replicate is against, their normal's tail tells small chances apart, which many figures at once ask for.
        func share(_ edge: Double, _ isAgainst: (Double) -> Bool) -> Double {
            let against = drawn.count(where: isAgainst)
            let counted = Double(against + 1) / Double(drawn.count + 1)
            return against > 0 ? counted : min(counted, Normal().above(abs(difference - edge) / error))
        }
        let standIn = PairedProportions(onlyFirst: max(0, difference) * movers, onlySecond: max(0, -difference) * movers, rows: movers)
        return outcome(
            name, figures.champion, figures.challenger, difference, error, rows, "paired bootstrap",
            exactWorse: error > 0 ? share(0) { $0 >= 0 } : nil,
            exactInferior: error > 0 ? share(-margin) { $0 <= -margin } : nil,
            interval: error > 0 ? bootstrap.interval(confidence: confidence, change) : nil, standIn: standIn, seen: seen)
    }

    /// - Parameters:
    ///   - standIn: what is known where no row differs.
    ///   - seen: by how much some row got worse, of the 1 that it can at most; of less the figure's own variance does not know rows that would.
    func outcome(
        _ name: String, _ champion: Double, _ challenger: Double, _ difference: Double, _ error: Double, _ rows: Int, _ method: String,
        exactWorse: Double? = nil, exactInferior: Double? = nil, interval: Interval? = nil, standIn: PairedProportions, seen: Double = 1
    ) -> Outcome {
        let normal = Normal()
        let half = normal.quantile(0.5 + confidence / 2) * error
        let varies = error > 0
        let worse = isSameModel ? 1 : exactWorse ?? normal.below(varies ? difference / error : standIn.score(against: 0))
        let unseen = UnseenRows(rows: standIn.rows, worst: 1, seen: seen)
        // A few lost rows vary little at what was found, and more where the margin lies: no surer than Tango's score of as many.
        let shown = max(exactInferior ?? (varies ? normal.above((difference + margin) / error) : 0), inferior(standIn))
        let inferior = isSameModel ? 0 : max(shown, unseen.chance(of: difference + margin))
        // Half a discordant row stands for those that are not seen.
        let least = (0.5 / (standIn.rows + 1) / standIn.rows).squareRoot()
        let spread = max(error, least)
        let power = isSameModel ? 1 : normal.above((max(unseen.least(confidence), normal.quantile(confidence) * spread) - margin) / spread)
        let normalBounds = Interval(max(-1, difference - half), min(1, difference + half), method: method, confidence: confidence)
        return Outcome(
            measure: name, champion: champion, challenger: challenger,
            difference: .value(difference, n: rows, interval: interval ?? (varies ? normalBounds : standIn.interval(confidence))),
            pValue: question == .notWorse ? worse : inferior, power: question == .nonInferior ? power : nil, method: method)
    }
}

/// Which rows each of two models decides rightly.
struct PairedAnswers {
    var both = 0.0
    var onlyChampion = 0.0
    var onlyChallenger = 0.0
    var total = 0.0
    var squares = 0.0
    var rows = 0

    mutating func add(champion: Bool, challenger: Bool, _ weight: Double) {
        if champion && challenger { both += weight } else if champion { onlyChampion += weight } else if challenger { onlyChallenger += weight }
        total += weight
        squares += weight * weight
        rows += 1
    }

    var effectiveRows: Double { squares > 0 ? total * total / squares : 0 }
    /// As many rows tell as much as there are, but for last digits: all weights are alike.
    var isUnweighted: Bool { abs(effectiveRows - Double(rows)) < 1e-9 * Double(rows) }
}
