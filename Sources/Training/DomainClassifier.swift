public import Frames
public import Metrics
import Models

/// Can a classifier tell the rows of one table from those of another? An area under its ROC curve near one half says that it cannot, whatever no column shows by itself (Lopez-Paz and Oquab 2017).
public enum DomainClassifier {
    /// The area with DeLong's bounds: two halves of the rows, each scored by small boosted trees that were trained on the other. Bounds take the trained trees as given. It does not depend on the order of the
    /// rows (`DomainRows`), and numbers count by their ranks, so that none is beyond the single precision of trees.
    ///
    /// - Parameters:
    ///   - weights: how much each table's rows count, in training and in the area; rows without weight do nowhere. Nil: all alike.
    ///   - columns: those that are read; both tables have them.
    ///   - limit: at most so many rows of each table are used, evenly over them.
    /// Throws `FrameError`, `TrainingError` for a column that cannot be learned from.
    public static func area(
        reference: Frame, current: Frame, weights given: (reference: [Double], current: [Double])? = nil, columns: [String], limit: Int = 20_000,
        threads: Int = 1
    ) throws -> Estimate {
        var pairs: [(Column, Column)] = []
        for name in columns { pairs.append((try reference.column(name), try current.column(name))) }
        let rows = DomainRows(pairs, rows: (reference.rowCount, current.rowCount), weights: given, limit: limit)
        let (old, new) = (rows.reference, rows.current)
        guard old.count >= 20, new.count >= 20 else { return .undefined("a table has fewer than 20 rows", n: old.count + new.count) }
        let joined = pairs.map { $0.selecting(rows: old).ranked(with: $1.selecting(rows: new)) }
        let label = Self.freeName(columns)
        let isNew = Column(label, booleans: Array(repeating: false, count: old.count) + Array(repeating: true, count: new.count))
        let frame = try Frame(joined + [isNew])
        var settings = TrainingSettings()
        settings.rounds = 40
        settings.maxDepth = 4
        settings.learningRate = 0.2
        settings.seed = 0
        // Each table counts as its rows do, whatever its weights sum to.
        func even(_ weights: [Double], _ rows: [Int]) -> [Double] {
            let own = rows.map { weights[$0] }
            let mean = own.reduce(0, +) / Double(own.count)
            return own.map { $0 / mean }
        }
        let weights = given.map { even($0.reference, old) + even($0.current, new) }
        var scores = [Double](repeating: 0, count: frame.rowCount)
        for half in [false, true] {
            let train = (0..<frame.rowCount).filter { rows.half[$0] != half }
            let test = (0..<frame.rowCount).filter { rows.half[$0] == half }
            let model = try TrainingPlan(label: label, features: columns, estimator: .xgboost(settings))
                .fit(frame.selecting(rows: train), weights: weights.map { all in train.map { all[$0] } }, threads: threads)
            for (row, score) in zip(test, try model.predict(frame.selecting(rows: test), threads: threads)) { scores[row] = score }
        }
        let scored = try ScoredRows(scores: scores, labels: (0..<frame.rowCount).map { $0 >= old.count }, weights: weights, threshold: 0.5)
        return PerformanceReport(scored).rocAUC
    }

    private static func freeName(_ columns: [String]) -> String {
        var name = "domain"
        while columns.contains(name) { name += "_" }
        return name
    }
}

extension Column {
    /// This column's rows, then the other's: numbers by their ranks in both together, what is not finite as missing. Columns of unlike kinds are joined as numbers, or as what there is where one of them is
    /// all missing.
    fileprivate func ranked(with other: Column) -> Column {
        let validity = (validity ?? Array(repeating: true, count: count)) + (other.validity ?? Array(repeating: true, count: other.count))
        switch (values, other.values) {
        case (.category(let first, let names), .category(let second, let others)):
            let shift = Int32(names.count)
            return Column(name, .category(codes: first + second.map { $0 + shift }, categories: names + others), validity: validity)
        case (.boolean(let first), .boolean(let second)): return Column(name, .boolean(first + second), validity: validity)
        case (.integer(let first), .integer(let second)), (.timestamp(let first), .timestamp(let second)):
            return Column(name, .double(Self.ranks(first + second)), validity: validity)
        default: return Column(name, .double(Self.ranks(comparableNumbers + other.comparableNumbers)), validity: validity)
        }
    }

    /// Each number's place among the different ones; NaN for what is not finite.
    private static func ranks<Number: Comparable>(_ values: [Number], isFinite: (Number) -> Bool = { _ in true }) -> [Double] {
        var different: [Number] = []
        for value in values.filter(isFinite).sorted() where value != different.last { different.append(value) }
        return values.map { value in
            guard isFinite(value) else { return .nan }
            var (low, high) = (0, different.count)
            while low < high {
                let middle = (low + high) / 2
                if different[middle] < value { low = middle + 1 } else { high = middle }
            }
            return Double(low)
        }
    }

    private static func ranks(_ values: [Double]) -> [Double] { ranks(values, isFinite: \.isFinite) }
}

extension Column {
    /// As numbers, of any kind; NaN for texts.
    var comparableNumbers: [Double] {
        switch values {
        case .double(let all): all
        case .integer(let all), .timestamp(let all): all.map { Double($0) }
        case .boolean(let all): all.map { $0 ? 1 : 0 }
        case .category(let codes, _): codes.map { _ in .nan }
        }
    }
}
