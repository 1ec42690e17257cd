import Basics
import Diagnostics
import LocatedYAML
import OrderedCollections

/// What can only be checked once all resources are known.
struct CatalogChecks {
    let catalog: Catalog
    var diagnostics: [Diagnostic] = []

    /// Nothing is said of references to what may be in files with errors of their own.
    init(catalog: Catalog, references: [SpecDecoder.Reference]) {
        self.catalog = catalog
        for reference in references { check(reference) }
        for dataset in catalog.datasets.values { check(dataset) }
        for model in catalog.models.values { check(model) }
        for policy in catalog.policies.values { checkNames(policy) }
        for policy in catalog.policies.values where policy.pack == nil { checkOverridable(policy) }
        for waiver in catalog.waivers.values { check(waiver) }
        for environment in catalog.environments.values { check(environment) }
        for test in catalog.policyTests.values { check(test) }
        checkSupersession()
    }

    /// An expectation of a rule that is not there could never be met.
    private mutating func check(_ test: PolicyTest) {
        var seen: Set<String> = []
        for each in test.cases where !seen.insert(each.name).inserted {
            diagnostics.append(
                Diagnostic(.invalidValue, "the name '\(each.name)' is used twice in 'cases'", at: test.resource.span(at: each.path + ["name"])))
        }
        guard let policy = catalog.policies[test.policy] else { return }
        for each in test.cases {
            for (index, expectation) in (each.json["expect"]?.arrayValue ?? []).enumerated() {
                checkRule(expectation["rule"]?.stringValue, of: policy, at: test.resource.span(at: each.path + ["expect", String(index), "rule"]))
            }
        }
    }

    private mutating func check(_ reference: SpecDecoder.Reference) {
        let names = catalog.names(ofKind: reference.kind)
        let name = reference.text.value
        guard !names.contains(name), let folder = Kinds.named(reference.kind)?.folder else { return }
        // Its file may be one of those that could not be read.
        guard !catalog.mayLack(reference.kind) else { return }
        let hint = SpecDecoder.suggestion(for: name, among: names)
        diagnostics.append(
            Diagnostic(
                .danglingReference, "there is no \(reference.kind) named '\(name)'", at: reference.text.span,
                hint: hint ?? (names.isEmpty ? "add one in \(folder)/" : "there are: \(names.joined(separator: ", "))")))
    }

    private mutating func check(_ dataset: Dataset) {
        var seen: Set<String> = []
        for (index, column) in dataset.columns.enumerated() {
            let span = dataset.resource.span(at: ["spec", "columns", String(index), "name"])
            if !seen.insert(column.name).inserted {
                diagnostics.append(Diagnostic(.invalidValue, "the column '\(column.name)' is declared twice", at: span))
            }
        }
        for (index, expectation) in (dataset.spec["expectations"]?.arrayValue ?? []).enumerated() {
            check(expectation, of: dataset, at: ["spec", "expectations", String(index)])
        }
        let labels = dataset.columns.indices.filter { dataset.columns[$0].role == "label" }
        if labels.count > 1 {
            func role(_ index: Int) -> SourceSpan { dataset.resource.span(at: ["spec", "columns", String(index), "role"]) }
            diagnostics.append(
                Diagnostic(
                    .conflictingFields, "two columns have the role 'label'", at: role(labels[1]),
                    notes: [.init("the first is here", at: role(labels[0]))], hint: "a model is trained on one label"))
        }
        for (index, column) in dataset.columns.enumerated() where column.isProtected && ["label", "weight", "split"].contains(column.role) {
            diagnostics.append(
                Diagnostic(
                    .conflictingFields, "'\(column.name)' has the role '\(column.role)', and its values are no groups of people",
                    at: dataset.resource.span(at: ["spec", "columns", String(index), "protected"]), hint: "remove 'protected'"))
        }
        checkWeights(dataset)
        let split = dataset.spec["split"] ?? .null
        func place(_ path: [String]) -> SourceSpan { dataset.resource.span(at: ["spec", "split"] + path) }
        diagnostics += SplitChecks.diagnostics(split, span: place)
        if let train = split["train"], train == split["test"] {
            diagnostics.append(
                Diagnostic(
                    .conflictingFields, "training and test rows are the same rows", at: place(["test"]),
                    hint: "a model must be tested on rows that it was not trained on"))
        }
        guard let (name, path) = SplitChecks.column(split) else { return }
        guard let column = dataset.columns.first(where: { $0.name == name }) else {
            unknownColumn(name, in: dataset, at: place(path))
            return
        }
        if column.role == "ignored" {
            diagnostics.append(
                Diagnostic(
                    .conflictingFields, "the split reads '\(name)', and its role is 'ignored'", at: place(path),
                    hint: "role: split, or feature if models may see it"))
        }
        if path[0] == "timeOrdered", !["timestamp", "integer"].contains(column.type) {
            diagnostics.append(
                Diagnostic(
                    .conflictingFields, "'\(name)' is declared as \(column.type), which has no order of time", at: place(path),
                    hint: "name a column of timestamps or whole numbers"))
        }
    }

