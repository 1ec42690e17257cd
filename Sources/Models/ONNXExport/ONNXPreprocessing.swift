/// Turns fitted transforms into ONNX nodes: each column is a part of a tensor, rows × width.
struct ONNXPreprocessing {
    private enum Value {
        /// Column `place` of a tensor of doubles of `width` columns.
        case number(String, place: Int, width: Int)
        case text(String)
        case time(String)
    }

    private(set) var graph = ONNXGraphBuilder()
    private var columns: [(name: String, value: Value)] = []

    init(input: FeatureSchema) {
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
    }

    private mutating func number(_ value: Double) -> String { graph.constant(.doubles([value]), shape: [1, 1]) }
    private mutating func cast(_ tensor: String, _ element: ONNXGraphBuilder.Element) -> String {
        graph.node("Cast", [tensor], [("to", .integer(element.rawValue))])
    }

    private mutating func single(_ tensor: String, _ place: Int, _ width: Int) -> String {
        width == 1 ? tensor : graph.node("Gather", [tensor, graph.constant(.int64s([Int64(place)]), shape: [1])], [("axis", .integer(1))])
    }

    mutating func add(_ transform: FittedTransform) throws(ModelError) {
        guard let index = columns.firstIndex(where: { $0.name == transform.column }) else {
            throw ONNXExport.unsupported("there is no column '\(transform.column)' to prepare")
        }
        let made: [Value]
        switch (transform.operation, columns[index].value) {
        case (let operation, .number(let tensor, let place, let width)): made = try numeric(operation, single(tensor, place, width))
        case (let operation, .text(let tensor)): made = try textual(operation, tensor, transform.column)
        case (.dateParts(let parts), .time(let tensor)): made = dateParts(parts, tensor)
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
            return [.number(filled, place: 0, width: 1)] + (indicator ? [.number(cast(missing, .double), place: 0, width: 1)] : [])
        case .scale(let center, let scale): result = graph.node("Div", [graph.node("Sub", [x, number(center)]), number(scale)])
        case .bin(let edges):
            if edges.isEmpty {
                result = graph.node("Mul", [x, number(0)])
            } else {
                let above = graph.node("GreaterOrEqual", [x, graph.constant(.doubles(edges), shape: [1, edges.count])])
                let count = graph.node("ReduceSum", [cast(above, .double), graph.constant(.int64s([1]), shape: [1])], [("keepdims", .integer(1))])
                result = graph.node("Where", [graph.node("IsNaN", [x]), x, count])
            }
        default: throw ONNXExport.unsupported("a number is prepared as something else")
        }
        return [.number(result, place: 0, width: 1)]
    }

    private mutating func textual(_ operation: FittedTransform.Operation, _ x: String, _ column: String) throws(ModelError) -> [Value] {
        func check(_ categories: [String], _ unseen: FittedTransform.Unseen) throws(ModelError) {
            guard !categories.contains("") else {
                throw ONNXExport.unsupported("column '\(column)' has the empty text as a category, which stands for a missing value in ONNX")
            }
            guard unseen != .error else {
                throw ONNXExport.unsupported("an unseen category of column '\(column)' is an error, which ONNX has no way to say")
            }
        }
        switch operation {
        case .fillText(let fill, let indicator):
            let missing = graph.node("Equal", [x, graph.constant(.texts([""]), shape: [1, 1])])
            let filled = graph.node("Where", [missing, graph.constant(.texts([fill]), shape: [1, 1]), x])
            return [.text(filled)] + (indicator ? [.number(cast(missing, .double), place: 0, width: 1)] : [])
        case .oneHot(let categories, let other, let unseen):
            try check(categories, other ? .neutral : unseen)
            let width = categories.count + (other ? 1 : 0)
            let places = lookUp(x, categories + [""], (0..<categories.count).map { Double($0) } + [-1], other ? Double(categories.count) : -1)
            let order = graph.constant(.doubles((0..<width).map { Double($0) }), shape: [1, width])
            let flags = cast(graph.node("Equal", [places, order]), .double)
            return (0..<width).map { .number(flags, place: $0, width: width) }
        case .lookUp(let names, let categories, let values, let neutral, let missing, let unseen):
            try check(categories, unseen)
            return names.indices.map { output in
                let table = lookUp(
                    x, categories + [""], values.map { $0[output] } + [missing[output]], unseen == .missing ? missing[output] : neutral[output])
                return .number(table, place: 0, width: 1)
            }
        case .hashText(let buckets): return hash(x, buckets)
        default: throw ONNXExport.unsupported("a category is prepared as something else")
        }
    }

    private mutating func lookUp(_ x: String, _ keys: [String], _ values: [Double], _ otherwise: Double) -> String {
        graph.node(
            "LabelEncoder", [x],
            [("default_tensor", .tensor(.doubles([otherwise]))), ("keys_tensor", .tensor(.texts(keys))), ("values_tensor", .tensor(.doubles(values)))],
            domain: "ai.onnx.ml")
    }

