/// An absolute URI or an absolute path (RFC 3986), read as Go's `net/url` reads it, whose answers Kubernetes gives.
struct URLReference: OpaqueValue, Hashable {
    static let type = CELType.abstract("kubernetes.URL", [])

    let scheme: String
    /// With the port, IPv6 addresses in brackets.
    let host: String
    let escapedPath: String
    /// Behind the question mark; nil without one.
    let query: String?
    /// What follows the scheme where that is no path: `a@b.c` of `mailto:a@b.c`.
    private let opaque: String
    private let user: String?
    private let fragment: String?
    let text: String

    var type: CELType { Self.type }

    struct Failure: Error, Hashable { let message: String }

    init(parsing text: String) throws(Failure) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw Failure(message: "it is empty") }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { throw Failure(message: "it has control characters") }
        // A request's URI has no fragment: what looks like one must be sound there too.
        _ = try Parts(bytes[...], isRequest: true)
        let fragmentStart = bytes.firstIndex(of: UInt8(ascii: "#"))
        let parts = try Parts(bytes[..<(fragmentStart ?? bytes.endIndex)], isRequest: false)
        let fragment = try fragmentStart.map { start throws(Failure) in try URLEncoding.unescape(bytes[(start + 1)...], .path) }
        func string(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
        scheme = string(parts.scheme).lowercased()
        host = string(parts.host)
        escapedPath = string(URLEncoding.escaped(path: parts.path, unescaped: try URLEncoding.unescape(parts.path, .path)))
        query = parts.query.map(string)
        opaque = string(parts.opaque)
        user = parts.user.map(string)
        self.fragment = fragment.map(string)
        self.text = text
    }

    /// Without the port, and without the brackets of an IPv6 address.
    var hostname: String {
        let name = split.name
        return name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : name
    }

    var port: String { split.port }

    private var split: (name: String, port: String) {
        guard let colon = host.utf8.lastIndex(of: UInt8(ascii: ":")), Self.isOptionalPort(host.utf8[colon...]) else { return (host, "") }
        return (String(host[..<colon]), String(host[colon...].dropFirst()))
    }

    /// Each name once, in the order in which they come, with all its values; what is badly escaped is left out.
    var parameters: [(name: String, values: [String])] {
        var parameters: [(name: String, values: [String])] = []
        var positions: [[UInt8]: Int] = [:]
        for pair in (query ?? "").utf8.split(separator: UInt8(ascii: "&")) where !pair.contains(UInt8(ascii: ";")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            let value = equals.map { pair[pair.index(after: $0)...] }
            guard let name = try? URLEncoding.unescape(Array(pair[..<(equals ?? pair.endIndex)])[...], .query),
                let text = try? URLEncoding.unescape(Array(value.map(Array.init) ?? [])[...], .query)
            else { continue }
            if let position = positions[name] {
                parameters[position].values.append(String(decoding: text, as: UTF8.self))
            } else {
                positions[name] = parameters.count
                parameters.append((String(decoding: name, as: UTF8.self), [String(decoding: text, as: UTF8.self)]))
            }
        }
        return parameters
    }

    /// Empty, or a colon with digits or none.
    fileprivate static func isOptionalPort(_ bytes: some Sequence<UInt8>) -> Bool {
        var iterator = bytes.makeIterator()
        guard let first = iterator.next() else { return true }
        guard first == UInt8(ascii: ":") else { return false }
        while let byte = iterator.next() { guard (0x30...0x39).contains(byte) else { return false } }
        return true
    }

    func isEqual(to other: any OpaqueValue) -> Bool {
        guard let other = other as? URLReference else { return false }
        return (scheme, host, escapedPath, query, opaque, user) == (
            other.scheme, other.host, other.escapedPath, other.query, other.opaque, other.user
        )
            && fragment == other.fragment
    }
}

/// The pieces of a URL without its fragment.
private struct Parts {
    typealias Failure = URLReference.Failure
    typealias Bytes = ArraySlice<UInt8>

    private(set) var scheme: Bytes = []
    private(set) var opaque: Bytes = []
    private(set) var user: Bytes?
    private(set) var host: [UInt8] = []
    private(set) var path: Bytes = []
    private(set) var query: Bytes?

