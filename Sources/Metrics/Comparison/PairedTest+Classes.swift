import Statistics

extension PairedTest {
    /// Of so many cells of truth and both decisions the macro F₁ is drawn anew; of more it is tested by what each row adds to it.
    private static let mostCells = 5000

    /// Accuracy, log loss and macro F₁ of several classes.
    func classes(_ champion: ClassifiedRows, _ challenger: ClassifiedRows, _ rows: [Int], _ suffix: String) -> Findings {
        let weights = champion.weights.map { all in rows.map { all[$0] } }
        var findings = Findings()
        var answers = PairedAnswers()
        for row in rows {
            let label = champion.labels[row]
            answers.add(
                champion: champion.predictions[row] == label, challenger: challenger.predictions[row] == label, champion.weights?[row] ?? 1)
        }
        findings.outcomes.append(accuracies(answers, "accuracy\(suffix)"))
        let loss = "logLoss\(suffix)"
        if let old = champion.scores, let new = challenger.scores {
            func terms(_ scores: [[Double]]) -> [Double] { rows.map { ClassifiedRows.surprise(scores[$0][champion.labels[$0]]) } }
            let pair = PairedLosses(champion: terms(old), challenger: terms(new), share: margin, weights: weights)
            let reason = Self.reason(rows: rows.count, weights) ?? champion.reasonAgainstChances(rows) ?? challenger.reasonAgainstChances(rows)
            addLogLoss(pair, loss, unless: reason, to: &findings)
        } else if champion.scores != nil || challenger.scores != nil {
            // Where classes alone are compared, nobody asks.
            findings.missing[loss] = "scores of the classes are not given of both models"
        }
        let name = "macroF1\(suffix)"
        findings.add(name, macroF1(PairedClasses(champion, challenger, rows), answers, weights, name), orMissing: Self.oneRow)
        return findings
    }

    /// Why rows cannot be compared by how they vary: there is one, or one outweighs all others.
    static func reason(rows: Int, _ weights: [Double]?) -> String? {
        if rows < 2 { return oneRow }
        guard let weights else { return nil }
        let whole: Double = weights.reduce(0, +)
        return whole * whole < (2 - 1e-9) * weights.reduce(0) { $0 + $1 * $1 }
            ? "one row has nearly all the weight, and does not tell how it varies" : nil
    }

    private static let oneRow = "one row does not tell how it varies"

    private func macroF1(_ pair: PairedClasses, _ answers: PairedAnswers, _ weights: [Double]?, _ name: String) -> Outcome? {
        guard let old = pair.f1(pair.masses, of: .champion), let new = pair.f1(pair.masses, of: .challenger) else { return nil }
        if pair.masses.count <= Self.mostCells {
            return bootstrapped(
                name, pair.masses, effectiveRows: answers.effectiveRows, rows: answers.rows, figures: (old, new),
                movers: max(1, pair.movers * answers.effectiveRows / answers.total), seen: answers.onlyChampion > 0 ? 1 : 0
            ) { masses in
                pair.f1(masses, of: .challenger).flatMap { new in pair.f1(masses, of: .champion).map { new - $0 } }
            }
        }
        let (first, second) = (pair.influence(of: .champion, old), pair.influence(of: .challenger, new))
        // As losses: what is missing from one.
        let losses = PairedLosses(
            champion: first.map { 1 - old - $0 }, challenger: second.map { 1 - new - $0 }, margin: first.map { _ in margin }, weights: weights)
        return self.losses(name, losses, figures: (old, new), influence: zip(second, first).map { $0 - $1 })
    }
}

/// How truth and both decisions of rows meet, of those that some row has.
struct PairedClasses {
    enum Model: CaseIterable { case champion, challenger }

    struct Cell: Hashable {
        let truth: Int
        let champion: Int
        let challenger: Int
    }

    private(set) var cells: [Cell] = []
    private(set) var masses: [Double] = []
    /// By row, its place among the cells.
    private var places: [Int] = []
    private let count: Int
    /// Truth and decision of each cell, of each model.
    private let (old, new): (ConfusionCells, ConfusionCells)

    init(_ champion: ClassifiedRows, _ challenger: ClassifiedRows, _ rows: [Int]) {
        count = champion.classes.count
        var known: [Cell: Int] = [:]
        var (all, weights): ([Cell], [Double]) = ([], [])
        var found: [Int] = []
        for row in rows {
            let cell = Cell(truth: champion.labels[row], champion: champion.predictions[row], challenger: challenger.predictions[row])
            let place = known[cell] ?? all.count
            if place == all.count {
                known[cell] = place
                all.append(cell)
                weights.append(0)
            }
            weights[place] += champion.weights?[row] ?? 1
            found.append(place)
        }
        // In an order of their own, so that draws do not depend on that of the rows.
        let order = all.indices.sorted {
            (all[$0].truth, all[$0].champion, all[$0].challenger) < (all[$1].truth, all[$1].champion, all[$1].challenger)
        }
        var moved = [Int](repeating: 0, count: order.count)
        for (new, old) in order.enumerated() { moved[old] = new }
        cells = order.map { all[$0] }
        old = ConfusionCells(cells.map { ($0.truth, $0.champion) })
        new = ConfusionCells(cells.map { ($0.truth, $0.challenger) })
        masses = order.map { weights[$0] }
        places = found.map { moved[$0] }
    }

    private func decisions(_ model: Model) -> ConfusionCells { model == .champion ? old : new }

    /// Of one model, as `MulticlassReport` has it: of classes that are neither true nor predicted nothing is averaged.
    func f1(_ masses: [Double], of model: Model) -> Double? {
        MulticlassFigure(.f1, .macro).value(masses, cells: decisions(model), classes: count)
    }

    /// By class, the rows that are it and that are called it, and those that are both.
    private func tallies(of model: Model) -> (either: [Double], both: [Double]) {
        var (either, both) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        let decisions = decisions(model)
        for (cell, mass) in masses.enumerated() {
            let (truth, prediction) = (decisions.truths[cell], decisions.predictions[cell])
            either[truth] += mass
            either[prediction] += mass
            if truth == prediction { both[truth] += mass }
        }
        return (either, both)
    }

    /// So many times a row moves the average by its share of the smallest class: as many classes as half of what is, or is called, the smallest.
    var movers: Double {
        Model.allCases.map { model in
            let present = tallies(of: model).either.filter { $0 > 0 }
            return Double(present.count) * (present.min() ?? 0) / 2
        }.min() ?? 1
    }

    /// By row, what it adds to the deviation of the average of 2·TP / (T + F) over the classes: the delta method, per unit of mean weight.
    func influence(of model: Model, _ value: Double) -> [Double] {
        let (either, both) = tallies(of: model)
        let total = masses.reduce(0, +)
        let present = Double(either.count { $0 > 0 })
        func part(_ index: Int, _ hits: Double, _ members: Double) -> Double {
            (2 * hits - 2 * both[index] / either[index] * members) / either[index] * total / present
        }
        let decisions = decisions(model)
        let ofCells = zip(decisions.truths, decisions.predictions).map { truth, answer in
            truth == answer ? part(answer, 1, 2) : part(truth, 0, 1) + part(answer, 0, 1)
        }
        return places.map { ofCells[$0] }
    }
}
