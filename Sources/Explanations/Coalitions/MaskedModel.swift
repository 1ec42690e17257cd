internal import Models

/// What a coalition is worth: the model's mean prediction when the coalition's features are the row's and the others those of each background row.
struct MaskedModel: Sendable {
    let predictor: any Predictor
    let background: EncodedRows
    let players: Players

    /// How many rows go to the model in one call, unless the background alone has more.
    private static let blockRows = 1 << 16

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

    /// The players whose features differ, for some background row, from `row`'s. The others change nothing.
    func varying(_ row: ArraySlice<Double>) -> [Int] {
        let width = background.width
        return players.members.indices.filter { player in
            players.members[player].contains { feature in
                let value = row[row.startIndex + feature]
                return (0..<background.rowCount).contains { other in
                    let there = background.values[other * width + feature]
                    return there != value && !(there.isNaN && value.isNaN)
                }
            }
        }
    }

    /// Predictions for whole rows. Throws `prediction` if the model fails or says something that is no finite number.
    func predictions(_ rows: [Double], count: Int) throws(ExplanationError) -> [Double] {
        try ModelCalls.predictions(predictor, rows, count: count)
    }

    /// The worth of each coalition of `active` players, coalitions × outputs. Players that are not active count as absent.
    func worth(_ coalitions: [Coalition], active: [Int], row: ArraySlice<Double>) throws(ExplanationError) -> [Double] {
        let width = background.width
        let rows = background.rowCount
        let step = max(1, Self.blockRows / rows)
        var worth: [Double] = []
        worth.reserveCapacity(coalitions.count * outputCount)
        for start in stride(from: 0, to: coalitions.count, by: step) {
            let part = coalitions[start..<min(start + step, coalitions.count)]
            var block: [Double] = []
            block.reserveCapacity(part.count * rows * width)
            for coalition in part {
                let first = block.count
                block += background.values
                for (place, player) in active.enumerated() where coalition.contains(place) {
                    for feature in players.members[player] {
                        let value = row[row.startIndex + feature]
                        for other in 0..<rows { block[first + other * width + feature] = value }
                    }
                }
            }
            let found = try predictions(block, count: part.count * rows)
            let size = rows * outputCount
            for index in 0..<part.count { worth += Array(found[(index * size)..<((index + 1) * size)]).means(outputs: outputCount) }
        }
        return worth
    }
}
