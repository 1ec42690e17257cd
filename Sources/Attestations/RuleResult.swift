public import Basics

/// What one rule of one policy found.
public struct RuleResult: Hashable, Sendable {
    public enum State: String, Hashable, Sendable {
        case pass
        /// The expression is false on evidence that exists.
        case fail
        /// The rule read evidence that is missing, undefined or NaN, or could not be evaluated.
        case undecided
        /// The rule fails or is undecided, and a waiver in force covers it.
        case waived
    }

    /// What a failing or undecided rule does: Deny blocks; Warn and Audit are only reported.
    public enum Action: String, Hashable, Sendable, Comparable {
        case deny = "Deny"
        case warn = "Warn"
        case audit = "Audit"

        public static func < (left: Action, right: Action) -> Bool { left.rank < right.rank }
        private var rank: Int { self == .deny ? 0 : self == .warn ? 1 : 2 }
    }

    /// A part of the expression and the value it had: `evidence.fairness['sex'].equalizedOdds.difference.value` = 0.149.
    public struct Reading: Hashable, Sendable {
        public let expression: String
        public let value: String

        public init(expression: String, value: String) {
            self.expression = expression
            self.value = value
        }
    }

    public let policy: String
    public let policyDigest: Digest
    /// The pack that the policy came from and its digest, such as `proviso/fairness@1 sha256:…`.
    public let pack: String?
    public let rule: String
    /// The article or control that the rule implements.
    public let control: String?
    public let action: Action
    public let state: State
    /// The policy's message for a rule that did not pass; a plain statement for one that did.
    public let message: String
    /// What the rule looked at, with the values that it had.
    public let readings: [Reading]
    /// For a rule that failed: the parts that made it false.
    public let causes: [Cause]
    /// For an undecided rule: what tainted it, such as `evidence.fairness['race'] is missing`.
    public let taints: [String]
    public let waiver: String?
    /// The rule's expression in the policy.
    public let policyLocation: FileLocation
    /// The part of the subject's spec that the rule is about, if it can be told.
    public let subjectLocation: FileLocation?

    public init(
        policy: String, policyDigest: Digest, pack: String? = nil, rule: String, control: String? = nil, action: Action, state: State,
        message: String, readings: [Reading] = [],
        causes: [Cause] = [], taints: [String] = [], waiver: String? = nil, policyLocation: FileLocation, subjectLocation: FileLocation? = nil
    ) {
        self.policy = policy
        self.policyDigest = policyDigest
        self.pack = pack
        self.rule = rule
        self.control = control
        self.action = action
        self.state = state
        self.message = message
        self.readings = readings
        self.causes = causes
        self.taints = taints
        self.waiver = waiver
        self.policyLocation = policyLocation
        self.subjectLocation = subjectLocation
    }

    /// What the rule contributes to the verdict.
    public var outcome: Outcome {
        guard action == .deny else { return .pass }
        switch state {
        case .pass, .waived: return .pass
        case .fail: return .deny
        case .undecided: return .undecided
        }
    }

    public var json: JSONValue {
        JSONValue.object([
            "policy": .string(policy), "policyDigest": .string(policyDigest.description), "pack": pack.map { .string($0) } ?? .null,
            "rule": .string(rule), "control": control.map { .string($0) } ?? .null,
            "action": .string(action.rawValue), "state": .string(state.rawValue), "message": .string(message),
            "readings": .array(readings.map(\.json)), "causes": causes.isEmpty ? .null : .array(causes.map(\.json)),
            "taints": .array(taints.map { .string($0) }), "waiver": waiver.map { .string($0) } ?? .null,
            "policyLocation": policyLocation.json, "subjectLocation": subjectLocation?.json ?? .null,
        ]).droppingNulls
    }

    public init(json: JSONValue?) throws(MalformedDocument) {
        let reader = try JSONObjectReader(json, as: "rule")
        var readings: [Reading] = []
        for element in try reader.array("readings") { readings.append(try Reading(json: element)) }
        var causes: [Cause] = []
        for element in reader.value("causes")?.arrayValue ?? [] { causes.append(try Cause(json: element)) }
        self.init(
            policy: try reader.string("policy"), policyDigest: try reader.digest("policyDigest"), pack: try reader.optionalString("pack"),
            rule: try reader.string("rule"), control: try reader.optionalString("control"),
            action: try reader.choice("action"), state: try reader.choice("state"), message: try reader.string("message"),
            readings: readings, causes: causes, taints: try reader.strings("taints"), waiver: try reader.optionalString("waiver"),
            policyLocation: try FileLocation(json: reader.value("policyLocation")),
            subjectLocation: try reader.value("subjectLocation").map { value throws(MalformedDocument) in try FileLocation(json: value) })
    }
}
