import Attestations
import Basics
import Diagnostics
import Foundation
import Ledger
import Reconciliation
import TestSupport
import TestWorld
import Testing

/// Every task from a repository to the ledger, as users have it: through validation of specs and data, and the reconciler.
@Suite struct TaskTests {
    /// Labels by task, and what a policy reads of them.
    static func files(_ task: String, label: String, more: String = "", expression: String, rows: Int = 200, data given: String? = nil) -> [String:
        String]
    {
        var random = SeededRandom(seed: 5)
        var lines = ["x,z,g,label"]
        for row in 0..<rows {
            let (x, z) = (random.nextUnit(), random.nextUnit())
            let number = 4 * x + z
            let text =
                switch task {
                case "multiclassClassification": label == "integer" ? "\(Int(number * 3))" : number < 1.5 ? "low" : number < 3 ? "middle" : "high"
                case "count": "\(Int(number.rounded()))"
                case "binaryClassification": "\(number > 2.5)"
                default: "\(number)"
                }
            lines.append("\(x),\(z),\(row % 2 == 0 ? "a" : "b"),\(text)")
        }
        let data = given ?? lines.joined(separator: "\n") + "\n"
        var files = World.files
        files["data/d.csv"] = data
        files["datasets/d.yaml"] = World.dataset(data, label: label)
        files["models/m.yaml"] =
            World.head + """
                kind: Model
                metadata: {name: m}
                spec:
                  purpose: a test
                  risk: high
                  owners: [alice@example.org]
                  dataset: d
                  task: \(task)
                  estimator: {type: xgboost, seed: 1, rounds: 8, maxDepth: 3}
                \(more.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))

                """
        files["policies/useful.yaml"] = World.policy(
            name: "useful",
            """
            - {name: good, expression: "\(expression)"}
            - {name: no-leak, expression: "evidence.dataQuality.strongestFeature.rocAUC <= 1.0"}
            - {name: held-out, expression: "evidence.validation.rows > 100"}
            """)
        return files
    }

    @Test(arguments: [
        ("binaryClassification", "boolean", "calibration: {method: beta}", "evidence.performance.accuracy.value > 0.8"),
        ("multiclassClassification", "category", "calibration: {method: isotonic}", "evidence.multiclass.accuracy.value > 0.7"),
        ("multiclassClassification", "integer", "", "size(evidence.multiclass.classes) == 15"),
        ("regression", "float", "", "evidence.regression.r2.value > 0.8"),
        ("count", "integer", "", "evidence.regression.poissonDeviance.value < 0.4"),
        ("quantile", "float", "quantile: 0.8", "evidence.regression.quantileLoss.value < 0.3"),
    ])
    func `a model of every task is validated, trained, judged and recorded`(
        _ task: String, _ label: String, _ more: String, _ expression: String
    ) async throws {
        // Fifteen classes of few rows each are not all in every part unless rows are enough.
        let rows = label == "integer" && task.hasPrefix("multi") ? 900 : 200
        let world = try World(
            files: Self.files(task, label: label, more: "validation: {folds: 2}\n" + more, expression: expression, rows: rows))
        let problems = try Validation.revision(world.server, world.main).filter { $0.severity == .error }
        #expect(problems.isEmpty, "\(problems.map(\.text))")
        _ = try await world.reconcile()
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let record = try #require(try audit.entries().last { $0.record.subject.name == "m" }).record
        #expect(record.verdict.outcome == .pass, "\(record.verdict.rules.map(\.message)) \(record.verdict.findings.map(\.message))")
    }

    @Test(
        arguments: ["xgboost, seed: 1, rounds: 8, maxDepth: 3", "linear, seed: 1, penalty: 0.01"],
        ["", "  explanation: {method: permutation, rows: 60, background: 10}\n"])
    func `a model of several classes is explained, each class and all together`(_ estimator: String, _ method: String) async throws {
        let explanation = "evidence.explanation"
        let rules = [
            "['low', 'middle', 'high'].all(c, \(explanation).classes[c].features['x'].value > \(explanation).classes[c].features['g'].value)",
            "\(explanation).features['x'].share > 0.5", "\(explanation).additivityError < 0.0001",
            "math.abs(\(explanation).features['z'].value - \(explanation).classes.map(c, \(explanation).classes[c].features['z'].value).sum()) < 1e-9",
            "\(explanation).drift.features['x'].class in ['low', 'middle', 'high']",
            "\(explanation).groups['g'].class in ['low', 'middle', 'high']",
        ]
        var files = Self.files("multiclassClassification", label: "category", expression: "true")
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing("xgboost, seed: 1, rounds: 8, maxDepth: 3", with: estimator)
            .appending("  preprocessing: [{type: oneHot, columns: [g]}]\n" + method)
        files["policies/explained.yaml"] =
            World.head + "kind: Policy\nmetadata: {name: explained}\nspec:\n  match: {kinds: [Model]}\n  validations:\n"
            + rules.enumerated().map { "    - {name: rule-\($0), expression: \"\($1)\"}\n" }.joined()
        let report = try await World(files: files).reconcile()
        let judged = report.verdicts.flatMap(\.rules).filter { $0.policy == "explained" }
        #expect(judged.count == rules.count, "\(report.diagnostics.map(\.text))")
        for rule in judged {
            #expect(rule.state == .pass, "\(rule.rule): \(rule.message) \(rule.taints) \(report.verdicts.flatMap(\.findings).map(\.message))")
        }
    }

