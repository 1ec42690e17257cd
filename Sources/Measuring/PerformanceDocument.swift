import Basics
import Frames
import Metrics
public import Reports
import Statistics

/// Performance of a table's scores or predictions.
public enum PerformanceDocument {
    public enum Task: String, Hashable, Sendable, CaseIterable { case binary, multiclass, regression }

    /// - Parameters:
    ///   - costs: of a false positive and a false negative, for the cheapest threshold.
    ///   - quantile: of the quantile loss of numbers.
    public static func make(_ table: MeasuredTable, task: Task, costs: (falsePositive: Double, falseNegative: Double)?, quantile: Double) throws
        -> Document
    {
        switch task {
        case .binary: try binary(table, costs)
        case .multiclass: try multiclass(table)
        case .regression: try regression(table, quantile)
        }
    }

    private static func binary(_ table: MeasuredTable, _ costs: (falsePositive: Double, falseNegative: Double)?) throws -> Document {
        let rows = try table.scoredRows()
        let report = PerformanceReport(rows, beta: table.columns.beta)
        var blocks: [Document.Block] = [
            .paragraph("\(report.rows.counting("row")), \(report.positives) of them positive; \(table.decisionText)."),
            .table(Figures.table(report.figures)),
        ]
        var json = report.json.objectValue ?? [:]
        guard rows.hasScores else {
            guard costs == nil else {
                throw MetricsError(.invalidOption, message: "the cheapest threshold is one of scores: name their column with --score")
            }
            blocks.append(.paragraph("There are no curves: decisions alone are given, no scores."))
            return Document("Performance", blocks, json: .object(json))
        }
        let curve: ThresholdCurve
        do throws(MetricsError) {
            curve = try ThresholdCurve(rows)
        } catch {
            guard error.code == .oneClass else { throw error }
            blocks.append(.paragraph("There are no curves: the rows that count are of one class only."))
            return Document("Performance", blocks, json: .object(json))
        }
        if let costs {
            let best = LeastCost(rows, curve, falsePositive: costs.falsePositive, falseNegative: costs.falseNegative)
            blocks.append(
                .paragraph(
                    "Cheapest threshold where a false positive costs \(costs.falsePositive) and a false negative \(costs.falseNegative): "
                        + "\(Figures.text(best.threshold)), at \(Figures.text(best.cost)) a row "
                        + "(\(Figures.text(best.bounds.lower)) to \(Figures.text(best.bounds.upper))); now \(Figures.text(best.costAtThreshold)) "
                        + "(\(Figures.text(best.boundsAtThreshold.lower)) to \(Figures.text(best.boundsAtThreshold.upper)))."))
            json["leastCost"] = best.json
        }
        let points = curve.thinned(to: 400)
        json["curve"] = .array(
            curve.thinned(to: 200).map {
                [
                    "threshold": .double($0.threshold), "truePositiveRate": .double($0.truePositiveRate),
                    "falsePositiveRate": .double($0.falsePositiveRate), "precision": .double($0.precision),
                    "selectionRate": .double($0.selectionRate),
                ]
            })
        blocks += [
            .chart(
                Chart(
                    "ROC", x: "false-positive rate", y: "true-positive rate", range: 0...1,
                    .lines([.init("ROC", [.init(0, 0)] + points.map { .init($0.falsePositiveRate, $0.truePositiveRate) })], diagonal: true))),
            .chart(
                Chart(
                    "Precision and recall", x: "recall", y: "precision", range: 0...1,
                    .lines([.init("precision", points.map { .init($0.truePositiveRate, $0.precision) })], diagonal: false))),
            .chart(
                Chart(
                    "Gain", x: "share of rows selected", y: "share of positives found", range: 0...1,
                    .lines([.init("gain", [.init(0, 0)] + points.map { .init($0.selectionRate, $0.truePositiveRate) })], diagonal: true))),
            .chart(
                Chart(
                    "Lift", x: "share of rows selected", y: "times as many positives as chance",
                    .lines([.init("lift", points.map { .init($0.selectionRate, $0.truePositiveRate / $0.selectionRate) })], diagonal: false))),
        ]
        return Document("Performance", blocks, json: .object(json))
    }

    private static func multiclass(_ table: MeasuredTable) throws -> Document {
        let rows = try table.classifiedRows([table.classColumns])[0]
        let (classes, labels) = (rows.classes, rows.labels)
        let report = try MulticlassReport(
            classes: classes, labels: labels, predictions: rows.predictions, scores: rows.scores, weights: rows.weights, k: table.columns.topK)
        var figures = [("accuracy", report.accuracy), ("cohenKappa", report.cohenKappa)]
        for average in MulticlassReport.Average.allCases {
            for (name, values) in [("precision", report.precision), ("recall", report.recall), ("f1", report.f1)] {
                if let estimate = values[average] { figures.append(("\(name), \(average.rawValue)", estimate)) }
            }
        }
        for (average, estimate) in report.rocAUC.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            figures.append(("ROC AUC, one against the rest, \(average.rawValue)", estimate))
        }
        if let topK = report.topK { figures.append(("true class among the \(table.columns.topK) highest", topK)) }
        if let logLoss = report.logLoss { figures.append(("logLoss", logLoss)) }
        let confusion = Document.Table(
            ["true \\ predicted"] + classes, zip(classes, report.confusion).map { [$0] + $1.map { Chart.label($0) } })
        return Document(
            "Performance",
            [.paragraph("\(report.accuracy.n.counting("row")) of \(classes.count.counting("class", "classes"))."), .table(Figures.table(figures))]
                + (classes.count <= 50 ? [.table(confusion)] : []),
            json: report.json)
    }

    private static func regression(_ table: MeasuredTable, _ quantile: Double) throws -> Document {
        let rows = try table.numberRows()
        let report = try RegressionReport(truth: rows.truth, predictions: rows.predictions, weights: rows.weights, quantile: quantile)
        return Document("Performance", [.paragraph("\(report.rows.counting("row"))."), .table(Figures.table(report.figures))], json: report.json)
    }
}
