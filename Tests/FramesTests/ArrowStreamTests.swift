import Basics
import Foundation
import Frames
import TestSupport
import Testing

@Suite struct ArrowStreamTests {
    private static func fixture(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: TestFiles.fixtures.appendingPathComponent("Frames/\(name)")))
    }

    @Test(arguments: ["two-batches.arrows", "compressed.arrow"])
    func `a stream and a file of pyarrow's are read, each batch with its own dictionary`(_ name: String) throws {
        let frame = try Frame.read(arrow: Self.fixture(name))
        let expected = try Frame([
            Column("n", integers: [1, nil, 3]), Column("x", doubles: [0.5, 1.5, nil]), Column("word", texts: ["b", "a", "c"]),
            Column("flag", booleans: [true, nil, false]), Column("text", texts: ["x", nil, "ü"]),
            Column("when", .timestamp([0, 1_000_000, 0]), validity: [true, true, false]),
        ])
        #expect(frame == expected)
        #expect(try Frame.read(arrow: Self.fixture(name), columns: ["text", "n"]).columnNames == ["text", "n"])
    }

    @Test func `a table comes back from a stream as it was, and gives the same bytes each time`() throws {
        let frame = try Frame([
            Column("a", integers: [1, nil, -3]), Column("b", doubles: [.nan, nil, 2.5]), Column("c", texts: ["x", nil, "Zürich"]),
            Column("d", booleans: [nil, true, false]), Column("e", .timestamp([5, -6, 7])),
        ])
        let bytes = try frame.writeArrow()
        #expect(try Frame.read(arrow: bytes) == frame)
        #expect(try frame.writeArrow() == bytes)
    }

    @Test func `flipped and cut bytes give an error or a table, never a crash`() throws {
        var random = SeededRandom(seed: 23)
        var refused = 0
        let originals = [try Self.fixture("two-batches.arrows"), try Self.fixture("compressed.arrow")]
        for round in 0..<1_500 {
            var bytes = originals[round % 2]
            for _ in 0...random.next(below: 3) { bytes[Int(random.next(below: UInt64(bytes.count)))] ^= UInt8(1 << random.next(below: 8)) }
            if round % 5 == 0 { bytes.removeLast(Int(random.next(below: UInt64(bytes.count)))) }
            do {
                let frame = try Frame.read(arrow: bytes)
                #expect(frame.columns.allSatisfy { $0.count == frame.rowCount }, "round \(round)")
            } catch {
                #expect(!error.message.isEmpty)
                refused += 1
            }
        }
        #expect(refused > 100)
    }

    @Test func `what is no stream says so`() {
        for text in ["", "PAR1", "a,b\n1,2\n"] {
            #expect(throws: FrameError.self) { try Frame.read(arrow: Array(text.utf8)) }
        }
    }
}
