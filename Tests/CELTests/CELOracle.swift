import Basics
import CEL
import Foundation
import TestSupport

/// What peers say: Tests/Oracles/cel/generate.py.
enum CELOracle {
    static func cases(_ topic: String) throws -> [JSONValue] {
        let values = try JSONValue(parsing: Array(Data(contentsOf: TestFiles.oracles.appendingPathComponent("cel/values.json"))))
        return values[topic]?.arrayValue ?? []
    }

    /// What an expression gives for texts named `a`, `b`, `c`; nil for an error.
    static func value(_ expression: CheckedExpression, _ texts: [String: String]) -> Value? {
        try? expression.evaluate(texts.mapValues { .string($0) })
    }

    static func compile(_ text: String, _ names: [String] = ["a", "b", "c"]) throws -> CheckedExpression {
        try CELEnvironment(variables: Dictionary(uniqueKeysWithValues: names.map { ($0, CELType.string) })).compile(text).get()
    }
}
