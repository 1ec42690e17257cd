import Basics
import Explanations
import Models
import Testing

@Suite struct LIMETests {
    static func explainer(_ settings: LIMESettings, seed: UInt64 = 0) throws -> LIMEExplainer {
        let oracle = try LIMEOracle()
        return try LIMEExplainer(
            LIMEOracle.Model(), training: oracle.table, labels: oracle.labels, players: Players(features: oracle.table.schema.names),
            settings: settings,
            seed: seed)
    }

    @Test(arguments: ["quartile", "decile", "entropy"])
    func `columns are cut where lime cuts them`(discretizer: String) throws {
        let oracle = try LIMEOracle()
        let expected = try #require(oracle.values["thresholds"]?[discretizer]?.objectValue)
        #expect(expected.count == 5)
        for (feature, thresholds) in expected {
            let column = oracle.column(try #require(Int(feature)))
            let found =
                switch discretizer {
                case "quartile": LIMEThresholds.quantiles(column, parts: 4)
                case "decile": LIMEThresholds.quantiles(column, parts: 10)
                default: LIMEThresholds.entropy(column, labels: oracle.labels)
                }
            // scikit-learn's trees read 32-bit numbers.
            #expect(distance(found, TreeOracle.flat(thresholds)) < (discretizer == "entropy" ? 1e-5 : 1e-12), "feature \(feature)")
        }
    }

    @Test func `surrogates of given perturbed rows are lime's, whatever chooses the features`() throws {
        let given = try #require(try LIMEOracle().values["surrogates"])
        let rows = TreeOracle.rows(given["data"])
        let target = given["target"].map(TreeOracle.flat) ?? []
        let width = try #require(given["width"]?.doubleValue)
        var moments = WeightedMoments(columns: rows.width, targets: 1)
        for row in 0..<rows.rowCount {
            let squares = zip(rows.row(row), rows.row(0)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            moments.add(Array(rows.row(row)), targets: target[row...row], weight: LIMEKernel.weight(squaredDistance: squares, width: width))
        }
        let results = given["results"]?.arrayValue ?? []
        #expect(results.count == 20)
        for result in results {
            let name = try #require(result["selection"]?.stringValue)
            let selection = try #require(LIMESettings.Selection(rawValue: name))
            let count = try #require(result["features"]?.intValue)
            let used = FeatureSelection.choose(selection, count: Int(count), moments: moments, target: 0, row: Array(rows.row(0)))
            let fit = RidgeFit(moments, target: 0, used: used, ridge: 1)
            let expected = result["weights"]?.objectValue ?? [:]
            #expect(Set(used.map { "\($0)" }) == Set(expected.keys), "\(name) \(count)")
            for (column, weight) in zip(used, fit.weights) { #expect(abs(weight - (expected["\(column)"]?.doubleValue ?? .nan)) < 1e-9) }
            #expect(abs(fit.intercept - (result["intercept"]?.doubleValue ?? .nan)) < 1e-9)
            #expect(abs(fit.fidelity - (result["score"]?.doubleValue ?? .nan)) < 1e-9)
        }
    }

    @Test func `weights, intercept and fidelity are lime's within what seeds move them, and the stated deviations are true`() throws {
        let oracle = try LIMEOracle()
        let cases = oracle.values["explanations"]?.arrayValue ?? []
        #expect(cases.count == 15)
        var explainers: [LIMESettings: LIMEExplainer] = [:]
        var scaled: [Double] = []
        var (own, theirs) = (0.0, 0.0)
        for test in cases {
            var settings = LIMESettings()
            settings.discretizer = try #require(LIMESettings.Discretizer(rawValue: test["discretizer"]?.stringValue ?? ""))
            settings.isAroundRow = test["isAroundRow"] == true
            settings.selection = .all
            // As many as lime took: the ridge weighs the less, the more there are.
            settings.samples = 3000
            settings.stabilitySeeds = 5
            let row = oracle.table.selecting(rows: [Int(try #require(test["row"]?.intValue))])
            let explainer = try explainers[settings] ?? Self.explainer(settings)
            explainers[settings] = explainer
            let found = try explainer.explain(row)[0, 0]
            let mean = test["mean"].map(TreeOracle.flat) ?? []
            // Of one seed of lime; its mean is of thirty.
            let deviation = test["deviation"].map(TreeOracle.flat) ?? []
            func compare(_ value: Double, _ place: Int) { scaled.append(abs(value - mean[place]) / (deviation[place] * (1 + 1.0 / 30).squareRoot())) }
            for (place, name) in oracle.table.schema.names.enumerated() where name != "f5" {
                let term = try #require(found.terms.first { $0.player == name })
                compare(term.weight, place)
                own += term.standardDeviation * term.standardDeviation
                theirs += deviation[place] * deviation[place]
            }
            compare(found.intercept, 6)
            compare(found.fidelity, 7)
        }
        // Normal deviates: 95 of 100 are below two, none of so few above five.
        #expect(scaled.count == 105)
        #expect(Double(scaled.count { $0 < 2 }) / Double(scaled.count) > 0.88, "\(scaled)")
        #expect(scaled.allSatisfy { $0 < 5 }, "\(scaled.max() ?? 0)")
        #expect((0.7...1.4).contains((own / theirs).squareRoot()), "\((own / theirs).squareRoot())")
    }

    @Test func `bytes are the same for one, two and four threads and for a row alone, and differ by seed`() throws {
        let oracle = try LIMEOracle()
        let rows = oracle.table.selecting(rows: Array(0..<9))
        for around in [false, true] {
            var settings = LIMESettings()
            settings.samples = 300
            settings.discretizer = around ? .none : .decile
            settings.isAroundRow = around
            settings.featureCount = 3
            func explainer(threads: Int, seed: UInt64 = 3) throws -> LIMEExplainer {
                try LIMEExplainer(
                    LIMEOracle.Model(), training: oracle.table, players: Players(features: rows.schema.names), settings: settings, seed: seed,
                    threads: threads)
            }
            let one = try explainer(threads: 1).explain(rows)
            #expect(try explainer(threads: 2).explain(rows, threads: 2) == one)
            #expect(try explainer(threads: 4).explain(rows, threads: 4) == one)
            #expect(try explainer(threads: 1).explain(rows.selecting(rows: [5])).surrogates == [one[5, 0]])
            #expect(try explainer(threads: 1, seed: 4).explain(rows) != one)
            #expect(one.surrogates.allSatisfy { $0.terms.count == 3 && (0...1).contains($0.stability.selection) })
            for surrogate in one.surrogates {
                #expect(abs(surrogate.terms.reduce(surrogate.intercept) { $0 + $1.contribution } - surrogate.localPrediction) < 1e-12)
            }
        }
    }

    @Test func `conditions are told in words`() throws {
        var settings = LIMESettings()
        settings.samples = 100
        let table = try LIMEOracle().table
        var row = Array(table.row(0))
        row[1] = .nan
        row[2] = 0
        row[3] = 1
        let explained = try Self.explainer(settings).explain(EncodedRows(schema: table.schema, values: row))[0, 0]
        let conditions = Dictionary(uniqueKeysWithValues: explained.terms.map { ($0.player, $0.condition) })
        #expect(conditions["f1"] == "f1 is missing")
        #expect(conditions["f2"] == "f2 <= 0")
        #expect(conditions["f3"] == "f3 = b")
        #expect(conditions["f5"] == "f5 <= 1")
    }

    @Test func `groups are one term, and the surrogate of a linear model of numbers is the model`() throws {
        let schema = FeatureSchema(["a", "b", "c", "d"].map { FeatureSchema.Feature(name: $0, type: .number) })
        var values: [Double] = []
        for row in 0..<200 {
            let kind = row % 3
            values += [Double(row % 17), kind == 0 ? 1 : 0, kind == 1 ? 1 : 0, Double(row % 5) * 0.3]
        }
        let rows = EncodedRows(schema: schema, values: values)
        let model = LinearModel(featureNames: schema.names, coefficients: [0.5, 2, -1, 3], intercepts: [1], isLogistic: false)
        var settings = LIMESettings()
        settings.discretizer = .none
        settings.ridge = 0
        settings.samples = 400
        let plain = try LIMEExplainer(model, training: rows, players: Players(features: schema.names), settings: settings).explain(rows)
        for surrogate in plain.surrogates {
            #expect(abs(surrogate.localPrediction - surrogate.prediction) < 1e-9)
            #expect(surrogate.fidelity > 1 - 1e-9 && surrogate.stability.selection == 1)
        }
        let players = try Players(features: schema.names, groups: ["kind": ["b", "c"]])
        let grouped = try LIMEExplainer(model, training: rows, players: players, settings: settings).explain(rows.selecting(rows: [0]))[0, 0]
        let kind = try #require(grouped.terms.first { $0.player == "kind" })
        #expect(kind.condition == "b = 1, c = 0")
        // Kind 0 gives 2; the others give −1 and 0 with equal chances.
        #expect(abs(kind.contribution - 2.5) < 0.2)
    }

    @Test func `numbers whose squares are beyond what a double holds are drawn and explained all the same`() throws {
        let schema = FeatureSchema(["a", "b"].map { FeatureSchema.Feature(name: $0, type: .number) })
        var values: [Double] = []
        for row in 0..<40 {
            let sign = row % 2 == 0 ? 1e199 : -1e199
            values += [Double(row) * sign, Double(row % 7)]
        }
        let rows = EncodedRows(schema: schema, values: values)
        let model = LinearModel(featureNames: schema.names, coefficients: [1e-200, 1], intercepts: [0], isLogistic: true)
        var settings = LIMESettings()
        settings.samples = 200
        let explained = try LIMEExplainer(model, training: rows, players: Players(features: schema.names), settings: settings).explain(rows)
        let terms = explained.surrogates.flatMap(\.terms)
        #expect(explained.surrogates.count == 40 && terms.allSatisfy { $0.weight.isFinite })
        #expect(terms.contains { $0.player == "a" && $0.weight != 0 })
    }

    @Test func `settings that make no sense are errors`() throws {
        let rows = ExplanationInputTests.rows
        func error(_ change: (inout LIMESettings) -> Void) throws -> ExplanationError? {
            var settings = LIMESettings()
            change(&settings)
            return #expect(throws: ExplanationError.self) {
                try LIMEExplainer(ExplanationInputTests.sum, training: rows, players: ExplanationInputTests.players(), settings: settings)
            }
        }
        for change in [
            { $0.samples = 1 }, { $0.kernelWidth = 0 }, { $0.featureCount = 0 }, { $0.ridge = -1 }, { $0.stabilitySeeds = 1 },
            { $0.isAroundRow = true },
        ] as [(inout LIMESettings) -> Void] {
            #expect(try error(change)?.code == .invalidSetting)
        }
        #expect(try error { $0.discretizer = .entropy }?.message.contains("needs a label for each training row") == true)
        let few = EncodedRows(schema: FeatureSchema([FeatureSchema.Feature(name: "x", type: .number)]), values: [1])
        #expect(throws: ExplanationError(.rows, message: "the table has 1 features, the model 2")) {
            try LIMEExplainer(ExplanationInputTests.sum, training: rows, players: ExplanationInputTests.players()).explain(few)
        }
    }
}
