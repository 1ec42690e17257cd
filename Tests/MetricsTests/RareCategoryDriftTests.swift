import Basics
import Glibc
import Testing

@testable import Frames
@testable import Metrics
@testable import Statistics

/// Drift of columns with so many categories that each is rare: what chance makes of distances, and what the stability index's floor hides.
@Suite struct RareCategoryDriftTests {
    /// Rows of each category, each drawn anew by the categories' shares.
    static func draw(_ rows: Int, _ shares: [Double], _ random: inout SeededRandom) -> [Double] {
        var ends = shares
        for place in ends.indices.dropFirst() { ends[place] += ends[place - 1] }
        var counts = [Double](repeating: 0, count: shares.count)
        for _ in 0..<rows {
            let value = random.nextUnit() * ends[ends.count - 1]
            var (low, high) = (0, ends.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if ends[middle] <= value { low = middle + 1 } else { high = middle }
            }
            counts[low] += 1
        }
        return counts
    }

    static func verdict(_ old: [Double], _ new: [Double], draws: [Double]? = nil) -> PresetVerdict {
        let distances = Distances(old, new)
        let cells = zip(old, new).map { PooledCategories.Cell(old: $0, new: $1, rows: $0 + $1) }
        return .stability(
            distances, chance: DriftBounds(old, new, distances, draws: draws)?.chance,
            pooled: PooledCategories(cells, rows: (old.reduce(0, +), new.reduce(0, +))))
    }

