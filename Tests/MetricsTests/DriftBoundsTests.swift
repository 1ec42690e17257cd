import Basics
import Testing

@testable import Metrics
@testable import Statistics

/// How often 95 % bounds of distances hold those of the distributions that the tables are drawn from.
@Suite struct DriftBoundsTests {
    /// Shares in proportion to 1, 1/2, 1/3 …
    static func zipf(_ count: Int) -> [Double] {
        let whole = (1...count).reduce(0.0) { $0 + 1 / Double($1) }
        return (1...count).map { 1 / Double($0) / whole }
    }

    struct Pair: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let old: [Double]
        let new: [Double]
    }

    static let pairs = [
        Pair(testDescription: "two cells", old: [0.5, 0.5], new: [0.6, 0.4]),
        Pair(testDescription: "two cells, hardly apart", old: [0.5, 0.5], new: [0.52, 0.48]),
        Pair(testDescription: "four cells, one rare", old: [0.6, 0.3, 0.09, 0.01], new: [0.5, 0.3, 0.15, 0.05]),
        Pair(testDescription: "four cells, one without rows", old: [0.5, 0.3, 0.2, 0], new: [0.4, 0.3, 0.2, 0.1]),
        Pair(testDescription: "ten cells alike", old: zipf(10), new: zipf(10)),
        Pair(testDescription: "ten cells the other way round", old: zipf(10), new: zipf(10).reversed()),
    ]

    @Test func `bounds hold the distances of the distributions, of a hundred rows too`() throws {
        var random = SeededRandom(seed: 41)
        var (held, trials) = ([0, 0, 0], 0)
        for pair in Self.pairs {
            let truth = Distances(pair.old, pair.new)
            let values = [truth.populationStabilityIndex, truth.jensenShannon, truth.hellinger]
            for (n, m) in [(100, 100), (100, 400), (400, 100)] {
                var own = [0, 0, 0]
                for _ in 0..<60 {
                    let (old, new) = (RareCategoryDriftTests.draw(n, pair.old, &random), RareCategoryDriftTests.draw(m, pair.new, &random))
                    let bounds = try #require(DriftBounds(old, new, Distances(old, new)))
                    for (place, interval) in [bounds.populationStabilityIndex, bounds.jensenShannon, bounds.hellinger].enumerated() {
                        if interval.lower - 1e-12 <= values[place], values[place] <= interval.upper + 1e-12 { own[place] += 1 }
                    }
                }
                // Of 60 at 95 %, 51 or fewer are there once in 1,600 times.
                for place in own.indices {
                    #expect(own[place] > 51, "\(pair.testDescription), \(n) and \(m) rows, figure \(place): \(own[place]) of 60")
                }
                trials += 60
                for place in own.indices { held[place] += own[place] }
            }
        }
        for count in held { #expect(Double(count) / Double(trials) >= 0.935, "\(held) of \(trials)") }
    }

    @Test func `of many rows bounds close in on the distance, whatever cells are without rows`() throws {
        let (old, new) = ([5e6, 3e6, 2e6, 0], [4e6, 3e6, 2e6, 1e6])
        let distances = Distances(old, new)
        let bounds = try #require(DriftBounds(old, new, distances))
        for (interval, value) in [
            (bounds.populationStabilityIndex, distances.populationStabilityIndex), (bounds.jensenShannon, distances.jensenShannon),
            (bounds.hellinger, distances.hellinger),
        ] {
            #expect(interval.lower <= value && value <= interval.upper)
            #expect(interval.upper - interval.lower < 0.02 * value)
        }
    }

    @Test func `a cell without rows may have three of them, and its index is that much less at the lower end`() throws {
        let (old, new) = ([500.0, 300, 200, 0], [400.0, 300, 200, 100])
        let distances = Distances(old, new)
        let lower = try #require(DriftBounds(old, new, distances)?.populationStabilityIndex.lower)
        // (0.1 − 0.003)·ln(0.1/0.003) and the first cell's 0.1·ln(0.5/0.4), less chance and error; of the floor it is 0.69.
        #expect(lower < (0.1 - 0.003) * 3.507 + 0.1 * 0.2232 && lower > 0.2)
    }

    @Test func `a rare cell that a hundred rows lack by chance makes no distance, and no table of it leaves out the truth more often than another`()
        throws
    {
        let (old, new) = ([100.0, 0], [9900.0, 100])
        let bounds = try #require(DriftBounds(old, new, Distances(old, new)))
        for interval in [bounds.populationStabilityIndex, bounds.jensenShannon, bounds.hellinger] { #expect(interval.lower == 0) }

        var random = SeededRandom(seed: 7)
        let shares = [0.99, 0.01]
        var held = 0
        for _ in 0..<60 {
            let (old, new) = (RareCategoryDriftTests.draw(100, shares, &random), RareCategoryDriftTests.draw(2000, shares, &random))
            if try #require(DriftBounds(old, new, Distances(old, new))).jensenShannon.lower == 0 { held += 1 }
        }
        #expect(held > 51, "\(held) of 60")
    }

    @Test func `cells that only one of two tables of a hundred rows has are still far apart`() throws {
        let (old, new) = (
            Array(repeating: 5.0, count: 20) + Array(repeating: 0, count: 20), Array(repeating: 0, count: 20) + Array(repeating: 5.0, count: 20)
        )
        let bounds = try #require(DriftBounds(old, new, Distances(old, new)))
        #expect(bounds.jensenShannon.lower > 0.75 && bounds.hellinger.lower > 0.6 && bounds.populationStabilityIndex.lower > 3)
    }

    @Test func `no bound is above the largest distance that there can be`() throws {
        let bounds = try #require(DriftBounds([2, 0], [0, 2], Distances([2, 0], [0, 2])))
        #expect(
            bounds.populationStabilityIndex.upper == Distances.largestStability && Distances([1e9, 0], [0, 1e9]).populationStabilityIndex < 18.4207)
        #expect(bounds.jensenShannon.upper == 1 && bounds.hellinger.upper == 1)
        #expect(abs(Distances.largestStability - 18.4207) < 1e-4)
    }

    @Test func `an index that sees none of its cells is known to be 0`() throws {
        let (some, none) = ([Double](repeating: 1, count: 20_000), [Double](repeating: 0, count: 20_000))
        let bounds = try #require(DriftBounds(some + none, none + some, Distances(some + none, none + some)))
        #expect(bounds.populationStabilityIndex.lower == 0 && bounds.populationStabilityIndex.upper < 0.001)
    }
}
