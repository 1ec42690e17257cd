import Basics
import Explanations
import Models
import Testing

@Suite struct TreeSHAPTests {
    @Test func `margins of every kind of ensemble are XGBoost's`() throws {
        let cases = try TreeOracle().trees
        #expect(cases.count == 8)
        for test in cases {
            let margins = try test.ensemble.predict(test.rows.values, count: test.rows.rowCount)
            #expect(distance(margins, test.numbers("margins")) < 4e-6, "\(test.name)")
        }
    }

    @Test func `path-dependent values and base are XGBoost's contributions: categories, missing values, classes, dart, deep trees`() throws {
        for test in try TreeOracle().trees {
            let explained = try TreeSHAP(test.ensemble, .pathDependent, players: test.players).explain(test.rows)
            var expected: [Double] = []
            let contributions = test.numbers("contributions")
            let width = test.rows.width + 1
            for start in stride(from: 0, to: contributions.count, by: width) { expected += contributions[start..<(start + width - 1)] }
            #expect(distance(explained.values, expected) < 1e-5, "\(test.name)")
            let bases = (0..<test.ensemble.outputCount).map { contributions[$0 * width + width - 1] }
            #expect(distance(explained.baseValues, bases) < 1e-5, "\(test.name)")
            #expect(explained.maximumAdditivityError < 1e-12, "\(test.name)")
        }
    }

    @Test func `interaction values are XGBoost's; their rows add up to the values`() throws {
        for test in try TreeOracle().trees {
            let features = test.rows.width
            let count = 3
            let rows = test.rows.selecting(rows: Array(0..<count))
            let expected = test.numbers("interactions")
            let explainer = try TreeSHAP(test.ensemble, .pathDependent, players: test.players)
            let found = try explainer.interactions(rows)
            let values = try explainer.explain(rows).values
            var worst = 0.0
            for cell in 0..<(count * test.ensemble.outputCount) {
                for i in 0..<features {
                    let row = found[((cell * features + i) * features)..<((cell * features + i + 1) * features)]
                    let start = (cell * (features + 1) + i) * (features + 1)
                    worst = max(worst, distance(row, expected[start..<(start + features)]))
                    #expect(abs(row.reduce(0, +) - values[cell * features + i]) < 1e-12)
                }
            }
            #expect(worst < 1e-5, "\(test.name)")
        }
    }

    @Test func `values against a background are shap's`() throws {
        let cases = try TreeOracle().interventional
        #expect(!cases.isEmpty)
        for (test, background) in cases {
            let explained = try TreeSHAP(test.ensemble, .interventional(background: background), players: test.players).explain(test.rows)
            #expect(distance(explained.values, test.numbers("values")) < 1e-5, "\(test.name)")
            #expect(distance(explained.baseValues, test.numbers("base")) < 1e-5, "\(test.name)")
            #expect(explained.maximumAdditivityError < 1e-12)
            #expect(explained.background != nil)
        }
    }

    @Test func `contributions to a probability are shap's, add up, and are the same for any threads`() throws {
        let cases = try TreeOracle().scaled
        #expect(!cases.isEmpty)
        for (test, background) in cases {
            let explainer = try ProbabilityTreeSHAP(test.ensemble, background: background, players: test.players)
            let explained = try explainer.explain(test.rows)
            #expect(distance(explained.values, test.numbers("values")) < 1e-5, "\(test.name)")
            #expect(distance(explained.baseValues, test.numbers("base")) < 1e-5, "\(test.name)")
            #expect(explained.maximumAdditivityError < 1e-12 && explained.scale == .probability)
            #expect(try explainer.explain(test.rows, threads: 4) == explained)
            // A row that is its own background is moved by nothing.
            let alone = try ProbabilityTreeSHAP(test.ensemble, background: test.rows.selecting(rows: [0]), players: test.players)
            #expect(try alone.explain(test.rows.selecting(rows: [0])).values.allSatisfy { $0 == 0 })
        }
        let (test, background) = try #require(try TreeOracle().interventional.first { $0.test.name == "regression" })
        #expect(throws: ExplanationError.self) { try ProbabilityTreeSHAP(test.ensemble, background: background, players: test.players) }
        let (other, none) = try #require(cases.first)
        #expect(throws: ExplanationError(.background, message: "the background has no rows")) {
            try ProbabilityTreeSHAP(other.ensemble, background: none.selecting(rows: []), players: other.players)
        }
    }

    @Test func `bytes are the same for one, two and four threads, and for a row alone or among others`() throws {
        let test = try #require(try TreeOracle().trees.first)
        // Enough rows for tables and several blocks; rows alone go without tables.
        let many = test.rows.selecting(rows: (0..<1300).map { $0 % test.rows.rowCount })
        for perturbation in [TreeSHAP.Perturbation.pathDependent, .interventional(background: test.rows)] {
            let explainer = try TreeSHAP(test.ensemble, perturbation, players: test.players, threads: 4)
            let one = try explainer.explain(many)
            #expect(try explainer.explain(many, threads: 2) == one)
            #expect(try TreeSHAP(test.ensemble, perturbation, players: test.players).explain(many, threads: 4) == one)
            for row in [0, 7, 39] {
                #expect(try explainer.explain(test.rows.selecting(rows: [row])).values == Array(one.row(row)))
            }
            let few = test.rows.selecting(rows: [0, 1])
            #expect(try explainer.interactions(few, threads: 2) == explainer.interactions(few))
        }
    }

    @Test func `a constant feature and one that no tree asks about get nothing`() throws {
        let (test, background) = try #require(try TreeOracle().interventional.first)
        let explained = try TreeSHAP(test.ensemble, .interventional(background: background), players: test.players).explain(test.rows)
        for row in 0..<explained.rowCount { #expect(explained.row(row).last == 0) }
    }

    @Test func `a table with other columns, though as many, is an error for every tree method`() throws {
        let test = try #require(try TreeOracle().trees.first)
        var features = test.rows.schema.features
        features.swapAt(0, 1)
        let swapped = EncodedRows(schema: FeatureSchema(features), values: test.rows.values)
        let explainer = try TreeSHAP(test.ensemble, .pathDependent, players: test.players)
        let message = "the table has feature 'f1' where the model reads 'f0'"
        #expect(throws: ExplanationError(.rows, message: message)) { try explainer.explain(swapped) }
        #expect(throws: ExplanationError(.rows, message: message)) { try explainer.interactions(swapped) }
        #expect(throws: ExplanationError(.background, message: "the background has feature 'f1' where the model reads 'f0'")) {
            try TreeSHAP(test.ensemble, .interventional(background: swapped), players: test.players)
        }
    }

    @Test func `a background without rows or with other features is an error that says so`() throws {
        let test = try #require(try TreeOracle().trees.first)
        let narrow = EncodedRows(schema: FeatureSchema([FeatureSchema.Feature(name: "x", type: .number)]), values: [1])
        let none = EncodedRows(schema: test.rows.schema, values: [])
        #expect(throws: ExplanationError(.background, message: "the background has no rows")) {
            try TreeSHAP(test.ensemble, .interventional(background: none), players: test.players)
        }
        #expect(throws: ExplanationError(.background, message: "the background has 1 features, the model 13")) {
            try TreeSHAP(test.ensemble, .interventional(background: narrow), players: test.players)
        }
        #expect(throws: ExplanationError(.rows, message: "the table has 1 features, the model 13")) {
            try TreeSHAP(test.ensemble, .pathDependent, players: test.players).explain(narrow)
        }
    }
}
