public import Basics
public import Execution
import Frames
import Models
public import Planning
import Training

/// Fits the estimator on the training rows.
public struct TrainStep: StepRunner {
    public let kind = StepKind.train

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let frame = try table.read(try work.read("data"))
        let rows = try table.rows(of: frame)
        if work.inputs["file"] != nil { return try put(ready(work, table, frame.selecting(rows: rows.train)), work) }
        let fitting = try FitParameters(parameters, table, chosen: try SearchResult.parameters(work))
        let rounds = Double(fitting.rounds)
        if work.inputs["teacher"] != nil { return try put(taught(work, fitting, frame.selecting(rows: rows.train)), work) }
        let made = try asInput {
            if fitting.plan.task == .multiclass { try Self.checkClasses(fitting.plan, frame, rows) }
            return try fitting.fit(threads: work.threads).fit(frame.selecting(rows: rows.train)) { done in
                if Task.isCancelled { throw CancellationError() }
                work.progress(min(1, Double(done) / rounds))
            }
        }
        return try put(made.model, work, game: made.gap.map { ["fits": .int(Int64(made.fits)), "dualityGap": .double($0)] } ?? [:])
    }

    /// - Parameter game: what came of a game between learner and constraints.
    private func put(_ model: TrainedModel, _ work: StepWork, game: [String: JSONValue] = [:]) throws(StepFailure) -> [String: Digest] {
        let bytes = model.bytes
        let digest = try work.put(bytes)
        let members: [String: JSONValue] = [
            "digest": .string(digest.description), "task": .string(model.header.task.rawValue), "bytes": .int(Int64(bytes.count)),
            "features": .array(model.schema.names.map { .string($0) }),
        ]
        return ["model": digest, "evidence": try work.put(JSONValue.object(members.merging(game) { $1 }).canonicalBytes)]
    }

    /// A model that something else trained.
    private func ready(_ work: StepWork, _ table: TableParameters, _ train: Frame) throws(StepFailure) -> TrainedModel {
        let parameters = work.step.parameters
        let bytes = try work.read("file")
        let isMade = parameters["estimator"]?["type"] == "command"
        return try asInput {
            let task = parameters["task"]?.stringValue.flatMap(ModelTask.init(rawValue:)) ?? .binary
            let label = parameters["label"]?.stringValue ?? ""
            let plan = TrainingPlan(
                task: task, label: label, positive: table.label(label).positive, features: parameters.strings("features"),
                quantile: parameters["quantile"]?.doubleValue)
            do throws(TrainingError) {
                return TrainedModel(
                    try ReadyModel.artifact(bytes, plan: plan, train: train, options: parameters["estimator"] ?? .null, threads: work.threads))
            } catch {
                throw StepFailure(
                    error.code == .environment ? .environment : .input,
                    "the model \(isMade ? "that the program wrote" : "of the file") cannot be taken: \(error.message)")
            }
        }
    }

    /// A student: fitted to its teacher's predictions for the training rows.
    private func taught(_ work: StepWork, _ fitting: FitParameters, _ train: Frame) throws(StepFailure) -> TrainedModel {
        let bytes = try work.read("teacher")
        let rounds = Double(fitting.rounds)
        return try asInput {
            let teacher = try TrainedModel(bytes: bytes)
            guard teacher.header.task == fitting.plan.task else {
                throw StepFailure(.input, "the teacher's task is \(teacher.header.task.rawValue), the model's \(fitting.plan.task.rawValue)")
            }
            var scores = try ScoreTable.chances(of: teacher, train, rule: ScoreTable.rule(work, "teacherDecision"), threads: work.threads)
            if fitting.plan.task == .multiclass {
                let classes = try fitting.plan.targets(train).classes
                let places = classes.map { teacher.header.classes.firstIndex(of: $0) }
                guard !places.contains(nil), classes.count == teacher.header.classes.count else {
                    throw StepFailure(.input, "the teacher knows other classes than the training rows have")
                }
                let count = classes.count
                scores = (0..<train.rowCount).flatMap { row in places.map { scores[row * count + ($0 ?? 0)] } }
            }
            let model = try fitting.plan.prepare(train, taught: scores).fit(threads: work.threads) { done in
                if Task.isCancelled { throw CancellationError() }
                work.progress(min(1, Double(done) / rounds))
            }
            return TrainedModel(model)
        }
    }

    /// A class that only test rows have could never be predicted: said before an hour's training, not after.
    private static func checkClasses(_ plan: TrainingPlan, _ frame: Frame, _ rows: Split.Rows) throws {
        let known = try plan.targets(frame.selecting(rows: rows.train)).classes
        _ = try plan.targets(frame.selecting(rows: rows.test), classes: known, isTraining: false)
    }
}
