import Attestations
import Basics
import Diagnostics
import Foundation
import Git
import Planning
import Reconciliation
import Signatures
import TestSupport
import TestWorld
import Testing

@Suite struct ReconcilerTests {
    @Test func `a plan knows what a shared store has results of, and no record`() async throws {
        let (one, other) = (try World(), try World())
        func options(_ world: World) -> Reconciler.Options {
            var options = world.reconcilerOptions()
            options.sharedStore = one.folder.path + "/shared"
            return options
        }
        _ = try await Reconciler(options: options(one), clock: one.clock).run()
        let plan = try await Reconciler(options: options(other), clock: other.clock).plan().plan
        #expect(!plan.steps.isEmpty && plan.steps.allSatisfy { $0.reason == .made } && plan.stepsToRun.isEmpty)
        let alone = try await Reconciler(options: other.reconcilerOptions(), clock: other.clock).plan().plan
        #expect(alone.stepsToRun.count == alone.steps.count)
        let report = try await Reconciler(options: options(other), clock: other.clock).run()
        #expect(report.outcome == .pass && report.added.count == 1)
    }

    @Test func `a decision is recorded once and the same state moves nothing`() async throws {
        let world = try World()
        let first = try await world.reconcile()
        #expect(first.outcome == .pass)
        #expect(first.added.count == 1)
        let tip = try world.ledgerTip
        let second = try await world.reconcile()
        #expect(second.added.isEmpty)
        #expect(second.plan.stepsToRun.isEmpty)
        #expect(try world.ledgerTip == tip)
        // A commit that touches no input adds nothing either.
        try world.commit(["README.md": "hello"], by: World.bob)
        #expect(try await world.reconcile().added.isEmpty)
        #expect(try world.ledgerTip == tip)
        try world.fsck()
    }

    @Test func `without ledger and store the same model and evidence come out, on any number of threads`() async throws {
        var steps: [[RecordedStep]] = []
        for threads in [1, 2, 4] {
            let world = try World()
            try await world.reconcile(threads: threads)
            let entry = try #require(try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries().last)
            steps.append(entry.record.draft.steps)
        }
        #expect(steps[0] == steps[1])
        #expect(steps[0] == steps[2])
        #expect(steps[0].contains { $0.name == "train" && $0.outputs["model"] != nil })
    }

    @Test func `a deleted or damaged state folder is made again`() async throws {
        let world = try World()
        try await world.reconcile()
        let tip = try world.ledgerTip
        let index = world.folder.url.appendingPathComponent("state/index.sqlite")
        try Data("no database".utf8).write(to: index)
        let report = try await world.reconcile()
        #expect(report.added.isEmpty)
        #expect(report.notices.contains { $0.contains("rebuilt") })
        try FileManager.default.removeItem(at: world.folder.url.appendingPathComponent("state"))
        #expect(try await world.reconcile().added.isEmpty)
        #expect(try world.ledgerTip == tip)
    }

    @Test func `a denial is recorded, and a threshold change trains nothing`() async throws {
        let world = try World()
        try await world.reconcile()
        let text = try #require(World.files["models/m.yaml"])
        try world.commit(["models/m.yaml": text.replacing("threshold: 0.5", with: "threshold: 0.0")], by: World.bob)
        let report = try await world.reconcile()
        #expect(report.outcome == .deny)
        #expect(report.added.count == 1)
        #expect(report.plan.stepsToRun.map(\.name).sorted() == ["fairness", "performance"])
        let rule = try #require(report.verdicts.first { $0.subject.kind == "Model" }?.rules.first { $0.state == .fail })
        #expect(rule.rule == "not-everybody")
        #expect(rule.subjectLocation?.description == "models/m.yaml:10:25")
    }

    @Test func `other bytes than pinned decide nothing`() async throws {
        let world = try World()
        try world.commit(["data/d.csv": World.data + "0.5,0.5,a,true\n"], by: World.bob)
        let report = try await world.reconcile()
        #expect(report.outcome == .undecided)
        #expect(report.added.isEmpty)
        #expect(report.diagnostics.map(\.code) == [.dataDigestMismatch])
        #expect(report.diagnostics[0].hint == "if the new data are meant: proviso dataset pin d")
    }

    @Test func `a key that the branch does not name may not record`() async throws {
        let world = try World()
        var options = world.reconcilerOptions()
        options.key = World.bob
        await #expect(throws: ReconciliationError.self) { _ = try await Reconciler(options: options, clock: world.clock).run() }
        options.key = World.reconciler
        options.root = [World.mallory.publicKey.fingerprint]
        await #expect(throws: ReconciliationError.self) { _ = try await Reconciler(options: options, clock: world.clock).run() }
        #expect(try world.ledgerTip == nil)
    }

