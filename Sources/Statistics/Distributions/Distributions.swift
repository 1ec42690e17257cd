internal import Glibc

/// A continuous distribution: both tails, each with its own digits, and quantiles.
public protocol ContinuousDistribution: Sendable {
    /// P(X ≤ x).
    func below(_ x: Double) -> Double
    /// P(X > x).
    func above(_ x: Double) -> Double
    /// The x at which `below` is `probability`, in 0…1.
    func quantile(_ probability: Double) -> Double
}

/// The standard normal distribution.
public struct Normal: ContinuousDistribution {
    public init() {}

    public func below(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
    public func above(_ x: Double) -> Double { 0.5 * erfc(x / 2.0.squareRoot()) }

    public func quantile(_ probability: Double) -> Double {
        precondition((0...1).contains(probability))
        if probability == 0 { return -.infinity }
        if probability == 1 { return .infinity }
        if probability == 0.5 { return 0 }
        // By the nearer tail, whose digits are the finer.
        if probability < 0.5 { return -Root.bisect(0, 40) { above($0) > probability } }
        return Root.bisect(0, 40) { below($0) < probability }
    }
}

/// χ² with `degrees` of freedom.
public struct ChiSquare: ContinuousDistribution {
    public let degrees: Double
    public init(degrees: Double) {
        precondition(degrees > 0)
        self.degrees = degrees
    }

    public func below(_ x: Double) -> Double { IncompleteGamma.regularized(degrees / 2, max(0, x) / 2).lower }
    public func above(_ x: Double) -> Double { IncompleteGamma.regularized(degrees / 2, max(0, x) / 2).upper }

    public func quantile(_ probability: Double) -> Double {
        precondition((0...1).contains(probability))
        if probability == 0 { return 0 }
        if probability == 1 { return .infinity }
        return probability < 0.5 ? Root.positive { below($0) < probability } : Root.positive { above($0) > 1 - probability }
    }
}

/// Student's t with `degrees` of freedom.
public struct StudentT: ContinuousDistribution {
    public let degrees: Double
    public init(degrees: Double) {
        precondition(degrees > 0)
        self.degrees = degrees
    }

    /// P(X > |x|).
    private func tail(_ x: Double) -> Double {
        let square = x * x
        return IncompleteBeta.regularized(degrees / 2, 0.5, degrees / (degrees + square), square / (degrees + square)).lower / 2
    }

    public func below(_ x: Double) -> Double { x < 0 ? tail(x) : 1 - tail(x) }
    public func above(_ x: Double) -> Double { x < 0 ? 1 - tail(x) : tail(x) }

    public func quantile(_ probability: Double) -> Double {
        precondition((0...1).contains(probability))
        if probability == 0.5 { return 0 }
        let side = min(probability, 1 - probability)
        let size = side == 0 ? Double.infinity : Root.positive { tail($0) > side }
        return probability < 0.5 ? -size : size
    }
}

/// F with `numerator` and `denominator` degrees of freedom.
public struct FisherF: ContinuousDistribution {
    public let numerator: Double
    public let denominator: Double
    public init(_ numerator: Double, _ denominator: Double) {
        precondition(numerator > 0 && denominator > 0)
        self.numerator = numerator
        self.denominator = denominator
    }

    private func tails(_ x: Double) -> (lower: Double, upper: Double) {
        let scaled = numerator * max(0, x)
        return IncompleteBeta.regularized(
            numerator / 2, denominator / 2, scaled / (scaled + denominator), denominator / (scaled + denominator))
    }

    public func below(_ x: Double) -> Double { tails(x).lower }
    public func above(_ x: Double) -> Double { tails(x).upper }

    public func quantile(_ probability: Double) -> Double {
        precondition((0...1).contains(probability))
        if probability == 0 { return 0 }
        if probability == 1 { return .infinity }
        return probability < 0.5 ? Root.positive { below($0) < probability } : Root.positive { above($0) > 1 - probability }
    }
}

/// The beta distribution.
public struct Beta: ContinuousDistribution {
    public let a: Double
    public let b: Double
    public init(_ a: Double, _ b: Double) {
        precondition(a > 0 && b > 0)
        self.a = a
        self.b = b
    }

    public func below(_ x: Double) -> Double { x >= 1 ? 1 : IncompleteBeta.regularized(a, b, x, 1 - x).lower }
    public func above(_ x: Double) -> Double { x >= 1 ? 0 : IncompleteBeta.regularized(a, b, x, 1 - x).upper }

    public func quantile(_ probability: Double) -> Double {
        precondition((0...1).contains(probability))
        return probability < 0.5 ? Root.bisect(0, 1) { below($0) < probability } : Root.bisect(0, 1) { above($0) > 1 - probability }
    }
}

/// How many of `trials` succeed, each with `probability`.
public struct Binomial: Sendable {
    public let trials: Int
    public let probability: Double
    public init(trials: Int, probability: Double) {
        precondition(trials >= 0 && (0...1).contains(probability))
        self.trials = trials
        self.probability = probability
    }

    public func density(_ successes: Int) -> Double {
        SaddlePoint.binomial(Double(successes), Double(trials), probability, 1 - probability)
    }

    /// P(X ≤ successes).
    public func below(_ successes: Int) -> Double {
        if successes < 0 { return 0 }
        if successes >= trials { return 1 }
        return IncompleteBeta.regularized(Double(successes + 1), Double(trials - successes), probability, 1 - probability).upper
    }
}

/// How many of `drawn` out of `population` are among the `marked`, drawn without replacement.
public struct Hypergeometric: Sendable {
    public let population: Int
    public let marked: Int
    public let drawn: Int

    public init(population: Int, marked: Int, drawn: Int) {
        precondition(0 <= marked && marked <= population && 0 <= drawn && drawn <= population)
        self.population = population
        self.marked = marked
        self.drawn = drawn
    }

    public var support: ClosedRange<Int> { max(0, drawn + marked - population)...min(drawn, marked) }

    public func density(_ count: Int) -> Double {
        guard support.contains(count) else { return 0 }
        let (r, b, n, x) = (Double(marked), Double(population - marked), Double(drawn), Double(count))
        guard drawn > 0 else { return count == 0 ? 1 : 0 }
        let p = n / (r + b)
        let q = (r + b - n) / (r + b)
        return SaddlePoint.binomial(x, r, p, q) * SaddlePoint.binomial(n - x, b, p, q) / SaddlePoint.binomial(n, r + b, p, q)
    }
}
