/// What moves numbers towards a distribution that all groups share before the model reads them (Feldman et al. 2015), as far as an exported model has to know.
public struct ONNXRepair: Hashable, Sendable {
    public let groups: ONNXGroups
    /// From 0, nothing is moved, to 1.
    public let level: Double
    /// By column and place of the group: values at equally spaced ranks, ascending. A group with none is left as it is.
    public let quantiles: [String: [[Double]]]

    public init(groups: ONNXGroups, level: Double, quantiles: [String: [[Double]]]) {
        precondition(quantiles.values.allSatisfy { $0.count == groups.names.count && $0.contains { !$0.isEmpty } }, "a list for each group")
        (self.groups, self.level, self.quantiles) = (groups, level, quantiles)
    }
}

extension ONNXGraphBuilder {
    /// A column's moved values: operation by operation what Proviso computes, so the same bits. Missing values and rows of groups without quantiles stay.
    ///
    /// - Parameters:
    ///   - quantiles: by the group's place.
    ///   - places: each row's group.
    mutating func repaired(_ x: String, _ quantiles: [[Double]], level: Double, _ places: String) -> String {
        guard level > 0 else { return x }
        let rank = rank(x, quantiles, places)
        let present = quantiles.filter { !$0.isEmpty }
        let targets = present.map { quantile($0, rank) }
        let target = median(targets)
        let moved = node("Add", [x, node("Mul", [number(level), node("Sub", [target, x])])])
        // The place behind the last is that of groups that training did not see.
        let isKnown = rows(of: quantiles.map { $0.isEmpty ? 0 : 1 } + [0], width: 1, places)
        let stays = node("Or", [node("IsNaN", [x]), node("Less", [isKnown, number(0.5)])])
        return node("Where", [stays, x, moved])
    }

    private mutating func number(_ value: Double) -> String { constant(.doubles([value]), shape: [1, 1]) }
    private mutating func whole(_ value: Int64) -> String { constant(.int64s([value]), shape: [1, 1]) }

    /// The rank in 0…1 within the row's own group: the middle of equal values, and linear between values.
    private mutating func rank(_ x: String, _ quantiles: [[Double]], _ places: String) -> String {
        let width = quantiles.reduce(1) { max($0, $1.count) }
        // Filled up with what no number reaches.
        let table = (quantiles + [[]]).flatMap { $0 + [Double](repeating: .infinity, count: width - $0.count) }
        let own = rows(of: table, width: width, places)
        let last = rows(of: (quantiles + [[]]).map { Double(max(1, $0.count) - 1) }, width: 1, places)
        let axis = constant(.int64s([1]), shape: [1])
        func count(_ comparison: String, _ graph: inout ONNXGraphBuilder) -> String {
            graph.node("ReduceSum", [graph.cast(graph.node(comparison, [own, x]), .int64), axis], [("keepdims", .integer(1))])
        }
        let below = count("Less", &self)
        let notAbove = count("LessOrEqual", &self)
        let middle = node("Div", [node("Add", [cast(below, .double), cast(node("Sub", [notAbove, whole(1)]), .double)]), number(2)])
        let lower = node("Max", [node("Sub", [below, whole(1)]), whole(0)])
        let upper = node("Min", [below, cast(last, .int64)])
        func value(_ place: String, _ graph: inout ONNXGraphBuilder) -> String {
            graph.node("GatherElements", [own, place], [("axis", .integer(1))])
        }
        let (low, high) = (value(lower, &self), value(upper, &self))
        let share = node("Div", [node("Sub", [x, low]), node("Sub", [high, low])])
        let between = node("Add", [cast(lower, .double), share])
        let isTied = node("Greater", [notAbove, below])
        let place = node("Where", [isTied, middle, between])
        let scaled = node("Div", [place, last])
        let isBeyond = node("And", [node("Not", [isTied]), node("Greater", [cast(below, .double), last])])
        let isFirst = node("And", [node("Not", [isTied]), node("Less", [below, whole(1)])])
        let inside = node("Where", [isFirst, number(0), node("Where", [isBeyond, number(1), scaled])])
        // A group of one value has no ranks.
        return node("Where", [node("Less", [last, number(0.5)]), number(0.5), inside])
    }

    /// Linear between order statistics at a share of the way from the first to the last.
    private mutating func quantile(_ sorted: [Double], _ rank: String) -> String {
        let last = sorted.count - 1
        let position = node("Mul", [rank, number(Double(last))])
        let index = node("Max", [node("Min", [cast(position, .int64), whole(Int64(last))]), whole(0)])
        let next = node("Min", [node("Add", [index, whole(1)]), whole(Int64(last))])
        let values = constant(.doubles(sorted), shape: [sorted.count])
        let low = node("Gather", [values, index], [("axis", .integer(0))])
        let high = node("Gather", [values, next], [("axis", .integer(0))])
        let part = node("Sub", [position, cast(index, .double)])
        return node("Add", [low, node("Mul", [part, node("Sub", [high, low])])])
    }

    /// Of columns, rows × 1 each.
    private mutating func median(_ columns: [String]) -> String {
        guard columns.count > 1 else { return columns[0] }
        let all = node("Concat", columns, [("axis", .integer(1))])
        // The smallest ones, ascending, up to the upper middle.
        let middle = columns.count / 2
        let smallest = node(
            "TopK", [all, constant(.int64s([Int64(middle + 1)]), shape: [1])], [("axis", .integer(1)), ("largest", .integer(0))], outputs: 2)
        func column(_ place: Int, _ graph: inout ONNXGraphBuilder) -> String {
            graph.node("Gather", [smallest, graph.constant(.int64s([Int64(place)]), shape: [1])], [("axis", .integer(1))])
        }
        let upper = column(middle, &self)
        guard columns.count.isMultiple(of: 2) else { return upper }
        return node("Div", [node("Add", [column(middle - 1, &self), upper]), number(2)])
    }
}
