import Basics
import Frames
import Metrics
public import Reports
import Statistics

/// How far a table's scores are the chances that they claim to be, for all rows and by group.
public enum CalibrationDocument {
    /// - Parameter binning: `uniform` or `quantile`.
    public static func make(_ table: MeasuredTable, binning: String, bins: Int) throws -> Document {
        guard let binning = CalibrationReport.Binning(rawValue: binning) else {
            throw MetricsError(.invalidOption, message: "bins are uniform or quantile, not '\(binning)'")
        }
        guard table.columns.score != nil else {
            throw MetricsError(.invalidOption, message: "decisions are no chances that could be right: name the column of scores with --score")
        }
        let rows = try table.scoredRows()
        var empty: [String] = []
        var reports = [("all", try CalibrationReport(rows, binning: binning, count: bins))]
        for groups in try table.groups() {
            for (name, chosen) in zip(groups.names, groups.members) where !chosen.isEmpty {
                let weights = rows.weights.map { all in chosen.map { all[$0] } }
                guard weights?.contains(where: { $0 > 0 }) ?? true else {
                    empty.append("\(groups.attribute) = \(name)")
                    continue
                }
                let part = try ScoredRows(
                    scores: chosen.map { rows.scores[$0] }, labels: chosen.map { rows.labels[$0] }, weights: weights, threshold: rows.threshold)
                reports.append(("\(groups.attribute) = \(name)", try CalibrationReport(part, binning: binning, count: bins)))
            }
        }
        let summary = Document.Table(
            ["rows", "expected error", "95 % interval", "maximum error", "95 % interval", "Hosmer-Lemeshow", "p", "n"],
            reports.map { name, report in
                [
                    name, Figures.text(report.expectedError), Figures.interval(report.expectedError), Figures.text(report.maximumError),
                    Figures.interval(report.maximumError), report.hosmerLemeshow.map { Figures.text($0.statistic) } ?? "",
                    report.hosmerLemeshow.map { Figures.text($0.pValue) } ?? "",
                    String(report.expectedError.n),
                ]
            })
        let curve = Document.Table(
            ["mean score", "observed", "95 % interval", "n"],
            reports[0].1.bins.map { [Figures.text($0.predicted), Figures.text($0.observed), Figures.interval($0.observed), String($0.rows)] })
        let series = reports.prefix(7).map { name, report in
            Chart.Series(name, report.bins.map { .init($0.predicted, $0.observed.value ?? 0) }, isDotted: true)
        }
        return Document(
            "Calibration",
            (empty.isEmpty ? [] : [.paragraph("Rows that weigh nothing, of which nothing is known: \(empty.joined(separator: ", ")).")]) + [
                .table(summary), .heading("Reliability of all rows"), .table(curve),
                .chart(Chart("Reliability", x: "mean score", y: "share of positives", range: 0...1, .lines(series, diagonal: true))),
            ], json: .object(Dictionary(reports.map { ($0.0, $0.1.json) }, uniquingKeysWith: { first, _ in first })))
    }
}
