public import Basics
public import Execution
import Explanations
import Frames
import Metrics
import Models
public import Planning
import Statistics
import Training

/// SHAP values of test rows' margins against training rows, exact unless the spec asks for a sampled method, and what they say of the model as a whole.
public struct ExplainStep: StepRunner {
    public let kind = StepKind.explain

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let frame = try table.read(try work.read("data"))
        let rows = try table.rows(of: frame)
        let limit = Int(parameters["rows"]?.intValue ?? 1000)
        let size = Int(parameters["background"]?.intValue ?? 100)
        let explained = Self.spread(rows.test, limit)
        return try asInput {
            let trained = try TrainedModel(bytes: try work.read("model"))
            let model = try ExplainedArtifact(
                trained,
                method: parameters["method"]?.stringValue.flatMap(ExplainedArtifact.Method.init(rawValue:)) ?? .exact, frame: frame)
            let chosen = frame.selecting(rows: explained)
            let subject = try model.encoded(chosen)
            // Two backgrounds that share no row: how much the answer depends on which is chosen is part of it.
            let background = Self.spread(rows.train, 2 * size)
            let halves = [0, 1].map { half in background.indices.filter { $0 % 2 == half }.map { background[$0] } }
            var attributions: [Attributions] = []
            for half in halves {
                let explainer = try model.explainer(background: model.encoded(frame.selecting(rows: half)), threads: work.threads)
                attributions.append(try explainer.explain(subject, threads: work.threads))
                try attributions[attributions.count - 1].checkAdditivity()
                if Task.isCancelled { throw StepFailure(.cancelled, "stopped") }
            }
            let classes = trained.header.outputCount > 1 ? trained.header.classes : []
            var evidence = try Self.evidence(attributions, chosen, parameters, frame: frame, train: rows.train, classes: classes)
            var outputs: [String: Digest] = [:]
            if let reasons = try ExplainReasons(parameters: parameters) {
                let decisions = try reasons.decisions(of: trained, chosen, rule: ScoreTable.rule(work), threads: work.threads)
                let found = try reasons.find(attributions[0], other: attributions[1], rows: explained, decisions: decisions)
                evidence["reasons"] = found.evidence
                outputs["reasons"] = try work.put(found.table.writeParquet())
            }
            let governance = ExplainGovernance(
                work: work, frame: frame, train: rows.train, model: model, subject: subject, explained: chosen, attributions: attributions[0],
                background: halves[0])
            try governance.add(to: &evidence)
            outputs["evidence"] = try work.put(JSONValue.object(evidence).canonicalBytes)
            return outputs
        }
    }

    /// At most so many of the rows, evenly over them.
    static func spread(_ rows: [Int], _ count: Int) -> [Int] {
        rows.count <= count ? rows : (0..<count).map { rows[$0 * rows.count / count] }
    }

    /// - Parameter classes: of a model with an output for each.
    private static func evidence(
        _ attributions: [Attributions], _ explained: Frame, _ parameters: JSONValue, frame: Frame, train: [Int], classes: [String]
    ) throws -> [String: JSONValue] {
        let values = attributions[0]
        let summary = ExplanationSummary(values)
        let protected = parameters.strings("protected")
        let even = (0..<values.rowCount).filter { $0 % 2 == 0 }
        let odd = (0..<values.rowCount).filter { $0 % 2 == 1 }
        let byRows =
            odd.isEmpty
            ? nil : ExplanationSummary(values.selecting(rows: even)).rankCorrelation(with: ExplanationSummary(values.selecting(rows: odd)))
        let byBackground = summary.rankCorrelation(with: ExplanationSummary(attributions[1]))
        var evidence: [String: JSONValue] = [
            "method": .string(values.method.rawValue), "rows": .int(Int64(values.rowCount)),
            "background": .string(values.background?.description ?? ""),
            "additivityError": .double(attributions.map(\.maximumAdditivityError).max() ?? 0),
            "features": .object(summary.importances.mapValues(Self.json)),
            "stability": JSONValue.object([
                "acrossRows": byRows.map { .double($0) } ?? .null, "acrossBackgrounds": byBackground.map { .double($0) } ?? .null,
            ]).droppingNulls,
            "groups": try groups(values, explained, protected, total: summary.total, classes),
        ]
        if !classes.isEmpty {
            let each = classes.enumerated().map { output, name in
                (name, JSONValue.object(["features": .object(ExplanationSummary(values, output: output).importances.mapValues(Self.json))]))
            }
            evidence["classes"] = .object(Dictionary(uniqueKeysWithValues: each))
        }
        // Nothing is said of attributes that nobody marked: a policy that asks is undecided.
        guard !protected.isEmpty else { return evidence }
        evidence["protectedShare"] = .double(summary.share(of: protected))
        let proxies = try proxies(values.players.filter { !protected.contains($0) }, protected, frame.selecting(rows: train))
        guard !proxies.isEmpty else { return evidence }
        let threshold = parameters["proxyThreshold"]?.doubleValue ?? 0.5
        evidence["proxies"] = .object(proxies.mapValues { ["attribute": .string($0.attribute), "cramersV": .double($0.strength)] })
        evidence["proxyShare"] = .double(summary.share(of: proxies.filter { $0.value.strength >= threshold }.keys))
        return evidence
    }

    private static func json(_ importance: ExplanationSummary.Importance) -> JSONValue {
        var members: [String: JSONValue] = ["value": .double(importance.meanAbsolute), "share": .double(importance.share)]
        if let interval = importance.interval {
            members["lower"] = .double(interval.lower)
            members["upper"] = .double(interval.upper)
        }
        return .object(members)
    }

    /// For each feature, the protected attribute that it tells most of.
    private static func proxies(_ features: [String], _ protected: [String], _ frame: Frame) throws -> [String: (attribute: String, strength: Double)]
    {
        var found: [String: (attribute: String, strength: Double)] = [:]
        for feature in features {
            for attribute in protected {
                guard let strength = Association.cramersV(try frame.column(feature), try frame.column(attribute)),
                    strength > found[feature]?.strength ?? -1
                else { continue }
                found[feature] = (attribute, strength)
            }
        }
        return found
    }

    /// By attribute: the feature whose mean attribution to some output differs most between two groups, and by how much of the mean total.
    private static func groups(_ values: Attributions, _ explained: Frame, _ protected: [String], total: Double, _ classes: [String]) throws
        -> JSONValue
    {
        var found: [String: JSONValue] = [:]
        for attribute in protected {
            let column = try explained.column(attribute)
            if case .double = column.values { continue }
            let groups = try Groups(column)
            let members = groups.members.filter { $0.count >= 10 }
            guard members.count > 1, total > 0 else { continue }
            var largest = (feature: "", difference: -1.0, output: 0)
            for output in 0..<values.outputCount {
                let means = members.map { values.means(over: $0, output: output) }
                for (player, name) in values.players.enumerated() {
                    let column = means.map { $0[player] }
                    let difference = (column.max() ?? 0) - (column.min() ?? 0)
                    if difference > largest.difference { largest = (name, difference, output) }
                }
            }
            var gap: [String: JSONValue] = [
                "feature": .string(largest.feature), "difference": .double(largest.difference), "share": .double(largest.difference / total),
            ]
            if !classes.isEmpty { gap["class"] = .string(classes[largest.output]) }
            found[attribute] = .object(gap)
        }
        return .object(found)
    }
}
