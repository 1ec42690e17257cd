import Testing
import Training

/// The properties that scikit-learn documents of KFold, StratifiedKFold, GroupKFold and TimeSeriesSplit.
@Suite struct FoldPlanTests {
    @Test(arguments: [2, 3, 7])
    func `every row is held out once in each repetition, and folds are as even as can be`(_ count: Int) throws {
        let folds = try FoldPlan(.random, count: count, repeats: 3, seed: 4).folds(rows: 100)
        #expect(folds.count == 3 * count)
        for repetition in 0..<3 {
            let own = folds.filter { $0.repetition == repetition }
            #expect(own.flatMap(\.held).sorted() == Array(0..<100))
            let sizes = own.map(\.held.count)
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
            for fold in own { #expect((fold.train + fold.held).sorted() == Array(0..<100)) }
        }
        #expect(folds[0] != folds[count])
        #expect(try FoldPlan(.random, count: count, repeats: 3, seed: 4).folds(rows: 100) == folds)
    }

    @Test func `stratified folds have each class's rows within one of each other`() throws {
        let classes = (0..<97).map { $0 % 11 == 0 ? 2 : $0 % 3 == 0 ? 1 : 0 }
        let folds = try FoldPlan(.stratified, count: 4, seed: 1).folds(rows: 97, FoldPlan.Keys(classes: classes))
        for name in 0...2 {
            let counts = folds.map { $0.held.count { classes[$0] == name } }
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
        let sizes = folds.map(\.held.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }

    @Test func `a group is in one fold only`() throws {
        let groups = (0..<200).map { $0 * $0 % 17 }
        let folds = try FoldPlan(.grouped, count: 3, seed: 1).folds(rows: 200, FoldPlan.Keys(groups: groups))
        for fold in folds { #expect(Set(fold.train.map { groups[$0] }).isDisjoint(with: fold.held.map { groups[$0] })) }
        #expect(folds.flatMap(\.held).sorted() == Array(0..<200))
    }

    @Test func `folds by time train on the past only, and rows of one time stay together`() throws {
        let times = (0..<120).map { Int64(($0 * 37 % 120) / 4) }
        let folds = try FoldPlan(.timeOrdered, count: 5).folds(rows: 120, FoldPlan.Keys(times: times))
        #expect(folds.count == 5)
        for fold in folds {
            #expect((fold.train.map { times[$0] }.max() ?? .max) < (fold.held.map { times[$0] }.min() ?? .min))
        }
        for (earlier, later) in zip(folds, folds.dropFirst()) { #expect(Set(earlier.train).isSubset(of: later.train)) }
    }

    @Test func `inner folds never hold a row that the outer fold holds out`() throws {
        let nested = try FoldPlan(.random, count: 4, seed: 2).nested(FoldPlan(.random, count: 3, seed: 3), rows: 50)
        for (outer, inner) in nested {
            for fold in inner { #expect((fold.train + fold.held).sorted() == outer.train) }
        }
    }

    @Test func `out-of-fold scores come from models that never saw the row`() throws {
        let folds = try FoldPlan(.random, count: 5, repeats: 2, seed: 2).folds(rows: 40)
        let scores = CrossValidation<Set<Int>>(folds).predictions { train, _ in
            Set(train)
        } scores: { fitted, held in
            held.map { fitted.contains($0) ? 1 : 0 }
        }
        #expect(scores == [[Double]](repeating: [Double](repeating: 0, count: 8), count: 10))
    }

    @Test(arguments: [
        (FoldPlan(.random, count: 11), "11 folds cannot be made of 10 rows"), (FoldPlan(.random, count: 1), "two folds or more"),
        (FoldPlan(.stratified, count: 3), "class 1 has 2 rows"), (FoldPlan(.grouped, count: 3), "there are 2 groups, too few for 3 folds"),
        (FoldPlan(.timeOrdered, count: 4), "too few"), (FoldPlan(.timeOrdered, count: 2, repeats: 2), "cannot be repeated"),
        (FoldPlan(.random, count: 2, repeats: 0), "one repetition or more"),
    ])
    func `folds that cannot be made are refused`(_ plan: FoldPlan, text: String) {
        let keys = FoldPlan.Keys(
            classes: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1], groups: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1], times: [0, 0, 0, 0, 1, 1, 1, 1, 2, 2])
        #expect { try plan.folds(rows: 10, keys) } throws: { ($0 as? TrainingError)?.message.contains(text) == true }
    }
}
