internal import Basics
internal import Glibc
public import Models

/// Local surrogates of any predictor (LIME for tables: Ribeiro, Singh and Guestrin 2016), the same bytes for the same seed at any thread count.
///
/// Perturbed rows come from the training rows alone, so that the model is asked about them once, in large blocks, whatever the number of
/// explained rows; only numbers drawn around the row are asked about row by row, all samples at a time.
public struct LIMEExplainer: Sendable {
    private let predictor: ScaledPredictor
    private let schema: FeatureSchema
    private let players: Players
    private let components: [LIMEComponent]
    private let settings: LIMESettings
    private let scale: OutputScale
    private let seed: UInt64
    private let training: Digest
    private let width: Double
    /// One for each seed.
    private let samples: [LIMESamples]
    /// Of `samples`; empty if they are moved to each row.
    private let predictions: [[Double]]

    /// `labels`: of the training rows, for the entropy discretiser alone.
    ///
    /// Throws `background` for training rows that are none or have other features, `features` for other players, `unsupportedModel` for a scale
    /// that the model does not have, `invalidSetting`, or `prediction`.
    public init(
        _ predictor: any Predictor, training: EncodedRows, labels: [Int]? = nil, players: Players, settings: LIMESettings = LIMESettings(),
        scale: OutputScale = .raw, seed: UInt64 = 0, threads: Int = 1
    ) throws(ExplanationError) {
        do { self.predictor = try ScaledPredictor(predictor, scale: scale) } catch { throw ExplanationError(error) }
        try settings.validate(labels: labels, rows: training.rowCount)
        // The same conditions as for any background.
        _ = try MaskedModel(predictor, background: training, players: players)
        let components = concurrentBlocks(players.count, threads: threads) {
            LIMEComponent(members: players.members[$0], training: training, settings: settings, labels: labels)
        }
        samples = concurrentBlocks(settings.stabilitySeeds, threads: threads) {
            LIMESamples(components, training: training, settings: settings, seed: seed, stream: $0)
        }
        var predictions: [[Double]] = []
        if !settings.isAroundRow {
            for sample in samples {
                predictions.append(try ModelCalls.predictions(self.predictor, sample.rows, count: sample.count, threads: threads))
            }
        }
        self.predictions = predictions
        schema = training.schema
        self.players = players
        self.components = components
        self.settings = settings
        self.scale = scale
        self.seed = seed
        self.training = training.digest
        width = settings.kernelWidth ?? 0.75 * Double(players.count).squareRoot()
    }

    /// A surrogate for each row and output. Bytes depend on the row only, not on the others. Throws `rows` or `prediction`.
    public func explain(_ rows: EncodedRows, threads: Int = 1) throws(ExplanationError) -> LIMEExplanations {
        guard rows.width == schema.features.count else {
            throw ExplanationError(.rows, message: "the table has \(rows.width) features, the model \(schema.features.count)")
        }
        try EncodedRows.agree(rows.schema, with: schema, called: "the training rows have")
        let outputs = predictor.outputCount
        let own = try ModelCalls.predictions(predictor, rows.values, count: rows.rowCount, threads: threads)
        let results = concurrentBlocks(rows.rowCount, threads: threads) { row in
            Result { () throws(ExplanationError) in
                try self.surrogates(rows.row(row), prediction: own[(row * outputs)..<((row + 1) * outputs)])
            }
        }
        var surrogates: [LocalExplanation] = []
        for result in results { surrogates += try result.get() }
        return LIMEExplanations(
            players: players.names, outputCount: outputs, surrogates: surrogates, settings: settings, scale: scale, seed: seed, training: training)
    }

    private func surrogates(_ row: ArraySlice<Double>, prediction: ArraySlice<Double>) throws(ExplanationError) -> [LocalExplanation] {
        let codes = unsafe row.withUnsafeBufferPointer { values in
            components.map { component in
                guard !component.isNumber, let base = values.baseAddress else { return Int64(0) }
                return unsafe component.code(base)
            }
        }
        let seen = components.map { $0.isNumber ? $0.standardised(row[row.startIndex + $0.members[0]]) : 1 }
        var moments: [WeightedMoments] = []
        var histogram = PatternHistogram()
        for (place, shared) in samples.enumerated() {
            let (sample, found): (LIMESamples, [Double])
            if settings.isAroundRow {
                sample = shared.around(row, components)
                found = try ModelCalls.predictions(predictor, sample.rows, count: sample.count)
            } else {
                (sample, found) = (shared, predictions[place])
            }
            moments.append(
                sample.moments(components, rowCodes: codes, seen: seen, predictions: found, prediction: prediction, width: width, &histogram))
        }
        let names = components.enumerated().map { $1.condition(row, schema: schema, name: players.names[$0]) }
        return prediction.indices.map { output in
            LocalSurrogate.explanation(
                moments, target: output - prediction.startIndex, seen: seen, prediction: prediction[output], players: players.names,
                conditions: names, settings: settings)
        }
    }
}

/// How much a perturbed row weighs.
package enum LIMEKernel {
    /// √exp(−d²/width²).
    package static func weight(squaredDistance: Double, width: Double) -> Double { sqrt(exp(-squaredDistance / (width * width))) }
}

/// Fits surrogates to moments.
enum LocalSurrogate {
    static func explanation(
        _ moments: [WeightedMoments], target: Int, seen: [Double], prediction: Double, players: [String], conditions: [String],
        settings: LIMESettings
    ) -> LocalExplanation {
        let fits = moments.map { moments in
            let used = FeatureSelection.choose(
                settings.selection, count: settings.featureCount, moments: moments, target: target, row: seen)
            return (used: used, fit: RidgeFit(moments, target: target, used: used, ridge: settings.ridge))
        }
        let weights = fits.map { used, fit in
            var all = [Double](repeating: 0, count: players.count)
            for (place, player) in used.enumerated() { all[player] = fit.weights[place] }
            return all
        }
        let (used, fit) = fits[0]
        let n = Double(fits.count)
        let terms = used.enumerated().map { place, player in
            let mean = weights.reduce(0) { $0 + $1[player] } / n
            let squares = weights.reduce(0) { $0 + ($1[player] - mean) * ($1[player] - mean) }
            let weight = fit.weights[place]
            return (
                player: player,
                term: LocalExplanation.Term(
                    player: players[player], condition: conditions[player], weight: weight, contribution: weight * seen[player],
                    standardDeviation: (squares / (n - 1)).squareRoot())
            )
        }.sorted { first, second in
            let (a, b) = (abs(first.term.contribution), abs(second.term.contribution))
            return a != b ? a > b : first.player < second.player
        }.map(\.term)
        return LocalExplanation(
            terms: terms, intercept: fit.intercept, localPrediction: terms.reduce(fit.intercept) { $0 + $1.contribution },
            prediction: prediction, fidelity: fit.fidelity,
            stability: LocalExplanation.Stability(weights: weights, selected: fits.map(\.used)))
    }
}
