internal import Basics
internal import Glibc
internal import Models

/// Shapley values as means over orders in which the players come, each order with its reverse.
struct PermutationShares {
    private let questions: MaskedQuestions
    private let pairs: Int
    private let seed: UInt64

    init(_ questions: MaskedQuestions, pairs: Int, seed: UInt64) {
        self.questions = questions
        self.pairs = pairs
        self.seed = seed
    }

    /// What a row needs: its players that differ from some background row, in places of their own, and their orders.
    private struct Work: Sendable {
        let active: [Int]
        let orders: [[Int]]
        /// Beside none (0) and all (1).
        let places: [Coalition: Int]
        let asked: [Coalition]
    }

    func solve(threads: Int) throws(ExplanationError) -> [Shares] {
        let model = questions.model
        let all = Array(0..<model.background.rowCount)
        let work = concurrentBlocks(questions.rows.rowCount, threads: threads) { begin(questions.rows.row($0)) }
        let answers = try questions.answers(
            work.enumerated().map { row, work in
                MaskedQuestion(kind: .worth(work.asked.map { $0.placed(work.active, of: model.players.count) }), row: row, background: all)
            }, threads: threads)
        let outputs = model.outputCount
        let empty = questions.backgroundPredictions.means(outputs: outputs)
        return concurrentBlocks(work.count, threads: threads) { row in
            let full = Array(questions.predictions[(row * outputs)..<((row + 1) * outputs)])
            return shares(work[row], worth: empty + full + answers[row].map { $0 / Double(all.count) })
        }
    }

    private func begin(_ row: ArraySlice<Double>) -> Work {
        let model = questions.model
        var isActive = [Bool](repeating: false, count: model.players.count)
        for other in 0..<model.background.rowCount { for player in model.differing(row, from: other) { isActive[player] = true } }
        let active = isActive.indices.filter { isActive[$0] }
        let count = active.count
        // Two players have one pair of orders, one or none needs no order.
        var random = SeededRandom(seed: seed)
        let orders = (0..<(count < 2 ? 0 : count == 2 ? 1 : pairs)).flatMap { _ in
            let order = random.permutation(of: count)
            return [order, order.reversed()]
        }
        var places: [Coalition: Int] = [:]
        // Without players, none are all.
        places[.all(of: count)] = 1
        places[.empty(of: count)] = 0
        var asked: [Coalition] = []
        for order in orders {
            var coalition = Coalition.empty(of: count)
            for player in order {
                coalition.insert(player)
                if places[coalition] == nil {
                    places[coalition] = asked.count + 2
                    asked.append(coalition)
                }
            }
        }
        return Work(active: active, orders: orders, places: places, asked: asked)
    }

    /// - Parameter worth: of none, all and the coalitions asked about, × outputs.
    private func shares(_ work: Work, worth: [Double]) -> Shares {
        let count = work.active.count
        let outputs = questions.model.outputCount
        func spread(_ list: [Double]) -> [Double] {
            Shares.spread(list, active: work.active, players: questions.model.players.count, outputs: outputs)
        }
        guard count > 1 else {
            return Shares(values: spread(count == 0 ? [] : (0..<outputs).map { worth[outputs + $0] - worth[$0] }))
        }
        var sums = [Double](repeating: 0, count: outputs * count)
        var squares = sums
        let pairs = work.orders.count / 2
        for pair in 0..<pairs {
            var gains = [Double](repeating: 0, count: outputs * count)
            for order in work.orders[(2 * pair)..<(2 * pair + 2)] {
                var coalition = Coalition.empty(of: count)
                var before = 0
                for player in order {
                    coalition.insert(player)
                    let after = work.places[coalition] ?? 0
                    for output in 0..<outputs {
                        gains[output * count + player] += (worth[after * outputs + output] - worth[before * outputs + output]) / 2
                    }
                    before = after
                }
            }
            for index in gains.indices {
                sums[index] += gains[index]
                squares[index] += gains[index] * gains[index]
            }
        }
        guard pairs > 1 else { return Shares(values: spread(sums)) }
        let n = Double(pairs)
        let errors = sums.indices.map { index in
            let mean = sums[index] / n
            return sqrt(max(squares[index] / n - mean * mean, 0) / (n - 1))
        }
        return Shares(values: spread(sums.map { $0 / n }), errors: spread(errors))
    }
}

extension SeededRandom {
    /// 0..<count in an order drawn by Fisher and Yates (Durstenfeld 1964).
    mutating func permutation(of count: Int) -> [Int] {
        var order = Array(0..<count)
        for place in 0..<count { order.swapAt(place, place + Int(next(below: UInt64(count - place)))) }
        return order
    }
}
