import Basics
import Diagnostics
import OrderedCollections

extension CatalogChecks {
    /// An expectation is about columns that are declared, of this data set or of the one that it names.
    mutating func check(_ expectation: JSONValue, of dataset: Dataset, at path: [String]) {
        func span(_ field: String) -> SourceSpan { dataset.resource.span(at: path + [field]) }
        let own = expectation["column"]?.stringValue
        if let own, !dataset.columns.contains(where: { $0.name == own }) { unknownColumn(own, in: dataset, at: span("column")) }
        for field in ["references", "maximumAge", "newest"] where expectation[field] != nil && own == nil {
            diagnostics.append(
                Diagnostic(.missingField, "'\(field)' needs 'column'", at: span(field), hint: "name the column that it is about"))
        }
        if expectation["dataset"] != nil, expectation["references"] == nil {
            diagnostics.append(
                Diagnostic(.missingField, "'dataset' needs 'references'", at: span("dataset"), hint: "name the column of it that values must be in"))
        }
        if expectation["maximumAge"] != nil, let column = dataset.columns.first(where: { $0.name == own }), column.type != "timestamp" {
            diagnostics.append(
                Diagnostic(
                    .conflictingFields, "'\(column.name)' is a column of type \(column.type), which has no age", at: span("maximumAge"),
                    hint: "type: timestamp"))
        }
        guard let referenced = expectation["references"]?.stringValue else { return }
        let name = expectation["dataset"]?.stringValue
        // A data set that is not there has its own diagnostic.
        guard let other = name == nil ? dataset : catalog.datasets[name ?? ""] else { return }
        guard other.columns.contains(where: { $0.name == referenced }) else {
            unknownColumn(referenced, in: other, at: span("references"))
            return
        }
    }
}
