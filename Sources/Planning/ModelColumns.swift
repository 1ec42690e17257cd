import Basics

/// The columns that a model reads, from its own spec and its data set's.
struct ModelColumns {
    let label: JSONValue
    let features: JSONValue
    let protected: JSONValue
    let weights: JSONValue

    init(dataset: JSONValue, model: JSONValue) {
        let columns = dataset["columns"]?.arrayValue ?? []
        label = columns.first { $0["role"]?.stringValue == "label" }?["name"] ?? .null
        weights = columns.first { $0["role"]?.stringValue == "weight" }?["name"] ?? .null
        let candidates = columns.filter { $0["role"]?.stringValue == "feature" }.compactMap { $0["name"] }
        if let included = model["features"]?["include"]?.arrayValue {
            features = .array(included)
        } else {
            let excluded = model["features"]?["exclude"]?.arrayValue ?? []
            features = .array(candidates.filter { !excluded.contains($0) })
        }
        if let chosen = model["evaluation"]?["protected"]?.arrayValue {
            protected = .array(chosen)
        } else {
            protected = .array(columns.filter { $0["protected"]?.boolValue == true }.compactMap { $0["name"] })
        }
    }
}
