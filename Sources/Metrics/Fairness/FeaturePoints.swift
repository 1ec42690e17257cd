public import Frames

/// Rows as points, for measures that ask which rows are alike.
public enum FeaturePoints {
    /// - Parameters:
    ///   - standardized: numbers in standard deviations from their mean, categories as one coordinate of 0 or 1 for each, what is missing in the middle. Otherwise numbers as they are; what is
    ///     missing, or no number, is an error.
    /// Throws `FrameError` for a column that is not there, `MetricsError`.
    public static func points(_ frame: Frame, columns: [String], standardized: Bool) throws -> [[Double]] {
        var coordinates: [[Double]] = []
        for name in columns {
            let column = try frame.column(name)
            switch column.values {
            case .category(let codes, let categories):
                guard standardized else { throw MetricsError(.wrongType, message: "'\(name)' is a category column, which has no distances") }
                guard categories.count <= 100 else { continue }
                for code in categories.indices {
                    coordinates.append(codes.indices.map { !column.isMissing($0) && codes[$0] == Int32(code) ? 1 : 0 })
                }
            case .boolean(let all): coordinates.append(all.map { $0 ? 1 : 0 })
            case .integer(let all), .timestamp(let all): coordinates.append(try scaled(all.map { Double($0) }, column, standardized))
            case .double(let all): coordinates.append(try scaled(all, column, standardized))
            }
        }
        guard !coordinates.isEmpty else { throw MetricsError(.empty, message: "no column tells rows apart") }
        return (0..<frame.rowCount).map { row in coordinates.map { $0[row] } }
    }

    private static func scaled(_ values: [Double], _ column: Column, _ standardized: Bool) throws(MetricsError) -> [Double] {
        let known = values.indices.filter { !column.isMissing($0) && values[$0].isFinite }
        guard standardized else {
            guard known.count == values.count else {
                throw MetricsError(.wrongType, message: "'\(column.name)' has missing or infinite values, which have no distances")
            }
            return values
        }
        let mean = known.reduce(0) { $0 + values[$1] } / Double(max(1, known.count))
        let variance = known.reduce(0) { $0 + (values[$1] - mean) * (values[$1] - mean) } / Double(max(1, known.count))
        let scale = variance > 0 ? 1 / variance.squareRoot() : 0
        var points = [Double](repeating: 0, count: values.count)
        for row in known { points[row] = (values[row] - mean) * scale }
        return points
    }
}
