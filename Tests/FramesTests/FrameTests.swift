import Foundation
import Frames
import TestSupport
import Testing

@Suite struct FrameTests {
    @Test func `the Adult file has its published size and columns`() throws {
        let frame = try Adult.frame()
        #expect(frame.rowCount == 48_842)
        #expect(frame.columns.count == 16)
        let income = try frame.column("income")
        #expect(income.kind == .boolean)
        // UCI's adult.names: 23.93 % of the rows are above 50K.
        guard case .boolean(let values) = income.values else { return }
        #expect(values.count { $0 } == 11_687)
        #expect(try frame.column("split").kind == .category)
    }

    @Test func `columns come in the order asked for`() throws {
        let frame = try Adult.frame(columns: ["sex", "age"])
        #expect(frame.columnNames == ["sex", "age"])
        #expect(frame["age"]?.kind == .integer)
        #expect(frame["sex"]?.values == (try Adult.frame())["sex"]?.values)
    }

    @Test func `a missing column, damaged bytes and an empty table each have their error`() throws {
        let bytes = try Adult.bytes()
        #expect { try Frame.read(parquet: bytes, columns: ["age", "wage"]) } throws: { ($0 as? FrameError)?.code == .missingColumn }
        #expect { try Frame.read(parquet: Array(bytes.dropLast(100))) } throws: { ($0 as? FrameError)?.code == .unreadable }
        #expect { try Frame.read(parquet: []) } throws: { ($0 as? FrameError)?.code == .unreadable }
        #expect { try Frame.read(parquet: bytes, columns: []) } throws: { ($0 as? FrameError)?.code == .empty }
        #expect { try Frame.read(csv: Array("a,b\n".utf8)) } throws: { ($0 as? FrameError)?.code == .empty }
        #expect { try Frame.read(csv: Array("a,a\n1,2\n".utf8)) } throws: { ($0 as? FrameError)?.code == .duplicateColumn }
        #expect { try Frame.read(csv: Array("a,b\n1,2\n3\n".utf8)) } throws: { ($0 as? FrameError)?.code == .unreadable }
    }

    @Test func `CSV types are inferred from all rows and missing fields are told from quoted empty ones`() throws {
        let text = "n,x,flag,word,day\n1,0.5,true,b,2026-01-02\n,NA,false,\"\",\n3,2,true,,1970-01-01\n"
        let frame = try Frame.read(csv: Array(text.utf8))
        #expect(frame["n"] == Column("n", integers: [1, nil, 3]))
        #expect(frame["x"] == Column("x", doubles: [0.5, nil, 2]))
        #expect(frame["flag"] == Column("flag", booleans: [true, false, true]))
        #expect(frame["word"] == Column("word", texts: ["b", "", nil]))
        #expect(frame["day"] == Column("day", .timestamp([1_767_312_000_000_000, 0, 0]), validity: [true, false, true]))
        let late = "x\n" + String(repeating: "1\n", count: 700_000) + "oops\n"
        #expect(try Frame.read(csv: Array(late.utf8))["x"]?.kind == .category)
    }

