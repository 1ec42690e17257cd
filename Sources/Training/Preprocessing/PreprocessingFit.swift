internal import Basics
internal import Frames
internal import Models

/// Fits declared steps on training rows, one after another: each sees what the ones before it made.
struct PreprocessingFit {
    /// For each training row a number for each output: the label, or 1 for its class and 0 for the others.
    let targets: [[Double]]
    /// The names of several classes; empty for one output.
    let classes: [String]
    let seed: UInt64
    private let folds: EncodingFolds
    private(set) var transforms: [FittedTransform] = []
    private(set) var table: WorkingTable
    /// Columns of which a training row's text is in a transform.
    private var keepsText: Set<String> = []

    init(
        _ frame: Frame, schema: FeatureSchema, targets: [[Double]], classes: [String], folds: EncodingFolds, seed: Int, threads: Int
    ) throws(TrainingError) {
        do throws(ModelError) { table = try WorkingTable(frame, schema: schema, threads: threads) } catch { throw TrainingError(error) }
        // Beyond 32-bit range no learner could tell numbers apart, and sums of them would overflow.
        for column in table.columns where !column.areSingles {
            guard case .number(let all) = column.values,
                let row = all.firstIndex(where: { abs($0) > Double(Float.greatestFiniteMagnitude) })
            else { continue }
            throw TrainingError(
                .infiniteValue, column: column.name, message: "feature '\(column.name)' is infinite or beyond ±3.4e38 in training row \(row + 1)")
        }
        self.targets = targets
        self.classes = classes
        self.folds = folds
        self.seed = UInt64(seed)
    }

    mutating func fit(_ step: PreprocessingStep) throws(TrainingError) {
        for name in step.columns {
            guard let column = table[name] else {
                let known = table.columns.map(\.name).prefix(20).joined(separator: ", ")
                throw TrainingError(.missingColumn, column: name, message: "preprocessing names '\(name)', and there are \(known)")
            }
            try fit(step.operation, column)
        }
    }

    private mutating func fit(_ operation: PreprocessingStep.Operation, _ column: WorkingTable.Column) throws(TrainingError) {
        let name = column.name
        let fitted: FittedTransform.Operation
        switch (operation, column.values) {
        case (.impute(let strategy, let indicator), .number(let all)), (.impute(let strategy, let indicator), .boolean(let all)):
            fitted = .fillNumber(try fill(strategy, all, name), indicator: indicator)
        case (.impute(let strategy, let indicator), .text(let codes, let categories)):
            fitted = .fillText(try fill(strategy, codes, categories, name), indicator: indicator)
            if case .mostFrequent = strategy { keepsText.insert(name) }
        case (.oneHot(let minimum, let unseen), .text(let codes, let categories)):
            let counts = Self.counts(codes, categories.count)
            let kept = categories.indices.filter { counts[$0] >= max(minimum, 1) }
            guard !kept.isEmpty || minimum > 1 else {
                throw TrainingError(
                    .features, column: name, message: "'\(name)' has no value in any training row, so oneHot would make no column of it; leave it out"
                )
            }
            fitted = .oneHot(categories: kept.map { categories[$0] }, other: minimum > 1, unseen: unseen)
        case (.targetEncode(let smoothing, let folds, let unseen, let minimum), .text(let codes, let categories)):
            guard smoothing >= 0, smoothing.isFinite else { throw TrainingError(.invalidSetting, message: "smoothing must be 0 or more") }
            let targets = targets
            let names = classes.isEmpty ? ["\(name):target"] : classes.map { "\(name):target=\($0)" }
            try encode(column, codes, categories, names, folds, (unseen, minimum)) { rows in
                Self.means(rows, codes, categories.count, targets: targets, smoothing: smoothing)
            }
            return
        case (.frequencyEncode(let folds, let unseen, let minimum), .text(let codes, let categories)):
            try encode(column, codes, categories, ["\(name):frequency"], folds, (unseen, minimum)) { rows in
                let counts = Self.counts(rows.map { codes[$0] }, categories.count)
                return (counts.map { [Double($0) / Double(rows.count)] }, [0])
            }
            return
        case (.scale(let method), .number(let all)), (.scale(let method), .boolean(let all)):
            let (center, scale) = Self.scaling(method, all.filter { !$0.isNaN })
            fitted = .scale(center: center, scale: scale > 0 && scale.isFinite ? scale : 1)
        case (.bin(let method, let count), .number(let all)):
            fitted = .bin(edges: try Self.edges(method, all.filter { !$0.isNaN }, count, name))
        case (.dateParts(let parts), .time): fitted = .dateParts(parts)
        case (.hashText(let buckets), .text):
            guard !keepsText.contains(name) else {
                throw TrainingError(
                    .invalidSetting, column: name,
                    message: "the most frequent text of '\(name)' would be kept in the model, and hashText keeps none: impute a constant")
            }
            fitted = .hashText(buckets: buckets)
        default:
            throw TrainingError(
                .wrongType, column: name, message: "column '\(name)' is \(Self.described(column.values)), which this preprocessing does not take")
        }
        let made =
            switch fitted {
            case .oneHot(let categories, _, _): categories.count
            case .hashText(let buckets): buckets
            default: 1
            }
        // 16 GB of numbers, several times over: the system would kill the process, and say nothing.
        guard made * table.rowCount <= 1 << 31 else {
            throw TrainingError(
                .invalidSetting, column: name,
                message:
                    "\(made) columns of \(table.rowCount) rows are too many to be made of '\(name)': take fewer buckets, a larger minimumRows, or targetEncode"
            )
        }
        let transform = FittedTransform(column: name, fitted)
        do throws(ModelError) { try transform.apply(to: &table) } catch { throw TrainingError(error) }
        transforms.append(transform)
        try checkNames()
    }

