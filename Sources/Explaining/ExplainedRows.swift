public import Basics
public import Explanations
internal import Models

/// What was found of some rows.
public struct ExplainedRows: Sendable, Hashable {
    /// Of LIME: the surrogates' contributions, with base values of 0.
    public let values: Attributions
    /// Of LIME, one a row: a list with a surrogate for each output. Else empty.
    public let surrogates: [JSONValue]

    init(values: Attributions, surrogates: [JSONValue] = []) {
        self.values = values
        self.surrogates = surrogates
    }

    /// Of blocks of rows; nil for none, or if they are of different explanations.
    init?(joining parts: [ExplainedRows]) {
        guard let values = Attributions(joining: parts.map(\.values)) else { return nil }
        self.values = values
        surrogates = parts.flatMap(\.surrogates)
    }
}

/// Either kind of explainer.
enum ExplanationEngine: Sendable {
    case shapley(any Explainer)
    case lime(LIMEExplainer)

    func explain(_ rows: EncodedRows, threads: Int) throws(ExplanationError) -> ExplainedRows {
        switch self {
        case .shapley(let explainer): return ExplainedRows(values: try explainer.explain(rows, threads: threads))
        case .lime(let explainer):
            let found = try explainer.explain(rows, threads: threads)
            let surrogates = (0..<found.rowCount).map { row -> JSONValue in .array((0..<found.outputCount).map { found[row, $0].json }) }
            return ExplainedRows(
                values: Attributions(
                    players: found.players, outputCount: found.outputCount, values: found.contributions,
                    baseValues: [Double](repeating: 0, count: found.outputCount), predictions: found.surrogates.map(\.prediction), method: .lime,
                    scale: found.scale, seed: found.seed, background: found.training), surrogates: surrogates)
        }
    }
}

extension LocalExplanation {
    fileprivate var json: JSONValue {
        [
            "intercept": .double(intercept), "localPrediction": .double(localPrediction), "fidelity": .double(fidelity),
            "stability": JSONValue.object(["selection": .double(stability.selection), "ranks": stability.ranks.map { .double($0) } ?? .null])
                .droppingNulls,
            "terms": .array(
                terms.map { term in
                    [
                        "feature": .string(term.player), "condition": .string(term.condition), "weight": .double(term.weight),
                        "contribution": .double(term.contribution), "standardDeviation": .double(term.standardDeviation),
                    ]
                }),
        ]
    }
}
