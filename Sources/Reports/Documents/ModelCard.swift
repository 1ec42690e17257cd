public import Attestations
public import Basics

/// The card of a trained model (Mitchell et al. 2019), from a record and its evidence alone: nothing is in it that was not measured or declared, and each
/// figure names the evidence document that it is from.
public enum ModelCard {
    /// - Parameters:
    ///   - spec: the model's spec as it was judged, without defaults that do not concern it; nil if it cannot be read any more.
    ///   - evidence: by section, as the record names the documents.
    public static func make(digest: Digest, record: Record, spec: JSONValue?, evidence: JSONValue) -> Document {
        let card = Card(digest: digest, record: record, spec: spec ?? .null, evidence: evidence)
        let blocks =
            card.summary + card.purpose + card.data + card.performance + card.calibration + card.groups + card.tradeoffs + card.training + card.size
            + card.explanation
            + card.limits + card.lineage
        let json: JSONValue = [
            "record": .string(digest.description), "subject": record.subject.json, "spec": spec ?? .null, "evidence": evidence,
            "verdict": record.verdict.json,
        ]
        return Document("Model card: \(record.subject.name)", blocks, json: json)
    }
}

/// Sections of one card.
struct Card {
    let digest: Digest
    let record: Record
    let spec: JSONValue
    let evidence: JSONValue

    func source(_ section: String) -> String { record.draft.evidence[section].map(\.short) ?? "none" }

    /// A number of them.
    func testRows(_ value: JSONValue?) -> String { value?.intValue.map { Int($0).counting("test row") } ?? "\(text(value)) test rows" }

    /// Rows that two models decide otherwise: their number, or of weighted rows their share.
    private func changed(_ share: JSONValue?) -> String {
        guard share?["numerator"] == nil else { return "\(text(share?["numerator"])) of \(testRows(share?["n"]))" }
        return "a share of \(text(share?["value"])) of \(testRows(share?["n"])) by weight"
    }

    func text(_ value: JSONValue?) -> String {
        guard let value else { return "not measured" }
        if let number = value.doubleValue {
            let rounded = (number * 10_000).rounded() / 10_000
            return Chart.label(rounded == 0 ? number : rounded)
        }
        return value.stringValue ?? value.canonicalText
    }

    /// A part of the spec on one line.
    func declaration(_ value: JSONValue) -> String {
        switch value {
        case .object(let members):
            return members.sorted { $0.key < $1.key }.map { name, member in
                if case .object = member { return "\(name) (\(declaration(member)))" }
                return "\(name) \(declaration(member))"
            }.joined(separator: ", ")
        case .array(let elements): return "[" + elements.map(declaration).joined(separator: "; ") + "]"
        default: return text(value)
        }
    }

    func list(_ value: JSONValue?) -> String { (value?.arrayValue ?? []).map { text($0) }.joined(separator: ", ") }

    func interval(_ estimate: JSONValue?) -> String {
        guard let lower = estimate?["lower"], let upper = estimate?["upper"] else { return "" }
        return "\(text(lower)) … \(text(upper))"
    }

    /// One row of a table of figures.
    func row(_ name: String, _ estimate: JSONValue?, _ section: String) -> [String] {
        let value = estimate?["value"].map { text($0) } ?? estimate?["undefined"]?.stringValue.map { "undefined: \($0)" } ?? "not measured"
        return [name, value, interval(estimate), estimate?["n"].map { text($0) } ?? "", source(section)]
    }

    static let columns = ["figure", "value", "95 % interval", "n", "evidence"]

    /// `balancedAccuracy` as words.
    func words(_ name: String) -> String {
        name.reduce(into: "") { text, letter in
            if letter.isUppercase, let last = text.last, !last.isUppercase { text += " " }
            text += letter.isUppercase && !(text.last?.isUppercase ?? false) && !name.hasSuffix("AUC") ? letter.lowercased() : String(letter)
        }
    }

    var summary: [Document.Block] {
        [
            .paragraph("Verdict: \(VerdictText.word(record.verdict.outcome)), decided at \(record.instant), in record \(digest.short)."),
            .paragraph("Every figure below names the evidence document of the ledger that it is from, by the beginning of its digest."),
        ]
    }

