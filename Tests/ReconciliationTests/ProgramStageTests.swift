import Attestations
import Basics
import Planning
import Reconciliation
import Storage
import TestSupport
import TestWorld
import Testing

/// A pipeline's programs, from the repository through the sandbox to the ledger.
@Suite struct ProgramStageTests {
    private static let script = """
        import json, os, sys

        limits = json.load(open(os.environ["PROVISO_PARAMETERS"]))
        words = [line.strip() for line in open("in/words.txt")]
        if os.path.exists("proviso.yaml"):
            sys.exit("it sees what it was not given")
        json.dump({"long": [word for word in words if len(word) > limits["shortest"]]}, open("long.json", "w"))

        """

    private static func files(command: String = "scripts/long.py") -> [String: String] {
        var files = World.files
        files["scripts/long.py"] = script
        files["words.txt"] = "a\nproviso\nbc\n"
        files["pipelines/words.yaml"] = World.pipeline(
            name: "words",
            """
            - name: long
              run:
                command: [python3, \(command)]
                inputs:
                  script: {path: scripts/long.py}
                  words: {path: words.txt, as: in/words.txt}
                outputs: {long: long.json}
                parameters: {shortest: 2}
            """)
        return files
    }

    @Test func `a program sees its inputs only, and what it makes is recorded once`() async throws {
        let world = try World(files: Self.files())
        let report = try await world.reconcile()
        #expect(report.diagnostics.isEmpty)
        let verdict = try #require(report.verdicts.first { $0.subject.kind == "Pipeline" })
        #expect(verdict.outcome == .pass && verdict.findings.isEmpty)
        let made = Digest.of(Array(#"{"long": ["proviso"]}"#.utf8))
        #expect(try FileStore(at: world.reconcilerOptions(state: "state").stateFolder + "/store").contains(made))
        let again = try await world.reconcile()
        #expect(again.added.isEmpty && again.plan.stepsToRun.isEmpty)
    }

    @Test func `a program that cannot be run leaves its pipeline undecided and the models judged`() async throws {
        let world = try World(files: Self.files(command: "scripts/missing.py"))
        let report = try await world.reconcile()
        let verdict = try #require(report.verdicts.first { $0.subject.kind == "Pipeline" })
        #expect(verdict.outcome == .undecided)
        #expect(verdict.findings.contains { $0.message.contains("'long'") })
        #expect(report.verdicts.contains { $0.subject.kind == "Model" && $0.outcome == .pass })
    }
}
