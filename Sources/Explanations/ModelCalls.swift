internal import Basics
internal import Models

/// Predictions that can be explained: as many as there should be, and finite.
enum ModelCalls {
    /// Throws `prediction` if the model fails or says something that is no finite number.
    static func predictions(_ predictor: any Predictor, _ rows: [Double], count: Int) throws(ExplanationError) -> [Double] {
        let found: [Double]
        do { found = try predictor.predict(rows, count: count) } catch { throw ExplanationError(error) }
        guard found.count == count * predictor.outputCount else {
            throw ExplanationError(
                .prediction, message: "the model gave \(found.count) numbers for \(count) rows and \(predictor.outputCount) outputs")
        }
        return try finite(found)
    }

    /// Predictions that something adds up to. Throws `prediction` for one that is no finite number.
    static func finite(_ predictions: [Double]) throws(ExplanationError) -> [Double] {
        guard let bad = predictions.first(where: { !$0.isFinite }) else { return predictions }
        throw ExplanationError(
            .prediction, message: "the model's prediction for a row is \(bad.isNaN ? "not a number" : "\(bad)"), which nothing adds up to")
    }

    /// The same of any number of rows, in blocks of a fixed size. The error of the first block that fails.
    static func predictions(_ predictor: any Predictor, _ rows: [Double], count: Int, threads: Int) throws(ExplanationError) -> [Double] {
        let size = 1 << 14
        let width = predictor.featureCount
        let results = concurrentBlocks((count + size - 1) / size, threads: threads) { block in
            Result { () throws(ExplanationError) in
                let part = (block * size)..<min((block + 1) * size, count)
                return try predictions(predictor, Array(rows[(part.lowerBound * width)..<(part.upperBound * width)]), count: part.count)
            }
        }
        var all: [Double] = []
        all.reserveCapacity(count * predictor.outputCount)
        for result in results { all += try result.get() }
        return all
    }
}
