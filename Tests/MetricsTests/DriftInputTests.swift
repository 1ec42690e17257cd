import Basics
import Frames
import Testing

@testable import Metrics
@testable import Statistics

/// Columns that drift reports must stand: extreme numbers, personal data, very many categories.
@Suite struct DriftInputTests {
    @Test(arguments: [
        ([1e308, -1e308, 0, 5, .infinity], [1e308, -1e308, 0, 5, .nan]), ([1e308, -1e308, 1e308], [-1e308, -1e308, -1e308]),
        ([1e-300, 0, 3e-300], [1e-300, 0, 0]), ([1e200, 2e200, 3e200], [1e200, 2e200, 9e200]),
    ])
    func `extreme numbers have figures or none, never what JSON cannot write`(old: [Double], new: [Double]) throws {
        for preset in DriftReport.Preset.allCases {
            let report = try DriftTests.report(Column("x", doubles: old), Column("x", doubles: new), preset)
            #expect(try JSONValue(parsing: report.json.canonicalBytes) == report.json)
            let column = try #require(report.columns.first)
            #expect(column.normedWassersteinDistance?.isFinite == true)
            #expect(column.score?.isFinite == true)
        }
        let kept = ReferenceColumn(Column("x", doubles: old))
        #expect(try ReferenceColumn(json: JSONValue(parsing: kept.json.canonicalBytes)) == kept)
        let profile = TableProfile(try Frame([Column("x", doubles: old)]))
        let numbers = try #require(profile.columns.first?.numbers)
        #expect(numbers.mean.isFinite && numbers.deviation.isFinite && numbers.deviation > 0)
        #expect(try JSONValue(parsing: profile.json.canonicalBytes) == profile.json)
    }

