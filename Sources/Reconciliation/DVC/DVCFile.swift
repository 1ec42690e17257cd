import Basics
import Diagnostics
import Foundation
import LocatedYAML

/// A `dvc.yaml` with what it is filled from: `vars`, `params.yaml`, and its lock.
struct DVCFile {
    /// One stage as it runs: with values in the place of all templates.
    struct Stage: Hashable {
        /// Its name in the file.
        let base: String
        /// Behind the `@` of what `foreach` or `matrix` multiplies; nil for a stage by itself.
        let suffix: String?
        /// What `item` and `key` stand for.
        let bindings: [String: JSONValue]
        /// The commands, one after another.
        let commands: [String]
        /// Relative to the project's root; empty for the root itself.
        let folder: String
        /// Paths from the project's root, or addresses.
        let dependencies: [String]
        let outputs: [Output]
        /// Parameter files, from the project's root, with the names that are followed; no names for the whole file.
        let parameters: [Parameters]

        var id: String { suffix.map { "\(base)@\($0)" } ?? base }
    }

    struct Parameters: Hashable {
        let file: String
        let names: [String]
    }

    struct Output: Hashable {
        /// `outs`, `metrics` or `plots`.
        let kind: String
        let path: String
        let persists: Bool
    }

    /// A stage as it is written.
    struct Entry {
        let name: String
        /// The mapping that has `cmd`.
        let template: LocatedValue
        let span: SourceSpan
        /// Matrix variables in the order of the file; nil for a stage by itself, or one whose instances have no common form.
        let matrix: [(name: String, values: [JSONValue])]?
        let stages: [Stage]

        func flag(_ name: String) -> Bool { template[name]?.node == .bool(true) }
        var description: String? { template["desc"]?.text?.value }
    }

    let entries: [Entry]
    let context: DVCContext
    /// What of the file as a whole is not a stage.
    let others: [String]
    /// Where the file lies, from the project's root; empty for the root.
    let folder: String

    /// - Parameters:
    ///   - path: of the file, from `root`.
    ///   - root: the project's root, whose paths the pipeline will name.
    init(_ path: String, root: String) throws {
        let document = try Self.document(path, root: root)
        folder = path.split(separator: "/").dropLast().joined(separator: "/")
        var context = DVCContext()
        let standard = Self.joined(folder, "params.yaml")
        if FileManager.default.fileExists(atPath: "\(root)/\(standard)") { context.merge(try Self.values(standard, root: root)) }
        try Self.merge(document["vars"], into: &context, folder: folder, root: root)
        self.context = context
        let folder = folder
        guard let stages = document["stages"]?.entries, !stages.isEmpty else {
            throw Self.problem(document.span, "there are no stages", hint: "dvc stage add makes one; data that 'dvc add' follows need no import")
        }
        entries = try stages.map { try Self.entry($0.key, $0.value, context, folder: folder, root: root) }
        others = ["metrics", "plots", "params", "artifacts", "datasets"].filter { document[$0] != nil }
    }

    // MARK: - Reading

    static func document(_ path: String, root: String) throws -> LocatedValue {
        guard let bytes = FileManager.default.contents(atPath: "\(root)/\(path)") else {
            throw ReconciliationError(.invalidArgument, "there is no file \(root)/\(path)", hint: "name a dvc.yaml")
        }
        let (value, diagnostics) = YAMLDocument.parse(bytes: Array(bytes), path: path)
        guard let value, !diagnostics.hasErrors else {
            let first = diagnostics.first
            throw ReconciliationError(
                .invalidArgument, first.map { ($0.span.map { "\(place($0)): " } ?? "") + $0.message } ?? "\(path) is empty", hint: first?.hint)
        }
        return value
    }

    private static func place(_ span: SourceSpan) -> String { "\(span.file.path):\(span.start.line):\(span.start.column)" }

    static func problem(_ span: SourceSpan, _ message: String, hint: String? = nil) -> ReconciliationError {
        ReconciliationError(.invalidArgument, "\(place(span)): \(message)", hint: hint)
    }

