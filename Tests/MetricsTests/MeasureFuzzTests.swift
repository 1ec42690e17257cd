import Basics
import Frames
import Metrics
import Testing

/// Random small tables of what real tables have wrong: figures, a reason why there are none, or an error; never a trap, never a zero that nothing stands for. Each failure names its seed.
@Suite struct MeasureFuzzTests {
    struct Table {
        var random: SeededRandom
        let count: Int
        let scores: [Double]
        let labels: [Bool]
        let weights: [Double]?
        let groups: Column

        init(seed: UInt64) {
            var random = SeededRandom(seed: seed)
            func pick<Element>(_ all: [Element]) -> Element { all[Int(random.next(below: UInt64(all.count)))] }
            count = pick([1, 2, 3, 5, 10, 30, 60])
            let rows = 0..<count
            let (kind, odd) = (pick([0, 1, 2, 3, 4]), pick([Double.nan, .infinity, -0.1, 1.5]))
            let isBroken = pick([true, false, false, false, false, false])
            scores = rows.map { row in
                if isBroken, row % 3 == 1 { return odd }
                let unit = random.nextUnit()
                return [unit, (unit * 10).rounded() / 10, unit.rounded(), 0.5, unit < 0.5 ? -0.0 : 1][kind]
            }
            let base = pick([0, 0.05, 0.5, 0.5, 0.95, 1])
            labels = rows.map { _ in random.nextUnit() < base }
            let weighting = pick([nil, nil, nil, [1.0], [0, 1, 2.5], [0, 0, 0, 0.1], [1e-100, 1e100, 1], [0], [1, -1], [1, .nan], [1, 1e300]])
            weights = weighting.map { choices in rows.map { _ in pick(choices) } }
            let names: [String?] = pick([
                ["a", "b"], ["a"], ["Ünïcødé", "it's \"q\", c", " ", ""], ["e\u{301}", "\u{e9}", "z"], ["a", nil, nil], [nil], ["(missing)", nil],
                ["👩‍👩‍👧", "👩", "\u{202e}x", "null"],
            ])
            groups = Column("g", texts: rows.map { _ in pick(names) })
            self.random = random
        }

        var isValid: Bool {
            guard scores.allSatisfy({ (0...1).contains($0) }) else { return false }
            return weights?.allSatisfy { $0 == 0 || (1e-100...1e100).contains($0) } != false && weights?.contains { $0 > 0 } != false
        }

        func mass(_ fits: (Int) -> Bool) -> Double { (0..<count).reduce(0) { $0 + (fits($1) ? weights?[$1] ?? 1 : 0) } }
    }

    /// Every estimate below: a finite value of some rows within its bounds, or a reason.
    static func check(_ json: JSONValue, _ place: String) {
        if let items = json.arrayValue { for (index, item) in items.enumerated() { check(item, "\(place)[\(index)]") } }
        guard let members = json.objectValue else { return }
        for (name, member) in members { check(member, "\(place).\(name)") }
        guard let n = members["n"]?.intValue else { return }
        guard let value = members["value"]?.doubleValue else {
            #expect(members["undefined"]?.stringValue?.isEmpty == false, "\(place): neither a value nor a reason")
            return
        }
        #expect(value.isFinite && n > 0 && members["undefined"] == nil, "\(place): \(value) of \(n) rows")
        if let lower = members["lower"]?.doubleValue, let upper = members["upper"]?.doubleValue {
            let slack = 1e-9 * max(1, abs(value))
            #expect(lower - slack <= value && value <= upper + slack, "\(place): \(value) in \(lower)...\(upper)")
        }
    }

    /// As JSON that can be read again.
    static func check(written json: JSONValue, _ place: String) throws {
        #expect(try JSONValue(parsing: json.canonicalBytes) == json, "\(place)")
        check(json, place)
    }

    static func same(_ figure: Estimate, _ numerator: Double, _ denominator: Double, _ place: String) {
        if denominator > 0 {
            #expect(abs((figure.value ?? .nan) - numerator / denominator) < 1e-9, "\(place)")
        } else {
            #expect(figure.value == nil && figure.undefined != nil, "\(place)")
        }
    }

