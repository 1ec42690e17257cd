import Basics
import Diagnostics

/// Whether a grid's points can be listed, and are all tried.
struct GridChecks {
    private(set) var diagnostics: [Diagnostic] = []

    init(_ model: Model) {
        guard let search = model.spec["search"], search["sampler"]?.stringValue == "grid" else { return }
        func span(_ field: String) -> SourceSpan { model.resource.span(at: ["spec", "search", field]) }
        if search["preset"] != nil {
            diagnostics.append(
                Diagnostic(
                    .impossibleSearch, "the preset has ranges of numbers, which a grid cannot list", at: span("sampler"),
                    hint: "take another sampler, or list values in 'space'"))
        } else if let points = Self.points(search["space"]?.objectValue ?? [:]), let trials = search["trials"]?.intValue, points > trials {
            diagnostics.append(
                Diagnostic(
                    .gridCutShort, "the grid has \(points) points, and \(trials) trials leave out the last \(points - Int(trials)) of them",
                    at: span("trials"), hint: "trials: \(points), fewer values, or another sampler, which draws from all of the space"))
        }
    }

    /// How many there are; nil if they cannot be told, or are too many to count.
    private static func points(_ space: [String: JSONValue]) -> Int? {
        var product = 1
        for range in space.values {
            let count: Int
            if let values = range["values"]?.arrayValue {
                count = values.count
            } else {
                guard let low = range["low"]?.doubleValue, let high = range["high"]?.doubleValue, low <= high,
                    let steps = Int(exactly: high - low), steps < Int.max, range["integer"] == true || steps == 0
                else { return nil }
                count = steps + 1
            }
            let (next, overflow) = product.multipliedReportingOverflow(by: count)
            guard !overflow else { return nil }
            product = next
        }
        return product
    }
}
