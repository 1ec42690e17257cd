import Basics
import Frames
import Testing

@testable import Metrics

/// The quick ways to count and sum numbers come to what the plain ones do.
@Suite struct NumberProfileTests {
    @Test(arguments: [(0.0, 1.0), (-500, 3), (1e9, 1), (0, 0x1p40), (-0x1p52, 0x1p30), (0.5, 1), (0, 1e200)])
    func `whole numbers near to and far from one another, and fractions`(start: Double, step: Double) throws {
        var random = SeededRandom(seed: 5)
        let values = (0..<3000).map { _ in start + step * Double(random.next(below: 700)) }
        let found = NumberProfile.of(values)
        let numbers = try #require(found.numbers)
        #expect(found.distinct == Set(values).count)
        #expect(numbers.minimum == values.min() && numbers.maximum == values.max())
        let unit = max(abs(numbers.minimum), abs(numbers.maximum))
        let mean = values.reduce(0) { $0 + $1 / unit } / 3000
        let deviation = (values.reduce(0) { $0 + ($1 / unit - mean) * ($1 / unit - mean) } / 3000).squareRoot()
        #expect(abs(numbers.mean / unit - mean) <= 1e-12)
        #expect(abs(numbers.deviation / unit - deviation) <= 1e-9 * deviation)
        if let whole = values.allSatisfy({ abs($0) < 0x1p53 && $0 == $0.rounded() }) ? values.map({ Int64($0) }) : nil {
            #expect(NumberProfile.of(whole).distinct == found.distinct && NumberProfile.of(whole).numbers == numbers)
        }
    }

    @Test func `zeros of both signs are one number, and infinities have no mean`() throws {
        #expect(NumberProfile.of([0.0, -0.0, 0.5]).distinct == 2)
        let found = NumberProfile.of([1, .infinity, 3, -.infinity])
        #expect(found.distinct == 4 && found.numbers?.mean == 2 && found.numbers?.deviation == 1)
        #expect(NumberProfile.of([Double.infinity]).numbers == nil)
        #expect(NumberProfile.of([Int64.min, .max, 0]).distinct == 3)
        let missing = Column("x", doubles: [1, nil, 3, .nan, 3])
        #expect(TableProfile(try Frame([missing])).columns.first?.distinct == 2)
    }
}

@Suite struct EdgeTextTests {
    @Test func `edges are written short, and apart from one another`() {
        #expect(Histogram.texts([-1.3301187, 0.17461782, 1234567, 0]) == ["-1.33", "0.175", "1230000", "0"])
        #expect(Histogram.texts([0.30001, 0.30002]) == ["0.30001", "0.30002"])
        #expect(Histogram.texts([1, 2, 30.5]) == ["1", "2", "30.5"])
        #expect(Histogram.texts([1e-9, 1e300, -2.5e12]).count == 3)
    }
}
