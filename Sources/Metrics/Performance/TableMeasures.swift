import Statistics

/// Figures of the two-by-two table that are no rates. Bounds come from tables drawn anew, which is the bootstrap of the rows.
struct TableMeasures {
    let f1: Estimate
    let balancedAccuracy: Estimate
    let matthewsCorrelation: Estimate
    let cohenKappa: Estimate

    init(_ counts: ConfusionCounts, seed: UInt64) {
        let cells = [counts.truePositives, counts.falsePositives, counts.trueNegatives, counts.falseNegatives]
        let table = Table(cells.map(\.weight))
        let isUnweighted = cells.allSatisfy(\.isUnweighted)
        func estimate(_ n: Int, _ reason: String, _ figure: @escaping (Table) -> Double?) -> Estimate {
            guard let value = figure(table) else { return .undefined(reason, n: n) }
            let interval =
                isUnweighted
                ? Bootstrap.percentile(counts: cells.map(\.rows), replicates: 1000, seed: seed) { figure(Table($0.map { Double($0) })) } : nil
            return .value(value, n: n, interval: interval)
        }
        let union = (counts.predictedPositives + counts.falseNegatives).rows
        f1 = estimate(union, "no row is positive or predicted positive") { $0.fScore(beta: 1) }
        balancedAccuracy = estimate(
            counts.all.rows, counts.positives.weight == 0 ? Reason.noPositives : Reason.noNegatives, \.balancedAccuracy)
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
        return product > 0 ? (tp * tn - fp * fn) / product : nil
    }

    var cohenKappa: Double? {
        let total = tp + fp + tn + fn
        guard total > 0 else { return nil }
        let chance = ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / (total * total)
        return chance < 1 ? ((tp + tn) / total - chance) / (1 - chance) : nil
    }
}
