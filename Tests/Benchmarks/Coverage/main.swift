import Basics
import Foundation
import Frames
import Metrics
import Statistics

// Long simulations with fixed seeds, for Docs/Performance.md: how often bounds enclose the truth and how wide they are, figure by figure, and how often a gate
// of equal models is held up. `CoverageBenchmark [trials]`; the tests run the same in small.

let trials = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5000

func rows(_ count: Int, _ seed: UInt64, weights: Bool) throws -> ScoredRows {
    var random = SeededRandom(seed: seed)
    var (scores, labels, all): ([Double], [Bool], [Double]) = ([], [], [])
    for _ in 0..<count {
        let score = 0.05 + 0.9 * random.nextUnit()
        scores.append(score)
        labels.append(random.nextUnit() < score)
        all.append(0.5 + random.nextUnit())
    }
    return try ScoredRows(scores: scores, labels: labels, weights: weights ? all : nil, threshold: 0.5)
}

/// Of one figure: hits, widths, and the values whose spread is the reference.
struct Tally {
    var (count, covered, width, sum, squares) = (0, 0, 0.0, 0.0, 0.0)
}

let truth = Dictionary(
    PerformanceReport(try rows(4_000_000, 1, weights: false)).figures.map { ($0.name, $0.estimate.value ?? .nan) },
    uniquingKeysWith: { first, _ in first })
print("| figure | rows | weights | coverage | mean width ÷ (3.92 × the figure's true standard deviation) |\n|---|---:|---|---:|---:|")
var all = (covered: 0, count: 0)
for count in [100, 400] {
    for weighted in [false, true] {
        var tallies: [String: Tally] = [:]
        for trial in 0..<trials {
            let report = PerformanceReport(try rows(count, UInt64(10_000_000 + trial * 10 + count % 7 + (weighted ? 5 : 0)), weights: weighted))
            for (name, estimate) in report.figures {
                guard let value = estimate.value, let right = truth[name] else { continue }
                var tally = tallies[name] ?? Tally()
                tally.count += 1
                tally.sum += value
                tally.squares += value * value
                if let bounds = estimate.interval {
                    if bounds.lower - 1e-12 <= right, right <= bounds.upper + 1e-12 { tally.covered += 1 }
                    tally.width += bounds.upper - bounds.lower
                }
                tallies[name] = tally
            }
        }
        for (name, tally) in tallies.sorted(by: { $0.key < $1.key }) {
            let n = Double(tally.count)
            let spread = max(0, tally.squares / n - (tally.sum / n) * (tally.sum / n)).squareRoot()
            all = (all.covered + tally.covered, all.count + tally.count)
            let shown = [Double(tally.covered) / n, tally.width / n / (3.92 * spread)].map { String(format: "%.3f", $0) }
            print("| \(name) | \(count) | \(weighted ? "yes" : "no") | \(shown[0]) | \(shown[1]) |")
        }
    }
}
print("average \(String(format: "%.4f", Double(all.covered) / Double(all.count)))\n")

/// Two models that see a row's truth through noise of their own: equally good.
func pair(_ count: Int, seed: UInt64, names: [String] = ["a", "b", "c"]) throws -> (ScoredRows, ScoredRows, Groups) {
    var random = SeededRandom(seed: seed)
    var (labels, old, new, groups): ([Bool], [Double], [Double], [String?]) = ([], [], [], [])
    for _ in 0..<count {
        let signal = random.nextUnit()
        labels.append(random.nextUnit() < signal)
        old.append(0.7 * signal + 0.3 * random.nextUnit())
        new.append(0.7 * signal + 0.3 * random.nextUnit())
        groups.append(names[Int(random.next(below: UInt64(names.count)))])
    }
    return (
        try ScoredRows(scores: old, labels: labels, threshold: 0.5), try ScoredRows(scores: new, labels: labels, threshold: 0.5),
        try Groups(Column("g", texts: groups))
    )
}

/// The p-values of fairness evidence: every group beside the reference, which is the one with the highest rate.
func fairness(_ report: FairnessReport) -> [Double] {
    report.attributes.sorted { $0.key < $1.key }.flatMap { _, attribute in
        ["selectionRate", "truePositiveRate", "falsePositiveRate", "positivePredictiveValue"].flatMap { measure in
            attribute[measure].comparisons.sorted { $0.key < $1.key }.compactMap { $0.value.significance?.choicePValue }
        }
    }
}

/// A gate's tests, and how many gates they held up.
struct Family {
    var (pValues, blocked): ([Double], Int) = ([], 0)

    mutating func judge() {
        if Multiplicity.holm(pValues).contains(where: { $0 < 0.05 }) { blocked += 1 }
        pValues = []
    }
}

func share(_ blocked: Int, _ all: Int) -> String { String(format: "%.4f", Double(blocked) / Double(max(1, all))) }

