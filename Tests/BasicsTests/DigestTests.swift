import Basics
import Testing

@Suite struct DigestTests {
    @Test func `SHA-256 gives the standard's example`() {
        // FIPS 180-4, example "abc".
        #expect(Digest.of("abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Digest("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") == Digest.of("abc"))
    }

    @Test(arguments: ["", "sha256:", "sha256:BA", "md5:00", "sha256:" + String(repeating: "A", count: 64)])
    func `other spellings are no digests`(text: String) { #expect(Digest(text) == nil) }

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
