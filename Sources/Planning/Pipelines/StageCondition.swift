import Basics
import CEL
import Diagnostics
import LocatedYAML
import Specs

/// A stage's `when`: all that it reads is in the pipeline's file.
enum StageCondition {
    /// Nil: it is true or false, or no expression, of which the compiler speaks.
    static func problem(of instance: StageInstance, in pipeline: Pipeline, _ conditions: inout CompiledExpressions) -> Diagnostic? {
        guard let text = pipeline.resource.text(at: instance.stage.path + ["when"]),
            case .success(let expression) = conditions[text.value]
        else { return nil }
        let bindings: [String: Value] = [
            "parameters": StageExpressions.value(.object(pipeline.parameters)), "matrix": StageExpressions.value(.object(instance.matrix)),
        ]
        let whose = instance.id == instance.stage.name ? "" : " for \(instance.id)"
        do throws(CELEvaluationError) {
            let value = try expression.evaluate(bindings)
            if case .bool = value { return nil }
            return Diagnostic(
                .celTypeMismatch, "the condition gives \(value.type)\(whose), and is to be true or false",
                at: text.span(ofCodePoints: expression.ast.range), hint: "compare the value with something")
        } catch {
            var range = expression.ast.range
            expression.ast.walk { if $0.id == error.node { range = $0.range } }
            return Diagnostic(
                .celTypeMismatch, "the condition has no value\(whose): \(error.message)", at: text.span(ofCodePoints: range),
                hint: "it reads parameters and matrix only, whose values are in this file")
        }
    }
}
