internal import Basics
public import Models

/// Exact SHAP values of a tree ensemble's margins.
///
/// Bytes depend on the ensemble, the background and the row only: not on the number of threads, nor on the other rows.
public struct TreeSHAP: Explainer {
    public enum Perturbation: Sendable {
        /// Absent features are answered as the training rows were (Lundberg et al. 2020): what XGBoost's own contributions are.
        case pathDependent
        /// Absent features come from the background's rows (Janzing et al. 2020).
        case interventional(background: EncodedRows)
    }

    let ensemble: TreeEnsemble
    private let players: Players
    let trees: [ExplainedTree]
    /// The expected margin of each output.
    public let baseValues: [Double]
    let background: Digest?
    private let method: ExplanationMethod
    /// The background's, if there is one.
    private let schema: FeatureSchema?

    /// Throws `background` for an empty one or one with other features, `features` for other players, `unsupportedModel` if a way to a leaf
    /// asks about more than 64 players, or `prediction` for a margin that is no finite number.
    public init(_ ensemble: TreeEnsemble, _ perturbation: Perturbation, players: Players, threads: Int = 1) throws(ExplanationError) {
        guard players.featureCount == ensemble.featureCount else {
            throw ExplanationError(.features, message: "the players have \(players.featureCount) features, the model \(ensemble.featureCount)")
        }
        self.ensemble = ensemble
        self.players = players
        let paths = ensemble.trees.map { PathTree($0, playerOf: players.ofFeatures) }
        guard !paths.contains(where: { $0 == nil }) else {
            throw ExplanationError(.unsupportedModel, message: "a way to a leaf asks about more than 64 players")
        }
        let whole = paths.compactMap { $0 }
        switch perturbation {
        case .pathDependent:
            method = .tree
            schema = nil
            background = nil
            trees = whole.map { path in ExplainedTree(path: path, games: path.leaves.map { .shares($0.shares) }) }
            var expected = ensemble.baseMargins
            for path in whole { expected[path.tree.output] += path.leaves.reduce(0) { $0 + $1.value * $1.shares.reduce(1, *) } }
            baseValues = expected
        case .interventional(let rows):
            guard rows.rowCount > 0 else { throw ExplanationError(.background, message: "the background has no rows") }
            try Self.check(rows, players, "the background", .background)
            method = .interventional
            schema = rows.schema
            background = rows.digest
            let floats = rows.values.map { Float($0) }
            let count = rows.rowCount
            trees = concurrentBlocks(whole.count, threads: threads) { index in
                ExplainedTree(path: whole[index], background: floats, count: count, featureCount: ensemble.featureCount)
            }
            baseValues = try ModelCalls.finite(ensemble.margins(floats, count: count)).means(outputs: ensemble.outputCount)
        }
    }

    /// A table has the model's features, by the names that the players know them by.
    private static func check(_ rows: EncodedRows, _ players: Players, _ what: String, _ code: ExplanationError.Code) throws(ExplanationError) {
        guard rows.width == players.featureCount else {
            throw ExplanationError(code, message: "\(what) has \(rows.width) features, the model \(players.featureCount)")
        }
        guard let place = rows.schema.names.indices.first(where: { rows.schema.names[$0] != players.features[$0] }) else { return }
        throw ExplanationError(
            code, message: "\(what) has feature '\(rows.schema.names[place])' where the model reads '\(players.features[place])'")
    }

    /// Throws `rows` if they have other features than the model, or than the background.
    private func check(_ rows: EncodedRows) throws(ExplanationError) {
        try Self.check(rows, players, "the table", .rows)
        if let schema { try EncodedRows.agree(rows.schema, with: schema, called: "the background has") }
    }

    /// Contributions of every player to every row's margin. Throws `rows` if they have other features than the model, or `prediction` for a margin that is no finite number.
    public func explain(_ rows: EncodedRows, threads: Int = 1) throws(ExplanationError) -> Attributions {
        try check(rows)
        let floats = rows.values.map { Float($0) }
        let predictions = try ModelCalls.finite(margins(floats, count: rows.rowCount, threads: threads))
        let width = players.count * ensemble.outputCount
        let values = accumulate(floats, count: rows.rowCount, width: width, threads: threads, .values)
        return Attributions(
            players: players.names, outputCount: ensemble.outputCount, values: values, baseValues: baseValues,
            predictions: predictions, method: method, scale: ensemble.rawScale ?? .raw, background: background)
    }

