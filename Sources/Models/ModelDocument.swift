internal import Basics

/// A model file's content: what XGBoost writes as Universal Binary JSON or as JSON. Arrays of one kind of number stay flat.
enum ModelDocument {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case integers([Int64])
    case floats([Float])
    case array([ModelDocument])
    case object([String: ModelDocument])

    subscript(key: String) -> ModelDocument? { if case .object(let members) = self { members[key] } else { nil } }

    var text: String? { if case .text(let value) = self { value } else { nil } }
    var members: [String: ModelDocument]? { if case .object(let members) = self { members } else { nil } }

    var elements: [ModelDocument]? {
        switch self {
        case .array(let elements): elements
        case .integers(let all): all.map { .integer($0) }
        case .floats(let all): all.map { .number(Double($0)) }
        default: nil
        }
    }

    /// Whole numbers, however the writer chose to store them.
    var integers: [Int64]? {
        switch self {
        case .integers(let all): return all
        case .floats(let all):
            let whole = all.compactMap { Int64(exactly: $0) }
            return whole.count == all.count ? whole : nil
        case .array(let elements):
            let whole = elements.compactMap { element -> Int64? in
                switch element {
                case .integer(let value): value
                case .number(let value): Int64(exactly: value)
                case .bool(let flag): flag ? 1 : 0
                default: nil
                }
            }
            return whole.count == elements.count ? whole : nil
        default: return nil
        }
    }

    var floats: [Float]? {
        switch self {
        case .floats(let all): return all
        case .integers(let all): return all.map { Float($0) }
        case .array(let elements):
            let numbers = elements.compactMap { element -> Float? in
                switch element {
                case .integer(let value): Float(value)
                case .number(let value): Float(value)
                default: nil
                }
            }
            return numbers.count == elements.count ? numbers : nil
        default: return nil
        }
    }

    /// XGBoost writes most scalars as text.
    var number: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        case .text(let text): Double(text)
        default: nil
        }
    }

    init(_ json: JSONValue) {
        self =
            switch json {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .int(let value): .integer(value)
            case .double(let value): .number(value)
            case .string(let text): .text(text)
            case .array(let elements): .array(elements.map { ModelDocument($0) })
            case .object(let members): .object(members.mapValues { ModelDocument($0) })
            }
    }
}
