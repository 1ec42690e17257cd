public import Basics

/// How a judgement ended. Anything but `pass` blocks.
public enum Outcome: String, Hashable, Sendable, CaseIterable {
    case pass, deny, undecided

    /// The worse of two: deny before undecided before pass.
    public func combined(with other: Outcome) -> Outcome {
        if self == .deny || other == .deny { return .deny }
        if self == .undecided || other == .undecided { return .undecided }
        return .pass
    }
}

/// The judgement of one subject by every policy that applies to it, and by the guards of its change.
public struct Verdict: Hashable, Sendable {
    public let subject: SubjectName
    public let outcome: Outcome
    /// Every rule that applied, passing ones too, ordered by policy and rule name.
    public let rules: [RuleResult]
    /// Guarded changes and other findings that no policy's rule covers, ordered by place.
    public let findings: [Finding]
    /// When time alone may change this verdict: the end of a waiver, the begin or end of a policy. Nil: never.
    public let nextBoundary: Instant?

    public init(subject: SubjectName, outcome: Outcome, rules: [RuleResult], findings: [Finding], nextBoundary: Instant?) {
        self.subject = subject
        self.outcome = outcome
        self.rules = rules
        self.findings = findings
        self.nextBoundary = nextBoundary
    }

    public var json: JSONValue {
        JSONValue.object([
            "subject": subject.json, "outcome": .string(outcome.rawValue), "rules": .array(rules.map(\.json)),
            "findings": .array(findings.map(\.json)), "nextBoundary": nextBoundary.map { .string($0.description) } ?? .null,
        ]).droppingNulls
    }

    public init(json: JSONValue?) throws(MalformedDocument) {
        let reader = try JSONObjectReader(json, as: "verdict")
        var rules: [RuleResult] = []
        for rule in try reader.array("rules") { rules.append(try RuleResult(json: rule)) }
        var findings: [Finding] = []
        for finding in try reader.array("findings") { findings.append(try Finding(json: finding)) }
        self.init(
            subject: try SubjectName(json: reader.value("subject")), outcome: try reader.choice("outcome"), rules: rules,
            findings: findings,
            nextBoundary: try reader.optionalInstant("nextBoundary"))
    }
}

/// Something about the change itself, rather than about the evidence, that was looked at: a guarded field, a missing approval, no policy at all.
public struct Finding: Hashable, Sendable {
    /// A stable word for machines, such as `guardedChange`, `noPolicy`, `rootOfTrust`, `missingEvidence`.
    public let kind: String
    public let outcome: Outcome
    public let message: String
    public let hint: String?
    public let location: FileLocation?
    /// More for who reads it now, such as the end of a program's log. It may differ from run to run: it is no part of the verdict, and not recorded.
    public private(set) var remark: String?

    /// The same finding with something to read.
    public func remarking(_ text: String?) -> Finding {
        var finding = self
        finding.remark = text
        return finding
    }

    public static func == (left: Finding, right: Finding) -> Bool {
        left.kind == right.kind && left.outcome == right.outcome && left.message == right.message && left.hint == right.hint
            && left.location == right.location
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(outcome)
        hasher.combine(message)
        hasher.combine(hint)
        hasher.combine(location)
    }

    public init(kind: String, outcome: Outcome, message: String, hint: String? = nil, location: FileLocation? = nil) {
        self.kind = kind
        self.outcome = outcome
        self.message = message
        self.hint = hint
        self.location = location
    }

    /// Whether it decides nothing and is no good news either: a waiver that does not count, or that nothing needs; a limit that is let be, or has no effect.
    public var isCaution: Bool {
        guard outcome == .pass else { return false }
        return [
            "expiredWaiver", "waiverTooLong", "selfApprovedWaiver", "unownedWaiver", "unapprovedWaiver", "needlessWaiver", "limitPassed",
            "limitWithoutEffect",
        ].contains(kind)
    }

    public var json: JSONValue {
        JSONValue.object([
            "kind": .string(kind), "outcome": .string(outcome.rawValue), "message": .string(message),
            "hint": hint.map { .string($0) } ?? .null, "location": location?.json ?? .null,
        ]).droppingNulls
    }

    public init(json: JSONValue?) throws(MalformedDocument) {
        let reader = try JSONObjectReader(json, as: "finding")
        self.init(
            kind: try reader.string("kind"), outcome: try reader.choice("outcome"), message: try reader.string("message"),
            hint: try reader.optionalString("hint"),
            location: try reader.value("location").map { value throws(MalformedDocument) in try FileLocation(json: value) })
    }
}
