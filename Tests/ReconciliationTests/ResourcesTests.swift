import Attestations
import Basics
import Diagnostics
import Foundation
import Git
import Planning
import Signatures
import TestSupport
import TestWorld
import Testing

@testable import Reconciliation

/// What work costs, as evidence: judged like any other, and never a reason to record a decision twice.
@Suite struct ResourcesTests {
    private static func policy(_ rules: [String: String]) -> String {
        let validations = rules.sorted { $0.key < $1.key }.map { "    - {name: \($0.key), expression: \"\($0.value)\"}\n" }.joined()
        return World.head + "kind: Policy\nmetadata: {name: frugal}\nspec:\n  match: {kinds: [Model]}\n  validations:\n" + validations
    }

    private static func files(_ rules: [String: String], energy: String? = nil) -> [String: String] {
        var files = World.files
        files["policies/frugal.yaml"] = policy(rules)
        if let energy {
            files["proviso.yaml"] = World.head + "kind: Repository\nmetadata: {name: r}\nspec: {baselineEnvironment: production, energy: \(energy)}\n"
        }
        return files
    }

    private static let generous = [
        "energy": "evidence.resources.joules <= 1.0e9 && evidence.resources.peakMemoryBytes > 0",
        "training": "evidence.resources.steps['train'].cpuSeconds >= 0.0 && evidence.resources.attempts >= 1",
    ]

    private static func record(_ world: World) throws -> Record {
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        return try #require(try audit.entries().last { $0.record.subject.kind == "Model" }).record
    }

    @Test func `costs lie beside the decision: another run that measures otherwise decides the same, and none is repeated`() async throws {
        let world = try World(files: Self.files(Self.generous))
        let report = try await world.reconcile()
        #expect(report.outcome == .pass, "\(report.verdicts.flatMap(\.findings).map(\.message))")
        let record = try Self.record(world)
        #expect(record.draft.attachments["resources"] != nil && record.draft.evidence["resources"] == nil)
        #expect(try await world.reconcile().added.isEmpty)
        // A reconciler that has nothing but the ledger takes its word.
        let other = try await world.reconcile(state: "other")
        #expect(other.added.isEmpty && other.plan.stepsToRun.isEmpty)
        let second = try World(files: Self.files(Self.generous))
        try await second.reconcile()
        let twin = try Self.record(second)
        #expect(
            twin.draft.steps == record.draft.steps && twin.draft.evidence == record.draft.evidence && twin.draft.artefacts == record.draft.artefacts)
        let reproduced = try await Reproduction(repositoryPath: world.serverPath, revision: "main", ledger: nil, store: nil, threads: 1)
            .reproduce(try #require(report.added.first).hex)
        #expect(reproduced.comparisons.filter { !$0.isSame } == [])
    }

    @Test func `a limit that is passed denies and says what was measured`() async throws {
        let report = try await World(files: Self.files(["none": "evidence.resources.cpuSeconds < 0.0"])).reconcile()
        let verdict = try #require(report.verdicts.first { $0.subject.kind == "Model" })
        #expect(verdict.outcome == .deny)
        #expect(verdict.json.canonicalText.contains("cpuSeconds"))
    }

