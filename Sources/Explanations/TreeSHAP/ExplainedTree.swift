internal import Models

/// One tree with the games of its leaves.
struct ExplainedTree: Sendable {
    enum Quantity: Sendable { case values, interactions }

    /// What each pattern at a leaf gives, for the leaves whose tables are worth their making.
    struct Tables: Sendable {
        var cells: [Double] = []
        /// Where a leaf's table begins; −1 if it has none.
        var starts: [Int] = []
    }

    /// How many numbers may be in tables at once: 256 MB.
    static let tableBudget = 1 << 25

    let path: PathTree
    let games: [LeafGame]

    init(path: PathTree, games: [LeafGame]) {
        self.path = path
        self.games = games
    }

    /// Groups the background's rows by their pattern at each leaf.
    init(path: PathTree, background: [Float], count: Int, featureCount: Int) {
        self.path = path
        var games: [LeafGame] = []
        var room = [UInt64](repeating: 0, count: path.nodes.count * count)
        unsafe background.withUnsafeBufferPointer { rows in
            unsafe room.withUnsafeMutableBufferPointer { room in
                guard let base = rows.baseAddress, let patterns = room.baseAddress else { return }
                unsafe path.patterns(of: base, count: count, featureCount: featureCount, nodePatterns: patterns) { _, patterns in
                    let sorted = unsafe UnsafeBufferPointer(start: patterns, count: count).sorted()
                    var distinct: [UInt64] = []
                    var weights: [Double] = []
                    var start = 0
                    while start < count {
                        let end = sorted[start...].firstIndex { $0 != sorted[start] } ?? count
                        distinct.append(sorted[start])
                        weights.append(Double(end - start) / Double(count))
                        start = end
                    }
                    games.append(.background(patterns: distinct, weights: weights))
                }
            }
        }
        self.games = games
    }

    private func entrySize(_ leaf: Int, _ quantity: Quantity) -> Int {
        let count = path.leaves[leaf].players.count
        return quantity == .values ? count : count * count
    }

    /// The most path players that a leaf with a table may have: no more patterns than rows, and all tables of the tree within the budget.
    private func tableLimit(rowCount: Int, _ quantity: Quantity) -> Int {
        var cells = [Int](repeating: 0, count: 17)
        for leaf in path.leaves.indices where path.leaves[leaf].players.count <= 16 {
            let count = path.leaves[leaf].players.count
            cells[count] += entrySize(leaf, quantity) << count
        }
        var limit = 0
        var sum = 0
        for count in 1...16 {
            sum += cells[count]
            guard 1 << count <= rowCount, sum <= Self.tableBudget else { break }
            limit = count
        }
        return limit
    }

    func tableCells(rowCount: Int, _ quantity: Quantity) -> Int {
        let limit = tableLimit(rowCount: rowCount, quantity)
        return path.leaves.indices.reduce(0) { sum, leaf in
            let count = path.leaves[leaf].players.count
            return count <= limit ? sum + entrySize(leaf, quantity) << count : sum
        }
    }

    func tables(rowCount: Int, _ quantity: Quantity) -> Tables {
        let limit = tableLimit(rowCount: rowCount, quantity)
        var tables = Tables()
        var workspace = LeafGame.Workspace()
        for leaf in path.leaves.indices {
            let count = path.leaves[leaf].players.count
            guard count <= limit else {
                tables.starts.append(-1)
                continue
            }
            let start = tables.cells.count
            let size = entrySize(leaf, quantity)
            tables.starts.append(start)
            tables.cells.append(contentsOf: repeatElement(0, count: size << count))
            unsafe tables.cells.withUnsafeMutableBufferPointer { cells in
                guard let base = cells.baseAddress else { return }
                for pattern in 0..<(1 << count) {
                    unsafe entry(leaf, UInt64(pattern), quantity, into: base + start + pattern * size, &workspace)
                }
            }
        }
        return tables
    }

    private func entry(
        _ leaf: Int, _ pattern: UInt64, _ quantity: Quantity, into out: UnsafeMutablePointer<Double>, _ workspace: inout LeafGame.Workspace
    ) {
        let (value, full) = (path.leaves[leaf].value, path.leaves[leaf].full)
        switch quantity {
        case .values: unsafe games[leaf].addValues(pattern: pattern, full: full, value: value, into: out, &workspace)
        case .interactions: unsafe games[leaf].addInteractions(pattern: pattern, full: full, value: value, into: out, &workspace)
        }
    }

    /// Adds this tree's part to `sums`: rows × width, where width is outputs × players (× players).
    func add(
        _ rows: UnsafePointer<Float>, count: Int, featureCount: Int, playerCount: Int, width: Int, tables: Tables, _ quantity: Quantity,
        into sums: inout [Double]
    ) {
        let size = 64
        var room = [UInt64](repeating: 0, count: path.nodes.count * size)
        var single = [Double](repeating: 0, count: (0..<path.leaves.count).map { entrySize($0, quantity) }.max() ?? 0)
        var workspace = LeafGame.Workspace()
        let output = path.tree.output * (quantity == .values ? playerCount : playerCount * playerCount)
        let places = path.leaves.map { leaf -> [Int] in
            let players = leaf.players.map { Int($0) }
            return quantity == .values ? players : players.flatMap { i in players.map { j in i * playerCount + j } }
        }
        unsafe sums.withUnsafeMutableBufferPointer { sums in
            guard let target = sums.baseAddress else { return }
            unsafe room.withUnsafeMutableBufferPointer { room in
                guard let patterns = room.baseAddress else { return }
                for start in stride(from: 0, to: count, by: size) {
                    let block = min(size, count - start)
                    unsafe path.patterns(of: rows + start * featureCount, count: block, featureCount: featureCount, nodePatterns: patterns) {
                        leaf, patterns in
                        unsafe add(
                            places[leaf], leaf: leaf, patterns, count: block, tables, quantity, into: target + start * width + output, width: width,
                            &single, &workspace)
                    }
                }
            }
        }
    }

    @inline(__always)
    private func add(
        _ places: [Int], leaf: Int, _ patterns: UnsafePointer<UInt64>, count: Int, _ tables: Tables, _ quantity: Quantity,
        into target: UnsafeMutablePointer<Double>, width: Int, _ single: inout [Double], _ workspace: inout LeafGame.Workspace
    ) {
        let size = places.count
        guard size > 0 else { return }
        let start = tables.starts[leaf]
        unsafe places.withUnsafeBufferPointer { places in
            if start >= 0 {
                unsafe tables.cells.withUnsafeBufferPointer { cells in
                    guard let base = cells.baseAddress else { return }
                    for row in 0..<count {
                        let entry = unsafe base + start + Int(patterns[row]) * size
                        let sums = unsafe target + row * width
                        for index in 0..<size { unsafe sums[places[index]] += entry[index] }
                    }
                }
            } else {
                unsafe single.withUnsafeMutableBufferPointer { single in
                    guard let out = single.baseAddress else { return }
                    for row in 0..<count {
                        for index in 0..<size { unsafe out[index] = 0 }
                        unsafe entry(leaf, patterns[row], quantity, into: out, &workspace)
                        let sums = unsafe target + row * width
                        for index in 0..<size { unsafe sums[places[index]] += out[index] }
                    }
                }
            }
        }
    }
}
