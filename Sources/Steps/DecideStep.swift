public import Basics
public import Execution
import Frames
public import Planning
import Training

/// Fits calibrator and thresholds to scores that training rows have from models which never saw them, and tells how good those scores are.
public struct DecideStep: StepRunner {
    public let kind = StepKind.decide

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let frame = try table.read(try work.read("data"))
        let rows = try table.rows(of: frame).train
        let train = frame.selecting(rows: rows)
        let chosen = try SearchResult.parameters(work)
        let fitting = try FitParameters(parameters, table, chosen: chosen)
        let made = try asInput { try Self.decide(train, fitting, parameters, work) }
        var outputs = ["evidence": try work.put(made.evidence.canonicalBytes)]
        if work.step.outputs.contains("decision") { outputs["decision"] = try work.put(made.rule.json.canonicalBytes) }
        if work.step.outputs.contains("outOfFold") {
            outputs["outOfFold"] = try work.put(try asInput { try made.held.table(fileRows: rows).writeParquet() })
        }
        return outputs
    }

    private static func decide(
        _ train: Frame, _ fitting: FitParameters, _ parameters: JSONValue, _ work: StepWork
    ) throws -> (rule: DecisionRule, held: HeldOutScores, evidence: JSONValue) {
        try fitting.checkConstraints(train)
        let folds = try fitting.folds(train)
        let held = try fitting.outOfFold(train, folds: folds, fit: fitting.fit(threads: work.threads), progress: work.progress)
        let decision = try DecisionFit(held, train, fitting, parameters)
        var evidence = decision.evidence
        evidence["folds"] = .int(Int64(Set(folds.map(\.held)).count))
        evidence["rows"] = .int(Int64(Set(held.rows).count))
        evidence["acrossFolds"] = try held.acrossFolds()
        let report = try held.report()
        evidence[report.name] = report.json
        if let outer = fitting.outerFolds { evidence["nested"] = try NestedValidation(train, fitting, parameters, threads: work.threads).run(outer) }
        return (decision.rule, held, .object(evidence))
    }
}