    /// Words are split, hashed and counted by bucket.
    private mutating func hash(_ x: String, _ buckets: Int) -> [Value] {
        let flat = graph.node("Reshape", [x, graph.constant(.int64s([-1]), shape: [1])])
        let words = graph.nodes("StringSplit", [flat], outputs: 2)[0]
        let hashes = graph.node("MurmurHash3", [words], [("positive", .integer(1)), ("seed", .integer(0))], domain: "com.microsoft")
        let rests = graph.node("Mod", [cast(hashes, .int64), graph.constant(.int64s([Int64(buckets)]), shape: [1, 1])])
        let last = graph.constant(.int64s([2]), shape: [1])
        let order = graph.constant(.int64s((0..<buckets).map { Int64($0) }), shape: [1, 1, buckets])
        let matches = graph.node("Equal", [graph.node("Unsqueeze", [rests, last]), order])
        // Rows of fewer words are filled up with empty ones.
        let empty = graph.node("Equal", [words, graph.constant(.texts([""]), shape: [1, 1])])
        let present = graph.node("Not", [graph.node("Unsqueeze", [empty, last])])
        let hits = cast(graph.node("And", [matches, present]), .double)
        let counts = graph.node("ReduceSum", [hits, graph.constant(.int64s([1]), shape: [1])], [("keepdims", .integer(0))])
        return (0..<buckets).map { .number(counts, place: $0, width: buckets) }
    }

    /// The calendar in whole numbers, on days that a multiple of 400 years makes positive.
    private mutating func dateParts(_ parts: [FittedTransform.DatePart], _ x: String) -> [Value] {
        func whole(_ value: Int64) -> String { graph.constant(.int64s([value]), shape: [1, 1]) }
        func add(_ a: String, _ b: String) -> String { graph.node("Add", [a, b]) }
        func subtract(_ a: String, _ b: String) -> String { graph.node("Sub", [a, b]) }
        func times(_ a: String, _ b: Int64) -> String { graph.node("Mul", [a, whole(b)]) }
        func over(_ a: String, _ b: Int64) -> String { graph.node("Div", [a, whole(b)]) }
        func rest(_ a: String, _ b: Int64) -> String { subtract(a, times(over(a, b), b)) }
        let missing = graph.node("Equal", [x, whole(ONNXExport.missingTime)])
        // 64-bit microseconds reach 292,277 years either way; 731 eras of 400 years go beyond.
        let (eras, eraDays): (Int64, Int64) = (731, 146_097)
        let known = graph.node("Where", [missing, whole(0), x])
        // Floored division, without leaving 64 bits.
        let raw = over(known, 86_400_000_000)
        let isBefore = cast(graph.node("Less", [subtract(known, times(raw, 86_400_000_000)), whole(0)]), .int64)
        let day = subtract(raw, isBefore)
        let minutes = over(subtract(known, times(day, 86_400_000_000)), 60_000_000)
        let shifted = add(day, whole(719_468 + eras * eraDays))
        let era = over(shifted, eraDays)
        let ofEra = subtract(shifted, times(era, eraDays))
        let yearOfEra = over(add(subtract(ofEra, over(ofEra, 1460)), subtract(over(ofEra, 36_524), over(ofEra, 146_096))), 365)
        let fromMarch = subtract(ofEra, subtract(add(times(yearOfEra, 365), over(yearOfEra, 4)), over(yearOfEra, 100)))
        let place = over(add(times(fromMarch, 5), whole(2)), 153)
        let isLate = cast(graph.node("GreaterOrEqual", [place, whole(10)]), .int64)
        let month = subtract(add(place, whole(3)), times(isLate, 12))
        let year = add(subtract(add(yearOfEra, times(era, 400)), whole(eras * 400)), isLate)
        return parts.map { part in
            let value: String
            switch part {
            case .year: value = year
            case .quarter: value = add(over(subtract(month, whole(1)), 3), whole(1))
            case .month: value = month
            case .day: value = add(subtract(fromMarch, over(add(times(place, 153), whole(2)), 5)), whole(1))
            case .dayOfYear:
                // Years from 0 on, so that remainders are never negative.
                let positive = add(year, whole(eras * 400))
                func divides(_ by: Int64) -> String { cast(graph.node("Equal", [rest(positive, by), whole(0)]), .int64) }
                let leap = add(subtract(divides(4), divides(100)), divides(400))
                let early = subtract(fromMarch, whole(305))
                let late = add(add(fromMarch, whole(60)), leap)
                value = graph.node("Where", [graph.node("GreaterOrEqual", [place, whole(10)]), early, late])
            case .weekday: value = add(rest(add(day, whole(3 + 7 * 20_000_000)), 7), whole(1))
            case .hour: value = over(minutes, 60)
            case .minute: value = rest(minutes, 60)
            }
            return .number(graph.node("Where", [missing, number(.nan), cast(value, .double)]), place: 0, width: 1)
        }
    }

    /// All columns side by side, rows × features of doubles; a category is its code.
    mutating func features(_ schema: FeatureSchema) throws(ModelError) -> String {
        var parts: [String] = []
        var index = 0
        while index < columns.count {
            switch (columns[index].value, schema.features[index].type) {
            case (.number(let tensor, let place, let width), _):
                let isWhole =
                    place == 0 && index + width <= columns.count
                    && (0..<width).allSatisfy { offset in
                        if case .number(tensor, place: offset, width: width) = columns[index + offset].value { true } else { false }
                    }
                parts.append(isWhole ? tensor : single(tensor, place, width))
                index += isWhole ? width : 1
            case (.text(let tensor), .category(let categories)):
                guard !categories.contains("") else {
                    throw ONNXExport.unsupported("column '\(columns[index].name)' has the empty text as a category, which stands for a missing value in ONNX")
                }
                parts.append(lookUp(tensor, categories + [""], categories.indices.map { Double($0) } + [.nan], .nan))
                index += 1
            default: throw ONNXExport.unsupported("column '\(columns[index].name)' is not of the type it was")
            }
        }
        return parts.count == 1 ? parts[0] : graph.node("Concat", parts, [("axis", .integer(1))])
    }
}
