internal import Basics
internal import Glibc

/// Shapley values as means over orders in which the players come, each order with its reverse.
enum PermutationShares {
    static func solve(
        _ model: MaskedModel, active: [Int], row: ArraySlice<Double>, empty: [Double], full: [Double], pairs: Int, seed: UInt64
    ) throws(ExplanationError) -> Shares {
        let count = active.count
        let outputs = model.outputCount
        guard count > 1 else { return Shares(values: count == 0 ? [] : (0..<outputs).map { full[$0] - empty[$0] }) }
        // Two players have one pair of orders.
        let pairs = count == 2 ? 1 : pairs
        var random = SeededRandom(seed: seed)
        let orders = (0..<pairs).flatMap { _ in
            let order = random.permutation(of: count)
            return [order, order.reversed()]
        }
        var place: [Coalition: Int] = [.empty(of: count): 0, .all(of: count): 1]
        var unknown: [Coalition] = []
        for order in orders {
            var coalition = Coalition.empty(of: count)
            for player in order {
                coalition.insert(player)
                if place[coalition] == nil {
                    place[coalition] = unknown.count + 2
                    unknown.append(coalition)
                }
            }
        }
        let worth = empty + full + (try model.worth(unknown, active: active, row: row))
        var sums = [Double](repeating: 0, count: outputs * count)
        var squares = sums
        for pair in 0..<pairs {
            var gains = [Double](repeating: 0, count: outputs * count)
            for order in orders[(2 * pair)..<(2 * pair + 2)] {
                var coalition = Coalition.empty(of: count)
                var before = 0
                for player in order {
                    coalition.insert(player)
                    let after = place[coalition] ?? 0
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
        guard pairs > 1 else { return Shares(values: sums) }
        let n = Double(pairs)
        let errors = sums.indices.map { index in
            let mean = sums[index] / n
            return sqrt(max(squares[index] / n - mean * mean, 0) / (n - 1))
        }
        return Shares(values: sums.map { $0 / n }, errors: errors)
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
