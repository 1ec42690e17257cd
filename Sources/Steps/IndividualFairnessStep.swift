public import Basics
public import Execution
import Frames
import Metrics
public import Planning

/// Whether single rows are treated alike, whatever their groups: inequality of benefits, and consistency among rows that are alike.
public struct IndividualFairnessStep: StepRunner {
    public let kind = StepKind.individualFairness

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let (scored, rows) = try ScoreTable.read(work)
        let parameters = work.step.parameters
        let table = try TableParameters(parameters).read(try work.read("data"))
        return try asInput {
            guard case .integer(let places) = try scored.column(ScoreTable.row).values else {
                throw StepFailure(.input, "the scores are not a table of scores")
            }
            var measures = IndividualFairness(ConfusionCounts(rows))
            measures.consistency = try Consistency.estimate(rows, in: table, columns: parameters.strings("features"), threads: work.threads) {
                Int(places[$0])
            }
            return ["evidence": try work.put(measures.json.canonicalBytes)]
        }
    }
}
