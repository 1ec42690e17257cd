public import Attestations
import CEL
import LocatedYAML

/// Which rules and branches were decided, and how, while policy tests ran.
final class CoverageRecorder {
    /// A part of an expression, by the expression's place and its node there.
    struct Point: Hashable {
        let location: FileLocation
        let node: Int
        let value: Bool
    }

    /// The policy under test. Others judge the subject too, and that tests nothing of them.
    var policy = ""
    private(set) var seen: Set<Point> = []

    /// A rule as a whole was decided, which what its expression gives may not be.
    func record(_ rule: CompiledPolicy.Rule, _ holds: Bool) { record(rule.expression, node: 0, holds) }

    func record(_ expression: CompiledPolicy.Expression, node: Int, _ value: Bool) {
        seen.insert(Point(location: expression.location, node: node, value: value))
    }
}

/// How much of a policy its tests decide: every rule both ways, both operands of each `&&` and `||` both ways, and both branches of each `?:`.
public struct PolicyCoverage: Hashable, Sendable {
    /// What no case makes come true, or false.
    public struct Gap: Hashable, Sendable {
        public let location: FileLocation
        public let message: String
    }

    public let policy: String
    public let points: Int
    public let gaps: [Gap]

    public var covered: Int { points - gaps.count }

    init(_ policy: CompiledPolicy, _ recorder: CoverageRecorder) {
        self.policy = policy.name
        var points = 0
        var gaps: [Gap] = []
        func count(_ expression: CompiledPolicy.Expression, node: Int, at location: FileLocation, _ what: (Bool) -> String) {
            for value in [true, false] {
                points += 1
                if recorder.seen.contains(.init(location: expression.location, node: node, value: value)) { continue }
                gaps.append(Gap(location: location, message: what(value)))
            }
        }
        for rule in policy.rules {
            count(rule.expression, node: 0, at: rule.expression.location) { "no case lets the rule '\(rule.name)' \($0 ? "pass" : "fail")" }
        }
        for expression in policy.conditions + policy.variables + policy.rules.map(\.expression) {
            for node in Self.decisions(in: expression.checked.ast) {
                count(expression, node: node.id, at: expression.location(of: node)) { "no case makes '\(expression.checked.text(of: node))' \($0)" }
            }
        }
        self.points = points
        self.gaps = gaps
    }

    /// What the `&&`, `||` and `?:` that the author wrote turn on: both operands, of which the second is looked at only if the first does not decide, and
    /// the condition. The steps of macros are not the author's.
    private static func decisions(in expression: Expr) -> [Expr] {
        var steps: Set<Int> = []
        expression.walk { if case .comprehension(let fold) = $0.kind { steps.formUnion([fold.step.id, fold.condition.id, fold.result.id]) } }
        var decisions: [Expr] = []
        expression.walk { node in
            guard case .call(let function, nil, let operands) = node.kind, ["_&&_", "_||_", "_?_:_"].contains(function), !steps.contains(node.id)
            else { return }
            decisions += function == "_?_:_" ? operands.prefix(1) : operands[...]
        }
        return decisions
    }
}

extension CompiledPolicy.Expression {
    /// A part's place in the policy's file.
    func location(of node: Expr) -> FileLocation { FileLocation(text.span(ofCodePoints: node.range)) }
}
