import Basics
public import Frames
import Metrics
public import Reports

/// What a table holds.
public enum QualityDocument {
    public struct Options: Sendable {
        /// A column with what is true: how well each other column alone tells it.
        public var label: String?
        public var positive: String?
        /// Protected columns: how much each other column tells of them.
        public var protected: [String] = []
        /// Another table, such as the training rows: how many rows are in both.
        public var other: Frame?
        public var threads = 2
        /// Columns that the file has too, of types that there is no support for: told, and not looked at.
        public var unsupported: [(name: String, type: String)] = []

        public init() {}
    }

    public static func make(_ frame: Frame, _ options: Options) throws -> Document {
        let profile = make(frame, options.unsupported, threads: options.threads)
        var (blocks, json) = (profile.blocks, ["profile": profile.json])
        if let label = options.label {
            var columns = MeasuredTable.Columns(label: label)
            columns.positive = options.positive
            let labels = try MeasuredTable(frame, columns).labels()
            let features = frame.columns.filter { $0.name != label }
            let areas = zip(features, concurrentBlocks(features.count, threads: options.threads) { FeatureArea.of(features[$0], labels: labels) })
                .map { (name: $0.name, area: $1) }.sorted { ($1.area.value ?? 0, $0.name) < ($0.area.value ?? 0, $1.name) }
            json["featureAUC"] = .object(Dictionary(areas.map { ($0.name, $0.area.json) }, uniquingKeysWith: { first, _ in first }))
            blocks += [
                .heading("Leakage"),
                .paragraph(
                    "The area under each column's own ROC curve for '\(label)' over all rows, in the better direction: from 0.5 (tells nothing) to 1 (gives the label away). Categories are ranked by the label's rate among their rows, each pair of rows by the rates of all others."
                ),
                .table(
                    Document.Table(
                        ["column", "ROC AUC alone", "95 % interval", "n"],
                        areas.map { [$0.name, Figures.text($0.area), Figures.interval($0.area), String($0.area.n)] })),
            ]
        }
        if !options.protected.isEmpty {
            let rows = try proxies(frame, options.protected)
            json["proxies"] = .array(
                rows.map { row in
                    var members = row.strength.json.objectValue ?? [:]
                    members["cramersV"] = members.removeValue(forKey: "value")
                    return .object(members.merging(["column": .string(row.column), "protected": .string(row.attribute)]) { $1 })
                })
            blocks += [
                .heading("Proxies"), .paragraph("How much a column tells of a protected one: Cramér's V, from 0 to 1."),
                .table(
                    Document.Table(
                        ["column", "protected", "Cramér's V", "95 % interval", "n"],
                        rows.map { [$0.column, $0.attribute, Figures.text($0.strength), Figures.interval($0.strength), String($0.strength.n)] })),
            ]
            let unmeasured = options.protected.flatMap { attribute in
                frame.columnNames.filter { name in
                    !options.protected.contains(name) && !rows.contains { $0.column == name && $0.attribute == attribute }
                }.map { "\($0) with \(attribute)" }
            }
            if !unmeasured.isEmpty {
                blocks.append(
                    .paragraph(
                        "Not measured, since one of both has a single value, over 2,000 or one for each row: \(unmeasured.joined(separator: ", "))."))
            }
        }
        if let other = options.other {
            let shared = frame.columnNames.filter { other[$0] != nil }
            guard !shared.isEmpty else { throw MetricsError(.empty, message: "the tables have no column in common") }
            let count = try Leakage.duplicates(of: frame, in: other, columns: shared)
            json["duplicates"] = ["rows": .int(Int64(count)), "columns": .array(shared.map { .string($0) })]
            let columns = shared.count == 1 ? "the only column" : "all \(shared.count) columns"
            let verb = count == 1 ? "equals" : "equal"
            blocks += [
                .heading("Duplicates"),
                .paragraph("\(count) of \(frame.rowCount.counting("row")) \(verb) a row of the other table in \(columns) that both have."),
            ]
        }
        return Document(profile.title, blocks, json: json.count == 1 ? profile.json : .object(json))
    }

    private static func proxies(_ frame: Frame, _ protected: [String]) throws -> [(column: String, attribute: String, strength: Estimate)] {
        var rows: [(column: String, attribute: String, strength: Estimate)] = []
        for attribute in protected {
            let wanted = try frame.column(attribute)
            for column in frame.columns where !protected.contains(column.name) {
                if let strength = Association.estimate(column, wanted) { rows.append((column.name, attribute, strength)) }
            }
        }
        return rows.sorted { ($1.strength.value ?? 0, $0.column, $0.attribute) < ($0.strength.value ?? 0, $1.column, $1.attribute) }
    }

    static func make(_ frame: Frame, _ unsupported: [(name: String, type: String)], threads: Int) -> Document {
        let profile = TableProfile(frame, threads: threads)
        let rows =
            profile.columns.map { column in
                [
                    column.name, column.kind.rawValue, Figures.text(column.missingShare), String(column.distinct),
                    column.numbers.map { Figures.text($0.minimum) } ?? "", column.numbers.map { Figures.text($0.mean) } ?? "",
                    column.numbers.map { Figures.text($0.maximum) } ?? "", column.numbers.map { Figures.text($0.deviation) } ?? "",
                    PersonalData.allCases.compactMap { kind in column.personalData[kind].map { "\($0) \(kind.rawValue)" } }.joined(separator: ", "),
                ]
            }
        let blank = [String](repeating: "", count: 7)
        let unread: [[String]] = unsupported.map { [$0.name, "unsupported: \($0.type)"] + blank }
        let others = unsupported.map { ($0.name, JSONValue.object(["kind": "unsupported", "type": .string($0.type)])) }
        return Document(
            "Data quality",
            [
                .paragraph(
                    "\(profile.rows.counting("row")), \((profile.columns.count + unsupported.count).counting("column")). Personal data are counted by their form and never shown."
                        + (unsupported.isEmpty ? "" : " Of \(unsupported.count.counting("column")) nothing is known but the type.")),
                .table(
                    Document.Table(
                        ["column", "kind", "missing", "distinct", "minimum", "mean", "maximum", "sd", "looks like personal data"], rows + unread)),
                .chart(
                    Chart(
                        "Missing values", x: "share of rows", y: "", range: 0...1,
                        .whiskers(profile.columns.prefix(60).map { .init($0.name, $0.missingShare) }, overall: nil))),
            ], json: .object((profile.json.objectValue ?? [:]).merging(others) { first, _ in first }))
    }
}
