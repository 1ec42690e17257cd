/// Turns fitted transforms into ONNX nodes: each column is a part of a tensor, rows × width.
struct ONNXPreprocessing {
    private enum Value {
        /// Column `place` of a tensor of doubles of `width` columns.
        case number(String, place: Int, width: Int)
        /// rows × 1; the empty text is missing.
        case text(String)
        case time(String)
    }

    /// What the model itself reads.
    struct Features {
        /// Rows × features of doubles; a category is its code.
        let matrix: String
        /// For each categorical feature its codes as whole numbers, rows × 1; the count of categories where one is missing or was never seen.
        let categories: [Int: (codes: String, count: Int)]
    }

    private(set) var graph = ONNXGraphBuilder()
    private var columns: [(name: String, value: Value)] = []
    /// What stands for a missing text.
    private let sign: String
    private var places: [ONNXGroups: String] = [:]

    /// - Parameters:
    ///   - sign: what stands for a missing text; no category.
    ///   - groups: of attributes that are inputs beside the model's own columns, unless they are among them.
    init(input: FeatureSchema, sign: String, groups: [ONNXGroups] = []) {
        self.sign = sign
        for feature in input.features {
            switch feature.type {
            case .number, .boolean:
                graph.input(feature.name, .double)
                columns.append((feature.name, .number(feature.name, place: 0, width: 1)))
            case .category:
                graph.input(feature.name, .string)
                columns.append((feature.name, .text(feature.name)))
            case .timestamp:
                graph.input(feature.name, .int64)
                columns.append((feature.name, .time(feature.name)))
            }
        }
        for group in groups where !graph.hasInput(group.column) { graph.input(group.column, group.intervals == nil ? .string : .double) }
    }

    /// An input of numbers that is no column, by this name or with a number behind it. To be called before anything is added.
    mutating func input(wanted: String) -> String {
        let name = graph.outputName(wanted)
        graph.input(name, .double)
        return name
    }

    /// Each row's group, from the raw column.
    mutating func groups(_ groups: ONNXGroups) throws(ModelError) -> String {
        if let known = places[groups] { return known }
        guard let element = graph.element(of: groups.column), element != .int64 else {
            throw ONNXExport.unsupported("times of '\(groups.column)' form no groups")
        }
        let made = graph.groups(groups, groups.column, element, sign: sign)
        places[groups] = made
        return made
    }

    /// Moves numbers before anything else is done with them.
    mutating func repair(_ repair: ONNXRepair) throws(ModelError) {
        let groups = try groups(repair.groups)
        for index in columns.indices {
            guard let quantiles = repair.quantiles[columns[index].name], case .number(let tensor, let place, let width) = columns[index].value
            else { continue }
            let moved = graph.repaired(single(tensor, place, width), quantiles, level: repair.level, groups)
            columns[index].value = .number(moved, place: 0, width: 1)
        }
    }

    private mutating func number(_ value: Double) -> String { graph.constant(.doubles([value]), shape: [1, 1]) }
    private mutating func axes(_ all: Int64...) -> String { graph.constant(.int64s(all), shape: [all.count]) }

    private mutating func single(_ tensor: String, _ place: Int, _ width: Int) -> String {
        width == 1 ? tensor : graph.node("Gather", [tensor, axes(Int64(place))], [("axis", .integer(1))])
    }

    mutating func add(_ transform: FittedTransform) throws(ModelError) {
        guard let index = columns.firstIndex(where: { $0.name == transform.column }) else {
            throw ONNXExport.unsupported("there is no column '\(transform.column)' to prepare")
        }
        let made: [Value]
        switch (transform.operation, columns[index].value) {
        case (let operation, .number(let tensor, let place, let width)): made = try numeric(operation, single(tensor, place, width))
        case (let operation, .text(let tensor)): made = try textual(operation, tensor)
        case (.dateParts(let parts), .time(let tensor)): made = graph.dateParts(parts, tensor).map { .number($0, place: 0, width: 1) }
        default: throw ONNXExport.unsupported("column '\(transform.column)' is not of the type it was")
        }
        columns.replaceSubrange(index...index, with: zip(transform.produced, made).map { ($0, $1) })
    }

    private mutating func numeric(_ operation: FittedTransform.Operation, _ x: String) throws(ModelError) -> [Value] {
        let result: String
        switch operation {
        case .fillNumber(let fill, let indicator):
            let missing = graph.node("IsNaN", [x])
            let filled = graph.node("Where", [missing, number(fill), x])
            return [.number(filled, place: 0, width: 1)] + (indicator ? [.number(graph.cast(missing, .double), place: 0, width: 1)] : [])
        case .scale(let center, let scale): result = graph.node("Div", [graph.node("Sub", [x, number(center)]), number(scale)])
        case .bin(let edges):
            let missing = graph.node("IsNaN", [x])
            guard !edges.isEmpty else { return [.number(graph.node("Where", [missing, x, number(0)]), place: 0, width: 1)] }
            let above = graph.node("GreaterOrEqual", [x, graph.constant(.doubles(edges), shape: [1, edges.count])])
            let count = graph.node("ReduceSum", [graph.cast(above, .double), axes(1)], [("keepdims", .integer(1))])
            result = graph.node("Where", [missing, x, count])
        default: throw ONNXExport.unsupported("a number is prepared as something else")
        }
        return [.number(result, place: 0, width: 1)]
    }

