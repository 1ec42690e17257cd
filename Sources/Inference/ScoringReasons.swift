import Basics
import Explanations
import Frames
import Models

/// The reasons of adverse decisions: by a declared map the codes of the principal reasons, without one the names of what moved the score most.
struct ScoringReasons {
    /// The most of one row.
    let count: Int
    let adverse: ReasonCodes.Adverse
    private let codes: ReasonCodes?

    /// Nil if none are asked for.
    init?(_ parameters: ScoringParameters) throws(ModelError) {
        guard parameters.reasons > 0 else { return nil }
        count = parameters.reasons
        adverse = parameters.adverse
        codes = try parameters.reasonMap.map { (map) throws(ModelError) in
            try Self.codes { () throws(ExplanationError) in try ReasonCodes(map, maximum: parameters.reasons, adverse: parameters.adverse) }
        }
    }

    private static func codes<Found>(_ find: () throws(ExplanationError) -> Found) throws(ModelError) -> Found {
        do { return try find() } catch { throw ModelError(.unsupportedModel, operation: "give reasons", message: error.message) }
    }

    /// Whether a decision is one that reasons are given for.
    func isAdverse(_ isPositive: Bool) -> Bool { isPositive == (adverse == .high) }

    /// For each row its reasons, the strongest first.
    func find(_ frame: Frame, _ worker: any ScoringWorker) throws(ModelError) -> [[String]] {
        let contributions = try worker.contributions(frame)
        guard let codes else {
            return (0..<contributions.rowCount).map { contributions.strongest(row: $0, count: count, negative: adverse == .low) }
        }
        return try Self.codes { () throws(ExplanationError) in try codes.reasons(for: contributions).map { $0.map(\.code) } }
    }
}

extension Attributions {
    /// The players that moved a row's output most one way; equal ones in the order of the features.
    fileprivate func strongest(row: Int, count: Int, negative: Bool) -> [String] {
        let values = Array(self.row(row))
        return values.indices.filter { negative ? values[$0] < 0 : values[$0] > 0 }
            .sorted { (abs(values[$1]), $0) < (abs(values[$0]), $1) }
            .prefix(count).map { players[$0] }
    }
}
