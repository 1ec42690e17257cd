public import Models

/// Rows are explained independently of each other, so that a long run can be done by blocks: in any order, each again after a failure, with the
/// bytes that one run gives.
public enum ExplanationBlocks {
    /// The blocks of a table, each of `size` rows but the last.
    public static func ranges(rowCount: Int, size: Int) -> [Range<Int>] {
        precondition(size > 0)
        return stride(from: 0, to: rowCount, by: size).map { $0..<min($0 + size, rowCount) }
    }
}

extension Explainer {
    /// Explains block after block and hands over each when it is done, so that those before a failure are kept.
    ///
    /// - Parameters:
    ///   - blocks: ranges of rows; those already done are left out.
    ///   - completed: what becomes of a block; throws to stop.
    ///
    /// Throws what `explain` throws, its message beginning with the block's rows counted from 1, or what `completed` throws.
    public func explain(
        _ rows: EncodedRows, blocks: some Sequence<Range<Int>>, threads: Int, completed: (Range<Int>, Attributions) throws -> Void
    ) throws {
        for block in blocks {
            let found: Attributions
            do { found = try explain(rows.selecting(rows: Array(block)), threads: threads) } catch {
                throw ExplanationError(error.code, message: "rows \(block.lowerBound + 1) to \(block.upperBound): \(error.message)")
            }
            try completed(block, found)
        }
    }
}

extension Attributions {
    /// Blocks one after another; nil for none, or if they are of different explainers.
    public init?(joining blocks: [Attributions]) {
        guard let first = blocks.first,
            blocks.allSatisfy({
                $0.players == first.players && $0.outputCount == first.outputCount && $0.baseValues == first.baseValues && $0.method == first.method
                    && $0.scale == first.scale && $0.seed == first.seed && $0.background == first.background
                    && ($0.standardErrors == nil) == (first.standardErrors == nil)
            })
        else { return nil }
        self.init(
            players: first.players, outputCount: first.outputCount, values: blocks.flatMap(\.values), baseValues: first.baseValues,
            predictions: blocks.flatMap(\.predictions), standardErrors: first.standardErrors.map { _ in blocks.flatMap { $0.standardErrors ?? [] } },
            method: first.method, scale: first.scale, seed: first.seed, background: first.background)
    }
}

extension LIMEExplanations {
    /// Blocks one after another; nil for none, or if they are of different explainers.
    public init?(joining blocks: [LIMEExplanations]) {
        guard let first = blocks.first,
            blocks.allSatisfy({
                $0.players == first.players && $0.outputCount == first.outputCount && $0.settings == first.settings && $0.scale == first.scale
                    && $0.seed == first.seed && $0.training == first.training
            })
        else { return nil }
        self.init(
            players: first.players, outputCount: first.outputCount, surrogates: blocks.flatMap(\.surrogates), settings: first.settings,
            scale: first.scale, seed: first.seed, training: first.training)
    }
}
