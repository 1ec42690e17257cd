import Basics
import Foundation
import Frames
import Statistics
import TestSupport
import Testing

@testable import Metrics

/// Champion against challenger of numbers and of several classes, beside Tests/Oracles/comparison/generate.py.
@Suite struct TaskComparisonTests {
    static func oracle(_ kind: String) throws -> [String: JSONValue] {
        let file = TestFiles.oracles.appendingPathComponent("comparison/values.json")
        return try #require(try JSONValue(parsing: Array(Data(contentsOf: file)))[kind]?.objectValue)
    }

    static func doubles(_ value: JSONValue?) -> [Double]? { value?.arrayValue?.compactMap(\.doubleValue) }

    static func numbers(_ table: JSONValue, _ model: String) throws -> NumberRows {
        let goal: NumberRows.Goal = table["quantile"]?.doubleValue.map { .quantile($0) } ?? (table["count"]?.boolValue == true ? .count : .mean)
        return try NumberRows(
            truth: try #require(doubles(table["truth"])), predictions: try #require(doubles(table[model])), weights: doubles(table["weights"]),
            goal: goal)
    }

    static func classes(_ table: JSONValue, _ model: String) throws -> ClassifiedRows {
        let names = try #require(table["classes"]?.arrayValue).compactMap { $0.stringValue }
        let scores = try #require(table[model]?.arrayValue).compactMap { doubles($0) }
        return try ClassifiedRows(
            classes: names, labels: try #require(doubles(table["labels"])).map { Int($0) }, scores: scores, weights: doubles(table["weights"]))
    }

    static func expect(_ found: Double?, _ wanted: Double?, _ place: String, within tolerance: Double = 1e-9) {
        guard let wanted else { return }
        #expect(abs((found ?? .nan) - wanted) <= tolerance * max(abs(wanted), 1e-6), "\(place): \(found ?? .nan), the peer says \(wanted)")
    }

    static func check<Rows: ComparedRows>(_ champion: Rows, _ challenger: Rows, _ figures: JSONValue, _ name: String) throws {
        let notWorse = try ModelComparison(champion: champion, challenger: challenger)
        let nonInferior = try ModelComparison(champion: champion, challenger: challenger, question: .nonInferior, margin: 0.05)
        let wanted = try #require(figures.objectValue)
        #expect(Set(notWorse.results.map(\.measure)) == Set(wanted.keys) && notWorse.omitted.isEmpty, "\(name)")
        for (result, other) in zip(notWorse.results, nonInferior.results) {
            let peer = try #require(wanted[result.measure])
            let place = "\(name), \(result.measure)"
            expect(result.champion, peer["champion"]?.doubleValue, place)
            expect(result.challenger, peer["challenger"]?.doubleValue, place)
            if result.method == "paired bootstrap" {
                // Other draws: bounds within a tenth of their width, p within three standard errors of 500 draws.
                guard let lower = peer["lower"]?.doubleValue, let upper = peer["upper"]?.doubleValue else { continue }
                let bounds = try #require(result.difference.interval)
                #expect(
                    max(abs(bounds.lower - lower), abs(bounds.upper - upper)) < 0.12 * (upper - lower),
                    "\(place): \(bounds), the peer \(lower) to \(upper)")
                let p = try #require(peer["notWorse"]?.doubleValue)
                #expect(abs(result.pValue - p) < 0.004 + 3 * (p * (1 - p) / 500).squareRoot(), "\(place): \(result.pValue), the peer \(p)")
                continue
            }
            expect(result.difference.interval?.lower, peer["lower"]?.doubleValue, "\(place), lower")
            expect(result.difference.interval?.upper, peer["upper"]?.doubleValue, "\(place), upper")
            expect(result.pValue, peer["notWorse"]?.doubleValue, "\(place), not worse")
            expect(other.pValue, peer["nonInferior"]?.doubleValue, "\(place), not inferior")
        }
    }

