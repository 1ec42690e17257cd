/// Standard base64 (RFC 4648 §4), read strictly: what is signed must have one spelling only.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, unit) in alphabet.enumerated() { table[Int(unit)] = UInt8(value) }
        return table
    }()

    /// `padded: false` leaves out the closing `=`, as SSH fingerprints do.
    public static func encode(_ bytes: [UInt8], padded: Bool = true) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let first = bytes[index]
            let second = index + 1 < bytes.count ? bytes[index + 1] : 0
            let third = index + 2 < bytes.count ? bytes[index + 2] : 0
            let digits = [first >> 2, (first & 3) << 4 | second >> 4, (second & 15) << 2 | third >> 6, third & 63]
            let used = min(3, bytes.count - index) + 1
            for digit in digits[..<used] { out.append(alphabet[Int(digit)]) }
            if padded { for _ in used..<4 { out.append(UInt8(ascii: "=")) } }
            index += 3
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Nil unless `text` is the padded spelling of some bytes: no white space, no missing `=`, no stray bits in the last digit.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var units = Array(text.utf8)
        guard units.count.isMultiple(of: 4) else { return nil }
        var padding = 0
        // A padded digit counts as 0, and then must not have left a bit.
        while padding < 2, padding < units.count, units[units.count - 1 - padding] == UInt8(ascii: "=") {
            units[units.count - 1 - padding] = UInt8(ascii: "A")
            padding += 1
        }
        let values = values
        var out: [UInt8] = []
        out.reserveCapacity(units.count / 4 * 3)
        for index in stride(from: 0, to: units.count, by: 4) {
            let (first, second) = (values[Int(units[index])], values[Int(units[index + 1])])
            let (third, fourth) = (values[Int(units[index + 2])], values[Int(units[index + 3])])
            guard first | second | third | fourth < 64 else { return nil }
            out.append(first << 2 | second >> 4)
            out.append(second << 4 | third >> 2)
            out.append(third << 6 | fourth)
        }
        guard out.suffix(padding).allSatisfy({ $0 == 0 }) else { return nil }
        out.removeLast(padding)
        return out
    }
}
