/// Fits something on some rows and says how the others score. What is fitted is told the rows that it may see and gets no others: `scores` is given the
/// fitted value, so that a transformer which saw held-out rows cannot be expressed.
public struct CrossValidation<Fitted>: Sendable {
    public let folds: [Fold]

    public init(_ folds: [Fold]) { self.folds = folds }

    /// What each fold's model, which never saw them, gives for the fold's held-out rows: by fold, rows × outputs.
    ///
    /// - Parameters:
    ///   - fit: told row numbers.
    ///   - scores: told row numbers; gives as many scores a row for every fold.
    public func predictions<Failure: Error>(
        fit: (_ train: [Int], _ fold: Int) throws(Failure) -> Fitted, scores: (_ fitted: Fitted, _ held: [Int]) throws(Failure) -> [Double]
    ) throws(Failure) -> [[Double]] {
        var all: [[Double]] = []
        for (number, fold) in folds.enumerated() {
            let predicted = try scores(try fit(fold.train, number), fold.held)
            precondition(predicted.count.isMultiple(of: max(1, fold.held.count)), "as many scores a row")
            all.append(predicted)
        }
        return all
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
