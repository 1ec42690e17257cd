import Basics
import Foundation
import TestSupport
import TestWorld
import Testing

/// `proviso pipeline` as a user runs it, programs in worker processes of their own.
@Suite struct PipelineCommandTests {
    private static let template = TestFiles.root.appendingPathComponent("repo-template").path

    @Test func `the template's pipeline gives the same digests on one, two and four workers, and nothing runs the second time`() throws {
        let folder = try TemporaryFolder()
        var seen: Set<JSONValue> = []
        for jobs in [1, 2, 4] {
            let arguments = [
                "pipeline", "run", "regions", "--repository", Self.template, "--state", "state\(jobs)", "--jobs", "\(jobs)", "--format", "json",
                "--progress", "none",
            ]
            for round in [1, 2] {
                let result = try Program.run(arguments, in: folder.path)
                #expect(result.status == 0 && result.errors.isEmpty, "\(result.text)\(result.errors)")
                let stages = try #require(try JSONValue(parsing: Array(result.text.utf8))["stages"]?.arrayValue)
                #expect(Set(stages.compactMap { $0["outcome"]?.stringValue }) == [round == 1 ? "ran" : "reused"])
                seen.insert(
                    .array(
                        stages.map {
                            ["name": $0["name"] ?? .null, "outputs": .object(($0["outputs"]?.objectValue ?? [:]).filter { $0.key != "log" })]
                        }))
            }
        }
        #expect(seen.count == 1)
    }

    @Test func `import writes a spec once, says what it must, and its exit code tells whether something is lost`() throws {
        let folder = try TemporaryFolder()
        try Data("stages:\n  a:\n    cmd: echo 1 > a.txt\n    outs: [a.txt]\n    frozen: true\n".utf8).write(
            to: folder.url.appendingPathComponent("dvc.yaml"))
        let first = try Program.run(["pipeline", "import", "--name", "p"], in: folder.path)
        #expect(
            first.status == 0 && first.text.contains("pipelines/p.yaml: 1 stage;") && first.errors.contains("a: is frozen"),
            "\(first.text)\(first.errors)")
        let again = try Program.run(["pipeline", "import", "--name", "p"], in: folder.path)
        #expect(again.status == 2 && again.errors.contains("is there already") && again.errors.contains("--force"), "\(again.errors)")
        let run = try Program.run(["pipeline", "run", "p", "--state", "state", "--progress", "none", "--output", "out"], in: folder.path)
        #expect(run.status == 0, "\(run.text)\(run.errors)")
        #expect(FileManager.default.contents(atPath: folder.path + "/out/a/a.txt") == Data("1\n".utf8))
        try Data("stages:\n  a:\n    cmd: cat gone.csv\n    deps: [gone.csv]\n".utf8).write(to: folder.url.appendingPathComponent("dvc.yaml"))
        let lost = try Program.run(["pipeline", "import", "--name", "p", "--print"], in: folder.path)
        #expect(lost.status == 1 && lost.errors.contains("lost: a: a dependency is lost: there is no 'gone.csv'"), "\(lost.errors)")
        let outside = try Program.run(["pipeline", "import", "/etc/dvc.yaml"], in: folder.path)
        #expect(outside.status == 2 && outside.errors.contains("lies outside"), "\(outside.errors)")
        let none = try Program.run(["pipeline", "import", "nowhere/dvc.yaml"], in: folder.path)
        #expect(none.status == 2 && none.errors.contains("there is no file"), "\(none.errors)")
        let unknown = try Program.run(["pipeline", "run", "q", "--state", "state"], in: folder.path)
        #expect(unknown.status == 2 && unknown.errors.contains("there are: p"), "\(unknown.errors)")
    }

    @Test func `doctor tries the libraries and the sandbox`() throws {
        let folder = try TemporaryFolder()
        let result = try Program.run(["doctor"], in: folder.path)
        #expect(result.text.contains("sandbox"), "\(result.text)\(result.errors)")
        for library in ["✓ git version", "✓ ssh-keygen", "✓ xgboost 3.", "✓ onnxruntime 1."] {
            #expect(result.text.contains(library), "\(result.text)")
        }
        let remembered = try Program.run(["doctor", "--rehash", "."], in: folder.path)
        #expect(remembered.text.contains("is what it was"), "\(remembered.text)\(remembered.errors)")
    }
}
