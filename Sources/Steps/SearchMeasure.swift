import Basics
import Metrics
import Models
import Training

/// A measure that a search makes best or keeps within bounds.
struct SearchMeasure: Sendable {
    let measure: String
    let attribute: String?
    let minimum: Double?
    let maximum: Double?

    init(json: JSONValue) {
        measure = json["measure"]?.stringValue ?? ""
        attribute = measure.hasSuffix("Ratio") || measure.hasSuffix("Difference") ? json["attribute"]?.stringValue : nil
        minimum = json["minimum"]?.doubleValue
        maximum = json["maximum"]?.doubleValue
    }

    var name: String { attribute.map { "\(measure) by \($0)" } ?? measure }

    /// Measures of which less is better, beside differences between groups.
    private static let losses: Set = [
        "logLoss", "brierScore", "rootMeanSquaredError", "meanAbsoluteError", "quantileLoss", "poissonDeviance", "gammaDeviance",
    ]

    /// Less is better.
    func loss(_ value: Double) -> Double { Self.losses.contains(measure) || measure.hasSuffix("Difference") ? value : -value }

    /// As a message says it.
    var bounds: String {
        [minimum.map { "at least \($0)" }, maximum.map { "at most \($0)" }].compactMap { $0 }.joined(separator: " and ")
    }

    func excess(_ value: Double?) -> Double {
        guard let value else { return 1 }
        return max(0, (minimum ?? value) - value, value - (maximum ?? value))
    }

    /// Nil if undefined.
    ///
    /// - Parameters:
    ///   - figures: of the held-out rows.
    ///   - groups: of all training rows, by attribute.
    func value(_ held: HeldOutScores, figures: [String: Double], groups: [String: ComparedGroups]) -> Double? {
        guard let attribute else { return figures[measure] }
        guard let groups = groups[attribute] else { return nil }
        var sum = 0.0
        let repetitions = held.byRepetition
        for own in repetitions {
            var cells = [[Double]](repeating: [0, 0, 0, 0], count: groups.names.count)
            for (place, row) in own.rows.enumerated() {
                guard let code = groups.codes[row] else { continue }
                let isPositive = own.decisions?[place] ?? (own.scores[place] >= 0.5)
                cells[code][(isPositive ? 2 : 0) + (own.truth[place] > 0 ? 1 : 0)] += own.weights?[place] ?? 1
            }
            let compared = cells.filter { $0.reduce(0, +) > 0 }
            guard compared.count > 1, let value = GroupGap.value(measure, compared) else { return nil }
            sum += value
        }
        return sum / Double(repetitions.count)
    }
}

/// Gaps between groups from their counts, or sums of weights: negatives and positives not selected, the same selected.
enum GroupGap {
    static func selectionRate(_ cell: [Double]) -> Double? { share(cell[2] + cell[3], cell.reduce(0, +)) }
    static func truePositiveRate(_ cell: [Double]) -> Double? { share(cell[3], cell[1] + cell[3]) }
    static func falsePositiveRate(_ cell: [Double]) -> Double? { share(cell[2], cell[0] + cell[2]) }

    private static func share(_ part: Double, _ whole: Double) -> Double? { whole > 0 ? part / whole : nil }

    static func value(_ measure: String, _ cells: [[Double]]) -> Double? {
        func rates(_ rate: ([Double]) -> Double?) -> [Double]? {
            let all = cells.map(rate)
            return all.contains(nil) || all.isEmpty ? nil : all.compactMap { $0 }
        }
        func spread(_ rate: ([Double]) -> Double?) -> Double? { rates(rate).map { ($0.max() ?? 0) - ($0.min() ?? 0) } }
        switch measure {
        case "selectionRateRatio":
            guard let all = rates(selectionRate), let largest = all.max(), largest > 0 else { return nil }
            return (all.min() ?? 0) / largest
        case "selectionRateDifference": return spread(selectionRate)
        case "truePositiveRateDifference": return spread(truePositiveRate)
        case "falsePositiveRateDifference": return spread(falsePositiveRate)
        default:
            guard let first = spread(truePositiveRate), let second = spread(falsePositiveRate) else { return nil }
            return max(first, second)
        }
    }
}

extension SearchPlan {
    /// As a Model spec declares it.
    ///
    /// - Parameter task: what the preset `auto` is for.
    init(json: JSONValue, task: ModelTask) throws(TrainingError) {
        var dimensions: [String: SearchDimension] = [:]
        for (name, range) in json["space"]?.objectValue ?? [:] {
            let isLogarithmic = range["logarithmic"]?.boolValue ?? false
            if let values = range["values"]?.arrayValue {
                dimensions[name] = .choice(values)
            } else if range["integer"]?.boolValue == true {
                dimensions[name] = .integer(
                    low: Int64(exactly: range["low"]?.doubleValue ?? 0) ?? 0, high: Int64(exactly: range["high"]?.doubleValue ?? 0) ?? 0,
                    isLogarithmic: isLogarithmic)
            } else {
                dimensions[name] = .real(low: range["low"]?.doubleValue ?? 0, high: range["high"]?.doubleValue ?? 0, isLogarithmic: isLogarithmic)
            }
        }
        var schedule = Schedule.none
        let (eta, effort) = (Int(json["schedule"]?["eta"]?.intValue ?? 3), json["schedule"]?["minimumEffort"]?.doubleValue ?? 0.111)
        switch json["schedule"]?["type"]?.stringValue {
        case "successiveHalving": schedule = .successiveHalving(eta: eta, minimumEffort: effort)
        case "hyperband": schedule = .hyperband(eta: eta, minimumEffort: effort)
        default: break
        }
        try self.init(
            space: json["preset"]?.stringValue == "auto" ? .automatic(for: task) : SearchSpace(dimensions),
            sampler: Sampler(rawValue: json["sampler"]?.stringValue ?? "") ?? .tpe, schedule: schedule,
            trials: Int(json["trials"]?.intValue ?? 0), batch: Int(json["batch"]?.intValue ?? 4), seed: UInt64(json["seed"]?.intValue ?? 0))
    }
}
