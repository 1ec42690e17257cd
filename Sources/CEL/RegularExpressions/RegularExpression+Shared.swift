import Synchronization

extension RegularExpression {
    private static let known = Mutex<[String: Result<RegularExpression, Failure>]>([:])
    /// Beyond it what is known is forgotten.
    private static let maximumKnown = 500

    /// The expression of a pattern. One that was read before is not read again: rules try the same few on many texts.
    static func shared(_ pattern: String) throws(Failure) -> RegularExpression {
        // Two spellings of one text are one key in Swift, but two patterns.
        let key = pattern.utf8.count < 500 && pattern.utf8Span.isKnownASCII ? pattern : nil
        if let key, let found = known.withLock({ $0[key] }) { return try found.get() }
        let result = Result { () throws(Failure) in try RegularExpression(pattern) }
        if let key, (try? result.get().program.count) ?? 0 < 5000 {
            known.withLock { known in
                if known.count >= maximumKnown { known.removeAll() }
                known[key] = result
            }
        }
        return try result.get()
    }
}
