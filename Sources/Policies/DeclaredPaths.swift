import Attestations
import Basics
import Diagnostics
import Specs

/// Paths that a policy names outside of expressions, which no type checker sees: they must lead to something declared.
enum DeclaredPaths {
    static func problems(of policy: Policy) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        func check(_ text: String?, at path: [String], _ unknown: (String) -> (name: String, known: [String])?) {
            guard let text, let (name, known) = unknown(text) else { return }
            let hint = NameSuggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
            problems.append(
                Diagnostic(
                    .policyUnknownPath, "'\(text)' leads nowhere: there is no '\(name)'", at: policy.resource.span(at: path),
                    hint: hint ?? (known.isEmpty ? nil : "there are: \(known.joined(separator: ", "))")))
        }
        for (index, rule) in (policy.spec["validations"]?.arrayValue ?? []).enumerated() {
            check(rule["subjectPath"]?.stringValue, at: ["spec", "validations", String(index), "subjectPath"], unknownInSubject)
        }
        for (index, path) in policy.optionalEvidence.enumerated() {
            check(path, at: ["spec", "optionalEvidence", String(index)], unknownInEvidence)
        }
        return problems
    }

    /// The first step of `spec.decision.threshold` that a model does not have, with what it has there.
    private static func unknownInSubject(_ path: String) -> (name: String, known: [String])? {
        guard let model = Kinds.named(Model.kind) else { return nil }
        var shape = SpecShape.object(model.resource)
        for step in path.split(separator: ".", omittingEmptySubsequences: false).map({ String($0) }) {
            switch shape {
            case .object(let object):
                guard let field = object.fields.first(where: { $0.name == step }) else { return (step, object.fields.map(\.name)) }
                shape = field.shape
            case .map(let value): shape = value
            case .list(let element, _):
                guard Int(step) != nil else { return (step, []) }
                shape = element
            case .any: return nil
            default: return (step, [])
            }
        }
        return nil
    }

    /// The same of `evidence.fairness['sex'].equalizedOdds`.
    private static func unknownInEvidence(_ path: String) -> (name: String, known: [String])? {
        var steps = steps(of: path)
        guard let root = steps.first, root == "evidence" || root == "baseline" else {
            return (steps.first ?? "", ["evidence", "baseline"])
        }
        steps.removeFirst()
        var type = EvidenceType.object(EvidenceSchema.root)
        for step in steps {
            switch type {
            case .object(let object):
                guard let field = object.field(step) else { return (step, object.fields.map(\.name)) }
                type = field.type
            case .map(let value):
                guard step.hasPrefix("'"), step.hasSuffix("'") else { return (step, []) }
                type = value
            default: return (step, [])
            }
        }
        return nil
    }

    /// The parts of `evidence.fairness['a.b'].ratio`. A key keeps its quotes, and its dots.
    private static func steps(of path: String) -> [String] {
        var steps = [""]
        var rest = Substring(path)
        while let letter = rest.first {
            if rest.hasPrefix("['"), let end = rest.firstRange(of: "']") {
                steps.append("'\(rest[..<end.lowerBound].dropFirst(2))'")
                rest = rest[end.upperBound...]
                continue
            }
            rest.removeFirst()
            if letter == "." { steps.append("") } else { steps[steps.count - 1].append(letter) }
        }
        return steps
    }
}
