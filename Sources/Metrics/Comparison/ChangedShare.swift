public import Basics
import Statistics

/// The share of the same rows that two models give some answer, such as being selected, and what lies between.
public struct ChangedShare: Sendable {
    private var whole = Mass()
    private var with = Mass()
    private var without = Mass()
    private var onlyWith = Mass()
    private var onlyWithout = Mass()

    public init() {}

    /// A row of those that the share is of.
    public mutating func add(_ weight: Double, with isWith: Bool, without isWithout: Bool) {
        whole.add(weight)
        if isWith { with.add(weight) }
        if isWithout { without.add(weight) }
        if isWith, !isWithout { onlyWith.add(weight) }
        if isWithout, !isWith { onlyWithout.add(weight) }
    }

    /// Rows that the two answer otherwise.
    public var changed: Estimate { .share(onlyWith + onlyWithout, of: whole, orUndefined: "there are no rows") }

    /// In the form of the evidence schema's `WithAndWithout`. Bounds of the change are Tango's (1998), which have a width where no answer changed too; of weighted rows by their
    /// effective number.
    ///
    /// - Parameter reason: why there is no share, where there are no rows.
    public func json(orUndefined reason: String) -> JSONValue {
        [
            "with": Estimate.share(with, of: whole, orUndefined: reason).json,
            "without": Estimate.share(without, of: whole, orUndefined: reason).json,
            "change": change(reason).json,
        ]
    }

    private func change(_ reason: String) -> Estimate {
        guard whole.weight > 0 else { return .undefined(reason, n: whole.rows) }
        let scale = whole.effectiveRows / whole.weight
        let pair = PairedProportions(onlyFirst: onlyWith.weight * scale, onlySecond: onlyWithout.weight * scale, rows: whole.effectiveRows)
        return .value((onlyWith.weight - onlyWithout.weight) / whole.weight, n: whole.rows, interval: pair.interval())
    }
}
