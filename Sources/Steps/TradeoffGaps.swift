import Basics
import Metrics
import Statistics

/// What two sets of decisions on the same rows make of one attribute's groups: the gaps between them, and each group's rates.
struct TradeoffGaps {
    private let groups: Groups
    private let with: ScoredRows
    private let without: ScoredRows
    /// Places of the groups that are compared.
    private let compared: [Int]
    /// Of the groups that are compared.
    private let rows: Int
    private let gaps: (with: AttributeFairness, without: AttributeFairness)

    init(_ groups: Groups, _ with: ScoredRows, _ without: ScoredRows, minimumRows: Int) throws(MetricsError) {
        (self.groups, self.with, self.without) = (groups, with, without)
        let compared = ComparedGroups(groups, counting: with.labels.indices.map { with.weights?[$0] != 0 }, minimumRows: minimumRows)
        self.compared = Set(compared.codes.compactMap { $0 }).sorted()
        rows = compared.codes.count { $0 != nil }
        var options = FairnessReport.Options()
        options.minimumGroupRows = minimumRows
        func fairness(_ rows: ScoredRows) throws(MetricsError) -> AttributeFairness {
            guard let found = try FairnessReport(rows, [groups], options: options).attributes[groups.attribute] else {
                preconditionFailure("a report has each of its attributes")
            }
            return found
        }
        gaps = (try fairness(with), try fairness(without))
    }

    /// In the form of the evidence schema's `AttributeTradeoff`.
    var json: JSONValue {
        var members: [String: JSONValue] = ["smallGroups": .array(gaps.with.smallGroups.map { .string($0) }), "groups": .object(byGroup)]
        let draws = draws
        for (name, figure) in Self.measures { members[name] = comparison(name, figure, draws) }
        return .object(members)
    }

    private static var measures: [(String, (AttributeFairness) -> Estimate)] {
        [
            ("selectionRateRatio", { $0["selectionRate"].ratio }), ("selectionRateDifference", { $0["selectionRate"].difference }),
            ("equalizedOddsDifference", { $0.equalizedOddsDifference }),
        ]
    }

    private var byGroup: [String: JSONValue] {
        var shares = [[ChangedShare]](repeating: [ChangedShare(), ChangedShare(), ChangedShare()], count: groups.names.count)
        for row in with.summingOrder {
            let (own, other, weight) = (with.prediction(row), without.prediction(row), with.weights?[row] ?? 1)
            for rate in [0, with.labels[row] ? 1 : 2] { shares[Int(groups.codes[row])][rate].add(weight, with: own, without: other) }
        }
        var members: [String: JSONValue] = [:]
        let present = Set(groups.codes)
        for (code, name) in groups.names.enumerated() where present.contains(Int32(code)) {
            members[name] = .object(
                Dictionary(
                    uniqueKeysWithValues: zip(["selectionRate", "truePositiveRate", "falsePositiveRate"], shares[code]).map {
                        ($0, $1.json(orUndefined: "the group has no such rows"))
                    }))
        }
        return members
    }

    /// The rows by group, label and both decisions, drawn again: a paired bootstrap. Where a group has rows of a label and none of them is decided otherwise, a quarter of a row is put to either change:
    /// what has not been seen in few rows would else be known never to happen. (Simulated: of changes of 0 to 10 % the bounds hold 98 % on average with it, and 77 % without.)
    private var draws: CellBootstrap {
        var cells = [Double](repeating: 0, count: groups.names.count * 8)
        var (squares, total) = ([Double](repeating: 0, count: groups.names.count * 2), (weight: 0.0, squares: 0.0))
        for row in with.summingOrder {
            let stratum = Int(groups.codes[row]) * 2 + (with.labels[row] ? 1 : 0)
            let weight = with.weights?[row] ?? 1
            cells[stratum * 4 + (with.prediction(row) ? 2 : 0) + (without.prediction(row) ? 1 : 0)] += weight
            squares[stratum] += weight * weight
            total = (total.weight + weight, total.squares + weight * weight)
        }
        for stratum in squares.indices where squares[stratum] > 0 && cells[stratum * 4 + 1] + cells[stratum * 4 + 2] == 0 {
            // What one of the stratum's rows weighs (Kish 1965).
            let row = squares[stratum] / (cells[stratum * 4] + cells[stratum * 4 + 3])
            for change in 1...2 { cells[stratum * 4 + change] = row / 4 }
        }
        return CellBootstrap(cells, effectiveRows: total.weight * total.weight / total.squares, replicates: 1000, seed: 0)
    }

    /// A gap with and without, and its change.
    private func comparison(_ name: String, _ figure: (AttributeFairness) -> Estimate, _ draws: CellBootstrap) -> JSONValue {
        let (own, other) = (figure(gaps.with), figure(gaps.without))
        guard let value = own.value, let before = other.value else {
            let change = Estimate.undefined(own.undefined ?? other.undefined ?? "", n: rows)
            return ["with": own.json, "without": other.json, "change": change.json]
        }
        func gap(_ cells: [Double], _ bit: Int) -> Double? {
            // As `GroupGap` has them. Undefined where a group is not drawn: the gap between the others is another figure.
            GroupGap.value(
                name,
                compared.map { group in
                    var table = [0.0, 0, 0, 0]
                    for cell in 0..<8 { table[(cell & bit != 0 ? 2 : 0) + (cell & 4 != 0 ? 1 : 0)] += cells[group * 8 + cell] }
                    return table
                })
        }
        let values = draws.values { cells in gap(cells, 2).flatMap { first in gap(cells, 1).map { first - $0 } } }.sorted()
        var interval: Interval?
        if values.count >= 900 {
            let (lower, upper) = (Bootstrap.quantile(values, 0.025), Bootstrap.quantile(values, 0.975))
            interval = Interval(min(lower, value - before), max(upper, value - before), method: "paired bootstrap", confidence: 0.95)
        }
        return ["with": own.json, "without": other.json, "change": Estimate.value(value - before, n: rows, interval: interval).json]
    }
}
