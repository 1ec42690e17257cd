import Diagnostics
import Foundation
import OrderedCollections
import Policies
import Specs
import TestSupport
import Testing

/// Docs/PolicyAuthors.md: every block of YAML is a policy or a test of one, and all of it holds.
@Suite struct GuideTests {
    /// The documents of all blocks that begin with ```yaml, with their first lines' numbers.
    static func documents() throws -> [(line: Int, text: String)] {
        let root = TestFiles.fixtures.deletingLastPathComponent().deletingLastPathComponent()
        let guide = try String(contentsOf: root.appendingPathComponent("Docs/PolicyAuthors.md"), encoding: .utf8)
        var documents: [(Int, String)] = []
        var open: (line: Int, text: String)?
        for (index, line) in guide.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            switch (open, line) {
            case (nil, "```yaml"): open = (index + 2, "")
            case (let block?, "```"), (let block?, "---"):
                documents.append(block)
                open = line == "---" ? (index + 2, "") : nil
            case (let block?, _): open = (block.line, block.text + line + "\n")
            case (nil, _): break
            }
        }
        return documents
    }

    @Test func `ten worked policies hold, each rule both ways`() throws {
        var entries = [SpecEntry(path: "proviso.yaml", bytes: Array(PackTests.repository.utf8))]
        for (line, text) in try Self.documents() {
            let isTest = text.contains("kind: PolicyTest")
            let path = "policies/line-\(line)\(isTest ? "_test" : "").yaml"
            entries.append(SpecEntry(path: path, bytes: Array(("apiVersion: proviso.dev/v1alpha1\n" + text).utf8)))
        }
        let (catalog, problems) = Catalog.load(entries)
        let (policies, policyProblems) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        let (report, diagnostics) = PolicyTestRunner.run(catalog, policies, only: nil) { _ in nil }
        #expect((problems + policyProblems + diagnostics).map(\.text) == [])
        #expect(report.cases.flatMap { each in each.failures.map { "\($0.location) \($0.message)" } } == [])
        #expect(report.problems.map(\.message) == [])
        #expect(report.coverage.flatMap { $0.gaps.map { "\($0.location) \($0.message)" } } == [])
        #expect(policies.count >= 10 && Set(report.cases.map(\.policy)) == Set(catalog.policies.keys))
        let unmatched = PolicyChecks.problems(of: policies, in: catalog).filter { $0.code != .policyMatchesNothing }
        #expect(unmatched.map(\.text) == [])
    }
}
