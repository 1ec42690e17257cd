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
        let units = Array(text.utf8)
        guard units.count.isMultiple(of: 4) else { return nil }
        var padding = 0
        if units.last == UInt8(ascii: "=") { padding = units[units.count - 2] == UInt8(ascii: "=") ? 2 : 1 }
        var out: [UInt8] = []
        out.reserveCapacity(units.count / 4 * 3)
        let digits = units.count - padding
        var index = 0
        while index < units.count {
            var group: UInt32 = 0
            for position in index..<index + 4 {
                var value: UInt8 = 0
                if position < digits {
                    value = values[Int(units[position])]
                    guard value < 64 else { return nil }
                }
                group = group << 6 | UInt32(value)
            }
            let used = index + 4 <= digits ? 3 : 3 - padding
            if used == 2, group & 0xFF != 0 { return nil }
            if used == 1, group & 0xFFFF != 0 { return nil }
            for shift in [UInt32(16), 8, 0].prefix(used) { out.append(UInt8(truncatingIfNeeded: group >> shift)) }
            index += 4
        }
        return out
    }
}
