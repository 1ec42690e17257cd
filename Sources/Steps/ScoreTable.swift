import Basics
import Execution
import Frames
import Metrics
import Planning
import Training

/// The columns of the scores that `predict` makes and the measures read.
enum ScoreTable {
    /// The row's number in the data file, from 0.
    static let row = "row"
    static let label = "label"
    static let score = "score"
    /// What was decided, where thresholds differ by group.
    static let decision = "decision"

    /// How much a row counts, where the data set has a column of that role.
    static let weight = "weight"

    /// A predicted number.
    static let prediction = "prediction"

    /// The score of one of several classes.
    static func score(_ className: String) -> String { "score:\(className)" }

    /// A protected column, under a name that none of the above can have.
    static func group(_ name: String) -> String { "group:\(name)" }

    /// The decision rule that the step is given; nil if the threshold is declared.
    static func rule(_ work: StepWork, _ input: String = "decision") throws(StepFailure) -> DecisionRule? {
        guard work.inputs[input] != nil else { return nil }
        guard let json = try? JSONValue(parsing: try work.read(input)), let rule = DecisionRule(json: json) else {
            throw StepFailure(.input, "the decision rule has not the form of one")
        }
        return rule
    }

    /// - Parameters:
    ///   - scores: the input that the scores are.
    ///   - rule: the input that the decision rule is, if there is one.
    ///   - given: nil: the rule's, or else the step's own.
    static func read(
        _ work: StepWork, scores input: String = "scores", rule ruleInput: String = "decision", threshold given: Double? = nil
    ) throws(StepFailure) -> (frame: Frame, rows: ScoredRows) {
        let bytes = try work.read(input)
        return try asInput {
            let frame = try Frame.read(parquet: bytes)
            guard case .double(let scores) = try frame.column(score).values, case .boolean(let labels) = try frame.column(label).values else {
                throw StepFailure(.input, "the scores are not a table of scores")
            }
            let threshold = try given ?? rule(work, ruleInput)?.threshold ?? work.step.parameters["threshold"]?.doubleValue ?? .nan
            var decisions: [Bool]?
            if case .boolean(let all)? = frame[decision]?.values { decisions = all }
            return (frame, try ScoredRows(scores: scores, labels: labels, weights: weights(frame), threshold: threshold, decisions: decisions))
        }
    }
}
