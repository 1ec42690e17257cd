/// A figure of a confusion matrix that is given row by row, as its bootstrap draws it. Classes that a draw lost are left out of means.
struct MulticlassFigure {
    enum Kind { case precision, recall, f1, cohenKappa }

    let kind: Kind
    let average: MulticlassReport.Average

    init(_ kind: Kind, _ average: MulticlassReport.Average) {
        self.kind = kind
        self.average = average
    }

    /// - Parameters:
    ///   - counts: of each of the cells.
    ///   - cells: their true and predicted classes.
    func value(_ counts: [Double], cells: ConfusionCells, classes: Int) -> Double? {
        let none = [Double](repeating: 0, count: classes)
        var (trues, found, right) = (none, none, none)
        let (truths, predictions) = (cells.truths, cells.predictions)
        for cell in 0..<counts.count {
            let (count, truth, prediction) = (counts[cell], truths[cell], predictions[cell])
            trues[truth] += count
            found[prediction] += count
            if truth == prediction { right[truth] += count }
        }
        let total = trues.reduce(0, +)
        if kind == .cohenKappa {
            let hits = right.reduce(0, +) / total
            let chance = zip(trues, found).reduce(0) { $0 + $1.0 * $1.1 } / (total * total)
            return chance < 1 ? (hits - chance) / (1 - chance) : nil
        }
        var (sum, whole) = (0.0, 0.0)
        for index in 0..<classes {
            let hit = right[index]
            let denominator =
                switch kind {
                case .precision: found[index]
                case .recall: trues[index]
                case .f1, .cohenKappa: (trues[index] + found[index]) / 2
                }
            guard denominator > 0 else { continue }
            let weight = average == .weighted ? trues[index] : 1
            sum += hit / denominator * weight
            whole += weight
        }
        return whole > 0 ? sum / whole : nil
    }
}
