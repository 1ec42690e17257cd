import Basics
import Frames
import Metrics
import Testing

@Suite struct DataQualityTests {
    @Test(
        arguments: [
            ("ada@example.org", PersonalData.email), ("a.b+c@mail.example.co.uk", .email), ("not an e-mail", nil), ("a@b", nil), ("a@b.1", nil),
            ("@example.org", nil),
            ("4539 1488 0343 6467", .paymentCard), ("4539-1488-0343-6467", .paymentCard), ("4539148803436468", nil), ("0000000000000000", nil),
            ("1234567890", nil), ("DE89 3704 0044 0532 0130 00", .bankAccount), ("GB82WEST12345698765432", .bankAccount),
            ("DE89370400440532013001", nil),
            ("", nil), ("Bärbel", nil),
        ] as [(String, PersonalData?)])
    func `personal data are known by their form and check digits`(text: String, kind: PersonalData?) {
        #expect(PersonalData.kind(of: text) == kind)
    }

    @Test(
        arguments: [
            ("write to ada@example.org, or call", [PersonalData.email]), ("<ada@example.org>.", [.email]), ("联系 ada@example.org。", [.email]),
            ("twitter @ada, or a @ b", []), ("ada@example", []), ("see x@1.2.3", []),
            ("card 4539 1488 0343 6467 until 12/29", [.paymentCard]), ("pan=4539148803436467;", [.paymentCard]),
            ("2024 4539-1488-0343-6467", [.paymentCard]), ("amex 3714 496353 98431 ok", [.paymentCard]), ("id x4539148803436467", []),
            ("4539148803436467890123", []), ("4539 1488 0343 6468", []), ("at 2024-01-02 12:30:45.123456", []), ("3.4539148803436467", []),
            ("pay DE89370400440532013000 today", [.bankAccount]), ("IBAN DE89 3704 0044 0532 0130 00, thanks", [.bankAccount]),
            ("IBAN: GB82 WEST 1234 5698 7654 32 AND MORE", [.bankAccount]), ("DE89370400440532013001 is wrong", []),
            ("XDE89370400440532013000", []), ("ada@example.org has DE89370400440532013000", [.email, .bankAccount]),
        ] as [(String, [PersonalData])])
    func `personal data are found inside longer texts, by themselves only`(text: String, kinds: [PersonalData]) {
        #expect(PersonalData.kinds(in: text) == Set(kinds))
    }

    @Test func `a profile counts, and never shows a value that is text`() throws {
        let frame = try Frame([
            Column("who", texts: ["ada@example.org", "ada@example.org", nil, "x"]), Column("n", doubles: [1, 3, nil, .nan]),
            Column("card", integers: [4_539_148_803_436_467, 1, 2, 2]), Column("flag", booleans: [true, true, nil, nil]),
        ])
        for threads in [1, 2, 4] {
            let profile = TableProfile(frame, threads: threads)
            #expect(profile.columns.map(\.missing) == [1, 2, 0, 2])
            #expect(profile.columns.map(\.distinct) == [2, 2, 3, 1])
            #expect(profile.columns[0].personalData == [.email: 2])
            #expect(profile.columns[2].personalData == [.paymentCard: 1])
            let numbers = profile.columns[1].numbers
            #expect([numbers?.minimum, numbers?.maximum, numbers?.mean, numbers?.deviation] == [1, 3, 2, 1])
            #expect(!profile.json.canonicalText.contains("ada"))
        }
    }

    @Test func `expectations count what is against them`() throws {
        let numbers = Column("n", doubles: [1, 2, nil, 2, .nan])
        let texts = Column("t", texts: ["a", "b", nil, "b", "c"])
        func found(_ rule: DataExpectation.Rule, _ column: Column) throws -> [Int] {
            let outcome = try DataExpectation(rule).check(column)
            return [outcome.holds ? 1 : 0, outcome.violations, outcome.firstRow ?? 0]
        }
        #expect(try found(.missing(atMost: 0.2), numbers) == [1, 1, 3])
        #expect(try found(.missing(atMost: 0.1), numbers) == [0, 1, 3])
        #expect(try found(.range(minimum: 1.5, maximum: nil), numbers) == [0, 2, 1])
        #expect(try found(.oneOf(["a", "b"]), texts) == [0, 1, 5])
        #expect(try found(.unique, texts) == [0, 1, 4])
        #expect(try found(.ascending, numbers) == [0, 1, 5])
        #expect(try found(.ascending, Column("i", integers: [1, 1, nil, 2])) == [1, 0, 0])
        #expect(throws: MetricsError.self) { try DataExpectation(.ascending).check(texts) }
    }

    @Test func `a feature that gives the label away stands out, and rows on both sides are counted`() throws {
        let labels = [true, false, true, false, true, false, true, false]
        let (train, test) = ([0, 1, 2, 3], [4, 5, 6, 7])
        let telling = Column("t", doubles: labels.map { $0 ? 0.1 : 0.9 })
        #expect(Leakage.area(of: telling, labels: labels, train: train, test: test) == 1)
        let category = Column("c", texts: labels.map { $0 ? "yes" : "no" })
        #expect(Leakage.area(of: category, labels: labels, train: train, test: test) == 1)
        #expect(Leakage.area(of: Column("z", doubles: labels.map { _ in 1 }), labels: labels, train: train, test: test) == 0.5)
        #expect(Leakage.area(of: telling, labels: [Bool](repeating: true, count: 8), train: train, test: test) == nil)
        let frame = try Frame([telling, Column("k", integers: [1, 2, 3, 4, 1, 9, 3, nil])])
        #expect(try Leakage.duplicates(frame, columns: ["t", "k"], train: train, test: test) == 2)
    }

    @Test func `Cramér's V is 1 for a renaming, about 0 for chance, and nothing for a constant`() throws {
        var random = SeededRandom(seed: 6)
        let a = (0..<4000).map { _ in Int64(random.next(below: 4)) }
        let first = Column("a", integers: a.map { $0 })
        let renamed = Column("b", texts: a.map { ["w", "x", "y", "z"][Int($0)] })
        let chance = Column("c", booleans: a.map { _ in random.nextUnit() < 0.5 })
        #expect(abs((Association.cramersV(first, renamed) ?? 0) - 1) < 1e-9)
        #expect((Association.cramersV(first, chance) ?? 1) < 0.05)
        #expect(Association.cramersV(first, Column("d", integers: a.map { _ in 1 })) == nil)
    }
}
