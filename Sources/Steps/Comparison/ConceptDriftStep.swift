public import Basics
public import Execution
import Frames
import Metrics
public import Planning

/// Whether decisions stay as good over the test rows in the order of time.
public struct ConceptDriftStep: StepRunner {
    public let kind = StepKind.conceptDrift

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let (frame, scored) = try ScoreTable.read(work)
        return try asInput {
            var rows = scored
            if let name = parameters["orderBy"]?.stringValue {
                let table = try TableParameters(parameters).read(try work.read("data"))
                guard case .integer(let places) = try frame.column(ScoreTable.row).values else {
                    throw StepFailure(.input, "the scores are not a table of scores")
                }
                let order = try Self.order(try table.column(name).selecting(rows: places.map { Int($0) }))
                rows = try ScoredRows(
                    scores: order.map { scored.scores[$0] }, labels: order.map { scored.labels[$0] },
                    weights: scored.weights.map { all in order.map { all[$0] } }, threshold: scored.threshold,
                    decisions: scored.decisions.map { all in order.map { all[$0] } })
            }
            var evidence: [String: JSONValue] = [:]
            let count = rows.countedRows.count
            if count >= 60 {
                let window = parameters["window"]?.intValue.map { Int($0) } ?? min(max(100, count / 20), count / 2)
                evidence = try ConceptDrift(rows, window: window).json.objectValue ?? [:]
            } else {
                evidence["undefined"] = .string("there are \(count) rows that count, fewer than two windows of 30")
            }
            evidence["rows"] = .int(Int64(count))
            return ["evidence": try work.put(JSONValue.object(evidence).canonicalBytes)]
        }
    }

    /// Rows by the column's values, those of one value as they stand.
    private static func order(_ column: Column) throws(StepFailure) -> [Int] {
        if column.missingCount > 0 { throw StepFailure(.input, "the column '\(column.name)' does not order rows: some of its values are missing") }
        let rows = 0..<column.count
        switch column.values {
        case .integer(let all), .timestamp(let all): return rows.sorted { (all[$0], $0) < (all[$1], $1) }
        case .double(let all):
            guard all.allSatisfy({ !$0.isNaN }) else { throw StepFailure(.input, "the column '\(column.name)' does not order rows: it has NaN") }
            return rows.sorted { (all[$0], $0) < (all[$1], $1) }
        case .category(let codes, let names):
            let ranked = names.indices.sorted { (Array(names[$0].utf8), $0).0.lexicographicallyPrecedes(Array(names[$1].utf8)) }
            var ranks = [Int](repeating: 0, count: names.count)
            for (rank, code) in ranked.enumerated() { ranks[code] = rank }
            return rows.sorted { (ranks[Int(codes[$0])], $0) < (ranks[Int(codes[$1])], $1) }
        case .boolean: throw StepFailure(.input, "the column '\(column.name)' does not order rows: it has truth values")
        }
    }
}
