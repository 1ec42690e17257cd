import Basics
import CEL
public import Diagnostics
import LocatedYAML
import OrderedCollections
public import Specs

/// Follows the columns of tables through all stages, and says which expressions and stages name columns that are not there.
///
/// What programs make is not known; nothing is said of what comes of it.
public struct StageColumns {
    /// Types by name, as a Dataset declares them, in order.
    typealias Columns = OrderedDictionary<String, String>

    let catalog: Catalog
    /// Of the pipeline's tables, by instance.
    private var columns: [String: Columns] = [:]
    private var diagnostics: [Diagnostic] = []
    /// Stages with a matrix are looked at once.
    private var seen: Set<String> = []
    /// Stages whose condition something is said of already.
    private var conditioned: Set<String> = []
    private var conditions = CompiledExpressions(StageExpressions.condition)
    private var rows = CompiledExpressions(StageExpressions.row)
    /// Of the table that was asked for last: stages one after another often have the same.
    private var trial: (table: Columns, trial: ExpressionTrial)?

    private init(_ catalog: Catalog) { self.catalog = catalog }

    /// Columns are followed within a pipeline: what comes from another is a data set, whose columns are declared.
    public static func problems(in catalog: Catalog) -> [Diagnostic] {
        let nodes = Dictionary(grouping: catalog.graph.order, by: \.pipeline)
        return catalog.pipelines.keys.elements.concurrentMap { pipeline in
            var check = StageColumns(catalog)
            for node in nodes[pipeline] ?? [] { check.follow(node) }
            return check.diagnostics
        }.flatMap { $0 }
    }

    struct Place {
        let resource: Resource
        let path: [String]
        let isFirst: Bool
        /// What expressions there see.
        let parameters: [String: JSONValue]
        let matrix: [String: JSONValue]

        func below(_ path: [String]) -> Place {
            Place(resource: resource, path: path, isFirst: isFirst, parameters: parameters, matrix: matrix)
        }
    }

    mutating func report(_ code: DiagnosticCode, _ message: String, _ place: Place, _ path: [String], hint: String?) {
        guard place.isFirst else { return }
        diagnostics.append(Diagnostic(code, message, at: place.resource.span(at: place.path + path), hint: hint))
    }

    private mutating func follow(_ node: PipelineGraph.Node) {
        guard let instances = catalog.graph.instances[node.pipeline], let instance = instances.instances[node.instance] else { return }
        let stage = instance.stage
        let place = Place(
            resource: instances.pipeline.resource, path: stage.path + [stage.work.rawValue],
            isFirst: seen.insert(stage.name).inserted,
            parameters: instances.pipeline.parameters, matrix: instance.matrix)
        if stage.condition != nil {
            let (known, name) = (diagnostics.count, stage.name)
            check("when", place.below(stage.path), "boolean") { $0.conditions[$1] }
            if diagnostics.count > known { conditioned.insert(name) }
            // An instance of a matrix may fail where the first does not.
            if !conditioned.contains(name), let problem = StageCondition.problem(of: instance, in: instances.pipeline, &conditions) {
                conditioned.insert(name)
                diagnostics.append(problem)
            }
        }
        func input(_ field: String) -> Columns? {
            guard let text = instance.body[field]?.stringValue, case .output(let id, _)? = instances.resolve(text) else { return nil }
            return columns[id]
        }
        switch stage.work {
        case .load:
            guard let dataset = instance.body["dataset"]?.stringValue.flatMap({ catalog.datasets[$0] }) else { return }
            let all = Self.columns(of: dataset)
            let wanted = instance.body["columns"]?.arrayValue?.compactMap(\.stringValue)
            for (index, name) in (wanted ?? []).enumerated() {
                need(name, all, place, ["columns", String(index)])
                if wanted?[..<index].contains(name) ?? false {
                    report(.conflictingFields, "the column '\(name)' is loaded twice", place, ["columns", String(index)], hint: "name it once")
                }
            }
            columns[node.instance] =
                wanted.map { names in Columns(uniqueKeysWithValues: OrderedSet(names).compactMap { name in all[name].map { (name, $0) } }) } ?? all
        case .filter:
            let table = input("input")
            check("where", place, "boolean", of: table) { $0.rows[$1] }
            columns[node.instance] = table
        case .derive: columns[node.instance] = derive(instance, input("input"), place)
        case .join: columns[node.instance] = join(instance, input("left"), input("right"), place)
        case .features: columns[node.instance] = features(instance, input("input"), place)
        case .split:
            let table = input("input")
            if let column = instance.body["column"]?.stringValue { need(column, table, place, ["column"]) }
            for way in ["stratified", "grouped", "timeOrdered"] {
                if let column = instance.body[way]?["by"]?.stringValue { need(column, table, place, [way, "by"]) }
            }
            columns[node.instance] = table
        case .train: checkTraining(instance, input("input"), place)
        case .score:
            checkScoring(instance, by: instance.body["model"]?.stringValue.flatMap { trained($0, in: instances) }, input("input"), place)
        case .evaluate, .explain, .run: break
        }
    }

    static func columns(of dataset: Dataset) -> Columns {
        Columns(
            dataset.columns.filter { $0.role != "ignored" }.map { ($0.name, $0.type == "string" ? "category" : $0.type) },
            uniquingKeysWith: { first, _ in first })
    }

    mutating func need(_ name: String, _ table: Columns?, _ place: Place, _ path: [String]) {
        guard let table, table[name] == nil else { return }
        report(.danglingReference, "the table has no column '\(name)'", place, path, hint: Self.hint(name, table))
    }

