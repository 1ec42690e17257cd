/// Runs an expression over one text: all threads of the machine at once, the preferred ones first, each with the positions of its groups (Pike's
/// machine). The work for one match is bounded by the text's length times the program's.
struct RegularExpressionMatcher {
    /// Why a search has no answer.
    enum Interruption: Error {
        /// The work that was allowed is done.
        case exhausted
        /// Whoever asked does not want the answer any more.
        case cancelled
    }

    /// Where a group matched: a range of code points; nil where it had no part in the match.
    typealias Match = [Range<Int>?]

    let letters: [Unicode.Scalar]
    private let expression: RegularExpression
    /// Two positions for each group that is asked for, none where only the answer counts.
    private let slotCount: Int
    /// Steps of threads that may still be made.
    private(set) var allowance: UInt64
    /// Asked every few thousand steps.
    private let isCancelled: (@Sendable () -> Bool)?
    private var current: ThreadList
    private var next: ThreadList
    private var slots: [Int]
    private var open: [Visit] = []
    /// Whether a match can only begin where the text does.
    private let isAnchored: Bool

    private enum Visit {
        case thread(Int)
        case restore(slot: Int, position: Int)
    }

    /// - Parameter groups: how many groups' places are wanted; zero for the whole match only, nil for none at all.
    init(_ expression: RegularExpression, _ text: String, groups: Int?, allowance: UInt64, isCancelled: (@Sendable () -> Bool)?) {
        self.expression = expression
        letters = Array(text.unicodeScalars)
        slotCount = groups.map { 2 * (min($0, expression.groupCount) + 1) } ?? 0
        self.allowance = allowance
        self.isCancelled = isCancelled
        current = ThreadList(expression.program.count, slotCount)
        next = current
        slots = Array(repeating: -1, count: slotCount)
        if case .assert(.textStart) = expression.program[1] { isAnchored = true } else { isAnchored = false }
    }

    /// Whether some part of the text matches.
    mutating func matches() throws(Interruption) -> Bool { try search(from: 0) != nil }

    /// The first match at `start` or behind, leftmost and by Perl's preferences.
    mutating func firstMatch(from start: Int = 0) throws(Interruption) -> Match? {
        guard let found = try search(from: start) else { return nil }
        return stride(from: 0, to: found.count, by: 2).map { found[$0] >= 0 && found[$0 + 1] >= 0 ? found[$0]..<found[$0 + 1] : nil }
    }

    /// Matches one after another, at most `limit`. An empty one right behind another match does not count (as in Go and RE2).
    mutating func allMatches(limit: Int = .max) throws(Interruption) -> [Match] {
        var matches: [Match] = []
        var start = 0
        var last = -1
        while matches.count < limit, start <= letters.count, let match = try firstMatch(from: start), let whole = match[0] {
            if !(whole.isEmpty && whole.lowerBound == last) { matches.append(match) }
            last = whole.upperBound
            start = whole.upperBound > start ? whole.upperBound : start + 1
        }
        return matches
    }

    /// The slots of the best match; empty ones where none are wanted, nil for no match.
    private mutating func search(from start: Int) throws(Interruption) -> [Int]? {
        guard start == 0 || !isAnchored else { return nil }
        current.clear()
        var best: [Int]?
        var position = start
        while true {
            if best == nil, position == start || !isAnchored {
                for slot in slots.indices { slots[slot] = -1 }
                try add(0, at: position, toNext: false)
            }
            next.clear()
            let letter = position < letters.count ? letters[position] : nil
            step: for index in current.threads.indices {
                let thread = current.threads[index]
                switch expression.program[thread] {
                case .match:
                    best = current.slots(at: index)
                    // What comes behind is less preferred.
                    break step
                case .letter(let wanted):
                    guard letter == wanted else { continue step }
                case .set(let set):
                    guard let letter, expression.sets[set].contains(letter) else { continue step }
                default: continue step
                }
                current.read(index, into: &slots)
                try add(thread + 1, at: position + 1, toNext: true)
            }
            if slotCount == 0, best != nil { return best }
            swap(&current, &next)
            if position == letters.count || (current.threads.isEmpty && (best != nil || isAnchored)) { return best }
            position += 1
        }
    }

    /// Adds a thread and all that it leads to without reading, with the slots as they are then.
    private mutating func add(_ start: Int, at position: Int, toNext: Bool) throws(Interruption) {
        open.append(.thread(start))
        while let visit = open.popLast() {
            guard allowance > 0 else { throw .exhausted }
            allowance -= 1
            if allowance & 8191 == 0, isCancelled?() == true { throw .cancelled }
            guard case .thread(let thread) = visit else {
                if case .restore(let slot, let old) = visit { slots[slot] = old }
                continue
            }
            guard toNext ? next.visit(thread) : current.visit(thread) else { continue }
            switch expression.program[thread] {
            case .jump(let target): open.append(.thread(target))
            case .split(let first, let second):
                open.append(.thread(second))
                open.append(.thread(first))
            case .assert(let assertion): if holds(assertion, at: position) { open.append(.thread(thread + 1)) }
            case .save(let slot):
                if slot < slotCount {
                    open.append(.restore(slot: slot, position: slots[slot]))
                    slots[slot] = position
                }
                open.append(.thread(thread + 1))
            case .letter, .set, .match:
                if toNext { next.append(thread, slots) } else { current.append(thread, slots) }
            }
        }
    }

    private func holds(_ assertion: RegularExpression.Assertion, at position: Int) -> Bool {
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

    /// The states that the machine is in, each once, the preferred ones first.
    private struct ThreadList {
        /// Those that read a letter or have matched.
        private(set) var threads: [Int] = []
        private var isIn: [Bool]
        private var visited: [Int] = []
        /// One thread's after another's.
        private var slots: [Int] = []
        private let slotCount: Int

        init(_ count: Int, _ slotCount: Int) {
            isIn = Array(repeating: false, count: count)
            self.slotCount = slotCount
        }

        mutating func visit(_ thread: Int) -> Bool {
            guard !isIn[thread] else { return false }
            isIn[thread] = true
            visited.append(thread)
            return true
        }

        mutating func append(_ thread: Int, _ values: [Int]) {
            threads.append(thread)
            slots.append(contentsOf: values)
        }

        func read(_ index: Int, into values: inout [Int]) {
            for slot in 0..<slotCount { values[slot] = slots[index * slotCount + slot] }
        }

        func slots(at index: Int) -> [Int] { Array(slots[index * slotCount..<(index + 1) * slotCount]) }

        mutating func clear() {
            for thread in visited { isIn[thread] = false }
            visited.removeAll(keepingCapacity: true)
            threads.removeAll(keepingCapacity: true)
            slots.removeAll(keepingCapacity: true)
        }
    }
}
