/// Shapley values from the worth of every coalition.
enum ExactShares {
    static func solve(
        _ model: MaskedModel, active: [Int], row: ArraySlice<Double>, empty: [Double], full: [Double]
    ) throws(ExplanationError) -> Shares {
        let count = active.count
        let outputs = model.outputCount
        var values = [Double](repeating: 0, count: outputs * count)
        guard count > 0 else { return Shares(values: values) }
        let all = 1 << count
        let coalitions = (1..<max(all - 1, 1)).map { bits in
            var coalition = Coalition.empty(of: count)
            for player in 0..<count where bits >> player & 1 == 1 { coalition.insert(player) }
            return coalition
        }
        let worth = empty + (try model.worth(coalitions, active: active, row: row)) + full
        for bits in 0..<all {
            let size = bits.nonzeroBitCount
            for player in 0..<count where bits >> player & 1 == 0 {
                // |S|! (m − |S| − 1)! / m!
                let weight = ShapleyWeights.unanimity(count - size, against: size)
                for output in 0..<outputs {
                    let gain = worth[(bits | 1 << player) * outputs + output] - worth[bits * outputs + output]
                    values[output * count + player] += weight * gain
                }
            }
        }
        return Shares(values: values)
    }
}
