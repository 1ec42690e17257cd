import Basics
import Explanations
import Models
import Synchronization
import Testing

@Suite struct CoalitionSHAPTests {
    static func explainer(
        _ test: TreeOracle.Case, _ background: EncodedRows, _ method: CoalitionSHAP.Method, scale: OutputScale = .raw, seed: UInt64 = 1
    ) throws -> CoalitionSHAP {
        try CoalitionSHAP(
            test.ensemble, background: background, players: Players(features: test.rows.schema.names), method: method, scale: scale, seed: seed)
    }

    @Test func `all coalitions give shap's values`() throws {
        let (test, background) = try #require(try TreeOracle().interventional.first)
        let explained = try Self.explainer(test, background, .exact).explain(test.rows.selecting(rows: [0, 1, 2]))
        #expect(distance(explained.values, test.numbers("values").prefix(24)) < 1e-5)
        #expect(explained.maximumAdditivityError < 1e-12)
        #expect(explained.standardErrors == nil && explained.seed == nil)
    }

    @Test func `probabilities are explained exactly as shap does`() throws {
        let oracle = try #require(try TreeOracle().values["probability"])
        let ensemble = try TreeEnsemble(xgboost: TreeOracle.model("dart.ubj"))
        let rows = TreeOracle.rows(oracle["rows"])
        let explained = try CoalitionSHAP(
            ensemble, background: TreeOracle.rows(oracle["background"]), players: Players(features: rows.schema.names), method: .exact,
            scale: .probability
        ).explain(rows)
        #expect(distance(explained.values, oracle["values"].map(TreeOracle.flat) ?? []) < 1e-6)
        #expect(distance(explained.baseValues, oracle["base"].map(TreeOracle.flat) ?? []) < 1e-6)
        #expect(explained.predictions.allSatisfy { $0 > 0 && $0 < 1 })
        #expect(explained.scale == .probability)
    }

    @Test(arguments: [CoalitionSHAP.Method.permutation(pairs: 40), .kernel(KernelSettings())])
    func `sampled values lie within their own stated errors of the exact ones, and add up`(method: CoalitionSHAP.Method) throws {
        let (test, background) = try #require(try TreeOracle().interventional.first)
        let few = background.selecting(rows: Array(0..<8))
        let exact = try TreeSHAP(test.ensemble, .interventional(background: few), players: test.players).explain(test.rows)
        var settings = method
        if case .kernel(var kernel) = method {
            // Eight players have 254 coalitions: leave most of them to sampling.
            kernel.maximumCoalitions = 120
            kernel.tolerance = 0
            settings = .kernel(kernel)
        }
        let sampled = try Self.explainer(test, few, settings).explain(test.rows)
        #expect(sampled.maximumAdditivityError < 1e-9)
        let errors = try #require(sampled.standardErrors)
        let scaled = zip(zip(sampled.values, exact.values), errors).filter { $1 > 1e-9 }.map { abs($0.0 - $0.1) / $1 }
        #expect(scaled.count > 100)
        // Student's t with few degrees of freedom: two errors hold about 94 of 100, five nearly all.
        #expect(Double(scaled.count { $0 < 2 }) / Double(scaled.count) > 0.85)
        #expect(scaled.count { $0 > 5 } <= scaled.count / 50)
        let row = test.rows.selecting(rows: [0])
        #expect(try Self.explainer(test, few, settings, seed: 2).explain(row).values != Array(sampled.row(0)))
    }

    @Test func `kernel with room for all coalitions is exact`() throws {
        let (test, background) = try #require(try TreeOracle().interventional.first)
        let explained = try Self.explainer(test, background, .kernel(KernelSettings())).explain(test.rows.selecting(rows: [0, 1, 2]))
        #expect(distance(explained.values, test.numbers("values").prefix(24)) < 1e-5)
        #expect(explained.standardErrors?.allSatisfy { $0 == 0 } == true)
    }

    @Test func `a row that converges early asks less of the model, and no coalition is asked about twice`() throws {
        let (test, background) = try #require(try TreeOracle().interventional.first)
        func asked(tolerance: Double) throws -> Int {
            let counting = CountingPredictor(base: test.ensemble)
            var settings = KernelSettings()
            settings.maximumCoalitions = 56
            settings.tolerance = tolerance
            let explainer = try CoalitionSHAP(
                counting, background: background.selecting(rows: [0]), players: test.players, method: .kernel(settings))
            let before = counting.rows
            _ = try explainer.explain(test.rows.selecting(rows: [3]))
            return counting.rows - before
        }
        // Six players vary: the coalitions of one and two, and of four and five, are all asked about, and of the ten pairs of three seven; and the row itself.
        #expect(try asked(tolerance: 0) == 1 + 12 + 30 + 14)
        // The first stage has five of the fifteen pairs of two, and two of the ten of three.
        #expect(try asked(tolerance: 1) == 1 + 12 + 10 + 4)
    }

