/// A message in Protocol Buffers' wire format, field by field in the order of the file, so that what is not understood is kept.
struct ProtobufMessage: Hashable, Sendable {
    enum Value: Hashable, Sendable {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        case data(ArraySlice<UInt8>)
    }

    var fields: [(number: Int, value: Value)]

    static func == (one: ProtobufMessage, other: ProtobufMessage) -> Bool { one.bytes == other.bytes }
    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    init() { fields = [] }

    /// Nil for bytes that are no message.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        fields = []
        while !rest.isEmpty {
            guard let key = Self.varint(&rest), let number = Int(exactly: key >> 3), number > 0 else { return nil }
            switch key & 7 {
            case 0:
                guard let value = Self.varint(&rest) else { return nil }
                fields.append((number, .varint(value)))
            case 1:
                guard rest.count >= 8 else { return nil }
                fields.append((number, .fixed64(rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })))
                rest = rest.dropFirst(8)
            case 2:
                guard let length = Self.varint(&rest).flatMap(Int.init(exactly:)), length <= rest.count else { return nil }
                fields.append((number, .data(rest.prefix(length))))
                rest = rest.dropFirst(length)
            case 5:
                guard rest.count >= 4 else { return nil }
                fields.append((number, .fixed32(rest.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })))
                rest = rest.dropFirst(4)
            default: return nil
            }
        }
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = rest.popFirst() {
            guard shift < 63 || (shift == 63 && byte < 2) else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    var bytes: [UInt8] {
        var writer = ProtobufWriter()
        for (number, value) in fields { writer.field(number, value) }
        return writer.bytes
    }

    func all(_ number: Int) -> [ArraySlice<UInt8>] {
        fields.compactMap { field in if field.number == number, case .data(let bytes) = field.value { bytes } else { nil } }
    }

    func text(_ number: Int) -> String? { all(number).last.flatMap { String(validating: $0, as: UTF8.self) } }
    func texts(_ number: Int) -> [String] { all(number).map { String(decoding: $0, as: UTF8.self) } }

    func integer(_ number: Int) -> Int64? {
        for field in fields.reversed() where field.number == number { if case .varint(let value) = field.value { return Int64(bitPattern: value) } }
        return nil
    }

    /// Packed or one by one.
    func integers(_ number: Int) -> [Int64]? {
        var found: [Int64] = []
        for field in fields where field.number == number {
            switch field.value {
            case .varint(let value): found.append(Int64(bitPattern: value))
            case .data(var packed):
                while !packed.isEmpty {
                    guard let value = Self.varint(&packed) else { return nil }
                    found.append(Int64(bitPattern: value))
                }
            default: return nil
            }
        }
        return found
    }

    func float(_ number: Int) -> Float? {
        for field in fields.reversed() where field.number == number { if case .fixed32(let value) = field.value { return Float(bitPattern: value) } }
        return nil
    }
}
