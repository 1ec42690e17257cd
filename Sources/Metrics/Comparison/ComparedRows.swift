/// Answers of a model and what was true, such that two models' answers on the same rows can be compared.
package protocol ComparedRows: Sendable {
    var count: Int { get }
    /// Each row's weight; nil: all count alike.
    var weights: [Double]? { get }

    /// Throws `countsDiffer` where the champion was not asked about the same rows, `oneClass` where the rows tell nothing.
    func check(besides champion: Self) throws(MetricsError)

    /// Rows in an order of their own, by all that figures are made of, so that these do not depend on that of the table in their last digits.
    func summingOrder(besides champion: Self, _ rows: [Int]) -> [Int]

    /// Below which a margin says something.
    static var largestMargin: Double { get }

    /// What can be compared on some rows, all of which count and of which there is one.
    func findings(besides champion: Self, _ rows: [Int], suffix: String, by test: PairedTest) -> PairedTest.Findings
}

extension ScoredRows: ComparedRows {
    package static var largestMargin: Double { 1 }

    package func summingOrder(besides champion: ScoredRows, _ rows: [Int]) -> [Int] {
        let byScores = RadixSort.order(RadixSort.order(rows, by: champion.scores), by: scores)
        let ordered = weights.map { RadixSort.order(byScores, by: $0) } ?? byScores
        func cell(_ row: Int) -> Int { (labels[row] ? 4 : 0) + (champion.prediction(row) ? 2 : 0) + (prediction(row) ? 1 : 0) }
        return (0..<8).flatMap { wanted in ordered.filter { cell($0) == wanted } }
    }

    package func check(besides champion: ScoredRows) throws(MetricsError) {
        try PairedTest.check(champion.labels == labels, "labels")
        let counted = labels.indices.lazy.filter { weights?[$0] != 0 }.map { labels[$0] }
        guard counted.contains(true), counted.contains(false) else {
            throw MetricsError(.oneClass, message: "the rows are of one class only")
        }
    }

    package func findings(besides champion: ScoredRows, _ rows: [Int], suffix: String, by test: PairedTest) -> PairedTest.Findings {
        test.decisions(champion, self, rows, suffix)
    }
}

extension NumberRows: ComparedRows {
    /// Of R² and of errors that a share of the champion's bounds, which have no largest value.
    package static var largestMargin: Double { .infinity }

    package func summingOrder(besides champion: NumberRows, _ rows: [Int]) -> [Int] {
        func key(_ row: Int) -> (Double, Double, Double, Double) {
            (truth[row], champion.predictions[row], predictions[row], weights?[row] ?? 1)
        }
        return rows.sorted { key($0) < key($1) }
    }
    package var count: Int { truth.count }

    package func check(besides champion: NumberRows) throws(MetricsError) {
        try PairedTest.check(champion.truth == truth, "true numbers")
        try PairedTest.check(champion.goal == goal, "goals")
    }

    package func findings(besides champion: NumberRows, _ rows: [Int], suffix: String, by test: PairedTest) -> PairedTest.Findings {
        test.numbers(champion, self, rows, suffix)
    }
}

extension ClassifiedRows: ComparedRows {
    package static var largestMargin: Double { 1 }

    package func summingOrder(besides champion: ClassifiedRows, _ rows: [Int]) -> [Int] {
        func key(_ row: Int) -> (Int, Int, Int, Double, Double, Double) {
            let label = labels[row]
            return (
                label, champion.predictions[row], predictions[row], weights?[row] ?? 1, champion.scores?[row][label] ?? 0, scores?[row][label] ?? 0
            )
        }
        return rows.sorted { key($0) < key($1) }
    }
    package var count: Int { labels.count }

    package func check(besides champion: ClassifiedRows) throws(MetricsError) {
        try PairedTest.check(champion.classes == classes, "classes")
        try PairedTest.check(champion.labels == labels, "labels")
    }

    package func findings(besides champion: ClassifiedRows, _ rows: [Int], suffix: String, by test: PairedTest) -> PairedTest.Findings {
        test.classes(champion, self, rows, suffix)
    }
}

extension PairedTest {
    static func check(_ isSame: Bool, _ what: String) throws(MetricsError) {
        guard isSame else {
            throw MetricsError(.countsDiffer, message: "champion and challenger are compared on the same rows, whose \(what) differ here")
        }
    }
}
