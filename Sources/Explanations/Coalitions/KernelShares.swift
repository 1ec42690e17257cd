internal import Basics
internal import Models

/// Shapley values of a wave of rows by KernelSHAP.
///
/// The game of a row is the mean of its games against each background row, and the value of a mean is the mean of the values. Against a background row with few
/// differing players all coalitions are asked about, as many as sampling would ask or fewer, and the values are exact; the games against the others are sampled as one.
struct KernelShares {
    private let questions: MaskedQuestions
    private let settings: KernelSettings
    private let seed: UInt64
    private let coalitions: Int

    /// So many coalitions of a background row fill a block.
    private static let maximumEnumerated = 16

    init(_ questions: MaskedQuestions, settings: KernelSettings, seed: UInt64) {
        self.questions = questions
        self.settings = settings
        self.seed = seed
        coalitions = settings.maximumCoalitions ?? 2048 + 2 * questions.model.players.count
    }

    /// What is known of a row.
    private struct Work: Sendable {
        let row: Int
        /// Background rows that are enumerated, and sampled.
        let enumerated: [Int]
        let sampled: [Int]
        /// Players that differ from some sampled background row.
        let active: [Int]
        /// Of the enumerated background rows, added up: outputs × players.
        var exact: [Double]
        /// u of the pairs that were asked about so far, each × outputs.
        var gains: [Double] = []
        var isDone: Bool
        var shares: Shares
    }

    func solve(threads: Int) throws(ExplanationError) -> [Shares] {
        var work: [Work] = concurrentBlocks(questions.rows.rowCount, threads: threads) { begin(row: $0) }
        let enumerated = work.filter { !$0.enumerated.isEmpty }
        let exact = try questions.answers(
            enumerated.map { MaskedQuestion(kind: .shares, row: $0.row, background: $0.enumerated) }, threads: threads)
        for (item, sums) in zip(enumerated, exact) { work[item.row].exact = sums }
        let designs = Dictionary(
            uniqueKeysWithValues: Set(work.filter { !$0.isDone }.map(\.active.count)).map {
                ($0, KernelDesign(players: $0, maximumCoalitions: coalitions, seed: seed))
            })
        let stages = designs.values.map(\.stages.count).max() ?? 0
        // Without a tolerance nothing is decided before the last.
        for stage in (settings.tolerance > 0 ? 0 : max(0, stages - 1))..<stages {
            try sample(&work, designs, stage: stage, threads: threads)
        }
        return work.map { $0.sampled.isEmpty ? combined($0, values: [], errors: []) : $0.shares }
    }

    private func begin(row: Int) -> Work {
        let model = questions.model
        var (enumerated, sampled): ([Int], [Int]) = ([], [])
        var isActive = [Bool](repeating: false, count: model.players.count)
        for other in 0..<model.background.rowCount {
            let players = model.differing(questions.rows.row(row), from: other)
            if players.count <= Self.maximumEnumerated, (1 << players.count) - 2 <= coalitions {
                enumerated.append(other)
            } else {
                sampled.append(other)
                for player in players { isActive[player] = true }
            }
        }
        return Work(
            row: row, enumerated: enumerated, sampled: sampled, active: isActive.indices.filter { isActive[$0] },
            exact: [Double](repeating: 0, count: model.players.count * model.outputCount), isDone: sampled.isEmpty, shares: Shares(values: []))
    }

    /// Asks about a stage's coalitions for all rows that are not done, and solves them.
    private func sample(_ work: inout [Work], _ designs: [Int: KernelDesign], stage: Int, threads: Int) throws(ExplanationError) {
        let model = questions.model
        let outputs = model.outputCount
        let open = work.filter { !$0.isDone }
        var regressions: [Int: KernelRegression] = [:]
        let counts = Set(open.map(\.active.count)).sorted()
        let made = concurrentBlocks(counts.count, threads: threads) { index -> KernelRegression? in
            designs[counts[index]].map { KernelRegression($0, stage: $0.stages[min(stage, $0.stages.count - 1)]) }
        }
        for (count, regression) in zip(counts, made) { regressions[count] = regression }
        let asked = open.map { item -> [Coalition] in
            guard let design = designs[item.active.count] else { return [] }
            let count = design.stages[min(stage, design.stages.count - 1)].count
            return design.pairs[(item.gains.count / outputs)..<count].flatMap { [$0, $0.complement(of: design.playerCount)] }.map {
                $0.placed(item.active, of: model.players.count)
            }
        }
        let answers = try questions.answers(
            zip(open, asked).map { MaskedQuestion(kind: .worth($1), row: $0.row, background: $0.sampled) }, threads: threads)
        let ready = regressions
        let solved = concurrentBlocks(open.count, threads: threads) { index -> Work in
            var item = open[index]
            guard let design = designs[item.active.count], let regression = ready[item.active.count] else { return item }
            let (sums, count) = (answers[index], Double(item.sampled.count))
            for pair in 0..<(sums.count / outputs / 2) {
                for output in 0..<outputs {
                    item.gains.append((sums[2 * pair * outputs + output] - sums[(2 * pair + 1) * outputs + output]) / 2 / count)
                }
            }
            var (values, errors): ([Double], [Double]) = ([], [])
            for output in 0..<outputs {
                let empty = item.sampled.reduce(0) { $0 + questions.backgroundPredictions[$1 * outputs + output] } / count
                let gains = stride(from: output, to: item.gains.count, by: outputs).map { item.gains[$0] }
                let solution = regression.solve(gains, whole: (questions.predictions[item.row * outputs + output] - empty) / 2)
                values += solution.values
                errors += solution.errors
            }
            item.shares = combined(item, values: values, errors: errors)
            item.isDone = stage + 1 >= design.stages.count || isConverged(item.shares)
            return item
        }
        for item in solved { work[item.row] = item }
    }

    /// - Parameter values: against the sampled background rows, outputs × active players.
    private func combined(_ item: Work, values: [Double], errors: [Double]) -> Shares {
        let (count, outputs) = (questions.model.players.count, questions.model.outputCount)
        let rows = Double(item.enumerated.count + item.sampled.count)
        guard !item.sampled.isEmpty else { return Shares(values: item.exact.map { $0 / rows }) }
        func spread(_ list: [Double]) -> [Double] { Shares.spread(list, active: item.active, players: count, outputs: outputs) }
        let share = Double(item.sampled.count) / rows
        return Shares(
            values: zip(item.exact, spread(values)).map { $0 / rows + $1 * share }, errors: spread(errors).map { $0 * share })
    }

    private func isConverged(_ shares: Shares) -> Bool {
        guard settings.tolerance > 0, let errors = shares.errors else { return false }
        let count = questions.model.players.count
        return (0..<questions.model.outputCount).allSatisfy { output in
            let values = shares.values[(output * count)..<((output + 1) * count)]
            let largest = errors[(output * count)..<((output + 1) * count)].max() ?? 0
            return largest <= settings.tolerance * ((values.max() ?? 0) - (values.min() ?? 0))
        }
    }
}
