import Diagnostics
import Testing

@testable import Specs

/// What cannot be asked of models that something else trained, and of teachers.
@Suite struct ReadyModelChecksTests {
    private static let head = "apiVersion: proviso.dev/v1alpha1\n"
    private static let digest = "\"sha256:\(String(repeating: "0", count: 64))\""

    private static func problems(_ models: [String: String]) -> [String] {
        var entries = [
            SpecEntry(path: "proviso.yaml", bytes: Array((head + "kind: Repository\nmetadata: {name: r}\nspec: {}\n").utf8)),
            SpecEntry(
                path: "datasets/d.yaml",
                bytes: Array(
                    (head + """
                        kind: Dataset
                        metadata: {name: d}
                        spec:
                          source: {path: d.csv}
                          digest: \(digest)
                          columns:
                            - {name: x, type: float}
                            - {name: label, type: boolean, role: label}
                          split: {random: {seed: 5, testShare: 0.3}}

                        """).utf8)),
        ]
        for (name, rest) in models {
            let text =
                head + """
                    kind: Model
                    metadata: {name: \(name)}
                    spec:
                      purpose: a test
                      risk: low
                      owners: [a@example.org]
                      dataset: d
                      \(rest)

                    """
            entries.append(SpecEntry(path: "models/\(name).yaml", bytes: Array(text.utf8)))
        }
        return Catalog.load(entries).1.filter { $0.code.severity == .error }.map(\.message)
    }

    @Test(arguments: [
        ("estimator: {type: onnx, seed: 0}", "needs 'path'"), ("estimator: {type: onnx, seed: 0, path: m.onnx}", "needs 'digest'"),
        ("estimator: {type: onnx, seed: 0, path: m.onnx, digest: \(digest), rounds: 3}", "'rounds' belongs to the learner 'xgboost'"),
        ("estimator: {type: command, seed: 0}", "lacks 'command'"),
        ("estimator: {type: command, seed: 0, command: [a], writes: model.txt}", "is the name of no model"),
        ("estimator: {type: xgboost, seed: 0, path: m.onnx}", "'path' belongs to the learner 'onnx'"),
        (
            "estimator: {type: onnx, seed: 0, path: m.onnx, digest: \(digest)}\n  preprocessing: [{type: impute, columns: [x]}]",
            "'preprocessing' is for learners of Proviso's"
        ),
        (
            "estimator: {type: onnx, seed: 0, path: m.onnx, digest: \(digest)}\n  decision: {objective: {measure: accuracy}}",
            "'decision.objective' is for learners of Proviso's"
        ),
        ("estimator: {type: xgboost, seed: 0}\n  teacher: {model: m}", "its own teacher"),
        ("estimator: {type: xgboost, seed: 0}\n  teacher: {model: pupil}", "has a teacher itself"),
        ("estimator: {type: xgboost, seed: 0}\n  teacher: {path: t.onnx}", "needs 'digest'"),
        ("estimator: {type: xgboost, seed: 0}\n  teacher: {model: plain, path: t.onnx}", "exclude each other"),
        ("estimator: {type: xgboost, seed: 0, earlyStopping: {}}\n  teacher: {model: plain}", "'earlyStopping' and 'teacher'"),
        ("estimator: {type: xgboost, seed: 0}\n  teacher: {model: plain}\n  calibration: {method: platt}", "'calibration' and 'teacher'"),
        ("estimator: {type: xgboost, seed: 0}\n  teacher: {model: nobody}", "no Model named 'nobody'"),
    ])
    func `what cannot be is said before anything runs`(_ spec: String, _ words: String) {
        let found = Self.problems([
            "m": spec, "plain": "estimator: {type: xgboost, seed: 0}", "pupil": "estimator: {type: linear, seed: 0}\n  teacher: {model: plain}",
        ])
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }

    @Test func `what can be has no errors`() {
        #expect(
            Self.problems([
                "m": "estimator: {type: onnx, seed: 0, path: m.onnx, digest: \(Self.digest), inputs: {input: [x]}, outputColumn: 1}",
                "program": "estimator: {type: command, seed: 0, command: [python3, t.py], files: {t.py: \(Self.digest)}, timeout: 5m, writes: m.ubj}",
                "student": "estimator: {type: xgboost, seed: 0}\n  teacher: {model: m}",
            ]) == [])
    }
}
