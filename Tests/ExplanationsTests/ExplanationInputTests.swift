import Explanations
import Models
import Testing

/// Predictors that do what they should not.
private struct Misbehaving: Predictor {
    enum Manner: Sendable { case fails, saysNothing, saysNaN }
    let manner: Manner
    let featureCount = 2
    let outputCount = 1
    var rawScale: OutputScale? { nil }

    func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
        switch manner {
        case .fails: throw ModelError(.library, operation: "apply the model", message: "the scorer stopped")
        case .saysNothing: []
        case .saysNaN: [Double](repeating: .nan, count: count)
        }
    }
}

@Suite struct ExplanationInputTests {
    static let schema = FeatureSchema(["a", "b"].map { FeatureSchema.Feature(name: $0, type: .number) })
    static let rows = EncodedRows(schema: schema, values: [1, 2, 3, 4])
    static let sum = LinearModel(featureNames: ["a", "b"], coefficients: [1, 1], intercepts: [0], isLogistic: false)

    static func players() throws -> Players { try Players(features: ["a", "b"]) }

    @Test(arguments: [
        (Misbehaving.Manner.fails, "cannot explain: cannot apply the model: the scorer stopped"),
        (.saysNothing, "cannot explain: the model gave 0 numbers for 2 rows and 1 outputs"),
        (.saysNaN, "cannot explain: the model's prediction for a row is not a number, which nothing adds up to"),
    ])
    fileprivate func `a model that fails is reported, not explained`(manner: Misbehaving.Manner, message: String) throws {
        let error = #expect(throws: ExplanationError.self) {
            try CoalitionSHAP(Misbehaving(manner: manner), background: Self.rows, players: Self.players(), method: .exact)
        }
        #expect(error?.code == .prediction)
        #expect(error?.description == message)
    }

    @Test func `a prediction that overflows is an error, and no error that is no number counts as none`() throws {
        let steep = LinearModel(featureNames: ["a", "b"], coefficients: [100, 1], intercepts: [0], isLogistic: false)
        let explainer = try LinearSHAP(steep, background: Self.rows, players: Self.players())
        let error = #expect(throws: ExplanationError.self) { try explainer.explain(EncodedRows(schema: Self.schema, values: [1e307, 1])) }
        #expect(error?.code == .prediction)
        func values(_ numbers: [Double]) -> Attributions {
            Attributions(players: ["a", "b"], outputCount: 1, values: numbers, baseValues: [0], predictions: [3], method: .exact, scale: .raw)
        }
        #expect(values([.infinity, -.infinity]).maximumAdditivityError == .infinity)
        #expect(throws: Never.self) { try values([1, 2]).checkAdditivity() }
        for numbers in [[1, 2.001], [.nan, 1], [.infinity, 0]] as [[Double]] {
            #expect(throws: ExplanationError.self) { try values(numbers).checkAdditivity() }
        }
    }

    @Test func `a missing value in a linear model names its feature and row`() throws {
        let holes = EncodedRows(schema: Self.schema, values: [1, 2, 3, .nan])
        let explainer = try LinearSHAP(Self.sum, background: Self.rows, players: Self.players())
        let error = #expect(throws: ExplanationError.self) { try explainer.explain(holes) }
        #expect(error?.message.contains("feature 'b' is missing in row 2") == true)
    }

    @Test func `a background with other columns, and other players, are errors`() throws {
        let narrow = EncodedRows(schema: FeatureSchema([FeatureSchema.Feature(name: "x", type: .number)]), values: [1])
        #expect(throws: ExplanationError(.background, message: "the background has 1 features, the model 2")) {
            try LinearSHAP(Self.sum, background: narrow, players: Self.players())
        }
        #expect(throws: ExplanationError(.features, message: "the players have 1 features, the model 2")) {
            try LinearSHAP(Self.sum, background: Self.rows, players: Players(features: ["a"]))
        }
        #expect(throws: ExplanationError(.rows, message: "the table has 1 features, the model 2")) {
            try CoalitionSHAP(Self.sum, background: Self.rows, players: Self.players(), method: .exact).explain(narrow)
        }
    }

    @Test func `a table whose columns or categories are not the background's is an error for every method`() throws {
        let other = EncodedRows(schema: FeatureSchema(["a", "z"].map { FeatureSchema.Feature(name: $0, type: .number) }), values: [1, 2])
        let players = try Self.players()
        let explainers: [any Explainer] = [
            try LinearSHAP(Self.sum, background: Self.rows, players: players),
            try CoalitionSHAP(Self.sum, background: Self.rows, players: players, method: .exact),
        ]
        for explainer in explainers {
            #expect(throws: ExplanationError(.rows, message: "the table has feature 'z' where the background has 'b'")) {
                try explainer.explain(other, threads: 1)
            }
        }
        let lime = try LIMEExplainer(Self.sum, training: Self.rows, players: players)
        #expect(throws: ExplanationError(.rows, message: "the table has feature 'z' where the training rows have 'b'")) { try lime.explain(other) }
        let (test, background) = try #require(try TreeOracle().interventional.first)
        let trees = try TreeSHAP(test.ensemble, .interventional(background: background), players: test.players)
        var features = test.rows.schema.features
        features[2] = FeatureSchema.Feature(name: features[2].name, type: .category(["x"]))
        let error = #expect(throws: ExplanationError.self) {
            try trees.explain(EncodedRows(schema: FeatureSchema(features), values: test.rows.values))
        }
        #expect(error?.message.contains("feature 'f2' of the table has other categories") == true)
    }

    @Test func `settings that make no sense, and too many players for all coalitions, are errors`() throws {
        var settings = KernelSettings()
        settings.maximumCoalitions = 1
        for method in [CoalitionSHAP.Method.permutation(pairs: 1), .kernel(settings)] {
            let error = #expect(throws: ExplanationError.self) {
                try CoalitionSHAP(Self.sum, background: Self.rows, players: Self.players(), method: method)
            }
            #expect(error?.code == .invalidSetting)
        }
        let names = (0..<13).map { "f\($0)" }
        let wide = LinearModel(featureNames: names, coefficients: [Double](repeating: 1, count: 13), intercepts: [0], isLogistic: false)
        let rows = EncodedRows(
            schema: FeatureSchema(names.map { FeatureSchema.Feature(name: $0, type: .number) }), values: [Double](repeating: 1, count: 13))
        let error = #expect(throws: ExplanationError.self) {
            try CoalitionSHAP(wide, background: rows, players: Players(features: names), method: .exact)
        }
        #expect(error?.message.contains("at most 12 players, and there are 13") == true)
        #expect(throws: ExplanationError.self) {
            try CoalitionSHAP(Self.sum, background: Self.rows, players: Self.players(), method: .exact, scale: .probability)
        }
    }

    @Test func `groups with unknown, shared or no features, or a feature's name, are errors`() {
        let cases: [([String: [String]], String)] = [
            (["g": ["a", "z"]], "group 'g' has feature 'z', which the model does not read"),
            (["g": ["a"], "h": ["a"]], "feature 'a' is in group 'h' and in 'g'"), (["g": []], "group 'g' has no features"),
            (["a": ["b"]], "group 'a' has the name of a feature that is not in it"),
        ]
        for (groups, message) in cases {
            #expect(throws: ExplanationError(.groups, message: message)) { try Players(features: ["a", "b"], groups: groups) }
        }
        #expect(throws: Never.self) { try Players(features: ["a", "b"], groups: ["a": ["a", "b"]]) }
    }

    @Test func `a row equal to its background, and a constant column, get nothing from any method`() throws {
        let constant = EncodedRows(schema: Self.schema, values: [1, 7, 3, 7])
        for method in [CoalitionSHAP.Method.exact, .permutation(pairs: 2), .kernel(KernelSettings())] {
            let explained = try CoalitionSHAP(Self.sum, background: constant, players: Self.players(), method: method).explain(constant)
            #expect(explained.values == [-1, 0, 1, 0])
            let same = try CoalitionSHAP(Self.sum, background: constant.selecting(rows: [0]), players: Self.players(), method: method)
            #expect(try same.explain(constant.selecting(rows: [0])).values == [0, 0])
        }
    }
}
