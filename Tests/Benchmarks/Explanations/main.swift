import Basics
import Explanations
import Foundation
import Frames
import Models

// Argument: a folder that `explanations.py prepare` wrote. Prints one line a job: name, seconds, the additivity error or the error against exact
// values. Writes ours.json into it: what the peers' sampling is measured against.

guard CommandLine.arguments.count >= 2 else { fatalError("usage: ExplanationBenchmark FOLDER [JOB…]") }
let folder = URL(filePath: CommandLine.arguments[1])
let wanted = Set(CommandLine.arguments.dropFirst(2))
func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }

func table(_ name: String, width: Int) throws -> EncodedRows {
    let numbers = try unsafe bytes(name).withUnsafeBytes { unsafe Array($0.bindMemory(to: Float.self)) }.map { Double($0) }
    precondition(numbers.count % width == 0)
    return EncodedRows(schema: schema, values: numbers)
}

func timed<Result>(runs: Int, _ work: () throws -> Result) rethrows -> (seconds: Double, result: Result) {
    var best: (seconds: Double, result: Result)?
    for _ in 0..<runs {
        let clock = ContinuousClock()
        let start = clock.now
        let result = try work()
        let (seconds, attoseconds) = (clock.now - start).components
        let taken = Double(seconds) + Double(attoseconds) * 1e-18
        if taken < best?.seconds ?? .infinity { best = (taken, result) }
    }
    guard let best else { fatalError("a run") }
    return best
}

func job(_ name: String, runs: Int = 2, _ work: () throws -> Double) rethrows {
    guard wanted.isEmpty || wanted.contains(where: { name.hasPrefix($0) }) else { return }
    let (seconds, error) = try timed(runs: runs, work)
    print(name, seconds, error)
}

let ensemble = try TreeEnsemble(xgboost: bytes("depth6.ubj"))
let described = try JSONValue(parsing: bytes("linear.json"))
let linear = try LinearModel(json: described)
let categories = Set((described["categories"]?.arrayValue ?? []).compactMap(\.stringValue))
let schema = FeatureSchema(
    linear.featureNames.map { name in
        FeatureSchema.Feature(name: name, type: categories.contains(name) ? .category((0..<120).map { "\($0)" }) : .number)
    })
let rows = try table("rows.f32", width: schema.features.count)
let train = try table("train.f32", width: schema.features.count)
let players = try Players(features: schema.names)
let background = rows.selecting(rows: Array(0..<100))

for threads in [1, 2] {
    try job("tree-\(threads)") {
        try TreeSHAP(ensemble, .pathDependent, players: players).explain(rows, threads: threads).maximumAdditivityError
    }
    try job("interventional-\(threads)") {
        try TreeSHAP(ensemble, .interventional(background: background), players: players, threads: threads).explain(rows, threads: threads)
            .maximumAdditivityError
    }
}

// Cost against rows, background, depth and features.
for count in [1_000, 3_000] {
    let some = rows.selecting(rows: Array(0..<count))
    try job("rows-\(count)") {
        try TreeSHAP(ensemble, .interventional(background: background), players: players).explain(some).maximumAdditivityError
    }
}
for count in [10, 1_000, 4_000] {
    let other = train.selecting(rows: Array(0..<count))
    try job("background-\(count)", runs: 1) {
        try TreeSHAP(ensemble, .interventional(background: other), players: players).explain(rows).maximumAdditivityError
    }
}
for depth in [3, 9] {
    let deep = try TreeEnsemble(xgboost: bytes("depth\(depth).ubj"))
    try job("depth-\(depth)", runs: 1) {
        try TreeSHAP(deep, .interventional(background: background), players: players).explain(rows).maximumAdditivityError
    }
    try job("tree-depth-\(depth)", runs: 1) { try TreeSHAP(deep, .pathDependent, players: players).explain(rows).maximumAdditivityError }
}

/// The root of the mean square of the distances.
func error(_ values: [Double], _ exact: [Double]) -> Double {
    (zip(values, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(exact.count)).squareRoot()
}

// Kernel and permutation of an ONNX network, against values of all coalitions.
let numbers = try table("numbers.f32", width: schema.features.count)
let floats = FeatureSchema(schema.names.map { FeatureSchema.Feature(name: $0, type: .number) })
let plain = EncodedRows(schema: floats, values: numbers.values)
let tail = plain.selecting(rows: Array((plain.rowCount - 100)..<plain.rowCount))
let few = plain.selecting(rows: Array(0..<20))
let frame = try Frame(
    floats.names.enumerated().map { place, name in
        Column(name, .double((0..<few.rowCount).map { few.values[$0 * few.width + place] }))
    })
let network = try ONNXPredictor(
    ONNXModel(bytes: bytes("network.onnx")), frames: [frame], options: ONNXPredictor.Options(columns: ["features": floats.names]))
if wanted.isEmpty || wanted.contains(where: { "kernel-exact permutation".contains($0) }) {
    var all = KernelSettings()
    all.maximumCoalitions = 1 << 14
    all.tolerance = 0
    let exact = try timed(runs: 1) {
        try CoalitionSHAP(network, background: tail, players: players, method: .kernel(all)).explain(few, threads: 1)
    }
    print("kernel-all", exact.seconds, exact.result.maximumAdditivityError)
    var settings = KernelSettings()
    settings.maximumCoalitions = 400
    settings.tolerance = 0
    let sampled = try timed(runs: 3) {
        try CoalitionSHAP(network, background: tail, players: players, method: .kernel(settings), seed: 1).explain(few, threads: 1)
    }
    let distance = error(sampled.result.values, exact.result.values)
    print("kernel", sampled.seconds, distance)
    try job("permutation") {
        error(
            try CoalitionSHAP(network, background: tail, players: players, method: .permutation(pairs: 15), seed: 1).explain(few, threads: 1).values,
            exact.result.values)
    }
    let json: JSONValue = ["kernel": ["error": .double(distance), "exact": .array(exact.result.values.map { .double($0) })]]
    try Data(json.canonicalBytes).write(to: folder.appending(path: "ours.json"))
}

// LIME of a logistic model: 1,000 rows of 5,000 samples.
let thousand = numbers.selecting(rows: Array(0..<1000))
for seeds in [2, 5] {
    try job("lime-\(seeds)", runs: 3) {
        var settings = LIMESettings()
        settings.stabilitySeeds = seeds
        return try LIMEExplainer(linear, training: numbers, players: players, settings: settings, scale: .probability).explain(thousand, threads: 1)
            .surrogates.reduce(0) { $0 + $1.fidelity } / 1000
    }
}
