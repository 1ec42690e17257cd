internal import Glibc
import Statistics

extension PairedTest {
    /// Root mean squared error, mean absolute error and R², of counts Poisson deviance too; of a quantile its own loss alone.
    func numbers(_ champion: NumberRows, _ challenger: NumberRows, _ rows: [Int], _ suffix: String) -> Findings {
        let weights = champion.weights.map { all in rows.map { all[$0] } }
        var findings = Findings()
        func terms(_ model: NumberRows, _ loss: (Double, Double) -> Double) -> [Double] { rows.map { loss(model.truth[$0], model.predictions[$0]) } }
        let few = Self.reason(rows: rows.count, weights)
        func add(_ measure: String, _ reason: String? = nil, _ made: (String) -> Outcome?) {
            let name = measure + suffix
            let reason = few ?? reason
            findings.add(name, reason == nil ? made(name) : nil, orMissing: reason ?? "it is beyond the largest number")
        }
        let squares = SquaredErrors(
            truth: rows.map { champion.truth[$0] }, champion: rows.map { champion.predictions[$0] },
            challenger: rows.map { challenger.predictions[$0] }, weights: weights)
        let needsMargin = question == .nonInferior && !isSameModel && !squares.hasErrors
        var isTold = !squares.isConstant
        if case .quantile = champion.goal { isTold = false }
        func loss(_ measure: String, _ reason: String? = nil, _ made: (String) -> Outcome?) {
            guard needsMargin, (few ?? reason) == nil else { return add(measure, reason, made) }
            if isTold { findings.covered[measure + suffix] = Self.noErrors + "; r2 speaks for it" } else { add(measure, Self.noErrors, made) }
        }
        func plain(_ measure: String, _ reason: String? = nil, _ term: (Double, Double) -> Double) {
            loss(measure, reason) { name in
                let pair = PairedLosses(champion: terms(champion, term), challenger: terms(challenger, term), share: margin, weights: weights)
                let figures = (pair.mean(pair.champion).mean, pair.mean(pair.challenger).mean)
                return losses(name, pair, figures: figures, influence: zip(pair.challenger, pair.champion).map { $0 - $1 })
            }
        }
        if case .quantile(let quantile) = champion.goal {
            plain("quantileLoss") { NumberRows.quantileLoss(quantile, $0, $1) }
            return findings
        }
        loss("rootMeanSquaredError") { root($0, squares) }
        plain("meanAbsoluteError") { abs($0 - $1) }
        let constant = "all true numbers are the same"
        if squares.isConstant, few == nil, !needsMargin {
            // Of one truth R² has no value; of any it says no more than the squared errors do.
            findings.covered["r2" + suffix] = constant + "; rootMeanSquaredError speaks for it"
        } else {
            add("r2", squares.isConstant ? constant : nil) { determination($0, squares) }
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

    private static let noErrors = "neither model errs here, and a share of nothing is no margin"

    /// A root that is (1 + m) times as large is of a mean (1 + m)² times as large.
    private func root(_ name: String, _ squares: SquaredErrors) -> Outcome? {
        let exponent = squares.exponent
        let pair = squares.losses(exponent) { $0 * ((1 + margin) * (1 + margin) - 1) }
        let (old, new) = (pair.mean(pair.champion).mean, pair.mean(pair.challenger).mean)
        let (a, b) = (old.squareRoot(), new.squareRoot())
        let influence = a > 0 && b > 0 ? zip(pair.challenger, pair.champion).map { ($0 - new) / (2 * b) - ($1 - old) / (2 * a) } : nil
        guard var outcome = losses(name, pair, figures: (a, b), influence: influence, slope: a > 0 ? 1 / (2 * a) : 0) else { return nil }
        if (a > 0) != (b > 0), case let mean = pair.mean(a > 0 ? pair.champion : pair.challenger), case let half = mean.half(confidence), half > 0 {
            // A root of which one end is nothing has the bounds of the other's mean.
            let (low, high) = (max(0, mean.mean - half).squareRoot(), (mean.mean + half).squareRoot())
            outcome.difference = .value(
                b - a, n: pair.champion.count,
                interval: Interval(a > 0 ? -high : low, a > 0 ? -low : high, method: outcome.method, confidence: confidence))
        }
        return outcome.scaled(by: exponent)
    }

    private func determination(_ name: String, _ squares: SquaredErrors) -> Outcome? {
        let exponent = squares.commonExponent
        let variations = squares.variations(exponent)
        var pair = squares.losses(exponent) { _ in 0 }
        pair.margin = variations.map { $0 * margin }
        let (old, new, spread) = (pair.mean(pair.champion).mean, pair.mean(pair.challenger).mean, pair.mean(variations).mean)
        let difference = (old - new) / spread
        let influence = variations.indices.map { (pair.champion[$0] - pair.challenger[$0] - difference * variations[$0]) / spread }
        // However good the models are, an unseen row may cost what it costs to know nothing of it.
        let worst = max(pair.worst, spread)
        return losses(name, pair, figures: (1 - old / spread, 1 - new / spread), influence: influence, slope: 1 / spread, worst: worst)
    }
}

/// Squared errors of two models, and of the truth's mean.
private struct SquaredErrors {
    private let truth: [Double]
    private let champion: [Double]
    private let challenger: [Double]
    private let weights: [Double]?

    init(truth: [Double], champion: [Double], challenger: [Double], weights: [Double]?) {
        func errors(_ predictions: [Double]) -> [Double] { zip(truth, predictions).map { $0 - $1 } }
        (self.truth, self.champion, self.challenger, self.weights) = (truth, errors(champion), errors(challenger), weights)
    }

    var isConstant: Bool { truth.allSatisfy { $0 == truth[0] } }

    var hasErrors: Bool { champion.contains { $0 != 0 } || challenger.contains { $0 != 0 } }

    /// The power of two that the errors have to be divided by.
    var exponent: Int { Magnitude.exponent(max(Magnitude.largest(of: champion), Magnitude.largest(of: challenger))) }

    /// One for the errors and the truth.
    var commonExponent: Int {
        Magnitude.exponent([champion, challenger, truth].map { Magnitude.largest(of: $0) }.reduce(0, max))
    }

    /// Over a power of two.
    func losses(_ exponent: Int, margin: (Double) -> Double) -> PairedLosses {
        func squared(_ errors: [Double]) -> [Double] {
            errors.map { error in
                let scaled = scalbn(error, -exponent)
                return scaled * scaled
            }
        }
        let old = squared(champion)
        return PairedLosses(champion: old, challenger: squared(challenger), margin: old.map(margin), weights: weights)
    }

    /// By row, the square of the truth's distance from its mean, over a power of two.
    func variations(_ exponent: Int) -> [Double] {
        let scaled = truth.map { scalbn($0, -exponent) }
        let average = PairedMean(scaled, weights).mean
        return scaled.map { ($0 - average) * ($0 - average) }
    }
}
