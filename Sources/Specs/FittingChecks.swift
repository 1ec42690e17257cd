import Basics
import Diagnostics
import LocatedYAML

/// What a Model spec asks of validation, decision, mitigation and search that cannot be, as far as it shows before any row is read.
struct FittingChecks {
    private let model: Model
    private let dataset: Dataset
    private(set) var diagnostics: [Diagnostic] = []

    init(_ model: Model, in dataset: Dataset) {
        self.model = model
        self.dataset = dataset
        checkTask()
        checkValidation()
        checkDecision()
        checkMitigation()
        checkSearch()
        for list in ["decision", "search"] { diagnostics += ConstraintChecks(model, at: [list, "constraints"]).diagnostics }
        diagnostics += GridChecks(model).diagnostics
    }

    private mutating func report(_ code: DiagnosticCode, _ message: String, at path: [String], hint: String? = nil) {
        diagnostics.append(Diagnostic(code, message, at: model.resource.span(at: ["spec"] + path), hint: hint))
    }

    private var task: String { model.spec["task"]?.stringValue ?? "binaryClassification" }

    /// What is fitted to classes, or to decisions between two of them.
    private mutating func checkTask() {
        guard task != "binaryClassification" else { return }
        for (path, name) in [
            (["mitigation"], "mitigation"), (["decision", "objective"], "decision.objective"), (["decision", "groups"], "decision.groups"),
        ] where path.reduce(model.spec as JSONValue?, { $0?[$1] }) != nil {
            report(
                .conflictingFields, "'\(name)' is for decisions between two classes, and the task is '\(task)'", at: path,
                hint: "remove it, or set task: binaryClassification")
        }
        if model.resource.located.value(at: ["spec", "decision", "threshold"]) != nil {
            report(
                .conflictingFields, "'decision.threshold' is for decisions between two classes, and the task is '\(task)'",
                at: ["decision", "threshold"],
                hint: task.hasSuffix("Classification") ? "remove it: the likeliest class is predicted" : "remove it: a number is predicted as it is")
        }
        guard !task.hasSuffix("Classification") else { return }
        if model.spec["calibration"] != nil {
            report(
                .conflictingFields, "'calibration' makes scores of classes chances, and the task '\(task)' predicts numbers", at: ["calibration"],
                hint: "remove it")
        }
        if model.spec["validation"]?["scheme"]?.stringValue == "stratified",
            model.resource.located.value(at: ["spec", "validation", "scheme"]) != nil
        {
            report(
                .conflictingFields, "the task '\(task)' has no classes to be stratified by", at: ["validation", "scheme"],
                hint: "scheme: random, grouped or timeOrdered")
        }
    }

    private mutating func checkProtected(_ name: String?, at path: [String]) {
        guard let name else { return }
        let known = model.spec["evaluation"]?["protected"]?.arrayValue?.compactMap(\.stringValue) ?? dataset.columns.filter(\.isProtected).map(\.name)
        if known.contains(name) {
            // Where the data set says that it holds numbers without end, groups need edges.
            if let column = dataset.columns.first(where: { $0.name == name }), column.type == "float", model.spec["evaluation"]?["bins"]?[name] == nil
            {
                report(
                    .missingField, "'\(name)' is declared as float, whose values form groups only between declared edges", at: path,
                    hint: "evaluation: {bins: {\(name): [25, 40]}}")
            }
            return
        }
        report(
            .danglingReference, "'\(name)' is none of the columns whose groups are compared", at: path,
            hint: SpecDecoder.suggestion(for: name, among: known)
                ?? (known.isEmpty ? "mark columns of the data set as protected" : "there are: \(known.joined(separator: ", "))"))
    }

