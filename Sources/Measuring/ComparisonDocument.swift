import Basics
import Metrics
public import Reports
import Statistics

/// Two columns of scores of the same rows: what is live, and what would replace it.
public enum ComparisonDocument {
    /// - Parameters:
    ///   - champion: the column of the scores that are live; the table's own score is the challenger.
    ///   - question: `notWorse` or `nonInferior`.
    /// - Returns: the document, and whether the challenger passes.
    public static func make(
        _ table: MeasuredTable, champion: String, question: String, margin: Double, confidence: Double, minimumGroupRows: Int
    ) throws -> (document: Document, passes: Bool) {
        guard let question = ModelComparison.Question(rawValue: question) else {
            throw MetricsError(.invalidOption, message: "the question is notWorse or nonInferior, not '\(question)'")
        }
        var columns = table.columns
        columns.score = champion
        let live = try MeasuredTable(table.frame, columns).scoredRows()
        let comparison = try ModelComparison(
            champion: live, challenger: try table.scoredRows(), groups: try table.groups(), question: question, margin: margin,
            confidence: confidence,
            minimumGroupRows: minimumGroupRows)
        let words =
            question == .notWorse
            ? "Is the challenger significantly worse anywhere? p-values are corrected over all figures (Holm)."
            : "Is it shown that the challenger is nowhere worse by more than \(margin)? Power is the chance that these rows show it of equal models."
        let rows = comparison.results.map { result in
            [
                result.measure, Figures.text(result.champion), Figures.text(result.challenger), Figures.text(result.difference),
                Figures.interval(result.difference), Figures.text(result.pValue), Figures.text(result.adjusted),
                result.power.map { Figures.text($0) } ?? "", result.passes ? "yes" : "NO",
            ]
        }
        var blocks: [Document.Block] = [
            .paragraph(words), .paragraph(verdict(comparison)),
            .table(
                Document.Table(
                    ["figure", "champion", "challenger", "difference", "95 % interval", "p", "adjusted", "power", "passes"], rows)),
        ]
        for (group, reason) in comparison.omitted.sorted(by: { $0.key < $1.key }) { blocks.append(.paragraph("\(group): \(reason).")) }
        blocks.append(
            .chart(
                Chart(
                    "Challenger minus champion", x: "difference", y: "",
                    .whiskers(
                        comparison.results.map {
                            .init($0.measure, $0.difference.value ?? 0, lower: $0.difference.interval?.lower, upper: $0.difference.interval?.upper)
                        }, overall: question == .notWorse ? 0 : -margin,
                        dashed: question == .notWorse ? "no difference" : "the margin"))))
        return (Document("Champion and challenger", blocks, json: comparison.json), comparison.passes)
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
