internal import Basics
internal import Frames
internal import Models

/// Which column of an ONNX model's chances is of which class. Where two things may be meant, it is asked for: scores of the wrong class look like scores.
struct ReadyClasses {
    /// Of the training rows; of two, `[negative, positive]`.
    let classes: [String]
    /// What the spec says the columns are, in order.
    let declared: [String]?

    init(_ classes: [String], declared: JSONValue?) {
        self.classes = classes
        self.declared = declared?.arrayValue.map { $0.map { $0.stringValue ?? $0.canonicalText } }
    }

    private static func unfit(_ reason: String) -> ModelError { ModelError(.unsupportedModel, operation: "take the model", message: reason) }

    private static func listed(_ names: [String]) -> String { names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "") }

    /// Neither a number nor a truth value, which stand for classes of any name.
    private static func isWord(_ name: String) -> Bool { Double(name)?.isFinite != true && !["false", "true"].contains(name.lowercased()) }

    /// Each class's column, as `classes` of the spec says. Nil if it says nothing.
    ///
    /// - Parameter names: what the model calls its columns.
    private func declaredPlaces(among names: [String]) throws(ModelError) -> [Int]? {
        guard let declared else { return nil }
        guard Set(declared) == Set(classes), declared.count == classes.count else {
            throw Self.unfit("'classes' names \(Self.listed(declared)), and the training rows have \(Self.listed(classes))")
        }
        guard declared.count == names.count else {
            throw Self.unfit("'classes' names \(declared.count) columns, and its prediction has \(names.count)")
        }
        if Set(names) == Set(declared), names != declared, names.allSatisfy(Self.isWord) {
            throw Self.unfit("'classes' calls its columns \(Self.listed(declared)), and its file \(Self.listed(names))")
        }
        return classes.map { declared.firstIndex(of: $0) ?? 0 }
    }

    /// Which column is each class's. Maps and files name their classes, in whatever Unicode form; columns without names are whole numbers in their order. Whoever counts
    /// texts may have had any order in mind.
    func places(among names: [String]) throws(ModelError) -> [Int] {
        if let places = try declaredPlaces(among: names) { return places }
        if Set(names) == Set(classes) { return classes.map { name in names.firstIndex(of: name) ?? 0 } }
        let isCounted = names == names.indices.map { String($0) }
        guard isCounted, classes.allSatisfy({ Int64($0) != nil }) else {
            let areNumbers = names.count == classes.count && names.allSatisfy { Int64($0) != nil } && classes.allSatisfy { Int64($0) == nil }
            throw Self.unfit(
                areNumbers
                    ? "it calls its columns \(Self.listed(names)), and the training rows' classes are \(Self.listed(classes)): 'classes' says which column is of which, in order, such as classes: [\(Self.listed(classes))]"
                    : "its prediction is of the classes \(Self.listed(names)), and the training rows have \(Self.listed(classes))")
        }
        let ordered = classes.indices.sorted { Int64(classes[$0]) ?? 0 < Int64(classes[$1]) ?? 0 }
        return classes.indices.map { ordered.firstIndex(of: $0) ?? 0 }
    }

    /// In the order of the outputs of trees, which have no names: as the spec says, or as programs are told, in that of `classes`.
    func ofTrees(_ task: ModelTask) throws(ModelError) -> [String] {
        guard let declared, task == .multiclass || task == .binary else { return classes }
        if task == .binary {
            guard declared == classes else {
                throw Self.unfit(
                    "trees give the chance of the positive class '\(classes[1])', the last of two: classes: [\(classes.joined(separator: ", "))]")
            }
            return classes
        }
        _ = try declaredPlaces(among: classes.indices.map { String($0) })
        return declared
    }

    /// Which of two columns of chances is of the positive class.
    ///
    /// A model that was fitted to the table's classes calls them by name. One that was fitted to 0 and 1 may count the classes in their order, or have been told
    /// which is positive, as programs are: only where that comes last do both mean the second column. Where the table's own classes are 0 and 1 and 0 is positive, a name
    /// tells nothing either: 1 may be the class, or that it is the positive one.
    func positiveColumn(_ predictor: ONNXPredictor, _ rows: (tried: Frame, all: Frame)) throws(ModelError) -> Int {
        var names = try predictor.classNames(rows.tried)
        if names.count < 2, rows.tried.rowCount < rows.all.rowCount { names = try predictor.classNames(rows.all) }
        if let places = try declaredPlaces(among: names.count == 2 ? names : predictor.columnNames) { return places[1] }
        let isAsked = "'outputColumn' says which column is of '\(classes[1])' (0: the first)"
        if Set(names) == Set(classes) {
            guard names.contains(where: Self.isWord) || !["0", "false"].contains(classes[1].lowercased()) else {
                throw Self.unfit(
                    "the positive class is '\(classes[1])', and its class '\(classes[0])' may be that one or stand for what is positive: \(isAsked)")
            }
            return names.firstIndex(of: classes[1]) ?? 1
        }
        let isLast = classes[0].utf8.lexicographicallyPrecedes(classes[1].utf8)
        if names.contains(where: Self.isWord) {
            // Rows that are all of one class to the model do not show what it calls the other.
            if Set(names).isSubset(of: classes) { return isLast ? 1 : 0 }
            throw Self.unfit(
                "its prediction is of the classes \(Self.listed(names)), and the training rows have \(classes.joined(separator: ", ")): \(isAsked)")
        }
        let numbers = classes.compactMap { Int64($0) }
        guard isLast, numbers.count < 2 || numbers[0] < numbers[1] else {
            throw Self.unfit(
                "which of its two columns is of the positive class '\(classes[1])' is not clear, for \(names.isEmpty ? "it names no classes" : "it calls classes \(names.joined(separator: " and "))"): 'outputColumn' says which (0: the first)"
            )
        }
        return Self.later(of: names)
    }

    /// The greater of two numbers, true rather than false; the second where there are no two.
    private static func later(of names: [String]) -> Int {
        guard names.count == 2 else { return 1 }
        if let first = Double(names[0]), let second = Double(names[1]) { return first > second ? 0 : 1 }
        return names[0].lowercased() == "true" ? 0 : 1
    }
}
