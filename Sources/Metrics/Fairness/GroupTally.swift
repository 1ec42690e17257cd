import Basics

/// What has to be counted of each group, in one pass over the rows. All of it is whole numbers, or sums of weights in an order of their own, so that neither the order of the rows nor the number of threads shows.
struct GroupTally: Sendable {
    static let bins = 10

    /// By group: how predictions and labels meet.
    let counts: [ConfusionCounts]
    /// By group: rows that score strictly above the median of all.
    let aboveMedian: [Mass]
    /// By group and bin of scores: rows, positive labels, and the sum of the scores.
    let calibration: [[CalibrationBin]]
    /// By group: whether it has a row, be it one without weight.
    let isPresent: [Bool]

    /// - Parameter order: of the rows, by which weights are summed.
    init(_ rows: ScoredRows, _ groups: Groups, median: Double, order: [Int], threads: Int) {
        let count = groups.names.count
        guard let weights = rows.weights else {
            let block = 1 << 16
            let partial = concurrentBlocks((rows.count + block - 1) / block, threads: threads) { index in
                Self.count(rows, groups, median, index * block..<min(rows.count, (index + 1) * block))
            }
            var cells = [Int](repeating: 0, count: count * 6)
            var bins = [CalibrationBin](repeating: CalibrationBin(), count: count * Self.bins)
            for part in partial {
                for index in cells.indices { cells[index] += part.cells[index] }
                for index in bins.indices { bins[index] += part.bins[index] }
            }
            counts = (0..<count).map { ConfusionCounts((cells[$0 * 6 + 3], cells[$0 * 6 + 2], cells[$0 * 6], cells[$0 * 6 + 1])) }
            aboveMedian = (0..<count).map { Mass(rows: cells[$0 * 6 + 4]) }
            calibration = (0..<count).map { Array(bins[$0 * Self.bins..<($0 + 1) * Self.bins]) }
            isPresent = counts.map { $0.all.rows > 0 }
            return
        }
        var counts = [ConfusionCounts](repeating: ConfusionCounts(), count: count)
        var above = [Mass](repeating: Mass(), count: count)
        var bins = [[CalibrationBin]](repeating: Array(repeating: CalibrationBin(), count: Self.bins), count: count)
        var isPresent = [Bool](repeating: false, count: count)
        for row in order {
            let group = Int(groups.codes[row])
            isPresent[group] = true
            counts[group].count(rows.prediction(row), rows.labels[row], weights[row])
            if rows.scores[row] > median { above[group].add(weights[row]) }
            bins[group][Self.bin(rows.scores[row])].add(rows.scores[row], rows.labels[row], weights[row])
        }
        (self.counts, aboveMedian, calibration, self.isPresent) = (counts, above, bins, isPresent)
    }

    /// The same bins as `CalibrationReport` of one width has, to the last bit: the score at an edge belongs to the lower.
    static func bin(_ score: Double) -> Int {
        let place = Int(score * Double(bins))
        return score <= Double(place) * (1 / Double(bins)) ? max(0, place - 1) : min(bins - 1, place)
    }

    /// By group: negative and positive labels predicted negative, the same predicted positive, rows above the median, and one unused.
    private static func count(_ rows: ScoredRows, _ groups: Groups, _ median: Double, _ range: Range<Int>) -> (cells: [Int], bins: [CalibrationBin]) {
        var cells = [Int](repeating: 0, count: groups.names.count * 6)
        var bins = [CalibrationBin](repeating: CalibrationBin(), count: groups.names.count * Self.bins)
        for row in range {
            let group = Int(groups.codes[row])
            let score = rows.scores[row]
            let label = rows.labels[row]
            cells[group * 6 + (rows.prediction(row) ? 2 : 0) + (label ? 1 : 0)] += 1
            if score > median { cells[group * 6 + 4] += 1 }
            bins[group * Self.bins + bin(score)].add(score, label)
        }
        return (cells, bins)
    }
}

/// The rows whose scores lie in one bin.
struct CalibrationBin: Hashable, Sendable {
    private(set) var rows = 0
    private(set) var weight = 0.0
    private(set) var positives = 0.0
    /// In units of 2⁻⁵⁶: exact, and the same for any order.
    private var fixedScores: UInt128 = 0
    private var weightedScores = 0.0
    private var squares = 0.0

    /// How many unweighted rows would tell as much (Kish 1965).
    var effectiveRows: Double { squares > 0 ? weight * weight / squares : 0 }

    var scores: Double { weightedScores + Double(fixedScores) * 0x1p-56 }

    mutating func add(_ score: Double, _ label: Bool) {
        rows += 1
        weight += 1
        squares += 1
        if label { positives += 1 }
        fixedScores += UInt128(UInt64(score * 0x1p56))
    }

    mutating func add(_ score: Double, _ label: Bool, _ share: Double) {
        guard share > 0 else { return }
        rows += 1
        weight += share
        squares += share * share
        if label { positives += share }
        weightedScores += share * score
    }

    static func += (left: inout CalibrationBin, right: CalibrationBin) {
        left.rows += right.rows
        left.weight += right.weight
        left.positives += right.positives
        left.squares += right.squares
        left.fixedScores += right.fixedScores
        left.weightedScores += right.weightedScores
    }
}
