internal import Basics

/// How KernelSHAP samples.
public struct KernelSettings: Sendable, Hashable {
    /// The most coalitions that the model is asked about against a background row; nil is 2048 + 2 × players. Those of one player and of all but one always are, and
    /// one pair of each other size.
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

/// Which coalitions KernelSHAP asks about, the same for every row with so many players: each with its complement (Covert and Lee 2021), drawn without replacement
/// within their size, the small and large ones all. Later stages hold the coalitions of earlier ones.
struct KernelDesign: Sendable {
    struct Stage: Sendable {
        /// How many of the pairs belong to it, from the first on.
        let count: Int
        /// Of each pair in the least squares: Shapley's kernel over the share of its size that is drawn.
        let weights: [Double]
        /// For each pair, the share of its size that is not drawn; 0 leaves no sampling error.
        let missing: [Double]
    }

    let playerCount: Int
    /// The smaller coalition of each pair.
    let pairs: [Coalition]
    let stages: [Stage]

    /// For four players or more; fewer are enumerated.
    init(players count: Int, maximumCoalitions: Int, seed: UInt64) {
        precondition(count > 3)
        playerCount = count
        let sizes = KernelSizes(count)
        let most = maximumCoalitions / 2
        var plans: [[Int]] = []
        // A stage tells its error from more than twice as many pairs as there are players.
        for total in [most / 4, most / 2, most] where total > 2 * count || total == most { plans.append(sizes.allocation(total)) }
        var random = SeededRandom(seed: seed)
        let drawn = sizes.all.indices.map { sizes.draw(plans[plans.count - 1][$0], of: $0, &random) }
        var pairs: [Coalition] = []
        var places: [Int] = []
        var stages: [Stage] = []
        var taken = [Int](repeating: 0, count: sizes.all.count)
        for plan in plans {
            for place in sizes.all.indices {
                pairs += drawn[place][taken[place]..<plan[place]]
                places += [Int](repeating: place, count: plan[place] - taken[place])
            }
            taken = plan
            stages.append(
                Stage(
                    count: pairs.count, weights: places.map { sizes.weights[$0] / Double(plan[$0]) },
                    missing: places.map { Double(plan[$0]) >= sizes.pairs[$0] ? 0 : 1 - Double(plan[$0]) / sizes.pairs[$0] }))
        }
        self.pairs = pairs
        self.stages = stages
    }
}

/// Coalitions by size, with their complements: of 1, 2, … players, up to half of them.
private struct KernelSizes {
    let count: Int
    let all: [Int]
    /// How many pairs there are of each size; infinite where a number cannot say.
    let pairs: [Double]
    /// What Shapley's kernel gives all coalitions of a size and of its complements' together.
    let weights: [Double]

    init(_ count: Int) {
        self.count = count
        all = Array(1...(count / 2))
        pairs = all.map { Self.binomial(count, $0) / (2 * $0 == count ? 2 : 1) }
        weights = all.map { Double(count - 1) / Double($0 * (count - $0)) * (2 * $0 == count ? 1 : 2) }
    }

    /// How many pairs of each size `total` allows: in proportion to the sizes' weights, but never more than there are; all of the first, and one of each.
    func allocation(_ total: Int) -> [Int] {
        var plan = [Int](repeating: 1, count: all.count)
        plan[0] = count
        var open = Array(all.indices.dropFirst())
        var room = Double(max(0, total - count))
        while !open.isEmpty {
            let sum = open.reduce(0) { $0 + weights[$1] }
            let full = open.filter { room * weights[$0] / sum >= pairs[$0] }
            guard !full.isEmpty else {
                for place in open { plan[place] = max(1, Int(room * weights[place] / sum)) }
                break
            }
            for place in full {
                plan[place] = Int(pairs[place])
                room -= pairs[place]
            }
            open.removeAll { full.contains($0) }
        }
        return plan
    }

    /// So many different coalitions of a size, in an order of chance.
    func draw(_ number: Int, of place: Int, _ random: inout SeededRandom) -> [Coalition] {
        let size = all[place]
        if Double(number) * 2 > pairs[place] {
            var every: [Coalition] = []
            Self.forEachSubset(of: count, size: size) { coalition in
                // Of two halves, the one with the first player stands for the pair.
                if 2 * size != count || coalition.contains(0) { every.append(coalition) }
            }
            return random.permutation(of: every.count).prefix(number).map { every[$0] }
        }
        var seen: Set<Coalition> = []
        var drawn: [Coalition] = []
        while drawn.count < number {
            var coalition = Coalition.empty(of: count)
            for player in random.permutation(of: count).prefix(size) { coalition.insert(player) }
            if 2 * size == count, !coalition.contains(0) { coalition = coalition.complement(of: count) }
            if seen.insert(coalition).inserted { drawn.append(coalition) }
        }
        return drawn
    }

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
