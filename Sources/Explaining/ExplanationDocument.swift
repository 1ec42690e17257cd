public import Basics
public import Explanations
internal import Foundation
public import Frames
internal import Models
public import Reports
internal import Statistics

/// What was explained, as a report, as JSON, and as a table.
public struct ExplanationDocument: Sendable {
    let explanation: Explanation
    let values: Attributions
    let surrogates: [JSONValue]
    /// Nil where no map from features to reasons was given; else one list a row, nil where the sampling error leaves open which are the principal ones.
    let reasons: [[PrincipalReason]?]?
    let reasonCodes: ReasonCodes?
    /// Nil where nobody asked.
    let whole: GlobalExplanation?
    /// Rows × outputs × players × players; nil where nobody asked.
    let interactions: [Double]?

    /// - Parameter reasonCodes: finds principal reasons for each row; the model has one output.
    ///
    /// Throws `ExplanationError` for contributions that reasons cannot be derived from.
    public init(
        _ explanation: Explanation, _ explained: ExplainedRows, reasonCodes: ReasonCodes? = nil, whole: GlobalExplanation? = nil,
        interactions: [Double]? = nil
    ) throws(ExplanationError) {
        self.interactions = interactions
        self.explanation = explanation
        self.whole = whole
        values = explained.values
        surrogates = explained.surrogates
        if reasonCodes != nil, values.method == .lime {
            throw ExplanationError(
                .reasons, message: "a surrogate's contributions do not add up to the prediction, so that no reason can be derived from them")
        }
        self.reasonCodes = reasonCodes
        reasons = try reasonCodes?.determinedReasons(for: values)
    }

    private var isLIME: Bool { values.method == .lime }

    // MARK: JSON

    /// The documented form: `Docs/Explanations.md`.
    public var json: JSONValue {
        let outputs = values.outputCount
        let rows = (0..<values.rowCount).map { row -> JSONValue in
            func lists(_ all: [Double]?) -> JSONValue {
                guard let all else { return .null }
                let width = values.players.count
                return .array(
                    (0..<outputs).map { output in
                        .array(all[((row * outputs + output) * width)..<((row * outputs + output + 1) * width)].map { .double($0) })
                    })
            }
            return JSONValue.object([
                "row": .int(Int64(explanation.places[row] + 1)),
                "predictions": .array(values.predictions[(row * outputs)..<((row + 1) * outputs)].map { .double($0) }),
                "values": lists(values.values), "standardErrors": lists(values.standardErrors), "interactions": matrices(row),
                "surrogates": surrogates.isEmpty ? .null : surrogates[row],
                "reasons": reasons?[row].map { .array($0.map(\.json)) } ?? .null,
                "reasonsUndetermined": reasons.map { $0[row] == nil } == true ? true : .null,
            ]).droppingNulls
        }
        let importances = (0..<outputs).map { output -> JSONValue in
            .object(
                ExplanationSummary(values.output(output)).importances.mapValues { importance in
                    JSONValue.object([
                        "meanAbsolute": .double(importance.meanAbsolute), "share": .double(importance.share),
                        "lower": importance.interval.map { .double($0.lower) } ?? .null,
                        "upper": importance.interval.map { .double($0.upper) } ?? .null,
                    ]).droppingNulls
                })
        }
        var members = provenanceMembers
        members["importances"] = .array(importances)
        members["reasons"] = reasonCodes?.json
        members["global"] = whole?.json
        members["rows"] = .array(rows)
        return JSONValue.object(members).droppingNulls
    }

    /// For each output of a row, the matrix of its players.
    private func matrices(_ row: Int) -> JSONValue {
        guard let interactions else { return .null }
        let (outputs, width) = (values.outputCount, values.players.count)
        return .array(
            (0..<outputs).map { output in
                .array(
                    (0..<width).map { player in
                        let start = ((row * outputs + output) * width + player) * width
                        return .array(interactions[start..<start + width].map { .double($0) })
                    })
            })
    }

    /// All that is needed to do it again, and what came of it as a whole.
    private var provenanceMembers: [String: JSONValue] {
        [
            "schema": "proviso.dev/explanation/v1", "method": .string(values.method.rawValue), "scale": .string(values.scale.rawValue),
            "model": ["kind": .string(explanation.model.kind), "digest": .string(explanation.digests.model.description)],
            "data": .string(explanation.digests.data.description), "background": values.background.map { .string($0.description) } ?? .null,
            "seed": values.seed.map { .string(String($0)) } ?? .null, "players": .array(values.players.map { .string($0) }),
            "outputs": .array(explanation.outputNames.map { .string($0) }),
            "baseValues": isLIME ? .null : .array(values.baseValues.map { .double($0) }),
            "additivityError": isLIME ? .null : .double(values.maximumAdditivityError),
            "additivityBound": isLIME ? .null : .double(Attributions.additivityTolerance),
        ]
    }

    /// The table as a Parquet file, whose metadata `proviso.explanation` is the JSON form without rows, importances and reasons.
    public func parquet() throws(FrameError) -> [UInt8] {
        try table().writeParquet(metadata: ["proviso.explanation": JSONValue.object(provenanceMembers).droppingNulls.canonicalText])
    }

    // MARK: Table

