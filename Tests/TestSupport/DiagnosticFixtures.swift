public import Diagnostics
public import Foundation

/// `Tests/Fixtures/Diagnostics/<code>/`: a small repository that has what the code is about, and `expected.txt`, what is said of it.
public enum DiagnosticFixtures {
    public static var folder: URL { TestFiles.fixtures.appendingPathComponent("Diagnostics") }

    public static func folder(of code: DiagnosticCode) -> URL { folder.appendingPathComponent(code.rawValue) }

    /// The codes of the given groups, such as `E01`, that lack a fixture.
    public static func missing(prefixes: [String]) -> [String] {
        codes(prefixes: prefixes).map(\.rawValue).filter { code in
            !FileManager.default.fileExists(atPath: folder.appendingPathComponent("\(code)/expected.txt").path)
        }
    }

    public static func codes(prefixes: [String]) -> [DiagnosticCode] {
        DiagnosticCode.allCases.filter { code in prefixes.contains { code.rawValue.hasPrefix($0) } }
    }

    /// As `expected.txt` holds them.
    public static func text(_ diagnostics: [Diagnostic]) -> String { diagnostics.map(\.text).joined(separator: "\n\n") + "\n" }
}
