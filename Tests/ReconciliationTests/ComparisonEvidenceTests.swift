import Attestations
import Basics
import Foundation
import Git
import Planning
import Reconciliation
import Storage
import TestSupport
import TestWorld
import Testing

/// A model beside the one that is live, and tests corrected over everything that one run makes.
@Suite struct ComparisonEvidenceTests {
    static func policy(_ rules: [(name: String, expression: String)], baseline: String = "ifPresent") -> String {
        World.head + "kind: Policy\nmetadata: {name: compared}\nspec:\n  match: {kinds: [Model]}\n  baseline: \(baseline)\n  validations:\n"
            + rules.map { "    - {name: \($0.name), expression: \"\($0.expression)\"}\n" }.joined()
    }

    static let rules = [
        ("not-worse", "evidence.comparison.notWorse.passes && evidence.comparison.notWorse.results['rocAUC'].adjusted >= 0.05"),
        ("whole-gate", "evidence.significance.comparison.all(figure, test, test.holm >= 0.05)"),
        ("shown", "evidence.comparison.nonInferior.results['rocAUC'].power < 1.0"),
    ]

    static func files(_ rules: [(name: String, expression: String)] = rules, baseline: String = "ifPresent", _ models: [String] = ["m"])
        -> [String: String]
    {
        var files = World.files
        files["policies/compared.yaml"] = policy(rules, baseline: baseline)
        for name in models { files["models/\(name).yaml"] = World.files["models/m.yaml"]?.replacing("name: m,", with: "name: \(name),") }
        return files
    }

    static func record(_ world: World, _ model: String = "m") throws -> (digest: Digest, record: Record) {
        let entries = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries()
        let entry = try #require(entries.last { $0.record.subject.kind == "Model" && $0.record.subject.name == model })
        return (entry.digest, entry.record)
    }

    static func evidence(_ world: World, _ section: String, _ model: String = "m") throws -> JSONValue {
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        return try #require(try audit.record("\(try record(world, model).digest)").evidence[section])
    }

    static func promote(_ world: World) throws {
        let text = try #require(World.files["environments/production.yaml"])
        try world.commit(
            ["environments/production.yaml": text.replacing("models: []", with: "models: [{name: m, record: '\(try record(world).digest)'}]")],
            by: World.bob)
    }

