public import Basics

/// What an applicant is told about a factor: a code, and words.
public struct Reason: Hashable, Sendable {
    public let code: String
    public let text: String

    public init(code: String, text: String) {
        self.code = code
        self.text = text
    }
}

/// Which reason each factor gives. Total: a factor without a reason is an error, and there is no reason that stands for all others.
public struct ReasonMap: Hashable, Sendable {
    /// By player.
    public let reasons: [String: Reason]

    /// Throws `reasons` for a code that has two texts, or an empty code or text.
    public init(_ reasons: [String: Reason]) throws(ExplanationError) {
        var texts: [String: String] = [:]
        for (player, reason) in reasons.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            guard !reason.code.isEmpty, !reason.text.isEmpty else {
                throw ExplanationError(.reasons, message: "the reason of '\(player)' lacks its code or its text")
            }
            guard texts.updateValue(reason.text, forKey: reason.code) ?? reason.text == reason.text else {
                throw ExplanationError(.reasons, message: "reason '\(reason.code)' has two texts")
            }
        }
        self.reasons = reasons
    }

    /// Reads `{"<feature>": {"code": "…", "text": "…"}, …}`. Throws `reasons`.
    public init(json: JSONValue) throws(ExplanationError) {
        guard let members = json.objectValue, !members.isEmpty else {
            throw ExplanationError(.reasons, message: "a map of reasons has, for each feature, {\"code\": …, \"text\": …}")
        }
        var reasons: [String: Reason] = [:]
        for (feature, value) in members {
            guard let code = value["code"]?.stringValue, let text = value["text"]?.stringValue, value.objectValue?.count == 2 else {
                throw ExplanationError(.reasons, message: "the reason of '\(feature)' is not {\"code\": …, \"text\": …}")
            }
            reasons[feature] = Reason(code: code, text: text)
        }
        try self.init(reasons)
    }

    public var json: JSONValue { .object(reasons.mapValues { ["code": .string($0.code), "text": .string($0.text)] }) }

    /// Identifies the map in records.
    public var digest: Digest { json.digest }
}

/// One of a row's principal reasons.
public struct PrincipalReason: Hashable, Sendable {
    public let code: String
    public let text: String
    /// The factors that it stands for, in the model's order.
    public let factors: [String]
    /// What they contributed together, on the explained scale; adverse.
    public let contribution: Double

    public var json: JSONValue {
        ["code": .string(code), "text": .string(text), "factors": .array(factors.map { .string($0) }), "contribution": .double(contribution)]
    }
}

/// Finds the principal reasons of decisions in the factors actually scored (12 CFR 1002.9(b)(2) and its commentary): the factors that moved the score most
/// in the adverse direction from the expected one.
///
/// Factors with one reason are taken together, and count by what they contribute together. Reasons are ordered by the size of that; of equal ones the reason of the
/// earlier factor comes first, so that the same contributions give the same reasons everywhere.
public struct ReasonCodes: Hashable, Sendable {
    /// Which predictions are bad for whom they are about.
    public enum Adverse: String, Hashable, Sendable, CaseIterable {
        case low, high
    }

    public let map: ReasonMap
    /// The most reasons of one row; a long list tells nobody what mattered (commentary 1002.9(b)(2)-1 holds more than four to be seldom useful).
    public let maximum: Int
    public let adverse: Adverse
    /// The largest |Σφ − (prediction − base)| that reasons are derived from, as a share of max(1, |prediction − base|).
    public let tolerance: Double

    /// Throws `reasons` for a maximum outside of 1 to 20.
    public init(_ map: ReasonMap, maximum: Int = 4, adverse: Adverse = .low, tolerance: Double = 1e-4) throws(ExplanationError) {
        guard (1...20).contains(maximum) else {
            throw ExplanationError(.reasons, message: "a decision has 1 to 20 principal reasons, not \(maximum)")
        }
        self.map = map
        self.maximum = maximum
        self.adverse = adverse
        self.tolerance = tolerance
    }

    public var json: JSONValue {
        [
            "map": .string(map.digest.description), "maximum": .int(Int64(maximum)), "adverse": .string(adverse.rawValue),
            "tolerance": .double(tolerance),
        ]
    }

    /// The principal reasons of each row; fewer than the maximum, or none, where fewer factors were adverse.
    ///
    /// Of sampled contributions a reason is one that lies beyond 1.96 standard errors on the adverse side.
    ///
    /// Throws `reasons` if a player has no reason, the map names one that is none, there are several outputs, contributions do not add up, or the sampling error leaves
    /// open which reasons are the principal ones.
    public func reasons(for values: Attributions) throws(ExplanationError) -> [[PrincipalReason]] {
        var all: [[PrincipalReason]] = []
        for outcome in try outcomes(for: values) { all.append(try outcome.get()) }
        return all
    }

