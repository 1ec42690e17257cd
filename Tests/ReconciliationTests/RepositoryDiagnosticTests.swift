import Diagnostics
import Foundation
import Reconciliation
import TestSupport
import TestWorld
import Testing

/// What `proviso validate` says of policies, data and control files. A fixture holds just the files that differ from the sound `World`.
@Suite struct RepositoryDiagnosticTests {
    static let prefixes = ["E03", "E04", "W04", "E05", "E06"]
    /// Signer files have options and keys of many kinds; their reader's own tests check the fixture.
    static let elsewhere: Set<DiagnosticCode> = [.invalidSignerFile]

    @Test(arguments: DiagnosticFixtures.codes(prefixes: prefixes).filter { !elsewhere.contains($0) })
    func `a small repository with the mistake is told about it`(code: DiagnosticCode) throws {
        let fixture = DiagnosticFixtures.folder(of: code)
        let folder = try TemporaryFolder()
        for (path, text) in World.files { try write(Data(text.utf8), to: path, in: folder) }
        for path in try FileManager.default.subpathsOfDirectory(atPath: fixture.path) where path != "expected.txt" {
            guard let bytes = FileManager.default.contents(atPath: fixture.path + "/" + path) else { continue }
            try write(bytes, to: path, in: folder)
        }
        let diagnostics = try Validation.folder(folder.path).sortedForDisplay
        #expect(diagnostics.contains { $0.code == code })
        #expect(diagnostics.allSatisfy { $0.span != nil })
        try Golden.check(DiagnosticFixtures.text(diagnostics), against: fixture.appendingPathComponent("expected.txt"))
    }

    private func write(_ bytes: Data, to path: String, in folder: TemporaryFolder) throws {
        let file = folder.url.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: file)
    }

    @Test func `a file that cannot be read is told of, and nothing of what it may hold`() throws {
        func said(_ changed: [String: String]) throws -> [DiagnosticCode] {
            let folder = try TemporaryFolder()
            for (path, text) in World.files.merging(changed, uniquingKeysWith: { $1 }) { try write(Data(text.utf8), to: path, in: folder) }
            return try Validation.folder(folder.path).map(\.code)
        }
        let model = try #require(World.files["models/m.yaml"]).replacing("risk:", with: "riskk:")
        #expect(Set(try said(["models/m.yaml": model])) == [.unknownField, .missingField])
        let attribute =
            World.head + """
                kind: Policy
                metadata: {name: fair}
                spec:
                  match: {kinds: [Model]}
                  validations: [{name: gap, expression: "evidence.fairness['sex'].selectionRate.ratio.value > 0.5"}]

                """
        #expect(try said(["policies/fair.yaml": attribute]).contains(.policyUnmeasuredAttribute))
        let dataset = try #require(World.files["datasets/d.yaml"]).replacing("source:", with: "sauce: 1\n  source:")
        #expect(try said(["policies/fair.yaml": attribute, "datasets/d.yaml": dataset]) == [.unknownField])
        // Values that only a policy reads which cannot be read.
        let values = World.head + "kind: PolicyParameters\nmetadata: {name: limits}\nspec:\n  values: {minimum: 0.5}\n"
        let reader = attribute.replacing("  match:", with: "  paramsRef: limits\n  params: {minimum: 0.1}\n  matsch: 1\n  match:")
        #expect(try said(["policies/limits.yaml": values]).contains(.policyUnusedName))
        #expect(try !said(["policies/limits.yaml": values, "policies/fair.yaml": reader]).contains(.policyUnusedName))
    }

    @Test func `every code has a fixture, and no fixture is of no code`() throws {
        let codes = DiagnosticCode.allCases.map(\.rawValue)
        #expect(DiagnosticFixtures.missing(prefixes: codes) == [])
        let folders = try FileManager.default.contentsOfDirectory(atPath: DiagnosticFixtures.folder.path)
        #expect(Set(folders).subtracting(codes) == [])
    }

    @Test(arguments: DiagnosticCode.allCases) func `what is expected names its code`(code: DiagnosticCode) throws {
        let text = try String(contentsOf: DiagnosticFixtures.folder(of: code).appendingPathComponent("expected.txt"), encoding: .utf8)
        #expect(text.contains("[\(code.rawValue)]"))
    }
}
