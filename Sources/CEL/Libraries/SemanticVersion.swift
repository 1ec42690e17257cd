/// A version of three numbers with optional pre-release and build identifiers (Semantic Versioning 2.0.0).
struct SemanticVersion: OpaqueValue {
    static let type = CELType.abstract("kubernetes.Semver", [])

    /// Numeric identifiers are less than others.
    private enum Identifier: Hashable, Comparable {
        case number(UInt64)
        case text([UInt8])

        static func < (left: Identifier, right: Identifier) -> Bool {
            switch (left, right) {
            case (.number(let a), .number(let b)): a < b
            case (.text(let a), .text(let b)): a.lexicographicallyPrecedes(b)
            case (.number, .text): true
            case (.text, .number): false
            }
        }
    }

    /// Major, minor and patch.
    let numbers: [UInt64]
    private let preRelease: [Identifier]
    let text: String

    var type: CELType { Self.type }

    /// Nil for what is no version. Numbers are those of 64 bits.
    init?(parsing text: String) {
        let (core, build) = Self.cut(text[...], at: "+")
        let (version, preRelease) = Self.cut(core, at: "-")
        let numbers = version.split(separator: ".", omittingEmptySubsequences: false).map { Self.number($0) }
        guard numbers.count == 3, numbers.allSatisfy({ $0 != nil }) else { return nil }
        self.numbers = numbers.compactMap { $0 }
        var identifiers: [Identifier] = []
        for part in preRelease?.split(separator: ".", omittingEmptySubsequences: false) ?? [] {
            guard Self.isIdentifier(part) else { return nil }
            if part.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                guard let number = Self.number(part) else { return nil }
                identifiers.append(.number(number))
            } else {
                identifiers.append(.text(Array(part.utf8)))
            }
        }
        self.preRelease = identifiers
        let isBuild = build?.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { Self.isIdentifier($0) } ?? true
        guard isBuild else { return nil }
        self.text = text
    }

    /// Takes `v1.2` and `01.2.3` too: without the `v`, without leading zeros, and with zeros for the numbers that lack.
    init?(normalizing text: String) {
        let parts = (text.hasPrefix("v") ? text.dropFirst() : text[...]).split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        if parts.count < 3, parts.contains(where: { $0.contains("-") || $0.contains("+") }) { return nil }
        let trimmed = parts.map { part in
            guard part.utf8.count > 1 else { return String(part) }
            let rest = part.drop { $0 == "0" }
            return (rest.utf8.first.map { (0x30...0x39).contains($0) } == true ? "" : "0") + rest
        }
        self.init(parsing: (trimmed + Array(repeating: "0", count: 3 - trimmed.count)).joined(separator: "."))
    }

    private static func cut(_ text: Substring, at separator: Unicode.Scalar) -> (Substring, Substring?) {
        guard let index = text.unicodeScalars.firstIndex(of: separator) else { return (text, nil) }
        return (text[..<index], text[text.unicodeScalars.index(after: index)...])
    }

    private static func number(_ text: Substring) -> UInt64? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || text.utf8.first != 0x30 else { return nil }
        return UInt64(text)
    }

    private static func isIdentifier(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    }

    /// Negative, zero or positive, as this one is less than the other, equal, or greater. Builds do not count; a pre-release is less than its release.
    func compared(to other: SemanticVersion) -> Int64 {
        for (left, right) in zip(numbers, other.numbers) where left != right { return left < right ? -1 : 1 }
        if preRelease == other.preRelease { return 0 }
        if preRelease.isEmpty || other.preRelease.isEmpty { return preRelease.isEmpty ? 1 : -1 }
        return preRelease.lexicographicallyPrecedes(other.preRelease) ? -1 : 1
    }

    func isEqual(to other: any OpaqueValue) -> Bool { (other as? SemanticVersion).map { compared(to: $0) == 0 } ?? false }
}
