/// What the elements of a tensor are, of the types that Proviso passes in and out. The numbers are ONNX's own.
public enum ONNXElement: Int32, Hashable, Sendable, CaseIterable {
    case float = 1
    case int32 = 6
    case int64 = 7
    case string = 8
    case bool = 9
    case double = 11

    /// As ONNX spells it in error messages and in netron: `tensor(float)`.
    public var name: String { "\(self)" }
}

/// How long a tensor is along one axis, as a model declares it.
public enum ONNXDimension: Hashable, Sendable, CustomStringConvertible {
    case fixed(Int)
    /// Whatever the caller gives; dimensions of one name are equal.
    case named(String)
    case free

    public var description: String {
        switch self {
        case .fixed(let length): String(length)
        case .named(let name): name
        case .free: "?"
        }
    }
}

/// An input or an output of a model.
public struct ONNXPort: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        case tensor(ONNXElement, shape: [ONNXDimension])
        /// Such as the maps from classes to probabilities that scikit-learn's exports end in.
        case sequence
        /// A tensor of an element that Proviso does not pass, or no tensor: a name for messages.
        case unsupported(String)
    }

    public let name: String
    public let kind: Kind

    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    public var description: String {
        switch kind {
        case .tensor(let element, let shape): "\(name): \(element.name)[\(shape.map(\.description).joined(separator: " × "))]"
        case .sequence: "\(name): sequence"
        case .unsupported(let type): "\(name): \(type)"
        }
    }
}

/// Numbers, truth values or texts in a block of some shape, the last axis fastest.
public struct ONNXTensor: Hashable, Sendable {
    public enum Values: Hashable, Sendable {
        case float([Float])
        case double([Double])
        case int32([Int32])
        case int64([Int64])
        case bool([Bool])
        case string([String])

        public var count: Int {
            switch self {
            case .float(let all): all.count
            case .double(let all): all.count
            case .int32(let all): all.count
            case .int64(let all): all.count
            case .bool(let all): all.count
            case .string(let all): all.count
            }
        }

        public var element: ONNXElement {
            switch self {
            case .float: .float
            case .double: .double
            case .int32: .int32
            case .int64: .int64
            case .bool: .bool
            case .string: .string
            }
        }
    }

    public let shape: [Int]
    public let values: Values

    /// `values` has as many elements as `shape` says.
    public init(shape: [Int], _ values: Values) {
        precondition(shape.reduce(1, *) == values.count, "as many elements as the shape says")
        self.shape = shape
        self.values = values
    }

    /// Numbers and truth values (0 and 1) as doubles; nil for texts.
    public var doubles: [Double]? {
        switch values {
        case .float(let all): all.map { Double($0) }
        case .double(let all): all
        case .int32(let all): all.map { Double($0) }
        case .int64(let all): all.map { Double($0) }
        case .bool(let all): all.map { $0 ? 1 : 0 }
        case .string: nil
        }
    }

    /// Whole numbers; nil for anything else.
    public var integers: [Int64]? {
        switch values {
        case .int32(let all): all.map { Int64($0) }
        case .int64(let all): all
        default: nil
        }
    }

    public var texts: [String]? { if case .string(let all) = values { all } else { nil } }
}

/// What a run of a model gave for one output.
public enum ONNXValue: Hashable, Sendable {
    case tensor(ONNXTensor)
    /// One map a row, all with these keys: rows × keys. Keys that are numbers are spelled in decimal.
    case maps(keys: [String], rows: Int, values: [Double])
}
