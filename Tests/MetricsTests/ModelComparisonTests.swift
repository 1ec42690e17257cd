import Basics
import Frames
import Metrics
import Statistics
import Testing

@Suite struct ModelComparisonTests {
    /// Two models that see a row's truth through noise of their own: equally good unless `worse` is above zero.
    static func pair(_ count: Int, seed: UInt64, worse: Double = 0) throws -> (ScoredRows, ScoredRows, Groups) {
        var random = SeededRandom(seed: seed)
        var (labels, old, new, groups): ([Bool], [Double], [Double], [String?]) = ([], [], [], [])
        for _ in 0..<count {
            let signal = random.nextUnit()
            labels.append(random.nextUnit() < signal)
            old.append(0.7 * signal + 0.3 * random.nextUnit())
            new.append((1 - worse) * (0.7 * signal + 0.3 * random.nextUnit()) + worse * random.nextUnit())
            groups.append(["a", "b", "c"][Int(random.next(below: 3))])
        }
        return (
            try ScoredRows(scores: old, labels: labels, threshold: 0.5), try ScoredRows(scores: new, labels: labels, threshold: 0.5),
            try Groups(Column("g", texts: groups))
        )
    }

    @Test func `of equally good models at most one in twenty is blocked over all groups and measures`() throws {
        var blocked = 0
        let trials = 300
        for trial in 0..<trials {
            let (old, new, groups) = try Self.pair(600, seed: UInt64(trial))
            if !(try ModelComparison(champion: old, challenger: new, groups: [groups]).passes) { blocked += 1 }
        }
        // 5 % and three standard errors. AUC, accuracy and F1, of all rows and three groups: twelve tests.
        #expect(Double(blocked) / Double(trials) <= 0.05 + 0.038)
    }

    @Test func `a model that is worse is blocked, and a better one is not`() throws {
        let (old, new, groups) = try Self.pair(4000, seed: 1, worse: 0.6)
        let worse = try ModelComparison(champion: old, challenger: new, groups: [groups])
        #expect(!worse.passes)
        #expect(worse.results.first { $0.measure == "rocAUC" }?.passes == false)
        #expect(try ModelComparison(champion: new, challenger: old, groups: [groups]).passes)
    }

    @Test func `the same model is never worse, and shown to be no worse by any margin`() throws {
        let (old, _, groups) = try Self.pair(500, seed: 2)
        for question in ModelComparison.Question.allCases {
            let comparison = try ModelComparison(champion: old, challenger: old, groups: [groups], question: question, isSameModel: true)
            #expect(comparison.passes)
            #expect(comparison.results.count == 16)
            #expect(comparison.results.allSatisfy { $0.difference.value == 0 })
        }
    }

    @Test func `rows on which nothing differs show no more than their number can`() throws {
        func perfect(_ rows: Int) throws -> ScoredRows {
            try ScoredRows(scores: (0..<rows).map { $0 % 2 == 0 ? 0.9 : 0.1 }, labels: (0..<rows).map { $0 % 2 == 0 }, threshold: 0.5)
        }
        let few = try ModelComparison(champion: perfect(2), challenger: perfect(2), question: .nonInferior)
        #expect(few.results.allSatisfy { !$0.passes && $0.pValue > 0.3 && ($0.power ?? 1) < 0.2 })
        for result in few.results {
            // A loss is reckoned with as far as the dearest row's.
            let reach = result.measure == "logLoss" ? 0.05 : 0.5
            let bounds = try #require(result.difference.interval)
            #expect(bounds.lower < -reach && bounds.upper > reach, "\(result.measure)")
        }
        // 0 of 1,000: the score test has z = √(nΔ/(1 − Δ)).
        let many = try ModelComparison(champion: perfect(1000), challenger: perfect(1000), question: .nonInferior)
        #expect(many.passes)
        let accuracy = try #require(many.results.first { $0.measure == "accuracy" })
        #expect(abs(accuracy.pValue - 0.000741) < 2e-5)
        // One row of a class, in another order: no proof of being worse.
        func two(_ scores: [Double]) throws -> ScoredRows { try ScoredRows(scores: scores, labels: [true, false], threshold: 0.5) }
        #expect(try ModelComparison(champion: two([0.9, 0.1]), challenger: two([0.1, 0.9])).passes)
    }

