public import Frames

extension ONNXExport {
    /// The columns that the file reads beside those that the model itself does: attributes by whose groups something is done.
    public var attributeColumns: [String] {
        var names: [String] = []
        for group in attributes where !artifact.header.input.names.contains(group.column) && !names.contains(group.column) {
            names.append(group.column)
        }
        return names
    }

    /// The largest distance, over all rows of `frame`, of ONNX Runtime's prediction from ours, in units of max(1, |ours|).
    ///
    /// - Parameters:
    ///   - given: our predictions, rows × outputs; nil only for a single model without calibration and repair, whose own are then taken.
    ///   - draws: one a row, where chance decides.
    ///
    /// Throws what either throws, and `unsupportedModel` for a table with a text that stands for a missing one in the file.
    public func largestDifference(_ frame: Frame, ours given: [Double]? = nil, draws: [Double]? = nil, threads: Int = 1) throws(ModelError) -> Double
    {
        precondition(given != nil || isPlain, "only a model by itself knows its predictions")
        guard frame.rowCount > 0 else { return 0 }
        let table = try table(frame, draws: draws)
        let ours: [Double]
        if let given { ours = given } else { ours = try artifact.predict(frame, threads: threads) }
        let options = ONNXPredictor.Options(output: output, scale: .raw)
        let theirs = try ONNXPredictor(ONNXModel(bytes: bytes), frames: [table], options: options).predict(table, threads: threads)
        guard theirs.count == ours.count else {
            throw ModelError(.unsupportedOutput, operation: "check the export", message: "it gave no prediction for each row")
        }
        var largest = 0.0
        for (own, other) in zip(ours, theirs) {
            let difference = abs(own - other) / max(1, abs(own))
            largest = difference.isNaN ? .infinity : max(largest, difference)
        }
        return largest
    }

    /// What ONNX Runtime decides of each row. Throws as above.
    public func decisions(_ frame: Frame, draws: [Double]? = nil, threads: Int = 1) throws(ModelError) -> [Bool] {
        guard let decision else { throw Self.unsupported("it has no decision") }
        guard frame.rowCount > 0 else { return [] }
        let table = try table(frame, draws: draws)
        let options = ONNXPredictor.Options(output: decision, scale: .raw)
        return try ONNXPredictor(ONNXModel(bytes: bytes), frames: [table], options: options).predict(table, threads: threads).map { $0 != 0 }
    }

    /// The class that ONNX Runtime decides for each row. Throws as above.
    public func decidedClasses(_ frame: Frame, threads: Int = 1) throws(ModelError) -> [String] {
        guard let decision, artifact.header.task == .multiclass else { throw Self.unsupported("it decides for no class") }
        guard frame.rowCount > 0 else { return [] }
        let table = try table(frame, draws: nil)
        return try ONNXPredictor(ONNXModel(bytes: bytes), frames: [table], options: .init(output: output, scale: .raw)).texts(table, output: decision)
    }

    /// `frame` with the columns that only the file reads, as it reads them.
    private func table(_ frame: Frame, draws: [Double]?) throws(ModelError) -> Frame {
        let names = artifact.header.input.names + attributes.filter { $0.intervals == nil }.map(\.column)
        for name in names {
            let column = try frame.feature(name)
            if case .category(let codes, let categories) = column.values, let same = categories.firstIndex(of: sign) {
                guard !codes.indices.contains(where: { !column.isMissing($0) && Int(codes[$0]) == same }) else {
                    let text = sign.isEmpty ? "an empty text" : "the text '\(sign)'"
                    throw Self.unsupported("column '\(name)' of the table has \(text), which stands for a missing value in ONNX")
                }
            }
        }
        var columns = frame.columns
        for group in attributes where group.intervals == nil && !artifact.header.input.names.contains(group.column) {
            for index in columns.indices where columns[index].name == group.column { columns[index] = columns[index].asNames }
        }
        if let draw {
            guard let draws else { throw Self.unsupported("chance decides, and no draws are given") }
            columns = columns.filter { $0.name != draw } + [Column(draw, .double(draws))]
        }
        do { return try Frame(columns) } catch { throw Self.unsupported(error.message) }
    }
}

extension Column {
    /// Truth values and whole numbers as groups are called by them.
    fileprivate var asNames: Column {
        switch values {
        case .boolean(let all): Column(name, texts: all.indices.map { isMissing($0) ? nil : String(all[$0]) })
        case .integer(let all): Column(name, texts: all.indices.map { isMissing($0) ? nil : String(all[$0]) })
        case .category, .double, .timestamp: self
        }
    }
}

extension ModelHeader {
    /// What stands for a missing text in ONNX: the empty one, or where that is a category one that none is.
    func missingText(beside names: [String]) -> String {
        var taken = Set(names)
        for feature in input.features + features.features { if case .category(let texts) = feature.type { taken.formUnion(texts) } }
        for transform in preprocessing {
            switch transform.operation {
            case .fillText(let fill, _): taken.insert(fill)
            case .oneHot(let categories, _, _), .lookUp(_, let categories, _, _, _, _, _): taken.formUnion(categories)
            case .fillNumber, .scale, .bin, .dateParts, .hashText: break
            }
        }
        var number = 0
        while taken.contains(MissingText.text(number)) { number += 1 }
        return MissingText.text(number)
    }
}

/// Texts that may stand for a missing one: the empty one, `(missing)`, `(missing 2)`…
enum MissingText {
    static func text(_ number: Int) -> String { number == 0 ? "" : number == 1 ? "(missing)" : "(missing \(number))" }

    static func isOne(_ text: String) -> Bool {
        if text == Self.text(0) || text == Self.text(1) { return true }
        guard text.hasPrefix("(missing "), text.hasSuffix(")") else { return false }
        return Int(text.dropFirst("(missing ".count).dropLast()).map { Self.text($0) == text } ?? false
    }
}
