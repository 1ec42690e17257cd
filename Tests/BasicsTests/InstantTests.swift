import Basics
import Testing

@Suite struct InstantTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-23T16:00:00Z", 1_795_449_600), ("2000-02-29T23:59:59Z", 951_868_799),
            ("1969-12-31T23:59:59Z", -1), ("0001-01-01T00:00:00Z", -62_135_596_800),
        ] as [(String, Int64)])
    func `times are written and read`(text: String, seconds: Int64) throws {
        let instant = try #require(Instant(text))
        #expect(instant.secondsSinceEpoch == seconds)
        #expect(instant.description == text)
    }

    @Test func `offsets, fractions and plain dates are read`() {
        #expect(Instant("2026-11-23T18:00:00.25+02:00") == Instant("2026-11-23T16:00:00Z"))
        #expect(Instant("2026-11-23") == Instant("2026-11-23T00:00:00Z"))
    }

    @Test(arguments: ["", "2026-13-01", "2026-02-29", "2026-11-23T24:00:00Z", "2026-11-23T16:00:00", "2026-11-23 16:00:00Z", "2026-11-23T16:00:00Zx"])
    func `what is no time is refused`(text: String) { #expect(Instant(text) == nil) }
}
