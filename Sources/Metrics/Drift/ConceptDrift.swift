public import Basics
import Frames
import Statistics

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
    /// By detector: rows, from 1, at which a change was found. `adwin`, `ddm` and `pageHinkley` watch the errors, `labelAdwin` the labels, `predictionAdwin` the scores.
    public let alarms: [String: [Int]]
    /// Rows at which DDM warned.
    public let warnings: Int
    /// The lowest accuracy of a window less that of the first: how much performance fell.
    public let accuracyChange: Estimate
    /// Distances of the last window from the first: of the shares of labels (label drift) and of the scores (prediction drift).
    public let labelStability: Double
    public let predictionStability: Double

    /// - Parameter window: rows of a window; the last may have fewer, and is left out if it has under half.
    /// Throws `invalidOption` for a window under 30 rows or of more than half the rows.
    public init(_ rows: ScoredRows, window: Int) throws(MetricsError) {
        guard window >= 30, window * 2 <= rows.count else {
            throw MetricsError(.invalidOption, message: "windows of \(window) rows; 30 to \(rows.count / 2), half of the rows, are possible")
        }
        var windows: [Window] = []
        var decided: [Proportion] = []
        for start in stride(from: 0, to: rows.count, by: window) {
            let range = start..<min(rows.count, start + window)
            guard range.count * 2 >= window else { continue }
            let weights = rows.weights.map { Array($0[range]) }
            // A window in which no row counts says nothing.
            guard weights?.contains(where: { $0 > 0 }) ?? true else { continue }
            let part = try ScoredRows(
                scores: Array(rows.scores[range]), labels: Array(rows.labels[range]), weights: weights, threshold: rows.threshold,
                decisions: rows.decisions.map { Array($0[range]) })
            let counts = ConfusionCounts(part)
            decided.append(Proportion.effective(counts.right, of: counts.all))
            windows.append(
                Window(
                    firstRow: start + 1, rows: range.count, accuracy: .share(counts.right, of: counts.all, orUndefined: Reason.noRows),
                    rocAUC: RankMeasures(ScoreOrder(part)).rocAUC, positives: .share(counts.positives, of: counts.all, orUndefined: Reason.noRows),
                    selected: .share(counts.predictedPositives, of: counts.all, orUndefined: Reason.noRows)))
        }
        guard let first = windows.first, let last = windows.last else { throw MetricsError(.empty, message: "there is no window with rows") }
        var (adaptive, method, hinkley) = (AdaptiveWindow(), DriftDetectionMethod(), PageHinkley())
        var (labels, predictions) = (AdaptiveWindow(), AdaptiveWindow())
        var (alarms, warnings) = (["adwin": [Int](), "ddm": [], "pageHinkley": [], "labelAdwin": [], "predictionAdwin": []], 0)
        for row in 0..<rows.count {
            let error = rows.prediction(row) == rows.labels[row] ? 0.0 : 1.0
            if adaptive.update(error) { alarms["adwin"]?.append(row + 1) }
            if method.update(error) { alarms["ddm"]?.append(row + 1) }
            if method.warns { warnings += 1 }
            if labels.update(rows.labels[row] ? 1 : 0) { alarms["labelAdwin"]?.append(row + 1) }
            if predictions.update(rows.scores[row]) { alarms["predictionAdwin"]?.append(row + 1) }
            if hinkley.update(error) { alarms["pageHinkley"]?.append(row + 1) }
        }
        self.windows = windows
        self.alarms = alarms
        self.warnings = warnings
        let worst = windows.indices.min { (windows[$0].accuracy.value ?? 1) < (windows[$1].accuracy.value ?? 1) } ?? 0
        accuracyChange = Self.fall(windows.map(\.accuracy), decided, to: worst)
        labelStability = Self.stability(first.positives, last.positives)
        func scores(_ window: Window) -> [Double] { rows.scores[(window.firstRow - 1)..<(window.firstRow - 1 + window.rows)].sorted() }
        let reference = ReferenceColumn(Column("score", .double(scores(first))))
        if case .numbers(let edges, let counts, _, _) = reference.content {
            predictionStability =
                Distances(counts.map { Double($0) }, Histogram.counts(scores(last), edges: edges).map { Double($0) }).populationStabilityIndex
        } else {
            predictionStability = 0
        }
    }

    private static func stability(_ first: Estimate, _ last: Estimate) -> Double {
        let (p, q) = (first.value ?? 0, last.value ?? 0)
        return Distances([p, 1 - p], [q, 1 - q]).populationStabilityIndex
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

    public var json: JSONValue {
        [
            "alarms": .object(
                alarms.mapValues { rows in
                    JSONValue.object([
                        "count": .int(Int64(rows.count)), "rows": .array(rows.map { .int(Int64($0)) }),
                        "firstRow": rows.first.map { .int(Int64($0)) } ?? .null,
                    ]).droppingNulls
                }),
            "warnings": .int(Int64(warnings)), "accuracyChange": accuracyChange.json,
            "labelStability": .double(labelStability), "predictionStability": .double(predictionStability),
            "windows": .array(
                windows.map {
                    [
                        "firstRow": .int(Int64($0.firstRow)), "rows": .int(Int64($0.rows)), "accuracy": $0.accuracy.json, "rocAUC": $0.rocAUC.json,
                        "positives": $0.positives.json, "selected": $0.selected.json,
                    ]
                }),
        ]
    }
}
