/// What is true and what is predicted in each of some cells of a confusion matrix: two lists rather than one of pairs, since a bootstrap walks them thousands of times.
struct ConfusionCells {
    let truths: [Int]
    let predictions: [Int]

    init(_ cells: [(truth: Int, prediction: Int)]) {
        truths = cells.map(\.truth)
        predictions = cells.map(\.prediction)
    }
}
