import Basics
import Explanations
import Foundation
import Models
import Statistics
import Testing

@Suite struct GlobalExplanationTests {
    let values: JSONValue
    let table: EncodedRows
    let labels: [Double]

    init() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Oracles/global-explanations")
        values = try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "values.json"))))
        table = TreeOracle.rows(values["table"])
        labels = values["labels"].map(TreeOracle.flat) ?? []
    }

    private func numbers(_ json: JSONValue?) -> [Double] { json.map(TreeOracle.flat) ?? [] }

    @Test(arguments: [ImportanceLoss.squaredError, .logLoss, .rocAUC])
    func `permutation importance is scikit-learn's within what repeats move it`(loss: ImportanceLoss) throws {
        let expected = try #require(values["importances"]?[loss.rawValue])
        let (means, deviations) = (numbers(expected["mean"]), numbers(expected["deviation"]))
        let found = try PermutationImportance(
            LIMEOracle.Model(), rows: table, labels: labels, players: Players(features: table.schema.names), loss: loss, repeats: 15, seed: 2)
        for (place, importance) in found.importances.enumerated() {
            let error = ((deviations[place] * deviations[place]) / 60 + importance.standardDeviation * importance.standardDeviation / 15).squareRoot()
            #expect(abs(importance.value - means[place]) <= 3.5 * error + 1e-12, "\(importance)")
            #expect(importance.interval.lower <= importance.value && importance.value <= importance.interval.upper)
        }
        #expect(found.importances[5].value == 0)
        let again = try PermutationImportance(
            LIMEOracle.Model(), rows: table, labels: labels, players: Players(features: table.schema.names), loss: loss, repeats: 15, seed: 2,
            threads: 4)
        #expect(again == found)
    }

    @Test func `features of a group are exchanged together`() throws {
        // Two copies of one column that cancel out: alone each matters, together they do not.
        let schema = FeatureSchema(["a", "b"].map { FeatureSchema.Feature(name: $0, type: .number) })
        let rows = EncodedRows(schema: schema, values: (0..<50).flatMap { [Double($0 % 13), Double($0 % 13)] })
        let model = LinearModel(featureNames: ["a", "b"], coefficients: [1, -1], intercepts: [0], isLogistic: false)
        let labels = [Double](repeating: 0, count: 50)
        let alone = try PermutationImportance(model, rows: rows, labels: labels, players: Players(features: ["a", "b"]), loss: .squaredError)
        #expect(alone.importances.allSatisfy { $0.value > 1 })
        let players = try Players(features: ["a", "b"], groups: ["both": ["a", "b"]])
        let together = try PermutationImportance(model, rows: rows, labels: labels, players: players, loss: .squaredError)
        #expect(together.importances.map(\.player) == ["both"] && together.importances[0].value == 0)
    }

    @Test func `bad labels, repeats and features are errors that say so`() throws {
        let players = try Players(features: table.schema.names)
        func error(_ labels: [Double], _ loss: ImportanceLoss, repeats: Int = 3) -> String? {
            #expect(throws: ExplanationError.self) {
                try PermutationImportance(LIMEOracle.Model(), rows: table, labels: labels, players: players, loss: loss, repeats: repeats)
            }?.message
        }
        #expect(error([1], .logLoss)?.contains("1 labels for 300 rows") == true)
        #expect(error(labels.map { $0 * 2 }, .logLoss)?.contains("needs labels that are 0 or 1") == true)
        #expect(error(labels.map { _ in 1 }, .rocAUC)?.contains("all labels are of one class") == true)
        #expect(error(labels, .logLoss, repeats: 1)?.contains("2 to 10000") == true)
        #expect(throws: ExplanationError(.features, message: "the model does not read 'zip'")) {
            try PartialDependence(LIMEOracle.Model(), rows: table, feature: "zip")
        }
        #expect(throws: ExplanationError(.rows, message: "a surrogate tree needs eight rows or more, not 3")) {
            try SurrogateTree(LIMEOracle.Model(), rows: table.selecting(rows: [0, 1, 2]))
        }
    }

    @Test(arguments: [0, 1, 3])
    func `partial dependence and each row's curve are scikit-learn's`(feature: Int) throws {
        let expected = try #require(values["dependence"]?["\(feature)"])
        let found = try PartialDependence(LIMEOracle.Model(), rows: table, feature: "f\(feature)", points: 9, threads: 2)
        #expect(distance(found.grid, numbers(expected["grid"])) < 1e-12)
        #expect(distance(found.mean, numbers(expected["mean"])) < 1e-12)
        #expect(distance(found.curves.prefix(20 * found.grid.count), numbers(expected["curves"])) < 1e-12)
        #expect(found.intervals.count == found.grid.count)
        #expect(try PartialDependence(LIMEOracle.Model(), rows: table, feature: "f\(feature)", points: 9) == found)
    }

    @Test func `categories have their names, and missing values a point of their own, in dependence and surrogate`() throws {
        let schema = FeatureSchema([
            FeatureSchema.Feature(name: "kind", type: .category(["a", "b", "c"])), FeatureSchema.Feature(name: "x", type: .number),
        ])
        var cells: [Double] = []
        for row in 0..<60 { cells += [Double(row % 3), row % 5 == 0 ? .nan : Double(row)] }
        let rows = EncodedRows(schema: schema, values: cells)
        let dependence = try PartialDependence(Missing(), rows: rows, feature: "kind")
        #expect(dependence.labels == ["a", "b", "c"])
        let numbers = try PartialDependence(Missing(), rows: rows, feature: "x", points: 4)
        #expect(numbers.labels.last == "missing" && numbers.grid.count == 5)
        let tree = try SurrogateTree(Missing(), rows: rows, depth: 2)
        #expect(tree.fidelity == 1 && tree.trainingFidelity == 1)
        #expect(tree.rules.contains { $0.hasPrefix("kind in {a, c}") || $0.hasPrefix("kind in {b}") })
        #expect(tree.rules.contains { $0.contains("missing") })
    }

    /// 4 for kind b, 1 for a missing x.
    private struct Missing: Predictor {
        let featureCount = 2
        let outputCount = 1
        var rawScale: OutputScale? { nil }
        func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
            (0..<count).map { row -> Double in
                let kind: Double = rows[row * 2] == 1 ? 4 : 0
                return rows[row * 2 + 1].isNaN ? kind + 1 : kind
            }
        }
    }

    @Test func `surrogate trees are scikit-learn's`() throws {
        let trees = values["trees"]?.arrayValue ?? []
        #expect(trees.count == 3)
        for expected in trees {
            let found = try SurrogateTree(
                LIMEOracle.Model(), rows: table, depth: Int(expected["depth"]?.intValue ?? 0),
                minimumRows: Int(expected["minimumRows"]?.intValue ?? 0),
                threads: 2)
            #expect(found.nodes.count == Int(expected["nodes"]?.intValue ?? 0))
            #expect(abs(found.fidelity - (expected["fidelity"]?.doubleValue ?? .nan)) < 1e-9)
            #expect(abs(found.trainingFidelity - (expected["trainingFidelity"]?.doubleValue ?? .nan)) < 1e-9)
            #expect(distance((0..<table.rowCount).map { found.value(table.row($0)) }, numbers(expected["predictions"])) < 1e-9)
            #expect(found.rules.count == (found.nodes.count + 1) / 2)
        }
    }
}
