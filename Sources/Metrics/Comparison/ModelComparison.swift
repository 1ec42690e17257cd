public import Basics
import Statistics

/// A challenger beside a champion, on the same rows.
public struct ModelComparison: Hashable, Sendable {
    /// What is asked.
    public enum Question: String, Hashable, Sendable, CaseIterable {
        /// Is the challenger significantly worse? Blocks only then: two equal models pass as often as the confidence says.
        case notWorse
        /// Is it shown that the challenger is at most a margin worse? Blocks until the data show it; says what chance the data had to.
        case nonInferior
    }

    /// One figure compared.
    public struct Result: Hashable, Sendable {
        /// `rocAUC`, `accuracy`, `f1` or `logLoss` of two classes; `accuracy`, `logLoss` or `macroF1` of several; `rootMeanSquaredError`, `meanAbsoluteError`, `r2`, `poissonDeviance` or `quantileLoss` of
        /// numbers; with `/group` behind it for one group, `/attribute=group` where several attributes are compared.
        public let measure: String
        public let champion: Double
        public let challenger: Double
        /// challenger − champion, with a two-sided interval.
        public let difference: Estimate
        /// One-sided: of no difference against worse for `notWorse`, of worse by the margin against less for `nonInferior`.
        public let pValue: Double
        /// After Holm over all figures of the comparison; for `nonInferior`, where all must be shown, the same as `pValue`.
        public let adjusted: Double
        public let passes: Bool
        /// For `nonInferior`: the chance that these data show it of two equal models.
        public let power: Double?
        public let method: String

        /// A figure that falls as models get better, whose margin is a share of the champion's.
        public var isLoss: Bool {
            let name = measure.prefix { $0 != "/" }
            return ["logLoss", "rootMeanSquaredError", "meanAbsoluteError", "poissonDeviance", "quantileLoss"].contains { name == $0 }
        }
    }

    public let question: Question
    public let margin: Double
    public let confidence: Double
    public let results: [Result]
    /// Groups that are not compared at all, by their names, and figures that are not, by theirs; each with why.
    public let omitted: [String: String]
    /// Both are known to be one model.
    public let isSameModel: Bool

    /// Whether every figure of every group was compared, or has another that says the same: nothing remains to be shown.
    public let isComplete: Bool

    /// Of what was compared, all passes, and something was. What was not compared is no proof of harm, so that `notWorse` does not block by it (a small group would block for ever,
    /// two equal models too) and `isComplete` tells; nor is it shown to be as good, so that `nonInferior` does block, unless both are one model.
    public var passes: Bool {
        let isEnough = isComplete || question == .notWorse || isSameModel
        return isEnough && !results.isEmpty && results.allSatisfy(\.passes)
    }

    /// - Parameters:
    ///   - margin: how much worse is no matter, for `nonInferior`: in units of the figure, and of one that is a loss (`logLoss`, errors and deviances) as a share of the champion's.
    ///   - minimumGroupRows: groups of fewer rows are omitted.
    ///   - isSameModel: it is known that both are one model, which is then not worse by any margin, whatever the rows can show.
    /// Throws `countsDiffer` if the rows are not the same, or `oneClass`.
    package init<Rows: ComparedRows>(
        champion: Rows, challenger: Rows, groups: [Groups] = [], question: Question = .notWorse, margin: Double = 0.01,
        confidence: Double = 0.95, minimumGroupRows: Int = 30, isSameModel: Bool = false
    ) throws(MetricsError) {
        try PairedTest.check(champion.weights == challenger.weights, "weights")
        try challenger.check(besides: champion)
        guard groups.allSatisfy({ $0.codes.count == champion.count }) else {
            throw MetricsError(.countsDiffer, message: "every row needs its group")
        }
        guard margin >= 0, margin.isFinite, confidence > 0.5, confidence < 1 else {
            throw MetricsError(.invalidOption, message: "a margin is a number that is not negative, a confidence between 0.5 and 1")
        }
        guard question == .notWorse || margin < Rows.largestMargin else {
            throw MetricsError(
                .invalidOption, message: "figures between 0 and 1 differ by no more than 1: a margin of \(margin) is kept by whatever there is")
        }
        let test = PairedTest(question: question, margin: margin, confidence: confidence, isSameModel: isSameModel)
        // Rows without weight count nowhere.
        let order = challenger.summingOrder(
            besides: champion, champion.weights.map { all in all.indices.filter { all[$0] > 0 } } ?? Array(0..<champion.count))
        let whole = test.all(champion, challenger, order, "")
        var (tests, omitted, covered) = (whole.outcomes, whole.missing, whole.covered)
        for each in groups {
            var members = [[Int]](repeating: [], count: each.names.count)
            for row in order { members[Int(each.codes[row])].append(row) }
            let present = Set(each.codes)
            for (code, (group, rows)) in zip(each.names, members).enumerated() where present.contains(Int32(code)) {
                let name = groups.count > 1 ? "\(each.attribute)=\(group)" : group
                guard !rows.isEmpty else {
                    omitted[name] = "its rows weigh nothing"
                    continue
                }
                guard rows.count >= minimumGroupRows else {
                    omitted[name] = "it has \(rows.count.counting("row")), fewer than \(minimumGroupRows)"
                    continue
                }
                let found = test.all(champion, challenger, rows, "/\(name)")
                omitted.merge(found.missing) { first, _ in first }
                covered.merge(found.covered) { first, _ in first }
                tests += found.outcomes
            }
        }
        self.question = question
        self.margin = margin
        self.confidence = confidence
        isComplete = omitted.isEmpty
        self.omitted = omitted.merging(covered) { first, _ in first }
        self.isSameModel = isSameModel
        // For `notWorse` one false alarm among many blocks: corrected. For `nonInferior` all must be shown, which needs no correction.
        let adjusted = question == .notWorse ? Multiplicity.holm(tests.map(\.pValue)) : tests.map(\.pValue)
        results = zip(tests, adjusted).map { test, adjusted in
            let isSignificant = adjusted < 1 - confidence
            return Result(
                measure: test.measure, champion: test.champion, challenger: test.challenger, difference: test.difference, pValue: test.pValue,
                adjusted: adjusted, passes: question == .notWorse ? !isSignificant : isSignificant, power: test.power, method: test.method)
        }
    }

    public var json: JSONValue {
        [
            "question": .string(question.rawValue), "margin": .double(margin), "confidence": .double(confidence), "passes": .bool(passes),
            "isComplete": .bool(isComplete), "omitted": .object(omitted.mapValues { .string($0) }),
            "results": .array(
                results.map { result in
                    JSONValue.object([
                        "measure": .string(result.measure), "champion": .double(result.champion), "challenger": .double(result.challenger),
                        "difference": result.difference.json, "pValue": .double(result.pValue), "adjusted": .double(result.adjusted),
                        "passes": .bool(result.passes), "power": result.power.map { .double($0) } ?? .null, "method": .string(result.method),
                    ]).droppingNulls
                }),
        ]
    }
}
