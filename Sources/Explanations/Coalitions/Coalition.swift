/// A set of players.
struct Coalition: Hashable, Sendable {
    private var words: [UInt64]

    static func empty(of count: Int) -> Coalition { Coalition(words: [UInt64](repeating: 0, count: (count + 63) / 64)) }

    static func all(of count: Int) -> Coalition {
        var all = empty(of: count)
        for player in 0..<count { all.insert(player) }
        return all
    }

    func contains(_ player: Int) -> Bool { words[player >> 6] >> UInt64(player & 63) & 1 == 1 }
    mutating func insert(_ player: Int) { words[player >> 6] |= 1 << UInt64(player & 63) }

    /// The players of `count` that are not in it.
    func complement(of count: Int) -> Coalition {
        var other = Coalition.empty(of: count)
        for player in 0..<count where !contains(player) { other.insert(player) }
        return other
    }
}
