public import Basics

/// One rate, by group of a protected attribute, with what is derived from the group rates.
public struct GroupedMeasure: Hashable, Sendable {
    public let groups: [String: Estimate]
    /// The rate over all rows.
    public let overall: Estimate
    /// Largest minus smallest group rate.
    public let difference: Estimate
    /// Smallest divided by largest group rate.
    public let ratio: Estimate

    /// `compared` are the groups that difference and ratio are taken over; the others are reported only.
    init(groups: [String: Estimate], compared: [String], overall: Estimate) {
        self.groups = groups
        self.overall = overall
        let names = compared.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let n = names.reduce(0) { $0 + (groups[$1]?.n ?? 0) }
        if let name = names.first(where: { groups[$0]?.value == nil }) {
            let reason = "group '\(name)': \(groups[name]?.undefined ?? "it has no rate")"
            difference = .undefined(reason, n: n)
            ratio = .undefined(reason, n: n)
            return
        }
        let rates = names.compactMap { groups[$0]?.value }
        guard rates.count > 1, let smallest = rates.min(), let largest = rates.max() else {
            let reason = rates.isEmpty ? "there is no group to compare" : "there is one group only"
            difference = .undefined(reason, n: n)
            ratio = .undefined(reason, n: n)
            return
        }
        difference = .value(largest - smallest, n: n)
        ratio = largest > 0 ? .value(smallest / largest, n: n) : .undefined("every group's rate is zero", n: n)
    }

    /// In the form of the evidence schema's `GroupedMeasure`.
    public var json: JSONValue {
        [
            "groups": .object(groups.mapValues(\.json)), "overall": overall.json, "difference": difference.json, "ratio": ratio.json,
        ]
    }
}
