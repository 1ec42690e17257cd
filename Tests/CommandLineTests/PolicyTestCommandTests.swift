import Basics
import Foundation
import TestSupport
import Testing

@Suite struct PolicyTestCommandTests {
    let folder: TemporaryFolder

    /// The template's policies with their tests.
    init() throws {
        folder = try TemporaryFolder()
        let template = TestFiles.fixtures.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("repo-template")
        for name in ["proviso.yaml", "policies", "models", "datasets", "environments"] {
            try FileManager.default.copyItem(at: template.appendingPathComponent(name), to: folder.url.appendingPathComponent(name))
        }
    }

    func run(_ arguments: String...) throws -> StockTool.Result { try Program.run(["policy", "test"] + arguments, in: folder.path) }

    func edit(_ path: String, _ old: String, _ new: String) throws {
        let url = folder.url.appendingPathComponent(path)
        let text = try String(contentsOf: url, encoding: .utf8)
        try #require(text.contains(old))
        try text.replacing(old, with: new).write(to: url, atomically: true, encoding: .utf8)
    }

    @Test func `the template's policies pass their tests and are covered`() throws {
        let result = try run("--minimum-coverage", "100")
        #expect(result.status == 0, "\(result.text)\(result.errors)")
        #expect(result.text.contains("10 passed, 0 failed, 100 % covered"))
    }

    @Test func `the packs' own folders pass their tests and are covered`() throws {
        let packs = TestFiles.fixtures.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("policies")
        let versions = try FileManager.default.subpathsOfDirectory(atPath: packs.path).filter { $0.hasSuffix("/pack.yaml") }
        #expect(versions.count >= 12)
        for version in versions {
            let result = try run("--repository", packs.appendingPathComponent(version).deletingLastPathComponent().path, "--minimum-coverage", "100")
            #expect(result.status == 0 && result.text.contains(" 0 failed, 100 % covered"), "\(version): \(result.text)\(result.errors)")
        }
    }

    @Test func `a pack's failing case is shown in its file`() throws {
        let packs = TestFiles.fixtures.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("policies")
        try FileManager.default.copyItem(at: packs.appendingPathComponent("fairness/1"), to: folder.url.appendingPathComponent("mine"))
        try edit("mine/equalized-odds.yaml", "maximumDifference: 0.1", "maximumDifference: 0.9")
        let result = try run("--repository", "mine", "equalized-odds")
        #expect(result.status == 1 && result.text.contains("at mine/equalized-odds_test.yaml:"), "\(result.text)\(result.errors)")
    }

    @Test func `a case that goes otherwise fails, in every format`() throws {
        try edit("policies/discrimination.yaml", "minimumAUC: 0.90", "minimumAUC: 0.95")
        let text = try run()
        #expect(text.status == 1)
        #expect(text.text.contains("roc-auc is fail, expected pass: ROC AUC 0.9 is below 0.95"))
        #expect(text.text.contains("at policies/discrimination_test.yaml:11:34"))
        let json = try JSONValue(parsing: try run("--format", "json").output)
        #expect(json["failed"]?.intValue == 2)
        let junit = try run("--format", "junit", "discrimination")
        #expect(junit.status == 1 && junit.text.contains(#"<testsuite name="discrimination" tests="3" failures="2">"#))
    }

    @Test func `coverage below the minimum fails`() throws {
        try FileManager.default.removeItem(at: folder.url.appendingPathComponent("policies/discrimination_test.yaml"))
        #expect(try run().status == 0)
        let result = try run("--minimum-coverage", "67")
        #expect(result.status == 1)
        #expect(result.text.contains("✗ covered are 66 %, less than 67 %\n    at policies/discrimination.yaml:14:19"))
        let junit = try run("--minimum-coverage", "67", "--format", "junit")
        #expect(junit.status == 1 && junit.text.contains(#"tests="8" failures="1""#), "\(junit.text)")
        #expect(junit.text.contains(#"<failure message="covered are 66 %, less than 67 %">policies/discrimination.yaml:14:19</failure>"#))
        let json = try JSONValue(parsing: try run("--minimum-coverage", "67", "--format", "json").output)
        #expect(json["problems"]?.arrayValue?.count == 1)
        #expect(result.text.contains("policies/discrimination.yaml:14:19 no case lets the rule 'roc-auc' pass"))
    }

    @Test func `nothing to test is no success`() throws {
        for name in ["adverse-impact", "discrimination", "equalized-odds"] {
            try FileManager.default.removeItem(at: folder.url.appendingPathComponent("policies/\(name)_test.yaml"))
        }
        let untested = try run()
        #expect(untested.status == 1 && untested.errors.contains("there are no tests"))
        let junit = try run("--format", "junit")
        #expect(junit.status == 1 && junit.text.contains(#"tests="1" failures="1""#) && junit.text.contains("there are no tests"), "\(junit.text)")
        try FileManager.default.removeItem(at: folder.url.appendingPathComponent("policies"))
        let empty = try run()
        #expect(empty.status == 1 && empty.errors.contains("there are no policies"))
    }

    @Test func `a test with a mistake is invalid input`() throws {
        try edit("policies/discrimination_test.yaml", "{rocAUC: {value: 0.9}}", "{rocAUV: {value: 0.9}}")
        let result = try run()
        #expect(result.status == 2)
        #expect(result.errors.contains("policies/discrimination_test.yaml:9:32: error[E0201]"), "\(result.errors)")
        #expect(try run("nowhere").status == 2)
        #expect(try run("--minimum-coverage", "101").status == 2)
    }
}