    /// The values of a parameter file. TOML and Python are DVC's too, and cannot be read here.
    static func values(_ path: String, root: String) throws -> [String: JSONValue] {
        guard path.hasSuffix(".yaml") || path.hasSuffix(".yml") || path.hasSuffix(".json") else {
            throw ReconciliationError(
                .invalidArgument, "the values of '\(path)' are needed, which is neither YAML nor JSON", hint: "write them as YAML, and name that file"
            )
        }
        let value = JSONValue(try document(path, root: root))
        if value == .null { return [:] }
        guard let members = value.objectValue else { throw ReconciliationError(.invalidArgument, "\(path) is no mapping of values") }
        return members
    }

    /// `vars`: names of files, `file:name,name`, or values themselves.
    private static func merge(_ vars: LocatedValue?, into context: inout DVCContext, folder: String, root: String) throws {
        for element in vars?.elements ?? [] {
            if element.entries != nil {
                context.merge(JSONValue(element).objectValue ?? [:])
                continue
            }
            guard let text = element.text?.value else { throw problem(element.span, "'vars' lists files and values") }
            let parts = text.split(separator: ":", maxSplits: 1).map { String($0) }
            var values = try values(joined(folder, parts[0]), root: root)
            if parts.count == 2 {
                let names = parts[1].split(separator: ",").map { String($0) }
                for name in names where values[name] == nil { throw problem(element.span, "'\(parts[0])' has no '\(name)'") }
                values = values.filter { names.contains($0.key) }
            }
            context.merge(values)
        }
    }

    // MARK: - Stages

    private static func entry(
        _ key: LocatedString, _ value: LocatedValue, _ context: DVCContext, folder: String, root: String
    ) throws -> Entry {
        func stage(_ template: LocatedValue, _ suffix: String?, _ bindings: [String: JSONValue]) throws -> Stage {
            var context = context
            context.merge(bindings)
            try merge(template["vars"], into: &context, folder: folder, root: root)
            return try Self.stage(key.value, template, suffix, bindings, context, folder: folder)
        }
        if let each = value["foreach"] {
            guard let template = value["do"] else { throw problem(key.span, "'\(key.value)' has 'foreach' and no 'do'") }
            switch try resolved(each, context) {
            case .array(let elements):
                let isFlat = elements.allSatisfy { $0.objectValue == nil && $0.arrayValue == nil }
                return Entry(
                    name: key.value, template: template, span: key.span, matrix: isFlat ? [("item", elements)] : nil,
                    stages: try elements.enumerated().map { index, element in
                        try stage(template, isFlat ? DVCContext.words(element) : "\(index)", ["item": element])
                    })
            case .object(let members):
                return Entry(
                    name: key.value, template: template, span: key.span, matrix: nil,
                    stages: try members.sorted { $0.key < $1.key }.map { name, element in
                        try stage(template, name, ["key": .string(name), "item": element])
                    })
            default: throw problem(each.span, "'foreach' goes over a list or a mapping")
            }
        }
        guard let matrix = value["matrix"] else {
            return Entry(name: key.value, template: value, span: key.span, matrix: nil, stages: [try stage(value, nil, [:])])
        }
        // The order of the file decides the names; a matrix that is itself a template has none.
        let values = try resolved(matrix, context)
        let names = matrix.entries?.map(\.key.value) ?? values.objectValue?.keys.sorted() ?? []
        let variables = try names.map { name in
            guard let list = values[name]?.arrayValue else { throw problem(matrix.span, "the matrix variable '\(name)' is no list") }
            return (name: name, values: list)
        }
        let isFlat = variables.allSatisfy { $0.values.allSatisfy { $0.objectValue == nil && $0.arrayValue == nil } }
        let combinations = variables.reduce([[(String, Int)]]([[]])) { found, variable in
            found.flatMap { combination in variable.values.indices.map { combination + [(variable.name, $0)] } }
        }
        return Entry(
            name: key.value, template: value, span: key.span, matrix: isFlat ? variables : nil,
            stages: try combinations.map { combination in
                var item: [String: JSONValue] = [:]
                var words: [String] = []
                for (name, index) in combination {
                    guard let value = values[name]?.arrayValue?[index] else { continue }
                    item[name] = value
                    words.append(value.objectValue == nil && value.arrayValue == nil ? DVCContext.words(value) : "\(name)\(index)")
                }
                let suffix = words.joined(separator: "-")
                return try stage(value, suffix, ["item": .object(item), "key": .string(suffix)])
            })
    }

