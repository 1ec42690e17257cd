/// A parity of rates between groups, as a set of linear constraints on a classifier (Agarwal et al. 2018, section 2): within each event, each group's rate
/// may differ from the rate of all rows by `bound` at most.
public struct ParityConstraint: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Selection rates.
        case demographicParity
        /// True- and false-positive rates.
        case equalizedOdds
        /// True-positive rates.
        case equalOpportunity
        /// False-positive rates.
        case falsePositiveParity
        /// Shares of wrong predictions.
        case errorRateParity
    }

    public let kind: Kind
    public let bound: Double

    public init(_ kind: Kind, bound: Double) {
        self.kind = kind
        self.bound = bound
    }

    /// The event that a row is in; nil: none.
    func event(_ label: Bool) -> Int? {
        switch kind {
        case .demographicParity, .errorRateParity: 0
        case .equalizedOdds: label ? 1 : 0
        case .equalOpportunity: label ? 0 : nil
        case .falsePositiveParity: label ? nil : 0
        }
    }

    /// Throws `classes` if a group has no rows that its rate could be compared by.
    func check(_ labels: [Bool], _ groups: [Int], names: [String], attribute: String) throws(TrainingError) {
        let moments = ParityMoments(self, labels: labels, groups: groups)
        guard let empty = (0..<moments.cellCount).first(where: moments.isEmpty) else { return }
        let rows =
            switch kind {
            case .demographicParity, .errorRateParity: "rows"
            case .equalizedOdds: empty / moments.groupCount == 1 ? "positive rows" : "negative rows"
            case .equalOpportunity: "positive rows"
            case .falsePositiveParity: "negative rows"
            }
        throw TrainingError(
            .classes, column: attribute,
            message:
                "group '\(names[empty % moments.groupCount])' of '\(attribute)' has no \(rows) in training to compare its rate by (\(kind.rawValue))")
    }

    var eventCount: Int { kind == .equalizedOdds ? 2 : 1 }
}

/// The constraints over given rows: cells are events × groups, and each cell has two inequalities, for its rate being above and below.
struct ParityMoments: Sendable {
    let constraint: ParityConstraint
    let labels: [Bool]
    let groupCount: Int
    /// Each row's cell, event × groups + group; −1: in no event.
    let cells: [Int]
    private let cellShares: [Double]
    private let eventShares: [Double]

    var cellCount: Int { constraint.eventCount * groupCount }

    init(_ constraint: ParityConstraint, labels: [Bool], groups: [Int]) {
        self.constraint = constraint
        self.labels = labels
        let groupCount = (groups.max() ?? -1) + 1
        self.groupCount = groupCount
        cells = labels.indices.map { row in constraint.event(labels[row]).map { $0 * groupCount + groups[row] } ?? -1 }
        var counts = [Int](repeating: 0, count: constraint.eventCount * groupCount)
        for cell in cells where cell >= 0 { counts[cell] += 1 }
        cellShares = counts.map { Double($0) / Double(labels.count) }
        eventShares = (0..<constraint.eventCount).map { event in
            Double(counts[(event * groupCount)..<((event + 1) * groupCount)].reduce(0, +)) / Double(labels.count)
        }
    }

    func isEmpty(_ cell: Int) -> Bool { cellShares[cell] == 0 }

    /// Each cell's rate less its event's, of predictions in 0…1.
    func violations(_ predictions: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: cellCount)
        for row in cells.indices where cells[row] >= 0 {
            let prediction = predictions[row]
            sums[cells[row]] += constraint.kind == .errorRateParity ? (labels[row] ? 1 - prediction : prediction) : prediction
        }
        let rows = Double(labels.count)
        return (0..<cellCount).map { cell in
            guard cellShares[cell] > 0 else { return 0 }
            let event = cell / groupCount
            let all = sums[(event * groupCount)..<((event + 1) * groupCount)].reduce(0, +)
            return sums[cell] / (rows * cellShares[cell]) - all / (rows * eventShares[event])
        }
    }

    /// By how much each inequality is broken, above first, then below: what must not exceed `bound`.
    func slack(_ violations: [Double]) -> [Double] { violations + violations.map { -$0 } }

    /// What a positive prediction gains over a negative one in each row, for multipliers of the inequalities: the cost-sensitive problem of section 3.2.
    func gains(_ multipliers: [Double]) -> [Double] {
        let net = (0..<cellCount).map { multipliers[$0] - multipliers[$0 + cellCount] }
        let perCell = (0..<cellCount).map { cell -> Double in
            guard cellShares[cell] > 0 else { return 0 }
            let event = cell / groupCount
            let all = net[(event * groupCount)..<((event + 1) * groupCount)].reduce(0, +)
            return net[cell] / cellShares[cell] - all / eventShares[event]
        }
        return labels.indices.map { row in
            let right: Double = labels[row] ? 1 : -1
            guard cells[row] >= 0 else { return right }
            let turn: Double = constraint.kind == .errorRateParity && labels[row] ? -1 : 1
            return right - turn * perCell[cells[row]]
        }
    }
}
