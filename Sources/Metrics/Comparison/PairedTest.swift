import Statistics

/// Figures of two models on the same rows, each with a test of their difference.
struct PairedTest {
    let question: ModelComparison.Question
    let margin: Double
    let confidence: Double
    /// Both are one model: what is to be shown of them is so.
    var isSameModel = false

    struct Outcome {
        let measure: String
        let champion: Double
        let challenger: Double
        let difference: Estimate
        let pValue: Double
        let power: Double?
        let method: String
    }

    /// What can be compared on some rows, and why the rest cannot; `suffix` stands behind the figures' names. Nothing of rows that weigh nothing.
    func all(
        _ champion: ScoredRows, _ challenger: ScoredRows, _ rows: [Int], _ suffix: String
    ) -> (outcomes: [Outcome], missing: [String: String]) {
        // Rows without weight count nowhere.
        let rows = champion.weights.map { weights in rows.filter { weights[$0] > 0 } } ?? rows
        let cells = PairedCells(champion, challenger, rows)
        guard cells.total > 0 else { return ([], [:]) }
        let (area, harmonic) = ("rocAUC\(suffix)", "f1\(suffix)")
        let (areas, f1) = (areas(champion, challenger, rows, cells, area), f1(cells, harmonic))
        var missing: [String: String] = [:]
        if areas == nil { missing[area] = "its rows are of one class only" }
        if f1 == nil { missing[harmonic] = "its rows have no positive label, and a model decides positively of none or hardly any" }
        return ([areas, accuracies(cells, "accuracy\(suffix)"), f1].compactMap { $0 }, missing)
    }

    /// DeLong's test, of rows with weights too. Nil where the rows are of one class.
    private func areas(_ champion: ScoredRows, _ challenger: ScoredRows, _ rows: [Int], _ cells: PairedCells, _ name: String) -> Outcome? {
        let labels = rows.map { champion.labels[$0] }
        let weights = champion.weights.map { all in rows.map { all[$0] } }
        func area(_ model: ScoredRows) -> AreaInfluence? { AreaInfluence(scores: rows.map { model.scores[$0] }, labels: labels, weights: weights) }
        guard let old = area(champion), let new = area(challenger) else { return nil }
        let variance = zip(new.influence, old.influence).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let difference = new.area - old.area
        // Of a difference in which no row varies the variance knows nothing: so many pairs as the smaller class has rows stand in for it.
        let pairs = max(1, min(cells.positives, cells.negatives))
        let standIn = PairedProportions(onlyFirst: max(0, difference) * pairs, onlySecond: max(0, -difference) * pairs, rows: pairs)
        return outcome(name, old.area, new.area, difference, variance.squareRoot(), rows.count, "DeLong", standIn: standIn)
    }

    /// That the difference is −margin or less, against more, by the score test.
    private func inferior(_ pair: PairedProportions) -> Double { margin < 1 ? Normal().above(pair.score(against: -margin)) : 0 }

    /// McNemar's exact test of the rows that just one of them decides rightly; of rows with weights, the normal test of the mean difference. Bounds and
    /// non-inferiority by Tango's score.
    private func accuracies(_ cells: PairedCells, _ name: String) -> Outcome {
        let difference = (cells.onlyNew - cells.onlyOld) / cells.total
        let error = (max(0, (cells.onlyNew + cells.onlyOld) / cells.total - difference * difference) / cells.effectiveRows).squareRoot()
        var exact: Double?
        if cells.isUnweighted {
            let discordant = Int(cells.onlyOld + cells.onlyNew)
            // P(at most so many of the discordant rows are the challenger's) if both are alike.
            exact = discordant == 0 ? 1 : Binomial(trials: discordant, probability: 0.5).below(Int(cells.onlyNew))
        }
        let scale = cells.effectiveRows / cells.total
        let pair = PairedProportions(onlyFirst: cells.onlyNew * scale, onlySecond: cells.onlyOld * scale, rows: cells.effectiveRows)
        return outcome(
            name, (cells.both + cells.onlyOld) / cells.total, (cells.both + cells.onlyNew) / cells.total, difference, error, cells.rows,
            exact == nil ? "paired normal" : "McNemar", exactWorse: exact, exactInferior: inferior(pair), interval: pair.interval(confidence),
            standIn: pair)
    }

