/// A column of a `Frame`: values of one kind, some of which may be missing.
public struct Column: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case integer, double, boolean, category, timestamp
    }

    /// One element a row. The element of a missing row is zero, `false` or code 0, so that equal columns have equal values.
    public enum Values: Hashable, Sendable {
        case integer([Int64])
        case double([Double])
        case boolean([Bool])
        /// Codes into `categories`, which are unique and ordered by their UTF-8 bytes.
        case category(codes: [Int32], categories: [String])
        /// Microseconds since 1970-01-01T00:00:00Z.
        case timestamp([Int64])
    }

    public let name: String
    public let values: Values
    /// True where there is a value; nil if no row is missing.
    public let validity: [Bool]?

    /// `validity`, if given, has one element a row. Missing rows' elements are reset and unused categories dropped, whatever they were.
    public init(_ name: String, _ values: Values, validity: [Bool]? = nil) {
        self.name = name
        let missing = validity?.contains(false) == true ? validity : nil
        if let missing { precondition(missing.count == values.count, "one validity a row") }
        self.validity = missing
        self.values = values.normalized(validity: missing)
    }

    /// Texts as categories, told apart by their bytes as a file's are; nil is missing.
    public init(_ name: String, texts: [String?]) {
        var codes: [ByteText: Int32] = [:]
        var categories: [String] = []
        let coded = texts.map { text -> Int32 in
            guard let text else { return 0 }
            if let code = codes[ByteText(text)] { return code }
            codes[ByteText(text)] = Int32(categories.count)
            categories.append(text)
            return Int32(categories.count - 1)
        }
        self.init(name, .category(codes: coded, categories: categories), validity: texts.map { $0 != nil })
    }

    /// Numbers; nil is missing.
    public init(_ name: String, doubles: [Double?]) {
        self.init(name, .double(doubles.map { $0 ?? 0 }), validity: doubles.map { $0 != nil })
    }

    /// Whole numbers; nil is missing.
    public init(_ name: String, integers: [Int64?]) {
        self.init(name, .integer(integers.map { $0 ?? 0 }), validity: integers.map { $0 != nil })
    }

    /// Truth values; nil is missing.
    public init(_ name: String, booleans: [Bool?]) {
        self.init(name, .boolean(booleans.map { $0 ?? false }), validity: booleans.map { $0 != nil })
    }

    public var count: Int { values.count }

    public var kind: Kind {
        switch values {
        case .integer: .integer
        case .double: .double
        case .boolean: .boolean
        case .category: .category
        case .timestamp: .timestamp
        }
    }

    public func isMissing(_ row: Int) -> Bool { validity.map { !$0[row] } ?? false }
    public var missingCount: Int { validity?.count { !$0 } ?? 0 }

    /// The rows at `indices`, in their order; an index may come twice.
    public func selecting(rows indices: [Int]) -> Column {
        let picked: Values =
            switch values {
            case .integer(let all): .integer(indices.map { all[$0] })
            case .double(let all): .double(indices.map { all[$0] })
            case .boolean(let all): .boolean(indices.map { all[$0] })
            case .category(let all, let categories): .category(codes: indices.map { all[$0] }, categories: categories)
            case .timestamp(let all): .timestamp(indices.map { all[$0] })
            }
        return Column(name, picked, validity: validity.map { all in indices.map { all[$0] } })
    }

    /// The same column under another name.
    public func renamed(_ name: String) -> Column { Column(name, values, validity: validity) }

    /// Compares bits and bytes: a NaN equals itself, and texts that are only canonically equivalent differ.
    public static func == (left: Column, right: Column) -> Bool {
        guard left.name == right.name, left.validity == right.validity else { return false }
        if case .double(let first) = left.values, case .double(let second) = right.values {
            return first.count == second.count && zip(first, second).allSatisfy { $0.bitPattern == $1.bitPattern }
        }
        if case .category(let first, let names) = left.values, case .category(let second, let others) = right.values {
            return first == second && names.count == others.count && zip(names, others).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
        }
        return left.values == right.values
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(count)
    }
}

extension Column.Values {
    public var count: Int {
        switch self {
        case .integer(let all), .timestamp(let all): all.count
        case .double(let all): all.count
        case .boolean(let all): all.count
        case .category(let codes, _): codes.count
        }
    }

    /// What the cells say and nothing else: no value under a missing row, categories in use only, in the order of their bytes.
    fileprivate func normalized(validity: [Bool]?) -> Column.Values {
        func reset<Element>(_ all: [Element], _ zero: Element) -> [Element] {
            guard let validity else { return all }
            return zip(all, validity).map { $1 ? $0 : zero }
        }
        switch self {
        case .integer(let all): return .integer(reset(all, 0))
        case .timestamp(let all): return .timestamp(reset(all, 0))
        case .double(let all): return .double(reset(all, 0))
        case .boolean(let all): return .boolean(reset(all, false))
        case .category(let codes, let categories):
            var used = [Bool](repeating: false, count: categories.count)
            for (row, code) in codes.enumerated() where validity?[row] ?? true { used[Int(code)] = true }
            // Two entries of one text, or texts that are canonically equivalent, which Swift's String holds to be equal: compare bytes.
            let texts = Set(categories.indices.filter { used[$0] }.map { Array(categories[$0].utf8) })
                .sorted { $0.lexicographicallyPrecedes($1) }
            let places = Dictionary(uniqueKeysWithValues: texts.enumerated().map { ($1, Int32($0)) })
            let remapped = categories.indices.map { used[$0] ? places[Array(categories[$0].utf8)] ?? 0 : 0 }
            // Most columns are normal already.
            let isNormal = validity == nil && texts.count == categories.count && remapped == (0..<Int32(texts.count)).map { $0 }
            return .category(
                codes: isNormal ? codes : codes.enumerated().map { row, code in validity?[row] ?? true ? remapped[Int(code)] : 0 },
                categories: texts.map { String(decoding: $0, as: UTF8.self) })
        }
    }
}

/// Swift takes texts for equal that differ in their Unicode form only.
private struct ByteText: Hashable {
    private let text: String

    init(_ text: String) { self.text = text }

    static func == (one: ByteText, other: ByteText) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

    // Equal bytes have equal hashes of the text.
    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
