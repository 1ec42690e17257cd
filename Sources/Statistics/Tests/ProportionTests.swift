internal import Glibc

/// A test's statistic and its p-value.
public struct TestResult: Hashable, Sendable {
    public let statistic: Double
    public let pValue: Double

    public init(statistic: Double, pValue: Double) {
        self.statistic = statistic
        self.pValue = pValue
    }
}

/// Tests of counts.
public enum CountTests {
    /// Two-sided test that two shares are equal, with the pooled share's variance. Undefined (nil) where all or none succeed.
    public static func twoProportionZ(_ first: Proportion, _ second: Proportion) -> TestResult? {
        let pooled = (first.successes + second.successes) / (first.trials + second.trials)
        let variance = pooled * (1 - pooled) * (1 / first.trials + 1 / second.trials)
        guard variance > 0 else { return nil }
        let z = (first.value - second.value) / variance.squareRoot()
        return TestResult(statistic: z, pValue: min(1, 2 * Normal().above(abs(z))))
    }

    /// Fisher's exact test of a table [[a, b], [c, d]], two-sided: what is no likelier than what was seen (as R and scipy do). The statistic is the sample
    /// odds ratio; infinite or NaN where a cell of its denominator is empty.
    public static func fisherExact(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> TestResult {
        precondition(a >= 0 && b >= 0 && c >= 0 && d >= 0)
        let odds = Double(a) * Double(d) / (Double(b) * Double(c))
        let distribution = Hypergeometric(population: a + b + c + d, marked: a + b, drawn: a + c)
        let seen = distribution.density(a)
        let limit = seen * (1 + 1e-12)
        var sum = 0.0
        for count in distribution.support {
            let density = distribution.density(count)
            if density <= limit { sum += density }
        }
        return TestResult(statistic: odds, pValue: min(1, sum))
    }

    /// Pearson's χ² of independence, without a continuity correction. Undefined (nil) where a row or column is empty or there is one only.
    public static func chiSquare(_ table: [[Double]]) -> (result: TestResult, degrees: Int)? {
        let rows = table.map { $0.reduce(0, +) }
        guard let width = table.first?.count, table.allSatisfy({ $0.count == width }) else { return nil }
        let columns = (0..<width).map { column in table.reduce(0) { $0 + $1[column] } }
        let total = rows.reduce(0, +)
        let degrees = (rows.count - 1) * (width - 1)
        guard degrees > 0, rows.allSatisfy({ $0 > 0 }), columns.allSatisfy({ $0 > 0 }) else { return nil }
        var statistic = 0.0
        for (i, row) in table.enumerated() {
            for (j, count) in row.enumerated() {
                let expected = rows[i] * columns[j] / total
                statistic += (count - expected) * (count - expected) / expected
            }
        }
        return (TestResult(statistic: statistic, pValue: ChiSquare(degrees: Double(degrees)).above(statistic)), degrees)
    }

    /// McNemar's test of paired answers: `onlyFirst` rows that only the first got right, `onlySecond` that only the second did. Exact (binomial), two-sided.
    public static func mcNemar(onlyFirst: Int, onlySecond: Int) -> TestResult {
        let trials = onlyFirst + onlySecond
        guard trials > 0 else { return TestResult(statistic: 0, pValue: 1) }
        let fewer = min(onlyFirst, onlySecond)
        return TestResult(statistic: Double(fewer), pValue: min(1, 2 * Binomial(trials: trials, probability: 0.5).below(fewer)))
    }
}
