import Basics
import Foundation
import Frames
import Models
import Training

private func table(_ path: String) throws -> Frame { try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: path)))) }

private func best(_ runs: Int, _ work: () throws -> Void) rethrows -> Double { try (0..<runs).map { _ in try seconds(work) }.min() ?? 0 }

/// Whole fits of linear models, from a table in memory to an artefact.
func linearModels(_ path: String) throws {
    let frame = try table(path)
    let features = frame.columnNames.filter { $0.hasPrefix("x") }
    let n = Double(frame.rowCount)
    let jobs: [(String, ModelTask, String, Double, Double)] = [
        ("logistic-l2", .binary, "binary", 1 / n, 0), ("logistic-l1", .binary, "binary", 20 / n, 1), ("poisson-l2", .count, "count", 1e-4, 0),
        ("ridge", .regression, "number", 1 / n, 0),
    ]
    for (name, task, label, penalty, l1Share) in jobs {
        var settings = LinearSettings()
        settings.penalty = penalty
        settings.l1Share = l1Share
        let plan = TrainingPlan(task: task, label: label, features: features, estimator: .linear(settings))
        var first = 0.0
        let spent = try best(3) {
            let model = try plan.fit(frame, threads: 2)
            first = try GeneralizedLinearModel(bytes: model.payload, header: model.header).coefficients[0]
        }
        print("glm-\(name)", spent, "first coefficient", first)
    }
}

/// A training step's work from a table in memory to an artefact, and of that the library's own call on rows that are ready.
func boostedTrees(_ path: String) throws {
    let all = try table(path)
    guard let delay = all["arr_delay"] else { return }
    let frame = all.selecting(rows: (0..<all.rowCount).filter { !delay.isMissing($0) })
    let features = ["month", "day", "sched_dep_time", "sched_arr_time", "dep_delay", "carrier", "origin", "dest", "air_time", "distance"]
    var settings = TrainingSettings()
    settings.rounds = 100
    settings.maxDepth = 6
    settings.learningRate = 0.1
    let plan = TrainingPlan(task: .regression, label: "arr_delay", features: features, estimator: .xgboost(settings))
    // In turns, so that whatever else the machine does falls on both.
    var (ours, bare) = ([Double](), [Double]())
    let schema = try FeatureSchema(of: frame, features: features)
    let labels = try plan.targets(frame).values.map { Float($0) }
    let rows = TrainingMatrix(try FeatureMatrix(frame, schema: schema), labels: labels)
    let parameters = [
        ("verbosity", "0"), ("booster", "gbtree"), ("tree_method", "hist"), ("max_depth", "6"), ("eta", "0.1"), ("objective", "reg:squarederror"),
        ("max_cat_to_onehot", "4"), ("max_cat_threshold", "64"), ("seed", "0"),
    ].map { (name: $0.0, value: $0.1) }
    for _ in 0..<5 {
        ours.append(try seconds { _ = try plan.fit(frame, threads: 2) })
        bare.append(
            try seconds {
                let model = try XGBoostModel.train(rows, parameters: parameters, rounds: settings.rounds, threads: 2) { _, _ in true }
                _ = try model.ubj()
            })
    }
    print("boosting-whole", ours.min() ?? 0, "median", ours.sorted()[2])
    print("boosting-library", bare.min() ?? 0, "median", bare.sorted()[2])
}
