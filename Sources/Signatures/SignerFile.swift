public import Basics
public import Diagnostics

/// One line of a signer file: whose key it is, for what and for when.
public struct SignerEntry: Hashable, Sendable {
    public let principals: PatternList
    public let key: PublicKey
    /// Nil admits every namespace.
    public let namespaces: PatternList?
    public let validAfter: Instant?
    public let validBefore: Instant?
    /// Where the line stands.
    public let span: SourceSpan

    /// For reports: the name that the line gives to the key.
    public var name: String { principals.firstName }
}

/// What a signer file says about a key at a moment.
public enum SignerStatus: Hashable, Sendable {
    case authorized(SignerEntry)
    /// No line has this key.
    case unknownKey
    case wrongNamespace(SignerEntry)
    case notYetValid(SignerEntry)
    case expired(SignerEntry)
}

/// A list of keys in the format of OpenSSH's `allowed_signers` (ssh-keygen(1), ALLOWED SIGNERS).
///
/// Two differences, both on the strict side: only ssh-ed25519 keys and no certificate authorities are taken; and a time without `Z` means
/// UTC, where ssh-keygen would take the machine's time zone.
public struct SignerFile: Hashable, Sendable {
    public let entries: [SignerEntry]
    private let positions: [PublicKey: [Int]]

    public init(entries: [SignerEntry]) {
        self.entries = entries
        var positions: [PublicKey: [Int]] = [:]
        for (index, entry) in entries.enumerated() { positions[entry.key, default: []].append(index) }
        self.positions = positions
    }

    /// Reads a file. A line that cannot be read gives an error and no entry; whoever decides by the file must refuse it if there is any.
    public static func parse(_ file: SourceFile) -> (file: SignerFile, diagnostics: [Diagnostic]) {
        var entries: [SignerEntry] = []
        var diagnostics: [Diagnostic] = []
        // By code points: Swift takes CR LF for one character, which is not the line feed.
        for (index, scalars) in file.text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = Substring(scalars.last == "\r" ? scalars.dropLast() : scalars)
            var parser = SignerLineParser(file: file, line: index + 1, text: line)
            switch parser.parse() {
            case .entry(let entry): entries.append(entry)
            case .blank: break
            case .failure(let diagnostic): diagnostics.append(diagnostic)
            }
        }
        return (SignerFile(entries: entries), diagnostics)
    }

    /// Whether `key` may sign for `namespace` at `instant`. If several lines have the key, one that authorizes is enough; otherwise the
    /// first line's reason is given.
    public func status(of key: PublicKey, namespace: String, at instant: Instant) -> SignerStatus {
        var reason = SignerStatus.unknownKey
        for entry in (positions[key] ?? []).map({ entries[$0] }) {
            let status = entry.status(namespace: namespace, at: instant)
            if case .authorized = status { return status }
            if reason == .unknownKey { reason = status }
        }
        return reason
    }

    /// The lines under which `principal` may sign for `namespace` at `instant`.
    public func entries(for principal: String, namespace: String, at instant: Instant) -> [SignerEntry] {
        entries.filter { entry in
            guard entry.principals.matches(principal), case .authorized = entry.status(namespace: namespace, at: instant) else {
                return false
            }
            return true
        }
    }

    /// The next moment after `instant` at which some key begins or ends to be valid.
    public func nextBoundary(after instant: Instant) -> Instant? {
        entries.flatMap { [$0.validAfter, $0.validBefore?.adding(seconds: 1)] }.compactMap { $0 }.filter { $0 > instant }.min()
    }
}

extension SignerEntry {
    /// Both ends belong to the time of validity, as in ssh-keygen.
    fileprivate func status(namespace: String, at instant: Instant) -> SignerStatus {
        if let namespaces, !namespaces.matches(namespace) { return .wrongNamespace(self) }
        if let validAfter, instant < validAfter { return .notYetValid(self) }
        if let validBefore, instant > validBefore { return .expired(self) }
        return .authorized(self)
    }
}
