/// Weights under which group and label are independent (Kamiran and Calders 2012, section 4.3): P(group)·P(label) / P(group, label).
public enum Reweighing {
    /// One factor a row, times the row's own weight. The sum of the weights stays what it was.
    ///
    /// Throws `classes` if a group has rows of one class only: no weight could make up for rows that are not there.
    public static func weights(
        groups: [Int], labels: [Bool], weights: [Double]? = nil, names: (Int) -> String = { String($0) }
    ) throws(TrainingError) -> [Double] {
        precondition(groups.count == labels.count, "one group a label")
        let count = (groups.max() ?? -1) + 1
        var cells = [[Double]](repeating: [0, 0], count: count)
        for row in labels.indices { cells[groups[row]][labels[row] ? 1 : 0] += weights?[row] ?? 1 }
        let total = cells.joined().reduce(0, +)
        let classes = [0, 1].map { label in cells.reduce(0) { $0 + $1[label] } }
        for (group, cell) in cells.enumerated() where (cell[0] > 0) != (cell[1] > 0) {
            throw TrainingError(
                .classes, message: "group '\(names(group))' has rows of one class only, so reweighing cannot make group and label independent")
        }
        let factors = cells.map { cell in [0, 1].map { label in cell[label] > 0 ? (cell[0] + cell[1]) * classes[label] / (total * cell[label]) : 0 } }
        return labels.indices.map { factors[groups[$0]][labels[$0] ? 1 : 0] * (weights?[$0] ?? 1) }
    }
}
