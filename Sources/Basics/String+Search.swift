extension String {
    /// Whether the UTF-8 bytes of `word` lie somewhere among this text's. Unlike `contains` it knows nothing of characters, and costs next to nothing.
    ///
    /// - Parameter word: short, and not empty.
    public func containsBytes(of word: String) -> Bool {
        let (bytes, wanted) = (Array(utf8), Array(word.utf8))
        guard let first = wanted.first, bytes.count >= wanted.count else { return wanted.isEmpty }
        return (0...bytes.count - wanted.count).contains { start in
            bytes[start] == first && wanted.indices.allSatisfy { bytes[start + $0] == wanted[$0] }
        }
    }
}
