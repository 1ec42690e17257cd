import Basics
import Frames
public import Metrics
public import Reports
import Statistics

/// Two models' answers on the same rows: what is live, and what would replace it.
public enum ComparisonDocument {
    /// Where the table has what the champion said; the table's own columns are the challenger's.
    public struct Champion: Sendable {
        /// Of two classes scores, of several decided classes, else numbers.
        public let column: String?
        /// Of several classes, the columns of their scores.
        public let classScores: [(name: String, column: String)]

        public init(_ column: String?, classScores: [(name: String, column: String)] = []) {
            (self.column, self.classScores) = (column, classScores)
        }
    }

    /// What is asked, and how surely.
    public struct Options: Sendable {
        /// `notWorse` or `nonInferior`.
        public var question = "notWorse"
        public var margin = 0.01
        public var confidence = 0.95
        public var minimumGroupRows = 30
        /// Somebody asks for the table's threshold, by which some scores must be decided then.
        public var isThresholdGiven = false
        /// What predicted numbers aim at.
        public var goal = NumberRows.Goal.mean

        public init() {}
    }

    /// - Returns: the document, and whether the challenger passes.
    public static func make(
        _ table: MeasuredTable, champion: Champion, task: PerformanceDocument.Task = .binary, _ options: Options
    ) throws -> (document: Document, passes: Bool) {
        guard let question = ModelComparison.Question(rawValue: options.question) else {
            throw MetricsError(.invalidOption, message: "the question is notWorse or nonInferior, not '\(options.question)'")
        }
        let groups = try table.groups()
        func compared<Rows: ComparedRows>(_ champion: Rows, _ challenger: Rows) throws -> ModelComparison {
            try ModelComparison(
                champion: champion, challenger: challenger, groups: groups, question: question, margin: options.margin,
                confidence: options.confidence, minimumGroupRows: options.minimumGroupRows)
        }
        func column() throws -> String {
            guard let column = champion.column else {
                throw MetricsError(.invalidOption, message: "name the column of what the champion said with --champion")
            }
            return column
        }
        let comparison: ModelComparison
        switch task {
        case .binary:
            var columns = table.columns
            let live = try table.frame.column(try column())
            // Beside scores a column of 0.0 and 1.0 may be scores that are sure of themselves.
            let decides = live.isOfDecisions && (table.columns.score == nil || live.kind != .double)
            (columns.score, columns.prediction) = decides ? (nil, live.name) : (live.name, nil)
            guard !options.isThresholdGiven || columns.prediction == nil || table.columns.prediction == nil else {
                throw MetricsError(
                    .invalidOption,
                    message:
                        "'\(live.name)' and '\(table.columns.prediction ?? "")' say what is decided, and no score is decided by --threshold: leave it out"
                )
            }
            comparison = try compared(try MeasuredTable(table.frame, columns).scoredRows(), try table.scoredRows())
        case .multiclass:
            let live = MeasuredTable.ClassColumns(prediction: champion.column, scores: champion.classScores)
            let rows = try table.classifiedRows([live, table.classColumns])
            comparison = try compared(rows[0], rows[1])
        case .regression:
            comparison = try compared(try table.numberRows(try column(), goal: options.goal), try table.numberRows(goal: options.goal))
        }
        return (document(comparison, task), comparison.passes)
    }

    private static func document(_ comparison: ModelComparison, _ task: PerformanceDocument.Task) -> Document {
        let (question, margin) = (comparison.question, comparison.margin)
        let share = task == .binary ? "" : " (of losses and errors: by more than such a share of the champion's)"
        let words =
            question == .notWorse
            ? "Is the challenger significantly worse anywhere? p-values are corrected over all figures (Holm)."
            : "Is it shown that the challenger is nowhere worse by more than \(margin)\(share)? Power is the chance that these rows show it of equal models."
        let rows = comparison.results.map { result in
            [
                result.measure, Figures.text(result.champion), Figures.text(result.challenger), Figures.text(result.difference),
                Figures.interval(result.difference), Figures.text(result.pValue), Figures.text(result.adjusted),
                result.power.map { Figures.text($0) } ?? "", result.passes ? "yes" : "NO",
            ]
        }
        let level = comparison.results.lazy.compactMap { $0.difference.interval?.confidence }.first ?? 0.95
        let percent = (level * 1000).rounded() / 10
        var blocks: [Document.Block] = [
            .paragraph(words), .paragraph(verdict(comparison)),
            .table(
                Document.Table(
                    [
                        "figure", "champion", "challenger", "difference",
                        "\(percent == percent.rounded() ? String(Int(percent)) : String(percent)) % interval", "p", "adjusted", "power",
                        "passes",
                    ], rows)),
        ]
        for (group, reason) in comparison.omitted.sorted(by: { $0.key < $1.key }) { blocks.append(.paragraph("\(group): \(reason).")) }
        blocks += charts(comparison)
        return Document("Champion and challenger", blocks, json: comparison.json)
    }

    /// Figures that rise as models get better, and losses, of which the margin is a share and lies on the other side.
    private static func charts(_ comparison: ModelComparison) -> [Document.Block] {
        func chart(_ title: String, _ results: [ModelComparison.Result], margin: Double, _ unit: (ModelComparison.Result) -> Double) -> Document.Block
        {
            let whiskers = results.map { result -> Chart.Whisker in
                let (difference, unit) = (result.difference, unit(result))
                return .init(
                    result.measure, (difference.value ?? 0) / unit, lower: difference.interval.map { $0.lower / unit },
                    upper: difference.interval.map { $0.upper / unit })
            }
            let isMargin = comparison.question == .nonInferior
            return .chart(
                Chart(
                    title, x: "difference", y: "",
                    .whiskers(whiskers, overall: isMargin ? margin : 0, dashed: isMargin ? "the margin" : "no difference")))
        }
        guard comparison.question == .nonInferior else { return [chart("Challenger minus champion", comparison.results, margin: 0) { _ in 1 }] }
        let losses = comparison.results.filter { $0.isLoss && $0.champion > 0 }
        let others = comparison.results.filter { !$0.isLoss }
        return (others.isEmpty ? [] : [chart("Challenger minus champion", others, margin: -comparison.margin) { _ in 1 }])
            + (losses.isEmpty
                ? [] : [chart("Losses: challenger minus champion, in shares of the champion's", losses, margin: comparison.margin) { $0.champion }])
    }

    /// What was not compared is told in the same breath.
    private static func verdict(_ comparison: ModelComparison) -> String {
        let omitted = comparison.omitted.count
        let rest = omitted == 1 ? "One group or figure was" : "\(omitted) groups or figures were"
        switch (comparison.passes, comparison.isComplete) {
        case (true, true): return "The challenger passes."
        case (true, false): return "The challenger passes in what was compared. \(rest) not: see below."
        case (false, true): return "The challenger does not pass."
        case (false, false):
            let shown = comparison.question == .nonInferior ? ", and nothing is shown of what is not compared" : ""
            return "The challenger does not pass. \(rest) not compared\(shown): see below."
        }
    }
}

extension Column {
    /// Whether it cannot hold scores, or holds none but 0 and 1.
    fileprivate var isOfDecisions: Bool {
        switch values {
        case .double(let all): all.allSatisfy { $0 == 0 || $0 == 1 }
        case .category, .boolean, .integer, .timestamp: true
        }
    }
}
