import Statistics

/// Figures of the two-by-two table that are no rates.
struct TableMeasures {
    let f1: Estimate
    let fBeta: Estimate
    let balancedAccuracy: Estimate
    let matthewsCorrelation: Estimate
    let cohenKappa: Estimate

    /// - Parameter seed: of the bootstrap that bounds what has no bounds of its own.
    init(_ counts: ConfusionCounts, beta: Double, seed: UInt64) {
        let cells = [counts.truePositives, counts.falsePositives, counts.trueNegatives, counts.falseNegatives]
        let table = Table(cells.map(\.weight))
        let bootstrap = CellBootstrap(cells.map(\.weight), effectiveRows: counts.all.effectiveRows, seed: seed)
        func estimate(_ n: Int, _ reason: String, _ figure: (Table) -> Double?) -> Estimate {
            guard let value = figure(table) else { return .undefined(reason, n: n) }
            return .value(value, n: n, interval: bootstrap.interval { figure(Table($0)) })
        }
        let union = counts.predictedPositives + counts.falseNegatives
        let reason = "no row is positive or predicted positive"
        // F is (1 + β²)s/((1 + β²)s + w(1 − s)) of the share s = TP/(TP + FP + FN), whose bounds are Wilson's; w lies between 1 and β², by what the errors are.
        func byShare(_ beta: Double) -> Interval? {
            guard union.weight > 0 else { return nil }
            let bounds = Proportion.effective(counts.truePositives, of: union).wilson()
            let square = beta * beta
            func score(_ share: Double, _ errors: Double) -> Double { (1 + square) * share / ((1 + square) * share + errors * (1 - share)) }
            return Interval(
                score(bounds.lower, max(1, square)), score(bounds.upper, min(1, square)), method: "Wilson of TP/(TP+FP+FN)", confidence: 0.95)
        }
        func harmonic(_ beta: Double, _ bounds: () -> Interval?) -> Estimate {
            table.fScore(beta: beta).map { .value($0, n: union.rows, interval: bounds() ?? byShare(beta)) } ?? .undefined(reason, n: union.rows)
        }
        f1 = harmonic(1) { nil }
        fBeta = beta == 1 ? f1 : harmonic(beta) { bootstrap.interval { Table($0).fScore(beta: beta) } }
        if let value = table.balancedAccuracy {
            let halves = [(counts.truePositives, counts.positives), (counts.trueNegatives, counts.negatives)].map { part, whole in
                let share = Proportion.effective(part, of: whole)
                let bounds = share.wilson()
                return Combination.Part(0.5, share.value, lower: bounds.lower, upper: bounds.upper)
            }
            balancedAccuracy = .value(value, n: counts.all.rows, interval: Combination.sum(halves, method: "Wilson combined"))
        } else {
            balancedAccuracy = .undefined(counts.positives.weight == 0 ? Reason.noPositives : Reason.noNegatives, n: counts.all.rows)
        }
        matthewsCorrelation = estimate(counts.all.rows, "labels or predictions are all of one class", \.matthewsCorrelation)
        cohenKappa = estimate(counts.all.rows, "labels and predictions are all of one class", \.cohenKappa)
    }
}

/// Weights of the four cells.
struct Table {
    let (tp, fp, tn, fn): (Double, Double, Double, Double)

    init(_ cells: [Double]) { (tp, fp, tn, fn) = (cells[0], cells[1], cells[2], cells[3]) }

    /// (1 + β²)·TP / ((1 + β²)·TP + β²·FN + FP) (van Rijsbergen 1979).
    func fScore(beta: Double) -> Double? {
        let square = beta * beta
        let denominator = (1 + square) * tp + square * fn + fp
        return denominator > 0 ? (1 + square) * tp / denominator : nil
    }

    var balancedAccuracy: Double? { tp + fn > 0 && tn + fp > 0 ? (tp / (tp + fn) + tn / (tn + fp)) / 2 : nil }

    var matthewsCorrelation: Double? {
        let product = (tp + fp).squareRoot() * (tp + fn).squareRoot() * (tn + fp).squareRoot() * (tn + fn).squareRoot()
        // Roots multiplied may be less than the product by their last digit.
        return product > 0 ? min(1, max(-1, (tp * tn - fp * fn) / product)) : nil
    }

    var cohenKappa: Double? {
        let total = tp + fp + tn + fn
        guard total > 0 else { return nil }
        let chance = ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / (total * total)
        return chance < 1 ? ((tp + tn) / total - chance) / (1 - chance) : nil
    }
}
