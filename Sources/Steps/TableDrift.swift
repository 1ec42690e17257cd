import Basics
import Frames
import Metrics
import Training

extension DriftReport {
    /// How far one table's rows lie from another's, as a step's parameters ask for it: `preset`, `maximumMissingDifference`.
    ///
    /// - Parameter weights: how much each table's rows count; nil: all alike.
    init(
        reference: Frame, current: Frame, weights: (reference: [Double], current: [Double])?, _ parameters: JSONValue, threads: Int
    ) throws(MetricsError) {
        let preset = parameters["preset"]?.stringValue.flatMap(Preset.init(rawValue:)) ?? .stability
        let missing = parameters["maximumMissingDifference"]?.doubleValue
        guard let weights else {
            try self.init(
                reference: reference.columns.map { ReferenceColumn($0) }, current: current, preset: preset, maximumMissingDifference: missing,
                threads: threads)
            return
        }
        try self.init(
            reference: reference, weights: weights.reference, current: current, weights: weights.current, preset: preset,
            maximumMissingDifference: missing, threads: threads)
    }

    /// The same of the test rows beside the training rows, whose weights are those of the whole table.
    init(train: Frame, test: Frame, of rows: Split.Rows, weights: [Double]?, _ parameters: JSONValue, threads: Int) throws(MetricsError) {
        try self.init(
            reference: train, current: test, weights: weights.map { all in (rows.train.map { all[$0] }, rows.test.map { all[$0] }) }, parameters,
            threads: threads)
    }
}
