import Basics
import Metrics
import Testing

@Suite struct ChangedShareTests {
    @Test func `a share says on how many rows it rests, and no change in a few rows is not known to be none`() throws {
        var share = ChangedShare()
        for row in 0..<19 { share.add(1, with: row < 11, without: row < 11) }
        let json = share.json(orUndefined: "none")
        #expect(json["with"]?["n"]?.intValue == 19 && json["with"]?["numerator"]?.intValue == 11 && json["change"]?["n"]?.intValue == 19)
        #expect(json["change"]?["value"]?.doubleValue == 0)
        // Tango (1998): of n rows of which none is discordant ±z²/(n + z²), here 3.8415/22.8415.
        #expect(abs(try #require(json["change"]?["upper"]?.doubleValue) - 0.16818) < 1e-4)
        #expect(abs(try #require(json["change"]?["lower"]?.doubleValue) + 0.16818) < 1e-4)
    }

    @Test func `rows count by their weights, in what changed too`() throws {
        var share = ChangedShare()
        for (weight, with, without) in [(3.0, true, false), (1, false, false), (1, true, true), (0, false, true), (5, false, true)] {
            share.add(weight, with: with, without: without)
        }
        let json = share.json(orUndefined: "none")
        #expect(json["with"]?["value"]?.doubleValue == 0.4 && json["without"]?["value"]?.doubleValue == 0.6)
        #expect(abs(try #require(json["change"]?["value"]?.doubleValue) + 0.2) < 1e-15 && json["change"]?["n"]?.intValue == 4)
        #expect(share.changed.value == 0.8 && share.changed.n == 4)
    }

    @Test func `a share of no rows is undefined`() {
        let json = ChangedShare().json(orUndefined: "the group has no such rows")
        for part in ["with", "without", "change"] { #expect(json[part]?["undefined"]?.stringValue == "the group has no such rows") }
    }
}
