public import Models

/// Works out what contributed to predictions. A value of this kind is made once for a model and used for any number of rows.
public protocol Explainer: Sendable {
    /// Bytes depend on the model, the settings and each row only: not on `threads`, nor on the other rows.
    func explain(_ rows: EncodedRows, threads: Int) throws(ExplanationError) -> Attributions
}
