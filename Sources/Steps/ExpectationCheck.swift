import Basics
import CEL
import Execution
import Frames
import Metrics
import Planning

/// One expectation of a Dataset spec on its table: all that it says must hold.
struct ExpectationCheck {
    private let spec: JSONValue

    init(_ spec: JSONValue) { self.spec = spec }

    var name: String { spec["name"]?.stringValue ?? "" }

    /// The columns that it is about: of its own data set (nil), or of another.
    func columns(of dataset: String?) -> Set<String> {
        let referenced = spec["dataset"]?.stringValue == dataset ? spec["references"]?.stringValue : nil
        guard dataset == nil else { return Set([referenced].compactMap { $0 }) }
        // What does not compile is told of where it is evaluated.
        let expression = spec["expression"]?.stringValue.flatMap { text in try? Self.rows.compile(text).get() }
        let read = expression.map { StageExpressions.members(of: "row", in: $0.ast).members.map(\.name) } ?? []
        return Set([spec["column"]?.stringValue, referenced].compactMap { $0 } + read)
    }

    /// What it says of a row.
    private static let rows = CELEnvironment(variables: ["row": .map(.string, .dyn)], libraries: CELLibrary.reproducible)

    /// What is in evidence of it. With an age the newest moment is said, and until when it is young enough: the judge, who knows the instant, goes by that.
    ///
    /// - Parameter others: by name, the data sets that it may refer to.
    func evidence(on frame: Frame, others: [String: Frame]) throws -> JSONValue {
        let outcome = try outcome(on: frame, others: others)
        guard let age = spec["maximumAge"]?.intValue, let name = spec["column"]?.stringValue else { return outcome.json }
        let column = try frame.column(name)
        guard case .timestamp(let all) = column.values else {
            throw MetricsError(.wrongType, message: "'\(column.name)' is a \(column.kind.rawValue) column, not moments")
        }
        var members = outcome.json.objectValue ?? [:]
        guard let newest = all.indices.lazy.filter({ !column.isMissing($0) }).map({ all[$0] }).max() else {
            members["holds"] = .bool(false)
            members["violations"] = .int(Int64(outcome.violations + 1))
            return .object(members)
        }
        let moment = Instant(secondsSinceEpoch: newest.floorDivided(by: 1_000_000).quotient)
        members["newest"] = .string(moment.description)
        members["validUntil"] = .string(moment.adding(seconds: age).description)
        return .object(members)
    }

    func outcome(on frame: Frame, others: [String: Frame] = [:]) throws -> DataExpectation.Outcome {
        var outcomes: [DataExpectation.Outcome] = []
        if let column = try spec["column"]?.stringValue.map({ try frame.column($0) }) {
            outcomes += try rules.map { try DataExpectation($0).check(column) }
            if let other = spec["references"]?.stringValue {
                let name = spec["dataset"]?.stringValue
                guard let table = name == nil ? frame : others[name ?? ""] else {
                    throw MetricsError(.empty, message: "the data set '\(name ?? "")', which '\(column.name)' refers to, has no data")
                }
                outcomes.append(try DataExpectation(.references(try table.column(other))).check(column))
            }
            if let text = spec["newest"]?.stringValue {
                let environment = CELEnvironment(variables: ["text": .string], libraries: CELLibrary.reproducible)
                let read = try Self.compiled("timestamp(text)", environment)
                guard case .timestamp(let moment)? = try? read.evaluate(["text": .string(text)]) else {
                    throw MetricsError(.invalidOption, message: "'\(text)' is no moment in RFC 3339, such as 2026-01-31T00:00:00Z")
                }
                outcomes.append(try DataExpectation(.newest(atLeast: moment.seconds * 1_000_000)).check(column))
            }
            if let pattern = spec["pattern"]?.stringValue { outcomes.append(try matching(column, pattern)) }
        }
        let rows = Int64(frame.rowCount)
        if spec["minimumRows"] != nil || spec["maximumRows"] != nil {
            let holds = rows >= spec["minimumRows"]?.intValue ?? 0 && rows <= spec["maximumRows"]?.intValue ?? .max
            outcomes.append(.init(holds: holds, violations: holds ? 0 : 1, firstRow: nil))
        }
        if let expression = spec["expression"]?.stringValue { outcomes.append(try everyRow(frame, expression)) }
        return DataExpectation.Outcome(
            holds: outcomes.allSatisfy(\.holds), violations: outcomes.reduce(0) { $0 + $1.violations },
            firstRow: outcomes.compactMap(\.firstRow).min())
    }

