internal import Frames

/// Which features go into which input of an ONNX model, and in what blocks.
struct ONNXLayout: Sendable {
    struct Slot: Sendable {
        let input: String
        let element: ONNXElement
        /// 1 for a list of rows, 2 for rows × columns.
        let rank: Int
        /// Places among the predictor's features.
        let features: Range<Int>
    }

    let slots: [Slot]
    let names: [String]
    /// How many rows go to the model in one call.
    let blockRows: Int
    private let isFixed: Bool
    private let missing: ONNXPredictor.Missing

    private static let freeBlockRows = 8192
    /// Matrix products take other ways for a single row, with other bits: no block has fewer rows than this, the last one repeated.
    private static let fewestRows = 8

    init(_ model: ONNXModel, columns: [String: [String]], missing: ONNXPredictor.Missing, frame: Frame?) throws(ModelError) {
        if let unknown = columns.keys.sorted().first(where: { name in !model.inputs.contains { $0.name == name } }) {
            throw ONNXLayout.unsupported(
                "columns are given for input '\(unknown)', but its inputs are \(model.inputs.map { "'\($0.name)'" }.joined(separator: ", "))")
        }
        var slots: [Slot] = []
        var names: [String] = []
        var fixed: Int?
        for port in model.inputs {
            guard case .tensor(let element, let shape) = port.kind else {
                throw ONNXLayout.unsupported("input '\(port)' takes no columns: only float, double, int64, int32, bool and string tensors do")
            }
            guard shape.count == 1 || shape.count == 2 else {
                throw ONNXLayout.unsupported("input '\(port)' has \(shape.count) axes, and a table has rows × columns")
            }
            if case .fixed(let rows) = shape[0] {
                guard rows > 0, fixed == nil || fixed == rows else {
                    throw ONNXLayout.unsupported("its inputs take \(fixed ?? 0) and \(rows) rows at once, so no block of rows fits them all")
                }
                fixed = rows
            }
            let taken = try Self.columns(port, shape, given: columns[port.name], isOnly: model.inputs.count == 1, frame: frame)
            if let twice = taken.first(where: names.contains) { throw ONNXLayout.unsupported("column '\(twice)' goes into two places of it") }
            slots.append(Slot(input: port.name, element: element, rank: shape.count, features: names.count..<(names.count + taken.count)))
            names += taken
        }
        guard !names.isEmpty else { throw ONNXLayout.unsupported("it has no inputs") }
        self.slots = slots
        self.names = names
        blockRows = fixed ?? Self.freeBlockRows
        isFixed = fixed != nil
        self.missing = missing
    }

    /// The columns of one input: those given; its own name for one column; all columns of a table that has as many as the only input takes.
    private static func columns(_ port: ONNXPort, _ shape: [ONNXDimension], given: [String]?, isOnly: Bool, frame: Frame?) throws(ModelError)
        -> [String]
    {
        var width: Int?
        if shape.count == 1 {
            width = 1
        } else if case .fixed(let columns) = shape[1] {
            width = columns
        }
        if let given {
            guard width == nil || given.count == width, !given.isEmpty else {
                throw unsupported("input '\(port.name)' takes \(width ?? 0) columns, and \(given.count) are given for it")
            }
            if let twice = given.indices.first(where: { given[..<$0].contains(given[$0]) }) {
                throw unsupported("column '\(given[twice])' is given twice for input '\(port.name)'")
            }
            return given
        }
        guard let frame else { throw unsupported("it is not said which columns its input '\(port.name)' takes") }
        if width == 1, !isOnly || frame.columns.contains(where: { $0.name == port.name }) { return [port.name] }
        if isOnly, width == nil || width == frame.columns.count { return frame.columns.map(\.name) }
        let count = width.map { "\($0) columns" } ?? "any number of columns"
        throw unsupported(
            "input '\(port.name)' takes \(count) and does not name them, while the table has \(frame.columns.count): say which columns, in order")
    }

    /// The features as they are in `frames`, with the categories in use in any of them.
    func schema(of frames: [Frame]) throws(ModelError) -> FeatureSchema {
        var features: [FeatureSchema.Feature] = []
        for slot in slots {
            for name in names[slot.features] {
                var categories: Set<[UInt8]> = []
                var types: Set<FeatureSchema.FeatureType> = []
                for frame in frames {
                    let column = try frame.feature(name)
                    if column.missingCount == column.count { continue }
                    switch (column.values, slot.element) {
                    case (.category(_, let texts), .string):
                        categories.formUnion(texts.map { Array($0.utf8) })
                        types.insert(.category([]))
                    case (.timestamp, .int64) where missing.integer != nil: types.insert(.timestamp)
                    case (.boolean, let element) where element != .string: types.insert(.boolean)
                    case (.integer, let element) where element != .string && element != .bool: types.insert(.number)
                    case (.double, let element) where element != .string && element != .bool: types.insert(.number)
                    default:
                        throw ModelError(
                            .wrongType, operation: "read the features", feature: name,
                            message: "column '\(name)' has \(column.kind.rawValue), but input '\(slot.input)' takes \(slot.element.name)")
                    }
                }
                guard types.count < 2 else {
                    throw ModelError(
                        .wrongType, operation: "read the features", feature: name,
                        message: "column '\(name)' has numbers in one table and truth values in another")
                }
                let texts = categories.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
                // A column without any value: whatever the input takes.
                let empty: FeatureSchema.FeatureType = slot.element == .string ? .category([]) : slot.element == .bool ? .boolean : .number
                let type = types.first ?? empty
                features.append(FeatureSchema.Feature(name: name, type: type == .category([]) ? .category(texts) : type))
            }
        }
        return FeatureSchema(features)
    }