    private mutating func checkValidation() {
        guard let validation = model.spec["validation"] else { return }
        let scheme = validation["scheme"]?.stringValue ?? ""
        let needsColumn = ["grouped", "timeOrdered"].contains(scheme)
        let column = validation["column"]?.stringValue
        if needsColumn, column == nil {
            report(
                .missingField, "'\(scheme)' validation lacks 'column'", at: ["validation"],
                hint: "name the column that says a row's \(scheme == "grouped" ? "group" : "time")")
        }
        if !needsColumn, column != nil {
            report(
                .conflictingFields, "'\(scheme)' validation reads no column", at: ["validation", "column"],
                hint: "remove it, or say 'grouped' or 'timeOrdered'")
        }
        if let column, !dataset.columns.contains(where: { $0.name == column && $0.role != "ignored" }) {
            report(
                .danglingReference, "the data set '\(dataset.name)' declares no column '\(column)' that is read", at: ["validation", "column"],
                hint: SpecDecoder.suggestion(for: column, among: dataset.columns.map(\.name)))
        }
        if scheme == "timeOrdered", let declared = dataset.columns.first(where: { $0.name == column }),
            !["timestamp", "integer"].contains(declared.type)
        {
            report(
                .conflictingFields, "'\(declared.name)' is declared as \(declared.type), which has no order of time", at: ["validation", "column"],
                hint: "name a column of timestamps or whole numbers")
        }
        if scheme == "grouped", let column, column == model.spec["mitigation"]?["attribute"]?.stringValue {
            report(
                .conflictingFields, "each group of '\(column)' would be in one fold only, and mitigation compares the groups",
                at: ["validation", "column"],
                hint: "group by another column, or take the scheme 'stratified'")
        }
        if validation["outer"] != nil, model.spec["search"]?["budget"] != nil {
            report(
                .conflictingFields, "a search that ends by what it costs cannot be repeated in nested validation", at: ["validation", "outer"],
                hint: "limit the search by its trials only")
        }
        if scheme == "timeOrdered", validation["repeats"]?.intValue ?? 1 > 1 {
            report(
                .conflictingFields, "folds in order of time cannot be repeated", at: ["validation", "repeats"],
                hint: "there is one order of time only: remove 'repeats'")
        }
    }

    private mutating func checkBounds(_ measure: JSONValue, at path: [String], isConstraint: Bool) {
        let name = measure["measure"]?.stringValue ?? ""
        let isGrouped = name.hasSuffix("Ratio") || name.hasSuffix("Difference")
        if isGrouped, measure["attribute"] == nil {
            report(.missingField, "'\(name)' lacks 'attribute'", at: path, hint: "name the protected column whose groups are compared")
        }
        checkProtected(isGrouped ? measure["attribute"]?.stringValue : nil, at: path + ["attribute"])
        let (minimum, maximum) = (measure["minimum"]?.doubleValue, measure["maximum"]?.doubleValue)
        if isConstraint, minimum == nil, maximum == nil {
            report(.missingField, "the constraint bounds nothing", at: path, hint: "say 'minimum' or 'maximum'")
        }
        if let minimum, let maximum, minimum > maximum {
            report(.conflictingFields, "nothing is at least \(minimum) and at most \(maximum)", at: path)
        }
        if !isConstraint, minimum != nil || maximum != nil {
            report(.conflictingFields, "an objective has no bounds", at: path, hint: "move them to 'constraints'")
        }
    }

