import Attestations
import Basics
import Diagnostics
import OrderedCollections
import Planning
import Specs
import Testing

@Suite struct ModelPlannerTests {
    static let head = "apiVersion: proviso.dev/v1alpha1\n"
    static let dataset =
        head + """
            kind: Dataset
            metadata: {name: d}
            spec:
              source: {path: data/d.csv}
              columns:
                - {name: x, type: float}
                - {name: z, type: float, description: another}
                - {name: g, type: category, protected: true}
                - {name: label, type: boolean, role: label}
              split: {random: {seed: 5, testShare: 0.3}}
            """
    static let model =
        head + """
            kind: Model
            metadata: {name: m, labels: {team: x}}
            spec:
              purpose: a test
              risk: high
              owners: [alice@example.org]
              dataset: d
              estimator: {type: xgboost, seed: 1, rounds: 5}
              decision: {threshold: 0.5}
            """
    static let data = Digest.of("data")

    static func plan(
        dataset: String = dataset, model: String = model, data: Digest = data,
        sections: Set<EvidenceSchema.Section> = Set(EvidenceSchema.Section.allCases), state: RecordedState = .nothing
    ) throws -> SubjectPlan {
        let files = [
            ("datasets/d.yaml", dataset), ("models/m.yaml", model), ("proviso.yaml", head + "kind: Repository\nmetadata: {name: r}\nspec: {}\n"),
        ]
        let (catalog, diagnostics) = Catalog.load(files.map { SpecEntry(path: $0.0, bytes: Array($0.1.utf8)) })
        #expect(!diagnostics.contains { $0.severity == .error }, "\(diagnostics.map(\.message))")
        return ModelPlanner.plan(
            model: try #require(catalog.models["m"]), dataset: try #require(catalog.datasets["d"]), data: data, sections: sections, state: state)
    }

    static func keys(_ plan: SubjectPlan) -> [String: Digest] {
        Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.step.name, $0.step.key) })
    }

    /// Replacements in a spec and the steps that then have to run again.
    static let changes: [(old: String, new: String, steps: Set<String>)] = [
        ("a test", "something else", []),
        ("alice@", "bob@", []),
        ("team: x", "team: y1", []),
        ("risk: high", "risk: low", []),
        ("description: another", "description: whatever", []),
        ("threshold: 0.5", "threshold: 0.4", ["performance", "fairness", "individual-fairness", "concept-drift"]),
        (
            "rounds: 5", "rounds: 6",
            [
                "train", "footprint", "predict", "calibration", "performance", "thresholds", "fairness", "individual-fairness", "concept-drift",
                "prediction-drift",
                "explain",
            ]
        ),
        (
            "seed: 1,", "seed: 2,",
            [
                "train", "footprint", "predict", "calibration", "performance", "thresholds", "fairness", "individual-fairness", "concept-drift",
                "prediction-drift",
                "explain",
            ]
        ),
        (
            "decision:", "features: {exclude: [z]}\n  decision:",
            [
                "train", "footprint", "predict", "calibration", "performance", "thresholds", "fairness", "individual-fairness", "concept-drift",
                "prediction-drift",
                "explain",
                "quality", "drift",
                "domain-classifier",
            ]
        ),
        (
            "decision:", "evaluation: {protected: [z]}\n  decision:",
            ["predict", "calibration", "performance", "thresholds", "fairness", "individual-fairness", "concept-drift", "explain", "quality"]
        ),
        (
            "seed: 5,", "seed: 6,",
            [
                "profile", "train", "footprint", "predict", "calibration", "performance", "thresholds", "fairness", "individual-fairness",
                "concept-drift",
                "prediction-drift",
                "explain", "quality",
                "drift", "domain-classifier",
            ]
        ),
        (
            "name: z, type: float", "name: z, type: integer",
            [
                "profile", "train", "footprint", "predict", "calibration", "performance", "thresholds", "fairness", "individual-fairness",
                "concept-drift",
                "prediction-drift",
                "explain", "quality",
                "drift", "domain-classifier",
            ]
        ),
    ]

    @Test(arguments: changes) func `a change repeats the steps whose bytes it can change, and no other`(
        _ old: String, _ new: String, _ steps: Set<String>
    ) throws {
        let before = Self.keys(try Self.plan())
        try #require(Self.dataset.contains(old) || Self.model.contains(old))
        let after = Self.keys(try Self.plan(dataset: Self.dataset.replacing(old, with: new), model: Self.model.replacing(old, with: new)))
        #expect(
            Set(before.keys) == [
                "profile", "train", "footprint", "predict", "calibration", "performance", "thresholds", "fairness", "individual-fairness", "explain",
                "quality",
                "drift",
                "concept-drift", "prediction-drift", "domain-classifier",
            ])
        #expect(Set(before.keys.filter { before[$0] != after[$0] }) == steps)
    }

    @Test func `other data repeat everything`() throws {
        let before = Self.keys(try Self.plan())
        let after = Self.keys(try Self.plan(data: Digest.of("other data")))
        #expect(before.keys.allSatisfy { before[$0] != after[$0] })
    }

    @Test func `only the evidence that is asked for is computed`() throws {
        let names = { (sections: Set<EvidenceSchema.Section>) in try Self.plan(sections: sections).steps.map(\.step.name) }
        #expect(try names([]) == ["train"])
        #expect(try names([.data]) == ["train", "profile"])
        #expect(try names([.performance]) == ["train", "predict", "performance"])
        #expect(try names([.fairness]) == ["train", "predict", "fairness"])
        #expect(try Set(Self.plan(sections: [.performance]).evidence.keys) == [.performance])
    }

    @Test func `steps stand in an order in which they can run`() throws {
        var made: Set<Digest> = []
        for planned in try Self.plan().steps {
            for case .output(let key, _) in planned.step.inputs.values { #expect(made.contains(key)) }
            made.insert(planned.step.key)
        }
    }

    @Test func `what the ledger records is not run, and what changed is said`() throws {
        let plan = try Self.plan()
        let subject = plan.subject
        let steps = plan.steps.map {
            RecordedStep(
                name: $0.step.name, key: $0.step.key, implementation: $0.step.kind.description, parameters: $0.step.parameters,
                inputs: [:], outputs: Dictionary(uniqueKeysWithValues: $0.step.outputs.map { ($0, Digest.of($0)) }))
        }
        let draft = RecordDraft(
            subject: subject, source: RecordSource(commit: "c", tree: "t", path: plan.path, specDigest: plan.specDigest),
            instant: Instant(secondsSinceEpoch: 0), engine: "e", steps: steps, evidence: [:], artefacts: [:], attachments: [:],
            verdict: Verdict(subject: subject, outcome: .pass, rules: [], findings: [], nextBoundary: nil))
        let record = Record(sequence: 1, previous: nil, draft: draft)
        let state = RecordedState(
            steps: Dictionary(uniqueKeysWithValues: steps.map { ($0.key, RecordedState.Output(outputs: $0.outputs, record: record.digest)) }),
            latest: [subject: (record.digest, record)])
        let again = try Self.plan(state: state)
        #expect(again.steps.allSatisfy { $0.reason == .recorded(record: record.digest) })
        #expect(Plan(subjects: [again]).stepsToRun.isEmpty)
        #expect(try Self.plan().steps.allSatisfy { $0.reason == .first })

        let changed = try Self.plan(model: Self.model.replacing("rounds: 5", with: "rounds: 6"), state: state)
        let reasons = Dictionary(uniqueKeysWithValues: changed.steps.map { ($0.step.name, $0.reason.description) })
        #expect(reasons["train"] == "estimator.rounds: 5 → 6")
        #expect(reasons["predict"]?.contains("train") == true)
        #expect(reasons["profile"]?.hasPrefix("recorded in ") == true)
        #expect(
            Plan(subjects: [changed]).stepsToRun.map(\.name) == [
                "train", "footprint", "predict", "performance", "thresholds", "calibration", "individual-fairness", "fairness", "concept-drift",
                "prediction-drift",
                "explain",
            ])
    }

    @Test func `a model that is only compared with is scored with the rows' weights too`() throws {
        let plan = try Self.plan(
            dataset: Self.dataset.replacing("another}", with: "another, role: weight}"),
            model: Self.model.replacing("decision: {threshold: 0.5}", with: "mitigation: {method: reweighing, attribute: g}"))
        let steps = Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.step.name, $0.step) })
        #expect(try #require(steps["predict"]).parameters["weights"] == "z")
        #expect(try #require(steps["predict-plain"]).parameters["weights"] == "z")
    }

    @Test func `a plan is the same value for the same specs, and steps that subjects share run once`() throws {
        #expect(try Plan(subjects: [Self.plan()]).digest == Plan(subjects: [Self.plan()]).digest)
        let twin = try Self.plan()
        #expect(Plan(subjects: [twin, twin]).stepsToRun.count == twin.steps.count)
    }
}
