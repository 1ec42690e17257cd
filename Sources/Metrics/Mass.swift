import Statistics

/// How much of the rows that have a weight has some property: their number, or the sum of their weights.
public struct Mass: Hashable, Sendable {
    public private(set) var rows = 0
    /// Equal to `rows` where rows have no weights.
    public private(set) var weight = 0.0
    private var squares = 0.0

    public init() {}

    init(rows: Int) {
        self.rows = rows
        weight = Double(rows)
        squares = Double(rows)
    }

    /// A row without weight counts nowhere, nor among the rows.
    mutating func add(_ weight: Double) {
        guard weight > 0 else { return }
        rows += 1
        self.weight += weight
        squares += weight * weight
    }

    static func + (left: Mass, right: Mass) -> Mass {
        var sum = left
        sum.rows += right.rows
        sum.weight += right.weight
        sum.squares += right.squares
        return sum
    }

    static func - (left: Mass, right: Mass) -> Mass {
        var rest = left
        rest.rows -= right.rows
        rest.weight -= right.weight
        rest.squares -= right.squares
        return rest
    }

    /// As if each row had that many times its weight.
    func scaled(by factor: Double) -> Mass {
        var mass = self
        mass.weight *= factor
        mass.squares *= factor * factor
        return mass
    }

    /// The number of unweighted rows that would tell as much (Kish 1965).
    var effectiveRows: Double { squares > 0 ? weight * weight / squares : 0 }

    var isUnweighted: Bool { weight == Double(rows) && squares == weight }
}

extension Estimate {
    /// The share that `part` is of `whole`, with Wilson's bounds; of weighted rows, by their effective number.
    static func share(_ part: Mass, of whole: Mass, orUndefined reason: String) -> Estimate {
        guard whole.weight > 0 else { return whole.isUnweighted ? .rate(0, of: 0, orUndefined: reason) : .undefined(reason, n: whole.rows) }
        if part.isUnweighted, whole.isUnweighted { return .rate(part.rows, of: whole.rows, orUndefined: reason) }
        let value = min(1, part.weight / whole.weight)
        return .value(value, n: whole.rows, interval: Proportion.effective(part, of: whole).wilson())
    }
}

extension Proportion {
    /// A weighted share as one of effective rows.
    static func effective(_ part: Mass, of whole: Mass) -> Proportion {
        let trials = whole.effectiveRows
        if part.weight == 0 || trials == 0 { return Proportion(0, of: max(1, trials)) }
        return Proportion(min(trials, part.weight / whole.weight * trials), of: trials)
    }
}
