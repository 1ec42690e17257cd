/// Stretches of time and numbers of bytes as people write them.
package enum SpecQuantities {
    /// Seconds of `90s`, `10m`, `1h30m` or `2d`: whole numbers with units, the larger ones first; nil for anything else, and for none at all.
    package static func seconds(_ text: String) -> Int64? {
        let units: [(Character, Int64)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
        var next = 0
        var digits = ""
        var total: Int64 = 0
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let place = units[next...].firstIndex(where: { $0.0 == character }), let count = Int64(digits), count <= 1_000_000_000 else {
                return nil
            }
            total += count * units[place].1
            (next, digits) = (place + 1, "")
        }
        return digits.isEmpty && total > 0 ? total : nil
    }

    /// Bytes of `100B`, `512MB` (powers of 1000) or `2GiB` (powers of 1024); nil for anything else.
    package static func bytes(_ text: String) -> Int64? {
        guard text.hasSuffix("B") else { return nil }
        var rest = text.dropLast()
        let isBinary = rest.last == "i"
        if isBinary { rest = rest.dropLast() }
        var factor: Int64 = 1
        if let letter = rest.last, let power = ["k", "M", "G", "T"].firstIndex(of: letter) {
            rest = rest.dropLast()
            for _ in 0...power { factor *= isBinary ? 1024 : 1000 }
        } else if isBinary {
            return nil
        }
        guard !rest.isEmpty, rest.allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int64(rest), count > 0 else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }
}