    private static func described(_ values: WorkingTable.Values) -> String {
        switch values {
        case .number: "a number"
        case .boolean: "a truth value"
        case .text: "a category"
        case .time: "a timestamp"
        }
    }

    private func checkNames() throws(TrainingError) {
        var seen: Set<String> = []
        if let twice = table.columns.first(where: { !seen.insert($0.name).inserted }) {
            throw TrainingError(.features, column: twice.name, message: "preprocessing makes two columns named '\(twice.name)'")
        }
    }

    /// Fits on all rows what prediction uses, and gives the training rows what is fitted on the other folds.
    private mutating func encode(
        _ column: WorkingTable.Column, _ codes: [Int32], _ categories: [String], _ names: [String], _ folds: Int,
        _ fate: (unseen: FittedTransform.Unseen, minimumRows: Int), _ fit: ([Int]) -> (byCategory: [[Double]], neutral: [Double])
    ) throws(TrainingError) {
        let rows = Array(codes.indices)
        try self.folds.check(folds, rows: rows.count)
        let whole = fit(rows)
        let all = Self.counts(codes, categories.count)
        let kept = categories.indices.filter { fate.minimumRows <= 1 || all[$0] >= fate.minimumRows }
        transforms.append(
            FittedTransform(
                column: column.name,
                .lookUp(
                    names: names, categories: kept.map { categories[$0] }, values: kept.map { whole.byCategory[$0] }, neutral: whole.neutral,
                    missing: whole.neutral, unseen: fate.unseen == .missing ? .neutral : fate.unseen, other: fate.minimumRows > 1)))
        var random = SeededRandom(seed: seed, stream: UInt64(transforms.count))
        var encoded = [[Double]](repeating: [Double](repeating: 0, count: rows.count), count: names.count)
        // Rare among all rows, as the model sees it.
        let isRare = categories.indices.map { all[$0] < fate.minimumRows }
        for fold in try self.folds.folds(folds, rows: rows.count, &random) {
            let part = fit(fold.train)
            let counts = Self.counts(fold.train.map { codes[$0] }, categories.count)
            for row in fold.held {
                let code = Int(codes[row])
                let values = code < 0 || counts[code] == 0 || isRare[code] ? part.neutral : part.byCategory[code]
                for output in names.indices { encoded[output][row] = values[output] }
            }
        }
        table.replace(column.name, by: zip(names, encoded).map { WorkingTable.Column($0, origin: column.origin, .number($1)) })
        try checkNames()
    }