    @Test func `numbers are compared as scikit-learn and scipy do`() throws {
        for (name, table) in try Self.oracle("numbers") {
            try Self.check(Self.numbers(table, "champion"), Self.numbers(table, "challenger"), try #require(table["figures"]), name)
        }
    }

    @Test func `classes are compared as scikit-learn and scipy do`() throws {
        for (name, table) in try Self.oracle("classes") {
            try Self.check(Self.classes(table, "champion"), Self.classes(table, "challenger"), try #require(table["figures"]), name)
        }
    }

    /// Two models of numbers that err alike, with errors as the tail says: 0 normal; else each is an outlier of ten times the size as often.
    static func numberPair(_ count: Int, seed: UInt64, tail: Double = 0, worse: Double = 0) throws -> (NumberRows, NumberRows, Groups) {
        var random = SeededRandom(seed: seed)
        func error() -> Double {
            let size = random.nextUnit() < tail ? 10.0 : 1
            return size * (-2 * log(1 - random.nextUnit())).squareRoot() * cos(2 * .pi * random.nextUnit())
        }
        var (truth, old, new, groups): ([Double], [Double], [Double], [String?]) = ([], [], [], [])
        for _ in 0..<count {
            let (signal, shared) = (3 * error(), error())
            truth.append(signal + shared)
            old.append(signal + 0.5 * error())
            new.append(signal + (0.5 + worse) * error())
            groups.append(["a", "b", "c"][Int(random.next(below: 3))])
        }
        return (
            try NumberRows(truth: truth, predictions: old), try NumberRows(truth: truth, predictions: new), try Groups(Column("g", texts: groups))
        )
    }

    /// Two classifiers of `classes` classes that see the truth through noise of their own.
    static func classPair(
        _ count: Int, seed: UInt64, classes: Int = 4, worse: Double = 0, weighted: Bool = false
    ) throws -> (ClassifiedRows, ClassifiedRows, Groups) {
        var random = SeededRandom(seed: seed)
        var (labels, old, new, groups): ([Int], [[Double]], [[Double]], [String?]) = ([], [], [], [])
        var weights: [Double] = []
        for _ in 0..<count {
            let hints = (0..<classes).map { _ in random.nextUnit() }
            // Classes are of different sizes.
            let truth = hints.indices.max { hints[$0] - Double($0) * 0.1 < hints[$1] - Double($1) * 0.1 } ?? 0
            func scores(_ noise: Double) -> [Double] {
                let raw = hints.enumerated().map { exp(4 * ((1 - noise) * ($1 - Double($0) * 0.1) + noise * random.nextUnit())) }
                return raw.map { $0 / raw.reduce(0, +) }
            }
            labels.append(truth)
            old.append(scores(0.4))
            new.append(scores(0.4 + worse))
            groups.append(["a", "b", "c"][Int(random.next(below: 3))])
            weights.append(0.5 + random.nextUnit())
        }
        func rows(_ scores: [[Double]]) throws -> ClassifiedRows {
            try ClassifiedRows(
                classes: (0..<classes).map { "c\($0)" }, labels: labels, scores: scores, weights: weighted ? weights : nil)
        }
        return (try rows(old), try rows(new), try Groups(Column("g", texts: groups)))
    }

    @Test(arguments: [(100, 0.0), (300, 0.03)])
    func `of equally good models of numbers at most one in twenty is blocked over all groups and measures`(_ rows: Int, _ tail: Double) throws {
        let trials = 200
        var blocked = 0
        for trial in 0..<trials {
            let (old, new, groups) = try Self.numberPair(rows, seed: UInt64(trial), tail: tail)
            let comparison = try ModelComparison(champion: old, challenger: new, groups: [groups])
            if !comparison.passes { blocked += 1 }
        }
        #expect(Double(blocked) / Double(trials) <= 0.05)
    }

    @Test(arguments: [(100, false), (200, true)])
    func `of equally good models of classes at most one in twenty is blocked over all groups and measures`(_ rows: Int, _ weighted: Bool) throws {
        let trials = 100
        var blocked = 0
        for trial in 0..<trials {
            let (old, new, groups) = try Self.classPair(rows, seed: UInt64(trial), weighted: weighted)
            let comparison = try ModelComparison(champion: old, challenger: new, groups: [groups])
            if !comparison.passes { blocked += 1 }
        }
        #expect(Double(blocked) / Double(trials) <= 0.05)
    }

    @Test func `a model of numbers or classes that is worse is blocked, one that is better is not, and many rows show equal ones to be no worse`()
        throws
    {
        let (old, bad, groups) = try Self.numberPair(900, seed: 1, worse: 0.6)
        let denied = try ModelComparison(champion: old, challenger: bad, groups: [groups])
        #expect(!denied.passes && denied.results.count == 12)
        #expect(try ModelComparison(champion: bad, challenger: old, groups: [groups]).passes)
        let (first, second, _) = try Self.numberPair(4000, seed: 2)
        let shown = try ModelComparison(champion: first, challenger: second, question: .nonInferior, margin: 0.04)
        #expect(shown.passes && shown.results.allSatisfy { ($0.power ?? 0) > 0.8 })
        let few = try ModelComparison(champion: old, challenger: bad, question: .nonInferior, margin: 0.01)
        #expect(!few.passes && few.results.allSatisfy { ($0.power ?? 1) < 0.3 })

        let (sure, unsure, parts) = try Self.classPair(900, seed: 1, worse: 0.3)
        let worse = try ModelComparison(champion: sure, challenger: unsure, groups: [parts])
        #expect(!worse.passes && worse.results.count == 12)
        #expect(Set(worse.results.prefix(3).filter { !$0.passes }.map(\.measure)) == ["accuracy", "logLoss", "macroF1"])
        #expect(try ModelComparison(champion: unsure, challenger: sure, groups: [parts]).passes)
        let (one, other, _) = try Self.classPair(4000, seed: 2)
        let equal = try ModelComparison(champion: one, challenger: other, question: .nonInferior, margin: 0.05)
        #expect(equal.passes && equal.results.allSatisfy { ($0.power ?? 0) > 0.8 })
    }

    @Test func `of equally good models the power is how often non-inferiority is shown`() throws {
        let trials = 200
        var (shown, claimed) = ([String: Int](), [String: Double]())
        for trial in 0..<trials {
            let (old, new, _) = try Self.numberPair(400, seed: UInt64(trial + 5000))
            for result in try ModelComparison(champion: old, challenger: new, question: .nonInferior, margin: 0.05).results {
                shown[result.measure, default: 0] += result.passes ? 1 : 0
                claimed[result.measure, default: 0] += (result.power ?? .nan) / Double(trials)
            }
        }
        for (measure, power) in claimed {
            let share = Double(shown[measure] ?? 0) / Double(trials)
            #expect(abs(power - share) < 0.1, "\(measure): \(power), shown \(share)")
        }
    }

    @Test func `the same model of numbers or classes is never worse, and shown to be no worse by any margin`() throws {
        let (numbers, _, groups) = try Self.numberPair(200, seed: 3)
        let (classes, _, parts) = try Self.classPair(200, seed: 3)
        for question in ModelComparison.Question.allCases {
            let first = try ModelComparison(champion: numbers, challenger: numbers, groups: [groups], question: question, isSameModel: true)
            let second = try ModelComparison(champion: classes, challenger: classes, groups: [parts], question: question, isSameModel: true)
            for comparison in [first, second] {
                #expect(comparison.passes && comparison.results.allSatisfy { $0.difference.value == 0 && ($0.power ?? 1) == 1 })
            }
        }
    }

    @Test func `rows on which nothing differs show no more than their number can`() throws {
        func same(_ count: Int, _ error: Double) throws -> ModelComparison {
            let truth = (0..<count).map { Double($0 % 7) }
            let rows = try NumberRows(truth: truth, predictions: truth.enumerated().map { $1 + ($0 % 2 == 0 ? error : -error) })
            return try ModelComparison(champion: rows, challenger: rows, question: .nonInferior, margin: 0.05)
        }
        // (1 − 0.05)ⁿ where each row errs alike.
        let few = try same(10, 1)
        #expect(!few.passes)
        let absolute = try #require(few.results.first { $0.measure == "meanAbsoluteError" })
        #expect(abs(absolute.pValue - pow(0.95, 10)) < 1e-12)
        // Half of 5 % of samples of ten miss rows that cost one, if they are fewer than this share.
        let bounds = try #require(absolute.difference.interval)
        #expect(abs(bounds.upper - (1 - pow(0.025, 0.1))) < 1e-12 && bounds.lower == -bounds.upper && bounds.method == "unseen rows")
        let root = try #require(few.results.first { $0.measure == "rootMeanSquaredError" }?.difference.interval)
        #expect(abs(root.upper - bounds.upper / 2) < 1e-12)
        #expect(try same(400, 1).passes)
        // The last digits of one row make no model better known.
        let truth = (0..<10).map { Double($0 % 7) }
        let predictions = truth.enumerated().map { $1 + ($0 % 2 == 0 ? 1 : -1) }
        let noise = try ModelComparison(
            champion: NumberRows(truth: truth, predictions: predictions),
            challenger: NumberRows(truth: truth, predictions: [predictions[0] + 1e-9] + predictions.dropFirst()), question: .nonInferior, margin: 0.05
        )
        #expect(!noise.passes)
        #expect(try abs(#require(noise.results.first { $0.measure == "meanAbsoluteError" }).pValue - pow(0.95, 10)) < 1e-6)
        // Where neither errs no share of their errors is a margin; that of R² is none of errors.
        let perfect = try same(400, 0)
        #expect(perfect.passes && perfect.isComplete && perfect.results.map(\.measure) == ["r2"])
        #expect(Set(perfect.omitted.keys) == ["rootMeanSquaredError", "meanAbsoluteError"])
        // 0.95⁵⁰ is more than a twentieth; a challenger whose errors are those of rounding is no surer.
        #expect(try !same(50, 0).passes)
        let near = try ModelComparison(
            champion: NumberRows(truth: (0..<50).map { Double($0 % 7) }, predictions: (0..<50).map { Double($0 % 7) }),
            challenger: NumberRows(
                truth: (0..<50).map { Double($0 % 7) }, predictions: (0..<50).map { Double($0 % 7) + ($0 % 2 == 0 ? 1e-9 : -1e-9) }),
            question: .nonInferior, margin: 0.05)
        #expect(try abs(#require(near.results.first { $0.measure == "r2" }).pValue - pow(0.95, 50)) < 1e-6)
        let one = try NumberRows(truth: [3, 3, 3], predictions: [3, 3, 3])
        let constant = try ModelComparison(champion: one, challenger: one, question: .nonInferior)
        #expect(!constant.passes && !constant.isComplete && constant.omitted.count == 3)
        #expect(try ModelComparison(champion: one, challenger: one).passes)
        // Two rows that both got worse by one and the same amount: no surer than two tosses of a coin.
        let two = try ModelComparison(
            champion: NumberRows(truth: [1, 2], predictions: [1, 2]), challenger: NumberRows(truth: [1, 2], predictions: [2, 3]))
        #expect(two.passes && two.results.allSatisfy { $0.pValue == 0.25 })
    }

    @Test func `rows that hardly differ do not show what rows that are not seen would cost`() throws {
        let trials = 200
        var passed = ["numbers": 0, "classes": 0, "scores": 0]
        for trial in 0..<trials {
            var random = SeededRandom(seed: UInt64(trial))
            var (truth, old, new): ([Double], [Double], [Double]) = ([], [], [])
            var (labels, first, second): ([Int], [[Double]], [[Double]]) = ([], [], [])
            for row in 0..<100 {
                // Noise on 99 of 100 rows, far worse on the last: inferior by any margin here.
                let (isBad, noise) = (random.nextUnit() < 0.01, 1e-3 * (random.nextUnit() - 0.5))
                let error = 0.5 + random.nextUnit()
                truth.append(Double(row % 10))
                old.append(truth[row] + error)
                new.append(old[row] + noise + (isBad ? 50 : 0))
                labels.append(row % 2)
                let chance = 0.7 + 0.2 * random.nextUnit()
                func scores(_ chance: Double) -> [Double] { row % 2 == 0 ? [chance, 1 - chance] : [1 - chance, chance] }
                first.append(scores(chance))
                second.append(scores(isBad ? 0.001 : chance + noise))
            }
            let compared: [(String, ModelComparison)] = [
                (
                    "numbers",
                    try ModelComparison(
                        champion: NumberRows(truth: truth, predictions: old), challenger: NumberRows(truth: truth, predictions: new),
                        question: .nonInferior, margin: 0.02)
                ),
                (
                    "classes",
                    try ModelComparison(
                        champion: ClassifiedRows(classes: ["a", "b"], labels: labels, scores: first),
                        challenger: ClassifiedRows(classes: ["a", "b"], labels: labels, scores: second), question: .nonInferior, margin: 0.009)
                ),
                (
                    "scores",
                    try ModelComparison(
                        champion: ScoredRows(scores: first.map { $0[1] }, labels: labels.map { $0 == 1 }, threshold: 0.5),
                        challenger: ScoredRows(scores: second.map { $0[1] }, labels: labels.map { $0 == 1 }, threshold: 0.5), question: .nonInferior,
                        margin: 0.009)
                ),
            ]
            for (kind, comparison) in compared {
                if comparison.passes { passed[kind, default: 0] += 1 }
                for result in comparison.results where (result.power ?? 1) < 0.01 { #expect(!result.passes, "\(result.measure)") }
            }
        }
        for (kind, count) in passed { #expect(Double(count) / Double(trials) <= 0.05, "\(kind): \(count)") }
        // Of many such rows it is shown.
        let truth = (0..<10_000).map { Double($0 % 10) }
        let near = truth.enumerated().map { $1 + 1 + Double($0 % 7) * 0.1 }
        let shown = try ModelComparison(
            champion: NumberRows(truth: truth, predictions: near),
            challenger: NumberRows(truth: truth, predictions: near.enumerated().map { $1 + ($0 % 2 == 0 ? 1e-3 : -1e-3) }), question: .nonInferior,
            margin: 0.02)
        #expect(shown.passes && shown.results.allSatisfy { ($0.power ?? 0) > 0.99 })
    }

    @Test func `a few lost rows do not show F₁ to be no worse where accuracy does not`() throws {
        for lost in 2...6 {
            let labels = (0..<400).map { $0 % 4 }
            let right = try ClassifiedRows(classes: ["a", "b", "c", "d"], labels: labels, predictions: labels)
            let wrong = try ClassifiedRows(
                classes: ["a", "b", "c", "d"], labels: labels, predictions: labels.enumerated().map { $0 < lost ? ($1 + 1) % 4 : $1 })
            let results = try ModelComparison(champion: right, challenger: wrong, question: .nonInferior, margin: 0.02).results
            let p = Dictionary(uniqueKeysWithValues: results.map { ($0.measure, $0.pValue) })
            #expect((p["macroF1"] ?? 0) > 0.9 * (p["accuracy"] ?? 1), "\(lost) lost: \(p)")
        }
    }

    @Test func `a few dear rows do not show errors to be no worse sooner than their number does`() throws {
        let truth = (0..<300).map { Double($0 % 5) }
        let old = try NumberRows(truth: truth, predictions: truth.map { $0 + 1 })
        for (dear, chance) in [(1, 0.199), (2, 0.423)] {
            let new = try NumberRows(truth: truth, predictions: truth.enumerated().map { $1 + ($0 < dear ? 11 : 1) })
            let results = try ModelComparison(champion: old, challenger: new, question: .nonInferior, margin: 0.1).results
            // P(X ≤ k) of a Poisson number of which 3 are expected at the margin.
            #expect(try abs(#require(results.first { $0.measure == "meanAbsoluteError" }).pValue - chance) < 0.001)
        }
    }

    @Test func `positives that are lost show an area to be no worse no sooner than their number does`() throws {
        let labels = (0..<800).map { $0 < 80 }
        func rows(lost: Int) throws -> ScoredRows {
            try ScoredRows(scores: labels.indices.map { $0 < lost ? 0.05 : labels[$0] ? 0.9 : 0.1 }, labels: labels, threshold: 0.5)
        }
        var last = 0.0
        for lost in 0...4 {
            let results = try ModelComparison(champion: rows(lost: 0), challenger: rows(lost: lost), question: .nonInferior, margin: 0.05).results
            let p = try #require(results.first { $0.measure == "rocAUC" }).pValue
            // Of one of 80 lost positives P(X ≤ 1) = 0.086 at the margin, of two 0.23.
            #expect(p > last && (lost < 2 || p > 0.05), "\(lost): \(p)")
            last = p
        }
    }

    @Test func `perfect tables of several classes and terms that differ by rounding have bounds`() throws {
        let labels = (0..<60).map { $0 % 3 }
        let report = try MulticlassReport(classes: ["a", "b", "c"], labels: labels, predictions: labels)
        for figures in [report.precision, report.recall, report.f1] {
            for (average, estimate) in figures {
                let bounds = try #require(estimate.interval)
                #expect(bounds.upper == 1 && bounds.lower < 0.99, "\(average): \(bounds)")
            }
        }
        #expect((report.cohenKappa.interval?.lower ?? 1) < 0.99)
        // Nor does anything vary where all are wrong, or one class is said of all.
        for predictions in [labels.map { ($0 + 1) % 3 }, labels.map { _ in 1 }] {
            let report = try MulticlassReport(classes: ["a", "b", "c"], labels: labels, predictions: predictions)
            for estimate in [report.recall[.macro], report.f1[.macro], report.cohenKappa].compactMap(\.self) {
                let bounds = try #require(estimate.interval)
                #expect(bounds.upper - bounds.lower > 0.01, "\(bounds)")
            }
        }
        let scores = labels.map { $0 == 0 ? 0.9 : 0.1 }
        let brier = try #require(
            PerformanceReport(ScoredRows(scores: scores, labels: labels.map { $0 == 0 }, threshold: 0.5)).figures.first { $0.name == "brierScore" })
        #expect(brier.estimate.interval?.method == "Wilson of the mean")
        // A small variance beside a large mean is not lost.
        let large = (0..<500).map { 1e9 + Double($0 % 2) }
        let wide = try RegressionReport(truth: large, predictions: large.map { _ in 0 }).figures.first { $0.name == "meanAbsoluteError" }
        let half = try #require(wide?.estimate.interval.map { ($0.upper - $0.lower) / 2 })
        #expect(abs(half - 1.959964 * 0.5 / 499.0.squareRoot()) < 1e-4)
        let truth = (0..<60).map { Double($0) / 7 }
        let errors = try RegressionReport(truth: truth, predictions: truth.map { $0 + 0.1 })
        for (name, estimate) in errors.figures where ["rootMeanSquaredError", "meanAbsoluteError"].contains(name) {
            #expect(estimate.interval == nil, "\(name)")
        }
    }

    @Test(arguments: [-170, 170]) func `numbers of any size have the figures and tests of ordinary ones`(_ size: Int) throws {
        // A power of two, which loses no digit.
        let unit = scalbn(1, Int((Double(size) * log2(10)).rounded()))
        let (old, new, _) = try Self.numberPair(50, seed: 12, worse: 0.2)
        func sized(_ rows: NumberRows, goal: NumberRows.Goal) throws -> NumberRows {
            try NumberRows(truth: rows.truth.map { $0 * unit }, predictions: rows.predictions.map { $0 * unit }, goal: goal)
        }
        for goal in [NumberRows.Goal.mean, .quantile(0.3)] {
            func plain(_ rows: NumberRows) throws -> NumberRows { try NumberRows(truth: rows.truth, predictions: rows.predictions, goal: goal) }
            for question in ModelComparison.Question.allCases {
                let ordinary = try ModelComparison(champion: plain(old), challenger: plain(new), question: question)
                let extreme = try ModelComparison(champion: sized(old, goal: goal), challenger: sized(new, goal: goal), question: question)
                #expect(extreme.isComplete && extreme.results.count == ordinary.results.count)
                for (one, other) in zip(ordinary.results, extreme.results) {
                    let scale = one.measure == "r2" ? 1 : unit
                    #expect(abs(one.pValue - other.pValue) < 1e-12, "\(one.measure)")
                    for (a, b) in [
                        (one.champion, other.champion), (one.difference.value, other.difference.value),
                        (one.difference.interval?.lower, other.difference.interval?.lower),
                    ] {
                        #expect(abs((a ?? .nan) - (b ?? .nan) / scale) < 1e-12, "\(one.measure)")
                    }
                }
            }
        }
        let (first, second) = (
            try RegressionReport(truth: old.truth, predictions: old.predictions),
            try RegressionReport(truth: old.truth.map { $0 * unit }, predictions: old.predictions.map { $0 * unit })
        )
        for (one, other) in zip(first.figures, second.figures) where one.estimate.value != nil {
            let scale = ["r2", "meanAbsolutePercentageError"].contains(one.name) ? 1 : unit
            for (a, b) in [(one.estimate.value, other.estimate.value), (one.estimate.interval?.upper, other.estimate.interval?.upper)] {
                #expect(abs((a ?? .nan) - (b ?? .nan) / scale) < 1e-12, "\(one.name)")
            }
        }
    }

    @Test func `rows of which one has nearly all the weight are no basis for bounds`() throws {
        let weights = [1e12] + [Double](repeating: 1, count: 99)
        let (old, new, _) = try Self.numberPair(100, seed: 4)
        func weighted(_ rows: NumberRows) throws -> NumberRows {
            try NumberRows(truth: rows.truth, predictions: rows.predictions, weights: weights)
        }
        let numbers = try ModelComparison(champion: weighted(old), challenger: weighted(new))
        #expect(numbers.results.isEmpty && !numbers.passes && numbers.omitted.count == 3)
        #expect(Set(numbers.omitted.values) == ["one row has nearly all the weight, and does not tell how it varies"])
        func scored(_ score: Double) throws -> ScoredRows {
            try ScoredRows(
                scores: (0..<100).map { $0 == 0 ? 0.1 : Double(($0 * 37) % 100) / 100 * score }, labels: (0..<100).map { $0 % 3 == 1 },
                weights: weights,
                threshold: 0.5)
        }
        let scores = try ModelComparison(champion: scored(1), challenger: scored(0.9))
        #expect(scores.omitted.values.allSatisfy { $0.hasPrefix("one row has nearly all the weight") })
        for result in scores.results {
            let bounds = try #require(result.difference.interval)
            #expect(bounds.upper - bounds.lower > 1, "\(result.measure)")
        }
        let report = try PerformanceReport(scored(1))
        for (name, estimate) in report.figures {
            guard let bounds = estimate.interval else { continue }
            #expect(bounds.upper - bounds.lower > 0.01, "\(name): \(bounds)")
        }
        for (name, estimate) in try RegressionReport(truth: old.truth, predictions: old.predictions, weights: weights).figures {
            #expect(estimate.interval == nil, "\(name)")
        }
    }

    @Test func `of a model without errors beside one with them the root has bounds`() throws {
        let truth = (0..<40).map { Double($0 % 5) }
        let wrong = try NumberRows(truth: truth, predictions: truth.enumerated().map { $1 + Double($0 % 3) })
        let right = try NumberRows(truth: truth, predictions: truth)
        let worse = try ModelComparison(champion: right, challenger: wrong)
        let better = try ModelComparison(champion: wrong, challenger: right)
        for (comparison, sign) in [(worse, 1.0), (better, -1.0)] {
            let root = try #require(comparison.results.first { $0.measure == "rootMeanSquaredError" })
            let bounds = try #require(root.difference.interval)
            let value = try #require(root.difference.value)
            #expect(bounds.lower < value && value < bounds.upper && sign * bounds.lower > 0 && sign * bounds.upper > 0)
        }
        #expect(!worse.passes && better.passes)
    }

    @Test func `what cannot be compared is told with its reason`() throws {
        func numbers(_ truth: [Double], _ predictions: [Double], _ weights: [Double]? = nil, _ goal: NumberRows.Goal = .mean) throws -> NumberRows {
            try NumberRows(truth: truth, predictions: predictions, weights: weights, goal: goal)
        }
        let flat = try ModelComparison(champion: numbers([2, 2, 2], [1, 2, 3]), challenger: numbers([2, 2, 2], [2, 2, 3]))
        #expect(flat.omitted == ["r2": "all true numbers are the same; rootMeanSquaredError speaks for it"])
        #expect(flat.isComplete && flat.results.count == 2)
        let one = try ModelComparison(champion: numbers([2], [1]), challenger: numbers([2], [2]))
        #expect(one.results.isEmpty && !one.passes && Set(one.omitted.values) == ["one row does not tell how it varies"])
        let weightless = try ModelComparison(champion: numbers([2, 3], [1, 1], [1, 0]), challenger: numbers([2, 3], [2, 2], [1, 0]))
        #expect(weightless.results.isEmpty && weightless.omitted.count == 3)
        let huge = try ModelComparison(
            champion: numbers([1e308, 0, 1], [-1e308, 0, 0]), challenger: numbers([1e308, 0, 1], [0, 1, 0]))
        #expect(huge.results.isEmpty && huge.omitted.count == 3 && Set(huge.omitted.values) == ["it is beyond the largest number"])
        let negative = try ModelComparison(
            champion: numbers([1, 0, 3], [1, -1, 1], nil, .count), challenger: numbers([1, 0, 3], [1, 1, 1], nil, .count))
        #expect(negative.omitted == ["poissonDeviance": "some prediction is not above zero"])
        let quantile = try ModelComparison(
            champion: numbers([1, 0, 3], [1, 2, 1], nil, .quantile(0.9)), challenger: numbers([1, 0, 3], [1, 1, 1], nil, .quantile(0.9)))
        #expect(quantile.results.map(\.measure) == ["quantileLoss"])
        #expect(throws: MetricsError.self) { try ModelComparison(champion: numbers([1, 2], [1, 2]), challenger: numbers([1, 3], [1, 2])) }
        #expect(throws: MetricsError.self) {
            try ModelComparison(champion: numbers([1, 2], [1, 2]), challenger: numbers([1, 2], [1, 2], [1, 3]))
        }
        #expect(throws: MetricsError.self) { try numbers([1, .nan], [1, 2]) }
        #expect(throws: MetricsError.self) { try numbers([1, 2], [1, 2], nil, .quantile(1)) }

        func decided(_ predictions: [Int], classes: [String] = ["a", "b", "c"]) throws -> ClassifiedRows {
            try ClassifiedRows(classes: classes, labels: [0, 1, 2, 0], predictions: predictions)
        }
        let decisions = try ModelComparison(champion: decided([0, 1, 2, 1]), challenger: decided([0, 0, 2, 1]))
        // Nobody asks for scores where there are none.
        #expect(decisions.omitted == [:])
        #expect(decisions.results.map(\.measure) == ["accuracy", "macroF1"])
        #expect(throws: MetricsError.self) {
            try ModelComparison(champion: decided([0, 1, 2, 1]), challenger: decided([0, 0, 2, 1], classes: ["a", "b", "d"]))
        }
    }

    @Test func `a model that does not know a class gives it no chance`() throws {
        let old = try ClassifiedRows(classes: ["a", "c"], labels: [0, 1, 1], scores: [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
        let new = try ClassifiedRows(classes: ["a", "b", "c"], labels: [0, 2, 2], scores: [[0.8, 0.1, 0.1], [0.1, 0.1, 0.8], [0.1, 0.6, 0.3]])
        let (first, second) = (try old.joined(with: new), try new.joined(with: old))
        #expect(first.classes == ["a", "b", "c"] && first.labels == second.labels)
        #expect(first.scores == [[0.9, 0, 0.1], [0.2, 0, 0.8], [0.6, 0, 0.4]] && first.predictions == [0, 2, 0])
        #expect(try ModelComparison(champion: first, challenger: second).results.count == 3)
    }

    @Test func `weights of one change nothing, and a row that counts twice is two in the figures`() throws {
        let (old, new, groups) = try Self.numberPair(300, seed: 8, worse: 0.1)
        func weighted(_ rows: NumberRows, _ weight: (Int) -> Double) throws -> NumberRows {
            try NumberRows(truth: rows.truth, predictions: rows.predictions, weights: (0..<rows.count).map(weight))
        }
        let plain = try ModelComparison(champion: old, challenger: new, groups: [groups])
        let ones = try ModelComparison(champion: weighted(old) { _ in 1 }, challenger: weighted(new) { _ in 1 }, groups: [groups])
        #expect(plain.results == ones.results)
        let twice = try ModelComparison(champion: weighted(old) { $0 < 100 ? 2 : 1 }, challenger: weighted(new) { $0 < 100 ? 2 : 1 })
        let order = Array(0..<300) + Array(0..<100)
        func repeated(_ rows: NumberRows) throws -> NumberRows {
            try NumberRows(truth: order.map { rows.truth[$0] }, predictions: order.map { rows.predictions[$0] })
        }
        let both = try ModelComparison(champion: repeated(old), challenger: repeated(new))
        for (first, second) in zip(twice.results, both.results) { #expect(abs(first.challenger - second.challenger) < 1e-12) }
    }

    @Test func `what a row adds to macro F₁ is its change by a little more weight, and tests like the bootstrap`() throws {
        let (old, new, _) = try Self.classPair(500, seed: 9, worse: 0.1)
        let pair = PairedClasses(old, new, Array(0..<500))
        let value = try #require(pair.f1(pair.masses, of: .challenger))
        let influence = pair.influence(of: .challenger, value)
        for row in [0, 17, 250, 499] {
            let cell = PairedClasses.Cell(truth: old.labels[row], champion: old.predictions[row], challenger: new.predictions[row])
            var masses = pair.masses
            masses[try #require(pair.cells.firstIndex(of: cell))] += 1e-5
            let moved = try #require(pair.f1(masses, of: .challenger))
            #expect(abs((moved - value) / 1e-5 * 500 - influence[row]) < 1e-3 * max(1, abs(influence[row])))
        }
        #expect(abs(influence.reduce(0, +)) < 1e-9)
        // A class for every second row has more cells than are drawn.
        func many(_ answers: (Int) -> Int) throws -> ClassifiedRows {
            let rows = 0..<12_000
            return try ClassifiedRows(
                classes: (0..<1000).map { "\($0)" }, labels: rows.map { $0 % 1000 }, predictions: rows.map(answers))
        }
        let champion = try many { $0 % 3 == 0 ? ($0 * 7919) % 1000 : $0 % 1000 }
        let worse = try ModelComparison(champion: champion, challenger: many { $0 % 5 < 3 ? ($0 * 104_729 + $0 / 1000) % 1000 : $0 % 1000 })
        let figure = try #require(worse.results.first { $0.measure == "macroF1" })
        #expect(figure.method == "paired t" && !figure.passes)
        #expect((figure.difference.interval?.upper ?? 1) < 0)
    }

    @Test func `the order of rows does not matter`() throws {
        let (old, new, _) = try Self.classPair(300, seed: 11)
        let order = (0..<300).map { ($0 * 7) % 300 }
        func turned(_ rows: ClassifiedRows) throws -> ClassifiedRows {
            try ClassifiedRows(classes: rows.classes, labels: order.map { rows.labels[$0] }, scores: order.map { (rows.scores ?? [])[$0] })
        }
        let first = try ModelComparison(champion: old, challenger: new)
        let second = try ModelComparison(champion: turned(old), challenger: turned(new))
        for (one, other) in zip(first.results, second.results) { #expect(abs(one.pValue - other.pValue) < 1e-12, "\(one.measure)") }
    }
}
