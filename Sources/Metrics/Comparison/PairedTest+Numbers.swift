import Statistics

extension PairedTest {
    /// Root mean squared error, mean absolute error and R², of counts Poisson deviance too; of a quantile its own loss alone.
    func numbers(_ champion: NumberRows, _ challenger: NumberRows, _ rows: [Int], _ suffix: String) -> Findings {
        let weights = champion.weights.map { all in rows.map { all[$0] } }
        var findings = Findings()
        func terms(_ model: NumberRows, _ loss: (Double, Double) -> Double) -> [Double] { rows.map { loss(model.truth[$0], model.predictions[$0]) } }
        func add(_ measure: String, _ reason: String? = nil, _ made: (String) -> Outcome?) {
            let name = measure + suffix
            let reason = rows.count < 2 ? Self.oneRow : reason
            findings.add(name, reason == nil ? made(name) : nil, orMissing: reason ?? "it is beyond the largest number")
        }
        func plain(_ measure: String, _ reason: String? = nil, _ loss: (Double, Double) -> Double) {
            add(measure, reason) { name in
                let pair = PairedLosses(champion: terms(champion, loss), challenger: terms(challenger, loss), share: margin, weights: weights)
                let figures = (pair.mean(pair.champion).mean, pair.mean(pair.challenger).mean)
                return losses(name, pair, figures: figures, influence: zip(pair.challenger, pair.champion).map { $0 - $1 })
            }
        }
        if case .quantile(let quantile) = champion.goal {
            plain("quantileLoss") { NumberRows.quantileLoss(quantile, $0, $1) }
            return findings
        }
        // A root that is (1 + m) times as large is of a mean (1 + m)² times as large.
        let squares = PairedLosses(
            champion: terms(champion) { ($0 - $1) * ($0 - $1) }, challenger: terms(challenger) { ($0 - $1) * ($0 - $1) },
            share: (1 + margin) * (1 + margin) - 1, weights: weights)
        let (old, new) = (squares.mean(squares.champion).mean, squares.mean(squares.challenger).mean)
        add("rootMeanSquaredError") { name in
            let (a, b) = (old.squareRoot(), new.squareRoot())
            let influence = a > 0 && b > 0 ? zip(squares.challenger, squares.champion).map { ($0 - new) / (2 * b) - ($1 - old) / (2 * a) } : nil
            return losses(name, squares, figures: (a, b), influence: influence)
        }
        plain("meanAbsoluteError") { abs($0 - $1) }
        let truth = rows.map { champion.truth[$0] }
        let average = squares.mean(truth).mean
        let variations = truth.map { ($0 - average) * ($0 - average) }
        let spread = squares.mean(variations).mean
        let isConstant = truth.allSatisfy { $0 == truth[0] } || spread == 0
        add("r2", isConstant ? "all true numbers are the same" : nil) { name in
            var pair = squares
            pair.margin = variations.map { $0 * margin }
            let difference = (old - new) / spread
            let influence = rows.indices.map { (squares.champion[$0] - squares.challenger[$0] - difference * variations[$0]) / spread }
            return losses(name, pair, figures: (1 - old / spread, 1 - new / spread), influence: influence)
        }
        if champion.goal == .count {
            let isPositive = rows.allSatisfy { champion.predictions[$0] > 0 && challenger.predictions[$0] > 0 }
            let isCounted = rows.allSatisfy { champion.truth[$0] >= 0 }
            plain(
                "poissonDeviance", !isPositive ? "some prediction is not above zero" : isCounted ? nil : "some true number is below zero",
                NumberRows.poissonDeviance)
        }
        return findings
    }
}
