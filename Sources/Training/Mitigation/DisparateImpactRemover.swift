public import Basics
internal import Statistics

/// Moves each group's values of a feature towards the distribution that all groups have in the median (Feldman et al. 2015, section 5): the order of values
/// within a group stays, what the feature tells of the group goes.
///
/// Equal values have the middle of their ranks, so they stay equal: groups with many equal values do not come out wholly alike. aif360's remover takes the
/// quantiles of each group's distinct values instead, however many rows have them, and the lower of two medians; a part of a repair it counts in values,
/// not in distance. Where all values differ and groups are of one odd number and size, the whole repair is the same.
public struct DisparateImpactRemover: Hashable, Sendable {
    /// From 0, nothing is moved, to 1.
    public let level: Double
    public let attribute: String
    /// By feature and group, values at equally spaced ranks, ascending.
    public let quantiles: [String: [String: [Double]]]

    /// At most so many values stand for a group's distribution.
    static let knots = 401

    /// Fits on training rows only. Rows without a value say nothing.
    ///
    /// - Parameters:
    ///   - features: by name, one value a row; NaN is missing.
    ///   - groups: each row's group, into `names`.
    /// - Throws: `invalidSetting` for a level outside 0…1, `classes` if a group has no value of a feature.
    public init(
        level: Double, attribute: String, names: [String], groups: [Int], features: [String: [Double]]
    ) throws(TrainingError) {
        guard (0...1).contains(level) else { throw TrainingError(.invalidSetting, message: "the repair level must lie in 0…1, it is \(level)") }
        var all: [String: [String: [Double]]] = [:]
        for (feature, values) in features.sorted(by: { $0.key < $1.key }) {
            precondition(values.count == groups.count, "one group a value")
            var byGroup = [[Double]](repeating: [], count: names.count)
            for (row, value) in values.enumerated() where !value.isNaN { byGroup[groups[row]].append(value) }
            for group in names.indices where groups.contains(group) {
                guard !byGroup[group].isEmpty else {
                    throw TrainingError(.classes, column: feature, message: "group '\(names[group])' of '\(attribute)' has no value of '\(feature)'")
                }
                let sorted = byGroup[group].sorted()
                all[feature, default: [:]][names[group]] = sorted.count <= Self.knots ? sorted : Self.thinned(sorted)
            }
        }
        self.level = level
        self.attribute = attribute
        quantiles = all
    }

    /// Places are whole numbers and a remainder: a place that is rounded down a little would tell equal values apart.
    private static func thinned(_ sorted: [Double]) -> [Double] {
        (0..<knots).map { knot in
            let (place, rest) = (knot * (sorted.count - 1)).quotientAndRemainder(dividingBy: knots - 1)
            return rest == 0 ? sorted[place] : sorted[place] + Double(rest) / Double(knots - 1) * (sorted[place + 1] - sorted[place])
        }
    }

    /// The repaired value. One of a group that was not there in training, and a missing one, stay as they are.
    public func repaired(_ value: Double, feature: String, group: String) -> Double {
        guard level > 0, !value.isNaN, let byGroup = quantiles[feature], let own = byGroup[group] else { return value }
        let rank = Self.rank(value, in: own)
        let targets = byGroup.values.map { Bootstrap.quantile($0, rank) }.sorted()
        let middle = targets.count / 2
        let target = targets.count.isMultiple(of: 2) ? (targets[middle - 1] + targets[middle]) / 2 : targets[middle]
        return value + level * (target - value)
    }

    /// The rank in 0…1: the middle of equal values, and linear between values.
    private static func rank(_ value: Double, in sorted: [Double]) -> Double {
        guard sorted.count > 1 else { return 0.5 }
        let below = bound(sorted) { $0 < value }
        let notAbove = bound(sorted) { $0 <= value }
        if notAbove > below { return (Double(below) + Double(notAbove - 1)) / 2 / Double(sorted.count - 1) }
        guard below > 0 else { return 0 }
        guard below < sorted.count else { return 1 }
        let share = (value - sorted[below - 1]) / (sorted[below] - sorted[below - 1])
        return (Double(below - 1) + share) / Double(sorted.count - 1)
    }

    /// How many leading values hold.
    private static func bound(_ sorted: [Double], _ holds: (Double) -> Bool) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(sorted[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    public var json: JSONValue {
        [
            "level": .double(level), "attribute": .string(attribute),
            "quantiles": .object(quantiles.mapValues { .object($0.mapValues { .array($0.map { .double($0) }) }) }),
        ]
    }

    /// Reads `json`; nil if it has not that form.
    public init?(json: JSONValue) {
        guard let level = json["level"]?.doubleValue, (0...1).contains(level), let attribute = json["attribute"]?.stringValue,
            let features = json["quantiles"]?.objectValue
        else { return nil }
        var all: [String: [String: [Double]]] = [:]
        for (feature, groups) in features {
            for (group, list) in groups.objectValue ?? [:] {
                let values = (list.arrayValue ?? []).compactMap(\.doubleValue)
                guard !values.isEmpty, zip(values, values.dropFirst()).allSatisfy({ $0 <= $1 }) else { return nil }
                all[feature, default: [:]][group] = values
            }
        }
        self.level = level
        self.attribute = attribute
        quantiles = all
    }
}
