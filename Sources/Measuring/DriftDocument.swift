public import Basics
public import Frames
public import Metrics
public import Reports

/// A table beside a reference.
public enum DriftDocument {
    /// - Parameters:
    ///   - reference: a table, or what an earlier run kept of one.
    ///   - preset: `stability` or `evidently`.
    ///   - columns: only these; empty: all.
    /// - Returns: the document, and whether no more than `maximumShare` of the columns drifted.
    public static func make(
        _ current: Frame, reference: DriftReference, preset: String, columns: [String], maximumShare: Double, threads: Int
    ) throws -> (document: Document, passes: Bool) {
        guard let preset = DriftReport.Preset(rawValue: preset) else {
            throw MetricsError(.invalidOption, message: "the preset is stability or evidently, not '\(preset)'")
        }
        let kept = reference.columns.filter { columns.isEmpty || columns.contains($0.name) }
        let wanted = columns.isEmpty ? current : try Frame(try columns.map { try current.column($0) })
        let report = try DriftReport(reference: kept, current: wanted, preset: preset, threads: threads)
        let rows = report.columns.map { column in
            [
                column.name, column.isDrifted ? "DRIFTED" : "", Figures.text(column.populationStabilityIndex),
                Figures.text(column.jensenShannonDistance),
                column.normedWassersteinDistance.map { Figures.text($0) } ?? "",
                (column.kolmogorovSmirnov ?? column.chiSquare).map { Figures.text($0.pValue) } ?? "", Figures.text(column.missingDifference),
                (column.newCategories.prefix(3).map { "+\($0)" } + column.lostCategories.prefix(3).map { "-\($0)" }).joined(separator: " "),
            ]
        }
        let passes = report.driftedShare <= maximumShare
        var blocks: [Document.Block] = [
            .paragraph(
                "\(report.columns.count) columns compared by the preset \(preset.rawValue); \(report.columns.count { $0.isDrifted }) of them drifted."
            ),
            .table(
                Document.Table(
                    ["column", "", "PSI", "Jensen-Shannon", "Wasserstein / sd", "p (KS, χ²)", "missing", "categories"], rows)),
        ]
        for (names, what) in [(report.onlyInReference, "Gone"), (report.onlyInCurrent, "New")] where !names.isEmpty {
            blocks.append(.paragraph("\(what): \(names.joined(separator: ", "))."))
        }
        for column in report.columns.sorted(by: { $0.populationStabilityIndex > $1.populationStabilityIndex }).prefix(12) {
            if let old = kept.first(where: { $0.name == column.name }), let new = current[column.name] { blocks += chart(old, new) }
        }
        return (Document("Drift", blocks, json: report.json), passes)
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

    public init(_ frame: Frame) { columns = frame.columns.map { ReferenceColumn($0) } }

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