    private mutating func checkWeights(_ dataset: Dataset) {
        let weights = dataset.columns.indices.filter { dataset.columns[$0].role == "weight" }
        func span(_ index: Int, _ field: String) -> SourceSpan { dataset.resource.span(at: ["spec", "columns", String(index), field]) }
        if weights.count > 1 {
            diagnostics.append(
                Diagnostic(
                    .conflictingFields, "two columns have the role 'weight'", at: span(weights[1], "role"),
                    notes: [.init("the first is here", at: span(weights[0], "role"))], hint: "multiply them into one column"))
        }
        for index in weights where !["integer", "float"].contains(dataset.columns[index].type) {
            diagnostics.append(Diagnostic(.conflictingFields, "a weight is a number", at: span(index, "type"), hint: "type: float"))
        }
    }

    private mutating func check(_ model: Model) {
        guard let dataset = catalog.datasets[model.datasetName] else { return }
        let columns = Dictionary(dataset.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        if !dataset.columns.contains(where: { $0.role == "label" }) {
            diagnostics.append(
                Diagnostic(
                    .missingField, "the data set '\(dataset.name)' has no column of role 'label' to train on",
                    at: model.resource.span(at: ["spec", "dataset"]),
                    notes: [.init("declared here", at: dataset.resource.span(at: ["spec", "columns"]))]))
        }
        if model.spec["features"]?["include"] != nil, model.spec["features"]?["exclude"] != nil {
            diagnostics.append(
                Diagnostic(
                    .conflictingFields, "'include' and 'exclude' exclude each other", at: model.resource.span(at: ["spec", "features"]),
                    hint: "keep one of them"))
        }
        checkEvaluation(model, in: dataset)
        diagnostics += Self.problems(withReasonsOf: model, in: dataset)
        diagnostics += TrainingChecks(model, in: dataset).diagnostics
        diagnostics += FittingChecks(model, in: dataset).diagnostics
        diagnostics += ReadyModelChecks(model, teacher: model.teacherName.flatMap { catalog.models[$0] }).diagnostics
        for (list, word) in [("features", "include"), ("features", "exclude"), ("evaluation", "protected")] {
            let path = ["spec", list, word]
            var seen: Set<String> = []
            for (index, name) in (model.spec[list]?[word]?.arrayValue ?? []).compactMap(\.stringValue).enumerated() {
                let span = model.resource.span(at: path + [String(index)])
                if !seen.insert(name).inserted {
                    diagnostics.append(Diagnostic(.conflictingFields, "'\(name)' is named twice", at: span, hint: "remove one of them"))
                }
                guard let column = columns[name] else {
                    unknownColumn(name, in: dataset, at: span)
                    continue
                }
                if word == "include", column.role != "feature" {
                    diagnostics.append(
                        Diagnostic(
                            .conflictingFields, "'\(name)' has the role '\(column.role)' and cannot be a feature", at: span,
                            hint: column.role == "label" ? "a model must not see its label" : nil))
                }
                if word == "protected", ["label", "weight", "split"].contains(column.role) {
                    diagnostics.append(
                        Diagnostic(
                            .conflictingFields, "'\(name)' has the role '\(column.role)', and its values are no groups of people", at: span,
                            hint: "decisions by groups of the label would be decisions by what is to be predicted"))
                }
            }
        }
    }

    /// What is said of protected columns must be of columns that are compared.
    private mutating func checkEvaluation(_ model: Model, in dataset: Dataset) {
        guard let evaluation = model.spec["evaluation"] else { return }
        let compared =
            evaluation["protected"]?.arrayValue?.compactMap(\.stringValue) ?? dataset.columns.filter(\.isProtected).map(\.name)
        func check(_ name: String, at path: [String]) {
            guard !compared.contains(name) else { return }
            diagnostics.append(
                Diagnostic(
                    .danglingReference, "'\(name)' is none of the columns whose groups are compared",
                    at: model.resource.span(at: ["spec", "evaluation"] + path),
                    hint: SpecDecoder.suggestion(for: name, among: compared)
                        ?? (compared.isEmpty ? "mark columns of the data set as protected" : "there are: \(compared.joined(separator: ", "))")))
        }
        // Columns cross to the same groups in any order.
        var crossed: Set<[String]> = []
        for (index, names) in (evaluation["intersections"]?.arrayValue ?? []).enumerated() {
            let columns = (names.arrayValue ?? []).compactMap(\.stringValue)
            let place = model.resource.span(at: ["spec", "evaluation", "intersections", String(index)])
            let shown = columns.joined(separator: ", ")
            if Set(columns).count < columns.count {
                diagnostics.append(Diagnostic(.invalidValue, "[\(shown)] crosses a column with itself", at: place))
            } else if !crossed.insert(columns.sorted()).inserted {
                diagnostics.append(
                    Diagnostic(
                        .invalidValue, "[\(shown)] is crossed twice, and its tests would be corrected for twice as many", at: place,
                        hint: "leave one of them out: columns cross to the same groups in any order"))
            }
            for (position, name) in (names.arrayValue ?? []).compactMap(\.stringValue).enumerated() {
                check(name, at: ["intersections", String(index), String(position)])
            }
        }
        for list in ["bins", "references"] {
            for name in (evaluation[list]?.objectValue ?? [:]).keys.sorted() { check(name, at: [list, name]) }
        }
        for (name, edges) in evaluation["bins"]?.objectValue ?? [:] {
            let numbers = (edges.arrayValue ?? []).compactMap(\.doubleValue)
            guard zip(numbers, numbers.dropFirst()).contains(where: { $0 >= $1 }) else { continue }
            diagnostics.append(
                Diagnostic(
                    .invalidValue, "the edges of '\(name)' do not ascend", at: model.resource.span(at: ["spec", "evaluation", "bins", name])))
        }
    }

    private mutating func checkOverridable(_ policy: Policy) {
        let known = parameters(of: policy)
        for (index, name) in policy.overridable.enumerated() where known[name] == nil {
            unknownParameter(name, of: policy, known.keys.sorted(), at: policy.resource.span(at: ["spec", "overridable", String(index)]))
        }
    }

    private func parameters(of policy: Policy) -> [String: JSONValue] {
        let shared = policy.parametersName.flatMap { catalog.resource(kind: PolicyParameters.kind, name: $0) }.map { PolicyParameters($0).values }
        return (policy.spec["params"]?.objectValue ?? [:]).overridden(by: shared ?? [:])
    }

    private mutating func unknownParameter(_ name: String, of policy: Policy, _ known: [String], at span: SourceSpan) {
        diagnostics.append(
            Diagnostic(
                .danglingReference, "the policy '\(policy.name)' has no parameter '\(name)'", at: span,
                hint: SpecDecoder.suggestion(for: name, among: known) ?? (known.isEmpty ? nil : "there are: \(known.joined(separator: ", "))")))
    }

    /// An environment sets parameters that there are, that the policy lets it set, and to values of their kind.
    private mutating func check(_ environment: Environment) {
        for (name, values) in environment.parameters.sorted(by: { $0.key < $1.key }) {
            let path = ["spec", "params", name]
            guard let policy = catalog.policies[name] else {
                let names = catalog.policies.keys.map { $0 }
                diagnostics.append(
                    Diagnostic(
                        .danglingReference, "there is no Policy named '\(name)'", at: environment.resource.span(at: path),
                        hint: SpecDecoder.suggestion(for: name, among: names) ?? "there are: \(names.joined(separator: ", "))"))
                continue
            }
            let known = parameters(of: policy)
            for (parameter, value) in values.sorted(by: { $0.key < $1.key }) {
                let span = environment.resource.span(at: path + [parameter])
                guard let old = known[parameter] else {
                    unknownParameter(parameter, of: policy, known.keys.sorted(), at: span)
                    continue
                }
                if !policy.overridable.contains(parameter) {
                    diagnostics.append(
                        Diagnostic(
                            .conflictingFields, "the policy '\(name)' does not let environments set '\(parameter)'", at: span,
                            notes: [.init("the policy is here", at: policy.resource.span(at: ["metadata", "name"]))],
                            hint: "list it under 'overridable' there, which is a guarded change"))
                } else if !value.isOfSameKind(as: old) {
                    diagnostics.append(
                        Diagnostic(
                            .wrongType, "'\(parameter)' is of another type than in the policy, where it is \(old.canonicalText)", at: span,
                            hint: "write a number with a decimal point if the policy's has one"))
                }
            }
        }
    }

    /// A waiver of a rule that is not there waives nothing, and looks as if it did.
    private mutating func check(_ waiver: Waiver) {
        guard let policy = catalog.policies[waiver.policy] else { return }
        for (index, name) in (waiver.rules ?? []).enumerated() {
            checkRule(name, of: policy, at: waiver.resource.span(at: ["spec", "rules", String(index)]))
        }
    }

    private mutating func checkRule(_ name: String?, of policy: Policy, at span: SourceSpan) {
        let rules = policy.ruleNames
        guard let name, !rules.contains(name) else { return }
        diagnostics.append(
            Diagnostic(
                .danglingReference, "the policy '\(policy.name)' has no rule '\(name)'", at: span,
                hint: SpecDecoder.suggestion(for: name, among: rules) ?? "there are: \(rules.joined(separator: ", "))"))
    }

    mutating func unknownColumn(_ name: String, in dataset: Dataset, at span: SourceSpan) {
        let hint = SpecDecoder.suggestion(for: name, among: dataset.columns.map(\.name))
        diagnostics.append(
            Diagnostic(
                .danglingReference, "the data set '\(dataset.name)' declares no column '\(name)'", at: span,
                hint: hint ?? "there are: \(dataset.columns.map(\.name).joined(separator: ", "))"))
    }

    private mutating func checkNames(_ policy: Policy) {
        for list in ["matchConditions", "variables", "validations"] {
            var seen: Set<String> = []
            for (index, entry) in (policy.spec[list]?.arrayValue ?? []).enumerated() {
                guard let name = entry["name"]?.stringValue, !seen.insert(name).inserted else { continue }
                diagnostics.append(
                    Diagnostic(
                        .invalidValue, "the name '\(name)' is used twice in '\(list)'",
                        at: policy.resource.span(at: ["spec", list, String(index), "name"])))
            }
        }
    }

    /// A policy that is superseded by one that is superseded by it would never be in force.
    private mutating func checkSupersession() {
        var reported: Set<String> = []
        for start in catalog.policies.values {
            var path = [start.name]
            var current = start
            while let next = current.supersededBy, let policy = catalog.policies[next], !path.contains(next) {
                path.append(next)
                current = policy
            }
            guard let next = current.supersededBy, next == start.name, reported.isDisjoint(with: path) else { continue }
            reported.formUnion(path)
            diagnostics.append(
                Diagnostic(
                    .referenceCycle,
                    path.count == 1
                        ? "the policy supersedes itself" : "these policies supersede each other: \((path + [next]).joined(separator: " → "))",
                    at: start.resource.span(at: ["spec", "supersededBy"]), hint: "remove a 'supersededBy'"))
        }
    }
}

extension JSONValue {
    /// Whether expressions see both as one type. Elements of lists and maps are not compared.
    fileprivate func isOfSameKind(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.null, .null), (.bool, .bool), (.int, .int), (.double, .double), (.string, .string), (.array, .array), (.object, .object): true
        default: false
        }
    }
}
