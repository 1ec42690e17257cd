import Basics
import Diagnostics
import Foundation
import Reconciliation
import Storage
import TestSupport
import TestWorld
import Testing

/// `dvc.yaml` as a pipeline of ours. The oracle is DVC 3.67 itself: Tests/Oracles/dvc.
@Suite struct DVCImportTests {
    private static let oracle = TestFiles.oracles.appendingPathComponent("dvc")

    private static func project(_ changes: [String: String?] = [:]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: oracle.appendingPathComponent("project").path, toPath: folder.path + "/project")
        for (path, text) in changes {
            let url = URL(fileURLWithPath: "\(folder.path)/project/\(path)")
            try? FileManager.default.removeItem(at: url)  // It need not be there.
            guard let text else { continue }
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        return folder
    }

    private static func imported(_ folder: TemporaryFolder) throws -> DVCImport {
        try DVCImport("dvc.yaml", root: folder.path + "/project", name: "conv", dvcCache: folder.path + "/project/cache")
    }

    private static func run(_ folder: TemporaryFolder, output: String, threads: Int) async throws -> PipelineRun.Report {
        var options = PipelineRun.Options(folder: folder.path + "/project", pipeline: "conv", state: folder.path + "/state")
        options.output = output
        options.threads = threads
        options.dvcCache = folder.path + "/project/cache"
        return try await PipelineRun(options: options, clock: FixedClock()).run()
    }

    @Test func `foreach, matrix, vars, wdir and folders come over, and every output has the bytes that DVC's run gave`() async throws {
        let folder = try Self.project()
        let made = try Self.imported(folder)
        try Golden.check(made.text, against: TestFiles.fixtures.appendingPathComponent("DVC/conv.yaml"))
        #expect(made.stageCount == 8 && !made.notes.contains(where: \.isLoss))
        try FileManager.default.createDirectory(atPath: folder.path + "/project/pipelines", withIntermediateDirectories: true)
        try Data(made.text.utf8).write(to: URL(fileURLWithPath: folder.path + "/project/pipelines/conv.yaml"))

        let output = folder.path + "/out"
        let report = try await Self.run(folder, output: output, threads: 2)
        #expect(report.isWhole && report.diagnostics.isEmpty, "\(report.stages.compactMap(\.explanation)) \(report.diagnostics.map(\.message))")
        try StockTool.must("tar", ["-xf", "parts/data/parts.tar", "--one-top-level=data/parts"], in: output)
        var found: [String: Digest] = [:]
        for name in FileManager.default.enumerator(atPath: output)?.compactMap({ $0 as? String }) ?? [] {
            guard let bytes = FileManager.default.contents(atPath: "\(output)/\(name)"), !name.hasPrefix("data/") else { continue }
            let path = name.split(separator: "/").dropFirst().joined(separator: "/")
            found[path] = Digest.of(Array(bytes))
        }
        for name in ["test", "train"] {
            found["data/parts/\(name).csv"] = Digest.of(Array(try Data(contentsOf: URL(fileURLWithPath: "\(output)/data/parts/\(name).csv"))))
        }
        let values = try JSONValue(parsing: Array(try Data(contentsOf: Self.oracle.appendingPathComponent("values.json"))))
        let expected = try #require(values["outputs"]?.objectValue)
        #expect(expected.count == 20)
        for (path, digest) in expected { #expect(found[path]?.description == digest.stringValue, "\(path)") }

        // Nothing is run a second time, and what ran gives the same bytes elsewhere, one at a time.
        let again = try await Self.run(folder, output: output, threads: 4)
        #expect(again.stages.allSatisfy { $0.outcome == .reused })
        try FileManager.default.removeItem(atPath: folder.path + "/state")
        let alone = try await Self.run(folder, output: output, threads: 1)
        func essential(_ report: PipelineRun.Report) -> [[String: Digest]] { report.stages.map { $0.outputs.filter { $0.key != "log" } } }
        #expect(essential(alone) == essential(report))
    }

    @Test func `what is lost is said: an address, a folder of DVC's, bytes and files that are not there, changed data`() throws {
        let stages = """
            stages:
              fetch:
                cmd: wget -O a.csv https://example.org/a.csv
                deps: [https://example.org/a.csv, folder/x.csv, nowhere.csv, data/raw.csv]
                outs:
                  - a.csv: {persist: true}
                frozen: true
              local:
                cmd: "true"
                deps: [plain.csv, missing.csv]
                params: [missing.yaml: [a]]
                outs: [/tmp/outside.csv]

            """
        let lock =
            "schema: '2.0'\nstages:\n  local:\n    cmd: 'true'\n    deps:\n    - path: plain.csv\n      md5: 5d41402abc4b2a76b9719d911017c592\n"
        let folder = try Self.project([
            "dvc.yaml": stages, "dvc.lock": lock, "plain.csv": "a\n1\n",
            "folder.dvc": "outs:\n- md5: 5d41402abc4b2a76b9719d911017c592.dir\n  path: folder\n",
            "missing.csv.dvc": "outs:\n- md5: 5d41402abc4b2a76b9719d911017c592\n  path: missing.csv\n",
        ])
        let notes = try Self.imported(folder).notes
        func has(_ text: String, isLoss: Bool) -> Bool { notes.contains { $0.text.contains(text) && $0.isLoss == isLoss } }
        #expect(has("is an address", isLoss: true))
        #expect(has("'folder.dvc' follows as a whole", isLoss: true))
        #expect(has("there is no 'nowhere.csv'", isLoss: true))
        #expect(has("dvc pull, and import again", isLoss: true))
        #expect(has("a parameter file is lost", isLoss: true))
        #expect(has("'/tmp/outside.csv' lies outside", isLoss: true))
        #expect(has("is frozen in DVC", isLoss: false))
        #expect(has("'a.csv' persists in DVC", isLoss: false))
        #expect(has("'plain.csv' is no longer what dvc.lock has", isLoss: false))
    }

    @Test(arguments: [
        ("stages:\n  a: {cmd: 'echo ${nope}'}\n", "dvc.yaml:2:12: there is no value for '${nope}'"),
        ("stages:\n  a: {foreach: [1]}\n", "dvc.yaml:2:3: 'a' has 'foreach' and no 'do'"),
        ("stages:\n  a: {foreach: 3, do: {cmd: x}}\n", "dvc.yaml:2:16: 'foreach' goes over a list or a mapping"),
        ("stages:\n  a: {matrix: {m: 3}, cmd: x}\n", "dvc.yaml:2:15: the matrix variable 'm' is no list"),
        ("stages:\n  a: {deps: [x]}\n", "dvc.yaml:2:6: the stage 'a' has no 'cmd'"),
        ("vars: [config/limits.yaml:nope]\nstages:\n  a: {cmd: x}\n", "dvc.yaml:1:8: 'config/limits.yaml' has no 'nope'"),
        ("vars: [settings.toml]\nstages:\n  a: {cmd: x}\n", "'settings.toml' are needed, which is neither YAML nor JSON"),
        ("metrics: [m.json]\n", "there are no stages"), ("stages: {a: [}\n", "dvc.yaml:1:"),
    ]) func `a file that is not sound is named with its place`(_ text: String, _ message: String) throws {
        let folder = try Self.project(["dvc.yaml": text])
        let error = #expect(throws: ReconciliationError.self) { try Self.imported(folder) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
