/// OpenSSH's comma-separated patterns (`ssh_config(5)`, PATTERNS): `*` stands for any characters, `?` for one, `!` in front excludes.
public struct PatternList: Hashable, Sendable, CustomStringConvertible {
    private struct Pattern: Hashable, Sendable {
        let scalars: [Unicode.Scalar]
        let excludes: Bool
    }

    private let patterns: [Pattern]
    public let description: String

    public init(_ text: String) {
        description = text
        patterns = text.split(separator: ",", omittingEmptySubsequences: true).map { part in
            let excludes = part.hasPrefix("!")
            return Pattern(scalars: Array(part.dropFirst(excludes ? 1 : 0).unicodeScalars), excludes: excludes)
        }
    }

    public var isEmpty: Bool { patterns.isEmpty }

    /// The first pattern that does not exclude: for a line without wildcards, whose name it is.
    public var firstName: String {
        patterns.first { !$0.excludes }.map { String(String.UnicodeScalarView($0.scalars)) } ?? description
    }

    /// One excluding pattern that fits outweighs all others.
    public func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var found = false
        for pattern in patterns where Self.fits(scalars, pattern.scalars) {
            if pattern.excludes { return false }
            found = true
        }
        return found
    }

    /// Linear in both lengths but for the last `*`, so that no pattern can stall the reader.
    private static func fits(_ text: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
        var textIndex = 0
        var patternIndex = 0
        var star: (pattern: Int, text: Int)?
        while textIndex < text.count {
            if patternIndex < pattern.count, pattern[patternIndex] == "*" {
                star = (patternIndex, textIndex)
                patternIndex += 1
            } else if patternIndex < pattern.count, pattern[patternIndex] == "?" || pattern[patternIndex] == text[textIndex] {
                patternIndex += 1
                textIndex += 1
            } else if let last = star {
                patternIndex = last.pattern + 1
                textIndex = last.text + 1
                star = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[patternIndex...].allSatisfy { $0 == "*" }
    }
}
