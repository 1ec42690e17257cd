import Statistics

/// Bounds of figures of a confusion matrix, by the bootstrap of its cells.
struct ConfusionDraws {
    private let classes: Int
    private let cells: ConfusionCells
    private let bootstrap: CellBootstrap
    private let smoothCells: ConfusionCells
    private let smooth: CellBootstrap

    /// - Parameter confusion: rows, or weights, by truth and prediction.
    init(_ confusion: [[Double]], effectiveRows: Double) {
        let classes = confusion.count
        let all = confusion.indices.flatMap { truth in confusion.indices.map { (truth: truth, prediction: $0) } }
        // Of many classes most pairs never meet: only cells that some row is in are drawn.
        let cells = all.filter { classes <= 2 || confusion[$0.truth][$0.prediction] > 0 }
        // Each class that there is may be right, or taken for the next.
        let present = confusion.indices.filter { truth in confusion[truth].contains { $0 > 0 } || confusion.contains { $0[truth] > 0 } }
        let smoothCells = all.filter { cell in
            let isNear = cell.prediction == cell.truth || cell.prediction == (cell.truth + 1) % classes
            return confusion[cell.truth][cell.prediction] > 0 || isNear && present.contains(cell.truth)
        }
        func draws(_ cells: [(truth: Int, prediction: Int)], isSmooth: Bool) -> CellBootstrap {
            CellBootstrap(
                cells.map { confusion[$0.truth][$0.prediction] }, effectiveRows: effectiveRows, replicates: 500, seed: 0, smoothsMany: isSmooth)
        }
        (self.classes, self.cells, self.smoothCells) = (classes, ConfusionCells(cells), ConfusionCells(smoothCells))
        (bootstrap, smooth) = (draws(cells, isSmooth: false), draws(smoothCells, isSmooth: true))
    }

    /// Where nothing varies in the cells that rows are in, as in a perfect table, half a row in cells that none is in stands for what was not seen.
    func interval(_ figure: MulticlassFigure) -> Interval? {
        let bounds = bootstrap.interval { figure.value($0, cells: cells, classes: classes) }
        guard let bounds, bounds.lower == bounds.upper else { return bounds }
        return smooth.interval { figure.value($0, cells: smoothCells, classes: classes) }
    }
}
