/// A regular expression in RE2's syntax, without back-references, matched in time linear in the text (Thompson 1968; Cox, "Regular Expression
/// Matching: the Virtual Machine Approach", 2009).
struct RegularExpression: Sendable {
    private let program: [Instruction]

    enum Instruction: Sendable {
        case letter(CharacterSet)
        case split(Int, Int)
        case jump(Int)
        case assert(Assertion)
        case match
    }

    enum Assertion: Sendable { case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary }

    struct Failure: Error, Hashable, Sendable { let message: String }

    /// Repetitions are written out, so their bounds are limited, as RE2 limits them.
    static let maximumRepetition = 1000
    static let maximumInstructions = 50_000

    init(_ pattern: String) throws(Failure) {
        var parser = RegularExpressionParser(pattern)
        var program: [Instruction] = []
        try Self.emit(try parser.parse(), into: &program)
        program.append(.match)
        self.program = program
    }

    private static func emit(_ node: RegularExpressionNode, into program: inout [Instruction]) throws(Failure) {
        guard program.count < maximumInstructions else { throw Failure(message: "the pattern is too large") }
        switch node {
        case .empty: break
        case .letter(let set): program.append(.letter(set))
        case .assertion(let assertion): program.append(.assert(assertion))
        case .sequence(let nodes): for node in nodes { try emit(node, into: &program) }
        case .choice(let nodes):
            var ends: [Int] = []
            for (index, node) in nodes.enumerated() {
                guard index < nodes.count - 1 else {
                    try emit(node, into: &program)
                    break
                }
                let split = program.count
                program.append(.split(split + 1, 0))
                try emit(node, into: &program)
                ends.append(program.count)
                program.append(.jump(0))
                program[split] = .split(split + 1, program.count)
            }
            for end in ends { program[end] = .jump(program.count) }
        case .repetition(let node, let minimum, let maximum):
            for _ in 0..<minimum { try emit(node, into: &program) }
            guard let maximum else {
                let split = program.count
                program.append(.split(split + 1, 0))
                try emit(node, into: &program)
                program.append(.jump(split))
                program[split] = .split(split + 1, program.count)
                return
            }
            var splits: [Int] = []
            for _ in minimum..<max(minimum, maximum) {
                splits.append(program.count)
                program.append(.split(program.count + 1, 0))
                try emit(node, into: &program)
            }
            for split in splits { program[split] = .split(split + 1, program.count) }
        }
    }

    /// Whether the pattern matches some part of `text`.
    func matches(_ text: String) -> Bool {
        let letters = Array(text.unicodeScalars)
        var current = ThreadList(program.count)
        var next = ThreadList(program.count)
        for position in 0...letters.count {
            // A match may begin anywhere.
            if add(0, at: position, letters, to: &current) { return true }
            guard position < letters.count else { break }
            let letter = letters[position]
            next.clear()
            for thread in current.threads {
                if case .letter(let set) = program[thread], set.contains(letter), add(thread + 1, at: position + 1, letters, to: &next) {
                    return true
                }
            }
            swap(&current, &next)
        }
        return false
    }

    /// Adds a thread and all that it leads to without reading; true if one of them is the match.
    private func add(_ start: Int, at position: Int, _ letters: [Unicode.Scalar], to list: inout ThreadList) -> Bool {
        var open = [start]
        while let thread = open.popLast() {
            guard list.insert(thread) else { continue }
            switch program[thread] {
            case .match: return true
            case .jump(let target): open.append(target)
            case .split(let first, let second): open += [second, first]
            case .assert(let assertion): if Self.holds(assertion, at: position, letters) { open.append(thread + 1) }
            case .letter: list.threads.append(thread)
            }
        }
        return false
    }

    private static func holds(_ assertion: Assertion, at position: Int, _ letters: [Unicode.Scalar]) -> Bool {
        func isWord(_ index: Int) -> Bool { letters.indices.contains(index) && CharacterSet.word.contains(letters[index]) }
        switch assertion {
        case .textStart: return position == 0
        case .textEnd: return position == letters.count
        case .lineStart: return position == 0 || letters[position - 1] == "\n"
        case .lineEnd: return position == letters.count || letters[position] == "\n"
        case .wordBoundary: return isWord(position - 1) != isWord(position)
        case .noWordBoundary: return isWord(position - 1) == isWord(position)
        }
    }

    /// The states that the machine is in, each once.
    private struct ThreadList {
        var threads: [Int] = []
        private var isIn: [Bool]
        private var visited: [Int] = []

        init(_ count: Int) { isIn = Array(repeating: false, count: count) }

        mutating func insert(_ thread: Int) -> Bool {
            guard !isIn[thread] else { return false }
            isIn[thread] = true
            visited.append(thread)
            return true
        }

        mutating func clear() {
            for thread in visited { isIn[thread] = false }
            visited.removeAll(keepingCapacity: true)
            threads.removeAll(keepingCapacity: true)
        }
    }
}
