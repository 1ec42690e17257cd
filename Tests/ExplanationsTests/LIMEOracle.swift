import Basics
import Explanations
import Foundation
import Models

/// The figures of lime in Tests/Oracles/lime.
struct LIMEOracle {
    let values: JSONValue
    /// The numbers of a table, its fourth column a category.
    let table: EncodedRows

    /// Read once for all tests.
    private static let read = Result { () throws -> (JSONValue, EncodedRows) in
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Oracles/lime")
        let values = try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "values.json"))))
        let rows = TreeOracle.rows(values["table"])
        let features = rows.schema.names.enumerated().map { place, name in
            FeatureSchema.Feature(name: name, type: place == 3 ? .category(["a", "b", "c"]) : .number)
        }
        return (values, EncodedRows(schema: FeatureSchema(features), values: rows.values))
    }

    init() throws { (values, table) = try Self.read.get() }

    var labels: [Int] { (values["labels"].map(TreeOracle.flat) ?? []).map { Int($0) } }

    func column(_ feature: Int) -> [Double] { (0..<table.rowCount).map { table.values[$0 * table.width + feature] } }

    /// What generate.py explains.
    struct Model: Predictor {
        let featureCount = 6
        let outputCount = 1
        var rawScale: OutputScale? { .probability }

        func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
            (0..<count).map { row in
                let x = rows[(row * 6)..<(row * 6 + 6)].map { $0 }
                var margin = 0.8 * x[0] + 0.01 * x[2]
                margin -= x[1] > 3 ? 0.5 : 0
                margin += x[3] == 1 ? 0.7 : 0
                margin -= x[0] > 0 ? 0.02 * x[4] : 0
                return 1 / (1 + exp(-margin))
            }
        }
    }
}
