internal import Basics
public import Models
public import Statistics

/// How predictions change with one feature, the others as they are in each row: each row's curve (ICE, Goldstein et al. 2015) and their mean
/// (partial dependence, Friedman 2001).
public struct PartialDependence: Sendable, Hashable {
    public let feature: String
    /// The values that the feature was given, ascending; a missing value, if the rows have one, last.
    public let grid: [Double]
    /// What the feature's value is called in reports, one for each of `grid`.
    public let labels: [String]
    public let rowCount: Int
    public let outputCount: Int
    /// Rows × grid × outputs.
    public let curves: [Double]
    /// The mean curve: grid × outputs.
    public let mean: [Double]
    /// 95 % bounds of the mean curve, by the normal distribution of a mean over rows; empty for one row.
    public let intervals: [Interval]

    /// - Parameter points: the most values that a number is given, at equal steps of its quantiles from 0 to 1; a category has all of its own.
    ///
    /// Throws `features` for one that the model does not read, `rows`, `invalidSetting`, `unsupportedModel` or `prediction`.
    public init(
        _ predictor: any Predictor, rows: EncodedRows, feature: String, points: Int = 20, scale: OutputScale = .raw, threads: Int = 1
    ) throws(ExplanationError) {
        let scaled: ScaledPredictor
        do { scaled = try ScaledPredictor(predictor, scale: scale) } catch { throw ExplanationError(error) }
        guard (2...1000).contains(points) else { throw ExplanationError(.invalidSetting, message: "the points must be 2 to 1000, not \(points)") }
        guard rows.rowCount > 0, rows.width == scaled.featureCount else {
            throw ExplanationError(
                .rows, message: "the table has \(rows.rowCount) rows of \(rows.width) features, the model \(scaled.featureCount)")
        }
        guard let place = rows.schema.names.firstIndex(of: feature) else {
            throw ExplanationError(.features, message: "the model does not read '\(feature)'")
        }
        let grid = Self.grid(rows, place, points: points)
        let (width, count, outputs) = (rows.width, rows.rowCount, scaled.outputCount)
        let results = concurrentBlocks(grid.count, threads: threads) { point in
            Result { () throws(ExplanationError) in
                var changed = rows.values
                for row in 0..<count { changed[row * width + place] = grid[point] }
                return try ModelCalls.predictions(scaled, changed, count: count, threads: 1)
            }
        }
        var curves = [Double](repeating: 0, count: count * grid.count * outputs)
        for (point, result) in results.enumerated() {
            let found = try result.get()
            for row in 0..<count {
                for output in 0..<outputs { curves[(row * grid.count + point) * outputs + output] = found[row * outputs + output] }
            }
        }
        let cells = grid.count * outputs
        let mean = curves.means(outputs: cells)
        var squares = [Double](repeating: 0, count: cells)
        for (index, value) in curves.enumerated() { squares[index % cells] += (value - mean[index % cells]) * (value - mean[index % cells]) }
        let critical = Normal().quantile(0.975)
        intervals =
            count < 2
            ? []
            : (0..<cells).map { cell in
                let half = critical * (squares[cell] / Double(count - 1) / Double(count)).squareRoot()
                return Interval(mean[cell] - half, mean[cell] + half, method: "normal", confidence: 0.95)
            }
        self.feature = feature
        self.grid = grid
        labels = grid.map { Self.label($0, rows.schema.features[place].type) }
        rowCount = count
        outputCount = outputs
        self.curves = curves
        self.mean = mean
    }

    private static func grid(_ rows: EncodedRows, _ place: Int, points: Int) -> [Double] {
        let column = (0..<rows.rowCount).map { rows.values[$0 * rows.width + place] }
        let present = column.filter { !$0.isNaN }.sorted()
        var grid = present.indices.filter { $0 == 0 || present[$0] != present[$0 - 1] }.map { present[$0] }
        if rows.schema.features[place].type == .number, grid.count > points {
            var quantiles: [Double] = []
            for part in 0..<points {
                let at = Double(present.count - 1) * Double(part) / Double(points - 1)
                let (below, above) = (Int(at), min(Int(at) + 1, present.count - 1))
                let value = present[below] + (present[above] - present[below]) * (at - Double(below))
                if quantiles.last != value { quantiles.append(value) }
            }
            grid = quantiles
        }
        return present.count < column.count ? grid + [.nan] : grid
    }

    private static func label(_ value: Double, _ type: FeatureSchema.FeatureType) -> String {
        guard !value.isNaN else { return "missing" }
        switch type {
        case .category(let texts): return texts.indices.contains(Int(value)) ? texts[Int(value)] : "\(value)"
        case .boolean: return value != 0 ? "true" : "false"
        case .number, .timestamp: return Int(exactly: value).map { "\($0)" } ?? "\(value)"
        }
    }
}
