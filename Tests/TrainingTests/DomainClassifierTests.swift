import Basics
import Frames
import Metrics
import Statistics
import Testing

@testable import Training

@Suite struct DomainClassifierTests {
    @Test func `numbers that trees cannot hold are at their ends, and no failure of the machine`() throws {
        var random = SeededRandom(seed: 3)
        func frame(_ scale: Double) throws -> Frame {
            try Frame([Column("x", doubles: (0..<200).map { $0 % 50 == 0 ? .infinity : scale * (1 + random.nextUnit()) })])
        }
        let far = try DomainClassifier.area(reference: frame(1), current: frame(1e300), columns: ["x"])
        #expect(try #require(far.value) > 0.97)
        let near = try DomainClassifier.area(reference: frame(-1e300), current: frame(-1e300), columns: ["x"])
        #expect(abs(try #require(near.value) - 0.5) < 0.1)
    }

    private static func shuffled(_ count: Int, _ random: inout SeededRandom) -> [Int] {
        var order = Array(0..<count)
        for place in order.indices.reversed() { order.swapAt(place, Int(random.next(below: UInt64(place + 1)))) }
        return order
    }

    private static func table(_ count: Int, moved: Double = 0, _ random: inout SeededRandom) throws -> Frame {
        let rows = 0..<count
        return try Frame([
            Column("x", doubles: rows.map { _ in random.nextUnit() < 0.05 ? nil : random.nextUnit() + moved }),
            Column("n", integers: rows.map { _ in Int64(random.next(below: 40)) }),
            Column("c", texts: rows.map { _ in ["a", "b", "ü", nil][Int(random.next(below: 4))] }),
            Column("b", booleans: rows.map { _ in random.nextUnit() < 0.3 }),
        ])
    }

    @Test(arguments: [false, true]) func `the order of the rows does not show in any digit, where rows are sampled neither`(isWeighted: Bool) throws {
        var random = SeededRandom(seed: 5)
        let (old, new) = (try Self.table(400, &random), try Self.table(300, moved: 0.1, &random))
        let (v, w) = ((0..<400).map { Double($0 % 4) }, (0..<300).map { Double($0 % 3) + 0.5 })
        func area(_ first: [Int], _ second: [Int], _ limit: Int) throws -> Estimate {
            try DomainClassifier.area(
                reference: old.selecting(rows: first), current: new.selecting(rows: second),
                weights: isWeighted ? (first.map { v[$0] }, second.map { w[$0] }) : nil, columns: old.columnNames, limit: limit)
        }
        for limit in [20_000, 150] {
            let plain = try area(Array(0..<400), Array(0..<300), limit)
            #expect(plain.value != nil)
            for _ in 0..<2 {
                let (first, second) = (Self.shuffled(400, &random), Self.shuffled(300, &random))
                #expect(try area(first, second, limit) == plain)
            }
        }
    }

    @Test func `rows that are there several times do not tell a table from another of their distribution`() throws {
        var random = SeededRandom(seed: 6)
        let columns = ["x", "y"]
        func repeated() throws -> Frame {
            let frame = try Frame(columns.map { name in Column(name, doubles: (0..<100).map { _ in random.nextUnit() }) })
            let order = Self.shuffled(400, &random)
            return frame.selecting(rows: order.map { $0 / 4 })
        }
        var sum = 0.0
        for _ in 0..<5 { sum += try #require(try DomainClassifier.area(reference: repeated(), current: repeated(), columns: columns).value) }
        // Copies in both halves made it 0.9.
        #expect(abs(sum / 5 - 0.5) < 0.06)
    }

    @Test func `values of which every row has one of few are told by their shares`() throws {
        var random = SeededRandom(seed: 7)
        func frame(_ share: Double, _ kinds: UInt64) throws -> Frame {
            try Frame([
                Column("c", texts: (0..<300).map { _ in "k\(random.next(below: random.nextUnit() < share ? kinds / 2 : kinds))" })
            ])
        }
        for kinds in [2, 30] as [UInt64] {
            let moved = try DomainClassifier.area(reference: frame(0, kinds), current: frame(0.7, kinds), columns: ["c"])
            #expect(try #require(moved.interval).lower > 0.55, "\(kinds)")
            let same = try DomainClassifier.area(reference: frame(0.2, kinds), current: frame(0.2, kinds), columns: ["c"])
            #expect(abs(try #require(same.value) - 0.5) < 0.08, "\(kinds)")
        }
    }

    @Test func `numbers that single precision cannot tell apart are told apart`() throws {
        var random = SeededRandom(seed: 8)
        let draws = (0..<200).map { _ in random.nextUnit() }
        func area(_ column: (ClosedRange<Int>) -> Column) throws -> Double {
            try #require(
                try DomainClassifier.area(reference: try Frame([column(0...99)]), current: try Frame([column(100...199)]), columns: ["x"]).value)
        }
        func moved(_ row: Int) -> Double { draws[row] + (row < 100 ? 0 : 0.5) }
        for found in [
            try area { Column("x", doubles: $0.map { moved($0) * 1e-300 }) }, try area { Column("x", doubles: $0.map { 1e9 + moved($0) }) },
            try area { Column("x", integers: $0.map { 1 << 60 + Int64(moved($0) * 100) }) },
            try area { Column("x", .timestamp($0.map { 1_700_000_000_000_000 + Int64(moved($0) * 1e6) })) },
        ] { #expect(found > 0.7) }
    }

    /// The halves of every pair of such tables had too many and too few of the same contents: 0.46 on average.
    @Test func `of few contents no pair of equal tables is told apart the wrong way round more than the right`() throws {
        var random = SeededRandom(seed: 9)
        func frame() throws -> Frame {
            try Frame(["a", "b", "c"].map { name in Column(name, integers: (0..<300).map { _ in Int64(random.next(below: 3)) }) })
        }
        var sum = 0.0
        for _ in 0..<20 { sum += try #require(try DomainClassifier.area(reference: frame(), current: frame(), columns: ["a", "b", "c"]).value) }
        // The areas' standard deviation is 0.03: three standard errors.
        #expect(abs(sum / 20 - 0.5) < 0.02, "\(sum / 20)")
    }
}