    private static func counts(_ codes: [Int32], _ count: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: count)
        for code in codes where code >= 0 { counts[Int(code)] += 1 }
        return counts
    }

    private static func means(_ rows: [Int], _ codes: [Int32], _ count: Int, targets: [[Double]], smoothing: Double) -> ([[Double]], [Double]) {
        let overall = targets.map { all in rows.reduce(0) { $0 + all[$1] } / Double(rows.count) }
        var sums = [[Double]](repeating: [Double](repeating: 0, count: targets.count), count: count)
        var counts = [Double](repeating: 0, count: count)
        for row in rows where codes[row] >= 0 {
            counts[Int(codes[row])] += 1
            for output in targets.indices { sums[Int(codes[row])][output] += targets[output][row] }
        }
        let means = (0..<count).map { code in
            targets.indices.map { output in
                let weight = counts[code] + smoothing
                return weight > 0 ? (sums[code][output] + smoothing * overall[output]) / weight : overall[output]
            }
        }
        return (means, overall)
    }
}

// Figures of single columns.
extension PreprocessingFit {
    private func fill(_ strategy: PreprocessingStep.Imputation, _ all: [Double], _ name: String) throws(TrainingError) -> Double {
        let present = all.filter { !$0.isNaN }.sorted()
        if case .constant(let value) = strategy {
            guard let number = value.doubleValue ?? value.boolValue.map({ $0 ? 1 : 0 }) else {
                throw TrainingError(.invalidSetting, column: name, message: "the constant for column '\(name)' must be a number")
            }
            return number
        }
        guard !present.isEmpty else {
            throw TrainingError(.wrongType, column: name, message: "column '\(name)' has no value in the training rows, so there is none to fill in")
        }
        switch strategy {
        case .mean: return Self.mean(present)
        case .median: return Self.quantile(present, 0.5)
        default:
            // The smallest of those that come most often.
            var (best, bestCount, start) = (present[0], 0, 0)
            for place in present.indices where place == present.count - 1 || present[place + 1] != present[place] {
                if place + 1 - start > bestCount { (best, bestCount) = (present[place], place + 1 - start) }
                start = place + 1
            }
            return best
        }
    }

    private func fill(_ strategy: PreprocessingStep.Imputation, _ codes: [Int32], _ categories: [String], _ name: String) throws(TrainingError)
        -> String
    {
        switch strategy {
        case .constant(let value):
            guard let text = value.stringValue else {
                throw TrainingError(.invalidSetting, column: name, message: "the constant for column '\(name)' must be a text")
            }
            return text
        case .mostFrequent:
            let counts = Self.counts(codes, categories.count)
            guard let largest = counts.max(), largest > 0, let place = counts.firstIndex(of: largest) else {
                throw TrainingError(
                    .wrongType, column: name, message: "column '\(name)' has no value in the training rows, so there is none to fill in")
            }
            return categories[place]
        default:
            throw TrainingError(
                .wrongType, column: name, message: "column '\(name)' holds categories, which have no mean or median: impute mostFrequent or constant")
        }
    }

    private static func mean(_ all: [Double]) -> Double { all.isEmpty ? 0 : all.reduce(0, +) / Double(all.count) }

    /// Of sorted numbers, between the two nearest (numpy's default, Hyndman & Fan 1996, type 7).
    private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }

    private static func scaling(_ method: PreprocessingStep.Scaling, _ all: [Double]) -> (Double, Double) {
        guard !all.isEmpty else { return (0, 1) }
        let sorted = all.sorted()
        switch method {
        case .standard:
            let center = mean(sorted)
            return (center, (sorted.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(sorted.count)).squareRoot())
        case .minMax: return (sorted[0], sorted[sorted.count - 1] - sorted[0])
        case .robust: return (quantile(sorted, 0.5), quantile(sorted, 0.75) - quantile(sorted, 0.25))
        }
    }

    private static func edges(_ method: PreprocessingStep.Binning, _ all: [Double], _ count: Int, _ name: String) throws(TrainingError) -> [Double] {
        let sorted = all.sorted()
        guard let first = sorted.first, let last = sorted.last, first < last else {
            throw TrainingError(.wrongType, column: name, message: "column '\(name)' has fewer than two values in the training rows, so no bins")
        }
        let inner = (1..<max(count, 2)).map { place in
            let share = Double(place) / Double(count)
            return method == .uniform ? first + share * (last - first) : quantile(sorted, share)
        }
        // Quantiles that fall together make one bin; an edge at the lowest value would make an empty one.
        return inner.reduce(into: []) { edges, edge in if edge > (edges.last ?? first) { edges.append(edge) } }
    }
}
