import Basics
import Explanations
import Frames
public import Models
import Training

/// A model with the decision rule that was fitted for it: its scores are calibrated chances, its decisions those that it was judged by.
struct DecidedScoringModel: ScoringModel {
    private let base: any ScoringModel
    private let rule: DecisionRule

    /// Throws `malformedArtifact` for a rule that is of other outputs than the model has.
    init(_ base: any ScoringModel, rule: DecisionRule) throws(ModelError) {
        let fits = rule.classes.map { $0.classes.map { "score:\($0)" } == base.outputs } ?? (base.outputs.count == 1)
        guard fits else {
            throw ModelError(
                .malformedArtifact, operation: "apply the decision rule",
                message: "it was fitted for other outputs than \(base.outputs.joined(separator: ", "))")
        }
        (self.base, self.rule) = (base, rule)
    }

    var digest: Digest { base.digest }
    var format: String { base.format }
    var outputs: [String] { base.outputs }
    var classes: [String]? { base.classes }
    var decides: Bool { rule.classes == nil }
    var reading: JSONValue? {
        JSONValue.object(["model": base.reading ?? .null, "decision": .string(rule.json.digest.description)]).droppingNulls
    }

    /// Thresholds by group read the group that a row belongs to, whether or not the model does.
    var inputs: [InputColumn] {
        guard let attribute = rule.groupThresholds?.attribute, !base.inputs.contains(where: { $0.name == attribute }) else { return base.inputs }
        return base.inputs + [InputColumn(name: attribute, kind: rule.edges == nil ? .category : .number)]
    }

    func knownCategories(of column: String) -> Set<String>? { base.knownCategories(of: column) }

    func worker(threads: Int) throws(ModelError) -> any ScoringWorker {
        Worker(base: try base.worker(threads: threads), rule: rule, keyed: base.keyColumns)
    }

    private struct Worker: ScoringWorker {
        let base: any ScoringWorker
        let rule: DecisionRule
        let keyed: [String]

        func scores(_ frame: Frame) throws(ModelError) -> [Double] { rule.chances(try base.scores(frame)) }

        func decisions(_ frame: Frame, scores: [Double]) throws(ModelError) -> [Bool]? {
            guard rule.classes == nil else { return nil }
            if rule.isPlain, base.draws { return try base.decisions(frame, scores: scores) }
            do { return try rule.decisions(scores, frame: frame, keyed: keyed, label: nil) } catch {
                throw ModelError(.missingFeature, operation: "apply the decision rule", message: error.message)
            }
        }

        func contributions(_ frame: Frame) throws(ModelError) -> Attributions { try base.contributions(frame) }
    }
}

extension ScoringModels {
    /// The model with a decision rule, as the artefact `decision` of its record has it.
    public static func decided(_ model: any ScoringModel, by bytes: [UInt8]) throws(ModelError) -> any ScoringModel {
        let read: JSONValue?
        do { read = try JSONValue(parsing: bytes) } catch { read = nil }
        guard let rule = read.flatMap(DecisionRule.init(json:)) else {
            throw ModelError(.malformedArtifact, operation: "read the decision rule", message: "it has not the form of one")
        }
        return try DecidedScoringModel(model, rule: rule)
    }
}
