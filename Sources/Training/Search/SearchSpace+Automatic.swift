extension SearchSpace {
    /// Ranges of boosted trees' parameters that suit most tables.
    public static let automatic: [String: SearchDimension] = [
        "rounds": .integer(low: 50, high: 500, isLogarithmic: true), "maxDepth": .integer(low: 2, high: 8, isLogarithmic: false),
        "learningRate": .real(low: 0.01, high: 0.3, isLogarithmic: true), "minChildWeight": .real(low: 1, high: 20, isLogarithmic: true),
        "subsample": .real(low: 0.5, high: 1, isLogarithmic: false), "columnSample": .real(low: 0.5, high: 1, isLogarithmic: false),
        "lambda": .real(low: 0.1, high: 10, isLogarithmic: true),
    ]
}
