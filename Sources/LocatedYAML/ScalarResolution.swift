/// YAML 1.2's core schema for plain scalars (YAML 1.2.2, section 10.3.2).
enum ScalarResolution {
    static func resolve(_ text: String) -> LocatedValue.Node {
        guard let initial = text.utf8.first else { return .null }
        switch initial {
        // With these begin the words below, and numbers.
        case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"),
            UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
            break
        default: guard isDigit(initial) else { return .string(text) }
        }
        switch text {
        case "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .double(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .double(-.infinity)
        case ".nan", ".NaN", ".NAN": return .double(.nan)
        default: break
        }
        let units = Array(text.utf8)
        guard let first = units.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || first == UInt8(ascii: ".") || isDigit(first)
        else { return .string(text) }
        if text.hasPrefix("0o"), let value = Int64(text.dropFirst(2), radix: 8), units[2] != UInt8(ascii: "-"), units[2] != UInt8(ascii: "+") {
            return .int(value)
        }
        if text.hasPrefix("0x"), let value = Int64(text.dropFirst(2), radix: 16), units[2] != UInt8(ascii: "-"), units[2] != UInt8(ascii: "+") {
            return .int(value)
        }
        if isInteger(units) {
            // More digits than 64 bits hold stay text, so that nothing is rounded unseen.
            return Int64(text).map { .int($0) } ?? .string(text)
        }
        if isFloat(units), let value = Double(text) { return .double(value) }
        return .string(text)
    }

    /// Words that YAML 1.1 readers take for booleans or numbers, and YAML 1.2 for strings: the famous `NO`.
    static func isAmbiguous(_ text: String) -> Bool {
        // All begin with one of these, and hardly a text does.
        switch text.utf8.first {
        case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "o"), UInt8(ascii: "O"): break
        case let first?: guard isDigit(first) else { return false }
        case nil: return false
        }
        switch text.lowercased() {
        case "y", "n", "yes", "no", "on", "off": return true
        default: break
        }
        let units = Array(text.utf8)
        if units.count > 1, units[0] == UInt8(ascii: "0"), units.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) { return true }
        // Sexagesimal numbers: 1:30.
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 1 && parts.allSatisfy { !$0.isEmpty && $0.count <= 2 && $0.utf8.allSatisfy(isDigit) }
    }

    private static func isDigit(_ unit: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(unit) }

    private static func isInteger(_ units: [UInt8]) -> Bool {
        let digits = units.first == UInt8(ascii: "-") || units.first == UInt8(ascii: "+") ? units.dropFirst() : units[...]
        return !digits.isEmpty && digits.allSatisfy(isDigit)
    }

    private static func isFloat(_ units: [UInt8]) -> Bool {
        var rest = units[...]
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = rest.prefix(while: isDigit)
            rest = rest.dropFirst(fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return false }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            let digits = rest.prefix(while: isDigit)
            guard !digits.isEmpty else { return false }
            rest = rest.dropFirst(digits.count)
        }
        return rest.isEmpty
    }
}
