/// How often each category is there in a reference and now.
///
/// Sums over categories run in the order of these numbers, not of the names: sorting names is most of the work where there are hundreds of thousands of them, and sums do not depend on
/// which of two categories with the same numbers comes first.
struct CategoryCounts {
    struct Entry {
        let name: String
        let old: Double
        let new: Double
    }

    private let entries: [Entry]
    /// By category, in one order for both.
    let old: [Double]
    let new: [Double]

    /// How many independent rows stand behind each in both tables, where rows count by weight; nil: as many as there are.
    let draws: [Double]?
    /// The same figures with rare categories taken together; nil where none is rare.
    let pooled: PooledCategories?

    init(_ reference: [String: Int], _ current: [String: Int]) {
        let all = Self.paired(reference, current, none: 0)
        var cells = all.map { (old: Double($0.old), new: Double($0.new)) }
        cells.sort { $0 < $1 }
        entries = all.map { Entry(name: $0.name, old: Double($0.old), new: Double($0.new)) }
        (old, new, draws) = (cells.map(\.old), cells.map(\.new), nil)
        pooled = PooledCategories(
            cells.map { PooledCategories.Cell(old: $0.old, new: $0.new, rows: $0.old + $0.new) }, rows: (old.reduce(0, +), new.reduce(0, +)))
    }

    /// Of rows that count by weight, each table's in its own effective rows.
    init(_ reference: [String: Mass], _ current: [String: Mass]) {
        let all = Self.paired(reference, current, none: Mass())
        var cells = all.map { pair in
            (
                old: pair.old.weight, new: pair.new.weight, draws: (pair.old + pair.new).effectiveRows, rows: Double(pair.old.rows + pair.new.rows),
                ownDraws: (pair.old.effectiveRows, pair.new.effectiveRows)
            )
        }
        cells.sort {
            ($0.old, $0.new, $0.draws, $0.rows, $0.ownDraws.0, $0.ownDraws.1) < ($1.old, $1.new, $1.draws, $1.rows, $1.ownDraws.0, $1.ownDraws.1)
        }
        entries = all.map { Entry(name: $0.name, old: $0.old.weight, new: $0.new.weight) }
        (old, new, draws) = (cells.map(\.old), cells.map(\.new), cells.map(\.draws))
        pooled = PooledCategories(
            cells.map { PooledCategories.Cell(old: $0.old, new: $0.new, rows: $0.rows, draws: $0.ownDraws) },
            rows: (Double(all.reduce(0) { $0 + $1.old.rows }), Double(all.reduce(0) { $0 + $1.new.rows })))
    }

    private static func paired<Rows>(_ reference: [String: Rows], _ current: [String: Rows], none: Rows) -> [(name: String, old: Rows, new: Rows)] {
        var all = reference.map { (name: $0.key, old: $0.value, new: current[$0.key] ?? none) }
        for (name, rows) in current where reference[name] == nil { all.append((name, none, rows)) }
        return all
    }

    /// Categories that the reference lacks, and those that are gone.
    func come(areHashed: Bool) -> CategoryNames { names(areHashed) { $0.old == 0 } }
    func gone(areHashed: Bool) -> CategoryNames { names(areHashed) { $0.new == 0 } }

    private func names(_ areHashed: Bool, _ isWanted: (Entry) -> Bool) -> CategoryNames {
        let wanted = entries.filter(isWanted)
        let first = Self.smallest(wanted, CategoryNames.limit) { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return CategoryNames(
            count: wanted.count, first: first.map(\.name), areWithheld: areHashed || CategoryNames.arePersonal(wanted.lazy.map(\.name)))
    }

    /// Of both tables together; of as many rows, the first by their bytes.
    func mostFrequent(_ limit: Int) -> [Entry] {
        Self.smallest(entries, limit) { left, right in
            let (first, second) = (left.old + left.new, right.old + right.new)
            return first != second ? first > second : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
    }

    /// The first ones of an order, without putting the others in order.
    private static func smallest(_ all: [Entry], _ limit: Int, _ precedes: (Entry, Entry) -> Bool) -> [Entry] {
        var found: [Entry] = []
        for entry in all {
            if found.count == limit, let last = found.last, !precedes(entry, last) { continue }
            found.insert(entry, at: found.firstIndex { precedes(entry, $0) } ?? found.count)
            if found.count > limit { found.removeLast() }
        }
        return found
    }
}