    var purpose: [Document.Block] {
        guard let purpose = spec["purpose"]?.stringValue else {
            return [
                .heading("Purpose"), .paragraph("The spec that was judged cannot be read any more: \(record.draft.source.specDigest.description)."),
            ]
        }
        var lines = [("risk", text(spec["risk"])), ("owners", list(spec["owners"])), ("task", text(spec["task"]))]
        if let places = spec["jurisdictions"] { lines.append(("jurisdictions", list(places))) }
        lines.append(
            (
                "estimator",
                (spec["estimator"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \(text($0.value))" }.joined(separator: ", ")
            ))
        // A search decides what is trained with, whatever the estimator says besides.
        if let best = evidence["search"]?["best"] {
            let parameters = (best["parameters"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \(text($0.value))" }
            lines.append(("trained with, by the search", parameters.joined(separator: ", ")))
        }
        for name in ["preprocessing", "classWeights", "validation", "calibration", "mitigation", "decision", "search"] {
            guard let declared = spec[name] else { continue }
            lines.append((words(name), declaration(declared)))
        }
        return [.heading("Purpose"), .paragraph(purpose), .table(Document.Table(["", "declared"], lines.map { [$0.0, $0.1] }))]
    }

    var data: [Document.Block] {
        var rows: [[String]] = [["data set", text(spec["dataset"]), ""]]
        if evidence["data"] == nil, let read = record.draft.steps.first(where: { $0.name == "train" })?.inputs["data"] {
            rows.append(["digest", read.description, "step train"])
        }
        if let data = evidence["data"] {
            for name in ["digest", "rows", "trainRows", "testRows"] { rows.append([words(name), text(data[name]), source("data")]) }
        }
        if let features = evidence["model"]?["features"] { rows.append(["features", list(features), source("model")]) }
        return [.heading("Data"), .table(Document.Table(["", "value", "evidence"], rows))]
    }

    var performance: [Document.Block] {
        guard let performance = evidence["performance"] else {
            if let blocks = taskPerformance { return blocks }
            return [.heading("Performance"), .paragraph("Not measured: no policy asked for it.")]
        }
        let names = [
            "rocAUC", "prAUC", "logLoss", "brierScore", "accuracy", "balancedAccuracy", "precision", "recall", "specificity", "f1",
            "matthewsCorrelation",
        ]
        return [
            .heading("Performance"),
            .paragraph("On \(testRows(performance["rows"])); \(rule(performance["threshold"]))."),
            .table(Document.Table(Self.columns, names.map { row(words($0), performance[$0], "performance") })),
        ]
    }

    /// What makes a decision positive.
    private func rule(_ threshold: JSONValue?) -> String {
        if let threshold { return "a score of at least \(text(threshold)) is a positive decision" }
        let attribute = spec["decision"]?["groups"]?["attribute"]
        return attribute.map { "each group of '\(text($0))' has thresholds of its own" } ?? "draws decide, by the scores"
    }

    /// Also where nothing else of its performance was asked for.
    var calibration: [Document.Block] {
        guard let bins = evidence["calibration"]?["bins"]?.arrayValue else { return [] }
        let points = bins.compactMap { bin -> Chart.Point? in
            guard let x = bin["predicted"]?.doubleValue, let y = bin["observed"]?["value"]?.doubleValue else { return nil }
            return Chart.Point(x, y)
        }
        return [
            .heading("Calibration"),
            .table(
                Document.Table(
                    Self.columns, [row("expected calibration error", evidence["calibration"]?["expectedCalibrationError"], "calibration")])),
            .chart(
                Chart(
                    "Reliability", x: "mean score", y: "share of positives", range: 0...1,
                    .lines([Chart.Series("model", points, isDotted: true)], diagonal: true))),
        ]
    }

    var groups: [Document.Block] {
        var blocks: [Document.Block] = [.heading("Groups")]
        guard let fairness = evidence["fairness"]?.objectValue, !fairness.isEmpty else {
            return blocks + [.paragraph("Not measured: no policy asked for it.")]
        }
        for (attribute, measures) in fairness.sorted(by: { $0.key < $1.key }) {
            var rows = [
                row("selection-rate ratio", measures["selectionRate"]?["ratio"], "fairness"),
                row("selection-rate difference", measures["selectionRate"]?["difference"], "fairness"),
                row("equalized odds difference", measures["equalizedOdds"]?["difference"], "fairness"),
            ]
            let names = ["selectionRate", "truePositiveRate", "falsePositiveRate"]
            for name in names {
                for (group, estimate) in (measures[name]?["groups"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
                    rows.append(row("\(words(name)), \(group)", estimate, "fairness"))
                }
            }
            blocks.append(.table(Document.Table(["by \(attribute)"] + Self.columns.dropFirst(), rows)))
            let whiskers = (measures["selectionRate"]?["groups"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.compactMap { group, estimate in
                estimate["value"]?.doubleValue.map {
                    Chart.Whisker(group, $0, lower: estimate["lower"]?.doubleValue, upper: estimate["upper"]?.doubleValue)
                }
            }
            if !whiskers.isEmpty, whiskers.count <= 40 {
                let overall = measures["selectionRate"]?["overall"]?["value"]?.doubleValue
                blocks.append(.chart(Chart("Selection rate by \(attribute)", x: "selection rate", y: "", .whiskers(whiskers, overall: overall))))
            }
        }
        return blocks
    }

    var tradeoffs: [Document.Block] {
        guard let tradeoff = evidence["tradeoff"] else {
            return [.heading("Trade-offs"), .paragraph("No mitigation and no thresholds by group are declared, so nothing was traded.")]
        }
        func compared(_ name: String, _ change: JSONValue?) -> [String] {
            [
                name, text(change?["without"]?["value"]), text(change?["with"]?["value"]), text(change?["change"]?["value"]),
                interval(change?["change"]), source("tradeoff"),
            ]
        }
        let gapNames = ["selectionRateRatio", "selectionRateDifference", "equalizedOddsDifference"]
        let areas = tradeoff["rocAUC"]
        var rows = [
            compared("accuracy", tradeoff["accuracy"]),
            ["roc AUC", text(areas?["without"]?["value"]), text(areas?["with"]?["value"]), "", "", source("tradeoff")],
        ]
        for (attribute, gaps) in (tradeoff["attributes"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            rows += gapNames.map { compared("\(words($0)) by \(attribute)", gaps[$0]) }
            for (group, rates) in (gaps["groups"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
                for name in ["selectionRate", "truePositiveRate", "falsePositiveRate"] {
                    rows.append(compared("\(words(name)), \(group)", rates[name]))
                }
            }
        }
        var blocks: [Document.Block] = [
            .heading("Trade-offs"),
            .paragraph(
                "Declared: \(list(tradeoff["methods"])). Decided otherwise than without: \(changed(tradeoff["changedDecisions"]))."
            ), .table(Document.Table(["figure", "without", "with", "change", "95 % interval", "evidence"], rows)),
        ]
        for (part, title) in [
            ("training", "Of which mitigation in training, decided without regard to groups"), ("decision", "Of which the decision"),
        ] {
            guard let effect = tradeoff["effects"]?[part] else { continue }
            var rows = [compared("accuracy", effect["accuracy"])]
            for (attribute, gaps) in (effect["attributes"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
                rows += gapNames.map { compared("\(words($0)) by \(attribute)", gaps[$0]) }
            }
            blocks += [
                .paragraph("\(title):"), .table(Document.Table(["figure", "before", "after", "change", "95 % interval", "evidence"], rows)),
            ]
        }
        for warning in (tradeoff["legalWarnings"]?.arrayValue ?? []).compactMap(\.stringValue) { blocks.append(.paragraph("Law: \(warning).")) }
        return blocks
    }

    var training: [Document.Block] {
        var blocks: [Document.Block] = []
        if let validation = evidence["validation"] {
            var rows = validated(validation, prefix: "out-of-fold")
            if let nested = validation["nested"] { rows += validated(nested, prefix: "nested") }
            if let threshold = validation["threshold"] {
                rows.append([
                    "threshold for \(text(threshold["objective"]))", text(threshold["value"]), "", text(threshold["candidates"]),
                    source("validation"),
                ])
            }
            if let calibration = validation["calibration"] {
                rows.append(row("calibration error before \(text(calibration["method"])), out of fold", calibration["before"], "validation"))
                rows.append(row("calibration error after, by the other folds", calibration["after"], "validation"))
            }
            blocks += [.heading("Validation"), .table(Document.Table(Self.columns, rows))]
        }
        guard let search = evidence["search"] else { return blocks }
        let objectives = (search["objectives"]?.arrayValue ?? []).compactMap(\.stringValue)
        let best = search["best"]
        blocks += [
            .heading("Search"),
            .paragraph(
                "\(text(search["trials"])) trials, \(text(search["failed"])) failed; the model has the parameters of trial \(text(best?["number"])).\(spent(search["budget"])) Evidence: \(source("search"))."
            ),
            .table(
                Document.Table(
                    ["trial of the Pareto front"] + objectives + ["parameters"],
                    (search["front"]?.arrayValue ?? []).map { trial in
                        [text(trial["number"])] + objectives.map { text(trial["measures"]?[$0]) } + [
                            (trial["parameters"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \(text($0.value))" }
                                .joined(separator: ", ")
                        ]
                    })),
        ]
        if objectives.count >= 2 {
            // Trials of less effort are not compared with those of the most.
            let most = (search["table"]?.arrayValue ?? []).compactMap { $0["effort"]?.doubleValue }.max()
            func points(_ list: String) -> [Chart.Point] {
                (search[list]?.arrayValue ?? []).compactMap { trial in
                    guard trial["effort"]?.doubleValue == most, let x = trial["measures"]?[objectives[0]]?.doubleValue,
                        let y = trial["measures"]?[objectives[1]]?.doubleValue
                    else {
                        return nil
                    }
                    return Chart.Point(x, y)
                }
            }
            blocks.append(
                .chart(
                    Chart(
                        "Trials and their Pareto front", x: objectives[0], y: objectives[1],
                        .lines(
                            [
                                // The front last, so that its points lie on top.
                                Chart.Series("trials of full effort", points("table"), isDotted: true, isJoined: false),
                                Chart.Series("Pareto front", points("front").sorted { ($0.x, $0.y) < ($1.x, $1.y) }, isDotted: true),
                            ], diagonal: false))))
        }
        return blocks
    }

    private func spent(_ budget: JSONValue?) -> String {
        guard let budget else { return "" }
        let end = budget["exhausted"] == true ? ", which ended the search" : ""
        return " They took \(text(budget["spentCPUSeconds"])) s of processor time (\(text(budget["spentJoules"])) J by model)\(end)."
    }

    var explanation: [Document.Block] {
        guard let explanation = evidence["explanation"] else {
            return [.heading("Explanation"), .paragraph("Not measured: no policy asked for it.")]
        }
        let features = (explanation["features"]?.objectValue ?? [:]).sorted {
            ($1.value["value"]?.doubleValue ?? 0, $0.key) < ($0.value["value"]?.doubleValue ?? 0, $1.key)
        }.prefix(15)
        let rows = features.map { [$0.key, text($0.value["value"]), interval($0.value), text($0.value["share"]), source("explanation")] }
        let whiskers = features.compactMap { name, value in
            value["value"]?.doubleValue.map { Chart.Whisker(name, $0, lower: value["lower"]?.doubleValue, upper: value["upper"]?.doubleValue) }
        }
        return [
            .heading("Explanation"), .table(Document.Table(["feature", "mean |SHAP|", "95 % interval", "share", "evidence"], Array(rows))),
            .chart(
                Chart("What contributes", x: isOfClasses ? "mean |SHAP|, log-odds" : "mean |SHAP|", y: "", .whiskers(Array(whiskers), overall: nil))),
        ]
    }

    var limits: [Document.Block] {
        var lines: [String] = []
        for rule in record.verdict.rules where rule.state != .pass { lines.append("\(rule.policy)/\(rule.rule): \(rule.message)") }
        for (attribute, measures) in (evidence["fairness"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            let small = list(measures["smallGroups"])
            if !small.isEmpty { lines.append("Groups of \(attribute) too small to compare: \(small) (evidence \(source("fairness"))).") }
        }
        if let drift = evidence["drift"]?["driftedShare"] {
            lines.append("Share of columns that differ between training and test rows: \(text(drift)) (evidence \(source("drift"))).")
        }
        if lines.isEmpty {
            lines = ["Every rule that judged the model passed. What no policy asked for was not measured, and nothing is said of it."]
        }
        return [.heading("Limits")] + lines.map { .paragraph($0) }
    }

    var lineage: [Document.Block] {
        let source = record.draft.source
        var rows = [
            ["commit", source.commit], ["spec", "\(source.path), \(source.specDigest.description)"], ["engine", record.draft.engine],
            ["record", digest.description],
        ]
        for (name, artefact) in record.draft.artefacts.sorted(by: { $0.key < $1.key }) { rows.append(["artefact \(name)", artefact.description]) }
        for (section, document) in record.draft.evidence.sorted(by: { $0.key < $1.key }) {
            rows.append(["evidence \(section)", document.description])
        }
        for step in record.draft.steps { rows.append(["step \(step.name)", "\(step.implementation), key \(step.key.description)"]) }
        return [.heading("Lineage"), .table(Document.Table(["", "value"], rows))]
    }
}
