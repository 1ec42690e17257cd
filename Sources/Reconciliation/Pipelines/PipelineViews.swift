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
            let names = catalog.pipelines.keys.joined(separator: ", ")
            throw ReconciliationError(
                .invalidArgument, "there is no pipeline '\(name)'", hint: names.isEmpty ? "add one in pipelines/" : "there are: \(names)")
        }
        return (PipelineDrawing(pipeline, catalog: catalog), diagnostics)
    }
}