    /// SHAP interaction values (Lundberg et al. 2020): rows × outputs × players × players, symmetric. Each row of the matrix adds up to the
    /// player's SHAP value; off the diagonal each of a pair has half of what the pair does together.
    public func interactions(_ rows: EncodedRows, threads: Int = 1) throws(ExplanationError) -> [Double] {
        try check(rows)
        let floats = rows.values.map { Float($0) }
        let width = players.count
        let outputs = ensemble.outputCount
        let values = accumulate(floats, count: rows.rowCount, width: width * outputs, threads: threads, .values)
        var matrices = accumulate(floats, count: rows.rowCount, width: width * width * outputs, threads: threads, .interactions)
        for cell in 0..<(rows.rowCount * outputs) {
            let start = cell * width * width
            for i in 0..<width {
                for j in 0..<i {
                    // Leaves added the pair in the order in which their ways ask.
                    let half = (matrices[start + i * width + j] + matrices[start + j * width + i]) / 2
                    matrices[start + i * width + j] = half
                    matrices[start + j * width + i] = half
                }
            }
            for i in 0..<width {
                let others = (0..<width).reduce(0.0) { $1 == i ? $0 : $0 + matrices[start + i * width + $1] }
                matrices[start + i * width + i] = values[cell * width + i] - others
            }
        }
        return matrices
    }

    private func margins(_ floats: [Float], count: Int, threads: Int) -> [Double] {
        let size = 1024
        return concurrentBlocks((count + size - 1) / size, threads: threads) { block in
            let rows = (block * size)..<min((block + 1) * size, count)
            return ensemble.margins(
                Array(floats[(rows.lowerBound * ensemble.featureCount)..<(rows.upperBound * ensemble.featureCount)]), count: rows.count)
        }.flatMap { $0 }
    }

    /// Rows × width, summed over the trees in their order. Trees go in groups whose tables fit in memory; a row sums in the same order however
    /// they are grouped.
    private func accumulate(_ floats: [Float], count: Int, width: Int, threads: Int, _ quantity: ExplainedTree.Quantity) -> [Double] {
        let size = 512
        let blocks = (count + size - 1) / size
        var sums = (0..<blocks).map { [Double](repeating: 0, count: min(size, count - $0 * size) * width) }
        var next = 0
        while next < trees.count, count > 0 {
            var group: [ExplainedTree.Tables] = []
            var room = ExplainedTree.tableBudget
            let first = next
            while next < trees.count {
                let cells = trees[next].tableCells(rowCount: count, quantity)
                guard group.isEmpty || cells <= room else { break }
                room -= cells
                group.append(ExplainedTree.Tables())
                next += 1
            }
            let members = trees[first..<next]
            let tables = concurrentBlocks(members.count, threads: threads) { members[first + $0].tables(rowCount: count, quantity) }
            let before = sums
            sums = concurrentBlocks(blocks, threads: threads) { block in
                var sum = before[block]
                let start = block * size
                let rows = min(size, count - start)
                for (index, tree) in members.enumerated() {
                    unsafe floats.withUnsafeBufferPointer { buffer in
                        guard let base = buffer.baseAddress else { return }
                        unsafe tree.add(
                            base + start * ensemble.featureCount, count: rows, featureCount: ensemble.featureCount, playerCount: players.count,
                            width: width, tables: tables[index], quantity, into: &sum)
                    }
                }
                return sum
            }
        }
        return sums.flatMap { $0 }
    }
}

extension EncodedRows {
    /// The digest of features' names and numbers.
    var digest: Digest {
        var encoder = CanonicalEncoder(domain: "proviso.background.v1")
        encoder.beginSequence(count: schema.features.count)
        for name in schema.names { encoder.append(name) }
        unsafe encoder.append(values.withUnsafeBytes { unsafe Array($0) })
        return encoder.digest
    }
}

extension [Double] {
    /// The mean of each output over rows × outputs numbers, summed in the order of the rows.
    func means(outputs: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: outputs)
        for (place, value) in enumerated() { sums[place % outputs] += value }
        return sums.map { $0 * Double(outputs) / Double(count) }
    }
}
