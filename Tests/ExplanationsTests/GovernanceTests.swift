import Basics
import Explanations
import Models
import Statistics
import Testing

@Suite struct GovernanceTests {
    static func attributions(_ values: [Double], players: Int) -> Attributions {
        let rows = values.count / players
        let sums = (0..<rows).map { values[($0 * players)..<(($0 + 1) * players)].reduce(0, +) }
        return Attributions(
            players: (0..<players).map { "p\($0)" }, outputCount: 1, values: values, baseValues: [0], predictions: sums, method: .exact, scale: .raw)
    }

    @Test func `drift between two tables is scipy's and scikit-learn's`() throws {
        let drift = try #require(try GlobalExplanationTests().values["drift"])
        func numbers(_ key: String) -> [Double] { drift[key].map(TreeOracle.flat) ?? [] }
        let found = AttributionDrift(
            reference: Self.attributions(numbers("reference"), players: 4), current: Self.attributions(numbers("current"), players: 4))
        #expect(abs((found.ndcg ?? .nan) - (drift["ndcg"]?.doubleValue ?? .nan)) < 1e-12)
        #expect(abs((found.rankCorrelation ?? .nan) - (drift["spearman"]?.doubleValue ?? .nan)) < 1e-12)
        #expect(distance(found.changes.map(\.distance), numbers("distances")) < 1e-12)
        #expect(distance(found.changes.compactMap(\.interval).flatMap { [$0.lower, $0.upper] }, numbers("intervals")) < 1e-9)
        // The last player contributes nothing anywhere.
        #expect(found.changes[3].interval == nil && found.changes[3].share == 0)
    }

    @Test func `a faithful order of a linear model has the areas that can be worked out by hand`() throws {
        let schema = FeatureSchema(["a", "b", "c"].map { FeatureSchema.Feature(name: $0, type: .number) })
        let model = LinearModel(featureNames: schema.names, coefficients: [3, -1, 2], intercepts: [0], isLogistic: false)
        let background = EncodedRows(schema: schema, values: [0, 0, 0, 0, 0, 0])
        let rows = EncodedRows(schema: schema, values: [1, 1, 1])
        let players = try Players(features: schema.names)
        let explained = try LinearSHAP(model, background: background, players: players).explain(rows)
        let curves = try FaithfulnessCurves(model, rows: rows, attributions: explained, background: background, players: players)
        // Values 3, −1, 2: a, c, b.
        #expect(curves.deletion == [4, 1, -1, 0])
        #expect(curves.insertion == [0, 3, 5, 4])
        #expect(abs(curves.deletionArea - 2.0 / 3) < 1e-12 && abs(curves.insertionArea - 10.0 / 3) < 1e-12)
        #expect(curves.randomDeletion.first == 4 && curves.randomDeletion.last == 0)
        // A random order gains nothing on average: over many seeds the gain is that of the order itself, 10/3 − 2/3.
        let gains = try (0..<300).map { seed in
            try FaithfulnessCurves(model, rows: rows, attributions: explained, background: background, players: players, seed: UInt64(seed)).gain
        }
        #expect(abs(gains.reduce(0, +) / 300 - 8.0 / 3) < 0.25 && Set(gains).count > 2)
    }

    @Test func `of several outputs importances add up, and what moved furthest is told by output`() {
        func two(_ values: [Double]) -> Attributions {
            let rows = values.count / 4
            let sums = (0..<(rows * 2)).map { values[2 * $0] + values[2 * $0 + 1] }
            return Attributions(
                players: ["a", "b"], outputCount: 2, values: values, baseValues: [0, 0], predictions: sums, method: .exact, scale: .raw)
        }
        // Rows × outputs × players.
        let both = two([1, -2, 3, 0, -1, 0, 5, -4])
        let whole = ExplanationSummary(both)
        #expect(whole.importances["a"]?.meanAbsolute == 5 && whole.importances["b"]?.meanAbsolute == 3)
        #expect(whole.importances["a"]?.share == 0.625 && whole.total == 8)
        let second = ExplanationSummary(both, output: 1)
        #expect(second.importances["a"]?.meanAbsolute == 4 && second.importances["b"]?.meanAbsolute == 2)
        #expect(both.means(over: [0, 1], output: 1) == [4, -2])
        let moved = two([1, -2, 3, 9, -1, 0, 5, 9])
        let drift = AttributionDrift(reference: both, current: moved)
        #expect(drift.changes[0].output == 0 && drift.changes[0].distance == 0)
        #expect(drift.changes[1].output == 1 && drift.changes[1].distance == 1 && drift.changes[1].meanDifference == 11)
    }

    @Test func `exact values are more faithful than their opposites, and bytes are the same for any threads`() throws {
        let (test, background) = try #require(try TreeOracle().interventional.first)
        let few = background.selecting(rows: Array(0..<10))
        let explained = try TreeSHAP(test.ensemble, .interventional(background: few), players: test.players).explain(test.rows)
        let curves = try FaithfulnessCurves(test.ensemble, rows: test.rows, attributions: explained, background: few, players: test.players, seed: 5)
        #expect(curves.gain > 0.1)
        #expect(abs((curves.deletion.last ?? 0) - explained.baseValues[0]) < 1e-9)
        #expect(curves.insertion.last == curves.deletion.first)
        let opposite = Attributions(
            players: explained.players, outputCount: 1, values: explained.values.map { -$0 }, baseValues: explained.baseValues,
            predictions: explained.predictions, method: .exact, scale: explained.scale)
        let wrong = try FaithfulnessCurves(test.ensemble, rows: test.rows, attributions: opposite, background: few, players: test.players, seed: 5)
        #expect(wrong.gain < -0.1)
        let again = try FaithfulnessCurves(
            test.ensemble, rows: test.rows, attributions: explained, background: few, players: test.players, seed: 5, threads: 4)
        #expect(again == curves)
        #expect(throws: ExplanationError(.rows, message: "the explanations are not of these rows and players")) {
            try FaithfulnessCurves(
                test.ensemble, rows: test.rows.selecting(rows: [0]), attributions: explained, background: few, players: test.players)
        }
    }
}
