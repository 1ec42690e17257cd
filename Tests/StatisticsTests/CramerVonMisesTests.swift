import Basics
import Statistics
import Testing

@Suite struct CramerVonMisesTests {
    /// Of two samples, by their values.
    private static func test(_ first: [Int], _ second: [Int], countsRows: Bool = true) -> CramerVonMises {
        let (n, m) = (Double(first.count), Double(second.count))
        var found = CramerVonMises(first: n, second: m, countsRows: countsRows)
        for value in Set(first + second).sorted() {
            let rows = (first + second).count { $0 == value }
            found.add(rows: Double(rows), distance: Double(first.count { $0 <= value }) / n - Double(second.count { $0 <= value }) / m)
        }
        return found
    }

    @Test(arguments: [[1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 0, 0, 1, 1, 2, 2, 2, 2], [0, 0, 0, 0, 0, 0, 0, 1, 1], [5, 5, 7, 8, 9, 9, 9, 9, 12]])
    func `its mean and variance are those over all ways to deal the values out`(values: [Int]) {
        for count in 1...8 {
            var found: [Double] = []
            for mask in 0..<(1 << values.count) where mask.nonzeroBitCount == count {
                let first = values.indices.filter { mask >> $0 & 1 == 1 }.map { values[$0] }
                found.append(Self.test(first, values.indices.filter { mask >> $0 & 1 == 0 }.map { values[$0] }).statistic)
            }
            let mean = found.reduce(0, +) / Double(found.count)
            let variance = found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(found.count)
            let chance = Self.test(Array(values.prefix(count)), Array(values.dropFirst(count))).chance
            #expect(abs(chance.mean - mean) < 1e-13, "\(values), \(count)")
            #expect(abs(chance.variance - variance) < 1e-13, "\(values), \(count)")
        }
    }

    @Test func `of two and of three rows, and of one value, nothing is a division by zero`() {
        #expect(Self.test([1], [2]).pValue == 1)
        #expect(Self.test([1, 1], [1]).pValue == 1 && Self.test([1, 1], [1]).statistic == 0)
        for (first, second) in [([1, 2], [3]), ([1], [1, 2]), ([1, 1], [2])] { #expect((0...1).contains(Self.test(first, second).pValue)) }
    }

    @Test(arguments: [(50, 200, 2), (20, 300, 2), (200, 50, 5), (60, 40, 9)], [true, false])
    func `equal distributions give few alarms, whatever values are alike and however the samples differ in rows`(
        _ shape: (Int, Int, UInt64), _ countsRows: Bool
    ) {
        var random = SeededRandom(seed: 31)
        // A tenth of the values are as many as all others.
        func sample(_ count: Int) -> [Int] { (0..<count).map { _ in random.nextUnit() < 0.5 ? 0 : Int(random.next(below: shape.2)) } }
        let trials = 1000
        let alarms = (0..<trials).count { _ in Self.test(sample(shape.0), sample(shape.1), countsRows: countsRows).pValue < 0.05 }
        // 5 % and three standard errors; some alarms, or else it would be none.
        #expect(alarms <= 71 && alarms >= 20, "\(shape), \(countsRows): \(alarms) of \(trials)")
    }

    @Test func `a shift of values that are alike is seen`() {
        var random = SeededRandom(seed: 32)
        let first = (0..<300).map { _ in Int(random.next(below: 5)) }
        let second = (0..<100).map { _ in Int(random.next(below: 5)) + 1 }
        #expect(Self.test(first, second).pValue < 1e-3)
    }
}