let models = 5
for count in [200, 600, 2000] {
    var one = 0
    var (compared, whole) = (Family(), Family())
    for trial in 0..<trials {
        let (old, new, groups) = try pair(count, seed: UInt64(trial + count * 100_000))
        let comparison = try ModelComparison(champion: old, challenger: new, groups: [groups])
        let rates = fairness(try FairnessReport(new, [groups]))
        if !comparison.passes { one += 1 }
        compared.pValues += comparison.results.map(\.pValue)
        whole.pValues += comparison.results.map(\.pValue) + rates
        // A gate of five models: their sixty figures, and the rates of their groups, are one family.
        guard trial % models == models - 1 else { continue }
        compared.judge()
        whole.judge()
    }
    let gates = trials / models
    print(
        "A/A of \(count) rows, three groups: one model held up \(share(one, trials)) of \(trials), a gate of five \(share(compared.blocked, gates)) of \(gates), "
            + "with the rates of groups \(share(whole.blocked, gates))"
    )
}

// Numbers and several classes: two models that see the truth through noise of their own; one row in thirty errs tenfold in `outliers`.
func normal(_ random: inout SeededRandom) -> Double { (-2 * log(1 - random.nextUnit())).squareRoot() * cos(2 * .pi * random.nextUnit()) }

func numbers(_ count: Int, seed: UInt64, outliers: Bool) throws -> (NumberRows, NumberRows, Groups) {
    var random = SeededRandom(seed: seed)
    func error() -> Double { (outliers && random.nextUnit() < 1.0 / 30 ? 10 : 1) * normal(&random) }
    var (truth, old, new, groups): ([Double], [Double], [Double], [String?]) = ([], [], [], [])
    for _ in 0..<count {
        let signal = 3 * error()
        truth.append(signal + error())
        old.append(signal + 0.5 * error())
        new.append(signal + 0.5 * error())
        groups.append(["a", "b", "c"][Int(random.next(below: 3))])
    }
    return (try NumberRows(truth: truth, predictions: old), try NumberRows(truth: truth, predictions: new), try Groups(Column("g", texts: groups)))
}

func classes(_ count: Int, seed: UInt64, weighted: Bool) throws -> (ClassifiedRows, ClassifiedRows, Groups) {
    var random = SeededRandom(seed: seed)
    var (labels, old, new, groups, weights): ([Int], [[Double]], [[Double]], [String?], [Double]) = ([], [], [], [], [])
    for _ in 0..<count {
        let hints = (0..<4).map { random.nextUnit() - Double($0) * 0.1 }
        func scores() -> [Double] {
            let raw = hints.map { exp(4 * (0.6 * $0 + 0.4 * random.nextUnit())) }
            return raw.map { $0 / raw.reduce(0, +) }
        }
        labels.append(hints.indices.max { hints[$0] < hints[$1] } ?? 0)
        old.append(scores())
        new.append(scores())
        groups.append(["a", "b", "c"][Int(random.next(below: 3))])
        weights.append(0.5 + random.nextUnit())
    }
    func rows(_ scores: [[Double]]) throws -> ClassifiedRows {
        try ClassifiedRows(classes: ["a", "b", "c", "d"], labels: labels, scores: scores, weights: weighted ? weights : nil)
    }
    return (try rows(old), try rows(new), try Groups(Column("g", texts: groups)))
}

for count in [100, 200, 600] {
    for special in [false, true] {
        var blocked = (numbers: 0, classes: 0)
        for trial in 0..<trials {
            let (first, second, groups) = try numbers(count, seed: UInt64(trial + count * 100_000), outliers: special)
            if !(try ModelComparison(champion: first, challenger: second, groups: [groups]).passes) { blocked.numbers += 1 }
            let (third, fourth, others) = try classes(count, seed: UInt64(trial + count * 100_000), weighted: special)
            if !(try ModelComparison(champion: third, challenger: fourth, groups: [others]).passes) { blocked.classes += 1 }
        }
        print(
            "A/A of \(count) rows, three groups: numbers\(special ? " with outliers" : "") held up \(share(blocked.numbers, trials)), "
                + "four classes\(special ? " of weighted rows" : "") \(share(blocked.classes, trials)) of \(trials)")
    }
}

// The reference group that nobody named is the one with the highest rate: chosen by the rows that then test it.
for names in [["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d", "e", "f"]] {
    var (chosen, named) = (Family(), Family())
    var options = FairnessReport.Options()
    options.references = ["g": "a"]
    for trial in 0..<trials {
        let (_, rows, groups) = try pair(1000, seed: UInt64(trial + names.count * 1_000_000), names: names)
        chosen.pValues = fairness(try FairnessReport(rows, [groups]))
        chosen.judge()
        named.pValues = fairness(try FairnessReport(rows, [groups], options: options))
        named.judge()
    }
    print(
        "rates of \(names.count) equal groups, 1,000 rows: false alarms after Holm beside the highest \(share(chosen.blocked, trials)), "
            + "beside a named reference \(share(named.blocked, trials)) of \(trials)")
}
