/// How a score in 0…1 becomes a chance, as far as an exported model has to know.
public enum ONNXScoreMap: Hashable, Sendable {
    /// 1 / (1 + exp(−(slope·z + intercept))) of the score's log-odds z.
    case logOdds(slope: Double, intercept: Double)
    /// 1 / (1 + exp(−(a·ln s − b·ln(1 − s) + c))).
    case beta(a: Double, b: Double, c: Double)
    /// Linear between points whose scores ascend, constant beyond them.
    case points(scores: [Double], chances: [Double])

    /// What a rounding of the score can become, at the most: the steepest part between points; for the others, of scores near 1 in 32 bits.
    var steepness: Double {
        switch self {
        case .logOdds, .beta: return 0x1p12
        case .points(let scores, let chances):
            return scores.indices.dropFirst().reduce(1) { largest, place in
                max(largest, (chances[place] - chances[place - 1]) / (scores[place] - scores[place - 1]))
            }
        }
    }
}

extension ONNXGraphBuilder {
    /// A member's weight where it gives ½ or more.
    mutating func vote(_ prediction: String, _ element: Element, weight: Double) -> String {
        let half = constant(element == .float ? .floats([0.5]) : .doubles([0.5]), shape: [1, 1])
        let chosen = cast(node("GreaterOrEqual", [prediction, half]), .double)
        return node("Mul", [chosen, constant(.doubles([weight]), shape: [1, 1])])
    }

    /// The members' votes, added in their order, 1 at the most.
    mutating func mixture(_ votes: [String], named output: String?) -> String {
        var sum = votes[0]
        for vote in votes.dropFirst() { sum = node("Add", [sum, vote]) }
        return node("Min", [sum, constant(.doubles([1]), shape: [1, 1])], named: output)
    }

    /// Scores as chances.
    mutating func chances(_ scores: String, _ maps: [ONNXScoreMap], named output: String) {
        guard maps.count > 1 else {
            _ = chance(scores, maps[0], named: output)
            return
        }
        var columns: [String] = []
        for (place, map) in maps.enumerated() {
            let column = node("Gather", [scores, constant(.int64s([Int64(place)]), shape: [1])], [("axis", .integer(1))])
            columns.append(chance(column, map))
        }
        let all = node("Concat", columns, [("axis", .integer(1))])
        let sum = node("ReduceSum", [all, constant(.int64s([1]), shape: [1])], [("keepdims", .integer(1))])
        // A row that no class claims has the same chance of each.
        let none = node("Equal", [sum, constant(.doubles([0]), shape: [1, 1])])
        let one = constant(.doubles([1]), shape: [1, 1])
        let shares = node("Div", [all, node("Where", [none, one, sum])])
        let equal = constant(.doubles([Double](repeating: 1 / Double(maps.count), count: maps.count)), shape: [1, maps.count])
        _ = node("Where", [none, equal, shares], named: output)
    }

    private mutating func chance(_ score: String, _ map: ONNXScoreMap, named output: String? = nil) -> String {
        func double(_ value: Double, _ graph: inout ONNXGraphBuilder) -> String { graph.constant(.doubles([value]), shape: [1, 1]) }
        switch map {
        case .points(let scores, let chances):
            // chances[0] + Σ slope · the part of the score that lies between two points.
            guard scores.count > 1 else {
                return node("Add", [node("Mul", [score, double(0, &self)]), double(chances[0], &self)], named: output)
            }
            let count = scores.count - 1
            let lows = constant(.doubles(Array(scores.dropLast())), shape: [1, count])
            let widths = zip(scores.dropFirst(), scores).map { $0 - $1 }
            let inside = node(
                "Min", [node("Max", [node("Sub", [score, lows]), double(0, &self)]), constant(.doubles(widths), shape: [1, count])])
            let slopes = zip(zip(chances.dropFirst(), chances).map { $0 - $1 }, widths).map { $0 / $1 }
            let rise = node("MatMul", [inside, constant(.doubles(slopes), shape: [count, 1])])
            return node("Add", [rise, double(chances[0], &self)], named: output)
        case .logOdds(let slope, let intercept):
            let (inside, rest) = clipped(score)
            let odds = node("Log", [node("Div", [inside, rest])])
            return logistic(node("Add", [node("Mul", [odds, double(slope, &self)]), double(intercept, &self)]), named: output)
        case .beta(let a, let b, let c):
            let (inside, rest) = clipped(score)
            let first = node("Mul", [node("Log", [inside]), double(a, &self)])
            let second = node("Mul", [node("Log", [rest]), double(b, &self)])
            return logistic(node("Add", [node("Sub", [first, second]), double(c, &self)]), named: output)
        }
    }

    /// As far from certainty as a 64-bit number can say on both sides, and what is left of 1.
    private mutating func clipped(_ score: String) -> (inside: String, rest: String) {
        let least = constant(.doubles([0x1p-52]), shape: [1, 1])
        let most = constant(.doubles([1 - 0x1p-52]), shape: [1, 1])
        let inside = node("Min", [node("Max", [score, least]), most])
        return (inside, node("Sub", [constant(.doubles([1]), shape: [1, 1]), inside]))
    }

    private mutating func logistic(_ x: String, named output: String?) -> String {
        let one = constant(.doubles([1]), shape: [1, 1])
        return node("Div", [one, node("Add", [node("Exp", [node("Neg", [x])]), one])], named: output)
    }
}
