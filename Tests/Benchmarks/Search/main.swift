import Basics
import Foundation
import Frames
import Training

// The jobs of search.py: 60 trials of the tree-structured Parzen estimator on three functions, the mean best of twenty seeds and the sampler's own seconds
// a trial; exponentiated gradient on Adult, if its file is given. Prints one line a job.

func seconds(_ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try work()
    let (seconds, attoseconds) = (clock.now - start).components
    return Double(seconds) + Double(attoseconds) * 1e-18
}

typealias Point = [String: JSONValue]
func number(_ point: Point, _ name: String) -> Double { point[name]?.doubleValue ?? 0 }

func branin(_ point: Point) -> Double {
    let (x, y) = (number(point, "x"), number(point, "y"))
    let bend = y - 5.1 / (4 * Double.pi * Double.pi) * x * x + 5 / Double.pi * x - 6
    return bend * bend + 10 * (1 - 1 / (8 * Double.pi)) * cos(x) + 10
}

func mixed(_ point: Point) -> Double {
    let base = (1...3).reduce(0.0) { $0 + (number(point, "r\($1)") - 1) * (number(point, "r\($1)") - 1) }
    let depth = number(point, "depth") - 5
    return base + depth * depth / 4 + (point["kind"] == "b" ? 0 : 2)
}

func logarithmic(_ point: Point) -> Double {
    let (rate, penalty) = (log10(number(point, "rate")) + 2, log10(number(point, "penalty")))
    return rate * rate + penalty * penalty / 4 + rate * penalty / 4
}

let spaces: [(String, [String: SearchDimension], (Point) -> Double)] = [
    ("branin", ["x": .real(low: -5, high: 10, isLogarithmic: false), "y": .real(low: 0, high: 15, isLogarithmic: false)], branin),
    (
        "mixed",
        [
            "r1": .real(low: -5, high: 5, isLogarithmic: false), "r2": .real(low: -5, high: 5, isLogarithmic: false),
            "r3": .real(low: -5, high: 5, isLogarithmic: false), "depth": .integer(low: 1, high: 8, isLogarithmic: false),
            "kind": .choice(["a", "b", "c"]),
        ], mixed
    ),
    (
        "logarithmic", ["rate": .real(low: 0.0001, high: 1, isLogarithmic: true), "penalty": .real(low: 0.001, high: 1000, isLogarithmic: true)],
        logarithmic
    ),
]
for (name, dimensions, function) in spaces {
    var sum = 0.0
    let spent = try seconds {
        for seed in 0..<20 {
            let plan = try SearchPlan(space: SearchSpace(dimensions), sampler: .tpe, trials: 60, batch: 1, seed: UInt64(seed))
            var history: [Trial] = []
            for batch in 0..<plan.batchCount {
                for proposal in plan.proposals(batch: batch, after: history) {
                    history.append(Trial(number: proposal.number, parameters: proposal.parameters, losses: [function(proposal.parameters)]))
                }
            }
            sum += history.compactMap { $0.losses?[0] }.min() ?? 0
        }
    }
    print("search-\(name)", spent / 1200, "best", sum / 20)
}
if CommandLine.arguments.count > 1 {
    let frame = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))))
    let train = frame.selecting(rows: try Split.column("split", train: "train", test: "test").resolve(frame).train)
    var settings = TrainingSettings()
    settings.rounds = 50
    settings.maxDepth = 4
    let features = frame.columnNames.filter { !["fnlwgt", "income", "split"].contains($0) }
    for kind in [ParityConstraint.Kind.demographicParity, .equalizedOdds] {
        var options = Reductions.Options()
        options.iterations = 20
        let mitigation = Mitigation(.exponentiatedGradient(ParityConstraint(kind, bound: 0.01), options), attribute: "sex")
        let plan = TrainingPlan(label: "income", features: features, estimator: .xgboost(settings))
        let fit = ModelFit(plan, mitigation: mitigation, threads: 2)
        var made: ModelFit.Result?
        let spent = try seconds { made = try fit.fit(train) }
        print("gradient-\(kind.rawValue)", spent, "fits", made?.fits ?? 0, "gap", made?.gap ?? 0)
    }
}
