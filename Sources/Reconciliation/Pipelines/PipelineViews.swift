public import Diagnostics
import OrderedCollections
public import Planning
import Specs

/// Pipelines of a working folder, looked at without running them.
public enum PipelineViews {
    /// Nil if the files have errors.
    public static func drawing(of name: String, inFolder path: String) throws -> (drawing: PipelineDrawing?, diagnostics: [Diagnostic]) {
        let (catalog, _, diagnostics) = try Validation.catalog(ofFolder: path)
        guard let pipeline = catalog.pipelines[name] else {
            if diagnostics.hasErrors { return (nil, diagnostics) }
            throw missing(name, in: catalog)
        }
        return (PipelineDrawing(pipeline, catalog: catalog), diagnostics)
    }

    static func missing(_ name: String, in catalog: Catalog) -> ReconciliationError {
        let names = catalog.pipelines.keys.joined(separator: ", ")
        return ReconciliationError(
            .invalidArgument, "there is no pipeline '\(name)'",
            hint: NameSuggestion.nearest(to: name, among: Array(catalog.pipelines.keys)).map { "did you mean '\($0)'?" }
                ?? (names.isEmpty ? "add one in pipelines/" : "there are: \(names)"))
    }
}
