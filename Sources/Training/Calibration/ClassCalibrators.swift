public import Basics

/// Chances of several classes: each class's score is calibrated against the rest, and a row's chances are then divided by their sum (Zadrozny and Elkan 2002).
public struct ClassCalibrators: Hashable, Sendable {
    /// In the order of the scores.
    public let classes: [String]
    public let calibrators: [Calibrator]

    public init(classes: [String], calibrators: [Calibrator]) {
        precondition(classes.count == calibrators.count && classes.count > 1, "one calibrator a class")
        self.classes = classes
        self.calibrators = calibrators
    }

    public var method: Calibrator.Method { calibrators[0].method }

    /// - Parameter scores: rows × classes.
    /// - Returns: rows × classes; a row that no class claims has the same chance of each.
    public func chances(_ scores: [Double]) -> [Double] {
        let count = classes.count
        precondition(scores.count % count == 0, "rows × classes")
        var chances = scores.indices.map { calibrators[$0 % count](scores[$0]) }
        for first in stride(from: 0, to: chances.count, by: count) {
            let total = chances[first..<(first + count)].reduce(0, +)
            for place in first..<(first + count) { chances[place] = total > 0 ? min(1, chances[place] / total) : 1 / Double(count) }
        }
        return chances
    }

    /// Fits a calibrator for each class to scores of rows that the model was not fitted on.
    ///
    /// - Parameters:
    ///   - scores: rows × classes, in 0…1.
    ///   - truth: each row's class, into `classes`.
    /// - Throws: `classes` if some class has no rows, or `invalidSetting` as `Calibrator.fit`.
    public static func fit(
        _ method: Calibrator.Method, classes: [String], scores: [Double], truth: [Int], weights: [Double]? = nil
    ) throws(TrainingError) -> ClassCalibrators {
        let count = classes.count
        precondition(scores.count == truth.count * count, "rows × classes")
        if let absent = classes.indices.first(where: { place in !truth.indices.contains { truth[$0] == place && weights?[$0] ?? 1 > 0 } }) {
            throw TrainingError(
                .classes, message: "the calibration rows have none of class '\(classes[absent])', so its scores cannot be calibrated")
        }
        var calibrators: [Calibrator] = []
        for place in 0..<count {
            calibrators.append(
                try Calibrator.fit(
                    method, scores: truth.indices.map { scores[$0 * count + place] }, labels: truth.map { $0 == place }, weights: weights))
        }
        return ClassCalibrators(classes: classes, calibrators: calibrators)
    }

    public var json: JSONValue { .array(zip(classes, calibrators).map { ["class": .string($0), "calibrator": $1.json] }) }

    /// Reads `json`; nil if it has not that form.
    public init?(json: JSONValue) {
        guard let list = json.arrayValue, list.count > 1 else { return nil }
        let classes = list.compactMap { $0["class"]?.stringValue }
        let calibrators = list.compactMap { $0["calibrator"].flatMap(Calibrator.init(json:)) }
        guard classes.count == list.count, calibrators.count == list.count else { return nil }
        self.init(classes: classes, calibrators: calibrators)
    }
}
