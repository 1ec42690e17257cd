import Diagnostics
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
        ("task: binaryClassification", "preprocessing: [{type: scale, columns: [age], folds: 3}]", "'folds' does not belong to 'scale'"),
    ])
    func `what training cannot do is said at its place before any row is read`(_ old: String, _ new: String, _ words: String) throws {
        let diagnostics = try found(old, new)
        #expect(diagnostics.contains { $0.message.contains(words) && $0.span?.file.path == "models/income.yaml" }, "\(diagnostics.map(\.message))")
    }

    @Test func `a step may take what a step before it made`() throws {
        let steps = "preprocessing: [{type: impute, columns: [age], indicator: true}, {type: oneHot, columns: [workclass]}, {type: scale, columns: [age, \"age:missing\"]}]"
        #expect(try found("task: binaryClassification", steps).isEmpty)
    }
}
