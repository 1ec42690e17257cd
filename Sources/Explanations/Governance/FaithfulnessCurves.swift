internal import Basics
public import Models

/// Whether the players that an explanation names first are those that move the prediction: features are taken from rows, or given to them, in
/// the order of their values (deletion and insertion; Petsiuk, Das and Saenko 2018), the others coming from each background row.
///
/// The players with the largest value come first, so that what pushes the prediction up most is deleted first, and inserted first: a faithful
/// order has a small area under its deletion curve and a large one under its insertion curve. A random order tells what nothing known gives.
public struct FaithfulnessCurves: Sendable, Hashable {
    /// The mean prediction over the rows after 0, 1, … players, one point more than players.
    public let deletion: [Double]
    public let insertion: [Double]
    public let randomDeletion: [Double]
    public let randomInsertion: [Double]
    public let rowCount: Int

    /// Under a curve over the share of the players, by the trapezoidal rule: in units of the prediction.
    public static func area(_ curve: [Double]) -> Double {
        guard curve.count > 1 else { return curve.first ?? 0 }
        var sum = 0.0
        for point in 1..<curve.count { sum += (curve[point - 1] + curve[point]) / 2 }
        return sum / Double(curve.count - 1)
    }

    public var deletionArea: Double { Self.area(deletion) }
    public var insertionArea: Double { Self.area(insertion) }
    public var randomDeletionArea: Double { Self.area(randomDeletion) }
    public var randomInsertionArea: Double { Self.area(randomInsertion) }

    /// (insertion − deletion) of the explanation less that of a random order: 0 for an explanation that knows nothing, in units of the prediction.
    public var gain: Double { (insertionArea - deletionArea) - (randomInsertionArea - randomDeletionArea) }

    /// - Parameters:
    ///   - attributions: of `rows`, by whatever method, on this predictor's scale, with one output.
    ///   - background: where absent features come from; the cost is rows × players × 4 × background rows.
    ///
    /// Throws `background`, `features`, `rows` for attributions of other rows or players, `unsupportedModel`, or `prediction`.
    public init(
        _ predictor: any Predictor, rows: EncodedRows, attributions: Attributions, background: EncodedRows, players: Players, seed: UInt64 = 0,
        threads: Int = 1
    ) throws(ExplanationError) {
        guard attributions.rowCount == rows.rowCount, attributions.players == players.names, rows.rowCount > 0 else {
            throw ExplanationError(.rows, message: "the explanations are not of these rows and players")
        }
        let scaled: ScaledPredictor
        do { scaled = try ScaledPredictor(predictor, scale: attributions.scale) } catch { throw ExplanationError(error) }
        guard scaled.outputCount == 1, attributions.outputCount == 1 else {
            throw ExplanationError(.unsupportedModel, message: "deletion and insertion are of one output, and the model has \(scaled.outputCount)")
        }
        let model = try MaskedModel(scaled, background: background, players: players)
        guard rows.width == background.width else {
            throw ExplanationError(.rows, message: "the table has \(rows.width) features, the model \(background.width)")
        }
        let count = players.count
        let empty = try model.predictions(background.values, count: background.rowCount)
        let questions = MaskedQuestions(
            model: model, rows: rows, predictions: try ModelCalls.predictions(scaled, rows.values, count: rows.rowCount, threads: threads),
            backgroundPredictions: empty)
        let points = (0..<rows.rowCount).map { row in
            let values = Array(attributions.row(row))
            let order = values.indices.sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }
            var random = SeededRandom(seed: seed, stream: UInt64(row))
            return Self.points([order, random.permutation(of: count)])
        }
        let all = Array(0..<background.rowCount)
        let answers = try questions.answers(
            points.enumerated().map { MaskedQuestion(kind: .worth($1.asked), row: $0, background: all) }, threads: threads)
        var sums = [Double](repeating: 0, count: 4 * (count + 1))
        for (own, worth) in zip(points, answers) {
            for (point, place) in own.places.enumerated() { sums[point] += worth[place] / Double(all.count) }
        }
        let means = sums.map { $0 / Double(rows.rowCount) }
        func curve(_ index: Int) -> [Double] { Array(means[(index * (count + 1))..<((index + 1) * (count + 1))]) }
        deletion = curve(0)
        insertion = curve(1)
        randomDeletion = curve(2)
        randomInsertion = curve(3)
        rowCount = rows.rowCount
    }

    /// For each order the coalitions of its deletion, then of its insertion curve, as places among those asked about: none twice.
    private static func points(_ orders: [[Int]]) -> (asked: [Coalition], places: [Int]) {
        var asked: [Coalition] = []
        var known: [Coalition: Int] = [:]
        var places: [Int] = []
        for order in orders {
            var present = Coalition.empty(of: order.count)
            var inserted = [present]
            for player in order {
                present.insert(player)
                inserted.append(present)
            }
            // What is left when those are taken, then those that are given.
            for coalition in inserted.map({ $0.complement(of: order.count) }) + inserted {
                let place = known[coalition] ?? asked.count
                if place == asked.count {
                    known[coalition] = place
                    asked.append(coalition)
                }
                places.append(place)
            }
        }
        return (asked, places)
    }
}
