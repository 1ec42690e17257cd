import Basics
import Foundation
import Frames
import TestSupport
import Testing

@Suite struct StreamingTests {
    private static func pieces(_ reader: consuming TableReader) throws -> [Frame] {
        var all: [Frame] = []
        while let piece = try reader.next() { all.append(piece) }
        return all
    }

    /// Every cell as text; categories by their words, whatever their codes.
    private static func cells(_ frame: Frame) -> [[String?]] {
        frame.columns.map { column in
            (0..<column.count).map { row in
                if column.isMissing(row) { return nil }
                return switch column.values {
                case .integer(let all), .timestamp(let all): "\(all[row])"
                case .double(let all): "\(all[row])"
                case .boolean(let all): "\(all[row])"
                case .category(let codes, let names): names[Int(codes[row])]
                }
            }
        }
    }

    private static func joined(_ pieces: [Frame]) -> [[String?]] {
        let all = pieces.map(cells)
        return (all.first ?? []).indices.map { column in all.flatMap { $0[column] } }
    }

    private static func sample(rows: Int, seed: UInt64) throws -> Frame {
        var random = SeededRandom(seed: seed)
        var (numbers, words, whole): ([Double?], [String?], [Int64?]) = ([], [], [])
        for row in 0..<rows {
            numbers.append(random.next(below: 7) == 0 ? nil : random.nextUnit())
            // The words of early rows are others than those of late ones, so that pieces have different dictionaries.
            words.append(random.next(below: 5) == 0 ? nil : "w\(random.next(below: 3) + UInt64(row * 4 / max(1, rows)))")
            whole.append(Int64(row))
        }
        return try Frame([Column("x", doubles: numbers), Column("w", texts: words), Column("n", integers: whole)])
    }

    @Test func `pieces of a Parquet file are the file, whatever its row groups and the size of pieces`() throws {
        let path = TestFiles.fixtures.appendingPathComponent("Frames/row-groups.parquet").path
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(try RowGroups.columnNames(parquet: bytes) == Frame.read(parquet: bytes).columnNames)
        #expect(throws: FrameError.self) { try RowGroups.columnNames(parquet: Array(bytes.dropLast(9))) }
        let whole = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        for size in [1, 3, 1000] {
            let read = try Self.pieces(try TableReader(parquet: path, batchRows: size))
            #expect(read.allSatisfy { $0.rowCount <= size })
            #expect(Self.joined(read) == Self.cells(whole))
        }
        let names = Array(whole.columnNames.reversed())
        #expect(Self.joined(try Self.pieces(try TableReader(parquet: path, columns: names))) == Self.cells(whole).reversed())
        let reader = try TableReader(parquet: path)
        let groups = reader.groupRows
        #expect(groups.count > 1 && groups.reduce(0, +) == whole.rowCount)
        let second = try Self.pieces(try TableReader(parquet: path, groups: 1..<groups.count))
        #expect(Self.joined(second) == Self.cells(whole).map { Array($0.dropFirst(groups[0])) })
    }

    @Test func `pieces that are written are the table again, and the same pieces the same bytes`() throws {
        let folder = try TemporaryFolder()
        let table = try Self.sample(rows: 5000, seed: 3)
        var written: [[UInt8]] = []
        for name in ["a", "b"] {
            let writer = try TableWriter(parquet: "\(folder.path)/\(name).parquet", groupRows: 1300)
            for start in stride(from: 0, to: 5000, by: 700) {
                try writer.append(table.selecting(rows: Array(start..<min(start + 700, 5000))))
            }
            try writer.close()
            written.append(Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name).parquet"))))
        }
        #expect(written[0] == written[1])
        #expect(Self.cells(try Frame.read(parquet: written[0])) == Self.cells(table))
        let groups = try TableReader(parquet: "\(folder.path)/a.parquet").groupRows
        #expect(groups == [1300, 1300, 1300, 1100])
    }

