import Basics
import Diagnostics
import OrderedCollections
import Specs
import Testing

@Suite struct TrainingChecksTests {
    /// The template's model with other words, and what is said of it.
    private func found(_ old: String, _ new: String) throws -> [Diagnostic] {
        Catalog.load(try CatalogTests.template(replacing: old, with: new, in: "models/income.yaml")).diagnostics
    }

    @Test(arguments: [
        ("task: binaryClassification", "task: regression", "predicts a number"),
        ("task: binaryClassification", "task: quantile", "needs 'quantile'"),
        ("task: binaryClassification", "quantile: 0.5", "belongs to the task 'quantile'"),
        ("task: binaryClassification", "classWeights: {balanced: true, weights: {\"true\": 2}}", "exclude each other"),
        ("type: xgboost", "type: linear", "'rounds' belongs to the learner 'xgboost'"),
        ("type: xgboost", "type: xgboost\n    penalty: 1", "'penalty' belongs to the learner 'linear'"),
        ("type: xgboost", "type: xgboost\n    treeMethod: exact", "'exact' cannot split the categories"),
        ("type: xgboost", "type: xgboost\n    earlyStopping: {rounds: 200}", "cannot stop after 200 rounds"),
        ("task: binaryClassification", "preprocessing: [{type: scale, columns: [workclass]}]", "'scale' does not take 'workclass'"),
        ("task: binaryClassification", "preprocessing: [{type: scale, columns: [income]}]", "'income' is no feature"),
        ("task: binaryClassification", "preprocessing: [{type: impute, columns: [workclass]}]", "no mean or median"),
        ("task: binaryClassification", "preprocessing: [{type: impute, columns: [age], strategy: constant}]", "needs 'value'"),
        ("task: binaryClassification", "preprocessing: [{type: bin, columns: [age], method: robust}]", "no method 'robust'"),
        (
            "task: binaryClassification",
            "preprocessing: [{type: impute, columns: [workclass], strategy: mostFrequent}, {type: hashText, columns: [workclass]}]",
            "the most frequent text of 'workclass' would be kept in the model"
        ),
        ("task: binaryClassification", "preprocessing: [{type: scale, columns: [age, age]}]", "'age' is named twice"),
        (
            "task: binaryClassification",
            "search: {seed: 1, trials: 2, objectives: [{measure: f1}, {measure: f1}], space: {maxDepth: {values: [2]}}}",
            "'f1' is an objective already"
        ),
        ("threshold: 0.5", "objective: {measure: cost, falsePositive: 0, falseNegative: 0}", "every threshold is as good"),
        ("threshold: 0.5", "objective: {measure: accuracy, beta: 2}", "'accuracy' has no 'beta'"),
        ("task: binaryClassification", "task: multiclassClassification", "'decision.threshold' is for decisions between two classes"),
        ("task: binaryClassification", "preprocessing: [{type: scale, columns: [age], folds: 3}]", "'folds' does not belong to 'scale'"),
    ])
    func `what training cannot do is said at its place before any row is read`(_ old: String, _ new: String, _ words: String) throws {
        let diagnostics = try found(old, new)
        #expect(diagnostics.contains { $0.message.contains(words) && $0.span?.file.path == "models/income.yaml" }, "\(diagnostics.map(\.message))")
    }

    @Test func `a field of two other learners is told of once, with both`() throws {
        let messages = try found("type: xgboost", "type: xgboost\n    classes: [a, b]").map(\.message)
        #expect(messages == ["'classes' belongs to the learners 'command' and 'onnx', and this one is 'xgboost'"], "\(messages)")
    }

