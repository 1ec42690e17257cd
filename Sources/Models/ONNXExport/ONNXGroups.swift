/// How an exported model tells which group a row belongs to.
public struct ONNXGroups: Hashable, Sendable {
    /// An input of the file, whether or not the model itself reads it: texts, or numbers where edges divide them or the model reads it as such.
    public let column: String
    /// In the order of their places; a group that is not among them has the place behind the last.
    public let names: [String]
    /// What the group of rows without a value is called.
    public let missing: String
    /// What divides a column of numbers, ascending, and what the groups are called that it makes: one more.
    public let intervals: (edges: [Double], names: [String])?

    public init(column: String, names: [String], missing: String, intervals: (edges: [Double], names: [String])? = nil) {
        precondition(intervals.map { $0.names.count == $0.edges.count + 1 && !$0.edges.isEmpty } ?? true, "one interval more than edges")
        (self.column, self.names, self.missing, self.intervals) = (column, names, missing, intervals)
    }

    func place(_ name: String) -> Int64 { Int64(names.firstIndex(of: name) ?? names.count) }

    public static func == (a: Self, b: Self) -> Bool {
        a.column == b.column && a.names == b.names && a.missing == b.missing && a.intervals?.edges == b.intervals?.edges
            && a.intervals?.names == b.intervals?.names
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(column)
        hasher.combine(names)
    }
}

extension ONNXGraphBuilder {
    /// Each row's place among the groups, rows × 1 of whole numbers; `x` are the attribute's values, of this element.
    ///
    /// - Parameter sign: what stands for a missing text.
    mutating func groups(_ groups: ONNXGroups, _ x: String, _ element: Element, sign: String) -> String {
        let count = Int64(groups.names.count)
        if element == .string {
            let known = groups.names.enumerated().filter { $0.element != sign }
            return node(
                "LabelEncoder", [x],
                [
                    ("default_tensor", .tensor(.int64s([count]))), ("keys_tensor", .tensor(.texts(known.map(\.element) + [sign]))),
                    ("values_tensor", .tensor(.int64s(known.map { Int64($0.offset) } + [groups.place(groups.missing)]))),
                ], domain: "ai.onnx.ml")
        }
        let axis = constant(.int64s([1]), shape: [1])
        let places: String
        if let (edges, names) = groups.intervals {
            let above = node("GreaterOrEqual", [x, constant(.doubles(edges), shape: [1, edges.count])])
            let interval = node("ReduceSum", [cast(above, .int64), axis], [("keepdims", .integer(1))])
            places = node("Gather", [constant(.int64s(names.map(groups.place)), shape: [names.count]), interval], [("axis", .integer(0))])
        } else {
            // Truth values are 0 and 1 in ONNX; whole numbers are called by themselves.
            let values = groups.names.map { $0 == "false" ? 0 : $0 == "true" ? 1 : Int64($0).map { Double($0) } ?? .nan }
            let isOwn = node("Equal", [x, constant(.doubles(values), shape: [1, values.count])])
            let distances = constant(.int64s(values.indices.map { Int64($0) - count }), shape: [1, values.count])
            let sum = node("ReduceSum", [node("Mul", [cast(isOwn, .int64), distances]), axis], [("keepdims", .integer(1))])
            places = node("Add", [sum, constant(.int64s([count]), shape: [1, 1])])
        }
        return node("Where", [node("IsNaN", [x]), constant(.int64s([groups.place(groups.missing)]), shape: [1, 1]), places])
    }

    /// Row `place` of a constant table for each row of `places`, rows × `width`.
    mutating func rows(of table: [Double], width: Int, _ places: String) -> String {
        let flat = node("Squeeze", [places, constant(.int64s([1]), shape: [1])])
        return node("Gather", [constant(.doubles(table), shape: [table.count / width, width]), flat], [("axis", .integer(0))])
    }
}
