public import Basics

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
    public var treeMethod = TreeMethod.hist
    /// By feature, as the trees see it, how the prediction may go with it.
    public var monotone: [String: Direction] = [:]
    /// Sets of features that may stand on one path of a tree; none: any.
    public var interactions: [[String]] = []
    /// A category of fewer than so many values is split one against the rest.
    public var oneHotLimit = 4
    /// At most so many categories are considered in one split's set.
    public var categoriesPerSplit = 64
    public var seed = 0

    public enum TreeMethod: String, Hashable, Sendable, CaseIterable { case hist, exact, approx }
    public enum Direction: Int, Hashable, Sendable {
        case increasing = 1
        case decreasing = -1
    }

    public init() {}

    /// Reads the estimator of a Model spec; what it does not say keeps its default. Throws `invalidSetting`.
    public init(json: JSONValue) throws(TrainingError) {
        func whole(_ key: String, _ fallback: Int) -> Int { json[key]?.intValue.map { Int($0) } ?? fallback }
        func number(_ key: String, _ fallback: Double) -> Double { json[key]?.doubleValue ?? fallback }
        rounds = whole("rounds", rounds)
        maxDepth = whole("maxDepth", maxDepth)
        seed = whole("seed", seed)
        oneHotLimit = whole("oneHotLimit", oneHotLimit)
        categoriesPerSplit = whole("categoriesPerSplit", categoriesPerSplit)
        learningRate = number("learningRate", learningRate)
        minChildWeight = number("minChildWeight", minChildWeight)
        subsample = number("subsample", subsample)
        columnSample = number("columnSample", columnSample)
        lambda = number("lambda", lambda)
        alpha = number("alpha", alpha)
        gamma = number("gamma", gamma)
        if let name = json["treeMethod"]?.stringValue {
            guard let method = TreeMethod(rawValue: name) else { throw TrainingError(.invalidSetting, message: "there is no treeMethod '\(name)'") }
            treeMethod = method
        }
        for (name, word) in json["monotone"]?.objectValue ?? [:] {
            guard let direction: Direction = ["increasing": .increasing, "decreasing": .decreasing][word.stringValue ?? ""] else {
                throw TrainingError(.invalidSetting, message: "'\(name)' can be monotone 'increasing' or 'decreasing'")
            }
            monotone[name] = direction
        }
        interactions = (json["interactions"]?.arrayValue ?? []).map { ($0.arrayValue ?? []).compactMap(\.stringValue) }
    }

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
        try require((1...1_000_000).contains(oneHotLimit), "oneHotLimit", "1 to 1000000")
        try require((1...1_000_000).contains(categoriesPerSplit), "categoriesPerSplit", "1 to 1000000")
        try require((0...Int(Int32.max)).contains(seed), "seed", "0 to \(Int32.max)")
    }

    /// In XGBoost's names, the objective not among them.
    var parameters: [(name: String, value: String)] {
        var all = [
            ("verbosity", "0"), ("booster", "gbtree"), ("tree_method", treeMethod.rawValue),
            ("max_depth", "\(maxDepth)"),
            ("eta", "\(learningRate)"), ("min_child_weight", "\(minChildWeight)"), ("subsample", "\(subsample)"),
            ("colsample_bytree", "\(columnSample)"), ("lambda", "\(lambda)"), ("alpha", "\(alpha)"), ("gamma", "\(gamma)"),
            ("seed", "\(seed)"),
        ]
        if treeMethod != .exact { all += [("max_cat_to_onehot", "\(oneHotLimit)"), ("max_cat_threshold", "\(categoriesPerSplit)")] }
        return all
    }
}
