import Attestations
import Basics
import CEL
import Diagnostics
import Specs

/// Evaluates the rules of one policy on one subject.
struct RuleEvaluation {
    let policy: CompiledPolicy
    let input: JudgementInput
    var recorder: CoverageRecorder?

    /// Empty if a condition says that the policy does not apply.
    func results() -> [RuleResult] { policy.rules.compactMap(result) }

    private enum Condition { case applies, doesNotApply, undecided([String]) }

    private func result(of rule: CompiledPolicy.Rule) -> RuleResult? {
        if rule.readsBaseline, policy.policy.baseline == "ifPresent", input.baseline == nil { return nil }
        switch condition() {
        case .doesNotApply: return nil
        case .undecided(let taints): return make(rule, .undecided, message: "whether the policy applies cannot be decided", [], taints)
        case .applies: break
        }
        let trace = EvaluationTrace()
        let scope = Scope(policy: policy, input: input, subject: input.subject, recorder: recorder, trace: trace)
        let observer = ReadingObserver(rule.expression, scope.tracker, recorder, trace)
        let outcome = scope.evaluate(rule.expression.checked, observer: observer)
        guard scope.tracker.taints.isEmpty else {
            return make(
                rule, .undecided, message: "the rule reads evidence that is missing or not what it must be", observer.readings, scope.tracker.taints)
        }
        switch outcome {
        case .success(.bool(true)):
            recorder?.record(rule, true)
            return make(rule, .pass, message: "holds", observer.readings, [])
        case .success(.bool(false)):
            recorder?.record(rule, false)
            return make(rule, .fail, message: message(of: rule), observer.readings, [], causes: CauseFinder(policy, rule, trace))
        case .success(let other):
            return make(rule, .undecided, message: "the rule gives no boolean", observer.readings, ["the expression gave \(other.type)"])
        case .failure(let error):
            return make(rule, .undecided, message: "the rule cannot be evaluated", observer.readings, [error.message])
        }
    }

    /// Whether its conditions let the policy apply, as far as the given evidence decides it.
    var applicability: PolicyApplicability.State {
        switch condition() {
        case .applies: .applies
        case .doesNotApply: .doesNotApply("its conditions \(policy.conditions.map(\.name).joined(separator: ", ")) do not hold")
        case .undecided(let taints): .dependsOnEvidence(taints)
        }
    }

    /// All conditions must hold, for the subject as it is in the base or as it would be.
    private func condition() -> Condition {
        guard !policy.conditions.isEmpty else { return .applies }
        var undecided: [String] = []
        for subject in [input.subject] + (input.baseSubject.map { [$0] } ?? []) {
            var holds = true
            var doubts: [String] = []
            for condition in policy.conditions {
                let scope = Scope(policy: policy, input: input, subject: subject, recorder: recorder)
                let outcome = scope.evaluate(condition.checked, observer: ReadingObserver(condition, scope.tracker, recorder))
                if !scope.tracker.taints.isEmpty {
                    doubts += scope.tracker.taints
                } else if case .success(.bool(let value)) = outcome {
                    if !value { holds = false }
                } else if case .failure(let error) = outcome {
                    doubts.append("matchCondition '\(condition.name)': \(error.message)")
                } else {
                    doubts.append("matchCondition '\(condition.name)' gives no boolean")
                }
            }
            if !holds { continue }
            if doubts.isEmpty { return .applies }
            undecided += doubts
        }
        return undecided.isEmpty ? .doesNotApply : .undecided(undecided)
    }

    /// The policy's words; its plain message, or the rule's name, where they cannot be made.
    private func message(of rule: CompiledPolicy.Rule) -> String {
        let plain = rule.message ?? "the rule '\(rule.name)' does not hold"
        guard let expression = rule.messageExpression else { return plain }
        let scope = Scope(policy: policy, input: input, subject: input.subject, recorder: nil)
        guard case .success(.string(let text)) = scope.evaluate(expression.checked, observer: nil) else { return plain }
        return text
    }

    private func make(
        _ rule: CompiledPolicy.Rule, _ state: RuleResult.State, message: String, _ readings: [RuleResult.Reading], _ taints: [String],
        causes: CauseFinder? = nil
    ) -> RuleResult {
        let action = policy.policy.actions.compactMap(RuleResult.Action.init(rawValue:)).min() ?? .deny
        return RuleResult(
            policy: policy.name, policyDigest: policy.policy.digest, pack: policy.policy.pack, rule: rule.name, control: rule.control,
            action: action, state: state, message: message,
            readings: readings, causes: causes?.causes ?? [], taints: taints, policyLocation: rule.expression.location,
            subjectLocation: FileLocation(input.subject.span(at: rule.subjectPath ?? causes?.subjectPath ?? ["metadata", "name"])))
    }
}

