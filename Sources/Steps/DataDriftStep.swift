public import Basics
public import Execution
import Frames
import Metrics
public import Planning

/// How far the features of a data set lie from those of another: what `retrain.on: [drift]` decides by.
public struct DataDriftStep: StepRunner {
    public let kind = StepKind.dataDrift

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let before = try table.read(try work.read("before"))
        let after = try table.read(try work.read("after"))
        let report = try asInput {
            let names = parameters.strings("features")
            let weights = try ScoreTable.weights(before, parameters).flatMap { old in try ScoreTable.weights(after, parameters).map { (old, $0) } }
            return try DriftReport(
                reference: try before.selecting(columns: names), current: try after.selecting(columns: names), weights: weights, parameters,
                threads: work.threads)
        }
        // Times lie elsewhere in every later table: of them what is missing alone counts.
        let moving = report.columns.filter { !$0.holdsTimes }
        guard let missing = report.columns.max(by: { abs($0.missingDifference) < abs($1.missingDifference) }) else {
            throw StepFailure(.input, "the model has no features whose drift could be measured")
        }
        // Nil where it reads times alone.
        let largest = moving.max { $0.populationStabilityIndex < $1.populationStabilityIndex }
        let evidence = JSONValue.object([
            "largest": largest.map { ["column": .string($0.name), "value": .double($0.populationStabilityIndex)] } ?? .null,
            "missing": ["column": .string(missing.name), "value": .double(abs(missing.missingDifference))],
            "columns": .object(
                Dictionary(report.columns.map { ($0.name, .double($0.populationStabilityIndex)) }, uniquingKeysWith: { first, _ in first })),
        ]).droppingNulls
        return ["evidence": try work.put(evidence.canonicalBytes)]
    }
}