    private mutating func textual(_ operation: FittedTransform.Operation, _ x: String) throws(ModelError) -> [Value] {
        switch operation {
        case .fillText(let fill, let indicator):
            let missing = isMissing(x)
            let filled = graph.node("Where", [missing, graph.constant(.texts([fill]), shape: [1, 1]), x])
            return [.text(filled)] + (indicator ? [.number(graph.cast(missing, .double), place: 0, width: 1)] : [])
        case .oneHot(let categories, let other, let unseen):
            let width = categories.count + (other ? 1 : 0)
            // Missing has no place; neither have those never seen, unless there is one for others.
            let places = codes(
                x, categories, missing: Int64(width), unseen: Int64(other ? categories.count : width), isError: unseen == .error && !other)
            let order = graph.constant(.int64s((0..<width).map { Int64($0) }), shape: [1, width])
            let flags = graph.cast(graph.node("Equal", [places, order]), .double)
            return (0..<width).map { .number(flags, place: $0, width: width) }
        case .lookUp(let names, let categories, let values, let neutral, let missing, let unseen, let other):
            let count = categories.count
            let places = codes(
                x, categories, missing: Int64(count), unseen: Int64(unseen == .missing && !other ? count : count + 1),
                isError: unseen == .error && !other)
            let table = graph.constant(.doubles(values.flatMap { $0 } + missing + neutral), shape: [count + 2, names.count])
            let flat = graph.node("Squeeze", [places, axes(1)])
            let looked = graph.node("Gather", [table, flat], [("axis", .integer(0))])
            return names.indices.map { .number(looked, place: $0, width: names.count) }
        case .hashText(let buckets):
            var words = x
            if !sign.isEmpty { words = graph.node("Where", [isMissing(x), graph.constant(.texts([""]), shape: [1, 1]), x]) }
            let counts = graph.hashedWords(words, buckets: buckets)
            return (0..<buckets).map { .number(counts, place: $0, width: buckets) }
        default: throw ONNXExport.unsupported("a category is prepared as something else")
        }
    }

    private mutating func isMissing(_ x: String) -> String { graph.node("Equal", [x, graph.constant(.texts([sign]), shape: [1, 1])]) }

    /// Categories' places, rows × 1. Where one that was never seen is an error, it gets an index that no row of a table has.
    private mutating func codes(_ x: String, _ categories: [String], missing: Int64, unseen: Int64, isError: Bool) -> String {
        let count = Int64(categories.count)
        let places = graph.node(
            "LabelEncoder", [x],
            [
                ("default_tensor", .tensor(.int64s([isError ? count + 1 : unseen]))), ("keys_tensor", .tensor(.texts(categories + [sign]))),
                ("values_tensor", .tensor(.int64s((0..<count).map { $0 } + [isError ? count : missing]))),
            ], domain: "ai.onnx.ml")
        guard isError else { return places }
        let known = graph.constant(.int64s((0..<count).map { $0 } + [missing]), shape: [categories.count + 1])
        return graph.node("Gather", [known, places], [("axis", .integer(0))])
    }

    /// All columns side by side.
    mutating func features(_ schema: FeatureSchema) throws(ModelError) -> Features {
        guard columns.map(\.name) == schema.names, !columns.isEmpty else {
            throw ModelError(.malformedArtifact, operation: "export the model", message: "its preprocessing does not make the columns that it reads")
        }
        var parts: [String] = []
        var categories: [Int: (codes: String, count: Int)] = [:]
        var index = 0
        while index < columns.count {
            switch (columns[index].value, schema.features[index].type) {
            case (.number(let tensor, let place, let width), .number), (.number(let tensor, let place, let width), .boolean):
                let isWhole =
                    place == 0 && index + width <= columns.count
                    && (0..<width).allSatisfy { offset in
                        if case .number(tensor, place: offset, width: width) = columns[index + offset].value { true } else { false }
                    }
                parts.append(isWhole ? tensor : single(tensor, place, width))
                index += isWhole ? width : 1
            case (.text(let tensor), .category(let known)):
                let places = codes(tensor, known, missing: Int64(known.count), unseen: Int64(known.count), isError: false)
                categories[index] = (places, known.count)
                let absent = graph.node("Equal", [places, graph.constant(.int64s([Int64(known.count)]), shape: [1, 1])])
                parts.append(graph.node("Where", [absent, number(.nan), graph.cast(places, .double)]))
                index += 1
            default: throw ONNXExport.unsupported("column '\(columns[index].name)' is not of the type it was")
            }
        }
        return Features(matrix: parts.count == 1 ? parts[0] : graph.node("Concat", parts, [("axis", .integer(1))]), categories: categories)
    }
}
