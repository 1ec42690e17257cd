import Synchronization

/// The beginning of what a program writes.
final class KeptLog: Sendable {
    private let state: Mutex<(bytes: [UInt8], left: Int)>
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
        state = Mutex(([], 0))
    }

    /// Gives back what there was room for.
    func append(_ bytes: [UInt8]) -> [UInt8] {
        state.withLock { state in
            let kept = Array(bytes.prefix(limit - state.bytes.count))
            state.bytes += kept
            state.left += bytes.count - kept.count
            return kept
        }
    }

    /// Whether it has these words; of what is not kept nobody knows.
    func mentions(_ words: String) -> Bool { state.withLock { $0.bytes.firstRange(of: Array(words.utf8)) != nil } }

    /// As many of the last lines are told of a failure, in a verdict as on a terminal; the log itself has them all.
    static let toldLines = 15

    /// The last 15 lines of what is kept, at most 2,000 bytes, without characters that steer a terminal.
    var tail: String {
        let last = state.withLock { Array($0.bytes.suffix(2000)) }
        let text = String(decoding: last, as: UTF8.self).unicodeScalars.filter { scalar in
            scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control
        }
        let lines = String(String.UnicodeScalarView(text)).split(separator: "\n", omittingEmptySubsequences: false)
        // What ends in a line break has an empty piece after it.
        return lines.suffix(Self.toldLines + (lines.last?.isEmpty == true ? 1 : 0)).joined(separator: "\n")
    }

    var bytes: [UInt8] {
        state.withLock { $0.left == 0 ? $0.bytes : $0.bytes + Array("\n[\($0.left) further bytes were not kept]\n".utf8) }
    }
}
