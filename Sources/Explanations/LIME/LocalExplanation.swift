public import Basics
public import Models

/// LIME's answer for some rows: a linear surrogate of the model around each, for each output.
public struct LIMEExplanations: Sendable, Hashable {
    public let players: [String]
    public let outputCount: Int
    /// Rows × outputs.
    public let surrogates: [LocalExplanation]
    public let settings: LIMESettings
    public let scale: OutputScale
    public let seed: UInt64
    /// The digest of the training rows' numbers.
    public let training: Digest

    public var rowCount: Int { surrogates.count / outputCount }

    public subscript(row: Int, output: Int) -> LocalExplanation { surrogates[row * outputCount + output] }

    /// What each player adds to the surrogate's prediction, rows × outputs × players: 0 for those it does not use.
    public var contributions: [Double] {
        let places = Dictionary(uniqueKeysWithValues: players.enumerated().map { ($1, $0) })
        return surrogates.flatMap { surrogate in
            var all = [Double](repeating: 0, count: players.count)
            for term in surrogate.terms { if let place = places[term.player] { all[place] = term.contribution } }
            return all
        }
    }
}

/// A linear surrogate of the model around one row, and how far it can be trusted.
public struct LocalExplanation: Sendable, Hashable {
    public struct Term: Sendable, Hashable {
        public let player: String
        /// What is true of the row: `28 < age <= 37`. For a number that is not cut into intervals, its name.
        public let condition: String
        public let weight: Double
        /// The weight times what the row has: 1 where the condition is true of it, else the standardised number.
        public let contribution: Double
        /// Of the weight over seeds, 0 where a seed's surrogate does not use the player.
        public let standardDeviation: Double
    }

    /// The players that the surrogate uses, the largest |contribution| first; equal ones in the players' order.
    public let terms: [Term]
    public let intercept: Double
    /// The surrogate's prediction: the intercept and all contributions.
    public let localPrediction: Double
    /// The model's.
    public let prediction: Double
    /// R²: the weighted share of the predictions' spread around the row that the surrogate explains.
    public let fidelity: Double
    public let stability: Stability

    /// Whether other seeds would tell another story.
    public struct Stability: Sendable, Hashable {
        /// How many of the players that either of two seeds uses both use: the mean over all pairs of seeds; 1 if none uses any.
        public let selection: Double
        /// The mean over all pairs of seeds of Spearman's correlation of all players' weights; nil if no pair has one.
        public let ranks: Double?

        public init(selection: Double, ranks: Double?) {
            self.selection = selection
            self.ranks = ranks
        }

        /// From the weights of all players that each seed gave.
        init(weights: [[Double]], selected: [[Int]]) {
            var shares: [Double] = []
            var correlations: [Double] = []
            for first in weights.indices {
                for second in (first + 1)..<max(weights.count, first + 1) {
                    let (a, b) = (Set(selected[first]), Set(selected[second]))
                    let either = a.union(b).count
                    shares.append(either == 0 ? 1 : Double(a.intersection(b).count) / Double(either))
                    if let correlation = RankCorrelation.spearman(weights[first], weights[second]) { correlations.append(correlation) }
                }
            }
            selection = shares.reduce(0, +) / Double(shares.count)
            ranks = correlations.isEmpty ? nil : correlations.reduce(0, +) / Double(correlations.count)
        }
    }
}