    @Test func `of two classes log loss is compared as of several, and decisions alone have none`() throws {
        let (old, new, _) = try Self.pair(500, seed: 7)
        func classes(_ rows: ScoredRows) throws -> ClassifiedRows {
            try ClassifiedRows(
                classes: ["no", "yes"], labels: rows.labels.map { $0 ? 1 : 0 }, predictions: nil, scores: rows.scores.map { [1 - $0, $0] },
                weights: nil)
        }
        for question in ModelComparison.Question.allCases {
            let found = try ModelComparison(champion: old, challenger: new, question: question).results.first { $0.measure == "logLoss" }
            let several = try ModelComparison(champion: try classes(old), challenger: try classes(new), question: question)
            let wanted = try #require(several.results.first { $0.measure == "logLoss" })
            let loss = try #require(found)
            #expect(abs(loss.champion - wanted.champion) < 1e-12 && abs(loss.pValue - wanted.pValue) < 1e-12)
            #expect(loss.champion == PerformanceReport(old).logLoss.value || abs(loss.champion - (PerformanceReport(old).logLoss.value ?? 0)) < 1e-12)
        }
        func decided(_ rows: ScoredRows) throws -> ScoredRows {
            try ScoredRows(scores: rows.scores.map { $0 >= 0.5 ? 1 : 0 }, labels: rows.labels, threshold: 0.5, hasScores: false)
        }
        let both = try ModelComparison(champion: decided(old), challenger: decided(new))
        #expect(Set(both.results.map(\.measure)) == ["accuracy", "f1"] && both.isComplete)
        let one = try ModelComparison(champion: old, challenger: decided(new))
        #expect(one.omitted["rocAUC"] == "scores are not given of both models" && !one.isComplete)
    }

    @Test func `rows of which none got worse show accuracy no surer than unseen ones let them`() throws {
        func perfect(_ rows: Int) throws -> ScoredRows {
            try ScoredRows(scores: (0..<rows).map { $0 % 2 == 0 ? 0.9 : 0.1 }, labels: (0..<rows).map { $0 % 2 == 0 }, threshold: 0.5)
        }
        func accuracy(_ rows: Int) throws -> ModelComparison.Result {
            let comparison = try ModelComparison(champion: perfect(rows), challenger: perfect(rows), question: .nonInferior, margin: 0.01)
            return try #require(comparison.results.first { $0.measure == "accuracy" })
        }
        // Of 100 rows 1 lost: 280 rows lack it with a chance of 0.99²⁸⁰ = 6 %, and Tango's score says 4.6 %.
        #expect(try !accuracy(280).passes)
        #expect(try abs(accuracy(280).pValue - 0.0599) < 1e-3)
        #expect(try accuracy(300).passes)
    }

    @Test func `a margin that every model keeps is refused of figures between 0 and 1`() throws {
        let (old, new, _) = try Self.pair(100, seed: 8)
        #expect(throws: MetricsError.self) { try ModelComparison(champion: old, challenger: new, question: .nonInferior, margin: 1) }
        #expect(try !ModelComparison(champion: old, challenger: new, question: .nonInferior, margin: 0.001).passes)
    }

    @Test func `few rows show nothing, and their power says so`() throws {
        let (old, new, _) = try Self.pair(200, seed: 3)
        let few = try ModelComparison(champion: old, challenger: new, question: .nonInferior, margin: 0.01)
        #expect(!few.passes)
        #expect(few.results.allSatisfy { ($0.power ?? 1) < 0.3 })
        let (more, others, _) = try Self.pair(20_000, seed: 3)
        let many = try ModelComparison(champion: more, challenger: others, question: .nonInferior, margin: 0.03)
        #expect(many.passes)
        #expect(many.results.allSatisfy { ($0.power ?? 0) > 0.9 })
    }

    @Test func `groups of few rows are omitted and named`() throws {
        let (old, new, _) = try Self.pair(100, seed: 4)
        let groups = try Groups(Column("g", texts: (0..<100).map { $0 < 5 ? "few" : "many" }))
        let comparison = try ModelComparison(champion: old, challenger: new, groups: [groups])
        #expect(comparison.omitted == ["few": "it has 5 rows, fewer than 30"])
        #expect(throws: MetricsError.self) { try ModelComparison(champion: old, challenger: try Self.pair(100, seed: 5).0) }
    }

