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

    init(_ reference: [String: Int], _ current: [String: Int]) {
        let all = Self.entries(reference, current) { Double($0) }
        var pairs = all.map { (old: $0.old, new: $0.new) }
        pairs.sort { $0 < $1 }
        entries = all
        old = pairs.map(\.old)
        new = pairs.map(\.new)
        draws = nil
    }

    /// Of rows that count by weight, each table's in its own effective rows.
    init(_ reference: [String: Mass], _ current: [String: Mass]) {
        let all = Self.entries(reference, current, \.weight)
        var cells = all.map { entry in
            (old: entry.old, new: entry.new, draws: ((reference[entry.name] ?? Mass()) + (current[entry.name] ?? Mass())).effectiveRows)
        }
        cells.sort { $0 < $1 }
        entries = all
        old = cells.map(\.old)
        new = cells.map(\.new)
        draws = cells.map(\.draws)
    }

    private static func entries<Rows>(_ reference: [String: Rows], _ current: [String: Rows], _ number: (Rows) -> Double) -> [Entry] {
        var all = reference.map { Entry(name: $0.key, old: number($0.value), new: current[$0.key].map(number) ?? 0) }
        for (name, rows) in current where reference[name] == nil { all.append(Entry(name: name, old: 0, new: number(rows))) }
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