    @Test(arguments: [
        (
            "type: xgboost\n    seed: 7\n    rounds: 200\n    maxDepth: 4\n    learningRate: 0.1",
            "type: linear\n    seed: 7\n  preprocessing: [{type: oneHot, columns: [workclass, education, marital_status, occupation, relationship, race, sex, native_country]}]",
            "estimator", ["seed", "type"]
        ),
        ("task: binaryClassification", "mitigation: {method: reweighing, attribute: sex}", "mitigation", ["attribute", "method"]),
        ("threshold: 0.5", "objective: {measure: cost, falseNegative: 5}", "decision", ["objective"]),
        ("task: binaryClassification", "task: binaryClassification", "decision", ["threshold"]),
        ("  decision:\n    threshold: 0.5\n", "  mitigation: {method: exponentiatedGradient, attribute: sex}\n", "decision", []),
        ("threshold: 0.5", "threshold: 0.4\n  mitigation: {method: exponentiatedGradient, attribute: sex}", "decision", ["threshold"]),
        (
            "  decision:\n    threshold: 0.5\n",
            "  mitigation: {method: exponentiatedGradient, attribute: sex}\n  calibration: {method: platt}\n", "decision", ["threshold"]
        ),
        ("task: binaryClassification", "validation: {folds: 3}", "validation", ["folds", "repeats", "scheme", "seed"]),
    ])
    func `what is shown of a spec has no defaults of learners, methods and tasks that it does not have`(
        _ old: String, _ new: String, _ part: String, _ fields: [String]
    ) throws {
        let (catalog, diagnostics) = Catalog.load(try CatalogTests.template(replacing: old, with: new, in: "models/income.yaml"))
        #expect(!diagnostics.hasErrors, "\(diagnostics.map(\.message))")
        let spec = try #require(catalog.models["income"]).applicableSpec
        #expect((spec[part]?.objectValue?.keys.sorted() ?? []) == fields, "\(String(describing: spec[part]))")
        if part == "decision", fields == ["objective"] {
            #expect(spec[part]?["objective"]?.objectValue?.keys.sorted() == ["falseNegative", "falsePositive", "measure"])
        }
    }

    @Test func `a step may take what a step before it made`() throws {
        let steps = """
            preprocessing: [{type: impute, columns: [age], indicator: true}, {type: oneHot, columns: [workclass]}, \
            {type: scale, columns: [age, "age:missing"]}]
            """
        #expect(try found("task: binaryClassification", steps).isEmpty)
    }

    @Test func `a model of no features is refused where it excludes them`() throws {
        let all = """
            age, workclass, education, education_num, marital_status, occupation, relationship, race, sex, capital_gain, capital_loss, \
            hours_per_week, native_country
            """
        let diagnostics = try found("task: binaryClassification", "features: {exclude: [\(all)]}")
        #expect(diagnostics.map(\.code) == [.conflictingFields])
        #expect(diagnostics.first?.message.contains("there are no features") == true)
        #expect(diagnostics.first?.span?.start.column == 23)
    }

    /// A search of the template's model, in one line.
    private func search(_ fields: String, space: String = "space: {maxDepth: {values: [2, 3]}}") throws -> [Diagnostic] {
        try found(
            "task: binaryClassification", "search: {seed: 1, trials: 4, objectives: [{measure: rocAUC}], \(space), \(fields)}")
    }

    @Test(arguments: [
        ("[{measure: accuracy, minimum: 1.5}]", "never above 1, so no model reaches 1.5", DiagnosticCode.impossibleSearch),
        ("[{measure: logLoss, maximum: -0.1}]", "never below 0, so no model keeps -0.1", .impossibleSearch),
        ("[{measure: f1, minimum: 0.9}, {measure: f1, maximum: 0.5}]", "at least 0.9 and at most 0.5, by two constraints", .conflictingFields),
    ])
    func `bounds that no model can keep are refused`(_ constraints: String, _ words: String, _ code: DiagnosticCode) throws {
        let diagnostics = try search("constraints: \(constraints)")
        #expect(diagnostics.map(\.code) == [code])
        #expect(diagnostics.first?.message.contains(words) == true, "\(diagnostics.map(\.message))")
    }

    @Test func `bounds of a decision are looked at alike, and those of other groups are others`() throws {
        func decision(_ constraints: String) throws -> [Diagnostic] {
            try found("threshold: 0.5", "objective: {measure: accuracy}\n    constraints: [\(constraints)]")
        }
        #expect(try decision("{measure: recall, minimum: 0.9}, {measure: recall, maximum: 0.5}").map(\.code) == [.conflictingFields])
        #expect(try decision("{measure: recall, maximum: -0.5}").map(\.code) == [.invalidValue])
        let gaps = """
            {measure: selectionRateRatio, attribute: sex, minimum: 0.8}, {measure: selectionRateRatio, attribute: race, maximum: 0.7}, \
            {measure: recall, minimum: 0.5}, {measure: recall, maximum: 0.5}
            """
        #expect(try decision(gaps).map(\.text) == [])
    }

    @Test func `a grid of more points than trials is warned of, and a preset has none`() throws {
        let space = "space: {maxDepth: {values: [2, 3]}, rounds: {low: 5, high: 7, integer: true}}"
        let cut = try search("sampler: grid", space: space)
        #expect(cut.map(\.code) == [.gridCutShort])
        #expect(cut.first?.message == "the grid has 6 points, and 4 trials leave out the last 2 of them")
        #expect(try search("sampler: random", space: space).isEmpty)
        #expect(try search("sampler: grid").isEmpty)
        #expect(try search("sampler: grid", space: "preset: auto").map(\.code) == [.impossibleSearch])
    }
}