    @Test func `scores, labels, weights and groups of every kind have figures, reasons or an error`() throws {
        var valid = 0
        for seed in UInt64(1)...180 {
            let table = Table(seed: seed)
            let place = "seed \(seed)"
            let rows: ScoredRows
            do {
                rows = try ScoredRows(scores: table.scores, labels: table.labels, weights: table.weights, threshold: 0.5)
                #expect(table.isValid, "\(place) should be refused")
            } catch {
                #expect(!table.isValid, "\(place): \(error)")
                continue
            }
            valid += 1
            let performance = PerformanceReport(rows)
            try Self.check(written: performance.json, "\(place) performance")
            let yes: (Int) -> Bool = { table.labels[$0] }
            let chosen: (Int) -> Bool = { table.scores[$0] >= 0.5 }
            Self.same(performance.accuracy, table.mass { yes($0) == chosen($0) }, table.mass { _ in true }, "\(place) accuracy")
            Self.same(performance.precision, table.mass { yes($0) && chosen($0) }, table.mass(chosen), "\(place) precision")
            Self.same(performance.recall, table.mass { yes($0) && chosen($0) }, table.mass(yes), "\(place) recall")
            let (positives, negatives) = ((0..<table.count).filter(yes), (0..<table.count).filter { !yes($0) })
            let weight: (Int) -> Double = { table.weights?[$0] ?? 1 }
            var right = 0.0
            for high in positives {
                for low in negatives {
                    let (own, other) = (table.scores[high], table.scores[low])
                    right += (own > other ? 1 : own == other ? 0.5 : 0) * weight(high) * weight(low)
                }
            }
            Self.same(performance.rocAUC, right, positives.reduce(0) { $0 + weight($1) } * negatives.reduce(0) { $0 + weight($1) }, "\(place) rocAUC")
            for binning in [CalibrationReport.Binning.uniform, .quantile] {
                try Self.check(written: CalibrationReport(rows, binning: binning).json, "\(place) calibration")
            }
            try Self.check(written: IndividualFairness(ConfusionCounts(rows)).json, "\(place) individual")
            do {
                let groups = try Groups(table.groups)
                let report = try FairnessReport(rows, [groups])
                try Self.check(written: report.json, "\(place) fairness")
                let rates = try #require(report.attributes["g"]?["selectionRate"].groups)
                for (code, name) in groups.names.enumerated() where groups.codes.contains(Int32(code)) {
                    let inside: (Int) -> Bool = { groups.codes[$0] == Int32(code) }
                    let rate = try #require(rates[name], "\(place) has no group '\(name)'")
                    Self.same(rate, table.mass { inside($0) && chosen($0) }, table.mass(inside), "\(place) selection of '\(name)'")
                }
            } catch let error as MetricsError {
                // Names that look alike, or a value that is called as missing ones are.
                #expect(error.code == .invalidOption, "\(place): \(error)")
            }
        }
        #expect(valid > 80 && valid < 160)
    }

    @Test func `two models on every kind of rows are compared, or it is said what is not`() throws {
        var (compared, told) = (0, 0)
        for seed in UInt64(1)...120 {
            let table = Table(seed: seed)
            guard table.isValid, let groups = try? Groups(table.groups) else { continue }
            var random = table.random
            let champion = try ScoredRows(
                scores: table.scores.map { _ in random.nextUnit() }, labels: table.labels, weights: table.weights, threshold: 0.5)
            let challenger = try ScoredRows(scores: table.scores, labels: table.labels, weights: table.weights, threshold: 0.5)
            let isOfOneClass = table.mass { table.labels[$0] } == 0 || table.mass { !table.labels[$0] } == 0
            for question in ModelComparison.Question.allCases {
                do {
                    let comparison = try ModelComparison(
                        champion: champion, challenger: challenger, groups: [groups], question: question, minimumGroupRows: 3)
                    #expect(!isOfOneClass, "seed \(seed)")
                    try Self.check(written: comparison.json, "seed \(seed) \(question)")
                    #expect(comparison.results.allSatisfy { (0...1).contains($0.pValue) && (0...1).contains($0.adjusted) }, "seed \(seed)")
                    // Three figures of every group that rows are of: compared, or told by the figure's name or the group's.
                    for (code, name) in groups.names.enumerated() where groups.codes.contains(Int32(code)) {
                        for figure in ["rocAUC/\(name)", "accuracy/\(name)", "f1/\(name)"] {
                            let isCompared = comparison.results.contains { $0.measure == figure }
                            #expect(isCompared != (comparison.omitted[figure] != nil || comparison.omitted[name] != nil), "seed \(seed) \(figure)")
                            if isCompared { compared += 1 } else { told += 1 }
                        }
                    }
                } catch let error as MetricsError {
                    #expect(error.code == .oneClass && isOfOneClass, "seed \(seed): \(error)")
                }
            }
        }
        #expect(compared > 50 && told > 50)
    }

