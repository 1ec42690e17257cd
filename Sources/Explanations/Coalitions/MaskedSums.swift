internal import Models

/// Where the predictions of a part of a question lie in its block, and how they are added up.
struct MaskedSums {
    /// Beside places in the block: the prediction of the row itself, and that of the background row.
    private static let (full, none) = (Int32(-1), Int32(-2))

    private enum Kind {
        /// Background rows × coalitions.
        case worth(coalitions: Int, places: [Int32])
        /// For each background row, the players that differ from it, and where their coalitions begin, from {first} on in the order of their bits.
        case shares([(players: [Int], start: Int)])
    }

    private let row: Int
    private let background: [Int]
    private let kind: Kind

    /// Appends the masked rows that are not known yet to the block.
    init(
        _ questions: MaskedQuestions, row: Int, background: [Int], kind: MaskedQuestion.Kind, coalitions range: Range<Int>,
        into block: inout MaskedBlock
    ) {
        self.row = row
        self.background = background
        let model = questions.model
        let words = Coalition.words(for: model.players.count)
        let values = questions.rows.row(row)
        switch kind {
        case .shares:
            var games: [(players: [Int], start: Int)] = []
            var mask = [UInt64](repeating: 0, count: words)
            for other in background {
                let players = model.differing(values, from: other)
                games.append((players, block.count))
                for bits in 1..<max(1, (1 << players.count) - 1) {
                    for word in mask.indices { mask[word] = 0 }
                    for (place, player) in players.enumerated() where bits >> place & 1 == 1 { mask[player >> 6] |= 1 << UInt64(player & 63) }
                    unsafe mask.withUnsafeBufferPointer { mask in
                        guard let mask = mask.baseAddress else { return }
                        unsafe block.append(values, over: model.background.row(other), mask: mask, ofFeatures: model.players.ofFeatures)
                    }
                }
            }
            self.kind = .shares(games)
        case .worth(let all):
            let masks = all[range].flatMap(\.words)
            var places = [Int32](repeating: 0, count: background.count * range.count)
            var table = MaskTable(width: words, capacity: range.count)
            for (index, other) in background.enumerated() {
                var filter = Coalition.empty(of: model.players.count)
                for player in model.differing(values, from: other) { filter.insert(player) }
                table.removeAll()
                Self.place(
                    masks, count: range.count, filter: filter.words, &table, values, over: model.background.row(other),
                    ofFeatures: model.players.ofFeatures, places: &places, from: index * range.count, into: &block)
            }
            self.kind = .worth(coalitions: range.count, places: places)
        }
    }

    private static func place(
        _ masks: [UInt64], count: Int, filter: [UInt64], _ table: inout MaskTable, _ row: ArraySlice<Double>, over other: ArraySlice<Double>,
        ofFeatures: [Int], places: inout [Int32], from first: Int, into block: inout MaskedBlock
    ) {
        let width = filter.count
        /// Of each distinct mask.
        var known: [Int32] = []
        unsafe masks.withUnsafeBufferPointer { masks in
            unsafe filter.withUnsafeBufferPointer { filter in
                guard let masks = masks.baseAddress, let filter = filter.baseAddress else { return }
                for index in 0..<count {
                    let found = unsafe table.place(of: masks + index * width, filter: filter)
                    if found.isNew {
                        var (isEmpty, isWhole) = (true, true)
                        for word in 0..<width {
                            let own = table.masks[found.place * width + word]
                            if own != 0 { isEmpty = false }
                            if unsafe own != filter[word] { isWhole = false }
                        }
                        if isEmpty {
                            known.append(none)
                        } else if isWhole {
                            known.append(full)
                        } else {
                            known.append(Int32(block.count))
                            // Players that do not differ may be in the mask or not: their features are the same.
                            unsafe block.append(row, over: other, mask: masks + index * width, ofFeatures: ofFeatures)
                        }
                    }
                    places[first + index] = known[found.place]
                }
            }
        }
    }

    /// The sums over the background rows. `found` are the block's predictions, rows × outputs.
    func added(_ found: [Double], _ questions: MaskedQuestions) -> [Double] {
        let outputs = questions.model.outputCount
        let whole = questions.predictions[(row * outputs)..<((row + 1) * outputs)]
        switch kind {
        case .worth(let coalitions, let places):
            var sums = [Double](repeating: 0, count: coalitions * outputs)
            for (index, other) in background.enumerated() {
                for coalition in 0..<coalitions {
                    let place = places[index * coalitions + coalition]
                    for output in 0..<outputs {
                        sums[coalition * outputs + output] +=
                            place == Self.full
                            ? whole[whole.startIndex + output]
                            : place == Self.none
                                ? questions.backgroundPredictions[other * outputs + output] : found[Int(place) * outputs + output]
                    }
                }
            }
            return sums
        case .shares(let games):
            let count = questions.model.players.count
            var sums = [Double](repeating: 0, count: outputs * count)
            for (other, game) in zip(background, games) where !game.players.isEmpty {
                for output in 0..<outputs {
                    let shares = Self.shares(
                        players: game.players.count, empty: questions.backgroundPredictions[other * outputs + output],
                        full: whole[whole.startIndex + output], worth: { found[(game.start + $0 - 1) * outputs + output] })
                    for (player, share) in zip(game.players, shares) { sums[output * count + player] += share }
                }
            }
            return sums
        }
    }

    /// Shapley values from the worth of every coalition, by its bits; none and all apart.
    private static func shares(players count: Int, empty: Double, full: Double, worth: (Int) -> Double) -> [Double] {
        let last = (1 << count) - 1
        // (|S| − 1)! (m − |S|)! / m! for a member, −|S|! (m − |S| − 1)! / m! for the others.
        let gains = (0...count).map { $0 > 0 ? ShapleyWeights.unanimity($0, against: count - $0) : 0 }
        let losses = (0...count).map { $0 < count ? ShapleyWeights.unanimity(count - $0, against: $0) : 0 }
        var shares = [Double](repeating: gains[count] * full - losses[0] * empty, count: count)
        for bits in 1..<max(last, 1) {
            let (value, size) = (worth(bits), bits.nonzeroBitCount)
            let (gain, loss) = (gains[size] * value, losses[size] * value)
            for player in 0..<count { shares[player] += bits >> player & 1 == 1 ? gain : -loss }
        }
        return shares
    }
}