    /// A value in which a text that is one template is what the template stands for.
    private static func resolved(_ value: LocatedValue, _ context: DVCContext) throws -> JSONValue {
        if let text = value.text?.value, case .string = value.node {
            if case .value(let name)? = DVCContext.pieces(of: text).first, DVCContext.pieces(of: text).count == 1 {
                guard let found = context.value(name) else { throw problem(value.span, "there is no value for '\(text)'") }
                return found
            }
            return .string(try filled(value, context))
        }
        if let elements = value.elements { return .array(try elements.map { try resolved($0, context) }) }
        guard let entries = value.entries else { return JSONValue(value) }
        return .object(Dictionary(try entries.map { ($0.key.value, try resolved($0.value, context)) }, uniquingKeysWith: { $1 }))
    }

    private static func filled(_ value: LocatedValue, _ context: DVCContext) throws -> String {
        guard let text = value.text?.value else { throw problem(value.span, "this is \(value.kindName), and a text is needed") }
        do throws(DVCContext.Problem) { return try context.filled(text) } catch { throw problem(value.span, error.message) }
    }

    private static func stage(
        _ name: String, _ template: LocatedValue, _ suffix: String?, _ bindings: [String: JSONValue], _ context: DVCContext, folder: String
    ) throws -> Stage {
        guard let command = template["cmd"] else { throw problem(template.span, "the stage '\(name)' has no 'cmd'") }
        let work = try template["wdir"].map { joined(folder, try filled($0, context)) } ?? folder
        func paths(_ field: String) throws -> [(path: String, options: LocatedValue?)] {
            // One path may stand without a list.
            let elements = template[field].map { $0.elements ?? [$0] } ?? []
            return try elements.map { element in
                if let entry = element.entries?.first {
                    do throws(DVCContext.Problem) { return (joined(work, try context.filled(entry.key.value)), entry.value) } catch {
                        throw problem(entry.key.span, error.message)
                    }
                }
                return (joined(work, try filled(element, context)), nil)
            }
        }
        var outputs: [Output] = []
        for kind in ["outs", "metrics", "plots"] {
            outputs += try paths(kind).map { Output(kind: kind, path: $0.path, persists: $0.options?["persist"]?.node == .bool(true)) }
        }
        var parameters: [String: [String]] = [:]
        for element in template["params"]?.elements ?? [] {
            guard let entries = element.entries else {
                parameters[joined(work, "params.yaml"), default: []].append(try filled(element, context))
                continue
            }
            for entry in entries {
                let names = try (entry.value.elements ?? []).map { try filled($0, context) }
                do throws(DVCContext.Problem) { parameters[joined(work, try context.filled(entry.key.value)), default: []] += names } catch {
                    throw problem(entry.key.span, error.message)
                }
            }
        }
        let commands = try (command.elements ?? [command]).map { try filled($0, context) }
        return Stage(
            base: name, suffix: suffix, bindings: bindings, commands: command.elements == nil ? lines(commands) : commands,
            folder: work, dependencies: try paths("deps").map(\.path), outputs: outputs,
            parameters: parameters.sorted { $0.key < $1.key }.map { Parameters(file: $0.key, names: $0.value) })
    }

    /// DVC runs each line of a text in a shell of its own.
    static func lines(_ commands: [String]) -> [String] {
        commands.flatMap { $0.split(whereSeparator: \.isNewline).map { String($0) } }.filter { !$0.allSatisfy(\.isWhitespace) }
    }

    /// `path` as seen from `folder`, from the project's root: without `.` and, as far as may be, without `..`. Addresses stay as they are.
    static func joined(_ folder: String, _ path: String) -> String {
        if path.contains("://") || path.hasPrefix("/") { return path }
        var parts: [Substring] = []
        for part in (folder.isEmpty ? path : "\(folder)/\(path)").split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}