    @Test func `blocks of a CSV file are the file, and a field that does not fit is named with its column`() throws {
        let folder = try TemporaryFolder()
        let lines = (0..<3000).map { "\($0),\(Double($0) / 7),\"word, \($0 % (1 + $0 / 500))\"" }
        try Data(("n,x,w\n" + lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: folder.path + "/t.csv"))
        let whole = try Frame.read(csv: Array(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/t.csv"))))
        let read = try Self.pieces(try TableReader(csv: folder.path + "/t.csv", blockBytes: 4096))
        #expect(read.count > 10)
        #expect(Self.joined(read) == Self.cells(whole))
        let picked = try Self.pieces(
            try TableReader(csv: folder.path + "/t.csv", columns: ["w", "n"], kinds: [.category, .double], blockBytes: 4096))
        #expect(Self.joined(picked)[0] == Self.cells(whole)[2])
        #expect(picked.allSatisfy { $0.columns[1].kind == .double })
        try Data(("n,x\n" + (0..<2000).map { "\($0),1" }.joined(separator: "\n") + "\n7,much\n").utf8)
            .write(to: URL(fileURLWithPath: folder.path + "/bad.csv"))
        let error = #expect(throws: FrameError.self) {
            try Self.pieces(try TableReader(csv: folder.path + "/bad.csv", columns: ["n", "x"], kinds: [.integer, .double], blockBytes: 4096))
        }
        #expect(error?.column == "x")
        let missing = #expect(throws: FrameError.self) { _ = try TableReader(csv: folder.path + "/bad.csv", columns: ["z"]) }
        #expect(missing?.code == .missingColumn)
    }

    @Test func `a cut file, one that is not there, and a full disk are errors`() throws {
        let folder = try TemporaryFolder()
        let bytes = try Self.sample(rows: 4000, seed: 5).writeParquet()
        try Data(bytes.dropLast(1000)).write(to: URL(fileURLWithPath: folder.path + "/cut.parquet"))
        #expect(throws: FrameError.self) { try Self.pieces(try TableReader(parquet: folder.path + "/cut.parquet")) }
        let absent = #expect(throws: FrameError.self) { _ = try TableReader(parquet: folder.path + "/none.parquet") }
        #expect(absent?.code == .inputOutput)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/full", withDestinationPath: "/dev/full")
        #expect(throws: FrameError.self) { _ = try TableWriter(parquet: folder.path + "/full") }
    }

    @Test func `folders of partitions give their keys as columns`() throws {
        let folder = try TemporaryFolder()
        let table = try Self.sample(rows: 10, seed: 1).writeParquet()
        for name in [
            "y=2013/m=2/a.parquet", "y=2013/m=10/a.parquet", "y=__HIVE_DEFAULT_PARTITION__/m=1/b%20c.parquet", "_SUCCESS", ".hidden/x.parquet",
        ] {
            let url = URL(fileURLWithPath: folder.path + "/data/" + name)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(table).write(to: url)
        }
        let listed = try PartitionedTable(at: folder.path + "/data")
        #expect(
            listed.partitions.map(\.name) == ["y=2013/m=10/a.parquet", "y=2013/m=2/a.parquet", "y=__HIVE_DEFAULT_PARTITION__/m=1/b%20c.parquet"])
        #expect(try listed.partitions[0].column("m", as: .integer, rows: 2)?.values == .integer([10, 10]))
        #expect(try listed.partitions[2].column("y", as: .category, rows: 2)?.missingCount == 2)
        #expect(throws: FrameError.self) { try listed.partitions[0].column("m", as: .boolean, rows: 1) }
        try Data("a\n1\n".utf8).write(to: URL(fileURLWithPath: folder.path + "/data/y=2013/m=2/t.csv"))
        #expect(throws: FrameError.self) { _ = try PartitionedTable(at: folder.path + "/data") }
    }
}
