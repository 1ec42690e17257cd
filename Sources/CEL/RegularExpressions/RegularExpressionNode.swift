/// A pattern as it was read.
indirect enum RegularExpressionNode {
    case empty
    case letter(Unicode.Scalar)
    /// One of the parser's sets.
    case set(Int)
    case assertion(RegularExpression.Assertion)
    case sequence([RegularExpressionNode])
    /// The first that leads to a match is taken.
    case choice([RegularExpressionNode])
    /// A group that keeps what it matches.
    case group(RegularExpressionNode, Int)
    /// `maximum` nil: without bound. A lazy one rather ends than goes on.
    case repetition(RegularExpressionNode, minimum: Int, maximum: Int?, isLazy: Bool)

    /// Whether it may match the empty text.
    var isNullable: Bool {
        switch self {
        case .empty, .assertion: true
        case .letter, .set: false
        case .sequence(let nodes): nodes.allSatisfy(\.isNullable)
        case .choice(let nodes): nodes.contains(where: \.isNullable)
        case .group(let node, _): node.isNullable
        case .repetition(let node, let minimum, _, _): minimum == 0 || node.isNullable
        }
    }

    /// Whether bounded repetitions, multiplied with those around them, stay within `limit`.
    func repeats(within limit: Int) -> Bool {
        switch self {
        case .empty, .assertion, .letter, .set: return true
        case .sequence(let nodes), .choice(let nodes): return nodes.allSatisfy { $0.repeats(within: limit) }
        case .group(let node, _): return node.repeats(within: limit)
        case .repetition(let node, let minimum, let maximum, _):
            let times = max(1, maximum ?? minimum)
            return limit / times > 0 && node.repeats(within: limit / times)
        }
    }
}

/// Writes patterns out as instructions; of two ways on, the one that Perl and RE2 prefer comes first.
struct RegularExpressionCompiler {
    private(set) var program: [RegularExpression.Instruction] = []

    mutating func emit(_ node: RegularExpressionNode) throws(RegularExpression.Failure) {
        guard program.count < RegularExpression.maximumInstructions else { throw RegularExpression.Failure(message: "the pattern is too large") }
        switch node {
        case .empty: break
        case .letter(let letter): program.append(.letter(letter))
        case .set(let set): program.append(.set(set))
        case .assertion(let assertion): program.append(.assert(assertion))
        case .sequence(let nodes): for node in nodes { try emit(node) }
        case .choice(let nodes): try choice(nodes)
        case .group(let node, let index):
            program.append(.save(2 * index))
            try emit(node)
            program.append(.save(2 * index + 1))
        case .repetition(let node, let minimum, let maximum?, let isLazy):
            for _ in 0..<minimum { try emit(node) }
            var splits: [Int] = []
            for _ in minimum..<max(minimum, maximum) {
                splits.append(try skippable(isLazy) { compiler throws(RegularExpression.Failure) in try compiler.emit(node) })
            }
            for split in splits { aim(split, at: program.count, isLazy) }
        case .repetition(let node, 0, nil, let isLazy) where !node.isNullable:
            let split = try skippable(isLazy) { compiler throws(RegularExpression.Failure) in try compiler.emit(node) }
            program.append(.jump(split))
            aim(split, at: program.count, isLazy)
        case .repetition(let node, 0, nil, let isLazy):
            // Of what may be empty, (x+)?: one round of nothing must not come before a longer match.
            let split = try skippable(isLazy) { compiler throws(RegularExpression.Failure) in
                try compiler.emit(.repetition(node, minimum: 1, maximum: nil, isLazy: isLazy))
            }
            aim(split, at: program.count, isLazy)
        case .repetition(let node, let minimum, nil, let isLazy):
            for _ in 1..<minimum { try emit(node) }
            let start = program.count
            try emit(node)
            let end = program.count + 1
            program.append(isLazy ? .split(end, start) : .split(start, end))
        }
    }

    private mutating func choice(_ nodes: [RegularExpressionNode]) throws(RegularExpression.Failure) {
        var ends: [Int] = []
        for node in nodes.dropLast() {
            let split = program.count
            program.append(.split(split + 1, 0))
            try emit(node)
            ends.append(program.count)
            program.append(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        if let last = nodes.last { try emit(last) }
        for end in ends { program[end] = .jump(program.count) }
    }

    /// A split before what `body` writes; where it leads around that is set later.
    private mutating func skippable(
        _ isLazy: Bool, _ body: (inout Self) throws(RegularExpression.Failure) -> Void
    ) throws(RegularExpression.Failure) -> Int {
        let split = program.count
        program.append(.split(split + 1, split + 1))
        try body(&self)
        return split
    }

    private mutating func aim(_ split: Int, at end: Int, _ isLazy: Bool) {
        program[split] = isLazy ? .split(end, split + 1) : .split(split + 1, end)
    }
}
