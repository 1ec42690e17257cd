import Basics
import Foundation
import Frames
import Models
import TestSupport
import Testing
import Training

/// Models of xgboost's Python package: Tests/Oracles/trees/generate.py.
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

    @Test(arguments: ["binary", "multiclass", "regression", "count", "quantile"], ["plain", "sampled", "approx", "constrained"])
    func `the same parameters give the very trees of xgboost's Python package, for any number of threads`(_ task: String, _ variant: String) throws {
        let run = try #require(
            Self.values?["runs"]?.arrayValue?.first { $0["task"]?.stringValue == task && $0["variant"]?.stringValue == variant })
        let name = task == "binary" || task == "multiclass" ? "\(task)Classification" : task
        var parameters: [String: JSONValue] = [
            "task": .string(name), "label": .string(task), "features": ["x", "z", "whole", "flag", "text"],
            "estimator": try #require(run["estimator"]),
        ]
        if task == "quantile" { parameters["quantile"] = .double(0.8) }
        if run["weighted"] == true { parameters["weights"] = "weight" }
        let plan = try TrainingPlan(parameters: .object(parameters))
        for threads in [1, 2] {
            let artifact = try plan.fit(try Self.frame(), threads: threads)
            #expect(Digest.of(artifact.payload).description == "sha256:\(run["sha256"]?.stringValue ?? "")", "\(threads) threads")
        }
    }
}
