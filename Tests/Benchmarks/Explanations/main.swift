import Basics
import Explanations
import Foundation
import Models

// Arguments: a model that XGBoost saved, a file of rows × features little-endian 32-bit numbers, and which of its rows are the background.
// Prints one line a job: name, threads, seconds.

let arguments = CommandLine.arguments
guard arguments.count >= 3 else { fatalError("usage: ExplanationBenchmark MODEL ROWS [BACKGROUND]") }
let ensemble = try TreeEnsemble(xgboost: Array(Data(contentsOf: URL(filePath: arguments[1]))))
let data = try Data(contentsOf: URL(filePath: arguments[2]))
let numbers = unsafe data.withUnsafeBytes { bytes in unsafe Array(bytes.bindMemory(to: Float.self)).map { Double($0) } }
let schema = FeatureSchema((0..<ensemble.featureCount).map { FeatureSchema.Feature(name: "f\($0)", type: .number) })
let rows = EncodedRows(schema: schema, values: numbers)
let players = try Players(features: schema.names)
let background = rows.selecting(rows: Array(0..<(arguments.count > 3 ? Int(arguments[3]) ?? 100 : 100)))

func measure(_ name: String, threads: Int, _ work: () throws -> Attributions) rethrows {
    var times: [Double] = []
    var error = 0.0
    for _ in 0..<3 {
        let clock = ContinuousClock()
        let start = clock.now
        error = try work().maximumAdditivityError
        let (seconds, attoseconds) = (clock.now - start).components
        times.append(Double(seconds) + Double(attoseconds) * 1e-18)
    }
    print(name, threads, times.min() ?? .nan, error)
}

for threads in [1, 2] {
    try measure("tree", threads: threads) { try TreeSHAP(ensemble, .pathDependent, players: players).explain(rows, threads: threads) }
    try measure("interventional", threads: threads) {
        try TreeSHAP(ensemble, .interventional(background: background), players: players, threads: threads).explain(rows, threads: threads)
    }
}
