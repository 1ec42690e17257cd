import Basics
import Execution
import Frames
import Metrics
import Planning
import Storage
import TestSupport
import Testing

@testable import Steps

@Suite struct TradeoffStepTests {
    struct Row {
        let weight: Double
        let score: Double
        let plain: Double
        let label: Bool
        let group: String
    }

    private func evidence(_ rows: [Row]) async throws -> JSONValue {
        let folder = try TemporaryFolder()
        let store = FileStore(at: folder.path)
        func scores(_ score: (Row) -> Double) throws -> Digest {
            try store.put(
                try Frame([
                    Column(ScoreTable.score, doubles: rows.map(score)), Column(ScoreTable.label, booleans: rows.map(\.label)),
                    Column(ScoreTable.weight, doubles: rows.map(\.weight)), Column(ScoreTable.group("g"), texts: rows.map(\.group)),
                ]).writeParquet())
        }
        let step = Step(
            name: "tradeoff", kind: .tradeoff, parameters: ["attributes": ["g"], "methods": ["reweighing"], "threshold": 0.5], inputs: [:],
            outputs: ["evidence"])
        let work = StepWork(step: step, inputs: ["scores": try scores(\.score), "plain": try scores(\.plain)], store: store, threads: 1) { _ in }
        return try JSONValue(parsing: try store.read(try #require(try await TradeoffStep().run(work)["evidence"])))
    }

    @Test func `rows with weights have the same figures, to the last digit, in any order`() async throws {
        var random = SeededRandom(seed: 5)
        let rows = (0..<400).map { _ in
            Row(
                weight: 0.1 + random.nextUnit(), score: random.nextUnit(), plain: random.nextUnit(), label: random.nextUnit() < 0.4,
                group: random.nextUnit() < 0.3 ? "a" : "b")
        }
        let found = try await evidence(rows)
        #expect(found["attributes"]?["g"]?["groups"]?["a"]?["selectionRate"]?["change"]?["method"] == "Tango")
        #expect(try await evidence(rows.reversed()) == found)
        #expect(try await evidence(Array(rows[137...] + rows[..<137])) == found)
    }

    @Test func `gaps have the bounds that fairness has, and a change that no row shows is not known to be none`() throws {
        let rows = 0..<200
        let scored = try ScoredRows(
            scores: rows.map { $0 % 5 < 2 ? 0.9 : 0.1 }, labels: rows.map { $0 % 3 == 0 }, threshold: 0.5)
        let groups = try Groups(Column("g", texts: rows.map { $0 % 7 < 3 ? "a" : "b" }))
        let found = try TradeoffGaps(groups, scored, scored, minimumRows: 0).json
        let fairness = try #require(try FairnessReport(scored, [groups]).attributes["g"])
        for (name, figure) in [
            ("selectionRateRatio", fairness["selectionRate"].ratio), ("selectionRateDifference", fairness["selectionRate"].difference),
            ("equalizedOddsDifference", fairness.equalizedOddsDifference),
        ] {
            for side in ["with", "without"] { #expect(found[name]?[side] == figure.json && figure.interval != nil) }
            let change = try #require(found[name]?["change"])
            let (lower, upper) = (try #require(change["lower"]?.doubleValue), try #require(change["upper"]?.doubleValue))
            #expect(change["value"] == .double(0) && lower < -0.001 && upper > 0.001 && lower > -0.2 && upper < 0.2)
        }
        let single = try TradeoffGaps(Groups(Column("g", texts: rows.map { _ in "a" })), scored, scored, minimumRows: 0).json
        #expect(single["selectionRateRatio"]?["change"]?["undefined"] == "there is one group only")
    }

    @Test func `a change has no bounds where a group is not drawn in one draw of ten, or the rows count as one`() throws {
        func change(_ names: [String], weights: [Double]? = nil) throws -> JSONValue {
            let rows = names.indices
            func scored(_ every: Int) throws -> ScoredRows {
                try ScoredRows(
                    scores: rows.map { $0 % every == 0 ? 0.9 : 0.1 }, labels: rows.map { $0 % 3 == 0 }, weights: weights, threshold: 0.5)
            }
            return try #require(
                try TradeoffGaps(Groups(Column("g", texts: names)), scored(2), scored(4), minimumRows: 0).json["selectionRateDifference"]?["change"])
        }
        let names = (0..<200).map { $0 % 2 == 0 ? "a" : "b" }
        #expect(try change(names)["lower"] != nil)
        let found = try change(names + ["c"])
        #expect(found["value"] != nil && found["lower"] == nil, "\(found)")
        let heavy = try change(names, weights: names.indices.map { $0 == 7 ? 1e9 : 1 })
        #expect(heavy["value"] != nil && heavy["lower"] == nil, "\(heavy)")
    }

    @Test func `a group whose rows weigh nothing is named, as in fairness`() throws {
        let rows = 0..<200
        let names = rows.map { ["a", "b", "c"][$0 % 3] }
        let scored = try ScoredRows(
            scores: rows.map { $0 % 5 < 2 ? 0.9 : 0.1 }, labels: rows.map { $0 % 4 == 0 }, weights: names.map { $0 == "c" ? 0 : 1 }, threshold: 0.5)
        let found = try TradeoffGaps(Groups(Column("g", texts: names)), scored, scored, minimumRows: 0).json
        #expect(found["smallGroups"] == ["c"])
        #expect(found["selectionRateRatio"]?["change"]?["lower"] != nil && found["equalizedOddsDifference"]?["change"]?["lower"] != nil)
    }

    /// Two groups of which shares of the rows are decided otherwise, up or down.
    @Test func `bounds of changes of gaps hold the truth, however few rows change`() throws {
        var random = SeededRandom(seed: 23)
        var (held, trials) = ([0, 0, 0], 0)
        for rows in [150, 600] {
            for changes in [[(0.0, 0.0), (0, 0)], [(0.003, 0), (0, 0)], [(0.01, 0), (0, 0.01)], [(0.1, 0.02), (0.02, 0.1)]] {
                let rates = [[0.15, 0.7], [0.08, 0.6]]
                /// By group and label, the shares that are selected without and with.
                let selected = (0..<2).map { group in
                    (0..<2).map { label in
                        let rate = rates[group][label]
                        return (without: rate, with: rate + changes[group].0 * (1 - rate) - changes[group].1 * rate)
                    }
                }
                func truth(_ side: ((without: Double, with: Double)) -> Double) -> [Double] {
                    let all = (0..<2).map { group in
                        let base = [0.3, 0.2][group]
                        return base * side(selected[group][1]) + (1 - base) * side(selected[group][0])
                    }
                    let odds = (0..<2).map { label in abs(side(selected[0][label]) - side(selected[1][label])) }
                    return [min(all[0], all[1]) / max(all[0], all[1]), abs(all[0] - all[1]), max(odds[0], odds[1])]
                }
                let wanted = zip(truth(\.with), truth(\.without)).map { $0 - $1 }
                for _ in 0..<8 {
                    var (names, labels, with, without) = ([String](), [Bool](), [Double](), [Double]())
                    for _ in 0..<rows {
                        let group = random.nextUnit() < 0.6 ? 0 : 1
                        let label = random.nextUnit() < [0.3, 0.2][group]
                        let before = random.nextUnit() < rates[group][label ? 1 : 0]
                        let isChanged = random.nextUnit() < (before ? changes[group].1 : changes[group].0)
                        names.append(["a", "b"][group])
                        labels.append(label)
                        without.append(before ? 1 : 0)
                        with.append(before != isChanged ? 1 : 0)
                    }
                    let found = try TradeoffGaps(
                        Groups(Column("g", texts: names)), ScoredRows(scores: with, labels: labels, threshold: 0.5),
                        ScoredRows(scores: without, labels: labels, threshold: 0.5), minimumRows: 0
                    ).json
                    trials += 1
                    for (place, name) in ["selectionRateRatio", "selectionRateDifference", "equalizedOddsDifference"].enumerated() {
                        let change = try #require(found[name]?["change"])
                        let bounds = (change["lower"]?.doubleValue ?? .nan) - 1e-12...(change["upper"]?.doubleValue ?? .nan) + 1e-12
                        if bounds.contains(wanted[place]) { held[place] += 1 }
                    }
                }
            }
        }
        for count in held { #expect(Double(count) / Double(trials) >= 0.935, "\(held) of \(trials)") }
    }
}
