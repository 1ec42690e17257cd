/// Rows of zeros and ones by which are ones: how many there are of each pattern, and what is predicted for them. Perturbed rows fall into few patterns, and all of
/// one weigh the same.
struct PatternHistogram {
    /// In the order in which they came first.
    private(set) var patterns: [UInt64] = []
    /// For each pattern its count, then for each target the sum of its predictions and of their squares: what one row adds to lies together.
    private(set) var tallies: [Double] = []
    /// Numbers of a pattern in `tallies`.
    private(set) var stride = 1
    /// Places of patterns, −1 for none: by the pattern itself where that is short, else a hash table with open addressing.
    private var slots: [Int32] = []
    private var taken: [Int] = []
    /// Of each row, its pattern's place.
    private var places: [Int32] = []

    /// The longest patterns that are places themselves: 64 KiB of them.
    private static let longestDirect = 14

    var distinct: Int { patterns.count }

    /// Counts rows anew.
    ///
    /// - Parameters:
    ///   - words: for every 32 columns, a word of each row.
    ///   - columns: of zeros and ones in a row, 64 at most.
    ///   - predictions: rows × targets.
    mutating func count(_ words: [UInt32], columns: Int, rows: Int, predictions: [Double], targets: Int) {
        precondition(columns <= 64 && words.count == (columns + 31) / 32 * rows && predictions.count == rows * targets)
        find(words, columns, rows)
        stride = 1 + 2 * targets
        tallies.removeAll(keepingCapacity: true)
        tallies.append(contentsOf: repeatElement(0, count: distinct * stride))
        unsafe tallies.withUnsafeMutableBufferPointer { tallies in
            unsafe predictions.withUnsafeBufferPointer { predictions in
                for row in 0..<rows {
                    let start = Int(places[row]) * stride
                    unsafe tallies[start] += 1
                    for target in 0..<targets {
                        let value = unsafe predictions[row * targets + target]
                        unsafe tallies[start + 1 + 2 * target] += value
                        unsafe tallies[start + 2 + 2 * target] += value * value
                    }
                }
            }
        }
    }

    /// The patterns, and which of them each row has.
    private mutating func find(_ words: [UInt32], _ columns: Int, _ rows: Int) {
        let isDirect = columns <= Self.longestDirect
        var bits = isDirect ? columns : 5
        while !isDirect, 1 << bits < 2 * rows { bits += 1 }
        clear(bits, rows)
        let (isWide, last) = (columns > 32, (1 << bits) - 1)
        for row in 0..<rows {
            let pattern = UInt64(words[row]) | (isWide ? UInt64(words[rows + row]) << 32 : 0)
            var slot = Int(truncatingIfNeeded: isDirect ? pattern : (pattern &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - bits))
            if !isDirect {
                while slots[slot] >= 0, patterns[Int(slots[slot])] != pattern { slot = (slot + 1) & last }
            }
            if slots[slot] < 0 {
                slots[slot] = Int32(patterns.count)
                taken.append(slot)
                patterns.append(pattern)
            }
            places[row] = slots[slot]
        }
    }

    private mutating func clear(_ bits: Int, _ rows: Int) {
        if slots.count != 1 << bits {
            slots = [Int32](repeating: -1, count: 1 << bits)
        } else {
            for slot in taken { slots[slot] = -1 }
        }
        if places.count != rows { places = [Int32](repeating: 0, count: rows) }
        taken.removeAll(keepingCapacity: true)
        patterns.removeAll(keepingCapacity: true)
    }
}
