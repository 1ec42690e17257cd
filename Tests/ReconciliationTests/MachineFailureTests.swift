import Attestations
import Basics
import Execution
import Foundation
import Git
import Planning
import Reconciliation
import Sandbox
import Storage
import Synchronization
import TestSupport
import TestWorld
import Testing

/// What this machine cannot do is no decision.
@Suite struct MachineFailureTests {
    private static func pipeline(_ name: String, first: String, second: String) -> String {
        World.pipeline(
            name: name,
            """
            - {name: made, run: {command: [sh, -c, "\(first)"], outputs: {o: o.txt}}}
            - {name: read, run: {command: [sh, -c, "\(second)"], inputs: {i: {from: made.o, as: i.txt}}, outputs: {o: o.txt}}}
            """)
    }

    @Test func `a damaged artefact of the store is taken out and made again, and nothing of it is recorded`() async throws {
        let path = "pipelines/p.yaml"
        let world = try World(files: World.files.merging([path: Self.pipeline("p", first: "echo seven > o.txt", second: "cat i.txt > o.txt")]) { $1 })
        _ = try await world.reconcile()
        let digest = Digest.of(Array("seven\n".utf8))
        let store = FileStore(at: world.folder.path + "/state/store")
        let file = try #require(try store.file(digest))
        // As a failing disk does; the file is read-only for everybody else.
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        try Data("seveN\n".utf8).write(to: URL(fileURLWithPath: file))
        try world.commit([path: Self.pipeline("p", first: "echo seven > o.txt", second: "cat i.txt i.txt > o.txt")], by: World.alice)
        let report = try await world.reconcile()
        #expect(report.unjudged.isEmpty && report.outcome == .pass, "\(report.unjudged)")
        #expect(report.verdicts.filter { $0.subject.name == "p" }.map(\.outcome) == [.pass])
        #expect(try store.read(digest) == Array("seven\n".utf8))
    }

    @Test func `an operator's limit is the machine's: the gate is undecided and still tells what it denies, the reconciler records nothing`()
        async throws
    {
        let world = try World()
        let text = Self.pipeline("p", first: "sleep 3; echo 1 > o.txt", second: "cat i.txt > o.txt")
        let head = try world.commit(
            ["pipelines/p.yaml": text, "models/m.yaml": World.files["models/m.yaml"]?.replacing("threshold: 0.5", with: "threshold: 0.01")],
            by: World.bob, branch: "refs/heads/proposal")
        var options = Gate.Options()
        options.root = World.root
        options.threads = 1
        options.operation.sandbox.ceilings.wallSeconds = 1
        let gate = Gate(repository: try world.server.inMemoryHandle(), options: options, clock: world.clock)
        let report = try await gate.judge(base: world.main, head: head)
        #expect(report.machineFailed && report.verdict.outcome == .deny)
        #expect(
            report.verdict.findings.contains {
                $0.kind == "machineFailed" && $0.outcome == .undecided && $0.message.contains("Pipeline/p was not judged")
            })
        #expect(report.verdict.subjects.filter { $0.subject.name == "m" }.map(\.outcome) == [.deny])
        #expect(!report.verdict.subjects.contains { $0.subject.name == "p" })

