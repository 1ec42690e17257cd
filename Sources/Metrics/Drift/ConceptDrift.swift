public import Basics
import Frames
public import Statistics

/// Whether a model's decisions stay as good as they were, over rows in the order of time: rolling performance, and detectors that watch the errors.
public struct ConceptDrift: Hashable, Sendable {
    /// So many rows after another.
    public struct Window: Hashable, Sendable {
        /// Its first row, from 1, and how many it has.
        public let firstRow: Int
        public let rows: Int
        public let accuracy: Estimate
        public let rocAUC: Estimate
        /// Shares of positive labels and of positive decisions: what label and prediction drift show in.
        public let positives: Estimate
        public let selected: Estimate
    }

    public let windows: [Window]
    /// By detector: rows, from 1, at which a change was found. `adwin`, `ddm` and `pageHinkley` watch the errors, `labelAdwin` the labels, `predictionAdwin` the scores; of decisions alone there is
    /// none of scores.
    public let alarms: [String: [Int]]
    /// Rows at which DDM warned.
    public let warnings: Int
    /// The lowest accuracy of a window less that of the first: how much performance fell.
    public let accuracyChange: Estimate
    /// Distances of the last window from the first: of the shares of labels (label drift) and of the scores (prediction drift), where there are any.
    public let labelStability: Double
    public let predictionStability: Double?
    /// 95 % bounds of both, by their names; none where one cell holds all rows.
    public let intervals: [String: Interval]

    /// Whether rows have weights: windows and distances count rows by them. The detectors do not: their definitions take one number after another, and know no weights.
    public let isWeighted: Bool

    /// Rows without weight are no part of the stream; every row keeps its number.
    ///
    /// - Parameter window: rows of a window; the last has what is left, and under half a window is part of the one before.
    /// Throws `invalidOption` for a window under 30 rows or of more than half the rows.
    public init(_ all: ScoredRows, window: Int) throws(MetricsError) {
        let places = all.countedRows
        let rows = places.count == all.count ? all : try all.selecting(rows: places)
        guard window >= 30, window * 2 <= rows.count else {
            guard rows.count >= 60 else {
                let found = "\(rows.count.counting("row")) that count \(rows.count == 1 ? "is" : "are")"
                throw MetricsError(.invalidOption, message: "\(found) too few: two windows of 30 at least are needed")
            }
            throw MetricsError(.invalidOption, message: "windows of \(window) rows; 30 to \(rows.count / 2), half of the rows, are possible")
        }
        var windows: [Window] = []
        var decided: [Proportion] = []
        let ranges = Self.ranges(rows.count, window)
        for range in ranges {
            let part = try rows.selecting(rows: Array(range))
            let counts = ConfusionCounts(part)
            decided.append(Proportion.effective(counts.right, of: counts.all))
            windows.append(
                Window(
                    firstRow: places[range.lowerBound] + 1, rows: range.count,
                    accuracy: .share(counts.right, of: counts.all, orUndefined: Reason.noRows),
                    rocAUC: part.hasScores ? RankMeasures.rocAUC(ScoreOrder(part)) : .undefined(Reason.noScores, n: counts.all.rows),
                    positives: .share(counts.positives, of: counts.all, orUndefined: Reason.noRows),
                    selected: .share(counts.predictedPositives, of: counts.all, orUndefined: Reason.noRows)))
        }
        var (adaptive, method, hinkley) = (AdaptiveWindow(), DriftDetectionMethod(), PageHinkley())
        var (labels, predictions) = (AdaptiveWindow(), AdaptiveWindow())
        var (alarms, warnings) = (["adwin": [Int](), "ddm": [], "pageHinkley": [], "labelAdwin": []], 0)
        if rows.hasScores { alarms["predictionAdwin"] = [] }
        for row in 0..<rows.count {
            let error = rows.prediction(row) == rows.labels[row] ? 0.0 : 1.0
            let number = places[row] + 1
            if adaptive.update(error) { alarms["adwin"]?.append(number) }
            if method.update(error) { alarms["ddm"]?.append(number) }
            if method.warns { warnings += 1 }
            if labels.update(rows.labels[row] ? 1 : 0) { alarms["labelAdwin"]?.append(number) }
            if rows.hasScores, predictions.update(rows.scores[row]) { alarms["predictionAdwin"]?.append(number) }
            if hinkley.update(error) { alarms["pageHinkley"]?.append(number) }
        }
        self.windows = windows
        self.alarms = alarms
        self.warnings = warnings
        isWeighted = all.weights != nil
        let worst = windows.indices.min { (windows[$0].accuracy.value ?? 1) < (windows[$1].accuracy.value ?? 1) } ?? 0
        accuracyChange = Self.fall(windows.map(\.accuracy), decided, to: worst)
        let (first, last) = (ranges[0], ranges[ranges.count - 1])
        let labelled = Self.stability(rows, first, last, cells: 2) { rows.labels[$0] ? 0 : 1 }
        let edges = Self.tenths(rows, first)
        let scores =
            rows.hasScores
            ? Self.stability(rows, first, last, cells: edges.count + 1) { row in edges.firstIndex { rows.scores[row] < $0 } ?? edges.count } : nil
        (labelStability, predictionStability) = (labelled.index, scores?.index)
        intervals = ["labelStability": labelled.bounds, "predictionStability": scores?.bounds].compactMapValues { $0 }
    }

