import Attestations
import Basics
import Diagnostics
import OrderedCollections
import Planning
import Specs
import Testing

@Suite struct PipelinePlannerTests {
    static let head = ModelPlannerTests.head
    static let pipeline =
        head + """
            kind: Pipeline
            metadata: {name: p}
            spec:
              parameters: {limit: 0.5}
              schedule: "0 6 * * *"
              stages:
                - name: rows
                  load: {dataset: d}
                - name: some
                  filter: {input: rows, where: row.x > parameters.limit}
                  retry: {attempts: 2}
                - name: each
                  run:
                    command: [sh, scripts/each.sh, "${matrix.g}"]
                    inputs: {table: {from: some, as: t.parquet}, script: {path: scripts/each.sh}}
                    outputs: {part: part.csv}
                  matrix: {g: [a, b], n: [1, 2]}
                  timeout: 1m30s
                  resources: {cpus: 2, memory: 1GiB}
                - name: all
                  run: {command: [cat], inputs: {parts: {from: each.part}}, outputs: {all: all.csv}, scheduled: false}
                - name: never
                  filter: {input: rows, where: row.x > 0.1}
                  when: parameters.limit > 0.7
                - name: after
                  filter: {input: never, where: row.x > 0.1}
                - name: fit
                  train: {model: m}
                - name: measure
                  evaluate: {model: fit}
            """

    static func catalog(_ pipeline: String = pipeline, others: [(String, String)] = []) -> (Catalog, [Diagnostic]) {
        let files = [
            ("datasets/d.yaml", ModelPlannerTests.dataset), ("models/m.yaml", ModelPlannerTests.model), ("pipelines/p.yaml", pipeline),
            ("proviso.yaml", head + "kind: Repository\nmetadata: {name: r}\nspec: {}\n"),
        ]
        return Catalog.load(
            files.map { SpecEntry(path: $0.0, bytes: Array($0.1.utf8)) } + others.map { SpecEntry(path: $0.0, bytes: Array($0.1.utf8)) })
    }

    static let sources = PipelineSources(datasets: ["d": Digest.of("data")], files: ["scripts/each.sh": Digest.of("script")])
    static let noon = Instant("2026-11-25T12:00:00Z") ?? Instant(secondsSinceEpoch: 0)

    static func plan(
        _ pipeline: String = pipeline, sources: PipelineSources = sources, state: RecordedState = .nothing, instant: Instant = noon
    ) throws -> SubjectPlan {
        let (catalog, diagnostics) = catalog(pipeline)
        #expect(!diagnostics.hasErrors, "\(diagnostics.map(\.text))")
        return try #require(PipelinePlanner.plan(catalog, sources: sources, state: state, instant: instant).pipelines.first)
    }

    /// What a record of the plan would vouch for.
    static func recorded(_ plan: SubjectPlan, instant: Instant = noon) -> RecordedState {
        let record = Digest.of("record")
        var steps: [Digest: RecordedState.Output] = [:]
        for planned in plan.steps {
            steps[planned.step.key] = .init(
                outputs: Dictionary(
                    planned.step.outputs.map { ($0, Digest.of("\(planned.step.key)\($0)")) }, uniquingKeysWith: { first, _ in first }),
                record: record, instant: instant)
        }
        let recorded = plan.steps.map { planned in
            RecordedStep(
                name: planned.step.name, key: planned.step.key, implementation: planned.step.kind.description, parameters: planned.step.parameters,
                inputs: planned.step.inputs.mapValues { input in
                    switch input {
                    case .artefact(let digest): digest
                    case .output(let key, let name): steps[key]?.outputs[name] ?? Digest.of("?")
                    }
                }, outputs: steps[planned.step.key]?.outputs ?? [:])
        }
        let draft = RecordDraft(
            subject: plan.subject, source: RecordSource(commit: "", tree: "", path: plan.path, specDigest: plan.specDigest), instant: instant,
            engine: "",
            steps: recorded, evidence: [:], artefacts: [:], attachments: [:],
            verdict: Verdict(subject: plan.subject, outcome: .pass, rules: [], findings: [], nextBoundary: nil))
        return RecordedState(steps: steps, latest: [plan.subject: (record, Record(sequence: 1, previous: nil, draft: draft))])
    }