    @Test func `a field that is no time is named with its row`() throws {
        let text = "t,n\n2024-01-01T00:00:00Z,1\n,2\n2024-13-01T00:00:00Z,3\n"
        #expect { try Frame.read(csv: Array(text.utf8), columns: ["n", "t"], kinds: [.integer, .timestamp]) } throws: {
            "\($0)"
                == "cannot read CSV: column 't': row 4 (counting the header): no timestamp to the microsecond, invalid value '2024-13-01T00:00:00Z'"
        }
        #expect(try Frame.read(csv: Array(text.utf8), columns: ["t"], kinds: [nil])["t"]?.kind == .category)
        for times in ["2024-01-01,2024-02-01", "2024-01-01 00:00:00.5,2024-01-01 00:00:00", "2024-01-01T00:00:00+02:00,2024-02-01T00:00:00Z"] {
            let csv = "t\n" + times.replacing(",", with: "\n") + "\n"
            #expect(try Frame.read(csv: Array(csv.utf8), columns: ["t"], kinds: [.timestamp])["t"]?.kind == .timestamp)
        }
    }

    @Test func `times of all years are read, and those with and without an offset do not mix`() throws {
        let far = "t,n\n9999-12-31T23:59:59.999999Z,1\n,2\n1600-01-01T00:00:00.5Z,3\n"
        #expect(
            try Frame.read(csv: Array(far.utf8), columns: ["t"], kinds: [.timestamp])["t"]
                == Column("t", .timestamp([253_402_300_799_999_999, 0, -11_676_095_999_500_000]), validity: [true, false, true]))
        let mixed = "t\n2024-01-01T00:00:00+02:00\n2024-01-01 00:00:00\n"
        #expect { try Frame.read(csv: Array(mixed.utf8), columns: ["t"], kinds: [.timestamp]) } throws: {
            "\($0)"
                == "cannot read CSV: column 't': row 3 (counting the header): a time without an offset from UTC, where row 2 has one"
        }
    }

    @Test func `a time finer than a microsecond is refused, not rounded to before what it comes after`() throws {
        let csv = "t\n2024-01-01T00:00:00.000001Z\n2024-01-01T00:00:00.0000019Z\n"
        #expect { try Frame.read(csv: Array(csv.utf8)) } throws: {
            "\($0)" == "cannot read CSV: column 't': row 3 (counting the header): its time is finer than a microsecond: round it to one"
        }
        #expect(try Frame.read(csv: Array(csv.dropLast(31).utf8))["t"] == Column("t", .timestamp([1_704_067_200_000_001])))
        let path = TestFiles.fixtures.appendingPathComponent("Frames/nanoseconds.parquet")
        let bytes = Array(try Data(contentsOf: path))
        #expect(try Frame.read(parquet: bytes, columns: ["whole"])["whole"] == Column("whole", .timestamp([1, 2, 3])))
        for name in ["fine", "coded"] {
            let message = "cannot read Parquet: column '\(name)': row 3: its time is finer than a microsecond: round it to one"
            #expect { try Frame.read(parquet: bytes, columns: [name]) } throws: { "\($0)" == message }
            let reader = try TableReader(parquet: path.path, columns: [name], batchRows: 2)
            #expect(try reader.next()?.rowCount == 2)
            #expect { try reader.next() } throws: { ($0 as? FrameError)?.message == "row 3: its time is finer than a microsecond: round it to one" }
        }
    }

    @Test func `CSV fields are read as declared, and one that cannot be is named with its row`() throws {
        let text = "zip,x,flag,n\n01234,1,1,5\n00001,2,0,\n"
        let frame = try Frame.read(csv: Array(text.utf8), columns: ["x", "zip", "flag", "n"], kinds: [.double, .category, .boolean, nil])
        #expect(frame["zip"] == Column("zip", texts: ["01234", "00001"]))
        #expect(frame["x"] == Column("x", doubles: [1, 2]))
        #expect(frame["flag"] == Column("flag", booleans: [true, false]))
        #expect(frame["n"] == Column("n", integers: [5, nil]))
        let bad = "zip,x\n01234,1\n00001,much\n"
        #expect { try Frame.read(csv: Array(bad.utf8), columns: ["x"], kinds: [.double]) } throws: {
            "\($0)" == "cannot read CSV: column 'x': row 3 (counting the header): no float, invalid value 'much'"
        }
    }

    @Test func `what is written is read back the same, and writing twice gives the same bytes`() throws {
        let frame = try Frame([
            Column("n", integers: [.min, nil, .max]), Column("x", doubles: [-0.0, .nan, nil]),
            Column("flag", booleans: [nil, true, false]),
            Column("word", texts: ["é", nil, ""]), Column("time", .timestamp([-1, 5, 0])), Column("nothing", texts: [nil, nil, nil]),
        ])
        let bytes = try frame.writeParquet()
        #expect(try Frame.read(parquet: bytes) == frame)
        #expect(try frame.writeParquet() == bytes)
    }

    @Test func `a column is what its cells say: dictionary order, unused categories and values under a null do not count`() {
        let first = Column("c", .category(codes: [2, 0, 1], categories: ["b", "a", "c", "unused"]), validity: [true, true, false])
        let second = Column("c", texts: ["c", "b", nil])
        #expect(first == second)
        #expect(first.values == .category(codes: [1, 0, 0], categories: ["b", "c"]))
        // Two spellings of é that Unicode holds to be equivalent are different bytes, hence different categories.
        let spelled = Column("c", .category(codes: [0, 1], categories: ["\u{e9}", "e\u{301}"]))
        guard case .category(_, let categories) = spelled.values else { return }
        #expect(categories.map { Array($0.utf8).count } == [3, 2])
        #expect(spelled != Column("c", .category(codes: [0, 1], categories: ["\u{e9}", "\u{e9}"])))
    }

    @Test func `row groups with dictionaries of their own are read as one column`() throws {
        let frame = try Frame.read(parquet: Array(Data(contentsOf: TestFiles.fixtures.appendingPathComponent("Frames/row-groups.parquet"))))
        #expect(frame["letter"] == Column("letter", texts: ["b", "a", "b", "c", "a", nil, "a", "d"]))
        #expect(frame["count"] == Column("count", integers: [0, 1, 2, 3, 4, 5, 6, 7]))
    }
}

enum Adult {
    static func bytes() throws -> [UInt8] {
        Array(try Data(contentsOf: TestFiles.root.appendingPathComponent("repo-template/data/adult.parquet")))
    }
    static func frame(columns: [String]? = nil) throws -> Frame { try Frame.read(parquet: bytes(), columns: columns) }
}
