internal import Basics
public import Models

extension SearchSpace {
    /// Boosted trees and, where the task has any, generalised linear models, each with ranges of its parameters that suit most tables.
    public static func automatic(for task: ModelTask) -> SearchSpace {
        let trees: [String: SearchDimension] = [
            "rounds": .integer(low: 50, high: 500, isLogarithmic: true), "maxDepth": .integer(low: 2, high: 8, isLogarithmic: false),
            "learningRate": .real(low: 0.01, high: 0.3, isLogarithmic: true), "minChildWeight": .real(low: 1, high: 20, isLogarithmic: true),
            "subsample": .real(low: 0.5, high: 1, isLogarithmic: false), "columnSample": .real(low: 0.5, high: 1, isLogarithmic: false),
            "lambda": .real(low: 0.1, high: 10, isLogarithmic: true),
        ]
        // The least penalty keeps coefficients finite where a feature tells the classes apart.
        let linear: [String: SearchDimension] = [
            "penalty": .real(low: 0.00001, high: 1, isLogarithmic: true), "l1Share": .choice([.double(0), .double(0.5), .double(1)]),
        ]
        // A linear model has no quantile loss.
        if task == .quantile { return SearchSpace(trees) }
        var dimensions: [String: SearchDimension] = ["type": .choice(["linear", "xgboost"])]
        var conditions: [String: Condition] = [:]
        for (learner, own) in [("linear", linear), ("xgboost", trees)] {
            dimensions.merge(own) { first, _ in first }
            for name in own.keys { conditions[name] = Condition("type", .string(learner)) }
        }
        return SearchSpace(dimensions, conditions: conditions)
    }
}