    /// A line for each row and output: `row` (counted from 1), `output`, `prediction`, `base`, `shap:<player>`, `error:<player>` where sampled,
    /// `interaction:<player>:<player>` where asked for, `reason:<n>`, `reasonText:<n>`, and where sampled `reasonsUndetermined`.
    public func table() throws(FrameError) -> Frame {
        let (outputs, width) = (values.outputCount, values.players.count)
        let lines = values.predictions.indices
        var columns = [Column("row", .integer(lines.map { Int64(explanation.places[$0 / outputs] + 1) }))]
        if outputs > 1 { columns.append(Column("output", texts: lines.map { explanation.outputNames[$0 % outputs] })) }
        columns.append(Column("prediction", .double(values.predictions)))
        let prefix = isLIME ? "lime" : "shap"
        if isLIME {
            for field in ["intercept", "localPrediction", "fidelity"] {
                columns.append(Column(field, doubles: lines.map { surrogates[$0 / outputs].arrayValue?[$0 % outputs][field]?.doubleValue }))
            }
            for (field, name) in [("selection", "stability:selection"), ("ranks", "stability:ranks")] {
                columns.append(
                    Column(name, doubles: lines.map { surrogates[$0 / outputs].arrayValue?[$0 % outputs]["stability"]?[field]?.doubleValue }))
            }
        } else {
            columns.append(Column("base", .double(lines.map { values.baseValues[$0 % outputs] })))
        }
        for (player, name) in values.players.enumerated() {
            columns.append(Column("\(prefix):\(name)", .double(lines.map { values.values[$0 * width + player] })))
        }
        if let errors = values.standardErrors {
            for (player, name) in values.players.enumerated() {
                columns.append(Column("error:\(name)", .double(lines.map { errors[$0 * width + player] })))
            }
        }
        if let interactions {
            for one in 0..<width {
                for other in one..<width {
                    columns.append(
                        Column(
                            "interaction:\(values.players[one]):\(values.players[other])",
                            .double(lines.map { interactions[($0 * width + one) * width + other] })))
                }
            }
        }
        if let reasons, let reasonCodes {
            for place in 0..<reasonCodes.maximum {
                columns.append(Column("reason:\(place + 1)", texts: reasons.map { $0.flatMap { place < $0.count ? $0[place].code : nil } }))
                columns.append(Column("reasonText:\(place + 1)", texts: reasons.map { $0.flatMap { place < $0.count ? $0[place].text : nil } }))
            }
            if values.standardErrors != nil { columns.append(Column("reasonsUndetermined", .boolean(reasons.map { $0 == nil }))) }
        }
        return try Frame(columns)
    }

    // MARK: Report

    /// - Parameter pictures: whether headings of pictures make sense.
    public func document(pictures: Bool) -> Document {
        var blocks: [Document.Block] = [
            .paragraph(
                "\(values.rowCount.counting("row")) of a model of kind \(explanation.model.kind), by the method \(values.method.rawValue), on the scale \(values.scale.rawValue). "
                    + (isLIME ? fidelityWords : additivityWords)
            ),
            .paragraph(provenance),
        ]
        for output in 0..<values.outputCount {
            let own = values.output(output)
            let name = values.outputCount > 1 ? explanation.outputNames[output] : nil
            if let name { blocks.append(.heading("Output \(name)")) }
            blocks += ExplanationPictures(own, rows: explanation.rows, players: explanation.players, places: explanation.places).blocks(
                pictures: pictures)
        }
        if let whole { blocks += whole.blocks(pictures: pictures, outputs: explanation.outputNames) }
        if let reasons { blocks += reasonBlocks(reasons) }
        return Document("Explanation", blocks, json: json)
    }

    private var additivityWords: String {
        "The values of a row add up to its prediction minus the base value, but for at most \(Self.figure(values.maximumAdditivityError))."
    }

    private var fidelityWords: String {
        let all = surrogates.flatMap { ($0.arrayValue ?? []).compactMap { $0["fidelity"]?.doubleValue } }
        let mean = all.reduce(0, +) / Double(max(1, all.count))
        let stability = surrogates.flatMap { ($0.arrayValue ?? []).compactMap { $0["stability"]?["selection"]?.doubleValue } }
        let overlap = stability.reduce(0, +) / Double(max(1, stability.count))
        return
            "The values are those of local linear surrogates, whose fidelity (R²) is \(Self.figure(mean)) in the mean and \(Self.figure(all.min() ?? 0)) at least. "
            + "Over seeds the chosen features overlap by \(Self.figure(overlap)) in the mean and \(Self.figure(stability.min() ?? 0)) at least (1: always the same)."
    }

    private var provenance: String {
        var parts = ["Model \(explanation.digests.model)", "table \(explanation.digests.data)"]
        if let background = values.background { parts.append("background's numbers \(background)") }
        if let seed = values.seed { parts.append("seed \(seed)") }
        return parts.joined(separator: ", ") + "."
    }

    private func reasonBlocks(_ reasons: [[PrincipalReason]?]) -> [Document.Block] {
        let shown = reasons.prefix(20).enumerated().map { row, list in
            [
                String(explanation.places[row] + 1), Self.figure(values.predictions[row]),
                list.map { $0.map { "\($0.code): \($0.text)" }.joined(separator: "; ") } ?? "left open by the sampling error",
            ]
        }
        var counts: [String: (text: String, first: Int, any: Int)] = [:]
        for list in reasons.compactMap(\.self) {
            for (place, reason) in list.enumerated() {
                let old = counts[reason.code] ?? (reason.text, 0, 0)
                counts[reason.code] = (reason.text, old.first + (place == 0 ? 1 : 0), old.any + 1)
            }
        }
        let ordered = counts.sorted { ($1.value.any, $0.key) < ($0.value.any, $1.key) }
        return [
            .heading("Principal reasons"), .table(Document.Table(["row", "prediction", "reasons"], Array(shown))),
            .heading("How often each reason is given"),
            .table(
                Document.Table(
                    ["code", "reason", "first", "among the principal"],
                    ordered.map { [$0.key, $0.value.text, String($0.value.first), String($0.value.any)] })),
        ]
    }

    static func figure(_ value: Double) -> String {
        value != 0 && abs(value) < 0.001 ? String(format: "%.2e", value) : String(format: "%.4f", value)
    }
}