    private mutating func checkDecision() {
        let decision = model.spec["decision"] ?? .null
        if model.resource.located.value(at: ["spec", "decision", "threshold"]) != nil {
            for name in ["objective", "groups"] where decision[name] != nil {
                report(
                    .conflictingFields, "'threshold' is declared, and '\(name)' chooses another", at: ["decision", "threshold"],
                    hint: "keep one of them")
            }
        }
        if decision["objective"] != nil, decision["groups"] != nil {
            report(
                .conflictingFields, "'objective' and 'groups' exclude each other", at: ["decision", "groups"],
                hint: "thresholds by group have an 'objective' of their own")
        }
        checkObjective(decision["objective"])
        for (index, constraint) in (decision["constraints"]?.arrayValue ?? []).enumerated() {
            if decision["objective"] == nil {
                report(
                    .missingField, "'constraints' need an 'objective'", at: ["decision", "constraints"],
                    hint: "a threshold that is given is not chosen: say what it should be best for")
                break
            }
            checkBounds(constraint, at: ["decision", "constraints", String(index)], isConstraint: true)
        }
        guard let groups = decision["groups"] else { return }
        checkProtected(groups["attribute"]?.stringValue, at: ["decision", "groups", "attribute"])
        if groups["minimumRatio"] != nil, groups["maximumDifference"] != nil {
            report(
                .conflictingFields, "'minimumRatio' and 'maximumDifference' exclude each other", at: ["decision", "groups"], hint: "keep one of them")
        }
        if groups["goal"]?.stringValue == "equalizedOdds", groups["minimumRatio"] ?? groups["maximumDifference"] != nil {
            report(.conflictingFields, "equalized odds are made exact, without a tolerance", at: ["decision", "groups"], hint: "remove it")
        }
        warnOfLaw("thresholds that differ by '\(groups["attribute"]?.stringValue ?? "")'", at: ["decision", "groups"])
    }

    private mutating func checkObjective(_ objective: JSONValue?) {
        guard let objective, let measure = objective["measure"]?.stringValue else { return }
        for (name, owner) in Kinds.objectiveFields.sorted(by: { $0.key < $1.key })
        where owner != measure && model.resource.located.value(at: ["spec", "decision", "objective", name]) != nil {
            report(
                .conflictingFields, "'\(measure)' has no '\(name)'", at: ["decision", "objective", name], hint: "it belongs to \(owner)")
        }
        if measure == "cost", objective["falsePositive"]?.doubleValue == 0, objective["falseNegative"]?.doubleValue == 0 {
            report(
                .conflictingFields, "where no mistake costs anything, every threshold is as good", at: ["decision", "objective"],
                hint: "give 'falsePositive' or 'falseNegative' a cost above 0")
        }
    }

    private mutating func warnOfLaw(_ what: String, at path: [String]) {
        guard (model.spec["jurisdictions"]?.arrayValue ?? []).contains(.string("US")) else { return }
        report(
            .groupThresholdsForbidden, "\(what) are forbidden in the US for many decisions", at: path,
            hint:
                "Title VII forbids to adjust scores and to use different cutoffs by protected group (42 U.S.C. 2000e-2(l)), ECOA forbids them in credit (15 U.S.C. 1691): take a mitigation that scores without the group"
        )
    }

    private mutating func checkMitigation() {
        guard let mitigation = model.spec["mitigation"] else { return }
        checkProtected(mitigation["attribute"]?.stringValue, at: ["mitigation", "attribute"])
        let method = mitigation["method"]?.stringValue ?? ""
        for (name, owners) in Kinds.mitigationFields.sorted(by: { $0.key < $1.key })
        where !owners.contains(method) && model.resource.located.value(at: ["spec", "mitigation", name]) != nil {
            report(
                .conflictingFields, "'\(method)' has no '\(name)'", at: ["mitigation", name],
                hint: "it belongs to \(owners.joined(separator: " and "))")
        }
        if method == "disparateImpactRemover" {
            warnOfLaw(
                "features that are moved by '\(mitigation["attribute"]?.stringValue ?? "")' when rows are scored", at: ["mitigation", "method"])
        }
        if method == "exponentiatedGradient", model.spec["calibration"] != nil, model.spec["decision"]?["objective"] == nil,
            model.spec["decision"]?["groups"] == nil, model.resource.located.value(at: ["spec", "decision", "threshold"]) == nil
        {
            report(
                .mixtureDecidedByThreshold,
                "a calibrated mixture is decided by the threshold 0.5, and what 'mitigation' bounds is of its draws", at: ["calibration"],
                hint: "remove 'calibration', or say by 'decision' how it is decided: 'threshold', or 'objective' with constraints by group")
        }
        guard method == "exponentiatedGradient" || method == "gridSearch" else { return }
        if model.spec["classWeights"] != nil {
            report(
                .conflictingFields, "'\(method)' weighs the rows itself, so it goes together with no class weights", at: ["classWeights"],
                hint: "remove one of them, or mitigate by reweighing, which keeps them")
        }
        if let column = dataset.columns.first(where: { $0.role == "weight" }) {
            report(
                .conflictingFields, "'\(method)' weighs the rows itself, and the data set's '\(column.name)' is a column of weights",
                at: ["mitigation", "method"], hint: "mitigate by reweighing, which keeps them")
        }
    }

