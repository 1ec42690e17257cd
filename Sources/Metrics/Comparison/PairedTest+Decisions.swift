import Statistics

extension PairedTest {
    /// Area under the ROC curve, accuracy, F₁ and log loss of two classes; of decisions alone accuracy and F₁.
    func decisions(_ champion: ScoredRows, _ challenger: ScoredRows, _ rows: [Int], _ suffix: String) -> Findings {
        let cells = PairedCells(champion, challenger, rows)
        let (area, harmonic) = ("rocAUC\(suffix)", "f1\(suffix)")
        var findings = Findings()
        let weights = champion.weights.map { all in rows.map { all[$0] } }
        let loss = "logLoss\(suffix)"
        if champion.hasScores, challenger.hasScores {
            findings.add(area, areas(champion, challenger, rows, cells, area), orMissing: "its rows are of one class only")
            func terms(_ model: ScoredRows) -> [Double] {
                rows.map { ClassifiedRows.surprise(model.labels[$0] ? model.scores[$0] : 1 - model.scores[$0]) }
            }
            let pair = PairedLosses(champion: terms(champion), challenger: terms(challenger), share: margin, weights: weights)
            addLogLoss(pair, loss, unless: Self.reason(rows: rows.count, weights), to: &findings)
        } else if champion.hasScores || challenger.hasScores {
            // Where decisions alone are compared, nobody asks.
            for name in [area, loss] { findings.missing[name] = "scores are not given of both models" }
        }
        findings.outcomes.append(accuracies(cells.answers, "accuracy\(suffix)"))
        findings.add(
            harmonic, f1(cells, harmonic),
            orMissing: Self.reason(rows: 2, weights)
                ?? "its rows have no positive label, and a model decides positively of none or hardly any")
        return findings
    }

    /// Unless there is a reason why not. Of two models that are sure of every row and right, nothing is a margin: that they are right is all there is to show.
    func addLogLoss(_ pair: PairedLosses, _ name: String, unless reason: String?, to findings: inout Findings) {
        if reason == nil, question == .nonInferior, !isSameModel, pair.worst <= ClassifiedRows.surprise(1) {
            findings.covered[name] = "neither model is surprised by any row, and a share of nothing is no margin; accuracy speaks for it"
        } else {
            findings.add(name, reason == nil ? logLosses(pair, name) : nil, orMissing: reason ?? "it is beyond the largest number")
        }
    }

    /// Of the mean of what each row's class surprises.
    private func logLosses(_ pair: PairedLosses, _ name: String) -> Outcome? {
        losses(
            name, pair, figures: (pair.mean(pair.champion).mean, pair.mean(pair.challenger).mean),
            influence: zip(pair.challenger, pair.champion).map { $0 - $1 })
    }

    /// DeLong's test, of rows with weights too. Nil where the rows are of one class.
    private func areas(_ champion: ScoredRows, _ challenger: ScoredRows, _ rows: [Int], _ cells: PairedCells, _ name: String) -> Outcome? {
        let labels = rows.map { champion.labels[$0] }
        let weights = champion.weights.map { all in rows.map { all[$0] } }
        func area(_ model: ScoredRows) -> AreaInfluence? { AreaInfluence(scores: rows.map { model.scores[$0] }, labels: labels, weights: weights) }
        guard let old = area(champion), let new = area(challenger) else { return nil }
        let variance = zip(new.influence, old.influence).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let difference = new.area - old.area
        // Of a difference in which no row varies, or of a class that counts as one row, the variance knows nothing: so many pairs as the smaller class has rows stand in for it.
        let pairs = max(1, min(cells.positives, cells.negatives))
        let standIn = PairedProportions(onlyFirst: max(0, difference) * pairs, onlySecond: max(0, -difference) * pairs, rows: pairs)
        let error = pairs > 2 - 1e-9 ? variance.squareRoot() : 0
        let seen = zip(old.placements, new.placements).map { $0 - $1 }.max() ?? 0
        return outcome(name, old.area, new.area, difference, error, rows.count, "DeLong", standIn: standIn, seen: max(0, seen))
    }

    /// Nil where one of them has no F₁.
    private func f1(_ cells: PairedCells, _ name: String) -> Outcome? {
        guard let old = PairedCells.f1(cells.masses, champion: true), let new = PairedCells.f1(cells.masses, champion: false) else { return nil }
        // A row more or less moves F₁ by about one in half of 2·TP + FN + FP.
        let scale = cells.effectiveRows / cells.total
        return bootstrapped(
            name, cells.masses, effectiveRows: cells.effectiveRows, rows: cells.answers.rows, figures: (old, new),
            movers: max(1, PairedCells.f1Mass(cells.masses) / 2 * scale), seen: cells.answers.onlyChampion > 0 ? 1 : 0
        ) { masses in
            PairedCells.f1(masses, champion: false).flatMap { new in PairedCells.f1(masses, champion: true).map { new - $0 } }
        }
    }
}

/// How label and both decisions of rows meet: eight cells, the label's bit first, then the champion's and the challenger's decision.
struct PairedCells {
    private(set) var masses = [Double](repeating: 0, count: 8)
    private var squares = 0.0
    private var rows = 0

    init(_ champion: ScoredRows, _ challenger: ScoredRows, _ chosen: [Int]) {
        for row in chosen {
            let weight = champion.weights?[row] ?? 1
            masses[(champion.labels[row] ? 4 : 0) + (champion.prediction(row) ? 2 : 0) + (challenger.prediction(row) ? 1 : 0)] += weight
            squares += weight * weight
            rows += 1
        }
    }

    var answers: PairedAnswers {
        PairedAnswers(
            both: masses[0] + masses[7], onlyChampion: masses[1] + masses[6], onlyChallenger: masses[2] + masses[5], total: total, squares: squares,
            rows: rows)
    }

    var total: Double { masses.reduce(0, +) }
    var effectiveRows: Double { answers.effectiveRows }
    var positives: Double { masses[4...].reduce(0, +) * effectiveRows / total }
    var negatives: Double { masses[..<4].reduce(0, +) * effectiveRows / total }
    /// 2·TP + FN + FP, of the model that has less of it.
    static func f1Mass(_ masses: [Double]) -> Double {
        let positives: Double = masses[4...].reduce(0, +)
        func selected(_ bit: Int) -> Double { masses.indices.filter { $0 & bit != 0 }.reduce(0) { $0 + masses[$1] } }
        return positives + min(selected(1), selected(2))
    }

    static func f1(_ masses: [Double], champion: Bool) -> Double? {
        // Written out: a bootstrap asks thousands of times.
        let hits = masses[7] + (champion ? masses[6] : masses[5])
        let misses = masses[4] + (champion ? masses[5] : masses[6])
        let alarms = masses[3] + (champion ? masses[2] : masses[1])
        let whole = 2 * hits + misses + alarms
        return whole > 0 ? 2 * hits / whole : nil
    }
}