    @Test func `two reconcilers that race make one chain`() async throws {
        let world = try World()
        let path = world.serverPath
        let other = world.reconcilerOptions(state: "other")
        let clock = world.clock
        // The second runs whole between the first one's plan and its push.
        let raced = Raced()
        let report = try await world.reconcile(
            checkpoints: Checkpoints { checkpoint in
                guard checkpoint == .beforePush, raced.first() else { return }
                _ = try? await Reconciler(options: other, clock: clock).run()
            })
        #expect(report.added.isEmpty)
        let audit = try LedgerAudit(repositoryPath: path, revision: "main", ledger: nil)
        #expect(try audit.entries().count == 1)
        #expect(try audit.verify(root: World.root, instant: clock.now(), store: nil).findings == [])
        try world.fsck()
    }

    @Test func `after the merge the reconciler knows who approved it`() async throws {
        var files = World.files
        files["policies/people.yaml"] = World.policy(
            name: "people",
            """
            - {name: second, expression: "change.approvers.exists(person, !(person in change.authors))"}
            """)
        let world = try World(files: files)
        let head = try world.proposal("models/m.yaml", "purpose: a test", "purpose: another test")
        try await world.approve(head: head, by: World.alice)
        let server = try Repository.open(at: world.serverPath)
        try server.updateReference("refs/heads/main", to: head, expecting: try world.main, reason: "merge")
        for _ in 0..<2 {
            let report = try await world.reconcile()
            #expect(report.verdicts.flatMap(\.rules).first { $0.policy == "people" }?.state == .pass)
        }
        // Nobody approved the next commit.
        try world.commit(["models/m.yaml": try world.text("models/m.yaml", at: head).replacing("another test", with: "a third")], by: World.bob)
        let next = try await world.reconcile()
        #expect(next.verdicts.flatMap(\.rules).first { $0.policy == "people" }?.state == .fail)
    }

    /// One signed commit does not vouch for the others: who wrote them may be the one who approves.
    @Test func `an unsigned commit leaves the authors undecided in the gate and after the merge`() async throws {
        var files = World.files
        files["policies/people.yaml"] = World.policy(
            name: "people",
            """
            - {name: known, expression: "size(change.unsigned) == 0"}
            - {name: second, expression: "change.authors.all(person, person != '')"}
            """)
        let world = try World(files: files)
        let base = try world.main
        let signed = try world.proposal("models/m.yaml", "purpose: a test", "purpose: another test")
        func states(_ verdicts: [Verdict]) -> [String] {
            verdicts.flatMap(\.rules).filter { $0.policy == "people" }.map { "\($0.rule) \($0.state)" }
        }
        #expect(states(try await world.gate(head: signed, base: base).verdict.subjects) == ["known pass", "second pass"])
        let head = try world.commit(["README.md": "x"], by: nil, branch: "refs/heads/proposal")
        let report = try await world.gate(head: head, base: base)
        #expect(states(report.verdict.subjects) == ["known fail", "second undecided"])
        #expect(report.verdict.subjects.flatMap(\.rules).flatMap(\.taints).contains { $0.hasPrefix("change.authors are not all known: ") })
        let server = try Repository.open(at: world.serverPath)
        try server.updateReference("refs/heads/main", to: head, expecting: try world.main, reason: "merge")
        #expect(states(try await world.reconcile().verdicts) == ["known fail", "second undecided"])
    }

    @Test func `a waiver that ends gives a new verdict without a commit`() async throws {
        let text = try #require(World.files["policies/useful.yaml"])
        var files = World.files
        files["policies/useful.yaml"] = text.replacing("selected: 0.7", with: "selected: 0.01")
        files["waivers/w.yaml"] =
            World.head + """
                kind: Waiver
                metadata: {name: w}
                spec: {policy: useful, rules: [not-everybody], subject: {kind: Model, name: m}, reason: because, owner: bob@example.org, expires: 2026-12-01}
                """
        let waiver = try #require(files["waivers/w.yaml"])
        files["waivers/w.yaml.sig"] = [World.alice, World.bob].map {
            SSHSignature.sign(Array(waiver.utf8), namespace: "proviso-waiver", with: $0).armored
        }.joined()
        let world = try World(files: files)
        let first = try await world.reconcile()
        #expect(first.outcome == .pass)
        #expect(first.nextBoundary == Instant("2026-12-01"))
        world.clock.instant = try #require(Instant("2026-12-01"))
        let second = try await world.reconcile()
        #expect(second.outcome == .deny)
        #expect(second.added.count == 1)
        #expect(second.plan.stepsToRun.isEmpty)
    }
}

private final class Raced: @unchecked Sendable {
    private let lock = NSLock()
    private var isDone = false

    func first() -> Bool {
        lock.withLock {
            defer { isDone = true }
            return !isDone
        }
    }
}