    private static func hint(_ name: String, _ table: Columns) -> String {
        NameSuggestion.nearest(to: name, among: Array(table.keys)).map { "did you mean '\($0)'?" }
            ?? "there are: \(table.keys.prefix(30).joined(separator: ", "))"
    }

    private mutating func derive(_ instance: StageInstance, _ table: Columns?, _ place: Place) -> Columns? {
        var table = table
        for (index, column) in (instance.body["columns"]?.arrayValue ?? []).enumerated() {
            let (name, type) = (column["name"]?.stringValue ?? "", column["type"]?.stringValue ?? "")
            let at = place.below(place.path + ["columns", String(index)])
            check("expression", at, type, of: table) { $0.rows[$1] }
            table?[name] = type
        }
        for (index, name) in (instance.body["drop"]?.arrayValue ?? []).compactMap(\.stringValue).enumerated() {
            need(name, table, place, ["drop", String(index)])
            table?[name] = nil
        }
        if let table, table.isEmpty {
            report(.conflictingFields, "no column of the table is left", place, ["drop"], hint: "keep or derive one at least")
        }
        return table
    }

    private mutating func join(_ instance: StageInstance, _ left: Columns?, _ right: Columns?, _ place: Place) -> Columns? {
        let keys = (instance.body["on"]?.arrayValue ?? []).compactMap(\.stringValue)
        for (index, name) in keys.enumerated() {
            need(name, left, place, ["on", String(index)])
            need(name, right, place, ["on", String(index)])
            if let one = left?[name], let other = right?[name], one != other {
                report(
                    .wrongType, "'\(name)' is a \(one) column in the left table, and a \(other) column in the right one", place,
                    ["on", String(index)],
                    hint: "derive a column of the same type first")
            }
        }
        guard var table = left, let right else { return nil }
        let suffix = instance.body["suffix"]?.stringValue ?? ""
        for (name, type) in right where !keys.contains(name) {
            let new = table[name] == nil ? name : name + suffix
            if table[new] != nil {
                report(
                    .conflictingFields, "both tables have '\(name)', and the left one has '\(new)' too", place, ["right"],
                    hint: "choose another 'suffix'")
            }
            table[new] = type
        }
        return table
    }

    /// Checks one expression, against the columns that are known.
    ///
    /// - Parameters:
    ///   - type: of column, that its values are to be.
    ///   - compile: what an expression of its kind comes to.
    private mutating func check(
        _ field: String, _ place: Place, _ type: String, of table: Columns? = nil,
        _ compile: (inout StageColumns, String) -> Result<CheckedExpression, CompileFailure>
    ) {
        guard place.isFirst, let text = place.resource.text(at: place.path + [field]) else { return }
        switch compile(&self, text.value) {
        case .failure(let failure):
            for issue in failure.issues {
                diagnostics.append(Diagnostic(issue.code, issue.message, at: text.span(ofCodePoints: issue.range), hint: issue.hint))
            }
        case .success(let expression):
            if let table { checkColumns(expression, text, type, table) }
            checkMembers(of: "matrix", place.matrix, expression, text)
            checkMembers(of: "parameters", place.parameters, expression, text)
            if !Self.fits(expression.resultType, type) {
                diagnostics.append(
                    Diagnostic(
                        .celTypeMismatch, "the expression gives \(expression.resultType), and \(type) is wanted",
                        at: text.span(ofCodePoints: expression.ast.range), hint: "convert the value, or declare the type that it gives"))
            }
        }
    }

    /// Nothing is said of an expression that may read any column.
    private mutating func checkColumns(_ expression: CheckedExpression, _ text: LocatedString, _ type: String, _ table: Columns) {
        guard let used = StageExpressions.columns(of: expression.ast) else { return }
        for column in used where table[column.name] == nil {
            diagnostics.append(
                Diagnostic(
                    .celUndefinedField, "the table has no column '\(column.name)'", at: text.span(ofCodePoints: column.range),
                    hint: Self.hint(column.name, table)))
        }
        if trial.map({ $0.table != table }) ?? true { trial = (table, ExpressionTrial(table)) }
        guard let problem = trial?.trial.problem(expression, wanted: type) else { return }
        let names = Set(used.map(\.name))
        diagnostics.append(
            Diagnostic(
                .celTypeMismatch, problem.message, at: text.span(ofCodePoints: problem.range),
                hint: "of its columns "
                    + table.filter { names.contains($0.key) }.map { "'\($0.key)' is \($0.value)" }.joined(separator: ", ")))
    }

    private mutating func checkMembers(of variable: String, _ values: [String: JSONValue], _ expression: CheckedExpression, _ text: LocatedString) {
        for member in StageExpressions.members(of: variable, in: expression.ast).members where !member.isTest && values[member.name] == nil {
            let known = values.keys.sorted()
            diagnostics.append(
                Diagnostic(
                    .celUndefinedField, "'\(variable)' has no '\(member.name)'", at: text.span(ofCodePoints: member.range),
                    hint: NameSuggestion.nearest(to: member.name, among: known).map { "did you mean '\($0)'?" }
                        ?? (known.isEmpty ? "there are none here" : "there are: \(known.joined(separator: ", "))")))
        }
    }

    static func fits(_ type: CELType, _ column: String) -> Bool {
        switch type {
        case .dyn, .null: true
        case .bool: column == "boolean"
        case .int, .uint: column == "integer" || column == "float"
        case .double: column == "float"
        case .string: column == "category"
        case .timestamp: column == "timestamp"
        default: false
        }
    }
}
