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

    @Test func `a stratified split has the same share of every class`() throws {
        let frame = try Frame([Column("y", texts: (0..<103).map { $0 % 10 == 0 ? "rare" : $0 % 2 == 0 ? "even" : "odd" })])
        let rows = try Split.stratified(by: "y", seed: 5, testShare: 0.25).resolve(frame)
        #expect((rows.train + rows.test).sorted() == Array(0..<103))
        // 11, 41 and 51 rows.
        #expect(rows.test.count { $0 % 10 == 0 } == 3)
        #expect(rows.test.count { $0 % 10 != 0 && $0 % 2 == 0 } == 10)
        #expect(rows.test.count { $0 % 2 == 1 } == 13)
        #expect(try Split.stratified(by: "y", seed: 6, testShare: 0.25).resolve(frame) != rows)
    }

    @Test func `a grouped split keeps every group in one part, and comes near to the share`() throws {
        let groups = (0..<400).map { Int64($0 * $0 % 23) }
        let frame = try Frame([Column("g", integers: groups)])
        for seed in UInt64(0)..<20 {
            let rows = try Split.grouped(by: "g", seed: seed, testShare: 0.3).resolve(frame)
            #expect(Set(rows.test.map { groups[$0] }).isDisjoint(with: rows.train.map { groups[$0] }))
            #expect((rows.train + rows.test).sorted() == Array(0..<400))
            #expect(abs(Double(rows.test.count) - 120) < 20)
        }
        #expect(throws: TrainingError.self) {
            try Split.grouped(by: "g", seed: 1, testShare: 0.3).resolve(Frame([Column("g", integers: [1, 1, 1])]))
        }
    }

    @Test func `a split by time tests the last rows, and rows of one time stay together`() throws {
        let times: [Int64] = [5, 1, 4, 4, 4, 2, 9, 3, 4, 7]
        let rows = try Split.timeOrdered(by: "t", testShare: 0.5).resolve(Frame([Column("t", integers: times)]))
        // Five rows would begin among the four of time 4.
        #expect(rows.test == [0, 2, 3, 4, 6, 8, 9])
        #expect(rows.train == [1, 5, 7])
        #expect {
            try Split.timeOrdered(by: "t", testShare: 0.5).resolve(Frame([Column("t", integers: [1, nil, 3])]))
        } throws: {
            ($0 as? TrainingError)?.message.contains("'t' is missing in row 2") == true
        }
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
        (.stratified(by: "none", seed: 1, testShare: 0.5), "no column 'none'"), (.timeOrdered(by: "part", testShare: 0.5), "holds no times"),
        (.grouped(by: "part", seed: 1, testShare: 0.01), "leaves one part without rows"), (.random(seed: 1, testShare: .nan), "between 0 and 1"),
        (.random(seed: 1, testShare: 0.01), "leaves one part without rows"),
    ])
    func `an empty or senseless split is refused`(_ split: Split, text: String) throws {
        let frame = try Frame([Column("part", texts: ["train", "test"])])
        #expect { try split.resolve(frame) } throws: { ($0 as? TrainingError)?.message.contains(text) == true }
    }
}
