import Basics
import CEL
import Diagnostics
import Foundation

/// One official test, with the fields of the suite's `SimpleTest` message.
struct ConformanceCase {
    private let test: JSONValue
    /// Expected instead of what the test says.
    private let instead: Value?

    /// Whether text that is no expression answers a test of errors: never in the official suite.
    private let syntaxErrorsCount: Bool

    init(_ test: JSONValue, instead: Value? = nil, syntaxErrorsCount: Bool = false) {
        self.test = test
        self.instead = instead
        self.syntaxErrorsCount = syntaxErrorsCount
    }

    /// What the harness cannot read of a test; such a test fails, by name.
    struct Unreadable: Error { let what: String }

    /// Why the test fails; nil if it passes.
    func failure() -> String? {
        do throws(Unreadable) {
            return try run()
        } catch {
            return "the harness does not know \(error.what)"
        }
    }

    private func run() throws(Unreadable) -> String? {
        let environment = CELEnvironment(
            variables: Dictionary(declarations { ($0["ident"]?["type"]).map(Self.type) }, uniquingKeysWith: { $1 }),
            container: test["container"]?.stringValue ?? "", functions: functions, libraries: CELLibrary.all)
        let text = test["expr"]?.stringValue ?? ""
        let isChecked = test["disable_check"]?.boolValue != true
        let expression: CheckedExpression
        switch isChecked ? environment.compile(text) : environment.parse(text) {
        case .success(let compiled): expression = compiled
        case .failure(let failure):
            // An overload or name that does not exist is found before evaluation where types are checked; text that is no expression never counts.
            let isOfTypes = isChecked && failure.issues.allSatisfy { $0.code != .celSyntax && $0.code != .celLimit }
            return (isOfTypes || syntaxErrorsCount) && test["eval_error"] != nil ? nil : "does not compile: \(failure.issues.map(\.message))"
        }
        if let expected = test["typed_result"]?["deduced_type"], Self.type(expected) != expression.resultType {
            return "has the type \(expression.resultType), not \(Self.type(expected))"
        }
        if test["check_only"]?.boolValue == true { return nil }
        var bindings: [String: Value] = [:]
        for (name, binding) in test["bindings"]?.objectValue ?? [:] { bindings[name] = try Self.value(binding["value"] ?? .null) }
        let expected = try (test["value"] ?? test["typed_result"]?["result"]).map { json throws(Unreadable) in try Self.value(json) }
        let (result, cost) = expression.measured(bindings)
        do throws(CELEvaluationError) {
            let value = try result.get()
            let estimate = expression.estimatedCost
            if cost < estimate.minimum || cost > estimate.maximum ?? .max { return "costs \(cost), not \(estimate) as estimated" }
            if test["eval_error"] != nil { return "gives \(value), and should fail" }
            if let instead { return value.matches(instead) ? nil : "gives \(value), not \(instead)" }
            return value.matches(expected ?? .bool(true)) ? nil : "gives \(value), not \(expected ?? .bool(true))"
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

    static func value(_ json: JSONValue) throws(Unreadable) -> Value {
        guard let (kind, content) = json.objectValue?.first, json.objectValue?.count == 1 else { throw Unreadable(what: json.canonicalText) }
        switch (kind, content) {
        case ("null_value", _): return .null
        case ("bool_value", .bool(let flag)): return .bool(flag)
        case ("int64_value", _): return .int(try read(content) { Int64($0) })
        case ("uint64_value", _): return .uint(try read(content) { UInt64($0) })
        case ("double_value", _): return .double(try read(content) { names[$0] ?? Double($0) })
        case ("string_value", .string(let text)): return .string(text)
        case ("bytes_value", .string(let text)): return .bytes(try read(.string(text)) { Data(base64Encoded: $0).map { Array($0) } })
        case ("list_value", _): return .list(try (content["values"]?.arrayValue ?? []).map { json throws(Unreadable) in try value(json) })
        case ("map_value", _):
            return .map(
                MapValue(
                    try (content["entries"]?.arrayValue ?? []).map { entry throws(Unreadable) in
                        (try value(entry["key"] ?? .null), try value(entry["value"] ?? .null))
                    }))
        case ("type_value", .string(let name)): return .type(named(name))
        case ("object_value", _): return try wellKnown(content)
        default: throw Unreadable(what: "a value \(json.canonicalText)")
        }
    }

    private static let names: [String: Double] = ["NaN": .nan, "Infinity": .infinity, "-Infinity": -.infinity]

    /// A number may be written as a text, as protobuf's JSON does.
    private static func read<Result>(_ json: JSONValue, _ read: (String) -> Result?) throws(Unreadable) -> Result {
        guard let result = read(json.stringValue ?? json.canonicalText) else { throw Unreadable(what: json.canonicalText) }
        return result
    }

    static func named(_ name: String) -> CELType {
        name == "optional_type" ? .abstract(name, [.dyn]) : CELType(parsing: name) ?? .abstract(name, [])
    }

    /// The messages that are values of the language itself: points in time and stretches of it, and boxed numbers and texts.
    private static func wellKnown(_ json: JSONValue) throws(Unreadable) -> Value {
        let name = json["@type"]?.stringValue.map { String($0.split(separator: "/").last ?? "") } ?? ""
        let kinds = [
            "BoolValue": "bool_value", "Int32Value": "int64_value", "Int64Value": "int64_value", "UInt32Value": "uint64_value",
            "UInt64Value": "uint64_value", "FloatValue": "double_value", "DoubleValue": "double_value", "StringValue": "string_value",
            "BytesValue": "bytes_value",
        ]
        let short = name.split(separator: ".").last.map(String.init) ?? ""
        if let kind = kinds[short] { return try value([kind: json["value"] ?? .null]) }
        let conversions = ["google.protobuf.Timestamp": "timestamp", "google.protobuf.Duration": "duration"]
        guard let function = conversions[name], let text = json["value"]?.stringValue,
            case .success(let expression) = CELEnvironment(variables: ["text": .string]).compile("\(function)(text)"),
            let value = try? expression.evaluate(["text": .string(text)])
        else { throw Unreadable(what: "a message \(json.canonicalText)") }
        return value
    }
}

extension Value {
    /// The same value of the same type; unlike CEL's equality NaN is itself, 1 is not 1.0 and zero has a sign.
    func matches(_ other: Value) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.int(let a), .int(let b)): return a == b
        case (.uint(let a), .uint(let b)): return a == b
        case (.double(let a), .double(let b)): return a == b && a.sign == b.sign || (a.isNaN && b.isNaN)
        case (.string(let a), .string(let b)): return a.utf8.elementsEqual(b.utf8)
        case (.bytes(let a), .bytes(let b)): return a == b
        case (.type(let a), .type(let b)): return a == b
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.list(let a), .list(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.matches($1) }
        case (.map(let a), .map(let b)):
            return a.entries.count == b.entries.count
                && a.entries.allSatisfy { entry in b.lookup(entry.key).map { $0.matches(entry.value) } ?? false }
        default: return false
        }
    }
}
