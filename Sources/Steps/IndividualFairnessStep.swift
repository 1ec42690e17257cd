public import Basics
public import Execution
import Frames
import Metrics
public import Planning

/// Whether single rows are treated alike, whatever their groups: inequality of benefits, and consistency among rows that are alike.
public struct IndividualFairnessStep: StepRunner {
    public let kind = StepKind.individualFairness
    /// Of more test rows so many are compared with their neighbours, evenly over them.
    static let limit = 5000

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let (scored, rows) = try ScoreTable.read(work)
        let parameters = work.step.parameters
        let table = try TableParameters(parameters).read(try work.read("data"))
        do {
            guard case .integer(let places) = try scored.column(ScoreTable.row).values else {
                throw StepFailure(.input, "the scores are not a table of scores")
            }
            var measures = IndividualFairness(ConfusionCounts(rows))
            let count = min(Self.limit, places.count)
            let chosen = (0..<count).map { $0 * places.count / count }
            if count >= 5 {
                let points = try FeaturePoints.points(
                    table.selecting(rows: chosen.map { Int(places[$0]) }), columns: parameters.strings("features"), standardized: true)
                measures.consistency = try Consistency.estimate(
                    points: points, predictions: chosen.map { rows.prediction($0) ? 1 : 0 }, threads: work.threads)
            }
            return ["evidence": try work.put(measures.json.canonicalBytes)]
        } catch let failure as StepFailure {
            throw failure
        } catch {
            throw StepFailure(.input, "\(error)")
        }
    }
}
