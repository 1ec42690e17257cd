internal import Frames

extension Column {
    /// Each row's value as text, nil where missing: a category, `true`/`false`, or a whole number in decimal. Nil if the column is of
    /// another kind or has a fraction in it.
    package func classTexts() -> [String?]? {
        let texts: [String]
        switch values {
        case .category(let codes, let categories): texts = codes.map { categories.isEmpty ? "" : categories[Int($0)] }
        case .boolean(let all): texts = all.map { $0 ? "true" : "false" }
        case .integer(let all): texts = all.map { String($0) }
        case .double(let all):
            // Whole numbers with gaps often arrive as floating point.
            let whole = all.map { Int64(exactly: $0) }
            guard !whole.contains(nil) else { return nil }
            texts = whole.map { $0.map { String($0) } ?? "" }
        case .timestamp: return nil
        }
        return texts.enumerated().map { isMissing($0) ? nil : $1 }
    }
}
