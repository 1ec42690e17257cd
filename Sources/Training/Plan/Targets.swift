internal import Basics
public import Frames
internal import Models

/// A task's labels as numbers: 0 and 1, a class's place, or the number itself.
public struct Targets: Hashable, Sendable {
    public let values: [Double]
    /// The classes of several, or `[negative, positive]`, by which class weights are looked up; empty for numbers.
    public let classes: [String]
}

extension TrainingPlan {
    /// The labels of `frame`'s rows.
    ///
    /// - Parameter classes: of a fitted model of several classes; nil when training, where the classes are those that the rows have.
    ///
    /// Throws `missingColumn`, `wrongType`, `missingLabels`, `infiniteValue`, or `classes`: a constant label in training, a class that the model does not
    /// know, a count below zero.
    public func targets(_ frame: Frame, classes: [String]? = nil, isTraining: Bool = true) throws(TrainingError) -> Targets {
        switch task {
        case .binary:
            let labels = try BinaryLabel(column: label, positive: positive).resolve(frame, requiringTwoClasses: isTraining)
            let known = frame[label]?.classCodes() ?? ([], [])
            let positive = zip(labels, known.codes).first { $0.0 }?.1
            return Targets(
                values: labels.map { $0 ? 1 : 0 },
                classes: [
                    known.texts.enumerated().first { Int32($0.offset) != positive }?.element ?? "", positive.map { known.texts[Int($0)] } ?? "",
                ])
        case .multiclass: return try classTargets(frame, classes)
        case .regression, .count, .quantile: return Targets(values: try numbers(frame, isTraining: isTraining), classes: [])
        }
    }

    /// Each row's class, whether a model knows it or not. Throws `missingColumn`, `wrongType` or `missingLabels`.
    public func classLabels(_ frame: Frame) throws(TrainingError) -> [String] {
        guard let column = frame[label] else {
            throw TrainingError(.missingColumn, column: label, message: "the data have no label column '\(label)'")
        }
        guard let texts = column.classTexts() else {
            throw TrainingError(.wrongType, column: label, message: "label '\(label)' must hold categories, truth values or whole numbers")
        }
        if let row = texts.firstIndex(of: nil) { throw missing(row) }
        return texts.compactMap(\.self)
    }

