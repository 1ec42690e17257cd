import Frames
import Testing
import Training

@Suite struct SplitTests {
    static func frame(_ count: Int) throws -> Frame { try Frame([Column("x", integers: (0..<count).map { Int64($0) })]) }

    @Test func `a column's values say which part a row is in; others are in neither`() throws {
        let frame = try Frame([Column("part", texts: ["train", "test", nil, "valid", "train"])])
        let rows = try Split.column("part", train: "train", test: "test").resolve(frame)
        #expect(rows.train == [0, 4])
        #expect(rows.test == [1])
    }

    @Test func `a random split is exact, complete, disjoint and decided by its seed`() throws {
        let frame = try Self.frame(1_001)
        let rows = try Split.random(seed: 5, testShare: 0.3).resolve(frame)
        #expect(rows.test.count == 300)
        #expect((rows.train + rows.test).sorted() == Array(0..<1_001))
        #expect(rows.test == rows.test.sorted())
        #expect(try Split.random(seed: 5, testShare: 0.3).resolve(frame) == rows)
        #expect(try Split.random(seed: 6, testShare: 0.3).resolve(frame) != rows)
        // Pinned: a changed generator would silently train other models.
        #expect(try Split.random(seed: 1, testShare: 0.3).resolve(Self.frame(10)).test.count == 3)
    }

    @Test func `every row is drawn about equally often`() throws {
        let frame = try Self.frame(20)
        var drawn = [Int](repeating: 0, count: 20)
        for seed in 0..<2_000 { for row in try Split.random(seed: UInt64(seed), testShare: 0.25).resolve(frame).test { drawn[row] += 1 } }
        // Binomial(2000, ¼): mean 500, standard deviation 19.4.
        #expect(drawn.allSatisfy { abs($0 - 500) < 90 })
    }

    @Test(arguments: [
        (Split.column("part", train: "train", test: "holdout"), "no row has 'holdout'"),
        (.column("fold", train: "a", test: "b"), "no split column"),
        (.column("part", train: "train", test: "train"), "both have"), (.random(seed: 1, testShare: 0), "between 0 and 1"),
        (.random(seed: 1, testShare: .nan), "between 0 and 1"), (.random(seed: 1, testShare: 0.01), "leaves one part without rows"),
    ])
    func `an empty or senseless split is refused`(_ split: Split, text: String) throws {
        let frame = try Frame([Column("part", texts: ["train", "test"])])
        #expect { try split.resolve(frame) } throws: { ($0 as? TrainingError)?.message.contains(text) == true }
    }
}
