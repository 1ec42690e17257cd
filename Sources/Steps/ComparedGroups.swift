import Metrics

/// The groups that a constraint or an objective compares: as in the evidence of fairness, those of fewer rows than the spec asks for are named and left out.
struct ComparedGroups: Sendable {
    let names: [String]
    /// Each row's group; nil: one that is left out.
    let codes: [Int?]
    /// Groups of too few rows to be compared.
    let small: [String]

    /// - Parameters:
    ///   - counts: whether a row is one of those that measure, and has a weight.
    ///   - minimumRows: groups of fewer such rows are left out.
    init(_ groups: Groups, counting counts: [Bool], minimumRows: Int) {
        var rows = [Int](repeating: 0, count: groups.names.count)
        for (row, code) in groups.codes.enumerated() where counts[row] { rows[Int(code)] += 1 }
        names = groups.names
        // One without any such row has nothing to be told of.
        small = groups.names.indices.filter { rows[$0] > 0 && rows[$0] < minimumRows }.map { groups.names[$0] }
        codes = groups.codes.map { rows[Int($0)] >= max(1, minimumRows) ? Int($0) : nil }
    }
}
