public import Basics
import OrderedCollections
public import Specs

/// A data set that expectations of another refer to: every value is one of its column's.
public struct OtherDataset: Hashable, Sendable {
    /// How its bytes are read.
    public let table: JSONValue
    public let data: StepInput

    public init(_ dataset: Dataset, data: StepInput) {
        table = ModelPlanner.table(of: dataset)
        self.data = data
    }

    /// Those of a catalog that some expectation names.
    ///
    /// - Parameter data: of each data set, where there are any.
    public static func all(_ catalog: Catalog, data: [String: StepInput]) -> [String: OtherDataset] {
        var found: [String: OtherDataset] = [:]
        for name in catalog.datasets.values.flatMap({ named(by: $0) }) {
            if let dataset = catalog.datasets[name], let data = data[name] { found[name] = OtherDataset(dataset, data: data) }
        }
        return found
    }

    /// The data sets that expectations of one name.
    public static func named(by dataset: Dataset) -> [String] {
        (dataset.json["spec"]?["expectations"]?.arrayValue ?? []).compactMap { $0["dataset"]?.stringValue }
    }

    /// The step that measures a data set's quality: `label`, `features` and `protected` are its `columns`. It reads every data set that its expectations name; one that is not among `others` has no data,
    /// and the step then says so.
    static func quality(
        of dataset: Dataset, table: JSONValue, columns: [String: JSONValue], data: StepInput, others: [String: OtherDataset]
    ) -> Step {
        let expectations = (dataset.json["spec"]?["expectations"]?.arrayValue ?? []).map { expectation -> JSONValue in
            var members = expectation.objectValue ?? [:]
            members["maximumAge"] = expectation["maximumAge"]?.stringValue.flatMap { SpecQuantities.seconds($0) }.map { .int($0) }
            return .object(members)
        }
        var parameters = columns
        (parameters["table"], parameters["expectations"]) = (table, .array(expectations))
        var inputs = ["data": data]
        var tables: [String: JSONValue] = [:]
        for name in named(by: dataset) {
            guard let other = others[name] else { continue }
            tables[name] = other.table
            inputs["dataset.\(name)"] = other.data
        }
        if !tables.isEmpty { parameters["others"] = .object(tables) }
        return Step(name: "quality", kind: .quality, parameters: .object(parameters), inputs: inputs, outputs: ["evidence"])
    }
}
