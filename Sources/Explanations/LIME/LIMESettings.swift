/// How LIME perturbs a row, weighs what it asks, and fits the surrogate (Ribeiro, Singh and Guestrin 2016).
public struct LIMESettings: Sendable, Hashable {
    /// What a number is to the surrogate: the interval that it falls into, or the standardised number itself.
    public enum Discretizer: String, Sendable, Hashable, CaseIterable {
        case none, quartile, decile
        /// The thresholds of a decision tree of depth three by information gain; needs the training rows' labels.
        case entropy
    }

    /// Where a perturbed number comes from. Categories, truth values and groups are always drawn from the training rows.
    public enum Sampling: String, Sendable, Hashable, CaseIterable {
        /// A normal distribution: with a discretiser within the interval of a training row drawn at random, else of the whole column.
        case gaussian
        /// The number of a training row drawn at random.
        case trainingDistribution = "training"
    }

    /// Which features the surrogate may use.
    public enum Selection: String, Sendable, Hashable, CaseIterable {
        /// Forward for six features or fewer, else by highest weight.
        case automatic
        /// One at a time, the one that fits best beside those chosen.
        case forward
        /// Those with the largest |weight × value| in a surrogate of all.
        case highestWeight = "highest-weight"
        /// The last step of the LASSO's path (Efron et al. 2004) that uses no more features than allowed.
        case lassoPath = "lasso-path"
        case all
    }

    public var discretizer = Discretizer.quartile
    public var sampling = Sampling.gaussian
    /// Numbers are drawn around the explained row's instead of the training rows' mean; without a discretiser only.
    public var isAroundRow = false
    /// Perturbed rows for each seed.
    public var samples = 5000
    /// The distance at which a perturbed row weighs e^−½; nil is ¾ of the square root of the number of features.
    public var kernelWidth: Double?
    public var selection = Selection.automatic
    /// The most features that the surrogate uses.
    public var featureCount = 10
    /// The penalty on the sum of squared weights.
    public var ridge = 1.0
    /// How many seeds, the first included, stability and standard deviations are taken over.
    public var stabilitySeeds = 5

    public init() {}

    func validate(labels: [Int]?, rows: Int) throws(ExplanationError) {
        func invalid(_ message: String) -> ExplanationError { ExplanationError(.invalidSetting, message: message) }
        guard (10...10_000_000).contains(samples) else { throw invalid("the samples must be 10 to 10000000, not \(samples)") }
        guard kernelWidth.map({ $0 > 0 && $0.isFinite }) ?? true else { throw invalid("the kernel width must be a number above 0") }
        guard featureCount > 0 else { throw invalid("the surrogate needs one feature or more") }
        guard ridge >= 0, ridge.isFinite else { throw invalid("the ridge penalty must be a number, 0 or more") }
        guard (2...100).contains(stabilitySeeds) else { throw invalid("stability is taken over 2 to 100 seeds, not \(stabilitySeeds)") }
        guard !isAroundRow || (discretizer == .none && sampling == .gaussian) else {
            throw invalid("only Gaussian samples without a discretiser can be drawn around a row")
        }
        guard discretizer != .entropy || labels != nil else {
            throw invalid("the entropy discretiser needs a label for each training row; give them, or use 'quartile'")
        }
        guard labels.map({ $0.count == rows }) ?? true else { throw invalid("there are \(labels?.count ?? 0) labels for \(rows) training rows") }
    }
}
