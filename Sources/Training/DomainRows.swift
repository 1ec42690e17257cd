import Frames

/// Which rows of two tables a domain classifier reads, in which order, and in which of its two halves each is: by what the rows hold, so that the order of the tables does not show.
///
/// Rows that are alike are in one half: what a classifier learnt of a row's copy it would know of the row, and a table that holds rows twice would be told from any other. But where the columns have so few values
/// that rows must be alike, they are dealt out to both halves, since half of the values would tell nothing of the other; and so is a content that every twentieth row has.
struct DomainRows {
    /// Rows of each table.
    let reference: [Int]
    let current: [Int]
    /// By row of `reference`, then of `current`.
    let half: [Bool]

    /// - Parameters:
    ///   - columns: of both tables.
    ///   - rows: how many each has.
    ///   - limit: at most so many of each, evenly over their contents.
    init(_ columns: [(Column, Column)], rows: (Int, Int), weights: (reference: [Double], current: [Double])?, limit: Int) {
        var (first, second) = ([UInt64](repeating: 0, count: rows.0), [UInt64](repeating: 0, count: rows.1))
        for (old, new) in columns {
            let areWhole = old.holdsWhole && new.holdsWhole
            old.mix(into: &first, areWhole: areWhole)
            new.mix(into: &second, areWhole: areWhole)
        }
        func chosen(_ contents: [UInt64], _ weights: [Double]?) -> [Int] {
            let counted = weights.map { all in all.indices.filter { all[$0] > 0 } } ?? Array(contents.indices)
            let order = counted.sorted { (contents[$0], weights?[$0] ?? 1) < (contents[$1], weights?[$1] ?? 1) }
            return order.count <= limit ? order : (0..<limit).map { order[$0 * order.count / limit] }
        }
        reference = chosen(first, weights?.reference)
        current = chosen(second, weights?.current)
        let contents = (reference.map { first[$0] }, current.map { second[$0] })
        half = Self.halves(contents.0, contents.1, areFew: Self.areFew(columns, reference, current))
    }

    /// Whether the columns' values make at most half as many different rows as there are.
    private static func areFew(_ columns: [(Column, Column)], _ reference: [Int], _ current: [Int]) -> Bool {
        let rows = reference.count + current.count
        var different = 1
        for (old, new) in columns {
            var (first, second) = ([UInt64](repeating: 0, count: reference.count), [UInt64](repeating: 0, count: current.count))
            let areWhole = old.holdsWhole && new.holdsWhole
            old.selecting(rows: reference).mix(into: &first, areWhole: areWhole)
            new.selecting(rows: current).mix(into: &second, areWhole: areWhole)
            different *= Set(first).union(second).count
            if different * 2 > rows { return false }
        }
        return true
    }

    /// - Parameters: contents, ascending.
    private static func halves(_ reference: [UInt64], _ current: [UInt64], areFew: Bool) -> [Bool] {
        var (half, other) = ([Bool](), [Bool]())
        // Lots of these tables: of the contents alone they would be the same for every pair of tables of the same few contents, and what one half has too many of, the other too few, in all of them.
        let salt = (reference + current).reduce(0) { mixed($0, with: $1) }
        // Contents of the first table only, of the second only, of both.
        var turns = (false, false, false)
        var (i, j) = (0, 0)
        while i < reference.count || j < current.count {
            let content = min(i < reference.count ? reference[i] : .max, j < current.count ? current[j] : .max)
            let (start, otherStart) = (i, j)
            while i < reference.count, reference[i] == content { i += 1 }
            while j < current.count, current[j] == content { j += 1 }
            let (own, others) = (i - start, j - otherStart)
            if areFew || (own + others) * 20 > reference.count + current.count {
                // By lot: in turns the halves would have the same shares by design, and each would know the other's accidents.
                half += (0..<own).map { mixed(content ^ salt, with: UInt64($0) << 1) & 1 == 0 }
                other += (0..<others).map { mixed(content ^ salt, with: UInt64($0) << 1 | 1) & 1 == 0 }
            } else {
                let turn: Bool
                switch (own > 0, others > 0) {
                case (true, false):
                    turn = turns.0
                    turns.0.toggle()
                case (false, true):
                    turn = turns.1
                    turns.1.toggle()
                default:
                    turn = turns.2
                    turns.2.toggle()
                }
                half += Array(repeating: turn, count: own)
                other += Array(repeating: turn, count: others)
            }
        }
        return half + other
    }
}

/// Steele, Lea and Flood's finalizer (2014).
private func mixed(_ word: UInt64, with other: UInt64) -> UInt64 {
    var word = (word &+ 0x9E37_79B9_7F4A_7C15) ^ other
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
}

extension Column {
    fileprivate var holdsWhole: Bool {
        switch values {
        case .integer, .timestamp: true
        case .double, .boolean, .category: false
        }
    }

    /// Adds each cell to what its row holds. Cells that are read as equal are equal, of a column of another kind too.
    ///
    /// - Parameter areWhole: the column is one of whole numbers in both tables.
    fileprivate func mix(into rows: inout [UInt64], areWhole: Bool) {
        func mix(_ bits: (Int) -> UInt64) {
            for row in rows.indices {
                rows[row] = mixed(rows[row], with: isMissing(row) ? 0x6D69_7373_696E_6721 : bits(row))
            }
        }
        switch values {
        case .category(let codes, let names):
            let texts = names.map { $0.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } }
            mix { texts[Int(codes[$0])] }
        case .integer(let all) where areWhole, .timestamp(let all) where areWhole: mix { UInt64(bitPattern: all[$0]) }
        case .double, .integer, .timestamp, .boolean:
            let numbers = comparableNumbers
            mix { numbers[$0].isFinite ? (numbers[$0] + 0).bitPattern : 0x6D69_7373_696E_6721 }
        }
    }
}
