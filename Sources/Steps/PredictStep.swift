public import Basics
public import Execution
import Frames
import Models
public import Planning
import Training

/// Scores the test rows, and keeps them with label and protected columns, so that anybody can recompute every figure.
public struct PredictStep: StepRunner {
    public let kind = StepKind.predict

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let whole = try table.read(try work.read("data"))
        let rows = try table.rows(of: whole).test
        let frame = whole.selecting(rows: rows)
        return try asInput {
            let model = try TrainedModel(bytes: try work.read("model"))
            let rule = try ScoreTable.rule(work)
            var columns = [Column(ScoreTable.row, integers: rows.map { Int64($0) })]
            columns += try ScoreTable.columns(
                of: model, frame, label: table.label(parameters["label"]?.stringValue ?? ""), rule: rule,
                threshold: parameters["threshold"]?.doubleValue, threads: work.threads)
            for name in parameters.strings("groups") { columns.append(try frame.column(name).renamed(ScoreTable.group(name))) }
            if let name = parameters["weights"]?.stringValue { columns.append(try ScoreTable.weights(of: frame, name)) }
            return ["scores": try work.put(try Frame(columns).writeParquet())]
        }
    }
}
