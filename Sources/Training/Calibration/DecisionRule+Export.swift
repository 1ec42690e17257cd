internal import Basics
public import Frames
internal import Metrics
public import Models

extension DecisionRule {
    /// How scores become chances, for an export.
    public var scoreMaps: [ONNXScoreMap] { classes.map { $0.calibrators.map(\.scoreMap) } ?? calibrator.map { [$0.scoreMap] } ?? [] }
}

extension Calibrator {
    fileprivate var scoreMap: ONNXScoreMap {
        switch self {
        case .platt(let slope, let intercept): .logOdds(slope: slope, intercept: intercept)
        case .beta(let a, let b, let c): .beta(a: a, b: b, c: c)
        case .isotonic(let scores, let chances): .points(scores: scores, chances: chances)
        }
    }
}

extension TrainedModel {
    /// As ONNX: its preprocessing, its repair by the row's group and the rule's calibration included.
    ///
    /// - Parameter decides: whether the file gives decisions too, as `decisions` does.
    ///
    /// Throws `unsupportedModel` for what ONNX cannot say.
    public func exported(_ rule: DecisionRule? = nil, decides: Bool = false) throws(ModelError) -> ONNXExport {
        let maps = rule?.scoreMaps ?? []
        guard maps.isEmpty || maps.count == header.outputCount, rule?.classes.map({ $0.classes == header.classes }) ?? true else {
            throw ModelError(.malformedArtifact, operation: "export the model", message: "the decision rule was fitted for other outputs than it has")
        }
        let repair: ONNXRepair? = if let repair { try repair.exported(edges: edges) } else { nil }
        let decision: ONNXDecision? = decides ? try decision(rule ?? DecisionRule(threshold: 0.5)) : nil
        return try ONNXExport(
            members: members.map { ($0.model, $0.weight) }, maps: maps, repair: repair, decision: decision, digest: .of(bytes))
    }

    private func decision(_ rule: DecisionRule) throws(ModelError) -> ONNXDecision {
        if header.task == .multiclass { return .likeliest(header.classes) }
        if isRandomised, rule.isPlain { return .draw }
        guard let thresholds = rule.groupThresholds else { return .threshold(rule.threshold) }
        let names = thresholds.rules.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        func exported(_ rule: GroupThresholds.Rule) -> ONNXDecision.Rule {
            ONNXDecision.Rule(
                ignored: rule.ignored, constant: rule.constant, firstShare: rule.firstShare, first: rule.first, second: rule.second)
        }
        return .groups(
            try ONNXGroups(attribute: thresholds.attribute, names: names, edges: rule.edges), rules: names.map { exported(thresholds.rule($0)) },
            fallback: exported(thresholds.fallback))
    }

    /// Each row's draw, where chance decides: what an exported file is to be given.
    public func draws(_ frame: Frame, by rule: DecisionRule? = nil) -> [Double] {
        let columns = schema.names.compactMap { frame[$0] }
        return (0..<frame.rowCount).map { RowDraw.number(RowDraw.key(columns, $0), seed: rule?.groupThresholds?.seed ?? 0) }
    }

    /// What ONNX Runtime makes of an export, beside what this model makes of the same rows.
    public struct ExportCheck: Hashable, Sendable {
        /// Of predictions, in units of max(1, |ours|).
        public let largestDifference: Double
        /// Rows that are decided otherwise, though no rounding of their score would do it.
        public let otherDecisions: Int
    }

    /// Throws what applying either throws.
    public func check(_ export: ONNXExport, _ rule: DecisionRule? = nil, on frame: Frame, threads: Int = 1) throws -> ExportCheck {
        let raw = try scores(frame, threads: threads)
        let draws = export.draw == nil ? nil : draws(frame, by: rule)
        let decided = rule ?? DecisionRule(threshold: 0.5)
        let difference = try export.largestDifference(frame, ours: decided.chances(raw), draws: draws, threads: threads)
        guard export.decision != nil else { return ExportCheck(largestDifference: difference, otherDecisions: 0) }
        if header.task == .multiclass {
            let others = try otherClasses(export, decided.chances(raw), frame, threads: threads)
            return ExportCheck(largestDifference: difference, otherDecisions: others)
        }
        let theirs = try export.decisions(frame, draws: draws, threads: threads)
        let ours = try [0, -export.rounding, export.rounding].map { step in
            try decisions(decided.chances(raw.map { min(1, max(0, $0 + step)) }), frame, by: decided)
        }
        let others = theirs.indices.count { row in !ours.contains { $0[row] == theirs[row] } }
        return ExportCheck(largestDifference: difference, otherDecisions: others)
    }

    /// Rows for which the file decides for another class, though by no rounding of their chances.
    private func otherClasses(_ export: ONNXExport, _ chances: [Double], _ frame: Frame, threads: Int) throws -> Int {
        let classes = header.classes
        let theirs = try export.decidedClasses(frame, threads: threads)
        return theirs.indices.count { row in
            let own = chances[(row * classes.count)..<((row + 1) * classes.count)]
            guard let place = classes.firstIndex(of: theirs[row]) else { return true }
            return (own.max() ?? 0) - own[own.startIndex + place] > 2 * export.tolerance
        }
    }
}

extension DisparateImpactRemover {
    fileprivate func exported(edges: [Double]?) throws(ModelError) -> ONNXRepair {
        let names = Set(quantiles.values.flatMap(\.keys)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return ONNXRepair(
            groups: try ONNXGroups(attribute: attribute, names: names, edges: edges), level: level,
            quantiles: quantiles.mapValues { byGroup in names.map { byGroup[$0] ?? [] } })
    }
}

extension ONNXGroups {
    fileprivate init(attribute: String, names: [String], edges: [Double]?) throws(ModelError) {
        guard let edges else {
            self.init(column: attribute, names: names, missing: Groups.missing)
            return
        }
        // What the groups between edges are called is known to those who make them.
        do {
            let intervals = try Groups(Column(attribute, .double([edges.first ?? 0])), edges: edges).names
            self.init(column: attribute, names: names, missing: Groups.missing, intervals: (edges, intervals))
        } catch { throw ModelError(.malformedArtifact, operation: "export the model", message: error.message) }
    }
}
