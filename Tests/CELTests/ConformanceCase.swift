import Basics
import CEL
import Foundation

/// One official test, with the fields of the suite's `SimpleTest` message.
struct ConformanceCase {
    private let test: JSONValue
    /// Expected instead of what the test says.
    private let instead: Value?

    init(_ test: JSONValue, instead: Value? = nil) {
        self.test = test
        self.instead = instead
    }

    /// Why the test fails; nil if it passes.
    func failure() -> String? {
        let environment = CELEnvironment(
            variables: Dictionary(declarations { ($0["ident"]?["type"]).map(Self.type) }, uniquingKeysWith: { $1 }),
            container: test["container"]?.stringValue ?? "", functions: functions, libraries: CELLibrary.all)
        let text = test["expr"]?.stringValue ?? ""
        let isChecked = test["disable_check"]?.boolValue != true
        let expression: CheckedExpression
        switch isChecked ? environment.compile(text) : environment.parse(text) {
        case .success(let compiled): expression = compiled
        // An overload that does not exist is found before evaluation where types are checked.
        case .failure where test["eval_error"] != nil: return nil
        case .failure(let failure): return "does not compile: \(failure.issues.map(\.message))"
        }
        if let expected = test["typed_result"]?["deduced_type"], Self.type(expected) != expression.resultType {
            return "has the type \(expression.resultType), not \(Self.type(expected))"
        }
        if test["check_only"]?.boolValue == true { return nil }
        let bindings = (test["bindings"]?.objectValue ?? [:]).compactMapValues { $0["value"].map(Self.value) }
        let (result, cost) = expression.measured(bindings)
        do throws(CELEvaluationError) {
            let value = try result.get()
            let estimate = expression.estimatedCost
            if cost < estimate.minimum || cost > estimate.maximum ?? .max { return "costs \(cost), not \(estimate) as estimated" }
            if test["eval_error"] != nil { return "gives \(value), and should fail" }
            if let instead { return value.matches(instead) ? nil : "gives \(value), not \(instead)" }
            guard let expected = test["value"] ?? test["typed_result"]?["result"] else {
                return value.matches(.bool(true)) ? nil : "gives \(value), not true"
            }
            return value.matches(Self.value(expected)) ? nil : "gives \(value), not \(expected.canonicalText)"
        } catch {
            return test["eval_error"] == nil ? "fails: \(error.message)" : nil
        }
    }

    private func declarations<Result>(_ read: (JSONValue) -> Result?) -> [(String, Result)] {
        (test["type_env"]?.arrayValue ?? []).compactMap { entry in
            guard let name = entry["name"]?.stringValue, let result = read(entry) else { return nil }
            return (name, result)
        }
    }

    private var functions: [Overload] {
        declarations { $0["function"]?["overloads"]?.arrayValue }.flatMap { name, overloads in
            overloads.map { overload in
                Overload(
                    name, (overload["params"]?.arrayValue ?? []).map(Self.type), overload["result_type"].map(Self.type) ?? .dyn,
                    member: overload["is_instance_function"]?.boolValue == true)
            }
        }
    }

    static func type(_ json: JSONValue) -> CELType {
        if let name = json["primitive"]?.stringValue { return primitive(name) }
        if let list = json["list_type"] { return .list(list["elem_type"].map(type) ?? .dyn) }
        if let map = json["map_type"] { return .map(map["key_type"].map(type) ?? .dyn, map["value_type"].map(type) ?? .dyn) }
        if let name = json["well_known"]?.stringValue { return ["TIMESTAMP": .timestamp, "DURATION": .duration][name] ?? .dyn }
        if let name = json["type_param"]?.stringValue { return .parameter(name) }
        if let type = json["abstract_type"] {
            return .abstract(type["name"]?.stringValue ?? "", (type["parameter_types"]?.arrayValue ?? []).map(Self.type))
        }
        if json["null"] != nil { return .null }
        if json["type"] != nil { return .type }
        return .dyn
    }

    private static func primitive(_ name: String) -> CELType {
        ["BOOL": .bool, "INT64": .int, "UINT64": .uint, "DOUBLE": .double, "STRING": .string, "BYTES": .bytes][name] ?? .dyn
    }

    static func value(_ json: JSONValue) -> Value {
        guard let (kind, content) = json.objectValue?.first else { return .null }
        switch kind {
        case "bool_value": return .bool(content.boolValue ?? false)
        case "int64_value": return .int(content.stringValue.flatMap { Int64($0) } ?? content.intValue ?? 0)
        case "uint64_value": return .uint(content.stringValue.flatMap { UInt64($0) } ?? UInt64(content.intValue ?? 0))
        case "double_value":
            let names: [String: Double] = ["NaN": .nan, "Infinity": .infinity, "-Infinity": -.infinity]
            return .double(content.stringValue.flatMap { names[$0] ?? Double($0) } ?? content.doubleValue ?? 0)
        case "string_value": return .string(content.stringValue ?? "")
        case "bytes_value": return .bytes(content.stringValue.flatMap { Data(base64Encoded: $0) }.map { Array($0) } ?? [])
        case "list_value": return .list((content["values"]?.arrayValue ?? []).map(value))
        case "map_value":
            return .map(MapValue((content["entries"]?.arrayValue ?? []).map { (value($0["key"] ?? .null), value($0["value"] ?? .null)) }))
        case "type_value": return .type(named[content.stringValue ?? ""] ?? .abstract(content.stringValue ?? "", []))
        default: return .null
        }
    }
}

extension ConformanceCase {
    static let named: [String: CELType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes, "list": .list(.dyn),
        "map": .map(.dyn, .dyn), "null_type": .null, "type": .type,
    ]
}

extension Value {
    /// The same value of the same type; unlike CEL's equality NaN is itself, and 1 is not 1.0.
    func matches(_ other: Value) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.int(let a), .int(let b)): return a == b
        case (.uint(let a), .uint(let b)): return a == b
        case (.double(let a), .double(let b)): return a == b || (a.isNaN && b.isNaN)
        case (.string(let a), .string(let b)): return a.utf8.elementsEqual(b.utf8)
        case (.bytes(let a), .bytes(let b)): return a == b
        case (.type(let a), .type(let b)): return a == b
        case (.list(let a), .list(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.matches($1) }
        case (.map(let a), .map(let b)):
            return a.entries.count == b.entries.count
                && a.entries.allSatisfy { entry in b.lookup(entry.key).map { $0.matches(entry.value) } ?? false }
        default: return false
        }
    }
}