    @Test func `numbers and classes of every kind have figures, reasons or an error`() throws {
        let wild = [0, -0.0, 1, -1, 1e-308, 0x1p-1074, 1e154, -1e154, .greatestFiniteMagnitude, .nan, .infinity]
        for seed in UInt64(1)...120 {
            var random = SeededRandom(seed: seed)
            let count = 1 + Int(random.next(below: 20))
            let choices =
                (0..<3).map { _ in wild[Int(random.next(below: UInt64(seed % 3 == 0 ? wild.count : wild.count - 2)))] } + [random.nextUnit()]
            func numbers() -> [Double] { (0..<count).map { _ in choices[Int(random.next(below: 4))] } }
            let (truth, predictions) = (numbers(), numbers())
            let isFinite = (truth + predictions).allSatisfy { $0.isFinite }
            do {
                let report = try RegressionReport(truth: truth, predictions: predictions)
                #expect(isFinite, "seed \(seed)")
                try Self.check(written: report.json, "seed \(seed) regression")
                let error = report.figures.first { $0.name == "meanAbsoluteError" }?.estimate
                #expect((error?.value == 0) == (truth == predictions), "seed \(seed)")
            } catch let error as MetricsError {
                #expect(!isFinite, "seed \(seed): \(error)")
            }
            let classes = 1 + Int(random.next(below: 4))
            func drawn() -> [Int] { (0..<count).map { _ in Int(random.next(below: UInt64(classes))) } }
            let (labels, guesses) = (drawn(), drawn())
            let report = try MulticlassReport(classes: (0..<classes).map { "k\u{301}\($0)" }, labels: labels, predictions: guesses)
            try Self.check(written: report.json, "seed \(seed) classes")
            Self.same(report.accuracy, Double(zip(labels, guesses).count { $0 == $1 }), Double(count), "seed \(seed) accuracy")
        }
    }

    @Test func `columns of every kind drift by figures that are zero only where nothing moved`() throws {
        let wild: [Double?] = [nil, .nan, .infinity, -.infinity, 0, -0.0, 1, 1e308, -1e308, 0x1p-1074]
        for seed in UInt64(1)...160 {
            var random = SeededRandom(seed: seed)
            func pick<Element>(_ all: [Element]) -> Element { all[Int(random.next(below: UInt64(all.count)))] }
            let kinds = (pick([0, 1, 2, 3]), pick([0, 1, 2, 3]))
            func numbers(_ kind: Int) -> [Double?] {
                let (count, fixed) = (pick([1, 2, 5, 20, 60]), pick(wild))
                return (0..<count).map { row in [fixed, random.nextUnit(), row % 10 == 0 ? 7 : 3, pick(wild)][kind] }
            }
            let texts: [String?] = ["a", "e\u{301}", "\u{e9}", "", "👩‍👩‍👧", nil]
            let (old, new) = (numbers(kinds.0), numbers(kinds.1))
            let before = try Frame([Column("x", doubles: old), Column("é", texts: old.map { _ in pick(texts) })])
            let after = try Frame([Column("x", doubles: new), Column("é", texts: new.map { _ in pick(texts) })])
            for preset in DriftReport.Preset.allCases {
                let reference = before.columns.map { ReferenceColumn($0, keepsAll: true) }
                let report = try DriftReport(reference: reference, current: after, preset: preset)
                try Self.check(written: report.json, "seed \(seed) drift")
                let same = try DriftReport(reference: reference, current: before, preset: preset)
                #expect(same.columns.allSatisfy { $0.populationStabilityIndex == 0 && !$0.isDrifted }, "seed \(seed): \(same.json)")
                let column = try #require(report.columns.first)
                let (was, now) = (old.compactMap { $0 }.filter(\.isFinite), new.compactMap { $0 }.filter(\.isFinite))
                if let low = was.min(), let high = was.max(), now.allSatisfy({ $0 < low }) || now.allSatisfy({ $0 > high }), !now.isEmpty {
                    #expect(column.populationStabilityIndex > 0 && column.jensenShannonDistance > 0 && column.hellingerDistance > 0, "seed \(seed)")
                    #expect(column.kolmogorovSmirnov?.statistic == 1, "seed \(seed)")
                }
                if was.isEmpty != now.isEmpty { #expect(column.isDrifted, "seed \(seed): all of a table is missing") }
            }
            for frame in [before, after] { try Self.check(written: TableProfile(frame).json, "seed \(seed) profile") }
        }
    }
}
