import Basics
import Statistics
import Testing

@Suite struct CellBootstrapTests {
    static func f2(_ cells: [Double]) -> Double? {
        let denominator = 5 * cells[0] + 4 * cells[3] + cells[1]
        return denominator > 0 ? 5 * cells[0] / denominator : nil
    }

    @Test func `accelerated bounds of a figure of cells cover, at n of 100 too`() throws {
        for (rows, cells) in [(100, [20, 8, 62, 10]), (400, [60, 20, 280, 40])] {
            let truth = try #require(Self.f2(cells.map(Double.init)))
            var covered = 0
            for trial in 0..<200 {
                var random = SeededRandom(seed: 77, stream: UInt64(trial * rows))
                let drawn = Multinomial.resample(cells, &random).map { Double($0) }
                let bounds = try #require(CellBootstrap(drawn, replicates: 300, seed: UInt64(trial)).interval(Self.f2))
                if bounds.lower <= truth, truth <= bounds.upper { covered += 1 }
            }
            #expect(Double(covered) / 200 >= 0.92, "\(rows)")
        }
    }

    @Test func `a perfect table keeps bounds of some width, and the same seed gives the same`() throws {
        let first = try #require(CellBootstrap([30, 0, 70, 0], seed: 4).interval(Self.f2))
        #expect(first.upper == 1 && first.lower < 0.99 && first.lower > 0.8)
        #expect(CellBootstrap([30, 0, 70, 0], seed: 4).interval(Self.f2) == first)
        #expect(CellBootstrap([0, 0, 70, 0], seed: 4).interval { $0[0] > 0 ? nil : nil } == nil)
    }

    @Test func `sums of bounded figures are Newcombe's where they are differences of shares`() {
        let pair = ProportionPair(Proportion(30, of: 80), Proportion(10, of: 90))
        let parts = [(1.0, pair.first), (-1, pair.second)].map { sign, share in
            Combination.Part(sign, share.value, lower: share.wilson().lower, upper: share.wilson().upper)
        }
        let (sum, newcombe) = (Combination.sum(parts, method: "x"), pair.newcombe())
        #expect(abs(sum.lower - newcombe.lower) < 1e-12 && abs(sum.upper - newcombe.upper) < 1e-12)
        let ratio = Combination.ratio(
            .init(1, 0.375, lower: 0.28, upper: 0.48), .init(1, 0.111, lower: 0.06, upper: 0.19), method: "x")
        #expect((ratio?.lower ?? 9) < 0.375 / 0.111 && (ratio?.upper ?? 0) > 0.375 / 0.111)
        #expect(Combination.ratio(.init(1, 0.3, lower: 0.2, upper: 0.4), .init(1, 0.1, lower: 0, upper: 0.2), method: "x") == nil)
    }
}
