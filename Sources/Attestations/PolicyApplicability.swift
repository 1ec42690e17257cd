public import Basics

/// Whether one policy judges one subject.
public struct PolicyApplicability: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case applies
        /// Its conditions read evidence, which decides; what they read.
        case dependsOnEvidence([String])
        /// Why not.
        case doesNotApply(String)
    }

    public let policy: String
    public let location: FileLocation
    public let rules: [String]
    public let state: State

    public init(policy: String, location: FileLocation, rules: [String], state: State) {
        self.policy = policy
        self.location = location
        self.rules = rules
        self.state = state
    }

    public var json: JSONValue {
        let (word, reason): (String, String?) =
            switch state {
            case .applies: ("applies", nil)
            case .dependsOnEvidence(let read): ("dependsOnEvidence", read.joined(separator: "; "))
            case .doesNotApply(let reason): ("doesNotApply", reason)
            }
        return JSONValue.object([
            "policy": .string(policy), "location": location.json, "rules": .array(rules.map { .string($0) }), "state": .string(word),
            "reason": reason.map { .string($0) } ?? .null,
        ]).droppingNulls
    }
}
