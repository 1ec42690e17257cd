import Basics
import Testing

@Suite struct DigestTests {
    @Test func `SHA-256 gives the standard's example`() {
        // FIPS 180-4, example "abc".
        #expect(Digest.of("abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Digest("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") == Digest.of("abc"))
    }

    private static let zeros = String(repeating: "0", count: 62)

    @Test(
        arguments: [
            "", "sha256:", "sha256:BA", "md5:00", "sha256:" + String(repeating: "A", count: 64), "sha256:\(zeros)0", "sha256:\(zeros)000",
            "sha256:\(zeros)0g", "sha256:\(zeros)é", "sha256:\(zeros)0\u{0}", "sha257:\(zeros)00", "SHA256:\(zeros)00", " sha256:\(zeros)00",
        ])
    func `other spellings are no digests`(text: String) {
        #expect(Digest(text) == nil)
        #expect(Digest(hex: text.dropFirst(7)) == nil || !text.hasPrefix("sha256:"))
    }

    @Test func `every digit stands for itself`() throws {
        let hex = String(repeating: "0123456789abcdef", count: 4)
        let digest = try #require(Digest("sha256:" + hex))
        #expect(digest.hex == hex && digest.description == "sha256:" + hex && digest == Digest(hex: hex))
        let bytes: [UInt8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]
        #expect(digest.bytes == bytes + bytes + bytes + bytes && digest == Digest(bytes: digest.bytes))
    }

    @Test func `no two different values share an encoding`() {
        var one = CanonicalEncoder(domain: "t")
        one.append("ab")
        one.append("c")
        var two = CanonicalEncoder(domain: "t")
        two.append("a")
        two.append("bc")
        #expect(one.digest != two.digest)
        var number = CanonicalEncoder(domain: "t")
        number.append(Int64(1))
        var double = CanonicalEncoder(domain: "t")
        double.append(Double(bitPattern: 1))
        #expect(number.digest != double.digest)
    }

    @Test func `digests are ordered as their digits, and keep every byte`() throws {
        let bytes = (0..<32).map { UInt8($0 * 8) }
        let digest = try #require(Digest(bytes: bytes))
        #expect(digest.bytes == bytes)
        let texts = (0..<50).map { Digest.of("\($0)") }
        #expect(texts.sorted().map(\.hex) == texts.map(\.hex).sorted())
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(Digest(bytes: other) != digest)
        }
    }
}
