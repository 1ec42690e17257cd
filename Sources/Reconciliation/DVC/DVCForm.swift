import Basics
import LocatedYAML
import Specs

/// One stage of the pipeline to be: a stage of DVC's, one instance of a multiplied one, or all of its instances with a matrix. Texts are templates
/// of ours: `${matrix.name}`, `${parameters.name}`, and `$${` for a `${` that stays.
struct DVCForm {
    let entry: DVCFile.Entry
    let stages: [DVCFile.Stage]
    let name: String
    let isMatrix: Bool
    let commands: [String]
    let folder: String
    let dependencies: [String]
    let outputs: [String]
    let parameterFiles: [String]
    /// The project's values that it mentions.
    let parameters: [String: JSONValue]

    /// All instances at once; nil if they have no common form.
    init?(matrix entry: DVCFile.Entry, _ file: DVCFile) {
        guard let matrix = entry.matrix, entry.stages.count > 1, matrix.allSatisfy({ SpecNames.isStageName($0.name) }), entry.template["vars"] == nil
        else { return nil }
        self.init(entry, entry.stages, name: SpecNames.slug(entry.name), file, isMatrix: true, isLiteral: false)
    }

    /// One instance by itself.
    init(_ entry: DVCFile.Entry, _ stage: DVCFile.Stage, _ file: DVCFile) {
        let name = SpecNames.slug(stage.suffix.map { "\(entry.name)-\($0)" } ?? entry.name)
        if stage.suffix == nil, entry.template["vars"] == nil, let form = DVCForm(entry, [stage], name: name, file, isMatrix: false, isLiteral: false)
        {
            self = form
            return
        }
        guard let form = DVCForm(entry, [stage], name: name, file, isMatrix: false, isLiteral: true) else {
            preconditionFailure("texts without templates are what they are")
        }
        self = form
    }

    private init?(_ entry: DVCFile.Entry, _ stages: [DVCFile.Stage], name: String, _ file: DVCFile, isMatrix: Bool, isLiteral: Bool) {
        guard let first = stages.first else { return nil }
        self.entry = entry
        self.stages = stages
        self.name = name
        self.isMatrix = isMatrix
        var used: [String: JSONValue] = [:]
        func text(_ template: LocatedValue) -> String? {
            template.text.flatMap { Self.converted($0.value, isMatrix: isMatrix, file.context, &used) }
        }
        if isLiteral {
            commands = first.commands.map(Self.escaped)
            folder = Self.escaped(first.folder)
            dependencies = first.dependencies.map(Self.escaped)
            outputs = first.outputs.map { Self.escaped($0.path) }
            parameterFiles = first.parameters.map { Self.escaped($0.file) }
        } else {
            let template = entry.template
            guard let command = template["cmd"] else { return nil }
            var written = (command.elements ?? [command]).map(text)
            if command.elements == nil { written = DVCFile.lines(written.compactMap { $0 }).map { $0 } }
            guard let work = template["wdir"].map(text) ?? "" else { return nil }
            let folder = DVCFile.joined(file.folder, work)
            func paths(_ field: String) -> [String?] {
                (template[field].map { $0.elements ?? [$0] } ?? []).map { element in
                    let path = element.entries?.first.map { Self.converted($0.key.value, isMatrix: isMatrix, file.context, &used) } ?? text(element)
                    return path.map { DVCFile.joined(folder, $0) }
                }
            }
            let all = [written, paths("deps"), paths("outs") + paths("metrics") + paths("plots")]
            guard all.allSatisfy({ $0.allSatisfy { $0 != nil } }) else { return nil }
            commands = all[0].compactMap { $0 }
            self.folder = folder
            dependencies = all[1].compactMap { $0 }
            outputs = all[2].compactMap { $0 }
            parameterFiles = first.parameters.map { Self.escaped($0.file) }
        }
        parameters = used
        for stage in stages {
            let values = Placeholders(values: ["matrix": Self.matrix(of: stage), "parameters": used])
            func isSame(_ written: [String], _ meant: [String]) -> Bool {
                written.map { text in values.resolve(.string(text)) }.map { $0.stringValue ?? $0.canonicalText } == meant
            }
            guard isSame(commands, stage.commands), isSame([folder], [stage.folder]), isSame(dependencies, stage.dependencies),
                isSame(outputs, stage.outputs.map(\.path)), isSame(parameterFiles, stage.parameters.map(\.file))
            else { return nil }
        }
    }

    static func escaped(_ text: String) -> String { text.replacing("${", with: "$${") }

    /// The matrix values of an instance.
    static func matrix(of stage: DVCFile.Stage) -> [String: JSONValue] {
        guard let item = stage.bindings["item"] else { return [:] }
        return item.objectValue ?? ["item": item]
    }

    /// The instance's identifier, as a pipeline of ours names it.
    func id(of stage: DVCFile.Stage) -> String {
        guard isMatrix else { return name }
        let values = Self.matrix(of: stage).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
            $0.value.stringValue ?? $0.value.canonicalText
        }
        return name + "@" + values.joined(separator: "-")
    }

    /// A template of DVC's as one of ours; nil if it mentions what has no counterpart.
    private static func converted(_ template: String, isMatrix: Bool, _ context: DVCContext, _ used: inout [String: JSONValue]) -> String? {
        var result = ""
        for piece in DVCContext.pieces(of: template) {
            switch piece {
            case .text(let text): result += escaped(text)
            case .value(let path):
                if path == "item" || path.hasPrefix("item.") {
                    guard isMatrix else { return nil }
                    result += "${matrix.\(path == "item" ? "item" : String(path.dropFirst(5)))}"
                } else if path == "key" {
                    return nil
                } else {
                    guard let value = context.value(path) else { return nil }
                    let words = DVCContext.words(value)
                    let isScalar = value.objectValue == nil && value.arrayValue == nil && value != .null
                    let top = String(path.prefix { $0 != "." })
                    if isScalar, (value.stringValue ?? value.canonicalText) == words,
                        path.split(separator: ".").allSatisfy({ SpecNames.isStageName(String($0)) })
                    {
                        used[top] = keep(value, at: path.split(separator: ".").dropFirst().map { String($0) }, in: used[top])
                        result += "${parameters.\(path)}"
                    } else {
                        result += escaped(words)
                    }
                }
            }
        }
        return result
    }

    private static func keep(_ value: JSONValue, at path: [String], in old: JSONValue?) -> JSONValue {
        guard let first = path.first else { return value }
        var members = old?.objectValue ?? [:]
        members[first] = keep(value, at: Array(path.dropFirst()), in: members[first])
        return .object(members)
    }
}

/// Names as specs allow them.
enum SpecNames {
    static func isStageName(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_") }
    }

    /// A text as a name: what does not belong into one becomes `-`.
    static func slug(_ text: String) -> String {
        let mapped = text.unicodeScalars.map { isStageName(String($0)) ? Character($0) : "-" }
        let parts = String(mapped).split(separator: "-")
        return parts.isEmpty ? "stage" : parts.joined(separator: "-")
    }
}