    @Test func `extreme numbers are as far from one another as the same numbers in another unit`() throws {
        let (old, new) = ([1.0, 2, 3, 7, 11], [2.0, 2, 4, 9, 12, 13])
        let plain = try #require(try DriftTests.report(Column("x", doubles: old), Column("x", doubles: new)).columns.first)
        for unit in [0x1p900, 0x1p-900] {
            let column = try #require(
                try DriftTests.report(Column("x", doubles: old.map { $0 * unit }), Column("x", doubles: new.map { $0 * unit })).columns.first)
            #expect(column.normedWassersteinDistance == plain.normedWassersteinDistance)
            #expect(column.wassersteinDistance == (plain.wassersteinDistance ?? 0) * unit)
            #expect(column.intervals["wassersteinDistance"]?.upper == (plain.intervals["wassersteinDistance"]?.upper ?? 0) * unit)
            #expect(Moments(old.map { $0 * unit }, largest: 11 * unit).deviation == Moments(old, largest: 11).deviation * unit)
        }
    }

    @Test(arguments: [
        ([Double](repeating: 1, count: 50), [Double](repeating: 2, count: 50)),
        ([Double](repeating: 1, count: 50), [Double](repeating: 0.5, count: 50)),
        ([Double](repeating: 0, count: 96) + [1, 1, 2, 3], [Double](repeating: 3, count: 50)),
        ([Double](repeating: 1e12, count: 50), [Double](repeating: 0, count: 50)),
        ([Double](repeating: .greatestFiniteMagnitude, count: 50), [Double](repeating: 0, count: 50)),
    ])
    func `a reference that is nearly all one value has a bin for it: what moves away has drifted`(old: [Double], new: [Double]) throws {
        let (before, after) = (Column("x", doubles: old), Column("x", doubles: new))
        let moved = try #require(try DriftTests.report(before, after).columns.first)
        #expect(moved.populationStabilityIndex > 3 && moved.hellingerDistance > 0.5 && moved.jensenShannonDistance > 0.5 && moved.isDrifted)
        let same = try #require(try DriftTests.report(before, before).columns.first)
        #expect(same.populationStabilityIndex == 0 && !same.isDrifted)
        let kept = try #require(ReferenceColumn(json: try JSONValue(parsing: ReferenceColumn(before).json.canonicalBytes)))
        #expect(kept == ReferenceColumn(before))
        var tally = DriftTally(kept)
        try tally.add(after)
        #expect(tally.drift.populationStabilityIndex == moved.populationStabilityIndex)
        let shares = kept.comparedShares(with: after, limit: 9)
        #expect(Set(shares.names).count == shares.current.count && shares.names.allSatisfy { $0.count < 12 })
    }

    @Test func `infinite numbers count as missing in tallies as in reports`() throws {
        let reference = ReferenceColumn(Column("x", doubles: (0..<100).map { Double($0) }))
        var numbers = (0..<60).map { Optional(Double($0)) }
        for row in stride(from: 0, to: 60, by: 6) { numbers[row] = .infinity }
        for row in stride(from: 1, to: 60, by: 7) { numbers[row] = nil }
        let current = Column("x", doubles: numbers)
        var tally = DriftTally(reference)
        try tally.add(current)
        let report = try #require(DriftReport(reference: [reference], current: Frame([current])).columns.first)
        #expect(tally.drift.populationStabilityIndex == report.populationStabilityIndex)
        #expect(tally.drift.missingDifference == report.missingDifference)
    }

    @Test func `personal data are counted and never named or kept`() throws {
        let old = Column("who", texts: ["ada@example.org", "bob@example.org", "bob@example.org", "none"])
        let new = Column("who", texts: ["eve@example.org", "bob@example.org", "none", "other"])
        let kept = ReferenceColumn(old)
        #expect(kept.isHashed && !String(decoding: kept.json.canonicalBytes, as: UTF8.self).contains("@"))
        let again = try #require(try ReferenceColumn(json: JSONValue(parsing: kept.json.canonicalBytes)))
        for (reference, current) in [(kept, new), (again, new), (ReferenceColumn(Column("who", texts: ["x", "none", "other", "none"])), new)] {
            let report = try DriftReport(reference: [reference], current: try Frame([current]))
            let column = try #require(report.columns.first)
            #expect(column.newCategories.names.isEmpty)
            #expect(column.newCategories.count == 2 && column.lostCategories.count == 1)
            let text = String(decoding: report.json.canonicalBytes, as: UTF8.self)
            #expect(!text.contains("@") && !text.contains("newCategories"))
            #expect(!reference.comparedShares(with: current, limit: 20).names.contains { $0.contains("@") })
            var tally = DriftTally(reference)
            try tally.add(current)
            #expect(!String(decoding: tally.json.canonicalBytes, as: UTF8.self).contains("@"))
        }
        // The digests do not show in the distances.
        let plain = try DriftTests.report(
            Column("who", texts: ["ada", "bob", "bob", "none"]), Column("who", texts: ["eve", "bob", "none", "other"]))
        let withheld = try DriftReport(reference: [kept], current: try Frame([new]))
        #expect(plain.columns.first?.populationStabilityIndex == withheld.columns.first?.populationStabilityIndex)
        #expect(plain.columns.first?.chiSquare == withheld.columns.first?.chiSquare)
    }

    @Test func `of very many categories twenty are named and all counted`() throws {
        let old = Column("id", texts: (0..<3000).map { "a\($0)" })
        let new = Column("id", texts: (0..<3000).map { "a\($0 + 1000)" })
        let column = try #require(DriftTests.report(old, new).columns.first)
        #expect(column.newCategories.count == 1000 && column.lostCategories.count == 1000)
        #expect(column.newCategories.names == (3000..<4000).map { "a\($0)" }.sorted().prefix(20).map { $0 })
        #expect(column.lostCategories.names == (0..<1000).map { "a\($0)" }.sorted().prefix(20).map { $0 })
        let shares = ReferenceColumn(old).comparedShares(with: new, limit: 5)
        #expect(shares.names == (1000..<3000).map { "a\($0)" }.sorted().prefix(5).map { $0 })
    }
}
