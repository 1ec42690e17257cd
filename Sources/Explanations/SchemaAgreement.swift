internal import Models

extension EncodedRows {
    /// Throws `rows` unless these rows have the features of a background or of training rows: names, types and, since codes mean nothing without
    /// them, categories.
    func agree(with other: EncodedRows, called what: String) throws(ExplanationError) {
        try Self.agree(schema, with: other.schema, called: what)
    }

    static func agree(_ schema: FeatureSchema, with other: FeatureSchema, called what: String) throws(ExplanationError) {
        for (own, there) in zip(schema.features, other.features) where own != there {
            guard own.name == there.name else {
                throw ExplanationError(.rows, message: "the table has feature '\(own.name)' where \(what) '\(there.name)'")
            }
            throw ExplanationError(
                .rows,
                message:
                    "feature '\(own.name)' of the table has other categories, or another type, than where it is known from; read all tables with one schema"
            )
        }
    }
}
