import Basics
import Foundation
import Frames
import Models
import TestSupport
import Testing
import Training

/// Figures of scikit-learn: Tests/Oracles/linear/generate.py.
@Suite struct LinearOracleTests {
    struct Table {
        let values: JSONValue
        let frame: Frame

        init() throws {
            let values = try JSONValue(parsing: Array(Data(contentsOf: TestFiles.oracles.appendingPathComponent("linear/values.json"))))
            func numbers(_ key: String) -> [Double?] { (values[key]?.arrayValue ?? []).map(\.doubleValue) }
            func texts(_ key: String) -> [String?] { (values[key]?.arrayValue ?? []).map(\.stringValue) }
            let x = numbers("x")
            let width = x.count / numbers("weights").count
            var columns = (0..<width).map { place in Column("x\(place)", doubles: stride(from: place, to: x.count, by: width).map { x[$0] }) }
            columns.append(Column("weights", doubles: numbers("weights")))
            for name in ["binary", "classes", "count"] { columns.append(Column(name, integers: numbers(name).map { $0.map { Int64($0) } })) }
            columns.append(Column("number", doubles: numbers("number")))
            columns.append(Column("gaps", doubles: numbers("gaps")))
            columns.append(Column("rounded", doubles: numbers("gaps").map { $0.map { ($0 * 10).rounded(.toNearestOrEven) / 10 } }))
            columns += [Column("texts", texts: texts("texts")), Column("words", texts: texts("words"))]
            self.values = values
            frame = try Frame(columns)
        }
    }

    /// Name and plan of one of the oracle's models.
    private static func plan(_ model: JSONValue, features: Int, weights: String?) throws -> (name: String, plan: TrainingPlan) {
        var settings = LinearSettings()
        settings.penalty = model["penalty"]?.doubleValue ?? 0
        settings.l1Share = model["l1Share"]?.doubleValue ?? 0
        let plan = TrainingPlan(
            task: try #require(model["task"]?.stringValue.flatMap(ModelTask.init(rawValue:))), label: model["label"]?.stringValue ?? "",
            features: (0..<features).map { "x\($0)" }, weights: weights, estimator: .linear(settings))
        return (model["name"]?.stringValue ?? "", plan)
    }

    @Test func `coefficients of linear models are scikit-learn's to a millionth`() throws {
        let table = try Table()
        let models = try #require(table.values["models"]?.arrayValue)
        #expect(models.count == 24)
        for model in models {
            let (name, plan) = try Self.plan(model, features: 5, weights: model["weighted"]?.boolValue == true ? "weights" : nil)
            let artifact = try plan.fit(table.frame)
            let fitted = try GeneralizedLinearModel(bytes: artifact.payload, header: artifact.header)
            for (ours, theirs) in [(fitted.coefficients, "coefficients"), (fitted.intercepts, "intercepts")] {
                let expected = try #require(model[theirs]?.arrayValue).compactMap(\.doubleValue)
                #expect(ours.count == expected.count, "\(name)")
                let distance = zip(ours, expected).map { abs($0 - $1) }.max() ?? 1
                #expect(distance <= 1e-6, "\(name) \(theirs): \(distance)")
            }
        }
    }

    @Test(arguments: [1, 3])
    func `features far from zero and of any size give scikit-learn's coefficients`(_ threads: Int) throws {
        let values = try #require(Table().values["shifted"])
        func numbers(_ key: String) -> [Double] { (values[key]?.arrayValue ?? []).compactMap(\.doubleValue) }
        let (x, means) = (numbers("x"), numbers("means"))
        var columns = means.indices.map { place in
            Column("x\(place)", doubles: stride(from: place, to: x.count, by: means.count).map { x[$0] as Double? })
        }
        for name in ["binary", "classes", "count"] { columns.append(Column(name, integers: numbers(name).map { Int64($0) as Int64? })) }
        columns.append(Column("number", doubles: numbers("number").map { $0 as Double? }))
        columns.append(try Table().frame.column("weights"))
        let frame = try Frame(columns)
        let models = try #require(values["models"]?.arrayValue)
        #expect(models.count == 8)
        for model in models {
            let (name, plan) = try Self.plan(model, features: means.count, weights: "weights")
            let artifact = try plan.fit(frame, threads: threads)
            let fitted = try GeneralizedLinearModel(bytes: artifact.payload, header: artifact.header)
            let expected = try #require(model["coefficients"]?.arrayValue).compactMap(\.doubleValue)
            let distance = zip(fitted.coefficients, expected).map { abs($0 - $1) }.max() ?? 1
            #expect(fitted.coefficients.count == expected.count && distance <= 1e-6, "\(name): \(distance)")
            // An intercept so far from the rows holds all coefficients' rounding: the predictor is compared in their middle.
            let atMean = try #require(model["atMean"]?.arrayValue).compactMap(\.doubleValue)
            for (output, expected) in atMean.enumerated() {
                let own = fitted.coefficients[(output * means.count)..<((output + 1) * means.count)]
                let ours = fitted.intercepts[output] + zip(own, means).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(ours - expected) <= 1e-6, "\(name) at the mean: \(ours - expected)")
            }
        }
    }

    @Test(arguments: [
        ("impute mean", "rounded", PreprocessingStep.Operation.impute(.mean, indicator: false)),
        ("impute median", "rounded", .impute(.median, indicator: false)),
        ("impute mostFrequent", "rounded", .impute(.mostFrequent, indicator: false)),
        ("scale standard", "gaps", .scale(.standard)), ("scale minMax", "gaps", .scale(.minMax)), ("scale robust", "gaps", .scale(.robust)),
        ("bin uniform", "x0", .bin(.uniform, count: 6)), ("bin quantile", "x0", .bin(.quantile, count: 6)),
        ("oneHot", "texts", .oneHot(minimumRows: 1, unseen: .neutral)),
        ("targetEncode", "texts", .targetEncode(smoothing: 10, folds: 5, unseen: .neutral)),
        ("targetEncode number", "texts", .targetEncode(smoothing: 3, folds: 5, unseen: .neutral)),
        ("frequencyEncode", "texts", .frequencyEncode(folds: 5, unseen: .neutral)), ("hashText", "words", .hashText(buckets: 16)),
    ])
    func `preprocessing gives scikit-learn's figures on rows that it was not fitted on too`(
        _ name: String, _ column: String, _ operation: PreprocessingStep.Operation
    ) throws {
        let table = try Table()
        let rows = Int(try #require(table.values["train"]?.intValue))
        var settings = TrainingSettings()
        settings.rounds = 1
        let isNumber = name.hasSuffix("number")
        let plan = TrainingPlan(
            task: isNumber ? .regression : .binary, label: isNumber ? "number" : "binary", features: [column],
            preprocessing: [PreprocessingStep(columns: [column], operation)], estimator: .xgboost(settings))
        let artifact = try plan.fit(table.frame.selecting(rows: Array(0..<rows)))
        let ours = try artifact.features(of: table.frame).values
        let expected = try #require(table.values["encoders"]?[name]?.arrayValue).flatMap { element -> [Double] in
            element.arrayValue.map { $0.compactMap(\.doubleValue) } ?? [element.doubleValue ?? .nan]
        }
        #expect(ours.count == expected.count)
        #expect(zip(ours, expected).allSatisfy { ($0.isNaN && $1.isNaN) || abs($0 - $1) <= 1e-12 })
    }
}
