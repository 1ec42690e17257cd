public import Basics

/// Who made a commit, and when.
public struct CommitIdentity: Hashable, Sendable {
    public let name: String
    public let email: String
    public let instant: Instant
    /// Minutes east of UTC that the time was written with; of no meaning for the instant.
    public let offsetMinutes: Int

    public init(name: String, email: String, instant: Instant, offsetMinutes: Int = 0) {
        self.name = name
        self.email = email
        self.instant = instant
        self.offsetMinutes = offsetMinutes
    }
}

/// A commit as it is stored.
public struct Commit: Hashable, Sendable {
    public let id: ObjectID
    public let tree: ObjectID
    public let parents: [ObjectID]
    public let author: CommitIdentity
    public let committer: CommitIdentity
    public let message: String
    /// The armored signature, if the commit has one.
    public let signature: String?
    /// What that signature is made over: the commit without it.
    public let signedPayload: [UInt8]

    /// The first line of the message.
    public var title: String { String(message.prefix { !$0.isNewline }) }

    /// The trailers (`Key: value`) of the message's last paragraph, in order; none if any line of it is something else.
    public var trailers: [(key: String, value: String)] {
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
        guard let end = lines.lastIndex(where: { !$0.isEmpty }) else { return [] }
        var trailers: [(key: String, value: String)] = []
        for line in lines[...end].reversed() {
            if line.isEmpty { break }
            guard let colon = line.firstIndex(of: ":"), line[line.index(after: colon)...].hasPrefix(" "), colon > line.startIndex,
                line[..<colon].utf8.allSatisfy({ $0.isAlphanumeric || $0 == UInt8(ascii: "-") })
            else { return [] }
            trailers.append((String(line[..<colon]), String(line[line.index(colon, offsetBy: 2)...])))
        }
        return trailers.reversed()
    }

    /// The value of the one trailer of that name; nil if there is none or more than one.
    public func trailer(_ key: String) -> String? {
        let values = trailers.filter { $0.key == key }
        return values.count == 1 ? values[0].value : nil
    }
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
