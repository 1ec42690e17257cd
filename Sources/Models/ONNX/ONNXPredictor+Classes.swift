public import Frames

extension ONNXPredictor {
    /// A classifier says its choice beside the probabilities: whole numbers or texts, one a row.
    static func labels(_ model: ONNXModel) -> [ONNXPort] { model.outputs.filter(\.isChoice) }

    /// What the columns of the output are called: a map's keys, or as the file says, or else their places.
    static func names(_ model: ONNXModel, _ seen: ONNXNumbers, output: String) -> [String] {
        guard !isMaps(model, output), case .named(let names)? = model.classes, names.count == seen.names.count else { return seen.names }
        return names
    }

    private static func isMaps(_ model: ONNXModel, _ output: String) -> Bool { model.outputs.contains { $0.name == output && $0.kind == .sequence } }

    /// Whether the file says what the columns' classes are called, if only by their places.
    static func tells(_ model: ONNXModel, _ width: Int, output: String) -> Bool {
        if isMaps(model, output) { return true }
        switch model.classes {
        case .named(let names)?: return names.count == width
        case .counted?: return true
        case nil: return false
        }
    }

    /// The column of the class `positive`.
    ///
    /// Throws `unclearClass` if the file names no classes, or not this one.
    static func column(of positive: String, _ model: ONNXModel, _ names: [String], output: String) throws(ModelError) -> Int {
        guard tells(model, names.count, output: output) else {
            throw unclear("its file does not say which columns of '\(output)' are of which classes, so none is known to be of '\(positive)'")
        }
        guard let place = names.firstIndex(of: positive) else {
            throw unclear("its classes are \(names.prefix(10).map { "'\($0)'" }.joined(separator: ", ")), and none is '\(positive)'")
        }
        return place
    }

    /// Of two classes the one that is positive by what it is called: 1 beside 0 or −1, true beside false. Nil for any others.
    static func positive(of names: [String]) -> Int? {
        for pair in [["0", "1"], ["-1", "1"], ["false", "true"]] where names.map({ $0.lowercased() }).sorted() == pair {
            return names.firstIndex { $0.lowercased() == pair[1] }
        }
        return nil
    }

    static func unclear(_ reason: String) -> ModelError { ModelError(.unclearClass, operation: "apply the model", message: reason) }

    /// Throws `unclearClass` where the prediction is one of a classifier's two columns, and nothing says of which class.
    public func checkClass() throws(ModelError) {
        guard !isClear else { return }
        throw Self.unclear(Self.question(columnNames, isTold: Self.tells(model, outputWidth, output: output)))
    }

    private static func question(_ names: [String], isTold: Bool) -> String {
        let classes =
            isTold
            ? "it gives chances of the classes \(names.map { "'\($0)'" }.joined(separator: " and "))" : "its file names no classes of its two columns"
        return "\(classes), and which is the positive one is not said"
    }

    /// The same of a file, before any table is there; nil also where only its application shows that it has two columns.
    public static func unclearClass(_ model: ONNXModel, _ options: Options) -> ModelError? {
        guard options.outputColumn == nil, options.output == nil, case .named(let names)? = model.classes, names.count == 2 else { return nil }
        if let positive = options.positive {
            return names.contains(positive) ? nil : unclear("its classes are '\(names[0])' and '\(names[1])', and none is '\(positive)'")
        }
        return self.positive(of: names) == nil ? unclear(question(names, isTold: true)) : nil
    }

    /// What the model itself calls its classes, column by column; or else, where the file does not tell, what its choices for the rows of a table are called, texts in the
    /// order of their bytes and whole numbers in theirs, as trainers order the columns. None where it makes no choice, or several.
    public func classNames(_ frame: Frame) throws(ModelError) -> [String] {
        if Self.tells(model, outputWidth, output: output), model.classes != .counted { return columnNames }
        let labels = Self.labels(model)
        guard labels.count == 1 else { return [] }
        let found = Set(try texts(frame, output: labels[0].name).map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
            .map { String(decoding: $0, as: UTF8.self) }
        guard case .tensor(.int64, _) = labels[0].kind else { return found }
        return found.sorted { Int64($0) ?? 0 < Int64($1) ?? 0 }
    }
}

extension ONNXPort {
    /// Whether it may be a classifier's choice.
    var isChoice: Bool {
        if case .tensor(let element, let shape) = kind { [.int64, .string].contains(element) && shape.count < 2 } else { false }
    }
}
