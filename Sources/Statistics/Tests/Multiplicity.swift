/// Corrections for many tests at once.
public enum Multiplicity {
    /// Holm 1979: bounds the chance of any false alarm. Adjusted p-values in the order given.
    public static func holm(_ pValues: [Double]) -> [Double] {
        let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
        var adjusted = pValues
        var running = 0.0
        for (rank, index) in order.enumerated() {
            running = max(running, min(1, pValues[index] * Double(pValues.count - rank)))
            adjusted[index] = running
        }
        return adjusted
    }

    /// Benjamini and Hochberg 1995: bounds the expected share of false alarms among the alarms.
    public static func benjaminiHochberg(_ pValues: [Double]) -> [Double] {
        let order = pValues.indices.sorted { (pValues[$0], $0) > (pValues[$1], $1) }
        var adjusted = pValues
        var running = 1.0
        for (position, index) in order.enumerated() {
            let rank = pValues.count - position
            running = min(running, pValues[index] * Double(pValues.count) / Double(rank))
            adjusted[index] = running
        }
        return adjusted
    }
}
