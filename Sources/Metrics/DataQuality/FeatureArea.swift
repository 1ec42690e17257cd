public import Frames
import Statistics

/// How well a column alone tells the label: the area under its ROC curve, in whichever direction is better, so at least one half. Missing numbers lie below all others.
///
/// Areas are sums over pairs of a positive and a negative row, in whole numbers or in the order of numbers, so that they do not depend on the order of the rows.
public enum FeatureArea {
    /// Of all rows. Categories are ranked by the label's rate among their rows, each pair by the rates of all rows but its own two (leave-pair-out, Airola et al. 2011): rates that know the
    /// row that they rank would make categories of few rows tell the label. What is bounded is the area that the true rates have. No rates that rows tell do better, so that the lower bound is
    /// that of this figure, and one half where χ² cannot tell categories and label apart; rates that know the rows they rank do no worse on them, so that the upper one is that of theirs.
    public static func of(_ column: Column, labels: [Bool]) -> Estimate {
        guard let categories = codes(of: column) else { return sums(levels(numbers(of: column, Array(labels.indices)), labels)).estimate }
        var counts = [Level](repeating: Level(), count: categories.count)
        for (code, label) in zip(categories.codes, labels) { counts[Int(code)].add(label) }
        return of(categories: counts.filter { $0.rows > 0 })
    }

    /// On `test` rows. Categories are ranked by the label's rate among `train` rows.
    public static func of(_ column: Column, labels: [Bool], train: [Int], test: [Int]) -> Estimate {
        let scores: [Double]
        if let categories = codes(of: column) {
            var counts = [Level](repeating: Level(), count: categories.count)
            for row in train { counts[Int(categories.codes[row])].add(labels[row]) }
            scores = test.map { counts[Int(categories.codes[$0])].rate() }
        } else {
            scores = numbers(of: column, test)
        }
        return sums(levels(scores, test.map { labels[$0] })).estimate
    }

    /// Rows of both classes.
    private struct Level {
        var positives = 0
        var negatives = 0

        var rows: Int { positives + negatives }

        mutating func add(_ label: Bool) { if label { positives += 1 } else { negatives += 1 } }

        /// The rate of positives with half a row of either class more, so many rows left out.
        func rate(withoutPositives: Int = 0, withoutNegatives: Int = 0) -> Double {
            (Double(positives - withoutPositives) + 0.5) / Double(rows - withoutPositives - withoutNegatives + 1)
        }
    }

    /// Category and, behind all others, missing; nil for a column of numbers.
    private static func codes(of column: Column) -> (codes: [Int32], count: Int)? {
        let (codes, count): ([Int32], Int)
        switch column.values {
        case .category(let all, let categories): (codes, count) = (all, categories.count)
        case .boolean(let all): (codes, count) = (all.map { $0 ? 1 : 0 }, 2)
        case .double, .integer, .timestamp: return nil
        }
        guard let validity = column.validity else { return (codes, count) }
        return (zip(codes, validity).map { $1 ? $0 : Int32(count) }, count + 1)
    }

    private static func numbers(of column: Column, _ rows: [Int]) -> [Double] {
        switch column.values {
        case .double(let all): rows.map { column.isMissing($0) || all[$0].isNaN ? -.infinity : all[$0] }
        case .integer(let all), .timestamp(let all): rows.map { column.isMissing($0) ? -.infinity : Double(all[$0]) }
        case .boolean, .category: []
        }
    }

    /// Rows of one score together, ascending.
    private static func levels(_ scores: [Double], _ labels: [Bool]) -> [Level] {
        // Without −0, which would lie beside 0.
        let sides = [true, false].map { wanted in RadixSort.sorted(zip(scores, labels).filter { $1 == wanted }.map { $0.0 + 0 }) }
        let (positives, negatives) = (sides[0], sides[1])
        var levels: [Level] = []
        var (p, n) = (0, 0)
        while p < positives.count || n < negatives.count {
            let score = p == positives.count ? negatives[n] : n == negatives.count ? positives[p] : min(positives[p], negatives[n])
            var level = Level()
            while p < positives.count, positives[p] == score { (p, level.positives) = (p + 1, level.positives + 1) }
            while n < negatives.count, negatives[n] == score { (n, level.negatives) = (n + 1, level.negatives + 1) }
            levels.append(level)
        }
        return levels
    }

    private static func sums(_ levels: [Level]) -> PairSums {
        let negatives = levels.reduce(0) { $0 + $1.negatives }
        var (negativesBelow, positivesBelow) = (0, 0)
        let positives = levels.reduce(0) { $0 + $1.positives }
        var pairs = PairSums(positives: positives, negatives: negatives)
        for level in levels {
            pairs.add(positives: level.positives, twiceWon: 2 * negativesBelow + level.negatives)
            pairs.add(negatives: level.negatives, twiceLost: 2 * (positives - positivesBelow) - level.positives)
            (negativesBelow, positivesBelow) = (negativesBelow + level.negatives, positivesBelow + level.positives)
        }
        return pairs
    }

