import Basics
public import Diagnostics
import Foundation
import OrderedCollections
public import Policies
import Specs

/// Runs the policy tests of a folder, committed or not: a repository's, or a pack's own.
public enum PolicyTesting {
    /// - Parameter names: only tests of these policies; empty: all.
    /// - Returns: no report if specs or tests are not sound.
    /// - Throws: `ReconciliationError` if there is nothing to test, or a name is no policy's.
    public static func run(folder: String, only names: [String]) throws -> (report: PolicyTestReport?, diagnostics: [Diagnostic]) {
        let (catalog, policies, problems) = try Validation.catalog(ofPack: folder) ?? Validation.catalog(ofFolder: folder)
        guard !problems.hasErrors else { return (nil, problems) }
        let known = policies.map(\.name)
        guard !known.isEmpty else {
            throw ReconciliationError(.nothingToTest, "there are no policies in \(folder)", hint: "policies lie in policies/*.yaml")
        }
        for name in names where !known.contains(name) {
            throw ReconciliationError(.invalidArgument, "there is no policy '\(name)'", hint: "there are: \(known.joined(separator: ", "))")
        }
        let wanted = names.isEmpty ? nil : Set(names)
        guard catalog.policyTests.values.contains(where: { wanted?.contains($0.policy) ?? true }) else {
            throw ReconciliationError(
                .nothingToTest, "there are no tests of \(names.isEmpty ? "the policies" : names.joined(separator: ", "))",
                hint: "a test lies beside its policy, in a file whose name ends in \(Kinds.testSuffix)")
        }
        let (report, diagnostics) = PolicyTestRunner.run(catalog, policies, only: wanted) { document(at: $0, in: folder) }
        return (diagnostics.hasErrors ? nil : report, problems + diagnostics)
    }

    private static func document(at path: String, in folder: String) -> JSONValue? {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)")) else { return nil }
        return try? JSONValue(parsing: bytes)
    }
}