    /// The newest rows are those that matter most: none is left out.
    private static func ranges(_ rows: Int, _ window: Int) -> [Range<Int>] {
        var starts = Array(stride(from: 0, to: rows, by: window))
        if (rows - starts[starts.count - 1]) * 2 < window { starts.removeLast() }
        return zip(starts, starts.dropFirst() + [rows]).map { $0..<$1 }
    }

    /// Population stability index of the last rows against the first, by the cell that each row is in and as much as it counts, with bounds of as many rows as tell as much.
    private static func stability(
        _ rows: ScoredRows, _ first: Range<Int>, _ last: Range<Int>, cells: Int, _ cell: (Int) -> Int
    ) -> (index: Double, bounds: Interval?) {
        func masses(_ range: Range<Int>) -> [Mass] {
            var masses = [Mass](repeating: Mass(), count: cells)
            for row in range { masses[cell(row)].add(rows.weights?[row] ?? 1) }
            return masses
        }
        let (old, new) = (masses(first), masses(last))
        let distances = Distances(old.map(\.weight), new.map(\.weight))
        func effective(_ masses: [Mass]) -> [Mass] { WeightedColumn.effective(masses, masses.reduce(Mass(), +).effectiveRows) }
        let (before, now) = (effective(old), effective(new))
        let bounds = DriftBounds(
            before.map(\.weight), now.map(\.weight), distances, draws: zip(before, now).map { ($0 + $1).effectiveRows })
        return (distances.populationStabilityIndex, bounds?.populationStabilityIndex)
    }

    /// Edges between tenths of the scores; of rows with weights, the tenths of rows repeated as often as their weights say.
    private static func tenths(_ rows: ScoredRows, _ range: Range<Int>) -> [Double] {
        guard let weights = rows.weights else { return ReferenceColumn.edges(rows.scores[range].sorted()) }
        let order = range.sorted { (rows.scores[$0], $0) < (rows.scores[$1], $1) }
        let total = order.reduce(0) { $0 + weights[$1] }
        var sum = 0.0
        let sums = order.map { row in
            sum += weights[row]
            return sum
        }
        let quantiles = (1..<ReferenceColumn.bins).map { tenth in
            // Last digits of sums of weights do not decide where a tenth ends.
            sums.firstIndex { $0 > Double(tenth) * total / Double(ReferenceColumn.bins) * (1 + 1e-12) } ?? order.count - 1
        }
        return ReferenceColumn.edges(
            quantiles: quantiles.map { rows.scores[order[$0]] }, smallest: rows.scores[order[0]], largest: rows.scores[order[order.count - 1]])
    }

    /// The worst window's accuracy less the first's. Which one is the worst is seen in the same figures, so the interval holds for all windows at once (Bonferroni): a fixed pair's
    /// would be too narrow for the least of many.
    private static func fall(_ accuracies: [Estimate], _ decided: [Proportion], to worst: Int) -> Estimate {
        let n = accuracies[worst].n + accuracies[0].n
        guard let value = accuracies[worst].value, let other = accuracies[0].value else { return .undefined("a window has no accuracy", n: n) }
        let confidence = 1 - 0.05 / Double(max(1, decided.count - 1))
        let (own, base) = (decided[worst].wilson(confidence), decided[0].wilson(confidence))
        return .value(
            value - other, n: n,
            interval: Combination.sum(
                [.init(1, value, lower: own.lower, upper: own.upper), .init(-1, other, lower: base.lower, upper: base.upper)],
                method: "Wilson combined, Bonferroni over windows"))
    }

    /// What weights do; nil where there are none.
    public var weighting: String? {
        isWeighted ? "windows, their change and distances count rows by weight; detectors count every row of some weight once" : nil
    }

    public var json: JSONValue {
        var found = alarms.mapValues { rows in
            JSONValue.object([
                "count": .int(Int64(rows.count)), "rows": .array(rows.map { .int(Int64($0)) }),
                "firstRow": rows.first.map { .int(Int64($0)) } ?? .null,
            ]).droppingNulls
        }
        if found["predictionAdwin"] == nil { found["predictionAdwin"] = ["undefined": .string(Reason.noScores)] }
        return JSONValue.object([
            "weighting": weighting.map { .string($0) } ?? .null,
            "alarms": .object(found),
            "warnings": .int(Int64(warnings)), "accuracyChange": accuracyChange.json,
            "labelStability": .double(labelStability), "predictionStability": predictionStability.map { .double($0) } ?? .null,
            "intervals": .object(intervals.mapValues(\.json)),
            "windows": .array(
                windows.map {
                    [
                        "firstRow": .int(Int64($0.firstRow)), "rows": .int(Int64($0.rows)), "accuracy": $0.accuracy.json, "rocAUC": $0.rocAUC.json,
                        "positives": $0.positives.json, "selected": $0.selected.json,
                    ]
                }),
        ]).droppingNulls
    }
}
