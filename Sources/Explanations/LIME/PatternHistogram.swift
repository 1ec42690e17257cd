/// Rows of zeros and ones by which are ones: how many there are of each pattern, and what is predicted for them. Perturbed rows fall into few patterns, and all of
/// one weigh the same.
struct PatternHistogram {
    /// In the order in which they came first.
    private(set) var patterns: [UInt64] = []
    private(set) var counts: [Double] = []
    /// Patterns × targets.
    private(set) var sums: [Double] = []
    private(set) var squares: [Double] = []
    /// A hash table with open addressing: places of patterns, −1 for none.
    private var slots: [Int32] = []
    private var taken: [Int] = []

    var distinct: Int { patterns.count }

    /// Counts rows anew.
    ///
    /// - Parameters:
    ///   - words: for every 32 columns, a word of each row.
    ///   - predictions: rows × targets.
    mutating func count(_ words: [UInt32], rows: Int, predictions: [Double], targets: Int) {
        precondition(words.count % rows == 0 && predictions.count == rows * targets)
        var bits = 5
        while 1 << bits < 2 * rows { bits += 1 }
        if slots.count != 1 << bits {
            slots = [Int32](repeating: -1, count: 1 << bits)
        } else {
            for slot in taken { slots[slot] = -1 }
        }
        taken.removeAll(keepingCapacity: true)
        patterns.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        sums.removeAll(keepingCapacity: true)
        squares.removeAll(keepingCapacity: true)
        let (isWide, last) = (words.count > rows, (1 << bits) - 1)
        for row in 0..<rows {
            let pattern = UInt64(words[row]) | (isWide ? UInt64(words[rows + row]) << 32 : 0)
            var slot = Int(truncatingIfNeeded: (pattern &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - bits))
            while slots[slot] >= 0, patterns[Int(slots[slot])] != pattern { slot = (slot + 1) & last }
            if slots[slot] < 0 {
                slots[slot] = Int32(patterns.count)
                taken.append(slot)
                patterns.append(pattern)
                counts.append(0)
                for _ in 0..<targets {
                    sums.append(0)
                    squares.append(0)
                }
            }
            let place = Int(slots[slot])
            counts[place] += 1
            for target in 0..<targets {
                let value = predictions[row * targets + target]
                sums[place * targets + target] += value
                squares[place * targets + target] += value * value
            }
        }
    }
}
