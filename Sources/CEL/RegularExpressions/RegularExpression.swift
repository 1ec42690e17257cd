/// A regular expression in RE2's syntax, without back-references, matched in time linear in the text (Thompson 1968; Cox, "Regular Expression
/// Matching: the Virtual Machine Approach", 2009).
struct RegularExpression: Sendable {
    /// What a thread of the machine does next.
    enum Instruction: Sendable {
        case letter(Unicode.Scalar)
        /// One of `sets`.
        case set(Int)
        /// Two ways on, the better one first.
        case split(Int, Int)
        case jump(Int)
        case assert(Assertion)
        /// Keeps the position: 2n where group n begins, 2n + 1 where it ends.
        case save(Int)
        case match
    }

    enum Assertion: Sendable { case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary }

    struct Failure: Error, Hashable, Sendable { let message: String }

    /// Repetitions are written out, so their bounds are limited, also of one within another, as RE2 limits them.
    static let maximumRepetition = 1000
    static let maximumInstructions = 50_000

    let program: [Instruction]
    let sets: [LetterSet]
    /// How many groups keep what they match; the whole match, group 0, is not counted.
    let groupCount: Int

    init(_ pattern: String) throws(Failure) {
        var parser = RegularExpressionParser(pattern)
        let node = try parser.parse()
        guard node.repeats(within: Self.maximumRepetition) else { throw Failure(message: "repetitions of repetitions are too many") }
        var compiler = RegularExpressionCompiler()
        try compiler.emit(.group(node, 0))
        program = compiler.program + [.match]
        sets = parser.sets
        groupCount = parser.groupCount
    }

    /// Letters that a position accepts, with the ASCII ones at hand.
    struct LetterSet: Sendable {
        private let set: CharacterSet
        private let low: UInt64
        private let high: UInt64

        init(_ set: CharacterSet) {
            self.set = set
            var bits: [UInt64] = [0, 0]
            for value in 0..<UInt8(128) where set.contains(Unicode.Scalar(value)) { bits[Int(value) / 64] |= 1 << UInt64(value % 64) }
            (low, high) = (bits[0], bits[1])
        }

        func contains(_ letter: Unicode.Scalar) -> Bool {
            let value = letter.value
            return value < 64 ? low >> value & 1 == 1 : value < 128 ? high >> (value - 64) & 1 == 1 : set.contains(letter)
        }
    }
}
