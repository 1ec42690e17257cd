/// Which letters are one letter in upper and lower case, by Unicode's simple folding as RE2 uses it.
enum CaseFolding {
    /// The letters that `(?i)` takes for `letter`, without itself.
    static func equivalents(of letter: Unicode.Scalar) -> [Unicode.Scalar] {
        if letter.value < 128, !"KkSs".unicodeScalars.contains(letter) {
            return letter.properties.isAlphabetic ? [Unicode.Scalar(UInt8(letter.value) ^ 0x20)] : []
        }
        if let group = groups[letter] { return group.filter { $0 != letter } }
        // The dotless i has an upper case, which is not its own.
        if letter == "\u{131}" { return [] }
        let properties = letter.properties
        return [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { text in
            let letters = text.unicodeScalars
            guard letters.count == 1, let other = letters.first, other != letter else { return nil }
            return other
        }
    }

    /// Those of which upper and lower case do not tell all: of three or more letters, or whose mapping is no single letter. Found by asking RE2 for
    /// every letter (Unicode 15).
    private static let irregular = [
        "Kk\u{212A}", "Ss\u{17F}", "\u{B5}\u{39C}\u{3BC}", "\u{C5}\u{E5}\u{212B}", "\u{1C4}\u{1C5}\u{1C6}", "\u{1C7}\u{1C8}\u{1C9}",
        "\u{1CA}\u{1CB}\u{1CC}", "\u{1F1}\u{1F2}\u{1F3}", "\u{345}\u{399}\u{3B9}\u{1FBE}", "\u{390}\u{1FD3}", "\u{398}\u{3B8}\u{3D1}\u{3F4}",
        "\u{3A9}\u{3C9}\u{2126}", "\u{3B0}\u{1FE3}", "\u{392}\u{3B2}\u{3D0}", "\u{395}\u{3B5}\u{3F5}", "\u{39A}\u{3BA}\u{3F0}",
        "\u{3A0}\u{3C0}\u{3D6}", "\u{3A1}\u{3C1}\u{3F1}", "\u{3A3}\u{3C2}\u{3C3}", "\u{3A6}\u{3C6}\u{3D5}", "\u{412}\u{432}\u{1C80}",
        "\u{414}\u{434}\u{1C81}", "\u{41E}\u{43E}\u{1C82}", "\u{421}\u{441}\u{1C83}", "\u{422}\u{442}\u{1C84}\u{1C85}", "\u{42A}\u{44A}\u{1C86}",
        "\u{462}\u{463}\u{1C87}", "\u{1C88}\u{A64A}\u{A64B}", "\u{1E60}\u{1E61}\u{1E9B}", "\u{DF}\u{1E9E}", "\u{1FB3}\u{1FBC}", "\u{1FC3}\u{1FCC}",
        "\u{1FF3}\u{1FFC}", "\u{FB05}\u{FB06}",
    ]

    private static let groups: [Unicode.Scalar: [Unicode.Scalar]] = {
        var all = irregular.map { Array($0.unicodeScalars) }
        // Greek vowels with an iota beside or below: eight of each row.
        for row: UInt32 in [0x1F80, 0x1F90, 0x1FA0] {
            all += (row..<row + 8).map { [$0, $0 + 8].compactMap { Unicode.Scalar($0) } }
        }
        return all.reduce(into: [:]) { groups, group in for letter in group { groups[letter] = group } }
    }()
}