    @Test func `groups are one player each, and trees share out among them as all coalitions do`() throws {
        let test = try #require(try TreeOracle().trees.first { $0.name == "adult" })
        let names = test.rows.schema.names
        let players = try Players(features: names, groups: ["home": [names[3], names[5]], "work": [names[1], names[12]]])
        #expect(players.count == 11)
        #expect(players.names[1] == "work" && players.names[3] == "home")
        let rows = test.rows.selecting(rows: [0, 1])
        let background = test.rows.selecting(rows: [10, 11, 12])
        let exact = try CoalitionSHAP(test.ensemble, background: background, players: players, method: .exact).explain(rows, threads: 2)
        let trees = try TreeSHAP(test.ensemble, .interventional(background: background), players: players).explain(rows)
        #expect(distance(exact.values, trees.values) < 1e-10)
        #expect(distance(exact.baseValues, trees.baseValues) < 1e-10)
    }

    @Test func `every class is explained`() throws {
        let test = try #require(try TreeOracle().trees.first { $0.name == "multiclass" })
        let background = test.rows.selecting(rows: [8, 9, 10, 11])
        let rows = test.rows.selecting(rows: [0, 1, 2])
        let exact = try Self.explainer(test, background, .exact).explain(rows)
        let trees = try TreeSHAP(test.ensemble, .interventional(background: background), players: Players(features: rows.schema.names)).explain(rows)
        #expect(distance(exact.values, trees.values) < 1e-10)
        for method in [CoalitionSHAP.Method.permutation(pairs: 3), .kernel(KernelSettings())] {
            #expect(try Self.explainer(test, background, method).explain(rows).maximumAdditivityError < 1e-9)
        }
    }

    @Test(arguments: [CoalitionSHAP.Method.exact, .permutation(pairs: 4), .kernel(KernelSettings())])
    func `bytes are the same for one, two and four threads, and for a row alone or among others`(method: CoalitionSHAP.Method) throws {
        let (test, background) = try #require(try TreeOracle().interventional.first)
        let explainer = try Self.explainer(test, background.selecting(rows: [1, 2, 3]), method)
        let rows = test.rows.selecting(rows: Array(0..<7))
        let one = try explainer.explain(rows)
        #expect(try explainer.explain(rows, threads: 2) == one)
        #expect(try explainer.explain(rows, threads: 4) == one)
        #expect(try explainer.explain(test.rows.selecting(rows: [5])).values == Array(one.row(5)))
    }

    @Test func `linear models have shap's values to the last digits`() throws {
        let oracle = try #require(try TreeOracle().values["linear"])
        func numbers(_ key: String) -> [Double] { oracle[key].map(TreeOracle.flat) ?? [] }
        let rows = TreeOracle.rows(oracle["rows"])
        let names = rows.schema.names
        let model = LinearModel(featureNames: names, coefficients: numbers("coefficients"), intercepts: numbers("intercepts"), isLogistic: true)
        let background = TreeOracle.rows(oracle["background"])
        let explained = try LinearSHAP(model, background: background, players: Players(features: names)).explain(rows)
        #expect(distance(explained.values, numbers("values")) < 1e-9)
        #expect(distance(explained.baseValues, numbers("base")) < 1e-9)
        #expect(distance(explained.predictions, numbers("margins")) < 1e-9)
        #expect(explained.maximumAdditivityError < 1e-12)
        let exact = try CoalitionSHAP(model, background: background, players: Players(features: names), method: .exact, scale: .logOdds)
        #expect(distance(try exact.explain(rows).values, explained.values) < 1e-10)
    }
}

/// Counts the rows that a predictor is asked about.
private final class CountingPredictor: Predictor {
    private let base: any Predictor
    private let count = Mutex(0)

    init(base: any Predictor) { self.base = base }

    var rows: Int { count.withLock { $0 } }
    var featureCount: Int { base.featureCount }
    var outputCount: Int { base.outputCount }
    var rawScale: OutputScale? { base.rawScale }

    func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
        self.count.withLock { $0 += count }
        return try base.predict(rows, count: count)
    }
}
