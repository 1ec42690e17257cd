import Basics
import Testing

@Suite struct EncodingTests {
    @Test func `base64 gives back what went in, whatever its length`() {
        for count in 0..<20 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 7) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        // RFC 4648, section 10.
        #expect(Base64.decode("Zm9vYmE=") == Array("fooba".utf8))
        #expect(Base64.decode("Zm9vYg==") == Array("foob".utf8))
    }

    @Test(arguments: ["Zg", "Zg=", "Z===", "====", "Zh==", "Zm9vYmF=", "Zm=v", "Zm 9", "Zm9v\n", "Zm9-", "=m9v"])
    func `bytes have one spelling in base64`(text: String) { #expect(Base64.decode(text) == nil) }

    @Test(arguments: ["0", "0g", "AB", "é0"])
    func `hexadecimal digits are pairs of lower case`(text: String) { #expect(Hex.decode(text) == nil) }

    @Test func `bytes are found within text, whatever characters they are part of`() {
        #expect("a ${b}".containsBytes(of: "${"))
        #expect(!"a $ {b}".containsBytes(of: "${"))
        #expect("x${\u{301}".containsBytes(of: "${"))
        #expect("$$".containsBytes(of: "$$") && !"$".containsBytes(of: "$$") && !"".containsBytes(of: "$"))
        #expect(JSONValue.array([["a": "parameters"]]).mentions("parameters"))
        #expect(!JSONValue.array([["parameters": "a"]]).mentions("parameters"))
    }

    private struct Stop: Error {}

    @Test func `what is read in turn keeps its order, and an error of reading waits for the work`() throws {
        let squares = try concurrentMap(reading: 500) { index throws(Stop) in
            index
        } _: {
            $0 * $0
        }
        #expect(squares == (0..<500).map { $0 * $0 })
        #expect(throws: Stop.self) {
            try concurrentMap(reading: 500) { index throws(Stop) -> Int in
                if index == 300 { throw Stop() }
                return index
            } _: {
                $0
            }
        }
    }
}
