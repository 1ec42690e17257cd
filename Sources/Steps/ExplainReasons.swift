import Basics
import Explanations
import Frames
import Models
import Planning
import Training

/// The principal reasons of those explained rows that were decided adversely, and what they say of the model's reasons as a whole.
struct ExplainReasons {
    let codes: ReasonCodes
    /// A score at or above it is a positive decision; nil where the task has none, so that every row counts.
    let threshold: Double?

    /// Nil if the model declares no reasons.
    init?(parameters: JSONValue) throws {
        guard let declared = parameters["reasons"] else { return nil }
        let adverse = declared["adverse"]?.stringValue.flatMap(ReasonCodes.Adverse.init(rawValue:)) ?? .low
        codes = try ReasonCodes(
            ReasonMap(json: declared["map"] ?? .null), maximum: Int(declared["maximum"]?.intValue ?? 4), adverse: adverse)
        threshold = declared["threshold"]?.doubleValue
    }

    /// Whether each row was decided positively, as its score and the model's rule say; nil where the task has no decisions.
    func decisions(of model: TrainedModel, _ frame: Frame, rule: DecisionRule?, threads: Int) throws -> [Bool]? {
        guard let threshold else { return nil }
        let rule = rule ?? DecisionRule(threshold: threshold)
        return try model.decisions(rule.chances(model.scores(frame, threads: threads)), frame, by: rule)
    }

    /// - Parameters:
    ///   - values: against the background that the reasons are given by.
    ///   - other: of the same rows against another background.
    ///   - rows: their places in the data.
    ///   - positive: how they were decided; nil takes all for decisions.
    /// - Returns: `evidence.explanation.reasons`, and a table of the decisions: `row`, `prediction`, `reason:<n>`, `reasonText:<n>`.
    func find(_ values: Attributions, other: Attributions, rows: [Int], decisions positive: [Bool]?) throws -> (evidence: JSONValue, table: Frame) {
        let good = codes.adverse == .low
        let decisions = (0..<values.rowCount).filter { row in positive.map { $0[row] != good } ?? true }
        let found = try codes.determinedReasons(for: values.selecting(rows: decisions))
        let again = try codes.determinedReasons(for: other.selecting(rows: decisions))
        var counts = Dictionary(codes.map.reasons.values.map { ($0.code, (first: 0, any: 0)) }, uniquingKeysWith: { first, _ in first })
        for list in found {
            for (place, reason) in (list ?? []).enumerated() {
                counts[reason.code, default: (0, 0)].any += 1
                if place == 0 { counts[reason.code, default: (0, 0)].first += 1 }
            }
        }
        var members: [String: JSONValue] = [
            "map": .string(codes.map.digest.description), "maximum": .int(Int64(codes.maximum)), "adverse": .string(codes.adverse.rawValue),
            "factors": .int(Int64(codes.map.reasons.count)), "decisions": .int(Int64(decisions.count)),
        ]
        // Of no decision nothing is measured, and a share of none is not 0.
        if !decisions.isEmpty {
            let n = Double(decisions.count)
            members["withoutReason"] = .int(Int64(found.count { $0?.isEmpty ?? true }))
            members["undetermined"] = .int(Int64(found.count { $0 == nil }))
            members["codes"] = .object(counts.mapValues { ["first": .double(Double($0.first) / n), "any": .double(Double($0.any) / n)] })
            let agreements = zip(found, again).map { pair in
                guard let first = pair.0, let second = pair.1 else { return 0.0 }
                return Self.agreement(Set(first.map(\.code)), Set(second.map(\.code)))
            }
            members["acrossBackgrounds"] = .double(agreements.reduce(0, +) / n)
        }
        var columns = [
            Column(ScoreTable.row, integers: decisions.map { Int64(rows[$0]) }),
            Column("prediction", .double(decisions.map { values.predictions[$0] })),
        ]
        for place in 0..<codes.maximum {
            columns.append(Column("reason:\(place + 1)", texts: found.map { $0.flatMap { place < $0.count ? $0[place].code : nil } }))
            columns.append(Column("reasonText:\(place + 1)", texts: found.map { $0.flatMap { place < $0.count ? $0[place].text : nil } }))
        }
        return (.object(members), try Frame(columns))
    }

    /// How many of the reasons that either gives both give; 1 if neither gives any.
    private static func agreement(_ first: Set<String>, _ second: Set<String>) -> Double {
        let either = first.union(second).count
        return either == 0 ? 1 : Double(first.intersection(second).count) / Double(either)
    }
}