    private static func of(categories: [Level]) -> Estimate {
        let (positives, negatives) = (categories.reduce(0) { $0 + $1.positives }, categories.reduce(0) { $0 + $1.negatives })
        // By category, its rate without a row of either class: what a pair of two categories is ranked by.
        func ranked(_ count: KeyPath<Level, Int>, _ rate: (Level) -> Double) -> (rates: [Double], sums: [Int]) {
            let all = categories.filter { $0[keyPath: count] > 0 }.map { (rate: rate($0), count: $0[keyPath: count]) }.sorted { $0 < $1 }
            return (all.map(\.rate), all.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) })
        }
        let ups = ranked(\.positives) { $0.rate(withoutPositives: 1) }
        let downs = ranked(\.negatives) { $0.rate(withoutNegatives: 1) }
        /// Twice the rows of others that have a smaller rate, and once those that have the same.
        func twiceBelow(_ rate: Double, _ side: (rates: [Double], sums: [Int])) -> Int {
            side.sums[place(side.rates) { $0 < rate }] + side.sums[place(side.rates) { $0 <= rate }]
        }
        var pairs = PairSums(positives: positives, negatives: negatives)
        for level in categories {
            // Within a category there is nothing to rank by, so that its pairs are ties: its rate without one of its positive rows is always the smaller one.
            if level.positives > 0 {
                pairs.add(positives: level.positives, twiceWon: twiceBelow(level.rate(withoutPositives: 1), downs) + level.negatives)
            }
            if level.negatives > 0 {
                let lost = 2 * positives - twiceBelow(level.rate(withoutNegatives: 1), ups)
                pairs.add(negatives: level.negatives, twiceLost: lost + level.positives)
            }
        }
        let isTold = CountTests.chiSquare(categories.map { [Double($0.positives), Double($0.negatives)] }).map { $0.result.pValue < 0.05 } ?? false
        return pairs.estimate(isTold: isTold, atMost: sums(byRate(categories)))
    }

    /// By the rate of all their rows, categories of one rate together.
    private static func byRate(_ categories: [Level]) -> [Level] {
        func rate(_ level: Level) -> Double { Double(level.positives) / Double(level.rows) }
        return categories.sorted { rate($0) < rate($1) }.reduce(into: []) { levels, next in
            if let last = levels.last, rate(last) == rate(next) {
                levels[levels.count - 1] = Level(positives: last.positives + next.positives, negatives: last.negatives + next.negatives)
            } else {
                levels.append(next)
            }
        }
    }

    /// How many of ascending numbers come first, before one that does not.
    private static func place(_ numbers: [Double], _ isFirst: (Double) -> Bool) -> Int {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if isFirst(numbers[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// What rows of both classes win against all of the other, and DeLong's spread of it.
    private struct PairSums {
        let positives: Int
        let negatives: Int
        private var twiceWins = 0.0
        private var positiveSquares = CompensatedSum()
        private var negativeSquares = CompensatedSum()

        init(positives: Int, negatives: Int) { (self.positives, self.negatives) = (positives, negatives) }

        /// So many positive rows, each of which wins that much: 2 for a negative row below it, 1 for one beside it.
        mutating func add(positives count: Int, twiceWon: Int) {
            twiceWins += Double(count * twiceWon)
            let share = Double(twiceWon) / Double(2 * negatives)
            positiveSquares.add(Double(count) * share * share)
        }

        mutating func add(negatives count: Int, twiceLost: Int) {
            let share = Double(twiceLost) / Double(2 * positives)
            negativeSquares.add(Double(count) * share * share)
        }

        private var area: Double { min(1, twiceWins / (2 * Double(positives) * Double(negatives))) }

        private var bounds: Interval? {
            func spread(_ squares: Double, _ count: Int) -> Double {
                count > 1 ? max(0, squares - Double(count) * area * area) / Double(count - 1) / Double(count) : 0
            }
            let error = (spread(positiveSquares.value, positives) + spread(negativeSquares.value, negatives)).squareRoot()
            return .area(area, error: error, positives: Double(positives), negatives: Double(negatives))
        }

        private var undefined: Estimate? {
            if positives == 0 { return .undefined(Reason.noPositives, n: negatives) }
            return negatives == 0 ? .undefined(Reason.noNegatives, n: positives) : nil
        }

        /// In the better direction. Where the bounds hold one half, neither direction is shown to be the better one, and the lower bound is one half.
        var estimate: Estimate {
            if let undefined { return undefined }
            return .value(
                max(area, 1 - area), n: positives + negatives,
                interval: bounds.map {
                    let lower = area >= 0.5 ? $0.lower : 1 - $0.upper
                    return Interval(max(0.5, lower), max($0.upper, 1 - $0.lower), method: $0.method, confidence: $0.confidence)
                })
        }

        /// Of rates, which have a direction.
        ///
        /// - Parameters:
        ///   - isTold: they are shown to differ.
        ///   - most: of rates that know what they rank.
        func estimate(isTold: Bool, atMost most: PairSums) -> Estimate {
            if let undefined { return undefined }
            let value = max(0.5, area)
            return .value(
                value, n: positives + negatives,
                interval: bounds.flatMap { own in
                    most.bounds.map {
                        Interval(
                            isTold ? min(value, max(0.5, own.lower)) : 0.5, max(value, $0.upper), method: "\($0.method), leave-pair-out to all rows",
                            confidence: $0.confidence)
                    }
                })
        }
    }
}
