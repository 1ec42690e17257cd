extension Attributions {
    /// Rows are explained independently of each other, so that blocks of them, explained in any order, joined one after another are what one run gives. Nil for no
    /// block, or if they are of different explainers.
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

extension Attributions {
    /// The figures of one output alone.
    public func output(_ output: Int) -> Attributions {
        let width = players.count
        func picked(_ all: [Double]) -> [Double] {
            (0..<rowCount).flatMap { row -> ArraySlice<Double> in
                let start = (row * outputCount + output) * width
                return all[start..<start + width]
            }
        }
        return Attributions(
            players: players, outputCount: 1, values: picked(values), baseValues: [baseValues[output]],
            predictions: (0..<rowCount).map { predictions[$0 * outputCount + output] }, standardErrors: standardErrors.map(picked), method: method,
            scale: scale, seed: seed, background: background)
    }
}
