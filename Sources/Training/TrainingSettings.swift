/// Settings of gradient-boosted trees, with XGBoost's own defaults.
public struct TrainingSettings: Hashable, Sendable {
    public var rounds = 100
    public var maxDepth = 6
    /// XGBoost's `eta`.
    public var learningRate = 0.3
    public var minChildWeight = 1.0
    /// Share of the rows drawn for each tree.
    public var subsample = 1.0
    /// Share of the features drawn for each tree.
    public var columnSample = 1.0
    /// L2 penalty on leaf weights.
    public var lambda = 1.0
    /// L1 penalty on leaf weights.
    public var alpha = 0.0
    /// Least gain for a split.
    public var gamma = 0.0
    public var seed = 0

    public init() {}

    /// Throws `invalidSetting` for the first value that makes no sense.
    func validate() throws(TrainingError) {
        func require(_ holds: Bool, _ name: String, _ rule: String) throws(TrainingError) {
            guard holds else { throw TrainingError(.invalidSetting, message: "\(name) must be \(rule)") }
        }
        try require((1...100_000).contains(rounds), "rounds", "1 to 100000")
        try require((1...64).contains(maxDepth), "maxDepth", "1 to 64")
        try require(learningRate > 0 && learningRate <= 1, "learningRate", "above 0 and at most 1")
        try require(subsample > 0 && subsample <= 1, "subsample", "above 0 and at most 1")
        try require(columnSample > 0 && columnSample <= 1, "columnSample", "above 0 and at most 1")
        for (name, value) in [("minChildWeight", minChildWeight), ("lambda", lambda), ("alpha", alpha), ("gamma", gamma)] {
            try require(value >= 0 && value.isFinite, name, "0 or more")
        }
        try require((0...Int(Int32.max)).contains(seed), "seed", "0 to \(Int32.max)")
    }

    /// In XGBoost's names.
    var parameters: [(name: String, value: String)] {
        [
            ("verbosity", "0"), ("booster", "gbtree"), ("objective", "binary:logistic"), ("tree_method", "hist"),
            ("max_depth", "\(maxDepth)"),
            ("eta", "\(learningRate)"), ("min_child_weight", "\(minChildWeight)"), ("subsample", "\(subsample)"),
            ("colsample_bytree", "\(columnSample)"), ("lambda", "\(lambda)"), ("alpha", "\(alpha)"), ("gamma", "\(gamma)"),
            ("seed", "\(seed)"),
        ]
    }
}
