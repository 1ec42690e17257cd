import Basics
import CEL
import Foundation
import TestSupport
import Testing

/// The official conformance tests (cel-spec), as JSON. `CEL_CONFORMANCE_DIR` names another folder of the same form; the default lies beside the
/// repository and not in it, so elsewhere there may be nothing to run. Of the 1,043 there one counts as passed with another value than it names:
/// see `contradictory`.
@Suite struct ConformanceTests {
    static let folder: URL = {
        if let chosen = ProcessInfo.processInfo.environment["CEL_CONFORMANCE_DIR"] { return URL(fileURLWithPath: chosen) }
        let root = TestFiles.fixtures.deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent("shared/conformance/cel")
    }()

    /// Tests whose expected value nothing could give. This one's expression has no backslash and its value has one, lost or won when the suite was
    /// converted; cel-cpp (PyPI cel-expr-python 0.1.3) gives what we give.
    static let contradictory: [String: Value] = [
        "parse.json/bytes_literals/triple_single_quoted_unescaped_punctuation: b''' ? \" ' ` '''": .bytes(Array(" ? \" ' ` ".utf8))
    ]

    /// Where there is nothing to run, the report says that this was skipped, and why.
    private static let isThere =
        ProcessInfo.processInfo.environment["CEL_CONFORMANCE_DIR"] != nil || FileManager.default.fileExists(atPath: folder.path)

    @Test(.enabled(if: isThere, "the official tests lie in ../shared/conformance/cel or where CEL_CONFORMANCE_DIR says"))
    func `the official tests pass`() throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: Self.folder.path)) ?? []
        var passed = 0
        var failures: [String] = []
        for name in names.sorted() where name.hasSuffix(".json") {
            let file = try JSONValue(parsing: Data(contentsOf: Self.folder.appendingPathComponent(name)))
            for section in file["section"]?.arrayValue ?? [] {
                for test in section["test"]?.arrayValue ?? [] {
                    let place = [name, section["name"]?.stringValue, test["name"]?.stringValue].compactMap { $0 }.joined(separator: "/")
                    if let failure = ConformanceCase(test, instead: Self.contradictory["\(place): \(test["expr"]?.stringValue ?? "")"]).failure() {
                        failures.append("\(place): \(test["expr"]?.stringValue ?? ""): \(failure)")
                    } else {
                        passed += 1
                    }
                }
            }
        }
        for failure in failures { print(failure) }
        print("CEL conformance: \(passed) passed, \(failures.count) failed")
        #expect(failures.isEmpty)
        // In the folder beside the repository lie at least those that came with it.
        #expect(passed >= (ProcessInfo.processInfo.environment["CEL_CONFORMANCE_DIR"] == nil ? 1043 : 1))
    }
}
