import Attestations
import Basics
import Foundation
import Git
import Storage
import TestSupport
import TestWorld
import Testing

@testable import Reconciliation

/// A store is a cache: what it lost or holds damaged decides nothing, and is made again.
@Suite struct LostStoreTests {
    private static let data = World.data.replacing("a,true", with: "b,true")

    /// Something live, and a model that is compared with it on other data than it was trained on.
    private static func compared() async throws -> World {
        let world = try World(files: ComparisonEvidenceTests.files())
        _ = try await world.reconcile()
        try ComparisonEvidenceTests.promote(world)
        _ = try await world.reconcile()
        #expect(data != World.data)
        let text = try #require(World.files["models/m.yaml"])
        let dataset = try #require(World.files["datasets/d.yaml"])
        let old = Digest.of(World.data).description
        #expect(dataset.contains(old))
        try world.commit(
            [
                "models/m.yaml": text.replacing("rounds: 5", with: "rounds: 7"), "data/d.csv": data,
                "datasets/d.yaml": dataset.replacing(old, with: Digest.of(data).description),
            ], by: World.alice)
        return world
    }

    @Test func `a champion that the store has lost is trained again, on the data of its own commit`() async throws {
        let (kept, lost) = (try await Self.compared(), try await Self.compared())
        let expected = try await kept.reconcile()
        #expect(expected.unjudged.isEmpty && !ComparisonEvidenceTests.states(expected).isEmpty)
        let found = try await lost.reconcile(state: "another machine's")
        #expect(found.unjudged.isEmpty, "\(found.unjudged)")
        #expect(found.outcome == expected.outcome && found.added == expected.added)
    }

    @Test func `where it cannot be had again nothing is recorded of whoever needs it`() async throws {
        let world = try await Self.compared()
        // The history that the champion's data lay in is gone from the branch.
        try world.squash()
        let found = try await world.reconcile(state: "another machine's")
        #expect(found.outcome == .undecided && found.unjudged.map(\.subject.name) == ["m"])
        #expect(found.unjudged.allSatisfy { $0.until == nil && $0.reason.contains("which this store has not") }, "\(found.unjudged)")
        #expect(!found.verdicts.contains { $0.subject.name == "m" })
        // With what the first machine kept there is nothing in the way.
        #expect(try await world.reconcile().unjudged.isEmpty)
    }