    /// How many rows a block of `count` is made up to.
    func paddedCount(_ count: Int) -> Int { isFixed ? blockRows : max(count, Self.fewestRows) }

    /// One block of encoded rows as the model's inputs. `firstRow` is the block's place in the table, for messages.
    func tensors(_ rows: [Double], count: Int, schema: FeatureSchema, firstRow: Int) throws(ModelError) -> [String: ONNXTensor] {
        let width = names.count
        let padded = paddedCount(count)
        var tensors: [String: ONNXTensor] = [:]
        for slot in slots {
            var numbers: [Double] = []
            numbers.reserveCapacity(padded * slot.features.count)
            for row in 0..<padded {
                let start = min(row, count - 1) * width
                numbers += rows[(start + slot.features.lowerBound)..<(start + slot.features.upperBound)]
            }
            let reading = ONNXSlotReading(slot: slot, schema: schema, missing: missing, firstRow: firstRow)
            let shape = slot.rank == 1 ? [padded] : [padded, slot.features.count]
            tensors[slot.input] = ONNXTensor(shape: shape, try reading.values(numbers))
        }
        return tensors
    }

    /// As many rows as the smallest block has, of zeros and empty texts.
    func zeros() -> [String: ONNXTensor] {
        let rows = paddedCount(0)
        var tensors: [String: ONNXTensor] = [:]
        for slot in slots {
            let count = rows * slot.features.count
            let values: ONNXTensor.Values =
                switch slot.element {
                case .float: .float(Array(repeating: 0, count: count))
                case .double: .double(Array(repeating: 0, count: count))
                case .int64: .int64(Array(repeating: 0, count: count))
                case .int32: .int32(Array(repeating: 0, count: count))
                case .bool: .bool(Array(repeating: false, count: count))
                case .string: .string(Array(repeating: "", count: count))
                }
            tensors[slot.input] = ONNXTensor(shape: slot.rank == 1 ? [rows] : [rows, slot.features.count], values)
        }
        return tensors
    }

    private static func unsupported(_ reason: String) -> ModelError { ModelError(.unsupportedModel, operation: "apply the model", message: reason) }
}

/// Turns the encoded numbers of one input's features into its elements.
private struct ONNXSlotReading {
    let slot: ONNXLayout.Slot
    let schema: FeatureSchema
    let missing: ONNXPredictor.Missing
    let firstRow: Int

    func values(_ numbers: [Double]) throws(ModelError) -> ONNXTensor.Values {
        switch slot.element {
        case .float: return .float(try singles(numbers))
        case .double: return .double(numbers)
        case .int64: return .int64(try whole(numbers, missing: missing.integer))
        case .int32: return .int32(try whole(numbers, missing: missing.integer.flatMap { Int32(exactly: $0) }))
        case .bool:
            try checkPresent(numbers)
            return .bool(numbers.map { $0 != 0 })
        case .string:
            if missing.text == nil { try checkPresent(numbers) }
            let categories = schema.features[slot.features].map { feature -> [String] in
                if case .category(let texts) = feature.type { texts } else { [] }
            }
            return .string(numbers.enumerated().map { $1.isNaN ? missing.text ?? "" : categories[$0 % categories.count][Int($1)] })
        }
    }

    /// Numbers of 32 bits; what is beyond their range would silently become infinity.
    private func singles(_ numbers: [Double]) throws(ModelError) -> [Float] {
        let singles = numbers.map { Float($0) }
        guard !numbers.areWithin(Double(Float.greatestFiniteMagnitude)), let place = singles.firstIndex(where: \.isInfinite) else { return singles }
        let name = name(place)
        throw ModelError(
            .infiniteValue, operation: "apply the model", feature: name,
            message: "feature '\(name)' is infinite or beyond ±3.4e38 in row \(row(place)), and input '\(slot.input)' takes \(slot.element.name)")
    }

    private func whole<Number: FixedWidthInteger>(_ numbers: [Double], missing: Number?) throws(ModelError) -> [Number] {
        if missing == nil { try checkPresent(numbers) }
        var all: [Number] = []
        all.reserveCapacity(numbers.count)
        for (place, number) in numbers.enumerated() {
            if number.isNaN, let missing {
                all.append(missing)
                continue
            }
            guard let whole = Number(exactly: number) else {
                let name = name(place)
                throw ModelError(
                    .wrongType, operation: "apply the model", feature: name,
                    message: "feature '\(name)' is \(number) in row \(row(place)), and input '\(slot.input)' takes \(slot.element.name)")
            }
            all.append(whole)
        }
        return all
    }

    private func checkPresent(_ numbers: [Double]) throws(ModelError) {
        guard let place = numbers.firstIndex(where: \.isNaN) else { return }
        let name = name(place)
        throw ModelError(
            .missingValue, operation: "apply the model", feature: name,
            message: "feature '\(name)' is missing in row \(row(place)), and ONNX has no missing \(slot.element.name)")
    }

    private func name(_ place: Int) -> String { schema.features[slot.features.lowerBound + place % slot.features.count].name }
    private func row(_ place: Int) -> Int { firstRow + place / slot.features.count + 1 }
}
