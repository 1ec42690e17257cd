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

func table(_ name: String, schema: FeatureSchema) throws -> EncodedRows {
    let numbers = try unsafe bytes(name).withUnsafeBytes { unsafe Array($0.bindMemory(to: Float.self)) }.map { Double($0) }
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
let rows = try table("rows.f32", schema: schema)
let train = try table("train.f32", schema: schema)
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

for width in [7, 26] {
    let own = FeatureSchema((0..<width).map { FeatureSchema.Feature(name: "f\($0)", type: .number) })
    let table = try table("features\(width).f32", schema: own)
    let forest = try TreeEnsemble(xgboost: bytes("features\(width).ubj"))
    try job("features-\(width)", runs: 1) {
        try TreeSHAP(
            forest, .interventional(background: table.selecting(rows: Array(0..<100))), players: Players(features: own.names)
        ).explain(table).maximumAdditivityError
    }
}

/// The root of the mean square of the distances.
func error(_ values: [Double], _ exact: [Double]) -> Double {
    (zip(values, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(exact.count)).squareRoot()
}

/// Kernel and permutation of an ONNX network for 20 rows against 100, measured by values of all coalitions.
func sampled(_ name: String, model: String, table file: String, coalitions: Int) throws -> JSONValue {
    let own = FeatureSchema((0..<13).map { FeatureSchema.Feature(name: "f\($0)", type: .number) })
    let plain = try table(file, schema: own)
    let tail = plain.selecting(rows: Array((plain.rowCount - 100)..<plain.rowCount))
    let few = plain.selecting(rows: Array(0..<20))
    let frame = try Frame(
        own.names.enumerated().map { place, name in Column(name, .double((0..<few.rowCount).map { few.values[$0 * few.width + place] })) })
    let network = try ONNXPredictor(
        ONNXModel(bytes: bytes(model)), frames: [frame], options: ONNXPredictor.Options(columns: ["features": own.names]))
    let players = try Players(features: own.names)
    func explained(_ method: CoalitionSHAP.Method, runs: Int) throws -> (seconds: Double, result: Attributions) {
        try timed(runs: runs) { try CoalitionSHAP(network, background: tail, players: players, method: method, seed: 1).explain(few, threads: 1) }
    }
    func kernel(_ coalitions: Int) -> CoalitionSHAP.Method {
        var settings = KernelSettings()
        settings.maximumCoalitions = coalitions
        settings.tolerance = 0
        return .kernel(settings)
    }
    let exact = try explained(kernel(1 << 14), runs: 1)
    print("\(name)-all", exact.seconds, exact.result.maximumAdditivityError)
    let found = try explained(kernel(coalitions), runs: 3)
    let distance = error(found.result.values, exact.result.values)
    print(name, found.seconds, distance)
    let permuted = try explained(.permutation(pairs: 15), runs: 2)
    print(name.replacing("kernel", with: "permutation"), permuted.seconds, error(permuted.result.values, exact.result.values))
    return ["error": .double(distance), "exact": .array(exact.result.values.map { .double($0) })]
}

let numbers = try table("numbers.f32", schema: schema)
if wanted.isEmpty || wanted.contains("kernel") {
    let json: JSONValue = [
        "kernel": try sampled("kernel", model: "network.onnx", table: "numbers.f32", coalitions: 1 << 13),
        "kernel-smooth": try sampled("kernel-smooth", model: "smooth.onnx", table: "smooth.f32", coalitions: 1200),
    ]
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