    static func running(_ plan: SubjectPlan) -> [String: String] {
        Dictionary(plan.steps.filter(\.reason.runs).map { ($0.step.name, $0.reason.description) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `stages become steps in an order in which they can run, each instance of a matrix one`() throws {
        let plan = try Self.plan()
        let names = plan.steps.map(\.step.name)
        #expect(
            names == [
                "rows", "some", "each@a-1", "each@a-2", "each@b-1", "each@b-2", "all", "fit", "measure.predict", "measure.performance",
                "measure.calibration",
            ])
        let each = try #require(plan.steps.first { $0.step.name == "each@b-2" }?.step)
        #expect(each.parameters["command"] == ["sh", "scripts/each.sh", "b"])
        #expect(each.parameters["environment"] == ["PROVISO_TICK": "2026-11-25T06:00:00Z"])
        #expect(each.parameters["files"] == ["table": "t.parquet", "script": "scripts/each.sh"])
        #expect(each.execution.timeoutSeconds == 90)
        #expect(each.execution.resources == StepResources(cpus: 2, memoryBytes: 1 << 30))
        let all = try #require(plan.steps.first { $0.step.name == "all" }?.step)
        #expect(Set(all.inputs.keys) == ["parts@a-1", "parts@a-2", "parts@b-1", "parts@b-2"])
        #expect(all.parameters["files"]?["parts@b-2"] == "parts/b-2.csv")
        #expect(all.parameters["environment"] == [:])
        #expect(plan.notes.map(\.stage) == ["never", "after"])
        #expect(plan.notes.allSatisfy { !$0.isProblem })
        #expect(plan.nextBoundary == Instant("2026-11-26T06:00:00Z"))
    }

    @Test func `a file is called by its input, and ends as what it is`() throws {
        let plan = try Self.plan(
            Self.head + """
                kind: Pipeline
                metadata: {name: p}
                spec:
                  stages:
                    - {name: rows, load: {dataset: d}}
                    - {name: fit, train: {model: m}}
                    - {name: measure, evaluate: {model: fit}}
                    - {name: own, run: {command: [make], outputs: {scores: s.csv, plain: plain}}}
                    - name: last
                      run:
                        command: [make]
                        inputs:
                          t: {from: rows}
                          m: {from: fit}
                          e: {from: measure.scores}
                          o: {from: own.scores}
                          p: {from: own.plain}
                          l: {from: own.log}
                """)
        let last = try #require(plan.steps.first { $0.step.name == "last" }?.step)
        #expect(
            last.parameters["files"]
                == ["t": "t.parquet", "m": "m.json", "e": "e.parquet", "o": "o.csv", "p": "p", "l": "l.log"])
    }

    @Test func `a model that a stage trains shares its steps with the model's own judgement`() throws {
        let own = ModelPlannerTests.keys(try ModelPlannerTests.plan(data: Digest.of("data"), sections: [.model, .performance, .calibration]))
        let stages = ModelPlannerTests.keys(try Self.plan())
        #expect(own["train"] == stages["fit"])
        #expect(own["performance"] == stages["measure.performance"])
    }

    @Test func `nothing changed, nothing runs`() throws {
        let plan = try Self.plan()
        #expect(Self.running(try Self.plan(state: Self.recorded(plan))).isEmpty)
    }

    @Test func `a changed limit names itself, and what comes of it`() throws {
        let state = Self.recorded(try Self.plan())
        let running = Self.running(try Self.plan(Self.pipeline.replacing("limit: 0.5", with: "limit: 0.6"), state: state))
        #expect(Set(running.keys) == ["some", "each@a-1", "each@a-2", "each@b-1", "each@b-2", "all"])
        #expect(running["some"] == "parameters.limit: 0.5 → 0.6")
        #expect(running["each@a-1"] == "table comes from some, which runs")
    }

    @Test func `a changed script runs what reads it`() throws {
        let state = Self.recorded(try Self.plan())
        let sources = PipelineSources(datasets: Self.sources.datasets, files: ["scripts/each.sh": Digest.of("other")])
        let running = Self.running(try Self.plan(sources: sources, state: state))
        #expect(Set(running.keys) == ["each@a-1", "each@a-2", "each@b-1", "each@b-2", "all"])
        #expect(running["each@a-1"]?.hasPrefix("script changed from") == true)
    }

    @Test func `a schedule runs programs anew once it is due, and says since when`() throws {
        let state = Self.recorded(try Self.plan())
        let evening = try #require(Instant("2026-11-25T23:00:00Z"))
        #expect(Self.running(try Self.plan(state: state, instant: evening)).isEmpty)
        let morning = try #require(Instant("2026-11-26T06:00:00Z"))
        let running = Self.running(try Self.plan(state: state, instant: morning))
        #expect(Set(running.keys) == ["each@a-1", "each@a-2", "each@b-1", "each@b-2", "all"])
        #expect(running["each@a-1"] == "schedule due since 2026-11-26T06:00:00Z")
        #expect(running["all"]?.contains("comes from each@") == true)
    }

    @Test func `limits and retries are no part of any key`() throws {
        let other = Self.pipeline.replacing("attempts: 2", with: "attempts: 5").replacing("timeout: 1m30s", with: "timeout: 2h")
        #expect(ModelPlannerTests.keys(try Self.plan()) == ModelPlannerTests.keys(try Self.plan(other)))
    }

    @Test func `data and files that are not there leave stages out, and say so`() throws {
        let plan = try Self.plan(sources: PipelineSources(datasets: [:], files: [:]))
        #expect(plan.steps.isEmpty)
        #expect(plan.notes.first?.explanation == "the data set 'd' is not what it must be")
        #expect(plan.notes.first?.isProblem == true)
        #expect(plan.notes.contains { $0.stage == "each@a-1" && $0.explanation == "it needs 'some', which is left out" })
    }

    @Test(arguments: [
        ("[age]\n    maximumAgeDays: 30", 29, nil as [Double]?, nil as String?), ("[age]\n    maximumAgeDays: 30", 30, nil, "older than 30 days"),
        ("[drift]", 0, nil, nil), ("[drift]", 0, [0.1, 0.1], nil), ("[drift]", 0, [0.3, 0.9], "drift on 'x': 0.3 > 0.25"),
        ("[drift]", 0, [0.1, 0.2], "drift on 'z': the share of missing values differs by 0.2 > 0.1"),
        ("[drift]\n    maximumMissingDifference: 0.2", 0, [0.1, 0.2], nil),
        // Of times alone what is missing is all that can drift.
        ("[drift]", 0, [0.05], nil), ("[drift]", 0, [0.2], "drift on 'z': the share of missing values differs by 0.2 > 0.1"),
        ("[data, drift]", 0, nil, "data changed from"),
    ])
    func `changed data train a model anew when its spec says so`(on: String, days: Int64, drift: [Double]?, reason: String?) throws {
        let column = "split: {column: g, train: a, test: b}"
        let dataset = ModelPlannerTests.dataset.replacing("split: {random: {seed: 5, testShare: 0.3}}", with: column)
        let model = ModelPlannerTests.model.replacing("  decision:", with: "  retrain:\n    on: \(on)\n  decision:")
        func plan(_ data: String, _ state: RecordedState, _ instant: Instant) throws -> SubjectPlan {
            let files = [
                ("datasets/d.yaml", dataset), ("models/m.yaml", model),
                ("proviso.yaml", Self.head + "kind: Repository\nmetadata: {name: r}\nspec: {}\n"),
            ]
            let (catalog, diagnostics) = Catalog.load(files.map { SpecEntry(path: $0.0, bytes: Array($0.1.utf8)) })
            #expect(!diagnostics.hasErrors, "\(diagnostics.map(\.text))")
            return ModelPlanner.plan(
                model: try #require(catalog.models["m"]), dataset: try #require(catalog.datasets["d"]), data: .artefact(Digest.of(data)),
                sections: [.model, .performance], state: state, instant: instant)
        }
        let before = try plan("old", .nothing, Self.noon)
        var state = Self.recorded(before)
        let later = Self.noon.adding(days: days)
        if let drift, let step = try plan("new", state, later).steps.first(where: { $0.step.kind == .dataDrift })?.step {
            let missing: [String: JSONValue] = ["missing": ["column": "z", "value": .double(drift[drift.count - 1])]]
            let largest: [String: JSONValue] = drift.count == 1 ? [:] : ["largest": ["column": "x", "value": .double(drift[0])]]
            state = RecordedState(
                steps: state.steps, latest: state.latest, documents: [step.key: .object(missing.merging(largest) { first, _ in first })])
        }
        let after = try plan("new", state, later)
        let train = try #require(after.steps.first { $0.step.name == "train" })
        if let reason {
            #expect(train.step.inputs["data"] == .artefact(Digest.of("new")))
            #expect(train.reason.description.contains(reason))
        } else {
            #expect(train.step.inputs["data"] == .artefact(Digest.of("old")))
            #expect(!train.reason.runs)
            #expect(after.notes.first?.explanation.contains("kept") == true || after.notes.first?.explanation.contains("measured first") == true)
            if drift?.count == 1 {
                let wanted = "since times alone are read, and the largest difference of missing shares, of 'z', is 0.05 ≤ 0.1"
                #expect(after.notes.first?.explanation.hasSuffix(wanted) == true)
            }
        }
        // The new data are what it is tested on.
        #expect(after.steps.first { $0.step.name == "predict" }?.step.inputs["data"] == .artefact(Digest.of("new")))
        // Once it is recorded the next look finds the same, the measured drift included: nothing is decided twice.
        let recorded = Self.recorded(after)
        let again = try plan(
            "new", RecordedState(steps: state.steps.merging(recorded.steps) { $1 }, latest: recorded.latest, documents: state.documents), later)
        #expect(again.steps.map(\.step.key) == after.steps.map(\.step.key))
        #expect(drift == nil || !again.steps.contains(where: \.reason.runs))
    }

    @Test func `an unchanged plan of 10,000 stages is the same plan`() throws {
        let values = (0..<5000).map { "\($0)" }.joined(separator: ", ")
        let text =
            Self.head + """
                kind: Pipeline
                metadata: {name: p}
                spec:
                  stages:
                    - {name: one, run: {command: [make, "${matrix.n}"], outputs: {t: t.csv}}, matrix: {n: [\(values)]}}
                    - name: two
                      run: {command: [make], inputs: {t: {from: "one@${matrix.n}.t", as: in.csv}}, outputs: {t: t.csv}}
                      matrix: {n: [\(values)]}
                """
        let plan = try Self.plan(text)
        #expect(plan.steps.count == 10_000)
        #expect(Self.running(try Self.plan(text, state: Self.recorded(plan))).isEmpty)
    }
}
