internal import Glibc

/// A share of a whole: `successes` of `trials`. Both may be effective numbers of weighted rows.
public struct Proportion: Hashable, Sendable {
    public let successes: Double
    public let trials: Double

    /// - Precondition: 0 ≤ successes ≤ trials, trials > 0.
    public init(_ successes: Double, of trials: Double) {
        precondition(trials > 0 && successes >= 0 && successes <= trials)
        self.successes = successes
        self.trials = trials
    }

    public var value: Double { successes / trials }

    /// Wilson 1927: the values that a score test does not refuse.
    public func wilson(_ confidence: Double = 0.95) -> Interval {
        let (lower, upper) = wilson(criticalValue: criticalValue(confidence))
        return Interval(lower, upper, method: "Wilson", confidence: confidence)
    }

    package func wilson(criticalValue z: Double) -> (lower: Double, upper: Double) {
        let square = z * z
        let center = (successes + square / 2) / (trials + square)
        let half = z / (trials + square) * (successes * (trials - successes) / trials + square / 4).squareRoot()
        // Exact at the ends, where rounding would leave a trace.
        return (successes == 0 ? 0 : max(0, center - half), successes == trials ? 1 : min(1, center + half))
    }

    /// Clopper and Pearson 1934: never below its confidence.
    public func clopperPearson(_ confidence: Double = 0.95) -> Interval {
        let tail = (1 - confidence) / 2
        let lower = successes == 0 ? 0 : Beta(successes, trials - successes + 1).quantile(tail)
        let upper = successes == trials ? 1 : Beta(successes + 1, trials - successes).quantile(1 - tail)
        return Interval(lower, upper, method: "Clopper-Pearson", confidence: confidence)
    }
}

/// Two independent shares compared.
public struct ProportionPair: Hashable, Sendable {
    public let first: Proportion
    public let second: Proportion

    public init(_ first: Proportion, _ second: Proportion) {
        self.first = first
        self.second = second
    }

    /// first − second (Newcombe 1998, method 10: Wilson's bounds combined).
    public func newcombe(_ confidence: Double = 0.95) -> Interval {
        let (lower, upper) = newcombe(criticalValue: criticalValue(confidence))
        return Interval(lower, upper, method: "Newcombe", confidence: confidence)
    }

    package func newcombe(criticalValue z: Double) -> (lower: Double, upper: Double) {
        let (p, q) = (first.value, second.value)
        let (a, b) = (first.wilson(criticalValue: z), second.wilson(criticalValue: z))
        let difference = p - q
        let below = ((p - a.lower) * (p - a.lower) + (b.upper - q) * (b.upper - q)).squareRoot()
        let above = ((a.upper - p) * (a.upper - p) + (q - b.lower) * (q - b.lower)).squareRoot()
        return (max(-1, difference - below), min(1, difference + above))
    }

    /// first ÷ second (Katz et al. 1978: normal in the logarithm). Nil where one of them is none of its trials. Where both are all of theirs, whose error
    /// would be zero, Wilson's bounds combined (`Combination.ratio`).
    public func katz(_ confidence: Double = 0.95) -> Interval? {
        guard first.successes > 0, second.successes > 0 else { return nil }
        let (lower, upper) = ratio(criticalValue: criticalValue(confidence))
        return Interval(lower, upper, method: areAll ? "Wilson combined" : "Katz", confidence: confidence)
    }

    private var areAll: Bool { first.successes == first.trials && second.successes == second.trials }

    /// The same as bounds alone, with half a success and half a trial more on both sides where one of them is none (Walter 1975): the bound on the side of what was not seen. On the other
    /// side no ratio is too small for none of the first, none too large for none of the second.
    package func ratio(criticalValue z: Double) -> (lower: Double, upper: Double) {
        if areAll {
            let (a, b) = (first.wilson(criticalValue: z).lower, second.wilson(criticalValue: z).lower)
            return (a, 1 / b)
        }
        if first.successes > 0, second.successes > 0 { return logRatio(first, second, z) }
        func corrected(_ share: Proportion) -> Proportion { Proportion(share.successes + 0.5, of: share.trials + 0.5) }
        let (lower, upper) = logRatio(corrected(first), corrected(second), z)
        return (first.successes > 0 ? lower : 0, second.successes > 0 ? upper : .infinity)
    }

    private func logRatio(_ first: Proportion, _ second: Proportion, _ z: Double) -> (lower: Double, upper: Double) {
        let error = (1 / first.successes - 1 / first.trials + 1 / second.successes - 1 / second.trials).squareRoot()
        let ratio = first.value / second.value
        return (ratio * exp(-z * error), ratio * exp(z * error))
    }
}