        try world.commit(["pipelines/p.yaml": text], by: World.alice)
        var reconciling = world.reconcilerOptions()
        reconciling.operation.sandbox.ceilings.wallSeconds = 1
        let reconciled = try await Reconciler(options: reconciling, clock: world.clock).run()
        #expect(reconciled.unjudged.map(\.subject.name) == ["p"] && reconciled.outcome == .undecided)
        #expect(reconciled.unjudged.allSatisfy { $0.reason.contains("operator of this machine") })
        #expect(try await world.reconcile().verdicts.filter { $0.subject.name == "p" }.map(\.outcome) == [.pass])
    }

    @Test func `a stage at the operator's ceiling keeps no other stage's failure out of the ledger`() async throws {
        let text = World.pipeline(
            """
            - {name: slow, run: {command: [sh, -c, "sleep 3; echo 1 > o.txt"], outputs: {o: o.txt}}}
            - {name: read, run: {command: [sh, -c, "cat i.txt > o.txt"], inputs: {i: {from: slow.o, as: i.txt}}, outputs: {o: o.txt}}}
            - {name: bad, run: {command: [sh, -c, "exit 3"], outputs: {o: o.txt}}}
            """)
        let world = try World(files: World.files.merging(["pipelines/p.yaml": text]) { $1 })
        var options = world.reconcilerOptions()
        options.operation.sandbox.ceilings.wallSeconds = 1
        func entry() throws -> (digest: Digest, record: Record) {
            let entries = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries()
            let last = try #require(entries.last { $0.record.subject.name == "p" })
            return (last.digest, last.record)
        }
        for added in [2, 0] {
            let report = try await Reconciler(options: options, clock: world.clock).run()
            #expect(report.unjudged.map(\.subject.name) == ["p"] && report.outcome == .undecided && report.added.count == added)
            let verdict = try entry().record.verdict
            #expect(verdict.outcome == .undecided)
            #expect(verdict.findings.map(\.message) == ["step 'bad' failed: its program ended with code 3"])
        }
        #expect(try entry().record.draft.steps.isEmpty)
        let audited = try Reproduction(repositoryPath: world.serverPath, revision: "main", ledger: nil, store: nil, threads: 1)
        let reproduced = try await audited.reproduce(try entry().digest.hex)
        #expect(reproduced.isReproduced, "\(reproduced.comparisons.filter { !$0.isSame })")
        // Where the stage may take its time it is in the record too.
        #expect(try await world.reconcile().unjudged.isEmpty)
        #expect(try entry().record.draft.steps.map(\.name) == ["slow", "read"])
    }

    @Test func `machines with other ceilings do not take turns in the ledger`() async throws {
        func text(_ bad: Int) -> String {
            World.pipeline(
                """
                - {name: bad, run: {command: [sh, -c, "exit \(bad)"], outputs: {o: o.txt}}}
                - {name: late, run: {command: [sh, -c, "sleep 3; exit 4"], outputs: {o: o.txt}}}
                """)
        }
        let world = try World(files: World.files.merging(["pipelines/p.yaml": text(3)]) { $1 })
        var narrow = world.reconcilerOptions()
        narrow.operation.sandbox.ceilings.wallSeconds = 1
        func findings() throws -> [String] {
            let entries = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries()
            return try #require(entries.last { $0.record.subject.name == "p" }).record.verdict.findings.map(\.message)
        }
        let words = "failed: its program ended with code"
        _ = try await Reconciler(options: narrow, clock: world.clock).run()
        #expect(try findings() == ["step 'bad' \(words) 3"])
        #expect(try await world.reconcile().added.count == 1)
        #expect(try findings() == ["step 'bad' \(words) 3", "step 'late' \(words) 4"])
        let report = try await Reconciler(options: narrow, clock: world.clock).run()
        #expect(report.added.isEmpty && report.unjudged.map(\.subject.name) == ["p"] && report.outcome == .undecided)
        // What fails in another way is said, whoever finds it.
        try world.commit(["pipelines/p.yaml": text(5)], by: World.alice)
        #expect(try await Reconciler(options: narrow, clock: world.clock).run().added.count == 1)
        #expect(try findings() == ["step 'bad' \(words) 5"])
    }

    @Test(arguments: ["echo 1 > o.txt", "exit 4"]) func `what an auditor's machine does not allow is not run, and no divergence`(_ end: String)
        async throws
    {
        let text = Self.pipeline("p", first: "sleep 3; \(end)", second: "cat i.txt > o.txt")
        let world = try World(files: World.files.merging(["pipelines/p.yaml": text]) { $1 })
        _ = try await world.reconcile()
        let entries = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries()
        let record = try #require(entries.last { $0.record.subject.name == "p" }).digest.hex
        var operation = OperatorSettings()
        operation.sandbox.ceilings.wallSeconds = 1
        let audited = try Reproduction(
            repositoryPath: world.serverPath, revision: "main", ledger: nil, store: nil, threads: 1, operation: operation)
        let report = try await audited.reproduce(record)
        #expect(!report.isReproduced && report.firstDivergence == nil)
        #expect(
            report.comparisons.contains { $0.found == "not run" && $0.note?.contains("operator of this machine") == true }, "\(report.comparisons)")
        #expect(!report.comparisons.contains { $0.found == "failed" || $0.found.contains("operator") })
    }

    @Test(arguments: [false, true]) func `what vanishes from the store while a run needs it is there again in the next try, and is no finding`(
        isMade: Bool
    ) async throws {
        let world = try World(files: World.files.merging(VanishingFile.files) { $1 })
        let vanishing = VanishingFile(made: isMade, from: FileStore(at: world.folder.path + "/state/store"))
        let report = try await Reconciler(options: world.reconcilerOptions(), clock: world.clock).run(report: vanishing.see)
        #expect(vanishing.count == 2)
        #expect(report.unjudged.isEmpty && report.outcome == .pass, "\(report.unjudged) \(report.verdicts.flatMap(\.findings))")
    }

    @Test func `a file that is not the pinned one is its author's, and recorded`() async throws {
        let model = try #require(World.files["models/m.yaml"])
        let pinned = model.replacing(
            "{type: xgboost, seed: 1, rounds: 5, maxDepth: 3}",
            with: "{type: command, seed: 1, command: [python3, t.py], files: {t.py: \"\(Digest.of("other"))\"}}")
        #expect(pinned != model)
        let world = try World(files: World.files.merging(["models/m.yaml": pinned, "t.py": "print(1)\n"]) { $1 })
        let report = try await world.reconcile()
        #expect(report.unjudged.isEmpty && report.added.count == 1 && report.outcome == .undecided, "\(report.unjudged)")
    }
}
