import Basics
import Foundation
import Frames
import Training

// The jobs of search.py and training.py: 60 trials of the tree-structured Parzen estimator on three functions, the median best of a hundred seeds and the
// sampler's own seconds a trial; exponentiated gradient on Adult; linear models on a table of training.py's; boosted trees on flights. Prints one line a job.
// Arguments: adult.parquet, linear.parquet, flights.parquet; jobs whose file is not given are left out.

func seconds(_ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try work()
    let (seconds, attoseconds) = (clock.now - start).components
    return Double(seconds) + Double(attoseconds) * 1e-18
}

typealias Point = [String: JSONValue]
func number(_ point: Point, _ name: String) -> Double { point[name]?.doubleValue ?? 0 }

/// Hartmann's function of six variables (Dixon and Szegő 1978): six local minima, the least −3.32237.
func hartmann(_ point: Point) -> Double {
    let scale = [1.0, 1.2, 3.0, 3.2]
    let steep: [[Double]] = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
    let centers: [[Double]] = [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
    return -(0..<4).reduce(0.0) { sum, peak in
        let distance = (0..<6).reduce(0.0) { total, axis in
            let difference = number(point, "x\(axis)") - centers[peak][axis]
            return total + steep[peak][axis] * difference * difference
        }
        return sum + scale[peak] * exp(-distance)
    }
}

/// Styblinski and Tang's (1990) of four variables: the least −156.66.
func styblinski(_ point: Point) -> Double {
    (0..<4).reduce(0.0) { sum, axis in
        let x = number(point, "x\(axis)")
        let square = x * x
        return sum + (square * square - 16 * square + 5 * x) / 2
    }
}

/// What a learner's loss is like: rates on logarithmic scales that depend on each other, a whole number, a choice that shifts the rest.
func learner(_ point: Point) -> Double {
    let (rate, rounds) = (log10(number(point, "rate")), log10(number(point, "rounds")))
    let (penalty, depth) = (log10(number(point, "penalty")), number(point, "depth"))
    let kind = point["kind"]?.stringValue ?? ""
    let best: Double = kind == "exact" ? 3 : kind == "hist" ? 6 : 1
    let base: Double = kind == "exact" ? 0.05 : kind == "hist" ? 0 : 0.12
    func square(_ value: Double) -> Double { value * value }
    var loss = base + 0.1 * square(rate + rounds - 0.8)
    loss += 0.02 * square(rate + 1.5) + 0.004 * square(depth - best)
    loss += 0.01 * square(penalty - 0.3 * depth)
    return loss
}

let unit = SearchDimension.real(low: 0, high: 1, isLogarithmic: false)
let wide = SearchDimension.real(low: -5, high: 5, isLogarithmic: false)
let spaces: [(String, [String: SearchDimension], (Point) -> Double)] = [
    ("hartmann6", Dictionary(uniqueKeysWithValues: (0..<6).map { ("x\($0)", unit) }), hartmann),
    ("styblinski4", Dictionary(uniqueKeysWithValues: (0..<4).map { ("x\($0)", wide) }), styblinski),
    (
        "learner",
        [
            "rate": .real(low: 0.001, high: 1, isLogarithmic: true), "rounds": .integer(low: 10, high: 1000, isLogarithmic: true),
            "penalty": .real(low: 0.001, high: 1000, isLogarithmic: true), "depth": .integer(low: 1, high: 10, isLogarithmic: false),
            "kind": .choice(["exact", "hist", "linear"]),
        ], learner
    ),
]
for (name, dimensions, function) in spaces {
    var found: [Double] = []
    let spent = try seconds {
        for seed in 0..<100 {
            let plan = try SearchPlan(space: SearchSpace(dimensions), sampler: .tpe, trials: 60, batch: 1, seed: UInt64(seed))
            var history: [Trial] = []
            for batch in 0..<plan.batchCount {
                for proposal in plan.proposals(batch: batch, after: history) {
                    history.append(Trial(number: proposal.number, parameters: proposal.parameters, losses: [function(proposal.parameters)]))
                }
            }
            found.append(history.compactMap { $0.losses?[0] }.min() ?? 0)
        }
    }
    let sorted = found.sorted()
    print("search-\(name)", spent / 6000, "median best", (sorted[49] + sorted[50]) / 2)
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
        let spent = try (0..<3).map { _ in try seconds { made = try fit.fit(train) } }
        print("gradient-\(kind.rawValue)", spent.min() ?? 0, "fits", made?.fits ?? 0, "gap", made?.gap ?? 0)
    }
}
if CommandLine.arguments.count > 2 { try linearModels(CommandLine.arguments[2]) }
if CommandLine.arguments.count > 3 { try boostedTrees(CommandLine.arguments[3]) }
