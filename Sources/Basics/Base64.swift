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
        var text = String(text)
        return text.withUTF8 { unsafe decode($0) }
    }

    /// Of the units themselves.
    static func decode(_ units: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard units.count.isMultiple(of: 4) else { return nil }
        var padding = 0
        while padding < 2, padding < units.count, unsafe units[units.count - 1 - padding] == UInt8(ascii: "=") { padding += 1 }
        let values = values
        // What is no digit has a bit that no digit has.
        var found: UInt8 = 0
        var out = unsafe [UInt8](unsafeUninitializedCapacity: units.count / 4 * 3) { out, count in
            count = units.count / 4 * 3
            for block in 0..<units.count / 4 {
                // A padded digit counts as 0, and then must not have left a bit.
                func digit(_ place: Int) -> UInt8 {
                    let index = 4 * block + place
                    return index < units.count - padding ? unsafe values[Int(units[index])] : 0
                }
                let (first, second, third, fourth) = (digit(0), digit(1), digit(2), digit(3))
                found |= first | second | third | fourth
                unsafe out[3 * block] = first << 2 | second >> 4
                unsafe out[3 * block + 1] = second << 4 | third >> 2
                unsafe out[3 * block + 2] = third << 6 | fourth
            }
        }
        guard found < 64, out.suffix(padding).allSatisfy({ $0 == 0 }) else { return nil }
        out.removeLast(padding)
        return out
    }
}
