import Basics
import Frames
import Metrics
public import Reports
import Statistics

/// Group measures of a table's scores or predictions.
public enum FairnessDocument {
    public struct Options: Sendable {
        public var references: [String: String] = [:]
        public var minimumGroupRows = 0
        public var threads = 2
        /// Columns by which rows are alike, for consistency.
        public var features: [String] = []

        public init() {}
    }

    private static let shown = [
        ("selectionRate", "Selection rate"), ("truePositiveRate", "True-positive rate"), ("falsePositiveRate", "False-positive rate"),
        ("positivePredictiveValue", "Positive predictive value"), ("accuracy", "Accuracy"), ("baseRate", "Base rate"),
        ("scoringRate", "Scoring rate (above the median)"), ("calibrationError", "Calibration error"),
    ]

    public static func make(_ table: MeasuredTable, _ options: Options) throws -> Document {
        guard !table.columns.groups.isEmpty || !table.columns.intersections.isEmpty else {
            throw MetricsError(.invalidOption, message: "name at least one column of groups with --group")
        }
        let rows = try table.scoredRows()
        let all = try table.groups()
        if let other = options.references.keys.filter({ name in !all.contains { $0.attribute == name } }).min() {
            throw MetricsError(.invalidOption, message: "a reference is named of '\(other)', by which nothing is grouped")
        }
        var reportOptions = FairnessReport.Options()
        reportOptions.references = options.references
        reportOptions.minimumGroupRows = options.minimumGroupRows
        reportOptions.threads = options.threads
        let report = try FairnessReport(rows, all, options: reportOptions)
        var individual = IndividualFairness(ConfusionCounts(rows))
        let consistency = try consistency(rows, table, options)
        individual.consistency = consistency
        let counted = ConfusionCounts(rows).all.rows
        let without = rows.count > counted ? " (\(rows.count - counted) more \(rows.count - counted == 1 ? "weighs" : "weigh") nothing)" : ""
        var blocks: [Document.Block] = [
            .paragraph("\(counted.counting("row"))\(without); \(table.decisionText)."),
            .table(
                Figures.table([
                    ("theilIndex", individual.theilIndex), ("generalizedEntropy", individual.generalizedEntropy), ("consistency", consistency),
                ])),
        ]
        for each in all {
            guard let fairness = report.attributes[each.attribute] else { continue }
            blocks.append(.heading("By \(each.attribute)"))
            if !fairness.smallGroups.isEmpty {
                blocks.append(
                    .paragraph(
                        "Too few rows to compare (fewer than \(max(1, options.minimumGroupRows))\(table.columns.weight == nil ? "" : " with a weight")): \(fairness.smallGroups.joined(separator: ", "))."
                    ))
            }
            blocks.append(.table(summary(fairness)))
            for (name, title) in shown { blocks += measure(fairness[name], title, each) }
        }
        return Document(
            "Fairness", blocks, json: ["rows": .int(Int64(counted)), "attributes": report.json, "individual": individual.json])
    }

    private static func consistency(_ rows: ScoredRows, _ table: MeasuredTable, _ options: Options) throws -> Estimate {
        guard !options.features.isEmpty else { return .undefined("no feature is named (--feature)", n: 0) }
        for name in options.features {
            if case .category(_, let categories) = try table.frame.column(name).values, categories.count > 100 {
                throw MetricsError(
                    .wrongType, message: "feature '\(name)' has \(categories.count) categories, more than 100: they tell hardly any rows alike")
            }
        }
        return try Consistency.estimate(rows, in: table.frame, columns: options.features, threads: options.threads)
    }

    private static func summary(_ fairness: AttributeFairness) -> Document.Table {
        var figures: [(name: String, estimate: Estimate)] = [
            ("demographic parity difference", fairness["selectionRate"].difference), ("demographic parity ratio", fairness["selectionRate"].ratio),
            ("equal opportunity difference", fairness["truePositiveRate"].difference),
            ("predictive parity difference", fairness["positivePredictiveValue"].difference),
            ("equalized odds difference", fairness.equalizedOddsDifference), ("equalized odds ratio", fairness.equalizedOddsRatio),
        ]
        for (group, estimate) in fairness.averageOdds.sorted(by: { $0.key < $1.key }) {
            figures.append(("average odds difference, \(group)", estimate))
        }
        return Figures.table(figures)
    }

    private static func measure(_ measure: GroupedMeasure, _ title: String, _ groups: Groups) -> [Document.Block] {
        let names = groups.names.filter { measure.groups[$0] != nil }
        let rows = names.map { name -> [String] in
            let estimate = measure.groups[name] ?? measure.overall
            let comparison = measure.comparisons[name]
            return [
                name, Figures.text(estimate), Figures.interval(estimate), String(estimate.n), comparison.map { Figures.text($0.ratio) } ?? "",
                comparison?.significance.map { "\(Figures.text($0.pValue)) (\($0.test))" } ?? "",
                comparison?.significance.map { Figures.text($0.holm) } ?? "",
            ]
        }
        let overall = ["all", Figures.text(measure.overall), Figures.interval(measure.overall), String(measure.overall.n), "", "", ""]
        let ratio = "ratio to \(measure.reference ?? "none")"
        let whiskers = names.compactMap { name -> Chart.Whisker? in
            guard let estimate = measure.groups[name], let value = estimate.value else { return nil }
            return Chart.Whisker(name, value, lower: estimate.interval?.lower, upper: estimate.interval?.upper)
        }
        var blocks: [Document.Block] = [.table(Document.Table([title, "value", "95 % interval", "n", ratio, "p", "p, Holm"], rows + [overall]))]
        if whiskers.count <= 40 {
            blocks.append(.chart(Chart("\(title) by \(groups.attribute)", x: title, y: "", .whiskers(whiskers, overall: measure.overall.value))))
        }
        return blocks
    }
}
