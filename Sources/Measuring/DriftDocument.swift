public import Basics
public import Frames
public import Metrics
public import Reports
import Statistics
import Training

/// A table beside a reference.
public enum DriftDocument {
    /// - Parameters:
    ///   - reference: a table, or what an earlier run kept of one.
    ///   - preset: `stability` or `evidently`.
    ///   - columns: only these; empty: all.
    ///   - maximumMissingDifference: by how much shares of missing values may differ; nil: as the preset has it.
    ///   - maximumShare: nil: none, and by the preset `evidently` anything under half, as Evidently has it.
    ///   - weighted: the reference as a table and both tables' weights, if rows count by them; `current` and it have no column of weights.
    ///   - classifying: the reference as a table, if a classifier shall tell the tables apart.
    /// - Returns: the document, and whether no more than `maximumShare` of the columns drifted, and none is gone.
    public static func make(
        _ current: Frame, reference: DriftReference, preset: String, columns: [String], maximumMissingDifference: Double? = nil,
        maximumShare: Double?,
        weighted: (reference: Frame, old: [Double], new: [Double])? = nil, classifying: Frame? = nil, threads: Int
    ) throws -> (document: Document, passes: Bool) {
        guard let preset = DriftReport.Preset(rawValue: preset) else {
            throw MetricsError(.invalidOption, message: "the preset is stability or evidently, not '\(preset)'")
        }
        let kept = reference.columns.filter { columns.isEmpty || columns.contains($0.name) }
        let wanted = columns.isEmpty ? current : try Frame(try columns.map { try current.column($0) })
        let report =
            try weighted.map { weighted in
                let old = columns.isEmpty ? weighted.reference : try Frame(try columns.map { try weighted.reference.column($0) })
                return try DriftReport(
                    reference: old, weights: weighted.old, current: wanted, weights: weighted.new, preset: preset,
                    maximumMissingDifference: maximumMissingDifference, threads: threads)
            } ?? DriftReport(reference: kept, current: wanted, preset: preset, maximumMissingDifference: maximumMissingDifference, threads: threads)
        let rows = report.columns.map { row($0) }
        let undecided = report.columns.count { !$0.isDecided }
        let isShareKept =
            maximumShare.map { report.driftedShare <= $0 } ?? (preset == .evidently ? report.driftedShare < 0.5 : report.driftedShare == 0)
        // Of a column that is gone nothing is shown.
        let passes = isShareKept && report.onlyInReference.isEmpty
        var json = report.json.objectValue ?? [:]
        var classified: [Document.Block] = []
        if let classifying {
            let area = try DomainClassifier.area(
                reference: classifying, current: wanted, weights: weighted.map { ($0.old, $0.new) }, columns: report.columns.map(\.name),
                threads: threads)
            json["domainClassifier"] = ["rocAUC": area.json]
            classified = [
                .paragraph("A classifier that was trained to tell the tables apart (0.5: it cannot):"),
                .table(Figures.table([("domain classifier, ROC AUC", area)])),
            ]
        }
        var blocks: [Document.Block] = [
            .paragraph(
                "\(report.columns.count.counting("column")) compared by the preset \(preset.rawValue); \(report.columns.count { $0.isDrifted }) of them drifted."
                    + (undecided == 0 ? "" : " \(undecided) of them \(undecided == 1 ? "holds" : "hold") times, of which the preset decides nothing.")
                    + (report.maximumMissingDifference.map {
                        " A column has drifted too where the shares of missing values differ by more than \(Figures.text($0)); of times, which move on, that alone is asked."
                    } ?? "")
            ),
            .table(
                Document.Table(
                    [
                        "column", "", "decided by", "score", "PSI", "95 % interval", "Jensen-Shannon", "Wasserstein / sd", "p (KS, χ²)", "missing",
                        "categories",
                    ], rows)),
        ]
        blocks += classified
        for (names, what) in [(report.onlyInReference, "Gone"), (report.onlyInCurrent, "New")] where !names.isEmpty {
            blocks.append(.paragraph("\(what): \(names.joined(separator: ", "))."))
            if what == "Gone" {
                blocks.append(.paragraph("A column that is gone fails, since nothing is known of it: name with --column what is to be compared."))
            }
        }
        // What has drifted first: rare categories may have by another figure.
        let farthest = report.columns.sorted {
            ($0.isDrifted ? 1 : 0, $0.populationStabilityIndex) > ($1.isDrifted ? 1 : 0, $1.populationStabilityIndex)
        }
        for column in farthest.prefix(12) {
            // Its bars are numbers of rows.
            if weighted == nil, let old = kept.first(where: { $0.name == column.name }), let new = current[column.name] { blocks += chart(old, new) }
        }
        return (Document("Drift", blocks, json: .object(json)), passes)
    }

    private static func row(_ column: DriftReport.ColumnDrift) -> [String] {
        let bounds = column.intervals["populationStabilityIndex"].map { "\(Figures.text($0.lower)) to \(Figures.text($0.upper))" }
        let test = column.kolmogorovSmirnov ?? column.chiSquare
        func told(_ sign: String, _ categories: CategoryNames) -> [String] {
            let names = categories.names.prefix(3).map { sign + $0 }
            return categories.count > names.count ? names + ["\(sign)\(categories.count - names.count)\(names.isEmpty ? "" : " more")"] : names
        }
        let categories = told("+", column.newCategories) + told("-", column.lostCategories)
        return [
            column.name, column.isDrifted ? "DRIFTED" : "", column.method, column.score.map { Figures.text($0) } ?? "",
            Figures.text(column.populationStabilityIndex), bounds ?? "", Figures.text(column.jensenShannonDistance),
            column.normedWassersteinDistance.map { Figures.text($0) } ?? "", test.map { Figures.text($0.pValue) } ?? "",
            Figures.text(column.missingDifference), categories.joined(separator: " "),
        ]
    }

    /// The reference's bins, or its most frequent categories, in both tables.
    private static func chart(_ reference: ReferenceColumn, _ column: Column) -> [Document.Block] {
        let compared = reference.comparedShares(with: column, limit: 20)
        guard compared.names.count > 1 else { return [] }
        return [
            .chart(
                Chart(
                    reference.name, x: "", y: "share of rows",
                    .bars(categories: compared.names, series: ["reference", "current"], values: [compared.reference, compared.current])))
        ]
    }
}

/// What a table is compared with.
public struct DriftReference: Sendable {
    public let columns: [ReferenceColumn]

    /// Every number is kept: distances are exact, whatever the rows. `json` thins columns of more than `ReferenceColumn.sketchSize`.
    public init(_ frame: Frame) { columns = frame.columns.map { ReferenceColumn($0, keepsAll: true) } }

    /// What `json` wrote.
    public init(json: JSONValue) throws {
        let read = (json["columns"]?.arrayValue ?? []).map { ReferenceColumn(json: $0) }
        guard !read.isEmpty, read.allSatisfy({ $0 != nil }) else {
            throw MetricsError(.invalidOption, message: "the reference is no summary that proviso measure drift --keep wrote")
        }
        columns = read.compactMap { $0 }
    }

    public var json: JSONValue { ["columns": .array(columns.map(\.json))] }
}