    private var rules: [DataExpectation.Rule] {
        var rules: [DataExpectation.Rule] = []
        if let share = spec["maximumMissing"]?.doubleValue { rules.append(.missing(atMost: share)) }
        let (minimum, maximum) = (spec["minimum"]?.doubleValue, spec["maximum"]?.doubleValue)
        if minimum != nil || maximum != nil { rules.append(.range(minimum: minimum, maximum: maximum)) }
        if let values = spec["values"]?.arrayValue?.compactMap(\.stringValue) { rules.append(.oneOf(values)) }
        if let kind = spec["type"]?.stringValue.map(TableParameters.kind) { rules.append(.kind(kind)) }
        if spec["unique"]?.boolValue == true { rules.append(.unique) }
        if spec["ascending"]?.boolValue == true { rules.append(.ascending) }
        return rules
    }

    /// Each distinct text is tried once.
    private func matching(_ column: Column, _ pattern: String) throws -> DataExpectation.Outcome {
        guard case .category(let codes, let categories) = column.values else {
            throw MetricsError(.wrongType, message: "'\(column.name)' is a \(column.kind.rawValue) column, which no pattern matches")
        }
        let environment = CELEnvironment(variables: ["value": .string, "pattern": .string], libraries: CELLibrary.reproducible)
        let expression = try Self.compiled("value.matches(pattern)", environment)
        let matches = try categories.map { try Self.holds(expression, ["value": .string($0), "pattern": .string(pattern)]) }
        let violations = codes.indices.filter { !column.isMissing($0) && !matches[Int(codes[$0])] }
        return DataExpectation.Outcome(holds: violations.isEmpty, violations: violations.count, firstRow: violations.first.map { $0 + 1 })
    }

    private func everyRow(_ frame: Frame, _ text: String) throws -> DataExpectation.Outcome {
        let expression = try Self.compiled(text, Self.rows)
        let (members, isAll) = StageExpressions.members(of: "row", in: expression.ast)
        // Of no row would it hold, whatever the data are; unless it asks first whether the column is there.
        let asked = Set(members.filter(\.isTest).map(\.name))
        if isAll, let other = members.first(where: { frame[$0.name] == nil && !asked.contains($0.name) }) {
            throw StepFailure(
                .input, "the expression '\(text)' reads the column '\(other.name)', and the table has \(frame.columnNames.joined(separator: ", "))")
        }
        let named = Set(members.map(\.name))
        let used = isAll ? frame.columns.filter { named.contains($0.name) } : frame.columns
        var violations: [Int] = []
        for row in 0..<frame.rowCount {
            let values = used.map { ($0.name, Value(of: $0, row: row)) }
            if try !Self.holds(expression, ["row": .map(MapValue(values))]) { violations.append(row) }
        }
        return DataExpectation.Outcome(holds: violations.isEmpty, violations: violations.count, firstRow: violations.first.map { $0 + 1 })
    }

    private static func compiled(_ text: String, _ environment: CELEnvironment) throws -> CheckedExpression {
        switch environment.compile(text) {
        case .success(let expression): return expression
        case .failure(let failure):
            throw MetricsError(.invalidOption, message: "the expression '\(text)': \(failure.issues.map(\.message).joined(separator: "; "))")
        }
    }

    /// A row on which the expression fails is against it.
    private static func holds(_ expression: CheckedExpression, _ bindings: [String: Value]) throws -> Bool {
        do throws(CELEvaluationError) {
            if case .bool(let flag) = try expression.evaluate(bindings) { return flag }
            return false
        } catch {
            if error.code == .invalidArgument, bindings["pattern"] != nil {
                throw MetricsError(.invalidOption, message: error.message)
            }
            return false
        }
    }
}
