public import Frames
import Metrics
public import Reports

/// What a table holds.
public enum QualityDocument {
    public static func make(_ frame: Frame, threads: Int) -> Document {
        let profile = TableProfile(frame, threads: threads)
        let rows = profile.columns.map { column in
            [
                column.name, column.kind.rawValue, Figures.text(column.missingShare), String(column.distinct),
                column.numbers.map { Figures.text($0.minimum) } ?? "", column.numbers.map { Figures.text($0.mean) } ?? "",
                column.numbers.map { Figures.text($0.maximum) } ?? "", column.numbers.map { Figures.text($0.deviation) } ?? "",
                PersonalData.allCases.compactMap { kind in column.personalData[kind].map { "\($0) \(kind.rawValue)" } }.joined(separator: ", "),
            ]
        }
        return Document(
            "Data quality",
            [
                .paragraph("\(profile.rows) rows, \(profile.columns.count) columns. Personal data are counted by their form and never shown."),
                .table(
                    Document.Table(
                        ["column", "kind", "missing", "distinct", "minimum", "mean", "maximum", "sd", "looks like personal data"], rows)),
                .chart(
                    Chart(
                        "Missing values", x: "share of rows", y: "", range: 0...1,
                        .whiskers(profile.columns.prefix(60).map { .init($0.name, $0.missingShare) }, overall: nil))),
            ], json: profile.json)
    }
}