    private func classTargets(_ frame: Frame, _ known: [String]?) throws(TrainingError) -> Targets {
        let texts = try classLabels(frame)
        let found = Set(texts.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
        try checkUnicodeForms(found.map { String(decoding: $0, as: UTF8.self) }, of: label)
        let classes = known ?? found.map { String(decoding: $0, as: UTF8.self) }
        guard classes.count > 1 else {
            throw TrainingError(.classes, column: label, message: "label '\(label)' has one class only, so there is nothing to learn")
        }
        guard classes.count <= 1000 else {
            throw TrainingError(.classes, column: label, message: "label '\(label)' has \(classes.count) classes; more than 1000 look like numbers")
        }
        let places = Dictionary(classes.enumerated().map { (Array($1.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        if let absent = found.first(where: { places[$0] == nil }) {
            throw TrainingError(
                .classes, column: label,
                message:
                    "label '\(label)' has the class '\(String(decoding: absent, as: UTF8.self))', which no training row has, so it cannot be learnt")
        }
        return Targets(values: texts.map { Double(places[Array($0.utf8)] ?? 0) }, classes: classes)
    }

    private func numbers(_ frame: Frame, isTraining: Bool) throws(TrainingError) -> [Double] {
        guard let column = frame[label] else {
            throw TrainingError(.missingColumn, column: label, message: "the data have no label column '\(label)'")
        }
        let values: [Double]
        switch column.values {
        case .integer(let all): values = all.map { Double($0) }
        case .double(let all): values = all
        default: throw TrainingError(.wrongType, column: label, message: "label '\(label)' must hold numbers for the task \(task.rawValue)")
        }
        if let row = values.indices.first(where: { column.isMissing($0) || values[$0].isNaN }) { throw missing(row) }
        if let row = values.firstIndex(where: { !$0.isFinite || abs($0) > Double(Float.greatestFiniteMagnitude) }) {
            throw TrainingError(.infiniteValue, column: label, message: "label '\(label)' is infinite or beyond ±3.4e38 in row \(row + 1)")
        }
        if task == .count, let row = values.firstIndex(where: { $0 < 0 }) {
            throw TrainingError(.classes, column: label, message: "label '\(label)' is below zero in row \(row + 1), and counts are not")
        }
        if isTraining, let first = values.first, values.allSatisfy({ $0 == first }) {
            throw TrainingError(
                .classes, column: label,
                message:
                    "label '\(label)' is \(column.values.isWhole ? String(Int64(first)) : "\(first)") in every training row, so there is nothing to learn"
            )
        }
        return values
    }

    private func missing(_ row: Int) -> TrainingError {
        TrainingError(.missingLabels, column: label, message: "label '\(label)' is missing in row \(row + 1) (not counting a header)")
    }

    /// What stands against the weights of these training rows: the column's first, then those of classes. Throws what `fit` would.
    public func checkWeights(_ frame: Frame, ofClasses: Bool) throws(TrainingError) {
        var plan = self
        if !ofClasses { plan.classWeights = nil }
        _ = try plan.rowWeights(frame, try targets(frame))
    }

    /// Weights of rows that are only measured. Throws as `rowWeights`; nothing can be measured on rows that all weigh zero.
    ///
    /// - Parameter rows: their places in the file.
    public func checkTestWeights(_ frame: Frame, rows: [Int]) throws(TrainingError) {
        guard let name = weights, let column = frame[name], frame.rowCount > 0 else { return }
        let own: [Double]
        switch column.values {
        case .integer(let all): own = all.map { Double($0) }
        case .double(let all): own = all
        default: return
        }
        if let row = own.indices.first(where: { column.isMissing($0) || !(0...Double(Float.greatestFiniteMagnitude)).contains(own[$0]) }) {
            throw TrainingError(
                .invalidSetting, column: name,
                message: "weight '\(name)' is missing, below zero or beyond 3.4e38 in row \(rows[row] + 1) (not counting a header), a test row")
        }
        guard own.contains(where: { $0 > 0 }) else {
            throw TrainingError(
                .invalidSetting, column: name, message: "every test row has a weight '\(name)' of zero, so nothing can be measured on them")
        }
    }

    /// Each row's weight: the weight column's, times its class's; nil if all count alike.
    ///
    /// Throws `missingColumn`, `wrongType`, or `invalidSetting` for a weight that is missing, below zero or not finite, or for weights that are all zero.
    func rowWeights(_ frame: Frame, _ targets: Targets) throws(TrainingError) -> [Double]? {
        guard weights != nil || classWeights != nil else { return nil }
        var result = [Double](repeating: 1, count: frame.rowCount)
        if let name = weights {
            guard let column = frame[name] else {
                throw TrainingError(.missingColumn, column: name, message: "the data have no weight column '\(name)'")
            }
            let own: [Double]
            switch column.values {
            case .integer(let all): own = all.map { Double($0) }
            case .double(let all): own = all
            default: throw TrainingError(.wrongType, column: name, message: "weight column '\(name)' must hold numbers")
            }
            let largest = Double(Float.greatestFiniteMagnitude)
            if let row = own.indices.first(where: { column.isMissing($0) || !(0...largest).contains(own[$0]) }) {
                throw TrainingError(
                    .invalidSetting, column: name, row: row, message: "weight '\(name)' is missing, below zero or beyond 3.4e38 in {row}")
            }
            for row in own.indices { result[row] *= own[row] }
        }
        if let classWeights {
            let factors = try factors(classWeights, targets)
            for row in result.indices { result[row] *= factors[Int(targets.values[row])] }
        }
        guard result.contains(where: { $0 > 0 }) else { throw TrainingError(.invalidSetting, message: "every row's weight is zero") }
        // A class of no weight is one that training does not see.
        let weighed = Set(result.indices.lazy.filter { result[$0] > 0 }.map { targets.values[$0] })
        for (place, name) in targets.classes.enumerated() where !weighed.contains(Double(place)) {
            throw TrainingError(.classes, column: label, message: "every training row of class '\(name)' of '\(label)' has a weight of zero")
        }
        return result
    }

    private func factors(_ classWeights: ClassWeights, _ targets: Targets) throws(TrainingError) -> [Double] {
        guard !targets.classes.isEmpty else {
            throw TrainingError(.invalidSetting, message: "class weights need classes, and the task \(task.rawValue) has none")
        }
        switch classWeights {
        case .balanced:
            var counts = [Double](repeating: 0, count: targets.classes.count)
            for value in targets.values { counts[Int(value)] += 1 }
            return counts.map { Double(targets.values.count) / (Double(counts.count) * max($0, 1)) }
        case .given(let weights):
            if let unknown = weights.keys.sorted().first(where: { !targets.classes.contains($0) }) {
                throw TrainingError(
                    .classes, column: label, message: "there is a weight for the class '\(unknown)', and label '\(label)' has no such class")
            }
            return targets.classes.map { weights[$0] ?? 1 }
        }
    }
}

extension Column.Values {
    fileprivate var isWhole: Bool { if case .integer = self { true } else { false } }
}
