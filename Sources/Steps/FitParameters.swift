import Basics
import Execution
import Frames
import Metrics
import Training

/// How a step fits models: from its parameters, which came from the Model spec.
struct FitParameters {
    let label: BinaryLabel
    let features: [String]
    let settings: TrainingSettings
    let mitigation: Mitigation?
    let edges: [String: [Double]]
    private let validation: JSONValue

    /// - Parameter chosen: parameters of the estimator that a search found.
    init(_ parameters: JSONValue, _ table: TableParameters, chosen: [String: JSONValue] = [:]) throws(StepFailure) {
        label = table.label(parameters["label"]?.stringValue ?? "")
        features = parameters.strings("features")
        let estimator = (parameters["estimator"]?.objectValue ?? [:]).merging(chosen) { $1 }
        settings = TrainStep.settings(.object(estimator))
        edges = (parameters["bins"]?.objectValue ?? [:]).mapValues { ($0.arrayValue ?? []).compactMap(\.doubleValue) }
        validation = parameters["validation"] ?? .null
        if let declared = parameters["mitigation"], declared != .null {
            guard let read = Mitigation(json: declared, edges: edges[declared["attribute"]?.stringValue ?? ""]) else {
                throw StepFailure(.input, "the mitigation is none that this engine knows")
            }
            mitigation = read
        } else {
            mitigation = nil
        }
    }

    func fit(threads: Int, settings other: TrainingSettings? = nil) -> ModelFit {
        ModelFit(features: features, label: label, settings: other ?? settings, mitigation: mitigation, threads: threads)
    }

    /// The folds of training rows, as the spec declares them.
    func folds(_ train: Frame) throws -> [Fold] {
        let count = Int(validation["folds"]?.intValue ?? 5)
        let repeats = Int(validation["repeats"]?.intValue ?? 1)
        let seed = UInt64(validation["seed"]?.intValue ?? 0)
        let column = validation["column"]?.stringValue ?? ""
        var keys = FoldPlan.Keys()
        let scheme: FoldPlan.Scheme
        switch validation["scheme"]?.stringValue {
        case "random": scheme = .random
        case "grouped":
            scheme = .grouped
            keys.groups = try train.groups(column).codes.map { Int($0) }
        case "timeOrdered":
            scheme = .timeOrdered
            switch try train.column(column).values {
            case .timestamp(let times), .integer(let times): keys.times = times
            default: throw TrainingError(.wrongType, column: column, message: "'\(column)' holds no times and no whole numbers to order rows by")
            }
        default:
            scheme = .stratified
            keys.classes = try label.resolve(train).map { $0 ? 1 : 0 }
        }
        return try FoldPlan(scheme, count: count, repeats: repeats, seed: seed).folds(rows: train.rowCount, keys)
    }

    /// Scores of training rows by models that never saw them, and the rows that have one.
    func outOfFold(_ train: Frame, folds: [Fold], fit: ModelFit, progress: (Double) throws -> Void) throws -> (rows: [Int], scores: [Double]) {
        var done = 0
        let scores = try CrossValidation<TrainedModel>(folds).outOfFold(rows: train.rowCount) { rows, _ in
            try progress(Double(done) / Double(folds.count))
            done += 1
            return try fit.fit(train.selecting(rows: rows)) { _ in if Task.isCancelled { throw CancellationError() } }.model
        } scores: { model, held in
            try model.scores(train.selecting(rows: held), threads: fit.threads)
        }
        let rows = scores.indices.filter { scores[$0] != nil }
        return (rows, rows.compactMap { scores[$0] })
    }
}

/// Runs throwing work of a step, and says of every other error that the user's input does not allow it.
func asInput<Value>(_ work: () throws -> Value) throws(StepFailure) -> Value {
    do {
        return try work()
    } catch let failure as StepFailure {
        throw failure
    } catch is CancellationError {
        throw StepFailure(.cancelled, "stopped")
    } catch {
        throw StepFailure(.input, "\(error)")
    }
}