    /// The paired bootstrap: label and both decisions of a row stay together. Nil where one of them has no F₁.
    private func f1(_ cells: PairedCells, _ name: String) -> Outcome? {
        guard let old = PairedCells.f1(cells.masses, champion: true), let new = PairedCells.f1(cells.masses, champion: false) else { return nil }
        func change(_ masses: [Double]) -> Double? {
            PairedCells.f1(masses, champion: false).flatMap { new in PairedCells.f1(masses, champion: true).map { new - $0 } }
        }
        let bootstrap = CellBootstrap(cells.masses, effectiveRows: cells.effectiveRows, replicates: 500, seed: 0)
        let drawn = bootstrap.values(change)
        guard drawn.count > 1 else { return nil }
        let mean = drawn.reduce(0, +) / Double(drawn.count)
        let squares: Double = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error = (squares / Double(drawn.count - 1)).squareRoot()
        // With the sample itself counted, as permutation tests do: never zero. Equal decisions differ in no replicate.
        // Where no replicate is against, their normal's tail tells small chances apart, which many figures at once ask for.
        func share(_ edge: Double, _ isAgainst: (Double) -> Bool) -> Double {
            let against = drawn.count(where: isAgainst)
            let counted = Double(against + 1) / Double(drawn.count + 1)
            return against > 0 ? counted : min(counted, Normal().above(abs(new - old - edge) / error))
        }
        // A row more or less moves F₁ by about one in half of 2·TP + FN + FP.
        let scale = cells.effectiveRows / cells.total
        let rows = max(1, PairedCells.f1Mass(cells.masses) / 2 * scale)
        let standIn = PairedProportions(onlyFirst: max(0, new - old) * rows, onlySecond: max(0, old - new) * rows, rows: rows)
        return outcome(
            name, old, new, new - old, error, cells.rows, "paired bootstrap", exactWorse: error > 0 ? share(0) { $0 >= 0 } : nil,
            exactInferior: error > 0 ? share(-margin) { $0 <= -margin } : nil,
            interval: error > 0 ? bootstrap.interval(confidence: confidence, change) : nil, standIn: standIn)
    }

    private func outcome(
        _ name: String, _ champion: Double, _ challenger: Double, _ difference: Double, _ error: Double, _ rows: Int, _ method: String,
        exactWorse: Double? = nil, exactInferior: Double? = nil, interval: Interval? = nil, standIn: PairedProportions
    ) -> Outcome {
        let normal = Normal()
        let half = normal.quantile(0.5 + confidence / 2) * error
        let varies = error > 0
        let worse = isSameModel ? 1 : exactWorse ?? normal.below(varies ? difference / error : standIn.score(against: 0))
        let inferior =
            isSameModel ? 0 : exactInferior ?? (varies ? normal.above((difference + margin) / error) : inferior(standIn))
        // Half a discordant row stands for those that are not seen.
        let least = (0.5 / (standIn.rows + 1) / standIn.rows).squareRoot()
        let power = isSameModel ? 1 : normal.above(normal.quantile(confidence) - margin / max(error, least))
        let normalBounds = Interval(max(-1, difference - half), min(1, difference + half), method: method, confidence: confidence)
        return Outcome(
            measure: name, champion: champion, challenger: challenger,
            difference: .value(difference, n: rows, interval: interval ?? (varies ? normalBounds : standIn.interval(confidence))),
            pValue: question == .notWorse ? worse : inferior, power: question == .nonInferior ? power : nil, method: method)
    }
}

/// How label and both decisions of rows meet: eight cells, the label's bit first, then the champion's and the challenger's decision.
struct PairedCells {
    private(set) var masses = [Double](repeating: 0, count: 8)
    private(set) var rows = 0
    private var squares = 0.0
    let isUnweighted: Bool

    init(_ champion: ScoredRows, _ challenger: ScoredRows, _ chosen: [Int]) {
        isUnweighted = champion.weights == nil
        for row in chosen {
            let weight = champion.weights?[row] ?? 1
            masses[(champion.labels[row] ? 4 : 0) + (champion.prediction(row) ? 2 : 0) + (challenger.prediction(row) ? 1 : 0)] += weight
            squares += weight * weight
            rows += 1
        }
    }

    var total: Double { masses.reduce(0, +) }
    var effectiveRows: Double { squares > 0 ? total * total / squares : 0 }
    var positives: Double { masses[4...].reduce(0, +) * effectiveRows / total }
    var negatives: Double { masses[..<4].reduce(0, +) * effectiveRows / total }
    var both: Double { masses[0] + masses[7] }
    /// Right by the champion only, by the challenger only.
    var onlyOld: Double { masses[1] + masses[6] }
    var onlyNew: Double { masses[2] + masses[5] }

    /// 2·TP + FN + FP, of the model that has less of it.
    static func f1Mass(_ masses: [Double]) -> Double {
        let positives: Double = masses[4...].reduce(0, +)
        func selected(_ bit: Int) -> Double { masses.indices.filter { $0 & bit != 0 }.reduce(0) { $0 + masses[$1] } }
        return positives + min(selected(1), selected(2))
    }

    static func f1(_ masses: [Double], champion: Bool) -> Double? {
        let bit = champion ? 2 : 1
        let hits = (4..<8).reduce(0) { $0 + ($1 & bit != 0 ? masses[$1] : 0) }
        let misses = (4..<8).reduce(0) { $0 + ($1 & bit == 0 ? masses[$1] : 0) }
        let alarms = (0..<4).reduce(0) { $0 + ($1 & bit != 0 ? masses[$1] : 0) }
        let whole = 2 * hits + misses + alarms
        return whole > 0 ? 2 * hits / whole : nil
    }
}
