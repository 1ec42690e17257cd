/// A set of players.
struct Coalition: Hashable, Sendable {
    /// Bits of players, from the lowest of the first word.
    private(set) var words: [UInt64]

    static func words(for count: Int) -> Int { (count + 63) / 64 }

    static func empty(of count: Int) -> Coalition { Coalition(words: [UInt64](repeating: 0, count: words(for: count))) }

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

    /// The same with each player in the place that `players` gives it, among `count`.
    func placed(_ players: [Int], of count: Int) -> Coalition {
        var other = Coalition.empty(of: count)
        for (place, player) in players.enumerated() where contains(place) { other.insert(player) }
        return other
    }
}

/// Tells which of many masks are equal: a hash table with open addressing over words that lie one after another.
struct MaskTable {
    private let width: Int
    /// Distinct masks, each of `width` words, in the order in which they came.
    private(set) var masks: [UInt64] = []
    private var slots: [Int32]
    private(set) var count = 0

    /// `capacity`: of distinct masks.
    init(width: Int, capacity: Int) {
        self.width = width
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
    }

    mutating func removeAll() {
        for slot in slots.indices { slots[slot] = -1 }
        masks.removeAll(keepingCapacity: true)
        count = 0
    }

    /// The place of `mask` & `filter` among the distinct masks, and whether it is new. `masks` has the mask at `start`.
    mutating func place(of masks: UnsafePointer<UInt64>, filter: UnsafePointer<UInt64>) -> (place: Int, isNew: Bool) {
        var hash: UInt64 = 0
        for word in 0..<width {
            hash = (hash ^ (unsafe masks[word] & filter[word])) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
        let last = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & last
        while true {
            let found = Int(slots[slot])
            if found < 0 { break }
            var isEqual = true
            for word in 0..<width where self.masks[found * width + word] != (unsafe masks[word] & filter[word]) { isEqual = false }
            if isEqual { return (found, false) }
            slot = (slot + 1) & last
        }
        slots[slot] = Int32(count)
        for word in 0..<width { self.masks.append(unsafe masks[word] & filter[word]) }
        count += 1
        return (count - 1, true)
    }
}
