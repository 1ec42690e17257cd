/// Settings of generalised linear models.
///
/// What is minimised is mean(weight · loss) + penalty · (l1Share · Σ|β| + (1 − l1Share) / 2 · Σβ²), weights scaled to a mean of 1; intercepts are free.
/// (scikit-learn: `alpha` of ElasticNet and PoissonRegressor, 1 / (C · Σ weights) of LogisticRegression, `alpha` / n of Ridge.)
public struct LinearSettings: Hashable, Sendable {
    public var penalty = 0.0
    /// 0: ridge, 1: lasso, between: elastic net.
    public var l1Share = 0.0
    public var iterations = 100
    public var seed = 0

    public init() {}

    func validate() throws(TrainingError) {
        guard penalty >= 0, penalty.isFinite else { throw TrainingError(.invalidSetting, message: "penalty must be 0 or more") }
        guard (0...1).contains(l1Share) else { throw TrainingError(.invalidSetting, message: "l1Share must be 0 to 1") }
        guard (1...100_000).contains(iterations) else { throw TrainingError(.invalidSetting, message: "iterations must be 1 to 100000") }
    }
}