    /// As `reasons(for:)`, but nil for a row of which the sampling error leaves open which reasons are the principal ones.
    public func determinedReasons(for values: Attributions) throws(ExplanationError) -> [[PrincipalReason]?] {
        try outcomes(for: values).map { try? $0.get() }
    }

    /// A failure is a row that sampling leaves open; what else is wrong is thrown.
    private func outcomes(for values: Attributions) throws(ExplanationError) -> [Result<[PrincipalReason], ExplanationError>] {
        guard values.outputCount == 1 else {
            throw ExplanationError(.reasons, message: "reasons are of one output, and the model has \(values.outputCount)")
        }
        let groups = try groups(of: values.players)
        let errors = values.additivityErrors
        var all: [Result<[PrincipalReason], ExplanationError>] = []
        for row in 0..<values.rowCount {
            let distance = values.predictions[row] - values.baseValues[0]
            guard abs(errors[row]) <= tolerance * Swift.max(1, abs(distance)) else {
                throw ExplanationError(
                    .reasons,
                    message: "the contributions to row \(row + 1) miss its prediction by \(errors[row]), so that no reason can be derived from them")
            }
            let width = values.players.count
            all.append(
                principal(
                    Array(values.row(row)), groups, players: values.players, error: abs(errors[row]),
                    deviations: values.standardErrors.map { Array($0[(row * width)..<((row + 1) * width)]) }, row: row))
        }
        return all
    }

    /// Players of each reason, in the order of the first of them.
    private func groups(of players: [String]) throws(ExplanationError) -> [(reason: Reason, members: [Int])] {
        let missing = players.filter { map.reasons[$0] == nil }
        guard missing.isEmpty else {
            throw ExplanationError(
                .reasons,
                message: "no reason is given for \(missing.map { "'\($0)'" }.joined(separator: ", ")); every factor that is scored needs one")
        }
        let unknown = map.reasons.keys.filter { !players.contains($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard unknown.isEmpty else {
            throw ExplanationError(
                .reasons, message: "the map has reasons for \(unknown.map { "'\($0)'" }.joined(separator: ", ")), which the model does not score")
        }
        var groups: [(reason: Reason, members: [Int])] = []
        for (place, player) in players.enumerated() {
            guard let reason = map.reasons[player] else { continue }
            if let known = groups.firstIndex(where: { $0.reason == reason }) {
                groups[known].members.append(place)
            } else {
                groups.append((reason, [place]))
            }
        }
        return groups
    }

    /// What is not larger than the row's additivity error, or than what chance may make of it, may be nothing, and is no reason.
    private func principal(
        _ contributions: [Double], _ groups: [(reason: Reason, members: [Int])], players: [String], error: Double, deviations: [Double]?, row: Int
    ) -> Result<[PrincipalReason], ExplanationError> {
        let sign: Double = adverse == .low ? -1 : 1
        let sums = groups.map { group in group.members.reduce(0) { $0 + contributions[$1] } }
        // How factors' errors go together is not known: at worst they add up.
        let noise = groups.map { group in group.members.reduce(0) { $0 + (deviations?[$1] ?? 0) } }
        let found = groups.indices.filter { sums[$0] * sign > error + Self.quantile * noise[$0] }
            .sorted { (-sums[$0] * sign, $0) < (-sums[$1] * sign, $1) }
        let chosen = found.prefix(maximum)
        if let last = chosen.last, chosen.count == maximum, deviations != nil {
            for other in groups.indices where !chosen.contains(other) {
                let between = Self.quantile * (noise[other] * noise[other] + noise[last] * noise[last]).squareRoot()
                guard between > 0, (sums[other] - sums[last]) * sign + between > 0 else { continue }
                return .failure(
                    ExplanationError(
                        .reasons,
                        message: "the sampling error leaves open which the principal reasons of row \(row + 1) are: '\(groups[last].reason.code)' or "
                            + "'\(groups[other].reason.code)'; sample more, or use an exact method"))
            }
        }
        return .success(
            chosen.map { index in
                PrincipalReason(
                    code: groups[index].reason.code, text: groups[index].reason.text, factors: groups[index].members.map { players[$0] },
                    contribution: sums[index])
            })
    }

    /// Of the normal distribution: 95 of 100 lie within.
    private static let quantile = 1.96
}
