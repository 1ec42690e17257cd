import ArgumentParser
import Basics
import Diagnostics
import Reconciliation
import Reports

struct CELCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cel", abstract: "Evaluate an expression on a JSON document.",
        discussion: """
            The document's members are the variables, read as --types says: a timestamp from RFC 3339, a duration
            from 1h30m, bytes from base64. Prints the value, its type, what it cost and what it could cost
            (1,000,000 units are the limit). An expression that begins with two minus signs stands behind --.

            Examples: proviso cel 'a.all(x, x > 0)' --input numbers.json
                      proviso cel 'size(name) < limit' --input in.json --types types.json --trace
                      proviso cel '-1 + 2'
            """)

    @Argument(help: "The expression.") var expression: String
    @Option(help: "A JSON object; none: no variables.") var input: String?
    @Option(help: "A JSON object of variables' types, such as {\"a\": \"list(int)\"}; others are dyn.") var types: String?
    @Flag(help: "Print every sub-expression's value, in the order of evaluation: the first 10,000.") var trace = false
    @Option(help: "text or json.") var format = OutputFormat.text

    func run() throws {
        let variables = try input.map(Self.object) ?? [:]
        let declared = try types.map(Self.object)?.objectValue?.mapValues { $0.stringValue ?? $0.canonicalText } ?? [:]
        if let (name, type) = ExpressionTrial.unknownType(in: declared) {
            throw CommandFailure(.invalidInput, "'\(type)', the type of '\(name)', is no CEL type", hint: "for example: map(string, double)")
        }
        let (trial, diagnostics) = try run(variables, declared)
        guard let trial else {
            StandardError.write(DiagnosticsReport.text(diagnostics) + "\n")
            return try ProcessExit.invalidInput.end()
        }
        StandardOutput.line(format == .json ? json(trial).prettyText : text(trial))
        if trial.failure != nil { try ProcessExit.blocked.end() }
    }

    private func run(_ variables: JSONValue, _ types: [String: String]) throws -> (trial: ExpressionTrial?, diagnostics: [Diagnostic]) {
        do throws(TypedInput.Failure) {
            return try ExpressionTrial.run(expression, input: variables, types: types, isTraced: trace)
        } catch {
            throw CommandFailure(.invalidInput, error.message, hint: "--input and --types must agree")
        }
    }

    private func text(_ trial: ExpressionTrial) -> String {
        var steps = trial.steps.map { "\($0.failed ? "✗" : " ") \($0.expression) = \($0.value)" }
        if trial.omittedSteps > 0 { steps.append("  … \(trial.omittedSteps) more") }
        let place = (trial.failurePlace?.excerpt ?? []).map { "\n\($0)" }.joined()
        let result = trial.value.map { "\($0)" } ?? "error: \(trial.failure ?? "")\(place)"
        return (steps + [result, "type \(trial.type), cost \(trial.cost), estimated \(trial.estimate)"]).joined(separator: "\n")
    }

    private func json(_ trial: ExpressionTrial) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": .string(trial.type), "cost": .int(Int64(clamping: trial.cost)), "text": trial.value.map { .string($0) } ?? .null,
            "estimate": .string(trial.estimate), "error": trial.failure.map { .string($0) } ?? .null,
            "errorLine": trial.failurePlace.map { .int(Int64($0.start.line)) } ?? .null,
            "errorColumn": trial.failurePlace.map { .int(Int64($0.start.column)) } ?? .null,
        ]
        if trace {
            members["trace"] = .array(
                trial.steps.map { ["expression": .string($0.expression), "value": .string($0.value), "failed": .bool($0.failed)] })
        }
        if trace, trial.omittedSteps > 0 { members["omittedSteps"] = .int(Int64(trial.omittedSteps)) }
        // A value that is null is one.
        var object = JSONValue.object(members).droppingNulls.objectValue ?? [:]
        object["value"] = trial.json
        return .object(object)
    }

    private static func object(_ path: String) throws -> JSONValue {
        let value = try PolicyCommand.Eval.document(path)
        guard value.objectValue != nil else { throw CommandFailure(.invalidInput, "\(path) is no JSON object") }
        return value
    }
}

extension CELCommand {
    /// The arguments with an expression that begins with one minus sign put behind `--`, where the argument parser does not take it for an option.
    static func separating(_ arguments: [String]) -> [String] {
        guard arguments.first == configuration.commandName, !arguments.contains("--") else { return arguments }
        let valued = ["--input", "--types", "--format"]
        let index = arguments.indices.first { index in
            arguments[index].hasPrefix("-") && !arguments[index].hasPrefix("--") && arguments[index] != "-h" && arguments[index] != "-"
                && !valued.contains(arguments[index - 1])
        }
        guard let index else { return arguments }
        var separated = arguments
        let expression = separated.remove(at: index)
        return separated + ["--", expression]
    }
}
