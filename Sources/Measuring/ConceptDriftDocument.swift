import Basics
import Metrics
public import Reports

/// A table's rows in the order of time: what became of performance, labels and scores.
public enum ConceptDriftDocument {
    /// - Parameter window: rows of a window of rolling performance.
    /// - Returns: the document, and how far accuracy fell from the first window to the worst: zero or less.
    public static func make(_ table: MeasuredTable, window: Int) throws -> (document: Document, accuracyChange: Double) {
        let rows = try table.scoredRows()
        let drift = try ConceptDrift(rows, window: window)
        func alarms(_ name: String) -> [String] {
            guard let found = drift.alarms[name] else { return ["undefined", "", "since decisions alone are given, no scores"] }
            return [String(found.count), found.first.map(String.init) ?? "", found.suffix(5).map(String.init).joined(separator: " ")]
        }
        let names = [
            ("adwin", "errors: ADWIN"), ("ddm", "errors: DDM"), ("pageHinkley", "errors: Page-Hinkley"), ("labelAdwin", "labels: ADWIN"),
            ("predictionAdwin", "scores: ADWIN"),
        ]
        func series(_ name: String, _ value: (ConceptDrift.Window) -> Double?) -> Chart.Series {
            Chart.Series(name, drift.windows.compactMap { window in value(window).map { .init(Double(window.firstRow), $0) } })
        }
        let shown = drift.windows.count <= 40 ? drift.windows : (0..<40).map { drift.windows[$0 * (drift.windows.count - 1) / 39] }
        let table = Document.Table(
            ["from row", "rows", "accuracy", "95 % interval", "ROC AUC", "positive", "selected"],
            shown.map {
                [
                    String($0.firstRow), String($0.rows), Figures.text($0.accuracy), Figures.interval($0.accuracy), Figures.text($0.rocAUC),
                    Figures.text($0.positives), Figures.text($0.selected),
                ]
            })
        return (
            Document(
                "Drift over time",
                [
                    .paragraph(
                        "\(rows.countedRows.count) rows in the order of the file, \(drift.windows.count) windows of \(window). DDM warned at \(drift.warnings.counting("row"))."
                    )
                ] + (drift.weighting.map { [.paragraph("Weights: \($0).")] } ?? []) + [
                    .table(Figures.table([("accuracy of the worst window less that of the first", drift.accuracyChange)])),
                    .table(Document.Table(["what is watched", "changes", "first at row", "last at rows"], names.map { [$1] + alarms($0) })),
                    .chart(
                        Chart(
                            "Rolling performance", x: "row", y: "share",
                            .lines(
                                [
                                    series("accuracy", \.accuracy.value), series("ROC AUC", \.rocAUC.value),
                                    series("positive labels", \.positives.value),
                                    series("positive decisions", \.selected.value),
                                ], diagonal: false))), .table(table),
                ], json: drift.json), drift.accuracyChange.value ?? 0
        )
    }
}
