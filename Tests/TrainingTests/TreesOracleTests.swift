import Basics
import Foundation
import Frames
import TestSupport
import Testing
import Training

@testable import Models

/// Trees of xgboost's Python package: Tests/Oracles/trees/generate.py.
@Suite struct TreesOracleTests {
    static let values = try? JSONValue(parsing: Array(Data(contentsOf: TestFiles.oracles.appendingPathComponent("trees/values.json"))))

    static func frame() throws -> Frame {
        let table = try #require(values?["table"])
        func list(_ name: String) -> [JSONValue] { table[name]?.arrayValue ?? [] }
        var columns = ["x", "z", "regression", "quantile", "weight"].map { name in Column(name, doubles: list(name).map(\.doubleValue)) }
        columns += ["whole", "binary", "multiclass", "count"].map { name in Column(name, integers: list(name).map(\.intValue)) }
        columns += [Column("flag", booleans: list("flag").map(\.boolValue)), Column("text", texts: list("text").map(\.stringValue))]
        return try Frame(columns)
    }

    static let wholeNumbers = [
        "left_children", "right_children", "split_indices", "default_left", "split_type", "categories", "categories_nodes", "categories_segments",
        "categories_sizes",
    ]
    static let floats = ["split_conditions", "base_weights", "sum_hessian"]

    @Test(
        arguments: ["binary", "multiclass", "regression", "count", "quantile"],
        ["plain", "sampled", "approx", "exact", "monotone", "interactions", "one category", "few categories", "early"])
    func `the same parameters give the very trees of xgboost's Python package, for any number of threads`(_ task: String, _ variant: String) throws {
        let run = try #require(
            Self.values?["runs"]?.arrayValue?.first { $0["task"]?.stringValue == task && $0["variant"]?.stringValue == variant })
        let name = task == "binary" || task == "multiclass" ? "\(task)Classification" : task
        var parameters: [String: JSONValue] = [
            "task": .string(name), "label": .string(task), "features": try #require(run["features"]), "estimator": try #require(run["estimator"]),
        ]
        if task == "quantile" { parameters["quantile"] = 0.8 }
        if run["weighted"] == true { parameters["weights"] = "weight" }
        let plan = try TrainingPlan(parameters: .object(parameters))
        let trees = try #require(run["trees"]?.arrayValue)
        let first = try plan.fit(try Self.frame(), threads: 1)
        #expect(try plan.fit(try Self.frame(), threads: 3).bytes == first.bytes)

        let learner = try #require(try UniversalBinaryJSON.parse(first.payload)["learner"])
        #expect(learner["learner_model_param"]?["base_score"]?.text == run["start"]?.stringValue)
        let model = try #require(learner["gradient_booster"]?["model"])
        #expect(model["tree_info"]?.integers == run["outputs"]?.arrayValue?.compactMap(\.intValue))
        let grown = try #require(model["trees"]?.elements)
        #expect(grown.count == trees.count)
        for (place, (own, expected)) in zip(grown, trees).enumerated() {
            for array in Self.wholeNumbers {
                #expect(own[array]?.integers == expected[array]?.arrayValue?.compactMap(\.intValue), "\(array) of tree \(place)")
            }
            for array in Self.floats {
                let wanted = try #require(expected[array]?.arrayValue).compactMap(\.doubleValue).map { Float($0) }
                #expect(try #require(own[array]?.floats).map(\.bitPattern) == wanted.map(\.bitPattern), "\(array) of tree \(place)")
            }
        }
    }
}