    @Test(arguments: [
        // The class 'r' is in one row, which the split gives to the test part or to training; either way some part lacks it.
        ("regression", "float", "", "x,z,g,label\n1,2,a,1.5\n2,2,b,1.5\n3,1,a,1.5\n4,1,b,1.5\n", "1.5 in every training row"),
        ("regression", "float", "", "x,z,g,label\n1,2,a,1\ninf,2,b,2\n3,1,a,3\n4,1,b,4\n", "'x' is infinite or beyond ±3.4e38 in row 2"),
        ("count", "integer", "", "x,z,g,label\n1,2,a,1\n2,2,b,-1\n3,1,a,2\n4,1,b,3\n", "below zero in row 2"),
        ("regression", "float", "validation: {folds: 9}", "x,z,g,label\n1,2,a,1\n2,2,b,2\n3,1,a,3\n4,1,b,4\n", "9 folds cannot be made of 3 rows"),
        (
            "multiclassClassification", "category", "validation: {folds: 2}",
            "x,z,g,label\n" + (0..<30).map { "\($0),1,a,\($0 % 2 == 0 ? "p" : "q")\n" }.joined() + "31,1,b,r\n", "'r'"
        ),
    ])
    func `what the data do not allow is told at the spec's place before anything is trained`(
        _ task: String, _ label: String, _ more: String, _ data: String, _ message: String
    ) throws {
        let world = try World(files: Self.files(task, label: label, more: more, expression: "true", data: data))
        let problems = try Validation.revision(world.server, world.main).filter { $0.severity == .error }
        #expect(problems.contains { $0.message.contains(message) && $0.span != nil }, "\(problems.map(\.text))")
    }

    @Test func `a model that cannot be trained is told what stands against it, and nothing of other models`() async throws {
        let data = "x,z,g,label\n" + (0..<40).map { "\($0 % 7 == 3 ? "" : String($0)),\($0 % 5),a,\($0 * 3 % 11).5\n" }.joined()
        var files = Self.files("regression", label: "float", more: "features: {include: [x, z]}", expression: "true", data: data)
        let tree = try #require(files["models/m.yaml"])
        let wanted = "xgboost, seed: 1, rounds: 8, maxDepth: 3"
        try #require(tree.contains(wanted) && tree.contains("name: m"))
        files["models/m.yaml"] = tree.replacing(wanted, with: "linear, seed: 1")
        files["models/hasty.yaml"] = tree.replacing("name: m", with: "name: hasty").replacing(
            wanted, with: "xgboost, seed: 1, rounds: 50, earlyStopping: {share: 0.001, rounds: 5}")
        let world = try World(files: files)
        let problems = try Validation.revision(world.server, world.main).filter { $0.severity == .error }
        #expect(problems.map(\.code) == [.dataFitting, .dataFitting], "\(problems.map(\.text))")
        let report = try await world.reconcile()
        for (name, own, other) in [
            ("m", "feature 'x' is missing in row", "early stopping"), ("hasty", "early stopping on a share", "'x' is missing"),
        ] {
            let verdict = try #require(report.verdicts.first { $0.subject.name == name })
            #expect(verdict.findings.contains { $0.message.contains(own) && $0.location?.path == "models/\(name).yaml" }, "\(verdict.findings)")
            #expect(!verdict.findings.contains { $0.message.contains(other) }, "\(verdict.findings)")
        }
    }

    @Test func `the label makes no groups, wherever it is named as one`() throws {
        var files = Self.files(
            "binaryClassification", label: "boolean", more: "decision: {groups: {attribute: label, goal: demographicParity}}", expression: "true")
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing("dataset: d\n", with: "dataset: d\n  evaluation: {protected: [label]}\n")
        let world = try World(files: files)
        let problems = try Validation.revision(world.server, world.main)
        #expect(
            problems.contains { $0.message.contains("'label' has the role 'label', and its values are no groups of people") },
            "\(problems.map(\.text))")
        files["models/m.yaml"] = World.files["models/m.yaml"]
        files["datasets/d.yaml"] = files["datasets/d.yaml"]?.replacing("role: label}", with: "role: label, protected: true}")
        let other = try World(files: files)
        let others = try Validation.revision(other.server, other.main)
        #expect(others.contains { $0.message.contains("'label' has the role 'label'") && $0.severity == .error }, "\(others.map(\.text))")
    }
}
