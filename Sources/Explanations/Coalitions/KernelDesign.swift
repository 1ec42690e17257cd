internal import Basics

/// How KernelSHAP samples.
public struct KernelSettings: Sendable, Hashable {
    /// The most coalitions that the model is asked about for a row, beside none and all; nil is 2048 + 2 × players.
    public var maximumCoalitions: Int?
    /// A row is done when the largest standard error is below this share of the spread of its values; 0 never stops early.
    public var tolerance = 0.01

    public init() {}

    func validate() throws(ExplanationError) {
        guard maximumCoalitions.map({ (8...10_000_000).contains($0) }) ?? true else {
            throw ExplanationError(.invalidSetting, message: "the coalitions must be 8 to 10000000")
        }
        guard (0...1).contains(tolerance) else { throw ExplanationError(.invalidSetting, message: "the tolerance must be 0 to 1") }
    }
}

/// Which coalitions KernelSHAP asks about, the same for every row with so many players: small and large ones all, those between sampled with
/// their complements, in batches.
struct KernelDesign: Sendable {
    struct Weighted: Sendable {
        let coalition: Coalition
        let weight: Double
    }

    static let batchCount = 16

    let all: [Weighted]
    /// Equally weighted; together they stand for `sampledWeight`.
    let batches: [[Coalition]]
    let sampledWeight: Double

    init(players count: Int, maximumCoalitions: Int, seed: UInt64) {
        var all: [Weighted] = []
        var room = maximumCoalitions
        var size = 1
        // Sizes s and m − s have the same weight, (m − 1) / (s (m − s)) each, and come together.
        while size <= count / 2 {
            let isMiddle = size == count - size
            let number = Self.binomial(count, size)
            let needed = isMiddle ? number : number * 2
            guard size == 1 || needed <= Double(room) else { break }
            let weight = Self.weight(size, of: count) / number
            Self.forEachSubset(of: count, size: size) { coalition in
                all.append(Weighted(coalition: coalition, weight: weight))
                if !isMiddle { all.append(Weighted(coalition: coalition.complement(of: count), weight: weight)) }
            }
            room -= Int(needed)
            size += 1
        }
        self.all = all
        let sizes = Array(size...max(size, count / 2)).filter { $0 <= count / 2 }
        let weights = sizes.map { Self.weight($0, of: count) * ($0 == count - $0 ? 1 : 2) }
        let sum = weights.reduce(0, +)
        sampledWeight = sum
        guard sum > 0 else {
            batches = []
            return
        }
        let pairsEach = max(room / 2 / Self.batchCount, 1)
        var random = SeededRandom(seed: seed)
        batches = (0..<Self.batchCount).map { _ in
            (0..<pairsEach).flatMap { _ -> [Coalition] in
                var point = random.nextUnit() * sum
                var chosen = sizes.count - 1
                for (index, weight) in weights.enumerated() {
                    if point < weight {
                        chosen = index
                        break
                    }
                    point -= weight
                }
                var coalition = Coalition.empty(of: count)
                for player in random.permutation(of: count).prefix(sizes[chosen]) { coalition.insert(player) }
                return [coalition, coalition.complement(of: count)]
            }
        }
    }

    private static func weight(_ size: Int, of count: Int) -> Double { Double(count - 1) / Double(size * (count - size)) }

    private static func binomial(_ n: Int, _ k: Int) -> Double { (0..<k).reduce(1) { ($0 * Double(n - $1) / Double($1 + 1)).rounded() } }

    private static func forEachSubset(of count: Int, size: Int, _ body: (Coalition) -> Void) {
        var members = Array(0..<size)
        while true {
            var coalition = Coalition.empty(of: count)
            for member in members { coalition.insert(member) }
            body(coalition)
            guard let place = (0..<size).last(where: { members[$0] < count - size + $0 }) else { return }
            members[place] += 1
            for later in (place + 1)..<max(size, place + 1) { members[later] = members[later - 1] + 1 }
        }
    }
}
