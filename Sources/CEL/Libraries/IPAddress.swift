/// An IPv4 or IPv6 address (RFC 4291). An IPv4 address mapped into IPv6 is the IPv4 address where its groups are written in hexadecimal
/// (`::ffff:c0a8:1`), and none where they have dots (`::ffff:192.168.0.1`, RFC 4291, 2.2(3)).
struct IPAddress: OpaqueValue, Hashable {
    static let type = CELType.abstract("net.IP", [])
    /// 4 or 16 bytes.
    let bytes: [UInt8]

    var isV4: Bool { bytes.count == 4 }
    var type: CELType { Self.type }
    var bitCount: Int { bytes.count * 8 }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Nil for what is no address, has a zone, has leading zeros in IPv4, or is an IPv4 address with dots mapped into IPv6.
    init?(parsing text: String) {
        if let v4 = Self.v4(text[...]) {
            bytes = v4
        } else if let v6 = Self.v6(text) {
            let isMapped = Self.isMapped(v6)
            guard !(isMapped && text.contains(".")) else { return nil }
            bytes = isMapped ? Array(v6[12...]) : v6
        } else {
            return nil
        }
    }

    /// Whether 16 bytes hold an IPv4 address.
    static func isMapped(_ v6: [UInt8]) -> Bool { v6[..<10].allSatisfy { $0 == 0 } && v6[10] == 0xFF && v6[11] == 0xFF }

    private static func v4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), part == "0" || !part.hasPrefix("0"),
                let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    static func v6(_ text: String) -> [UInt8]? {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2, text.contains(":") else { return nil }
        var groups: [[UInt8]] = []
        for half in halves {
            guard let bytes = Self.groups(half) else { return nil }
            groups.append(bytes)
        }
        let count = groups.reduce(0) { $0 + $1.count }
        if halves.count == 1 { return count == 16 ? groups[0] : nil }
        guard count <= 14 else { return nil }
        return groups[0] + Array(repeating: 0, count: 16 - count) + groups[1]
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(".") {
                guard let v4 = v4(part) else { return nil }
                bytes += v4
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                    let number = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(number >> 8), UInt8(number & 0xFF)]
            }
        }
        return bytes
    }

    /// The canonical form (RFC 5952): lower case, the longest run of two or more zero groups as `::`.
    var text: String {
        if isV4 { return bytes.map { String($0) }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > best.count { best = start..<end }
            start = max(end, start + 1)
        }
        func hex(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        if best.count < 2 { return hex(groups[...]) }
        return hex(groups[..<best.lowerBound]) + "::" + hex(groups[best.upperBound...])
    }

    func isEqual(to other: any OpaqueValue) -> Bool { (other as? IPAddress) == self }

    private var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }
    private var isLoopback: Bool { isV4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1] }
    private var isMulticast: Bool { isV4 ? bytes[0] & 0xF0 == 0xE0 : bytes[0] == 0xFF }
    private var isLinkLocalUnicast: Bool { isV4 ? bytes[..<2] == [169, 254] : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 }
    private var isLinkLocalMulticast: Bool { isV4 ? bytes[..<3] == [224, 0, 0] : bytes[0] == 0xFF && bytes[1] & 0x0F == 2 }
    private var isGlobalUnicast: Bool {
        !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast && bytes != [255, 255, 255, 255]
    }

    /// The questions that have their own functions.
    static let tests: [(String, @Sendable (IPAddress) -> Bool)] = [
        ("isUnspecified", { $0.isUnspecified }), ("isLoopback", { $0.isLoopback }), ("isGlobalUnicast", { $0.isGlobalUnicast }),
        ("isLinkLocalUnicast", { $0.isLinkLocalUnicast }), ("isLinkLocalMulticast", { $0.isLinkLocalMulticast }),
    ]
}

/// An address with the number of leading bits that name its network (RFC 4632).
struct IPNetwork: OpaqueValue, Hashable {
    static let type = CELType.abstract("net.CIDR", [])
    let address: IPAddress
    let prefix: Int

    var type: CELType { Self.type }
    var text: String { "\(address.text)/\(prefix)" }

    private init(_ address: IPAddress, _ prefix: Int) {
        self.address = address
        self.prefix = prefix
    }

    /// Nil for what is no network; also for an IPv4 address mapped into IPv6.
    init?(parsing text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parsing: String(parts[0])), !(address.isV4 && parts[0].contains(":")),
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), parts[1] == "0" || !parts[1].hasPrefix("0"),
            let prefix = Int(parts[1]), prefix <= address.bitCount
        else { return nil }
        self.init(address, prefix)
    }

    func isEqual(to other: any OpaqueValue) -> Bool { (other as? IPNetwork) == self }

    /// The network's own address, with zeros behind the prefix.
    var masked: IPNetwork { IPNetwork(IPAddress(bytes: masked(address)), prefix) }

    func contains(_ other: IPAddress) -> Bool { other.isV4 == address.isV4 && masked(other) == masked(address) }

    private func masked(_ address: IPAddress) -> [UInt8] {
        address.bytes.enumerated().map { index, byte in
            let bits = min(8, max(0, prefix - index * 8))
            return byte & UInt8(truncatingIfNeeded: 0xFF00 >> bits)
        }
    }
}
