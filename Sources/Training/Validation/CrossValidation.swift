/// Fits something on some rows and says how the others score. What is fitted is told the rows that it may see and gets no others: `scores` is given the
/// fitted value, so that a transformer which saw held-out rows cannot be expressed.
public struct CrossValidation<Fitted>: Sendable {
    public let folds: [Fold]

    public init(_ folds: [Fold]) { self.folds = folds }

    /// Scores of every row that is held out, by a model that never saw it: rows × width, the mean over repetitions. Nil for rows that are in no held part,
    /// such as the first stretch of folds by time.
    ///
    /// - Parameters:
    ///   - width: how many scores a row has.
    ///   - fit: told row numbers.
    ///   - scores: the scores of each row number that it is given.
    public func outOfFold<Failure: Error>(
        rows: Int, width: Int = 1, fit: (_ train: [Int], _ fold: Int) throws(Failure) -> Fitted,
        scores: (_ fitted: Fitted, _ held: [Int]) throws(Failure) -> [Double]
    ) throws(Failure) -> [Double?] {
        var sums = [Double](repeating: 0, count: rows * width)
        var counts = [Int](repeating: 0, count: rows)
        for (number, fold) in folds.enumerated() {
            let fitted = try fit(fold.train, number)
            let predicted = try scores(fitted, fold.held)
            precondition(predicted.count == fold.held.count * width, "so many scores a held-out row")
            for (place, row) in fold.held.enumerated() {
                for column in 0..<width { sums[row * width + column] += predicted[place * width + column] }
                counts[row] += 1
            }
        }
        return sums.indices.map { counts[$0 / width] > 0 ? sums[$0] / Double(counts[$0 / width]) : nil }
    }
}

extension FoldPlan {
    /// Nested validation: for each outer fold, folds of its training rows only, numbered as the whole's rows are.
    public func nested(_ inner: FoldPlan, rows: Int, _ keys: Keys = Keys()) throws(TrainingError) -> [(outer: Fold, inner: [Fold])] {
        var all: [(outer: Fold, inner: [Fold])] = []
        for outer in try folds(rows: rows, keys) {
            let own = Keys(
                classes: keys.classes.map { classes in outer.train.map { classes[$0] } },
                groups: keys.groups.map { groups in outer.train.map { groups[$0] } },
                times: keys.times.map { times in outer.train.map { times[$0] } })
            let folds = try inner.folds(rows: outer.train.count, own)
            all.append(
                (
                    outer,
                    folds.map { fold in
                        Fold(repetition: fold.repetition, train: fold.train.map { outer.train[$0] }, held: fold.held.map { outer.train[$0] })
                    }
                ))
        }
        return all
    }
}
