public import Basics
public import Execution
import Frames
import Models
public import Planning

/// Scores every row of a table.
public struct ScoreStep: StepRunner {
    public let kind = StepKind.score

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let frame = try TableReading.read(work, "table", format: parameters["format"]?.stringValue)
        let bytes = try work.read("model")
        let scores: [Double]
        do throws(ModelError) {
            scores = try ModelArtifact(bytes: bytes).predict(frame, threads: work.threads)
        } catch {
            throw StepFailure(.input, "\(error)")
        }
        var columns = [Column(ScoreTable.row, integers: (0..<frame.rowCount).map { Int64($0) }), Column(ScoreTable.score, doubles: scores)]
        for name in parameters.strings("keep") { columns.append(try TableReading.column(name, of: frame, "table")) }
        return ["scores": try TableReading.put(try TableReading.frame(columns), work)]
    }
}
