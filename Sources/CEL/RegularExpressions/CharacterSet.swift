/// Code points that one position of a pattern accepts.
struct CharacterSet: Sendable {
    private var ranges: [ClosedRange<UInt32>]
    private var categories: [@Sendable (Unicode.Scalar) -> Bool] = []
    var isInverted = false
    /// `(?i)`: letters of either case, by simple folding.
    var ignoresCase = false

    init(_ ranges: [ClosedRange<UInt32>] = []) { self.ranges = ranges }

    init(_ letter: Unicode.Scalar) { ranges = [letter.value...letter.value] }

    mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }
    mutating func insert(_ set: CharacterSet) { categories.append { set.contains($0) } }
    mutating func insert(category: @escaping @Sendable (Unicode.Scalar) -> Bool) { categories.append(category) }

    func contains(_ letter: Unicode.Scalar) -> Bool {
        var found = holds(letter)
        if !found, ignoresCase { found = CaseFolding.equivalents(of: letter).contains(where: holds) }
        return found != isInverted
    }

    private func holds(_ letter: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(letter.value) } || categories.contains { $0(letter) }
    }

    /// The one letter that the set accepts; nil for any other set.
    var letter: Unicode.Scalar? {
        guard !isInverted, !ignoresCase, categories.isEmpty, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return Unicode.Scalar(ranges[0].lowerBound)
    }

    static func range(_ first: Unicode.Scalar, _ last: Unicode.Scalar) -> ClosedRange<UInt32> { first.value...last.value }

    var inverted: CharacterSet {
        var set = self
        set.isInverted.toggle()
        return set
    }

    static let digit = CharacterSet([range("0", "9")])
    static let word = CharacterSet([range("0", "9"), range("A", "Z"), range("a", "z"), range("_", "_")])
    static let space = CharacterSet([range("\t", "\n"), range("\u{0C}", "\r"), range(" ", " ")])
    static let any = CharacterSet([0...0x10FFFF])
    static let anyButNewline = CharacterSet([range("\n", "\n")]).inverted

    /// `[:alpha:]` and its like (ASCII).
    static let named: [String: CharacterSet] = [
        "alnum": CharacterSet([range("0", "9"), range("A", "Z"), range("a", "z")]), "alpha": CharacterSet([range("A", "Z"), range("a", "z")]),
        "ascii": CharacterSet([0...0x7F]), "blank": CharacterSet([range("\t", "\t"), range(" ", " ")]),
        "cntrl": CharacterSet([0...0x1F, 0x7F...0x7F]), "digit": digit, "graph": CharacterSet([range("!", "~")]),
        "lower": CharacterSet([range("a", "z")]), "print": CharacterSet([range(" ", "~")]),
        "punct": CharacterSet([range("!", "/"), range(":", "@"), range("[", "`"), range("{", "~")]),
        "space": CharacterSet([range("\t", "\r"), range(" ", " ")]), "upper": CharacterSet([range("A", "Z")]), "word": word,
        "xdigit": CharacterSet([range("0", "9"), range("A", "F"), range("a", "f")]),
    ]

    /// `\p{…}`: a general category, a group of them, a script, or `Any`; nil if there is no such one.
    static func property(_ name: String) -> CharacterSet? {
        if name == "Any" { return any }
        if let ranges = UnicodeScripts.ranges(of: name) { return CharacterSet(ranges) }
        return category(name).map { category in
            var set = CharacterSet()
            set.insert(category: category)
            return set
        }
    }

    private static func category(_ name: String) -> (@Sendable (Unicode.Scalar) -> Bool)? {
        let groups: [Unicode.GeneralCategory: String] = [
            .uppercaseLetter: "Lu", .lowercaseLetter: "Ll", .titlecaseLetter: "Lt", .modifierLetter: "Lm", .otherLetter: "Lo",
            .nonspacingMark: "Mn", .spacingMark: "Mc", .enclosingMark: "Me", .decimalNumber: "Nd", .letterNumber: "Nl", .otherNumber: "No",
            .connectorPunctuation: "Pc", .dashPunctuation: "Pd", .openPunctuation: "Ps", .closePunctuation: "Pe", .initialPunctuation: "Pi",
            .finalPunctuation: "Pf", .otherPunctuation: "Po", .mathSymbol: "Sm", .currencySymbol: "Sc", .modifierSymbol: "Sk",
            .otherSymbol: "So", .spaceSeparator: "Zs", .lineSeparator: "Zl", .paragraphSeparator: "Zp", .control: "Cc", .format: "Cf",
            .surrogate: "Cs", .privateUse: "Co", .unassigned: "Cn",
        ]
        guard groups.values.contains(where: { $0 == name || $0.prefix(1) == name }) else { return nil }
        return { groups[$0.properties.generalCategory].map { $0 == name || $0.prefix(1) == name } ?? false }
    }
}
