internal import Basics
internal import Models

/// What is to be found out about one explained row.
struct MaskedQuestion: Sendable {
    enum Kind: Sendable {
        /// What coalitions are worth, added up over the background rows: coalitions × outputs.
        case worth([Coalition])
        /// The Shapley values of all players against each background row, added up: outputs × players.
        ///
        /// Shapley values of a mean of games are the means of the games' values, and of each game only the players that differ from its background row
        /// count: all their coalitions are asked about.
        case shares
    }

    let kind: Kind
    /// The explained row.
    let row: Int
    let background: [Int]
}

/// Answers questions about many rows together, so that the model is called on large blocks.
///
/// A masked row depends on a coalition only by those of its players that differ from the background row; equal ones are asked about once, and those
/// that are the row itself or the background row not at all.
struct MaskedQuestions: Sendable {
    let model: MaskedModel
    let rows: EncodedRows
    /// Of `rows`, and of the background's.
    let predictions: [Double]
    let backgroundPredictions: [Double]

    /// How many masked rows go to the model in one call, but for the last call.
    static let blockRows = 1 << 16
    /// Places of a coalition's worth that are kept while a block is being filled.
    private static let maximumPlaces = 1 << 22

    /// A part of a question: what fits a block.
    private struct Piece: Sendable {
        let question: Int
        let background: ArraySlice<Int>
        let coalitions: Range<Int>
        /// No more masked rows than this.
        let rows: Int
    }

    /// One answer a question. Bytes depend on the question only: parts are cut and added up in an order that is the question's own.
    func answers(_ questions: [MaskedQuestion], threads: Int) throws(ExplanationError) -> [[Double]] {
        let pieces = concurrentBlocks(questions.count, threads: threads) { cut(questions[$0], index: $0) }.flatMap { $0 }
        let blocks = Self.blocks(of: pieces.map(\.rows))
        let results = concurrentBlocks(blocks.count, threads: threads) { block in
            Result { () throws(ExplanationError) in try answer(pieces[blocks[block]], of: questions) }
        }
        var answers = questions.map { [Double](repeating: 0, count: length($0)) }
        for (block, result) in zip(blocks, results) {
            for (piece, sums) in zip(pieces[block], try result.get()) {
                let start = piece.coalitions.lowerBound * model.outputCount
                for (place, sum) in sums.enumerated() { answers[piece.question][start + place] += sum }
            }
        }
        return answers
    }

    /// Neighbouring pieces that fill a block together.
    private static func blocks(of sizes: [Int]) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        var (start, filled) = (0, 0)
        for (index, size) in sizes.enumerated() {
            if index > start, filled + size > blockRows {
                blocks.append(start..<index)
                (start, filled) = (index, 0)
            }
            filled += size
        }
        if start < sizes.count { blocks.append(start..<sizes.count) }
        return blocks
    }

    private func length(_ question: MaskedQuestion) -> Int {
        switch question.kind {
        case .worth(let coalitions): coalitions.count * model.outputCount
        case .shares: model.players.count * model.outputCount
        }
    }

    private func cut(_ question: MaskedQuestion, index: Int) -> [Piece] {
        let row = rows.row(question.row)
        let sizes = question.background.map { model.differing(row, from: $0).count }
        guard case .worth(let coalitions) = question.kind else {
            return cut(question.background, rows: sizes.map { (1 << $0) - 2 }).map {
                Piece(question: index, background: $0.part, coalitions: 0..<0, rows: $0.rows)
            }
        }
        return stride(from: 0, to: coalitions.count, by: Self.blockRows).flatMap { start -> [Piece] in
            let range = start..<min(start + Self.blockRows, coalitions.count)
            return cut(
                question.background, rows: sizes.map { $0 < 17 ? min(range.count, (1 << $0) - 2) : range.count },
                most: max(1, Self.maximumPlaces / range.count)
            ).map { Piece(question: index, background: $0.part, coalitions: range, rows: $0.rows) }
        }
    }

    /// Parts of at most `most` background rows that fit a block each.
    private func cut(_ background: [Int], rows: [Int], most: Int = .max) -> [(part: ArraySlice<Int>, rows: Int)] {
        var parts: [(part: ArraySlice<Int>, rows: Int)] = []
        var (start, size) = (0, 0)
        for index in background.indices {
            let own = max(0, rows[index])
            if index > start, size + own > Self.blockRows || index - start >= most {
                parts.append((background[start..<index], size))
                (start, size) = (index, 0)
            }
            size += own
        }
        if start < background.count { parts.append((background[start...], size)) }
        return parts
    }

    private func answer(_ pieces: ArraySlice<Piece>, of questions: [MaskedQuestion]) throws(ExplanationError) -> [[Double]] {
        var block = MaskedBlock(width: rows.width, capacity: pieces.reduce(0) { $0 + $1.rows })
        var sums: [MaskedSums] = []
        for piece in pieces {
            let question = questions[piece.question]
            sums.append(
                MaskedSums(
                    self, row: question.row, background: Array(piece.background), kind: question.kind, coalitions: piece.coalitions, into: &block))
        }
        let found = block.count > 0 ? try model.predictions(block.values, count: block.count) : []
        return sums.map { $0.added(found, self) }
    }
}

/// Masked rows that one call will be about.
struct MaskedBlock {
    let width: Int
    private(set) var values: [Double] = []
    private(set) var count = 0

    init(width: Int, capacity: Int) {
        self.width = width
        values.reserveCapacity(capacity * width)
    }

    /// Appends the background row with the row's features for the players of `mask`.
    ///
    /// - Parameter ofFeatures: each feature's player.
    mutating func append(_ row: ArraySlice<Double>, over other: ArraySlice<Double>, mask: UnsafePointer<UInt64>, ofFeatures: [Int]) {
        for feature in 0..<width {
            let player = ofFeatures[feature]
            let isIn = unsafe mask[player >> 6] >> UInt64(player & 63) & 1 == 1
            values.append(isIn ? row[row.startIndex + feature] : other[other.startIndex + feature])
        }
        count += 1
    }
}
