internal import Models

/// A model whose features are partly a row's and partly a background row's.
struct MaskedModel: Sendable {
    let predictor: any Predictor
    let background: EncodedRows
    let players: Players

    /// Throws `background` for an empty one or one with other features, `features` for other players.
    init(_ predictor: any Predictor, background: EncodedRows, players: Players) throws(ExplanationError) {
        guard background.rowCount > 0 else { throw ExplanationError(.background, message: "the background has no rows") }
        guard background.width == predictor.featureCount else {
            throw ExplanationError(
                .background, message: "the background has \(background.width) features, the model \(predictor.featureCount)")
        }
        guard players.featureCount == predictor.featureCount else {
            throw ExplanationError(.features, message: "the players have \(players.featureCount) features, the model \(predictor.featureCount)")
        }
        self.predictor = predictor
        self.background = background
        self.players = players
    }

    var outputCount: Int { predictor.outputCount }

    /// The players whose features in `row` are not those of a background row. The others change nothing when they join.
    func differing(_ row: ArraySlice<Double>, from other: Int) -> [Int] {
        let start = other * background.width
        return players.members.indices.filter { player in
            players.members[player].contains { feature in
                let (value, there) = (row[row.startIndex + feature], background.values[start + feature])
                return there != value && !(there.isNaN && value.isNaN)
            }
        }
    }

    /// Predictions for whole rows. Throws `prediction` if the model fails or says something that is no finite number.
    func predictions(_ rows: [Double], count: Int) throws(ExplanationError) -> [Double] {
        try ModelCalls.predictions(predictor, rows, count: count)
    }
}
