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
        /// `rocAUC` or `accuracy`; with `/group` behind it for one group.
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
    }

    public let question: Question
    public let margin: Double
    public let confidence: Double
    public let results: [Result]
    /// Groups that are not compared, and why.
    public let omitted: [String: String]

    public var passes: Bool { results.allSatisfy(\.passes) }

    /// - Parameters:
    ///   - margin: how much worse is no matter, in units of the figure; for `nonInferior`.
    ///   - minimumGroupRows: groups of fewer rows are omitted.
    /// Throws `countsDiffer` if the rows are not the same, or `oneClass`.
    public init(
        champion: ScoredRows, challenger: ScoredRows, groups: Groups? = nil, question: Question = .notWorse, margin: Double = 0.01,
        confidence: Double = 0.95, minimumGroupRows: Int = 30
    ) throws(MetricsError) {
        guard champion.labels == challenger.labels else {
            throw MetricsError(.countsDiffer, message: "champion and challenger are compared on the same rows, whose labels differ here")
        }
        guard groups.map({ $0.codes.count == champion.count }) ?? true else {
            throw MetricsError(.countsDiffer, message: "every row needs its group")
        }
        guard champion.labels.contains(true), champion.labels.contains(false) else {
            throw MetricsError(.oneClass, message: "the rows are of one class only")
        }
        guard margin >= 0, confidence > 0.5, confidence < 1 else {
            throw MetricsError(.invalidOption, message: "a margin is not negative, a confidence between 0.5 and 1")
        }
        let test = PairedTest(question: question, margin: margin, confidence: confidence)
        var tests = [
            test.areas(champion, challenger, Array(0..<champion.count), "rocAUC"),
            test.accuracies(champion, challenger, Array(0..<champion.count), "accuracy"),
        ]
        .compactMap { $0 }
        var omitted: [String: String] = [:]
        if let groups {
            var members = [[Int]](repeating: [], count: groups.names.count)
            for (row, code) in groups.codes.enumerated() { members[Int(code)].append(row) }
            for (name, rows) in zip(groups.names, members) where !rows.isEmpty {
                guard rows.count >= minimumGroupRows else {
                    omitted[name] = "it has \(rows.count) rows, fewer than \(minimumGroupRows)"
                    continue
                }
                if let area = test.areas(champion, challenger, rows, "rocAUC/\(name)") {
                    tests.append(area)
                } else {
                    omitted[name] = "its rows are of one class only: just accuracy is compared"
                }
                if let accuracy = test.accuracies(champion, challenger, rows, "accuracy/\(name)") { tests.append(accuracy) }
            }
        }
        self.question = question
        self.margin = margin
        self.confidence = confidence
        self.omitted = omitted
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
            "omitted": .object(omitted.mapValues { .string($0) }),
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

/// One figure of two models on the same rows.
private struct PairedTest {
    let question: ModelComparison.Question
    let margin: Double
    let confidence: Double

    struct Outcome {
        let measure: String
        let champion: Double
        let challenger: Double
        let difference: Estimate
        let pValue: Double
        let power: Double?
        let method: String
    }

    /// Nil where the rows are of one class.
    func areas(_ champion: ScoredRows, _ challenger: ScoredRows, _ rows: [Int], _ name: String) -> Outcome? {
        let positives = rows.filter { champion.labels[$0] }
        let negatives = rows.filter { !champion.labels[$0] }
        guard !positives.isEmpty, !negatives.isEmpty else { return nil }
        func area(_ model: ScoredRows) -> DeLong {
            DeLong(positives: positives.map { model.scores[$0] }, negatives: negatives.map { model.scores[$0] })
        }
        let (old, new) = (area(champion), area(challenger))
        let comparison = new.compared(to: old)
        return outcome(name, old.area, new.area, comparison.difference, comparison.error, rows.count, "DeLong", exactWorse: nil)
    }

    /// McNemar's exact test of the rows that just one of them decides rightly.
    func accuracies(_ champion: ScoredRows, _ challenger: ScoredRows, _ rows: [Int], _ name: String) -> Outcome? {
        var (both, onlyOld, onlyNew) = (0, 0, 0)
        for row in rows {
            switch (champion.prediction(row) == champion.labels[row], challenger.prediction(row) == challenger.labels[row]) {
            case (true, true): both += 1
            case (true, false): onlyOld += 1
            case (false, true): onlyNew += 1
            case (false, false): break
            }
        }
        let n = Double(rows.count)
        let difference = Double(onlyNew - onlyOld) / n
        let error = ((Double(onlyNew + onlyOld) / n - difference * difference) / n).squareRoot()
        let discordant = onlyOld + onlyNew
        // P(at most so many of the discordant rows are the challenger's) if both are alike.
        let exact = discordant == 0 ? 1 : Binomial(trials: discordant, probability: 0.5).below(onlyNew)
        return outcome(
            name, Double(both + onlyOld) / n, Double(both + onlyNew) / n, difference, error, rows.count, "McNemar", exactWorse: exact)
    }

    private func outcome(
        _ name: String, _ champion: Double, _ challenger: Double, _ difference: Double, _ error: Double, _ rows: Int, _ method: String,
        exactWorse: Double?
    ) -> Outcome {
        let normal = Normal()
        let half = normal.quantile(0.5 + confidence / 2) * error
        let worse = exactWorse ?? (error > 0 ? normal.below(difference / error) : difference < 0 ? 0 : 1)
        let inferior = error > 0 ? normal.above((difference + margin) / error) : difference + margin > 0 ? 0 : 1
        let power = error > 0 ? normal.above(normal.quantile(confidence) - margin / error) : margin > 0 ? 1 : 0
        return Outcome(
            measure: name, champion: champion, challenger: challenger,
            difference: .value(
                difference, n: rows,
                interval: Interval(max(-1, difference - half), min(1, difference + half), method: method, confidence: confidence)),
            pValue: question == .notWorse ? worse : inferior, power: question == .nonInferior ? power : nil, method: method)
    }
}