/// The variables of one evaluation, with their own record of taints.
struct Scope {
    let tracker: TaintTracker
    private let bindings: [String: Value]

    init(policy: CompiledPolicy, input: JudgementInput, subject: Resource, recorder: CoverageRecorder?, trace: EvaluationTrace? = nil) {
        let tracker = TaintTracker(optionalPaths: policy.policy.optionalEvidence)
        self.tracker = tracker
        let root = EvidenceType.object(EvidenceSchema.root)
        var bindings: [String: Value] = [
            "subject": Value(subject.json), "params": Value(.object(policy.parameters)),
            "now": Timestamp(seconds: input.instant.secondsSinceEpoch).map { .timestamp($0) } ?? .null,
        ]
        bindings["evidence"] = EvidenceReading.value(input.evidence, root, "evidence", tracker)
        bindings["baseline"] = .hostObject(
            Lazily(ExpressionTypes.evidence, tracker) { name in
                guard let baseline = input.baseline else {
                    tracker.taint("baseline", "is missing: nothing is live")
                    return nil
                }
                guard case .hostObject(let object)? = EvidenceReading.value(baseline, root, "baseline", tracker) else { return nil }
                return object.field(name)
            })
        bindings["change"] = .hostObject(
            Lazily(ExpressionTypes.change, tracker) { name in
                guard let value = input.change?[name] else {
                    tracker.taint("change.\(name)", "is not known")
                    return nil
                }
                // Who is not known may be anybody, also the one who approves.
                if name == "authors", let unsigned = input.change?["unsigned"]?.arrayValue, !unsigned.isEmpty {
                    let commits = unsigned.prefix(3).compactMap(\.stringValue).joined(separator: ", ")
                    tracker.taint("change.authors", "are not all known: \(commits)\(unsigned.count > 3 ? ", …" : "")")
                }
                return Value(value)
            })
        let variables = LazyVariables(policy: policy, outer: bindings, tracker: tracker, recorder: recorder, trace: trace)
        bindings["variables"] = .hostObject(variables.visible(before: policy.variables.count))
        self.bindings = bindings
    }

    func evaluate(_ expression: CheckedExpression, observer: (any EvaluationObserver)?) -> Result<Value, CELEvaluationError> {
        do throws(CELEvaluationError) {
            return .success(try expression.evaluate(bindings, observer: observer))
        } catch {
            return .failure(error)
        }
    }
}

/// The variables of one evaluation, each worked out when it is first read, and once.
private final class LazyVariables: @unchecked Sendable {
    // Used by one evaluation on one thread, as `Lazily` is.
    private let policy: CompiledPolicy
    private let outer: [String: Value]
    private let tracker: TaintTracker
    private let recorder: CoverageRecorder?
    private let trace: EvaluationTrace?
    private var known: [Int: Value?] = [:]
    private var depth = 0
    /// Variables that read one another deeper than this would take the stack.
    private static let deepest = 64

    init(policy: CompiledPolicy, outer: [String: Value], tracker: TaintTracker, recorder: CoverageRecorder?, trace: EvaluationTrace?) {
        (self.policy, self.outer, self.tracker, self.recorder, self.trace) = (policy, outer, tracker, recorder, trace)
    }

    /// A variable sees those declared before it.
    func visible(before index: Int) -> Lazily {
        Lazily(ExpressionTypes.variables, tracker) { [self] name in
            policy.variables[..<index].firstIndex { $0.name == name }.flatMap { value(of: $0) }
        }
    }

    /// Nil for one that fails, which taints, since || could absorb its absence.
    private func value(of index: Int) -> Value? {
        if let value = known[index] { return value }
        let expression = policy.variables[index]
        guard depth < Self.deepest else {
            tracker.add("variables.\(expression.name) stands behind more than \(Self.deepest) others that read one another")
            return nil
        }
        depth += 1
        defer { depth -= 1 }
        var bindings = outer
        bindings["variables"] = .hostObject(visible(before: index))
        var value: Value?
        do throws(CELEvaluationError) {
            value = try expression.checked.evaluate(bindings, observer: ReadingObserver(expression, tracker, recorder, trace))
        } catch {
            tracker.add("variables.\(expression.name) cannot be evaluated: \(error.message)")
        }
        known[index] = .some(value)
        return value
    }
}

