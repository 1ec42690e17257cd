public import Basics

/// A threshold for each group, or a draw between two of them (Hardt, Price and Srebro 2016): fitted on rows that the model was not fitted on. A draw is
/// decided by a number that belongs to the row, so that the same row always gets the same decision.
public struct GroupThresholds: Hashable, Sendable {
    /// What is made equal between groups.
    public enum Goal: String, Hashable, Sendable, CaseIterable {
        case demographicParity, equalOpportunity, falsePositiveParity, equalizedOdds
    }

    /// How one group is decided.
    public struct Rule: Hashable, Sendable {
        /// The share of rows that are decided by chance alone, and theirs of being selected.
        public let ignored: Double
        public let constant: Double
        /// The rest: by the first threshold with this chance, else by the second. Above 1: nobody is selected.
        public let firstShare: Double
        public let first: Double
        public let second: Double

        /// The chance of a positive decision.
        public func chance(_ score: Double) -> Double {
            let drawn = (score >= first ? firstShare : 0) + (score >= second ? 1 - firstShare : 0)
            return ignored * constant + (1 - ignored) * drawn
        }
    }

    public let attribute: String
    public let goal: Goal
    public let rules: [String: Rule]
    /// For groups that were not there when the thresholds were fitted: fitted on all rows.
    public let fallback: Rule
    /// Of the draws.
    public let seed: UInt64

    public func rule(_ group: String) -> Rule { rules[group] ?? fallback }

    /// Whether a draw decides for any group.
    public var isRandomised: Bool {
        (rules.values + [fallback]).contains { $0.ignored > 0 || $0.firstShare > 0 && $0.firstShare < 1 }
    }

    /// - Parameter key: the row's own: the same key has the same decision for ever.
    public func decision(score: Double, group: String, key: Digest) -> Bool {
        let chance = rule(group).chance(score)
        if chance <= 0 { return false }
        if chance >= 1 { return true }
        return RowDraw.number(key, seed: seed) < chance
    }

    public var json: JSONValue {
        [
            "attribute": .string(attribute), "goal": .string(goal.rawValue), "rules": .object(rules.mapValues(\.json)), "fallback": fallback.json,
            "seed": .int(Int64(bitPattern: seed)),
        ]
    }

    /// Reads `json`; nil if it has not that form.
    public init?(json: JSONValue) {
        guard let attribute = json["attribute"]?.stringValue, let goal = json["goal"]?.stringValue.flatMap(Goal.init(rawValue:)),
            let fallback = json["fallback"].flatMap(Rule.init(json:)), let seed = json["seed"]?.intValue, let members = json["rules"]?.objectValue
        else { return nil }
        var rules: [String: Rule] = [:]
        for (name, value) in members {
            guard let rule = Rule(json: value) else { return nil }
            rules[name] = rule
        }
        self.init(attribute: attribute, goal: goal, rules: rules, fallback: fallback, seed: UInt64(bitPattern: seed))
    }

    init(attribute: String, goal: Goal, rules: [String: Rule], fallback: Rule, seed: UInt64) {
        self.attribute = attribute
        self.goal = goal
        self.rules = rules
        self.fallback = fallback
        self.seed = seed
    }
}

extension GroupThresholds.Rule {
    var json: JSONValue {
        [
            "ignored": .double(ignored), "constant": .double(constant), "firstShare": .double(firstShare), "first": .double(first),
            "second": .double(second),
        ]
    }

    init?(json: JSONValue) {
        let numbers = ["ignored", "constant", "firstShare", "first", "second"].compactMap { json[$0]?.doubleValue }
        guard numbers.count == 5, numbers[0...2].allSatisfy({ (0...1).contains($0) }), numbers.allSatisfy(\.isFinite) else { return nil }
        self.init(ignored: numbers[0], constant: numbers[1], firstShare: numbers[2], first: numbers[3], second: numbers[4])
    }
}
