import Basics
import Testing

@testable import Policies

/// What time makes of evidence: a document has its date from that very instant on.
@Suite struct FreshnessTests {
    @Test(arguments: [("2026-11-24T11:59:59Z", false), ("2026-11-24T12:00:00Z", true), ("2026-11-24T12:00:01Z", true)])
    func `a document dated ahead has no date until then`(instant: String, isDated: Bool) throws {
        let evidence: JSONValue = ["documents": ["risk": ["date": "2026-11-24T12:00:00Z", "signers": []]]]
        let document = Freshness.judged(evidence, at: try #require(Instant(instant)))["documents"]?["risk"]
        #expect((document?["date"] != nil) == isDated)
        #expect((document?["undefined"] == nil) == isDated)
        #expect(document?["signers"] == [])
    }
}
