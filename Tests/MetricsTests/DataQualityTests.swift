import Basics
import Frames
import Metrics
import Statistics
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
        #expect(FeatureArea.of(telling, labels: labels, train: train, test: test).value == 1)
        let category = Column("c", texts: labels.map { $0 ? "yes" : "no" })
        #expect(FeatureArea.of(category, labels: labels, train: train, test: test).value == 1)
        let constant = Column("z", doubles: labels.map { _ in 1 })
        #expect(FeatureArea.of(constant, labels: labels, train: train, test: test).value == 0.5)
        #expect(FeatureArea.of(telling, labels: [Bool](repeating: true, count: 8), train: train, test: test).undefined != nil)
        let frame = try Frame([telling, Column("k", integers: [1, 2, 3, 4, 1, 9, 3, nil])])
        #expect(try Leakage.duplicates(frame, columns: ["t", "k"], train: train, test: test) == 2)
    }

    @Test func `a feature's area is that of all pairs of rows, whatever their order, and bounded`() throws {
        var random = SeededRandom(seed: 11)
        let labels = (0..<240).map { $0 % 2 == 0 }
        // Every second row is of one class: halves by the parity of rows would have one class each.
        let texts: [String?] = labels.map { label in random.next(below: 20) == 0 ? nil : "\(random.next(below: 6) + (label ? 2 : 0))" }
        let numbers: [Double?] = labels.map { label in
            random.next(below: 20) == 0 ? nil : Double(random.next(below: 40)) + (label ? 9 : 0)
        }
        let columns = [Column("c", texts: texts), Column("x", doubles: numbers), Column("b", booleans: numbers.map { $0.map { $0 > 20 } })]
        var order = Array(labels.indices)
        for place in order.indices.reversed() { order.swapAt(place, Int(random.next(below: UInt64(place + 1)))) }
        for column in columns {
            let area = FeatureArea.of(column, labels: labels)
            #expect(FeatureArea.of(column.selecting(rows: order), labels: order.map { labels[$0] }) == area)
            #expect(area.n == 240)
            #expect(abs(try #require(area.value) - Self.areaOfPairs(column, labels)) < 1e-12, "\(column.name)")
            let bounds = try #require(area.interval)
            #expect(bounds.method.hasPrefix("DeLong") && bounds.lower > 0.5 && bounds.lower < bounds.upper && bounds.upper < 1)
        }
        // Categories of one row each, and a single one, tell nothing, which the row's own label among the rates would hide.
        let ids = Column("id", texts: labels.indices.map { "row \($0)" })
        for column in [ids, Column("one", texts: labels.map { _ in "same" })] {
            #expect(FeatureArea.of(column, labels: labels).value == 0.5)
            #expect(FeatureArea.of(column, labels: labels).interval?.lower == 0.5)
        }
        #expect(FeatureArea.of(columns[1], labels: labels.map { _ in true }).undefined == "no row's label is negative")
    }

    /// Over every pair of a positive and a negative row; of categories by the rates of all other rows.
    private static func areaOfPairs(_ column: Column, _ labels: [Bool]) -> Double {
        let texts = labels.indices.map { row -> Int32? in
            switch column.values {
            case .category(let codes, _): column.isMissing(row) ? nil : codes[row]
            case .boolean(let all): column.isMissing(row) ? nil : all[row] ? 1 : 0
            default: Int32(row)
            }
        }
        func score(_ row: Int, without pair: (Int, Int)) -> Double {
            if case .double(let all) = column.values { return column.isMissing(row) ? -1 : all[row] }
            let others = labels.indices.filter { texts[$0] == texts[row] && $0 != pair.0 && $0 != pair.1 }
            return (Double(others.count { labels[$0] }) + 0.5) / Double(others.count + 1)
        }
        var (sum, count) = (0.0, 0.0)
        for first in labels.indices where labels[first] {
            for second in labels.indices where !labels[second] {
                let (up, down) = (score(first, without: (first, second)), score(second, without: (first, second)))
                sum += texts[first] == texts[second] || up == down ? 0.5 : up > down ? 1 : 0
                count += 1
            }
        }
        return max(sum / count, 1 - sum / count)
    }

    @Test func `bounds of a category's area hold that of the true rates`() throws {
        var random = SeededRandom(seed: 12)
        for (count, rows, spread) in [(2, 100, 0.0), (3, 200, 0), (10, 200, 0.3), (10, 1000, 0), (40, 400, 0.5)] {
            var misses = 0
            for _ in 0..<200 {
                let rates = (0..<count).map { _ in 0.4 + spread * (random.nextUnit() - 0.5) }
                let codes = (0..<rows).map { _ in Int(random.next(below: UInt64(count))) }
                let labels = codes.map { random.nextUnit() < rates[$0] }
                let area = FeatureArea.of(Column("c", texts: codes.map { "\($0)" }), labels: labels)
                var (wins, positive, negative) = (0.0, 0.0, 0.0)
                for rate in rates.sorted() {
                    wins += rate * (negative + (1 - rate) / 2)
                    (positive, negative) = (positive + rate, negative + 1 - rate)
                }
                let truth = spread == 0 ? 0.5 : wins / (positive * negative)
                let bounds = try #require(area.interval)
                if truth < bounds.lower - 1e-12 || truth > bounds.upper + 1e-12 { misses += 1 }
            }
            #expect(misses <= 16, "\(count) categories of \(rows) rows: \(misses) of 200")
        }
    }

    /// Numbers from zero as categories, without the way through their texts, which takes longer than the figure.
    private static func column(_ name: String, _ codes: [Int]) -> Column {
        Column(name, .category(codes: codes.map { Int32($0) }, categories: (0...(codes.max() ?? 0)).map { "\($0)" }))
    }

    @Test func `bounds of Cramér's V hold the true one`() throws {
        var random = SeededRandom(seed: 14)
        // Of every row a share has the first value in the second column too, the others any.
        for (values, count, strength) in [(2, 200, 0.0), (2, 200, 0.4), (3, 400, 0.2), (5, 600, 0), (5, 600, 0.5)] {
            var misses = 0
            for _ in 0..<200 {
                let first = (0..<count).map { _ in Int(random.next(below: UInt64(values))) }
                let second = first.map { random.nextUnit() < strength ? $0 : Int(random.next(below: UInt64(values))) }
                let found = try #require(
                    Association.estimate(Self.column("a", first), Self.column("b", second)))
                let bounds = try #require(found.interval)
                #expect(bounds.lower <= found.value ?? -1 && found.value ?? 2 <= bounds.upper && found.n == count)
                // χ²/n of such a table is strength² · (values − 1).
                if strength < bounds.lower - 1e-12 || strength > bounds.upper + 1e-12 { misses += 1 }
            }
            #expect(misses <= 18, "\(values) values, \(strength): \(misses) of 200")
        }
        // Near 1 many samples show no row, or hardly one, off the association.
        for (shape, count, strength) in [2, 3].flatMap({ shape in
            [100, 300, 1000].flatMap { count in [0.9, 0.98, 0.995, 1].map { (shape, count, $0) } }
        }) {
            let seconds = shape == 2 ? 2 : 4
            var (misses, tables) = (0, 0)
            for _ in 0..<200 {
                // The middle of three values goes with two of four, all four of them alike: φ² is strength² · (the smaller number of values − 1).
                let second = (0..<count).map { _ in Int(random.next(below: UInt64(seconds))) }
                let first = second.map { own in
                    let drawn = random.nextUnit() < strength ? own : Int(random.next(below: UInt64(seconds)))
                    return shape == 2 ? drawn : (drawn + 1) / 2
                }
                let found = try #require(
                    Association.estimate(Self.column("a", first), Self.column("b", second)))
                guard let bounds = found.interval else { continue }
                tables += 1
                #expect(bounds.lower <= found.value ?? -1 && found.value ?? 2 <= bounds.upper && bounds.lower < 1)
                if strength < bounds.lower - 1e-12 || strength > bounds.upper + 1e-12 { misses += 1 }
            }
            #expect(tables >= 100 && misses * 200 <= 18 * tables, "\(shape) × \(seconds), \(count) rows, \(strength): \(misses) of \(tables)")
        }
        // Weak ones, of which chance takes much away: the bounds were those of what is left, and missed one in seven.
        for (count, strength) in [(100, 0.2), (300, 0.1), (1000, 0.05), (300, 0.15), (1000, 0.1)] {
            var misses = 0
            for _ in 0..<400 {
                let first = (0..<count).map { _ in Int(random.next(below: 2)) }
                let second = first.map { random.nextUnit() < strength ? $0 : Int(random.next(below: 2)) }
                let bounds = try #require(
                    Association.estimate(Self.column("a", first), Self.column("b", second))?.interval)
                if strength < bounds.lower - 1e-12 || strength > bounds.upper + 1e-12 { misses += 1 }
            }
            #expect(misses <= 30, "\(strength) of \(count) rows: \(misses) of 400")
        }
        let few = Column("few", texts: (0..<20).map { "\($0 % 6)" })
        #expect(Association.estimate(few, Column("b", booleans: (0..<20).map { $0 % 5 == 0 })).map { $0.interval == nil } == true)
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