    /// - Parameter isRequest: whether it must be absolute, as in a request: then two slashes without a scheme begin a path, not a host.
    init(_ bytes: Bytes, isRequest: Bool) throws(Failure) {
        guard !bytes.elementsEqual("*".utf8) else {
            path = bytes
            return
        }
        var rest = try readScheme(bytes)
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            query = rest[(mark + 1)...]
            rest = rest[..<mark]
        }
        if rest.first != UInt8(ascii: "/") {
            guard scheme.isEmpty else {
                opaque = rest
                return
            }
            guard !isRequest else { throw Failure(message: "it is neither an absolute URI nor an absolute path") }
            let segment = rest.prefix { $0 != UInt8(ascii: "/") }
            guard !segment.contains(UInt8(ascii: ":")) else { throw Failure(message: "its first path segment has a colon") }
        }
        let hasAuthority = rest.starts(with: "//".utf8) && (!scheme.isEmpty || !isRequest && !rest.starts(with: "///".utf8))
        if hasAuthority {
            let authority = rest.dropFirst(2).prefix { $0 != UInt8(ascii: "/") }
            rest = rest.dropFirst(2 + authority.count)
            try readAuthority(authority)
        }
        _ = try URLEncoding.unescape(rest, .path)
        path = rest
    }

    private mutating func readScheme(_ bytes: Bytes) throws(Failure) -> Bytes {
        for (offset, byte) in bytes.enumerated() {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A: continue
            case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                guard offset > 0 else { return bytes }
            case UInt8(ascii: ":"):
                guard offset > 0 else { throw Failure(message: "its scheme is missing") }
                scheme = bytes.prefix(offset)
                return bytes.dropFirst(offset + 1)
            default: return bytes
            }
        }
        return bytes
    }

    private mutating func readAuthority(_ authority: Bytes) throws(Failure) {
        var host = authority
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
            let user = authority[..<at]
            guard user.allSatisfy({ URLEncoding.isUnreserved($0) || "!$&'()*+,;=:%@".utf8.contains($0) }) else {
                throw Failure(message: "its user information is no such")
            }
            _ = try URLEncoding.unescape(user, .path)
            self.user = user
            host = authority[(at + 1)...]
        }
        self.host = try Self.host(host)
    }

    private static func host(_ host: Bytes) throws(Failure) -> [UInt8] {
        guard host.first == UInt8(ascii: "[") else {
            guard !host.contains(UInt8(ascii: "[")) else { throw Failure(message: "its host has a bracket in the midst") }
            if let colon = host.firstIndex(of: UInt8(ascii: ":")), !URLReference.isOptionalPort(host[colon...]) {
                throw Failure(message: "its port is no number")
            }
            return try URLEncoding.unescape(host, .host)
        }
        guard let end = host.lastIndex(of: UInt8(ascii: "]")) else { throw Failure(message: "its host has no closing bracket") }
        let port = host[(end + 1)...]
        guard URLReference.isOptionalPort(port) else { throw Failure(message: "its port is no number") }
        var address = host[(host.startIndex + 1)..<end]
        var zone: [UInt8] = []
        if let start = address.indices.first(where: { address[$0...].starts(with: "%25".utf8) }) {
            zone = try URLEncoding.unescape(address[start...], .zone)
            address = address[..<start]
        }
        let name = try URLEncoding.unescape(address, .host)
        guard IPAddress.v6(String(decoding: name, as: UTF8.self)) != nil, zone != [UInt8(ascii: "%")] else {
            throw Failure(message: "there is no IPv6 address in its brackets")
        }
        return [UInt8(ascii: "[")] + name + zone + [UInt8(ascii: "]")] + port
    }
}

/// Escapes of a percent sign and two hexadecimal digits.
private enum URLEncoding {
    enum Place { case path, query, host, zone }

    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-_.~".utf8.contains(byte)
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool { isUnreserved(byte) || "!$&'()*+,;=:[]<>\"".utf8.contains(byte) }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    static func unescape(_ bytes: ArraySlice<UInt8>, _ place: Place) throws(URLReference.Failure) -> [UInt8] {
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "%") else {
                if place == .host || place == .zone, byte < 0x80, !isHostByte(byte) {
                    throw URLReference.Failure(message: "its host has the character '\(Unicode.Scalar(byte))'")
                }
                result.append(place == .query && byte == UInt8(ascii: "+") ? 0x20 : byte)
                index += 1
                continue
            }
            guard index + 2 < bytes.endIndex, let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2]) else {
                throw URLReference.Failure(message: "a percent sign has no two hexadecimal digits")
            }
            let value = high << 4 | low
            // In a host only what is not ASCII is escaped; in a zone a few more (RFC 6874).
            let isForbidden = place == .host ? high < 8 : place == .zone && value != 0x20 && !(isHostByte(value) || value >= 0x80)
            guard !isForbidden || value == UInt8(ascii: "%") else { throw URLReference.Failure(message: "its host has a forbidden escape") }
            result.append(value)
            index += 3
        }
        return result
    }

    /// The path as it was written where that is a valid way to escape it; else escaped anew.
    static func escaped(path: ArraySlice<UInt8>, unescaped: [UInt8]) -> [UInt8] {
        let isValid = path.allSatisfy { isUnreserved($0) || "!$&'()*+,;=:@[]/%".utf8.contains($0) }
        if isValid || unescaped == Array("*".utf8) { return Array(path) }
        return unescaped.flatMap { byte in
            if isUnreserved(byte) || "$&+,/:;=@".utf8.contains(byte) { return [byte] }
            let digits = Array("0123456789ABCDEF".utf8)
            return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
}
