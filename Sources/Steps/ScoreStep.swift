public import Basics
public import Execution
import Frames
import Models
public import Planning
import Training

/// Scores every row of a table.
public struct ScoreStep: StepRunner {
    public let kind = StepKind.score

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let frame = try TableReading.read(work, "table", format: parameters["format"]?.stringValue)
        let bytes = try work.read("model")
        let scores: [Double]
        do {
            let model = try TrainedModel(bytes: bytes)
            guard model.header.outputCount == 1 else {
                throw StepFailure(.input, "the model has \(model.header.outputCount) classes; a stage 'score' gives one number a row")
            }
            scores = try model.scores(frame, threads: work.threads)
        } catch let failure as StepFailure {
            throw failure
        } catch {
            throw StepFailure(.input, "\(error)")
        }
        var columns = [Column(ScoreTable.row, integers: (0..<frame.rowCount).map { Int64($0) }), Column(ScoreTable.score, doubles: scores)]
        for name in parameters.strings("keep") { columns.append(try TableReading.column(name, of: frame, "table")) }
        return ["scores": try TableReading.put(try TableReading.frame(columns), work)]
    }
}
