import Basics
import CEL
import Foundation
import TestSupport
import Testing

/// What cel-cpp makes of expressions: Tests/Oracles/cel-expressions.
@Suite struct ExpressionOracleTests {
    @Test func `expressions come out as cel-cpp has them`() throws {
        let cases = try JSONValue(parsing: Array(Data(contentsOf: TestFiles.oracles.appendingPathComponent("cel-expressions/values.json"))))
        var failures: [String] = []
        for test in cases.arrayValue ?? [] {
            if let failure = ConformanceCase(test, syntaxErrorsCount: true).failure() {
                failures.append("\(test["expr"]?.stringValue ?? ""): \(failure)\(test["disable_check"] == nil ? "" : " (unchecked)")")
            }
        }
        #expect((cases.arrayValue ?? []).count > 3000)
        #expect(failures.isEmpty, "\(failures.count) differ:\n\(failures.joined(separator: "\n"))")
    }
}
