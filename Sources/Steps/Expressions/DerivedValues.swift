import CEL
import Frames

/// Values of an expression, gathered as a column of one type.
struct DerivedValues: Sendable {
    let type: String
    private var integers: [Int64] = []
    private var doubles: [Double] = []
    private var booleans: [Bool] = []
    private var texts: [String?] = []
    private var validity: [Bool] = []

    init(_ type: String) { self.type = type }

    /// False if the value is not of the type.
    mutating func append(_ value: Value) -> Bool {
        if case .null = value {
            appendMissing()
            return true
        }
        switch (type, value) {
        case ("integer", .int(let number)): integers.append(number)
        case ("integer", .uint(let number)):
            guard let exact = Int64(exactly: number) else { return false }
            integers.append(exact)
        case ("float", .double(let number)): doubles.append(number)
        case ("float", .int(let number)): doubles.append(Double(number))
        case ("float", .uint(let number)): doubles.append(Double(number))
        case ("boolean", .bool(let flag)): booleans.append(flag)
        case ("timestamp", .timestamp(let time)):
            integers.append(time.seconds * 1_000_000 + Int64(time.nanoseconds) / 1000)
        case ("category", .string(let text)):
            texts.append(text)
            validity.append(true)
            return true
        default: return false
        }
        validity.append(true)
        return true
    }

    mutating func appendMissing() {
        validity.append(false)
        switch type {
        case "integer", "timestamp": integers.append(0)
        case "float": doubles.append(0)
        case "boolean": booleans.append(false)
        default: texts.append(nil)
        }
    }

    mutating func append(_ other: DerivedValues) {
        integers += other.integers
        doubles += other.doubles
        booleans += other.booleans
        texts += other.texts
        validity += other.validity
    }

    func column(_ name: String) -> Column {
        switch type {
        case "integer": Column(name, .integer(integers), validity: validity)
        case "timestamp": Column(name, .timestamp(integers), validity: validity)
        case "float": Column(name, .double(doubles), validity: validity)
        case "boolean": Column(name, .boolean(booleans), validity: validity)
        default: Column(name, texts: texts)
        }
    }
}
