extension PersonalData {
    /// The kinds that a text is, or holds somewhere within it: what stands by itself, not inside a longer word or number.
    ///
    /// Inside a text a card is written as one number or in three groups or more of three to seven digits, and an IBAN in capitals, together or in
    /// groups of four.
    public static func kinds(in text: String) -> Set<PersonalData> {
        var (digits, ats) = (0, 0)
        for byte in text.utf8 {
            if isDigit(byte) { digits += 1 }
            if byte == UInt8(ascii: "@") { ats += 1 }
        }
        // Most values have none of the forms: that is seen without a copy of them.
        guard ats > 0 || digits >= 13 || (digits >= 2 && text.utf8.count >= 15) else { return [] }
        var found: Set<PersonalData> = []
        if let whole = kind(of: text) { found.insert(whole) }
        let bytes = Array(text.utf8)
        guard bytes.count > 6 else { return found }
        if ats > 0, !found.contains(.email), holdsEmail(bytes) { found.insert(.email) }
        if digits >= 13, !found.contains(.paymentCard), holdsPaymentCard(bytes) { found.insert(.paymentCard) }
        if digits >= 2, bytes.count >= 15, !found.contains(.bankAccount), holdsBankAccount(bytes) { found.insert(.bankAccount) }
        return found
    }

    private static func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) || byte >= 0x80 }

    private static func holdsEmail(_ bytes: [UInt8]) -> Bool {
        for at in bytes.indices where bytes[at] == UInt8(ascii: "@") {
            var (start, end) = (at, at + 1)
            while start > 0, at - start < 64, isWord(bytes[start - 1]) || "._%+-".utf8.contains(bytes[start - 1]) { start -= 1 }
            while end < bytes.count, end - at <= 190, isWord(bytes[end]) || bytes[end] == 0x2E || bytes[end] == 0x2D { end += 1 }
            // A full stop or a dash behind it is the sentence's.
            while end > at + 1, !isWord(bytes[end - 1]) { end -= 1 }
            if isEmail(Array(bytes[start..<end])) { return true }
        }
        return false
    }

    private static func holdsPaymentCard(_ bytes: [UInt8]) -> Bool {
        for run in digitRuns(bytes) {
            for first in run.indices {
                var count = 0
                for last in first..<run.count {
                    count += run[last].count
                    guard count <= 19 else { break }
                    let groups = run[first...last]
                    guard count >= 13, groups.count == 1 || (groups.count >= 3 && groups.allSatisfy { (3...7).contains($0.count) }) else { continue }
                    if isPaymentCard(groups.flatMap { bytes[$0] }) { return true }
                }
            }
        }
        return false
    }

    /// Groups of digits with single blanks or hyphens between them, where no letter touches them.
    private static func digitRuns(_ bytes: [UInt8]) -> [[Range<Int>]] {
        var runs: [[Range<Int>]] = []
        var run: [Range<Int>] = []
        var at = 0
        while at < bytes.count {
            guard isDigit(bytes[at]) else {
                at += 1
                continue
            }
            var end = at
            while end < bytes.count, isDigit(bytes[end]) { end += 1 }
            let joins = run.last.map { $0.upperBound + 1 == at && (bytes[at - 1] == 0x20 || bytes[at - 1] == 0x2D) } ?? false
            if !joins, !run.isEmpty {
                runs.append(run)
                run = []
            }
            // Part of a word, a decimal number or a longer number with points: a group of its own kind that joins nothing.
            let touches = (at > 0 && (isWord(bytes[at - 1]) || bytes[at - 1] == 0x2E)) || (end < bytes.count && isWord(bytes[end]))
            if touches {
                if !run.isEmpty { runs.append(run) }
                run = []
            } else {
                run.append(at..<end)
            }
            at = end
        }
        return run.isEmpty ? runs : runs + [run]
    }

    private static func holdsBankAccount(_ bytes: [UInt8]) -> Bool {
        func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
        guard bytes.count >= 15 else { return false }
        for start in 0...(bytes.count - 15) where isCapital(bytes[start]) && (start == 0 || !isWord(bytes[start - 1])) {
            guard isCapital(bytes[start + 1]), isDigit(bytes[start + 2]), isDigit(bytes[start + 3]) else { continue }
            var compact: [UInt8] = []
            var at = start
            while at < bytes.count, compact.count <= 34 {
                let byte = bytes[at]
                if byte == 0x20, compact.count % 4 == 0, at + 1 < bytes.count, bytes[at + 1] != 0x20 {
                    at += 1
                    continue
                }
                guard isCapital(byte) || isDigit(byte) else { break }
                compact.append(byte)
                at += 1
                if at == bytes.count || !isWord(bytes[at]), isBankAccount(compact) { return true }
            }
        }
        return false
    }
}