    private mutating func checkSearch() {
        guard let search = model.spec["search"] else { return }
        for (list, isConstraint) in [("objectives", false), ("constraints", true)] {
            for (index, measure) in (search[list]?.arrayValue ?? []).enumerated() {
                let path = ["search", list, String(index)]
                checkBounds(measure, at: path, isConstraint: isConstraint)
                let (name, known) = (measure["measure"]?.stringValue ?? "", Kinds.searchMeasures[task] ?? [])
                let earlier = search[list]?.arrayValue?.prefix(index) ?? []
                if !isConstraint, earlier.contains(where: { $0["measure"] == measure["measure"] && $0["attribute"] == measure["attribute"] }) {
                    report(.conflictingFields, "'\(name)' is an objective already", at: path, hint: "remove one of them")
                }
                if !known.contains(name), Kinds.searchMeasures.values.joined().contains(name) {
                    report(
                        .conflictingFields, "the task '\(task)' has no measure '\(name)'", at: path + ["measure"],
                        hint: "there are: \(known.joined(separator: ", "))")
                }
            }
        }
        let space = search["space"]?.objectValue ?? [:]
        if space.isEmpty == (search["preset"] == nil) {
            report(
                space.isEmpty ? .missingField : .conflictingFields,
                space.isEmpty ? "'search' has no 'space'" : "'space' and 'preset' exclude each other",
                at: ["search"], hint: "say which parameters are searched, or preset: auto")
        }
        if search["preset"] != nil {
            // What is declared of trees binds no linear model, and the preset may choose one.
            for name in ["monotone", "interactions"] where model.spec["estimator"]?[name] != nil {
                report(
                    .conflictingFields, "the preset may choose a linear model, which '\(name)' does not bind", at: ["search", "preset"],
                    hint: "say in 'space' what is searched of the estimator '\(model.spec["estimator"]?["type"]?.stringValue ?? "")'")
            }
            if let stop = model.spec["estimator"]?["earlyStopping"]?["rounds"]?.intValue, stop >= 50 {
                report(
                    .impossibleSearch, "the preset tries 50 rounds, which cannot stop after \(stop) rounds without a better figure",
                    at: ["search", "preset"], hint: "lower 'earlyStopping.rounds'")
            }
        } else if search["schedule"] != nil, model.spec["estimator"]?["type"]?.stringValue == "linear" {
            report(
                .conflictingFields, "a schedule gives trials fewer rounds, and a linear model has none", at: ["search", "schedule"],
                hint: "remove it: every trial is fitted whole")
        }
        if let budget = search["budget"], budget["cpuSeconds"] == nil, budget["joules"] == nil {
            report(.missingField, "the budget limits nothing", at: ["search", "budget"], hint: "say 'cpuSeconds' or 'joules'")
        }
        let learner = model.spec["estimator"]?["type"]?.stringValue ?? ""
        let others = Set(Kinds.estimatorFields.filter { $0.key != learner }.values.joined())
        // A search draws numbers and words: what is a list or has parts of its own is declared.
        let known = Kinds.estimator.fields.filter { !["type", "seed"].contains($0.name) && !others.contains($0.name) && $0.isScalar }
        for (name, range) in space.sorted(by: { $0.key < $1.key }) {
            let path = ["search", "space", name]
            guard let field = known.first(where: { $0.name == name }) else {
                report(
                    .danglingReference, "the estimator has no parameter '\(name)' to search", at: path,
                    hint: SpecDecoder.suggestion(for: name, among: known.map(\.name)) ?? "there are: \(known.map(\.name).joined(separator: ", "))")
                continue
            }
            check(range, of: field, at: path, sampler: search["sampler"]?.stringValue ?? "")
        }
        checkCombinations(space)
    }