    @Test(
        arguments: [
            ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 5), ([2, 2, 2, 2, 2, 2, 2, 2, 1, 1], 6), ([7, 5, 5, 3, 2, 2, 1, 1, 1, 1, 1, 1], 21),
            ([40, 30, 30, 3, 1, 1], 12),
            ([40, 30, 30, 3, 1, 1], 97),
        ] as [([Int], Int)])
    func `what chance makes of distances is their mean over all ways to deal the rows to the tables`(totals: [Int], first: Int) {
        let rows = totals.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
        var random = SeededRandom(seed: 9)
        var (sums, squares) = ([0.0, 0, 0], [0.0, 0, 0])
        let deals = 2_000
        for _ in 0..<deals {
            var dealt = rows
            dealt.shuffle(using: &random)
            var (old, new) = ([Double](repeating: 0, count: totals.count), [Double](repeating: 0, count: totals.count))
            for (place, cell) in dealt.enumerated() { if place < first { old[cell] += 1 } else { new[cell] += 1 } }
            let found = Distances(old, new)
            let values = [found.populationStabilityIndex, found.jensenShannon * found.jensenShannon, found.hellinger * found.hellinger]
            for (place, value) in values.enumerated() {
                sums[place] += value
                squares[place] += value * value
            }
        }
        // Any deal will do: only the cells' totals count.
        var (old, new) = ([Double](repeating: 0, count: totals.count), [Double](repeating: 0, count: totals.count))
        for (place, cell) in rows.enumerated() { if place < first { old[cell] += 1 } else { new[cell] += 1 } }
        let chance = ChanceDistances(old, new)
        for (place, own) in [chance.mean.stability, chance.mean.divergence, chance.mean.apart].enumerated() {
            let mean = sums[place] / Double(deals)
            let error = max(0, squares[place] / Double(deals) - mean * mean).squareRoot() / Double(deals).squareRoot()
            #expect(abs(own - mean) <= 4 * error + 1e-12, "\(place): \(own), dealt \(mean) ± \(error)")
        }
    }

    @Test func `where cells have many rows, chance makes (K − 1)(1/n + 1/m) of the index`() {
        let (old, new) = ([3e5, 2e5, 5e5], [2.9e4, 2.1e4, 5e4])
        let wanted = 2 * (1 / 1e6 + 1 / 1e5)
        let chance = ChanceDistances(old, new)
        #expect(abs(chance.mean.stability / wanted - 1) < 1e-4)
        #expect(
            abs(chance.mean.divergence * Distances.divergenceScale / wanted - 1) < 1e-4 && abs(chance.mean.apart * 8 / wanted - 1) < 1e-4
        )
    }

    @Test func `categories that are there once each are those of one table by chance, bounds say so`() {
        let (old, new) = (
            [Double](repeating: 1, count: 300) + [Double](repeating: 0, count: 200),
            [Double](repeating: 0, count: 300) + [Double](repeating: 1, count: 200)
        )
        let distances = Distances(old, new)
        #expect(abs(distances.jensenShannon - 1) < 1e-12 && abs(ChanceDistances(old, new).mean.divergence - 1) < 1e-12)
        let bounds = DriftBounds(old, new, distances)
        #expect((bounds?.jensenShannon.lower ?? 1) < 1e-5 && (bounds?.hellinger.lower ?? 1) < 1e-5)
        #expect((bounds?.jensenShannon.upper ?? 0) > 1 - 1e-12)
    }

    @Test(arguments: [1.0, 2, 3, 10])
    func `rare categories of which none is left have drifted, unless each was there once`(times: Double) throws {
        let count = Int(120_000 / times)
        let (some, none) = ([Double](repeating: times, count: count), [Double](repeating: 0, count: count))
        let verdict = Self.verdict(some + none, none + some)
        #expect(Distances(some + none, none + some).populationStabilityIndex == 0)
        #expect(verdict.isDrifted == (times > 1))
        if times > 1 {
            let score = try #require(verdict.score)
            #expect(verdict.method == "Jensen-Shannon divergence beyond chance, times 8 ln 2" && score > 2.7 && score < Distances.divergenceScale)
        }
    }

    @Test func `of rare categories 5 % that are new, a half that is gone and a value that takes over are drift`() {
        var random = SeededRandom(seed: 3)
        let count = 20_000
        let all = [Double](repeating: 1, count: count)
        let old = Self.draw(400_000, all + [Double](repeating: 0, count: count), &random)
        let halved = Self.draw(400_000, [Double](repeating: 1, count: count / 2) + [Double](repeating: 0, count: count + count / 2), &random)
        #expect(Self.verdict(old, halved).isDrifted && Self.verdict(halved, old).isDrifted)
        // One new category of a twentieth of the rows has an index of 0.31, and so have many.
        for (share, isDrifted) in [(0.03, false), (0.05, true), (0.15, true)] {
            let new = Self.draw(400_000, all.map { $0 * (1 - share) } + all.map { $0 * share }, &random)
            #expect(Self.verdict(old, new).isDrifted == isDrifted, "\(share)")
        }
        let once = [Double](repeating: 1, count: count)
        let constant = Self.verdict(once + [0], once.map { _ in 0 } + [Double(count)])
        #expect(constant.isDrifted && constant.method == "population stability index beyond chance")
    }

    @Test(arguments: [(20_000, 20_000), (40_000, 3_000), (3_000, 40_000), (3_000, 3_000), (100_000, 500)], [50, 1_000, 200_000])
    func `equal distributions raise no alarm, whatever the index makes of their rows`(sizes: (Int, Int), categories: Int) {
        var random = SeededRandom(seed: 17)
        let uniform = [Double](repeating: 1, count: categories)
        let zipf = (1...categories).map { 1 / Double($0) }
        for shares in [uniform, zipf] {
            let (old, new) = (Self.draw(sizes.0, shares, &random), Self.draw(sizes.1, shares, &random))
            #expect(!Self.verdict(old, new).isDrifted)
            let excess = Distances(old, new).jensenShannon * Distances(old, new).jensenShannon - ChanceDistances(old, new).mean.divergence
            #expect(abs(excess) * Distances.divergenceScale < 0.1)
        }
    }

    /// Of every two in five rows the value is their own: nothing tells which table such a row is of, but all of them are of one.
    @Test(arguments: [(50, 50), (100, 100), (300, 300), (1_000, 1_000), (300, 10_000), (10_000, 300), (10_000, 10_000)])
    func `values that are there once each and in one table only are drift where they are many`(sizes: (Int, Int)) {
        var random = SeededRandom(seed: 5)
        let groups = [Double](repeating: 1, count: 10)
        let (own, others) = (sizes.1 * 2 / 5, sizes.1 - sizes.1 * 2 / 5)
        let old = Self.draw(sizes.0, groups, &random) + [Double](repeating: 0, count: own)
        let new = Self.draw(others, groups, &random) + [Double](repeating: 1, count: own)
        #expect(Self.verdict(old, new).isDrifted && Self.verdict(new, old).isDrifted)
        // As many in both are not.
        let both = sizes.0 * 2 / 5
        let alike = Self.draw(sizes.0 - both, groups, &random) + [Double](repeating: 1, count: both) + [Double](repeating: 0, count: own)
        let same = Self.draw(others, groups, &random) + [Double](repeating: 0, count: both) + [Double](repeating: 1, count: own)
        #expect(!Self.verdict(alike, same).isDrifted)
    }

    /// Three standard deviations: of 200 pairs not more than one in twenty, where the mean alone let through a third.
    @Test(arguments: [(30, 30), (50, 50), (100, 100), (1_000, 1), (1, 1_000), (3_000, 50)], [2, 10, 30])
    func `small tables of one distribution hardly raise an alarm`(sizes: (Int, Int), cells: Int) {
        var random = SeededRandom(seed: 19)
        for shares in [[Double](repeating: 1, count: cells), DriftBoundsTests.zipf(cells)] {
            let alarms = (0..<200).count { _ in
                Self.verdict(Self.draw(sizes.0, shares, &random), Self.draw(sizes.1, shares, &random)).isDrifted
            }
            #expect(alarms <= 10, "\(alarms)")
        }
    }

    @Test(arguments: [(30, 30, 2.0), (50, 50, 1.5), (2_000, 50, 1.5), (100, 100, 1), (2_000, 200, 1)])
    func `shifts of small tables that anyone would call drift are`(first: Int, second: Int, shift: Double) throws {
        var random = SeededRandom(seed: 29)
        func numbers(_ rows: Int, _ middle: Double) -> Column {
            Column(
                "x",
                doubles: (0..<rows).map { _ in
                    let normal = (-2 * log(1 - random.nextUnit())).squareRoot() * cos(2 * .pi * random.nextUnit())
                    return ((middle + normal) * 10).rounded() / 10
                })
        }
        let found = try (0..<40).count { _ in
            try DriftReport(reference: [ReferenceColumn(numbers(first, 0))], current: Frame([numbers(second, shift)])).columns[0].isDrifted
        }
        #expect(found >= 38, "\(found)")
    }

    /// A tenth of the values has twenty times the weight of the others, in both tables: their bins have fewer rows than the weights of all bins tell.
    @Test(arguments: [(300, 300), (1_000, 100)])
    func `numbers whose weights go with them raise no alarm`(first: Int, second: Int) throws {
        var random = SeededRandom(seed: 37)
        func side(_ rows: Int) throws -> (frame: Frame, weights: [Double]) {
            let values = (0..<rows).map { _ in random.nextUnit() }
            return (try Frame([Column("x", doubles: values)]), values.map { $0 > 0.9 ? 20 : 1 })
        }
        let alarms = try (0..<60).count { _ in
            let (old, new) = (try side(first), try side(second))
            return try DriftReport(reference: old.frame, weights: old.weights, current: new.frame, weights: new.weights).columns[0].isDrifted
        }
        #expect(alarms <= 3, "\(alarms)")
    }

    @Test func `weights make no drift of rare categories and hide none, whatever their scale`() throws {
        var random = SeededRandom(seed: 23)
        func column(_ rows: Int, from: Int, times: Int) throws -> Column { Column("id", texts: (0..<rows).map { "c\(from + $0 / times)" }) }
        func report(times: Int, scale: Double) throws -> DriftReport.ColumnDrift {
            var weights = SeededRandom(seed: 4)
            func drawn(_ rows: Int) -> [Double] { (0..<rows).map { _ in scale / (0.02 + weights.nextUnit()) } }
            let (old, new) = (12_000, 9_000)
            return try #require(
                DriftReport(
                    reference: Frame([column(old, from: 0, times: times)]), weights: drawn(old),
                    current: Frame([column(new, from: 50_000, times: times)]), weights: drawn(new)
                ).columns.first)
        }
        for scale in [1, 1e-9, 1e9] {
            let once = try report(times: 1, scale: scale)
            #expect(!once.isDrifted)
            #expect((once.intervals["jensenShannonDistance"]?.lower ?? 1) < 0.05)
            let often = try report(times: 10, scale: scale)
            #expect(often.isDrifted)
        }
        // One row that has nearly all the weight says nothing of the others.
        let heavy = (0..<3_000).map { $0 == 0 ? 1e6 : 1 + random.nextUnit() }
        let one = try #require(
            DriftReport(
                reference: Frame([column(3_000, from: 0, times: 1)]), weights: heavy, current: Frame([column(3_000, from: 0, times: 1)]),
                weights: heavy
            ).columns.first)
        #expect(!one.isDrifted && one.populationStabilityIndex == 0)
    }

    /// Of one distribution; a row of the common category in each table has a hundredth of its weight, so that effective rows are not in proportion to rows. Or the
    /// reference alone has weights.
    @Test(arguments: [0.01, 0])
    func `rows that are many and light in one table, and few and heavy in the other, make no drift`(share: Double) throws {
        var random = SeededRandom(seed: 31)
        func side(_ rows: Int, spread: Double) throws -> (column: Column, weights: [Double]) {
            let names = (0..<rows).map {
                $0 == 0 || random.nextUnit() < (share > 0 ? 0.5 : 0) ? "common" : "c\(Int(random.nextUnit() * (share > 0 ? 20_000 : 40_000)))"
            }
            let weights = (0..<rows).map { row in
                share > 0
                    ? (row == 0 ? share * Double(rows) : 1)
                    : exp(spread * (-2 * log(1 - random.nextUnit())).squareRoot() * cos(2 * .pi * random.nextUnit()))
            }
            return (Column("id", texts: names), weights)
        }
        let (old, new) = (try side(share > 0 ? 100_000 : 250_000, spread: 1.25), try side(12_000, spread: 0.01))
        let drift = try #require(
            DriftReport(reference: Frame([old.column]), weights: old.weights, current: Frame([new.column]), weights: new.weights).columns.first)
        #expect(drift.populationStabilityIndex < 0.25 && !drift.isDrifted, "\(drift.method): \(drift.score ?? .nan)")
        #expect((drift.intervals["jensenShannonDistance"]?.lower ?? 1) == 0)
    }

    @Test func `a tally is not read from numbers that no table has`() throws {
        let reference = ReferenceColumn(Column("c", texts: ["a", "a", "b", nil]))
        var tally = DriftTally(reference)
        try tally.add(Column("c", texts: ["a", "c", nil]))
        let json = tally.json
        #expect(DriftTally(json: json, reference: reference) == tally)
        for (key, value) in [
            ("rows", JSONValue.int(-3)), ("rows", .int(4)), ("missing", .int(-1)), ("missing", .int(4)),
            ("counts", .array([.int(-1), .int(1), .int(2)])),
            ("counts", .array([.int(1), .int(1), .int(1)])),
        ] {
            var members = try #require(json.objectValue)
            members[key] = value
            #expect(DriftTally(json: .object(members), reference: reference) == nil, "\(key)")
        }
    }

    @Test(arguments: [10.0, 1000, 1e6]) func `one row has drifted where nothing like it was among rows that are all alike`(_ rows: Double) {
        #expect(Self.verdict([rows, 0], [0, 1]).isDrifted == (rows > 100))
        #expect(!Self.verdict([rows], [1]).isDrifted)
        #expect(!Self.verdict([rows - 1, 1], [1, 0]).isDrifted)
        #expect(!Self.verdict([rows / 2, rows / 2], [0, 1]).isDrifted)
    }
}