    @Test func `what cannot be compared is told figure by figure, and is not taken as shown`() throws {
        let (old, new, _) = try Self.pair(20_000, seed: 3)
        let places = (0..<20_000).filter { $0 % 10 != 0 || !old.labels[$0] }
        func all(_ rows: ScoredRows, threshold: Double = 0.5, tenth: Double) throws -> ScoredRows {
            try ScoredRows(
                scores: places.map { $0 % 10 == 0 ? tenth : rows.scores[$0] }, labels: places.map { rows.labels[$0] }, threshold: threshold)
        }
        // A group of negatives, of which neither model takes one for positive: neither area nor F₁.
        let groups = try Groups(Column("g", texts: places.map { $0 % 10 == 0 ? "negatives" : "rest" }))
        let (champion, challenger) = (try all(old, tenth: 0.2), try all(new, tenth: 0.2))
        let notWorse = try ModelComparison(champion: champion, challenger: challenger, groups: [groups])
        #expect(Set(notWorse.omitted.keys) == ["rocAUC/negatives", "f1/negatives"])
        #expect(notWorse.passes && !notWorse.isComplete)
        #expect(notWorse.json["isComplete"]?.boolValue == false)
        #expect(notWorse.results.contains { $0.measure == "accuracy/negatives" })
        func nonInferior(_ groups: [Groups], isSameModel: Bool = false) throws -> ModelComparison {
            try ModelComparison(
                champion: champion, challenger: challenger, groups: groups, question: .nonInferior, margin: 0.05, isSameModel: isSameModel)
        }
        #expect(try nonInferior([]).passes)
        let open = try nonInferior([groups])
        #expect(open.results.allSatisfy(\.passes) && !open.passes)
        #expect(try nonInferior([groups], isSameModel: true).passes)
    }

    @Test func `rows that weigh nothing do not make a second class`() throws {
        func rows(_ scores: [Double]) throws -> ScoredRows {
            try ScoredRows(scores: scores, labels: [true, true, false], weights: [1, 1, 0], threshold: 0.5)
        }
        #expect {
            try ModelComparison(champion: rows([0.9, 0.8, 0.1]), challenger: rows([0.1, 0.2, 0.3]))
        } throws: {
            ($0 as? MetricsError)?.code == .oneClass
        }
    }

    @Test func `rows with weights are compared by them: weights of one change nothing but McNemar's exactness`() throws {
        let (old, new, groups) = try Self.pair(600, seed: 8, worse: 0.2)
        func weighted(_ rows: ScoredRows, _ weight: (Int) -> Double) throws -> ScoredRows {
            try ScoredRows(scores: rows.scores, labels: rows.labels, weights: (0..<rows.count).map(weight), threshold: 0.5)
        }
        let plain = try ModelComparison(champion: old, challenger: new, groups: [groups])
        let ones = try ModelComparison(champion: weighted(old) { _ in 1 }, challenger: weighted(new) { _ in 1 }, groups: [groups])
        for (first, second) in zip(plain.results, ones.results) {
            #expect(first.measure == second.measure && abs(first.champion - second.champion) < 1e-12)
            #expect(abs((first.difference.value ?? 9) - (second.difference.value ?? -9)) < 1e-12)
            if first.method == "DeLong" { #expect(abs(first.pValue - second.pValue) < 1e-12) }
        }
        // A row that counts twice is two rows.
        let twice = try weighted(old) { $0 < 300 ? 2 : 1 }
        let both = try ModelComparison(champion: twice, challenger: weighted(new) { $0 < 300 ? 2 : 1 })
        let order = Array(0..<600) + Array(0..<300)
        let repeated = try ModelComparison(
            champion: ScoredRows(scores: order.map { old.scores[$0] }, labels: order.map { old.labels[$0] }, threshold: 0.5),
            challenger: ScoredRows(scores: order.map { new.scores[$0] }, labels: order.map { new.labels[$0] }, threshold: 0.5))
        for (first, second) in zip(both.results, repeated.results) { #expect(abs(first.challenger - second.challenger) < 1e-12) }
        #expect(throws: MetricsError.self) { try ModelComparison(champion: twice, challenger: new) }
    }
}
