import Basics
import Foundation
import Frames
import Metrics
import Models
import TestSupport
import Testing
import Training

/// Figures of XGBoost's own Python package: Tests/Oracles/training/generate.py.
@Suite struct TrainingOracleTests {
    @Test(arguments: ["FACTS", "sampled"])
    func `Adult's probabilities are those of xgboost's Python package`(_ name: String) throws {
        let values = try JSONValue(parsing: Array(Data(contentsOf: TestFiles.oracles.appendingPathComponent("training/values.json"))))
        let run = try #require(values["runs"]?.arrayValue?.first { $0["name"]?.stringValue == name })
        let tolerance = try #require(values["tolerance"]?.doubleValue)
        let parameters = run["parameters"]
        func parameter(_ name: String, _ fallback: Double) -> Double { parameters?[name]?.doubleValue ?? fallback }
        var settings = TrainingSettings()
        settings.rounds = Int(try #require(run["rounds"]?.intValue))
        settings.maxDepth = Int(parameter("max_depth", 6))
        settings.learningRate = parameter("eta", 0.3)
        settings.minChildWeight = parameter("min_child_weight", 1)
        settings.subsample = parameter("subsample", 1)
        settings.columnSample = parameter("colsample_bytree", 1)
        settings.lambda = parameter("lambda", 1)
        settings.alpha = parameter("alpha", 0)
        settings.gamma = parameter("gamma", 0)
        settings.seed = Int(parameter("seed", 0))

        let frame = try Adult.frame()
        #expect(values["features"]?.arrayValue?.map(\.stringValue) == Adult.features)
        let split = try Split.column("split", train: "train", test: "test").resolve(frame)
        let artifact = try BinaryClassificationTrainer.train(
            frame: frame.selecting(rows: split.train), features: Adult.features, label: Adult.label, settings: settings, threads: 2)
        let test = frame.selecting(rows: split.test)
        let scores = try artifact.predict(test, threads: 2)

        let expected = try #require(run["scores"]?.arrayValue).compactMap(\.doubleValue)
        let every = Int(try #require(run["every"]?.intValue))
        let sampled = stride(from: 0, to: scores.count, by: every).map { scores[$0] }
        #expect(sampled.count == expected.count)
        #expect(zip(sampled, expected).map { abs($0 - $1) }.max() ?? 1 <= tolerance)

        let rows = try ScoredRows(scores: scores, labels: Adult.label.resolve(test), threshold: 0.5)
        let report = PerformanceReport(rows)
        for (figure, name) in [(report.accuracy, "accuracy"), (report.rocAUC, "rocAUC"), (report.logLoss, "logLoss")] {
            let wanted = try #require(run[name]?.doubleValue)
            #expect(abs((figure.value ?? .nan) - wanted) <= 1e-6, "\(name)")
        }
    }
}
