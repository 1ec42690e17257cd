/// Who shares out a prediction: features alone, or groups of features that come and go together, such as the one-hot columns of a category.
public struct Players: Sendable, Hashable {
    public let names: [String]
    /// The model's features, in their order.
    public let features: [String]
    /// The features' places, for each player.
    public let members: [[Int]]
    /// Each feature's player.
    let ofFeatures: [Int]

    public var count: Int { names.count }
    public var featureCount: Int { ofFeatures.count }

    /// `groups` by name; features that are in none play alone. A group stands where its first feature does.
    ///
    /// Throws `groups` for a feature that is not there or in two groups, an empty group, or a group with a lone feature's name.
    public init(features: [String], groups: [String: [String]] = [:]) throws(ExplanationError) {
        var groupOf: [String: String] = [:]
        for (group, members) in groups.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            guard !members.isEmpty else { throw ExplanationError(.groups, message: "group '\(group)' has no features") }
            for member in members {
                guard features.contains(member) else {
                    throw ExplanationError(.groups, message: "group '\(group)' has feature '\(member)', which the model does not read")
                }
                if let other = groupOf.updateValue(group, forKey: member) {
                    throw ExplanationError(.groups, message: "feature '\(member)' is in group '\(group)' and in '\(other)'")
                }
            }
        }
        var names: [String] = []
        var members: [[Int]] = []
        var places: [String: Int] = [:]
        for (index, feature) in features.enumerated() {
            let group = groupOf[feature]
            if group == nil, groups[feature] != nil {
                throw ExplanationError(.groups, message: "group '\(feature)' has the name of a feature that is not in it")
            }
            if let group, let place = places[group] {
                members[place].append(index)
                continue
            }
            if let group { places[group] = names.count }
            names.append(group ?? feature)
            members.append([index])
        }
        self.init(names: names, features: features, members: members)
    }

    private init(names: [String], features: [String], members: [[Int]]) {
        self.names = names
        self.features = features
        self.members = members
        var ofFeatures = [Int](repeating: 0, count: features.count)
        for (player, members) in members.enumerated() { for member in members { ofFeatures[member] = player } }
        self.ofFeatures = ofFeatures
    }

    /// The same players in the order of `names`, which has each of them once.
    public func ordered(as names: [String]) -> Players {
        let places = Dictionary(uniqueKeysWithValues: self.names.enumerated().map { ($1, $0) })
        let members = names.map { name in
            guard let place = places[name] else { preconditionFailure("'\(name)' is one of the players") }
            return self.members[place]
        }
        return Players(names: names, features: features, members: members)
    }
}