    /// Parameters that cannot have some of their values together.
    private mutating func checkCombinations(_ space: [String: JSONValue]) {
        func least(_ name: String) -> Double? {
            guard let range = space[name] else { return model.spec["estimator"]?[name]?.doubleValue }
            return range["values"]?.arrayValue?.compactMap(\.doubleValue).min() ?? range["low"]?.doubleValue
        }
        if let stop = model.spec["estimator"]?["earlyStopping"]?["rounds"]?.doubleValue, space["rounds"] != nil, let rounds = least("rounds"),
            rounds <= stop
        {
            report(
                .impossibleSearch, "training of \(text(rounds)) rounds cannot stop after \(text(stop)) rounds without a better figure",
                at: ["search", "space", "rounds"], hint: "search above \(text(stop)) rounds, or lower 'earlyStopping.rounds'")
        }
        if space["l1Share"] != nil, model.spec["estimator"]?["type"]?.stringValue == "linear", least("penalty") ?? 0 == 0 {
            report(
                .impossibleSearch, "'l1Share' shares out a penalty of 0", at: ["search", "space", "l1Share"],
                hint: "set 'penalty' above 0, or search for it from above 0")
        }
    }

    private func text(_ number: Double) -> String { Int64(exactly: number).map { String($0) } ?? String(number) }

    private mutating func check(_ range: JSONValue, of field: SpecField, at path: [String], sampler: String) {
        let (low, high) = (range["low"]?.doubleValue, range["high"]?.doubleValue)
        if let values = range["values"]?.arrayValue {
            if low != nil || high != nil { report(.conflictingFields, "'values' and a range exclude each other", at: path, hint: "keep one of them") }
            for (index, value) in values.enumerated() where !field.admits(value) {
                report(
                    .impossibleSearch, "'\(field.name)' cannot be \(value.canonicalText)", at: path + ["values", String(index)],
                    hint: field.documentation)
            }
            return
        }
        guard let low, let high else {
            report(.missingField, "'\(field.name)' has neither values nor a range", at: path, hint: "say values: […], or low and high")
            return
        }
        if low > high {
            report(.impossibleSearch, "no number lies between \(text(low)) and \(text(high))", at: path, hint: "exchange 'low' and 'high'")
        }
        if range["logarithmic"] == true, low <= 0 {
            report(.impossibleSearch, "a logarithmic scale has no place for \(text(low))", at: path + ["low"], hint: "start above 0")
        }
        if sampler == "grid", range["integer"] != true, low < high {
            report(.impossibleSearch, "a grid cannot list the numbers between \(text(low)) and \(text(high))", at: path, hint: "say values: […]")
        }
        for (name, end) in [("low", low), ("high", high)] {
            if range["integer"] == true, Int64(exactly: end) == nil {
                report(.impossibleSearch, "\(text(end)) is no whole number", at: path + [name], hint: "whole numbers lie between whole ends")
            } else if !field.admits(range["integer"] == true ? .int(Int64(exactly: end) ?? 0) : .double(end)) {
                let needsWhole = if case .integer = field.shape { range["integer"] != true } else { false }
                report(
                    .impossibleSearch, needsWhole ? "'\(field.name)' is a whole number" : "'\(field.name)' cannot be \(text(end))", at: path,
                    hint: needsWhole ? "say integer: true" : field.documentation)
                break
            }
        }
    }
}

extension SpecField {
    fileprivate var isScalar: Bool {
        switch shape {
        case .integer, .number, .boolean, .string(.oneOf): true
        default: false
        }
    }

    /// Whether the field may have that value.
    fileprivate func admits(_ value: JSONValue) -> Bool {
        switch shape {
        case .integer(let range): value.intValue.map(range.contains) ?? false
        case .number(let range): value.doubleValue.map(range.contains) ?? false
        case .boolean: value.boolValue != nil
        case .string(.oneOf(let words)): value.stringValue.map(words.contains) ?? false
        default: false
        }
    }
}
