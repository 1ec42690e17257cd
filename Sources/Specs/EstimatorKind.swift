import Basics

extension Kinds {
    static let estimator = SpecObject([
        SpecField("type", .string(.oneOf(["xgboost"])), "The learner: gradient boosted trees.", required: true),
        SpecField("seed", .integer(0...Int64(Int32.max)), "The seed of everything random in training.", required: true, guarded: true),
        SpecField("rounds", .integer(1...100_000), "Trees to grow.", default: 100),
        SpecField("maxDepth", .integer(1...64), "The depth of a tree.", default: 6),
        SpecField("learningRate", .number(positive.lowerBound...1), "Shrinkage of each tree (eta).", default: 0.3),
        SpecField("minChildWeight", .number(0...positive.upperBound), "Smallest sum of hessians in a leaf.", default: 1.0),
        SpecField("subsample", .number(positive.lowerBound...1), "Share of rows drawn for each tree.", default: 1.0),
        SpecField("columnSample", .number(positive.lowerBound...1), "Share of columns drawn for each tree.", default: 1.0),
        SpecField("lambda", .number(0...positive.upperBound), "L2 penalty on leaf weights.", default: 1.0),
        SpecField("alpha", .number(0...positive.upperBound), "L1 penalty on leaf weights.", default: 0.0),
        SpecField("gamma", .number(0...positive.upperBound), "Smallest loss reduction of a split.", default: 0.0),
    ])
}
