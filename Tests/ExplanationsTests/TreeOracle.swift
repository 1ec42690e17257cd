import Basics
import Explanations
import Foundation
import Models

/// The figures of xgboost and shap in Tests/Oracles/explanations.
struct TreeOracle: Sendable {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Oracles/explanations")

    struct Case: Sendable {
        let name: String
        let ensemble: TreeEnsemble
        let rows: EncodedRows
        let json: JSONValue

        var players: Players { get throws { try Players(features: rows.schema.names) } }

        func numbers(_ key: String) -> [Double] { json[key].map(TreeOracle.flat) ?? [] }
    }

    let values: JSONValue
    let trees: [Case]
    /// With `background` beside the rows.
    let interventional: [(test: Case, background: EncodedRows)]
    /// The same, of probabilities.
    let scaled: [(test: Case, background: EncodedRows)]

    /// Read once for all tests.
    private static let shared = Result { try TreeOracle(reading: JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "values.json"))))) }

    init() throws { self = try Self.shared.get() }

    private init(reading values: JSONValue) throws {
        self.values = values
        trees = try (values["trees"]?.arrayValue ?? []).map { try Self.read($0, file: $0["file"]?.stringValue ?? "") }
        let files = Dictionary(
            uniqueKeysWithValues: (values["trees"]?.arrayValue ?? []).map { ($0["name"]?.stringValue ?? "", $0["file"]?.stringValue ?? "") })
        func cases(_ key: String) throws -> [(test: Case, background: EncodedRows)] {
            try (values[key]?.arrayValue ?? []).map {
                (try Self.read($0, file: files[$0["name"]?.stringValue ?? ""] ?? ""), Self.rows($0["background"]))
            }
        }
        interventional = try cases("interventional")
        scaled = try cases("scaled")
    }

    static func model(_ file: String) throws -> [UInt8] { try Array(Data(contentsOf: folder.appending(path: "models/\(file)"))) }

    private static func read(_ json: JSONValue, file: String) throws -> Case {
        Case(
            name: json["name"]?.stringValue ?? "", ensemble: try TreeEnsemble(xgboost: model(file)), rows: rows(json["rows"]), json: json)
    }

    static func rows(_ json: JSONValue?) -> EncodedRows {
        let rows = json?.arrayValue ?? []
        let width = rows.first?.arrayValue?.count ?? 1
        let schema = FeatureSchema((0..<width).map { FeatureSchema.Feature(name: "f\($0)", type: .number) })
        return EncodedRows(schema: schema, values: rows.flatMap { ($0.arrayValue ?? []).map { $0.doubleValue ?? .nan } })
    }

    static func flat(_ json: JSONValue) -> [Double] { json.arrayValue?.flatMap(flat) ?? [json.doubleValue ?? .nan] }
}

/// The largest distance between two lists; infinite if their lengths differ or anything is NaN.
func distance(_ first: some Sequence<Double>, _ second: some Sequence<Double>) -> Double {
    let (first, second) = (Array(first), Array(second))
    guard first.count == second.count else { return .infinity }
    return zip(first, second).reduce(0) { $1.0.isNaN || $1.1.isNaN ? .infinity : max($0, abs($1.0 - $1.1)) }
}