    @Test func `steps that were recorded before anybody asked run again, and must make the same`() async throws {
        let world = try World()
        let before = try await world.reconcile()
        try world.commit(["policies/frugal.yaml": Self.policy(Self.generous)], by: World.alice)
        // What ran in this folder is remembered with its cost; elsewhere it has to be measured.
        let plan = try await Reconciler(options: world.reconcilerOptions(state: "fresh"), clock: world.clock).plan().plan
        let train = try #require(plan.subjects.first?.steps.first { $0.step.name == "train" })
        #expect(train.reason.description.contains("a policy asks what it costs"))
        let report = try await world.reconcile(state: "fresh")
        #expect(report.outcome == .pass && report.added.count == 1)
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let first = try audit.record(try #require(before.added.first).hex).record
        #expect(try Self.record(world).draft.artefacts == first.draft.artefacts)
    }

    @Test func `carbon is undefined without an intensity, and follows the declared one`() async throws {
        let rules = ["carbon": "evidence.resources.gramsCO2e < 1.0e9"]
        let without = try await World(files: Self.files(rules)).reconcile()
        #expect(without.verdicts.first { $0.subject.kind == "Model" }?.outcome == .undecided)
        let world = try World(files: Self.files(rules, energy: "{gramsPerKilowattHour: 360.0, powerUsageEffectiveness: 1.5}"))
        #expect(try await world.reconcile().outcome == .pass)
        let record = try Self.record(world)
        let snapshot = try Snapshot(world.server, tree: try world.server.commit(try world.main).tree)
        let evidence = try LedgerState(world.server, tip: try world.ledgerTip, signers: snapshot).evidence(of: record)
        let joules = try #require(evidence["resources"]?["joules"]?.doubleValue)
        let grams = try #require(evidence["resources"]?["gramsCO2e"]?.doubleValue)
        #expect(joules > 0 && abs(grams - joules / 1e4) < 1e-9 * joules)
        #expect(evidence["resources"]?["energyBasis"] == "model" || evidence["resources"]?["energyBasis"] == "rapl")
    }

    @Test(arguments: ["{gramsPerKilowattHour: 360.0}", "{series: data/i.csv}"])
    func `an intensity that is declared later holds for what ran before, if it is one of that time`(_ energy: String) async throws {
        let rules = ["carbon": "evidence.resources.gramsCO2e < 1.0e9"]
        let world = try World(files: Self.files(rules))
        let before = try await world.reconcile()
        let rule = try #require(before.verdicts.first { $0.subject.kind == "Model" }?.rules.first)
        #expect(
            rule.state == .undecided
                && rule.taints.contains { $0.contains("is undefined: proviso.yaml declares no intensity") && $0.contains("step '") })
        let repository = World.head + "kind: Repository\nmetadata: {name: r}\nspec: {baselineEnvironment: production, energy: \(energy)}\n"
        try world.commit(
            ["proviso.yaml": repository, "data/i.csv": "time,gramsPerKilowattHour\n2001-01-01T00:00:00Z,360\n"], by: World.alice)
        // Nothing runs again for it, here or where only the ledger tells what it cost.
        let after = try await world.reconcile(state: "fresh")
        #expect(after.outcome == .pass && after.plan.stepsToRun.isEmpty, "\(after.verdicts.flatMap(\.rules).flatMap(\.taints))")
        let snapshot = try Snapshot(world.server, tree: try world.server.commit(try world.main).tree)
        func resources() throws -> JSONValue? {
            try LedgerState(world.server, tip: try world.ledgerTip, signers: snapshot).evidence(of: Self.record(world))["resources"]
        }
        let told = try resources()
        let (joules, grams) = (try #require(told?["joules"]?.doubleValue), try #require(told?["gramsCO2e"]?.doubleValue))
        #expect(joules > 0 && abs(grams - joules / 1e4) < 1e-9 * joules && told?["undefined"] == nil)
        // What is settled once stands.
        try world.commit(
            [
                "proviso.yaml": repository.replacing(energy, with: "{gramsPerKilowattHour: 90.0}"),
                "policies/frugal.yaml": Self.policy(["more": "evidence.resources.gramsCO2e < 2.0e9"]),
            ], by: World.alice)
        #expect(try await world.reconcile().outcome == .pass)
        #expect(try resources()?["gramsCO2e"]?.doubleValue == grams)
    }

    @Test func `a stage may wait by the series of the repository; its key does not know`() async throws {
        var files = PipelineTests.files
        files["proviso.yaml"] = World.head + "kind: Repository\nmetadata: {name: r}\nspec: {energy: {series: data/intensity.csv}}\n"
        files["data/intensity.csv"] = "time,gramsPerKilowattHour\n2026-11-23T00:00:00Z,400\n2026-11-23T18:00:00Z,90.5\n2026-11-24T02:00:00Z,300\n"
        let before = try World(files: files)
        let plain = try await Reconciler(options: before.reconcilerOptions(), clock: before.clock).plan().plan
        files["pipelines/p.yaml"] = PipelineTests.pipeline.replacing(
            "  parameters: {limit: 0.1}", with: "  parameters: {limit: 0.1}\n  carbonAware: {deadline: 6h}"
        )
        .replacing("filter: {input: rows", with: "carbonAware: {deadline: 90m}\n      filter: {input: rows")
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing(
            "  risk: high\n", with: "  risk: high\n  carbonAware: {deadline: 1d}\n")
        let world = try World(files: files)
        let plan = try await Reconciler(options: world.reconcilerOptions(), clock: world.clock).plan()
        #expect(plan.diagnostics.isEmpty, "\(plan.diagnostics.map(\.message))")
        let steps = plan.plan.subjects.flatMap(\.steps).map(\.step)
        func window(_ name: String) -> CarbonWindow? { steps.first { $0.name == name }?.execution.carbonWindow }
        #expect(window("some")?.deadlineSeconds == 5400 && window("more")?.deadlineSeconds == 6 * 3600 && window("train")?.deadlineSeconds == 86400)
        #expect(window("predict") == nil && window("train.drift") == nil)
        #expect(window("some")?.series.map(\.gramsPerKilowattHour) == [400, 90.5, 300])
        #expect(Set(steps.map(\.key)) == Set(plain.subjects.flatMap(\.steps).map(\.step.key)))
    }

    @Test func `all of a searched model's training may wait, but for what others need at once`() async throws {
        var files = World.files
        files["proviso.yaml"] = World.head + "kind: Repository\nmetadata: {name: r}\nspec: {energy: {series: data/i.csv}}\n"
        files["data/i.csv"] = "time,gramsPerKilowattHour\n2026-11-23T00:00:00Z,400\n2026-11-24T02:00:00Z,300\n"
        let model = try #require(files["models/m.yaml"])
        let search = """
              carbonAware: {deadline: 2d}
              validation: {folds: 2}
              calibration: {method: platt}
              search:
                {sampler: random, trials: 4, batch: 2, seed: 1, objectives: [{measure: rocAUC}], space: {maxDepth: {low: 2, high: 4, integer: true}}}

            """
        files["models/s.yaml"] = model.replacing("name: m,", with: "name: s,").replacing("seed: 1,", with: "seed: 9,") + search
        files["models/m.yaml"] = model + "  carbonAware: {deadline: 1d}\n"
        files["models/now.yaml"] = model.replacing("name: m,", with: "name: now,").replacing("seed: 1,", with: "seed: 2,")
        files["pipelines/p.yaml"] = World.pipeline(
            field: "carbonAware: {deadline: 6h}",
            """
            - {name: one, train: {model: m}}
            - {name: two, train: {model: now}}
            """)
        let carbon = "  carbonAware: {deadline: 1h}\n"
        let estimator = "{type: xgboost, seed: 1, rounds: 5, maxDepth: 3}"
        #expect(model.contains(estimator))
        func other(_ name: String, _ estimator: String) -> String {
            model.replacing("name: m,", with: "name: \(name),").replacing("{type: xgboost, seed: 1, rounds: 5, maxDepth: 3}", with: estimator)
                + carbon
        }
        // Shorter than its teacher's.
        files["models/student.yaml"] =
            other("student", "{type: xgboost, seed: 3, rounds: 2, maxDepth: 2}").replacing("deadline: 1h", with: "deadline: 7h")
            + "  teacher: {model: taught}\n"
        files["models/taught.yaml"] = other("taught", "{type: xgboost, seed: 4, rounds: 5, maxDepth: 3}").replacing(
            "deadline: 1h", with: "deadline: 9h")
        files["t.py"] = "print(1)\n"
        files["models/made.yaml"] = other("made", "{type: command, seed: 1, command: [python3, t.py], files: {t.py: \"\(Digest.of("print(1)\n"))\"}}")
        let world = try World(files: files)
        let (plan, diagnostics) = try await Reconciler(options: world.reconcilerOptions(), clock: world.clock).plan()
        #expect(diagnostics.isEmpty, "\(diagnostics.map(\.message))")
        func deadlines(_ subject: String) -> [String: Int64] {
            let steps = plan.subjects.first { $0.subject.name == subject }?.steps.map(\.step) ?? []
            return Dictionary(uniqueKeysWithValues: steps.compactMap { step in step.execution.carbonWindow.map { (step.name, $0.deadlineSeconds) } })
        }
        #expect(deadlines("s") == ["search-1": 172_800, "search-2": 172_800, "train": 172_800, "decide": 172_800])
        // One training, and the shorter of two deadlines; none where somebody does not wait.
        #expect(deadlines("student") == ["teacher-train": 25_200, "train": 25_200] && deadlines("taught") == ["train": 25_200])
        #expect(deadlines("made") == ["fit": 3600, "train": 3600])
        #expect(deadlines("m") == ["train": 21_600] && deadlines("p") == ["one": 21_600] && deadlines("now") == [:])
    }

    @Test(arguments: ["\r\n", "\n"]) func `a series may come from a spreadsheet`(_ end: String) async throws {
        var files = PipelineTests.files
        files["proviso.yaml"] = World.head + "kind: Repository\nmetadata: {name: r}\nspec: {energy: {series: data/i.csv}}\n"
        files["data/i.csv"] = ["\u{FEFF}time,gramsPerKilowattHour", "2026-11-23T00:00:00Z,1", "2026-11-24T00:00:00Z,2.5", ""].joined(separator: end)
        files["pipelines/p.yaml"] = PipelineTests.pipeline.replacing(
            "  parameters: {limit: 0.1}", with: "  parameters: {limit: 0.1}\n  carbonAware: {deadline: 6h}")
        let world = try World(files: files)
        let (plan, diagnostics) = try await Reconciler(options: world.reconcilerOptions(), clock: world.clock).plan()
        #expect(diagnostics.isEmpty, "\(diagnostics.map(\.message))")
        #expect(plan.steps.compactMap(\.step.execution.carbonWindow).first?.series.map(\.gramsPerKilowattHour) == [1, 2.5])
    }

    /// What waits holds up nothing else, and its deadline comes.
    @Test func `while a stage waits for its hour other subjects and later commits are judged`() async throws {
        var files = PipelineTests.files
        files["proviso.yaml"] = World.head + "kind: Repository\nmetadata: {name: r}\nspec: {energy: {series: data/i.csv}}\n"
        let now = Instant(secondsSinceEpoch: Int64(Date().timeIntervalSince1970))
        func later(_ seconds: Int64) -> Instant { Instant(secondsSinceEpoch: now.secondsSinceEpoch + seconds) }
        let points = (0..<400).map { "\(later(Int64($0) * 10)),\(1000 - $0)" }
        files["data/i.csv"] = "time,gramsPerKilowattHour\n" + points.joined(separator: "\n") + "\n"
        files["pipelines/q.yaml"] = World.pipeline(
            name: "q", field: "carbonAware: {deadline: 1h}",
            """
            - {name: same, load: {dataset: d}}
            - {name: late, filter: {input: same, where: 'row.x > 0.5'}}
            - {name: later, filter: {input: late, where: 'row.x > 0.6'}}
            """)
        let world = try World(files: files)
        func look() async throws -> Reconciler.Report {
            try await Reconciler(options: world.reconcilerOptions(), clock: world.clock).run(waits: false)
        }
        let first = try await look()
        #expect(first.unjudged.map(\.subject.name) == ["q"] && first.unjudged.allSatisfy { $0.until != nil } && first.outcome == .undecided)
        #expect(first.verdicts.contains { $0.subject.name == "m" } && !first.verdicts.contains { $0.subject.name == "q" })
        #expect(!first.added.isEmpty && first.nextBoundary == first.unjudged.first?.until)
        try world.commit(
            ["models/m.yaml": files["models/m.yaml"]?.replacing("rounds: 5", with: "rounds: 6")], by: World.alice)
        let second = try await look()
        #expect(second.commit != first.commit && second.added.count == 1 && second.unjudged.map(\.subject.name) == ["q"])
        // The deadline counts from the first look: a fresh process does not begin it anew.
        #expect(second.unjudged.first?.until == first.unjudged.first?.until)
        // Its time is a file of the reconciler's own: noted an hour ago, it has passed.
        let folder = world.folder.path + "/state/waiting"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            try Data(later(-3600).description.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        let third = try await look()
        // The first stage ran, and the second has a deadline of its own.
        #expect(third.unjudged.map(\.subject.name) == ["q"] && third.unjudged.first?.reason.contains("'later' waits") == true)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            try Data(later(-3600).description.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        let last = try await look()
        #expect(last.unjudged.isEmpty && last.outcome == .pass && last.verdicts.contains { $0.subject.name == "q" })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test(arguments: [
        ("hour,grams\n", "line 1 of 'data/i.csv' is not the header"),
        ("time,gramsPerKilowattHour\nnoon,3\n", "line 2 of 'data/i.csv' begins with no time"),
        ("time,gramsPerKilowattHour\n2026-11-23T00:00:00Z,x\n", "line 2 of 'data/i.csv' has no number of grams"),
        ("time,gramsPerKilowattHour\n2026-11-23T00:00:00Z,1\n2026-11-23T00:00:00Z,2\n", "line 3 of 'data/i.csv' is not later"),
    ]) func `a series that is none is named with its line`(_ text: String, _ message: String) async throws {
        var files = World.files
        files["proviso.yaml"] = World.head + "kind: Repository\nmetadata: {name: r}\nspec: {energy: {series: data/i.csv}}\n"
        files["data/i.csv"] = text
        let world = try World(files: files)
        let plan = try await Reconciler(options: world.reconcilerOptions(), clock: world.clock).plan()
        #expect(
            plan.diagnostics.contains { $0.message.hasPrefix(message) && $0.span?.file.path == "proviso.yaml" }, "\(plan.diagnostics.map(\.message))")
    }

    @Test func `waiting without a series, or by a file that is not there, is an error at its place`() async throws {
        var files = World.files
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing("  risk: high\n", with: "  risk: high\n  carbonAware: {deadline: 1d}\n")
        let one = try World(files: files)
        let first = try await Reconciler(options: one.reconcilerOptions(), clock: one.clock).plan()
        #expect(first.diagnostics.map(\.code) == [.missingField] && first.diagnostics.first?.span?.start.line == 7)
        files["proviso.yaml"] = World.head + "kind: Repository\nmetadata: {name: r}\nspec: {energy: {series: data/i.csv}}\n"
        let other = try World(files: files)
        let second = try await Reconciler(options: other.reconcilerOptions(), clock: other.clock).plan()
        #expect(second.diagnostics.map(\.code) == [.dataMissing])
    }
}
