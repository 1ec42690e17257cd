internal import Frames

/// Texts are told apart by their bytes. Two that differ in their Unicode form only look alike wherever they are told, and name one thing in the evidence.
///
/// - Throws: `classes`, naming such two.
func checkUnicodeForms(_ texts: [String], of label: String) throws(TrainingError) {
    var known: Set<String> = []
    // Equal to Swift are texts that are canonically equivalent.
    guard let twin = texts.first(where: { !known.insert($0).inserted }) else { return }
    throw TrainingError(
        .classes, column: label,
        message: "label '\(label)' has two classes that are both read as '\(twin)' and differ in their Unicode form only; make them one (NFC)")
}

extension Column {
    /// Each row's value as text, nil where missing: a category, `true`/`false`, or a whole number in decimal. Nil if the column is of
    /// another kind or has a fraction in it.
    package func classTexts() -> [String?]? {
        classCodes().map { classes in classes.codes.map { $0 < 0 ? nil : classes.texts[Int($0)] } }
    }

    /// The same as codes into the texts that come, by their first rows; −1 where missing. Made without a text for each row.
    package func classCodes() -> (codes: [Int32], texts: [String])? {
        switch values {
        case .category(let codes, let categories): return coded(codes) { categories[Int($0)] }
        case .boolean(let all): return coded(all) { $0 ? "true" : "false" }
        case .integer(let all): return coded(all) { String($0) }
        case .double(let all):
            // Whole numbers with gaps often arrive as floating point.
            guard all.allSatisfy({ Int64(exactly: $0) != nil }) else { return nil }
            return coded(all.map { Int64($0) }) { String($0) }
        case .timestamp: return nil
        }
    }

    private func coded<Value: Hashable>(_ all: [Value], _ text: (Value) -> String) -> (codes: [Int32], texts: [String]) {
        var places: [Value: Int32] = [:]
        var texts: [String] = []
        var last: (value: Value, code: Int32)?
        // Two neighbours are often alike, and of two classes one of the two is.
        var other: (value: Value, code: Int32)?
        var codes = [Int32](repeating: -1, count: all.count)
        for row in all.indices where !isMissing(row) {
            let value = all[row]
            if let last, last.value == value {
                codes[row] = last.code
                continue
            }
            if let other, other.value == value {
                codes[row] = other.code
            } else if let known = places[value] {
                codes[row] = known
            } else {
                codes[row] = Int32(texts.count)
                places[value] = codes[row]
                texts.append(text(value))
            }
            (other, last) = (last, (value, codes[row]))
        }
        return (codes, texts)
    }
}
