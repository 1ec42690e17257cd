public import Basics
public import Models

/// What each player contributed to each prediction: base + Σ values = prediction, up to the additivity error.
public struct Attributions: Sendable, Hashable {
    /// Features, or groups of features that were explained as one.
    public let players: [String]
    public let rowCount: Int
    public let outputCount: Int
    /// Rows × outputs × players.
    public let values: [Double]
    /// The expected prediction of each output, before anything is known of a row.
    public let baseValues: [Double]
    /// Rows × outputs.
    public let predictions: [Double]
    /// Of sampled values, as `values`; nil if they are exact.
    public let standardErrors: [Double]?
    public let method: ExplanationMethod
    public let scale: OutputScale
    /// What sampling was seeded with; nil if nothing was sampled.
    public let seed: UInt64?
    /// The digest of the background's numbers; nil if there is none.
    public let background: Digest?

    public init(
        players: [String], outputCount: Int, values: [Double], baseValues: [Double], predictions: [Double], standardErrors: [Double]? = nil,
        method: ExplanationMethod, scale: OutputScale, seed: UInt64? = nil, background: Digest? = nil
    ) {
        precondition(predictions.count % outputCount == 0 && baseValues.count == outputCount, "one prediction and base an output")
        precondition(values.count == predictions.count * players.count, "rows × outputs × players")
        self.players = players
        self.rowCount = predictions.count / outputCount
        self.outputCount = outputCount
        self.values = values
        self.baseValues = baseValues
        self.predictions = predictions
        self.standardErrors = standardErrors
        self.method = method
        self.scale = scale
        self.seed = seed
        self.background = background
    }

    /// The values of all players for one row and output.
    public func row(_ row: Int, output: Int = 0) -> ArraySlice<Double> {
        let start = (row * outputCount + output) * players.count
        return values[start..<(start + players.count)]
    }

    /// Σφ − (prediction − base) of each row and output.
    public var additivityErrors: [Double] {
        predictions.indices.map { place in
            let sum = values[(place * players.count)..<((place + 1) * players.count)].reduce(0, +)
            return sum - (predictions[place] - baseValues[place % outputCount])
        }
    }

    /// The largest of |Σφ − (prediction − base)|; 0 if there are no rows, infinite if anything in it is no finite number.
    public var maximumAdditivityError: Double { additivityErrors.reduce(0) { Swift.max($0, $1.isFinite ? abs($1) : .infinity) } }
}

extension Attributions {
    /// How far the contributions to a row may miss its prediction by rounding: this share of the largest of 1, |prediction| and |base|.
    public static let additivityTolerance = 1e-6

    /// Throws `prediction` for a row whose contributions miss its prediction by more: then the model gave the same row different predictions.
    public func checkAdditivity() throws(ExplanationError) {
        for (place, error) in additivityErrors.enumerated() {
            let bound = Self.additivityTolerance * Swift.max(1, abs(predictions[place]), abs(baseValues[place % outputCount]))
            guard !(abs(error) <= bound) else { continue }
            throw ExplanationError(
                .prediction,
                message:
                    "the contributions to row \(place / outputCount + 1) miss its prediction by \(error), more than rounding: does the model give the same row "
                    + "the same prediction every time?")
        }
    }
}

/// How contributions are worked out.
public enum ExplanationMethod: String, Hashable, Sendable, CaseIterable {
    /// Path-dependent TreeSHAP: no background.
    case tree
    /// TreeSHAP against a background.
    case interventional
    case linear
    case kernel
    case permutation
    case exact
    case lime
}
