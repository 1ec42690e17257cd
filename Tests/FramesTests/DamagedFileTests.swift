import Basics
import Foundation
import Frames
import TestSupport
import Testing

@Suite struct DamagedFileTests {
    @Test func `flipped and cut bytes give an error or a table, never a crash`() throws {
        let parquet = Array(try Data(contentsOf: TestFiles.fixtures.appendingPathComponent("Frames/row-groups.parquet")))
        let csv = Array("n,x,word\n1,0.5,\"a \"\"b\"\"\"\n2,,\"c\nd\"\n".utf8)
        var random = SeededRandom(seed: 17)
        var refused = 0
        for round in 0..<1_500 {
            let original = round % 3 == 0 ? csv : parquet
            var bytes = original
            for _ in 0...random.next(below: 3) {
                bytes[Int(random.next(below: UInt64(bytes.count)))] ^= UInt8(1 << random.next(below: 8))
            }
            if round % 5 == 0 { bytes.removeLast(Int(random.next(below: UInt64(bytes.count)))) }
            do {
                let frame = original == csv ? try Frame.read(csv: bytes) : try Frame.read(parquet: bytes)
                #expect(frame.columns.allSatisfy { $0.count == frame.rowCount }, "round \(round)")
            } catch {
                #expect(!error.message.isEmpty)
                refused += 1
            }
        }
        #expect(refused > 100)
    }
}