    @Test func `a model that is kept since its data have not drifted is kept without the store that it was trained in`() async throws {
        func world() async throws -> World {
            var files = World.files
            let dataset = try #require(files["datasets/d.yaml"])
            let split = try #require(dataset.firstRange(of: #/  split: .*\n/#).map { String(dataset[$0]) })
            files["datasets/d.yaml"] = dataset.replacing(split, with: "  split: {column: g, train: a, test: b}\n")
            files["models/m.yaml"] = files["models/m.yaml"]?.replacing(
                "  risk: high\n", with: "  risk: high\n  retrain: {on: [drift], maximumDrift: 0.25}\n")
            files["policies/useful.yaml"] = files["policies/useful.yaml"]?.replacing(
                "evidence.fairness['g'].selectionRate.overall.value", with: "0.1")
            let world = try World(files: files)
            _ = try await world.reconcile()
            let text = try #require(files["datasets/d.yaml"])
            // Twice: what is kept is named by the record of a commit that has not its data.
            for count in [10, 20] {
                let data = World.data.split(separator: "\n").dropLast(count).joined(separator: "\n") + "\n"
                try world.commit(
                    ["data/d.csv": data, "datasets/d.yaml": text.replacing(Digest.of(World.data).description, with: Digest.of(data).description)],
                    by: World.alice)
                if count == 10 { #expect(try await world.reconcile().added.count == 1) }
            }
            return world
        }
        let (kept, lost) = (try await world(), try await world())
        let expected = try await kept.reconcile()
        let found = try await lost.reconcile(state: "another machine's")
        #expect(found.unjudged.isEmpty && found.added == expected.added && expected.added.count == 1, "\(found.unjudged)")
        let steps = try ComparisonEvidenceTests.record(lost).record.draft.steps
        #expect(steps.contains { $0.name == "train.drift" })
        #expect(steps.first { $0.name == "train" }?.inputs["data"] == Digest.of(World.data))
    }

    private static func step(_ name: String, _ input: Digest, _ output: Digest, _ implementation: String = "filter/1") -> RecordedStep {
        RecordedStep(
            name: name, key: Digest.of(name), implementation: implementation, parameters: [:], inputs: ["in": input], outputs: ["out": output])
    }

    private static func record(_ sequence: Int64, _ steps: [RecordedStep]) throws -> Record {
        let subject = SubjectName(kind: "Pipeline", name: "p")
        let verdict = Verdict(subject: subject, outcome: .pass, rules: [], findings: [], nextBoundary: nil)
        let source = RecordSource(commit: "c", tree: "t", path: "p.yaml", specDigest: Digest.of("spec"))
        let draft = RecordDraft(
            subject: subject, source: source, instant: Instant(secondsSinceEpoch: sequence), engine: "e", steps: steps, evidence: [:],
            artefacts: [:], attachments: [:], verdict: verdict)
        return Record(sequence: sequence, previous: nil, draft: draft)
    }

    @Test func `who hands bytes on has not made them, and of two makers the newer record's counts`() throws {
        let (a, b) = (Digest.of("a"), Digest.of("b"))
        let makers = RecordedMakers([
            try Self.record(1, [Self.step("old", a, b)]), try Self.record(2, [Self.step("new", a, b), Self.step("copy", b, b)]),
            try Self.record(3, [Self.step("later copy", b, b)]),
        ])
        #expect(makers[b]?.step.name == "new" && makers[b]?.record.sequence == 2)
        #expect(makers[a] == nil)
    }

    @Test func `bytes are made by who does not need them, and by a step that this engine has`() throws {
        let (file, a, b, c) = (Digest.of("file"), Digest.of("a"), Digest.of("b"), Digest.of("c"))
        // A pipeline that comes before the one that it reads of, in the order of names.
        let circle = RecordedMakers([
            try Self.record(1, [Self.step("there", a, b), Self.step("onward", b, c)]), try Self.record(2, [Self.step("first", file, a)]),
            try Self.record(3, [Self.step("back", b, a)]),
        ])
        #expect(circle[a]?.step.name == "first" && circle[b]?.step.name == "there" && circle[c]?.step.name == "onward")
        let old = RecordedMakers([
            try Self.record(1, [Self.step("known", file, b), Self.step("known after", b, a)]),
            try Self.record(2, [Self.step("of another engine", file, a, "filter/0")]),
        ])
        #expect(old[a]?.step.name == "known after")
        // Nothing but a circle: a commit had one of the two.
        let only = RecordedMakers([try Self.record(1, [Self.step("there", a, b), Self.step("back", b, a)])])
        #expect(only[a]?.step.name == "back" && only[b]?.step.name == "there")
    }

    @Test func `what a history that was squashed has no more is taken from the commit that is there`() async throws {
        let world = try await Self.compared()
        // The champion's data are in a file of the new commit alone, which no step of the plan reads.
        let model = try #require(World.files["models/m.yaml"])
        let other = World.dataset(World.data).replacing("{name: d}", with: "{name: old}").replacing("data/d.csv", with: "data/old.csv")
        #expect(Self.data != World.data)
        try world.commit(
            ["data/old.csv": World.data, "datasets/old.yaml": other, "models/m.yaml": model.replacing("rounds: 5", with: "rounds: 8")],
            by: World.alice)
        try world.squash()
        let found = try await world.reconcile(state: "another machine's")
        #expect(found.unjudged.isEmpty, "\(found.unjudged)")
    }

    /// A store that others write is not mended by who only reads it.
    @Test func `a gate does without what is damaged in the store that it reads`() async throws {
        let world = try await Self.compared()
        let head = try world.main
        let base = try #require(try world.server.commit(head).parents.first)
        let kept = try await world.gate(head: head, base: base, readsStore: true)
        let store = FileStore(at: world.folder.path + "/state/store")
        for digest in try store.digests() {
            let file = try #require(try store.file(digest))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
            try Data([0]).write(to: URL(fileURLWithPath: file))
        }
        let before = try world.files(below: "state/store")
        let found = try await world.gate(head: head, base: base, readsStore: true)
        #expect(!found.machineFailed, "\(found.verdict.findings)")
        #expect(found.verdict == kept.verdict)
        #expect(try world.files(below: "state/store") == before)
    }

    @Test(arguments: [true, false]) func `evidence that is damaged in the store comes from the ledger, or is made again`(_ isRecorded: Bool)
        async throws
    {
        let world = try World()
        let store = FileStore(at: world.folder.path + "/state/store")
        func damage() throws -> Int {
            var count = 0
            for digest in try store.digests() {
                guard let file = try store.file(digest), let bytes = FileManager.default.contents(atPath: file), bytes.first == UInt8(ascii: "{")
                else {
                    continue
                }
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
                try Data(bytes.dropLast() + [0]).write(to: URL(fileURLWithPath: file))
                count += 1
            }
            return count
        }
        if isRecorded {
            _ = try await world.reconcile()
            // Judged again, and measured no more.
            let policy = try #require(World.files["policies/useful.yaml"])
            try world.commit(["policies/useful.yaml": policy.replacing("minimum: 0.8", with: "minimum: 0.79")], by: World.bob)
        } else {
            // It ended before anything was recorded; what was measured lies in the store alone.
            let folder = world.folder.path
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
                let checkpoints = Checkpoints { reached in if reached == .afterJudging { kill(getpid(), SIGKILL) } }
                try await World.reconcile(folder: folder, threads: 1, checkpoints: checkpoints)
            }
        }
        #expect(try damage() > 2)
        let report = try await world.reconcile()
        #expect(report.unjudged.isEmpty && report.outcome == .pass, "\(report.unjudged) \(report.verdicts.flatMap(\.findings))")
        #expect(report.added.count == 1)
    }
}