/// An object whose fields are made when they are read, each once.
private final class Lazily: HostObject, @unchecked Sendable {
    // Used by one evaluation on one thread; `Sendable` is asked for only because CEL values are.
    let typeName: String
    private let tracker: TaintTracker
    private let make: (String) -> Value?
    private var made: [String: Value?] = [:]

    init(_ typeName: String, _ tracker: TaintTracker, _ make: @escaping (String) -> Value?) {
        self.typeName = typeName
        self.tracker = tracker
        self.make = make
    }

    func field(_ name: String) -> Value? {
        if let known = made[name] { return known }
        let value = make(name)
        made[name] = .some(value)
        return value
    }

    func hasField(_ name: String) -> Bool { field(name) != nil }

    /// What is made only when it is read has no whole to compare.
    func isEqual(to other: any HostObject) -> Bool {
        if self !== other { tracker.add("\(typeName) is compared with \(other.typeName) as a whole: compare their fields") }
        return self === other
    }
}

/// Notes the figures that a rule looked at, and taints it when it goes through nothing at all: an empty collection that comes from evidence makes
/// `all` true without a single look.
private final class ReadingObserver: EvaluationObserver {
    private let source: CompiledPolicy.Expression
    private let tracker: TaintTracker
    private let recorder: CoverageRecorder?
    private let trace: EvaluationTrace?
    private let fromEvidence: Set<Int>
    /// By comprehension, what it asks of each element.
    private let bodies: [Int: Int]
    private(set) var readings: [RuleResult.Reading] = []

    private var expression: CheckedExpression { source.checked }

    init(_ expression: CompiledPolicy.Expression, _ tracker: TaintTracker, _ recorder: CoverageRecorder?, _ trace: EvaluationTrace? = nil) {
        source = expression
        self.tracker = tracker
        self.recorder = recorder
        self.trace = trace
        var bodies: [Int: Int] = [:]
        if trace != nil {
            expression.checked.ast.walk { node in
                guard case .comprehension(let fold) = node.kind, let body = CauseFinder.body(of: fold) else { return }
                bodies[node.id] = body.id
            }
        }
        self.bodies = bodies
        var nodes: Set<Int> = []
        Self.collect(expression.checked.ast, EvidenceRoots.names.union(EvidenceRoots.dotted("variables")), &nodes)
        fromEvidence = nodes
    }

    /// The comprehensions whose range comes from evidence, also through an outer comprehension's variable.
    private static func collect(_ node: Expr, _ roots: Set<String>, _ nodes: inout Set<Int>) {
        guard case .comprehension(let fold) = node.kind else {
            for child in node.children { collect(child, roots, &nodes) }
            return
        }
        collect(fold.range, roots, &nodes)
        var inner = roots
        if fold.range.mentions(roots) {
            nodes.insert(node.id)
            inner.formUnion([fold.variable, fold.accumulator] + (fold.secondVariable.map { [$0] } ?? []))
        }
        // `cel.bind` is a fold over nothing that begins with its value.
        if fold.initial.mentions(roots) { inner.insert(fold.accumulator) }
        for child in [fold.initial, fold.condition, fold.step, fold.result] { collect(child, inner, &nodes) }
    }

    func evaluated(node: Expr, result: Result<Value, CELEvaluationError>) {
        guard case .success(let value) = result else { return }
        trace?.record(source, node: node.id, value)
        if bodies.values.contains(node.id) { trace?.turn(source, body: node.id) }
        if let recorder, case .bool(let flag) = value { recorder.record(source, node: node.id, flag) }
        guard isPath(node) else { return }
        switch value {
        case .bool, .int, .uint, .double, .string:
            let reading = RuleResult.Reading(expression: expression.text(of: node), value: value.description)
            if !readings.contains(reading), readings.count < 32 { readings.append(reading) }
        default: break
        }
    }

    func iterating(comprehension: Expr, over range: Expr, count: Int) {
        if let body = bodies[comprehension.id] { trace?.begin(source, body: body) }
        guard count == 0, fromEvidence.contains(comprehension.id) else { return }
        tracker.taint(expression.text(of: range), "is empty")
    }

    /// A chain of selections and indexings from one of the roots.
    private func isPath(_ node: Expr) -> Bool {
        switch node.kind {
        case .select(let operand, _, false): isRootOrPath(operand)
        case .call("_[_]", _, let arguments): isRootOrPath(arguments[0])
        default: false
        }
    }

    private func isRootOrPath(_ node: Expr) -> Bool {
        if case .identifier(let name) = node.kind { return ["evidence", "baseline", "params", "variables", "subject", "change"].contains(name) }
        return isPath(node)
    }
}