    static func states(_ report: Reconciler.Report, _ model: String = "m") -> [String: RuleResult.State] {
        let rules = report.verdicts.filter { $0.subject.name == model }.flatMap(\.rules).filter { $0.policy == "compared" }
        return Dictionary(rules.map { ($0.rule, $0.state) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `where nothing is live the rules that compare do not apply, unless the policy requires it`() async throws {
        let first = try await World(files: Self.files()).reconcile()
        #expect(Self.states(first).isEmpty)
        #expect(first.outcome == .pass)
        let required = try await World(files: Self.files(baseline: "required")).reconcile()
        #expect(Set(Self.states(required).values) == [.undecided])
    }

    @Test func `a model is compared with the live one on its own test rows, and once`() async throws {
        var outputs: [[String: Digest]] = []
        for threads in [1, 2, 4] {
            let world = try World(files: Self.files())
            try await world.reconcile(threads: threads)
            try Self.promote(world)
            try await world.reconcile(threads: threads)
            let itself = try Self.evidence(world, "comparison")
            #expect(itself["champion"]?["isSameModel"]?.boolValue == true)
            #expect(itself["nonInferior"]?["passes"]?.boolValue == true)
            #expect(try Self.evidence(world, "significance")["comparison"]?["rocAUC"]?["holm"]?.doubleValue == 1)

            let text = try #require(World.files["models/m.yaml"])
            try world.commit(["models/m.yaml": text.replacing("rounds: 5", with: "rounds: 7")], by: World.bob)
            let report = try await world.reconcile(threads: threads)
            #expect(Self.states(report) == ["not-worse": .pass, "whole-gate": .pass, "shown": .pass], "\(report.verdicts)")
            let other = try Self.evidence(world, "comparison")
            #expect(other["champion"]?["isSameModel"]?.boolValue == false && other["champion"]?["isSameData"]?.boolValue == true)
            #expect(other["notWorse"]?["results"]?["accuracy/b"]?["method"]?.stringValue == "McNemar")
            let champion = try Self.record(world).record.draft.steps.first { $0.name == "champion-predict" }
            #expect(champion?.inputs["model"]?.description == other["champion"]?["model"]?.stringValue)
            let again = try await world.reconcile(threads: threads)
            #expect(again.added.isEmpty && again.plan.stepsToRun.isEmpty)
            outputs.append(try Self.record(world).record.draft.evidence)
        }
        #expect(outputs[0].keys.contains("comparison") && outputs[0].keys.contains("significance"))
        #expect(outputs[0] == outputs[1] && outputs[0] == outputs[2])
    }

    @Test func `a model that decides at another threshold is compared, though its scores are the live one's`() async throws {
        let world = try World(files: Self.files([("kept", "evidence.comparison.notWorse.results['accuracy'].difference.value >= 0.0")]))
        try await world.reconcile()
        try Self.promote(world)
        #expect(Self.states(try await world.reconcile()) == ["kept": .pass])
        let text = try #require(World.files["models/m.yaml"])
        try world.commit(["models/m.yaml": text.replacing("threshold: 0.5", with: "threshold: 0.95")], by: World.bob)
        #expect(Self.states(try await world.reconcile()) == ["kept": .fail])
        let evidence = try Self.evidence(world, "comparison")
        #expect(evidence["champion"]?["isSameModel"]?.boolValue == false && evidence["champion"]?["isSameData"]?.boolValue == true)
        #expect(evidence["notWorse"]?["passes"]?.boolValue == false && evidence["nonInferior"]?["passes"]?.boolValue == false)
    }

    @Test func `a gate without a store to read the live model from trains it again, and judges as one that has it`() async throws {
        let world = try World(files: Self.files())
        try await world.reconcile()
        try Self.promote(world)
        try await world.reconcile()
        let head = try world.proposal("models/m.yaml", "rounds: 5", "rounds: 1")
        let report = try await world.gate(head: head, base: try world.main)
        let reading = try await world.gate(head: head, base: try world.main, readsStore: true)
        #expect(report.verdict == reading.verdict && !report.machineFailed)
        #expect(report.verdict.subjects.flatMap(\.rules).contains { $0.policy == "compared" && $0.state != .undecided })
    }

    @Test func `a comparison that failed is not taken for one that there is none of, though a policy calls it optional`() async throws {
        var files = Self.files([
            ("not-worse", "has(evidence.comparison) ? evidence.comparison.notWorse.passes : evidence.performance.rocAUC.value > 0.0")
        ])
        files["policies/compared.yaml"] = files["policies/compared.yaml"]?
            .replacing("  validations:", with: "  optionalEvidence: [evidence.comparison]\n  validations:")
        let world = try World(files: files)
        try await world.reconcile()
        try Self.promote(world)
        #expect(Self.states(try await world.reconcile()) == ["not-worse": .pass])
        let head = try world.proposal("models/m.yaml", "rounds: 5", "rounds: 1")
        #expect(try await world.gate(head: head, base: try world.main, readsStore: true).verdict.outcome != .undecided)
        // What cannot be read may be sound, and so is had from nowhere else.
        let scores = try #require(try Self.record(world).record.draft.artefacts["scores"])
        let file = try #require(try FileStore(at: world.folder.path + "/state/store").file(scores))
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
        let report = try await world.gate(head: head, base: try world.main, readsStore: true)
        #expect(report.verdict.outcome == .undecided && report.machineFailed)
        #expect(report.verdict.findings.contains { $0.message.contains("step 'comparison' failed") })
    }

    @Test func `a gate that reads the live model denies a challenger that is significantly worse, and lets its equal pass`() async throws {
        var files = Self.files([
            ("not-worse", "evidence.comparison.notWorse.passes"),
            ("area", "evidence.comparison.notWorse.results['rocAUC'].adjusted >= 0.05"),
        ])
        files["policies/useful.yaml"] = nil
        let world = try World(files: files)
        try await world.reconcile()
        try Self.promote(world)
        let base = try world.main
        func judged(_ old: String, _ new: String) async throws -> (Outcome, [String: RuleResult.State], Verdict) {
            let report = try await world.gate(head: try world.proposal("models/m.yaml", old, new), base: base, readsStore: true)
            let verdict = try #require(report.verdict.subjects.first)
            #expect(report.diagnostics.isEmpty && report.verdict.subjects.map(\.subject.description) == ["Model/m"])
            return (report.verdict.outcome, Dictionary(verdict.rules.map { ($0.rule, $0.state) }, uniquingKeysWith: { first, _ in first }), verdict)
        }
        let (passed, passing, _) = try await judged("rounds: 5", "rounds: 7")
        #expect(passed == .pass && passing == ["not-worse": .pass, "area": .pass])
        // Without the column that tells the classes apart.
        let (denied, failing, verdict) = try await judged("  dataset: d\n", "  dataset: d\n  features: {include: [z, g]}\n")
        #expect(denied == .deny && failing == ["not-worse": .fail, "area": .fail], "\(verdict)")
        let readings = verdict.rules.flatMap(\.readings).map { "\($0.expression) = \($0.value)" }
        #expect(readings.contains("evidence.comparison.notWorse.passes = false"), "\(readings)")
    }

    static let tested = [
        (
            "groups",
            "evidence.significance.fairness['g']['selectionRate'].all(group, test, test.holm >= test.pValue && test.benjaminiHochberg >= test.pValue)"
                + " && evidence.significance.tests > 0"
        )
    ]

    @Test func `a family is what one run tests anew, over all its models`() async throws {
        let world = try World(files: Self.files(Self.tested, ["m", "other"]))
        let report = try await world.reconcile()
        #expect(report.diagnostics.isEmpty)
        #expect(Self.states(report) == ["groups": .pass] && Self.states(report, "other") == ["groups": .pass], "\(report.verdicts)")
        let alone = try Self.evidence(world, "fairness")["g"]?["selectionRate"]?["comparisons"]?.objectValue?.first?.value["significance"]
        let both = try Self.evidence(world, "significance")
        #expect(both["models"]?.arrayValue?.compactMap(\.stringValue) == ["m", "other"])
        let test = try #require(both["fairness"]?["g"]?["selectionRate"]?.objectValue?.first?.value)
        #expect(test["pValue"] == alone?["pValue"])
        let (adjusted, own) = (try #require(test["holm"]?.doubleValue), try #require(alone?["holm"]?.doubleValue))
        #expect(adjusted >= own && both["tests"]?.intValue == 8)
        #expect(try await world.reconcile().added.isEmpty)

        // Another model alone is another family; the first keeps its own, and is not decided again.
        let text = try #require(Self.files(Self.tested, ["other"])["models/other.yaml"])
        try world.commit(["models/other.yaml": text.replacing("rounds: 5", with: "rounds: 6")], by: World.bob)
        let gate = try await world.gate(head: try world.main, base: try world.server.commit(try world.main).parents.first)
        #expect(!gate.verdict.subjects.isEmpty)
        let next = try await world.reconcile()
        #expect(next.added.count == 1)
        #expect(try Self.evidence(world, "significance", "other")["models"]?.arrayValue?.compactMap(\.stringValue) == ["other"])
        #expect(try Self.evidence(world, "significance", "other")["tests"]?.intValue == 4)
        #expect(try Self.evidence(world, "significance")["tests"]?.intValue == 8)
        #expect(try await world.reconcile().added.isEmpty)
    }

    @Test func `costs, the F-measure's β, time and a classifier are measured as the model's spec says`() async throws {
        var files = Self.files([
            ("beta", "evidence.performance.beta == 0.5 && evidence.performance.leastCost.cost <= evidence.performance.leastCost.costAtThreshold"),
            ("time", "evidence.conceptDrift.alarms['adwin'].count == 0 && evidence.conceptDrift.windows.size() == 3"),
            ("classifier", "evidence.domainClassifier.rocAUC.lower <= 0.5"),
            (
                "curve",
                "evidence.thresholds.points.exists(p, p.falsePositiveRate.value <= 0.6 && p.truePositiveRate.lower >= 0.1) && evidence.thresholds.points[evidence.thresholds.points.size() - 1].selectionRate.value == 1.0"
            ),
            (
                "preset",
                "evidence.drift.preset == 'evidently' && evidence.drift.columns['z'].method.contains('p-value') && evidence.predictionDrift.preset == 'evidently'"
            ),
        ])
        files["models/m.yaml"]? +=
            "  evaluation:\n    beta: 0.5\n    costs: {falsePositive: 1.0, falseNegative: 5.0}\n    conceptDrift: {orderBy: z, window: 60}\n    drift: {preset: evidently}\n"
        let report = try await World(files: files).reconcile()
        #expect(Self.states(report) == ["beta": .pass, "time": .pass, "classifier": .pass, "curve": .pass, "preset": .pass], "\(report.verdicts)")
    }

    @Test func `a stream that is too short for windows says so`() async throws {
        var files = Self.files([
            ("why", "evidence.conceptDrift.undefined.contains('fewer than two windows of 30')"),
            ("alarms", "evidence.conceptDrift.alarms['adwin'].count == 0"),
        ])
        let data = World.data.split(separator: "\n").prefix(121).joined(separator: "\n") + "\n"
        files["data/d.csv"] = data
        files["datasets/d.yaml"] = World.dataset(data)
        let report = try await World(files: files).reconcile()
        #expect(Self.states(report) == ["why": .pass, "alarms": .undecided], "\(report.verdicts)")
    }

    @Test func `an expectation of age ends by itself, and of another data set's column by its values`() async throws {
        var files = Self.files([("expected", "evidence.dataQuality.expectations.all(name, outcome, outcome.holds)")])
        files["data/groups.csv"] = "name,seen\na,2026-11-20T00:00:00Z\nb,2026-11-23T00:00:00Z\n"
        files["datasets/groups.yaml"] =
            World.head + """
                kind: Dataset
                metadata: {name: groups}
                spec:
                  source: {path: data/groups.csv}
                  digest: \(Digest.of(files["data/groups.csv"] ?? ""))
                  columns: [{name: name, type: category}, {name: seen, type: timestamp}]
                  split: {random: {seed: 1, testShare: 0.5}}

                """
        files["datasets/d.yaml"]? += "  expectations:\n    - {name: known, column: g, references: name, dataset: groups}\n"
        var world = try World(files: files)
        #expect(Self.states(try await world.reconcile()) == ["expected": .pass])
        // One of the values is gone.
        let fewer = "name,seen\na,2026-11-20T00:00:00Z\n"
        let text = try #require(files["datasets/groups.yaml"])
        try world.commit(
            [
                "data/groups.csv": fewer,
                "datasets/groups.yaml": text.replacing("\(Digest.of(files["data/groups.csv"] ?? ""))", with: "\(Digest.of(fewer))"),
            ], by: World.alice)
        #expect(Self.states(try await world.reconcile()) == ["expected": .fail])

        files["datasets/d.yaml"] = World.files["datasets/d.yaml"]?.replacing("{name: z, type: float}", with: "{name: seen, type: timestamp}")
        let rows = World.data.split(separator: "\n").enumerated().map { index, line in
            var cells = line.split(separator: ",").map(String.init)
            cells[1] = index == 0 ? "seen" : "2026-11-2\(index % 3)T00:00:00Z"
            return cells.joined(separator: ",")
        }
        files["data/d.csv"] = rows.joined(separator: "\n") + "\n"
        files["datasets/d.yaml"] = files["datasets/d.yaml"]?.replacing("\(Digest.of(World.data))", with: "\(Digest.of(files["data/d.csv"] ?? ""))")
        files["datasets/d.yaml"]? += "  expectations:\n    - {name: fresh, column: seen, maximumAge: 2d}\n"
        files["models/m.yaml"]? += "  features: {include: [x, g]}\n"
        world = try World(files: files)
        world.clock.instant = try #require(Instant("2026-11-24T00:00:00Z"))
        let fresh = try await world.reconcile()
        #expect(Self.states(fresh) == ["expected": .pass], "\(fresh.verdicts) \(fresh.diagnostics)")
        #expect(fresh.nextBoundary == Instant("2026-11-24T00:00:01Z"))
        world.clock.instant = try #require(Instant("2026-11-24T00:00:01Z"))
        let stale = try await world.reconcile()
        #expect(Self.states(stale) == ["expected": .fail] && stale.plan.stepsToRun.isEmpty)
    }

    @Test func `a column of weights counts in what is measured too, and in drift`() async throws {
        func evidence(_ weight: (Int) -> Int) async throws -> [String: JSONValue] {
            var files = Self.files([
                ("drift", "evidence.drift.driftedShare >= 0.0 && evidence.predictionDrift.driftedShare >= 0.0"),
                ("classifier", "evidence.domainClassifier.rocAUC.value >= 0.0"),
            ])
            let rows = World.data.split(separator: "\n").enumerated().map { "\($1),\($0 == 0 ? "w" : String(weight($0)))" }
            files["data/d.csv"] = rows.joined(separator: "\n") + "\n"
            files["datasets/d.yaml"] = World.files["datasets/d.yaml"]?
                .replacing("\(Digest.of(World.data))", with: "\(Digest.of(files["data/d.csv"] ?? ""))")
                .replacing("    - {name: label,", with: "    - {name: w, type: integer, role: weight}\n    - {name: label,")
            let world = try World(files: files)
            let report = try await world.reconcile()
            #expect(report.diagnostics.isEmpty)
            #expect(Self.states(report) == ["drift": .pass, "classifier": .pass], "\(report.verdicts)")
            return try Dictionary(
                uniqueKeysWithValues: ["performance", "fairness", "drift", "predictionDrift", "domainClassifier"].map {
                    ($0, try Self.evidence(world, $0))
                })
        }
        let (ones, weighted) = (try await evidence { _ in 1 }, try await evidence { 1 + $0 % 3 })
        let figures: [(JSONValue?) -> Double?] = [
            { $0?["performance"]?["accuracy"]?["value"]?.doubleValue },
            { $0?["fairness"]?["g"]?["selectionRate"]?["groups"]?["a"]?["value"]?.doubleValue },
            { $0?["drift"]?["columns"]?["x"]?["populationStabilityIndex"]?.doubleValue },
            { $0?["drift"]?["columns"]?["g"]?["chiSquare"]?["statistic"]?.doubleValue },
            { $0?["predictionDrift"]?["columns"]?["score"]?["wassersteinDistance"]?.doubleValue },
            { $0?["domainClassifier"]?["rocAUC"]?["value"]?.doubleValue },
        ]
        for (place, figure) in figures.enumerated() {
            let (plain, other) = (figure(.object(ones)), figure(.object(weighted)))
            #expect(plain != nil && other != nil && plain != other, "figure \(place): \(String(describing: plain))")
        }
    }
}
