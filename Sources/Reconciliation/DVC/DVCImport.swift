public import Basics
import Diagnostics
import Foundation
import LocatedYAML
import OrderedCollections
import Specs

/// Makes a Pipeline spec of a `dvc.yaml`, its lock and what it is filled from.
public struct DVCImport {
    /// Something that the pipeline does otherwise than DVC, or not at all.
    public struct Note: Hashable, Sendable {
        /// Nil: of the file as a whole.
        public let stage: String?
        public let text: String
        /// Whether the pipeline cannot run before somebody mends it.
        public let isLoss: Bool

        public var json: JSONValue {
            JSONValue.object(["stage": stage.map { .string($0) } ?? .null, "text": .string(text), "isLoss": .bool(isLoss)]).droppingNulls
        }
    }

    /// The spec as YAML.
    public let text: String
    /// Where it belongs, from the project's root.
    public let path: String
    public let name: String
    public private(set) var notes: [Note]
    public let stageCount: Int

    /// - Parameters:
    ///   - path: of the `dvc.yaml`, from `root`.
    ///   - root: the repository's folder.
    ///   - name: the pipeline's; default: the name of the file's folder.
    ///   - dvcCache: DVC's cache; default: that of the project.
    public init(_ path: String, root: String, name: String? = nil, dvcCache: String? = nil) throws {
        let file = try DVCFile(path, root: root)
        let lock = path.split(separator: "/").dropLast().map { $0 + "/" }.joined() + "dvc.lock"
        let tree = try DVCTree(root: root, cache: dvcCache, lock: lock, stages: file.entries.flatMap(\.stages))
        let own = file.folder.isEmpty ? URL(fileURLWithPath: root).standardizedFileURL.lastPathComponent : file.folder
        if let name, !SpecNames.isStageName(name) {
            throw ReconciliationError(
                .invalidArgument, "'\(name)' is no name for a pipeline", hint: "letters, digits and hyphens, such as '\(SpecNames.slug(own))'")
        }
        self.name = name ?? SpecNames.slug(own).lowercased().replacing("_", with: "-")
        self.path = "pipelines/\(self.name).yaml"
        let forms = Self.forms(file, tree)
        let sources = DVCSources(forms, tree)
        var notes = Self.notes(on: file, tree)
        var parameters: [String: JSONValue] = [:]
        var stages: [YAMLNode] = []
        for form in forms {
            parameters = Self.merged(parameters, form.parameters)
            let stage = DVCStageSpec(form, sources, tree)
            stages.append(stage.node)
            notes += stage.notes
        }
        self.notes = notes
        stageCount = forms.count
        var spec: [(key: String, value: YAMLNode)] = [("description", .text("Imported from \(path)."))]
        if !parameters.isEmpty { spec.append(("parameters", Self.node(.object(parameters)))) }
        spec.append(("stages", .list(stages)))
        let head = ["Imported from \(path) by proviso pipeline import."] + notes.map { note in (note.stage.map { "\($0): " } ?? "") + note.text }
        text =
            head.map { "# \($0.replacing("\n", with: " "))\n" }.joined()
            + YAMLWriter.write(
                .map([
                    ("apiVersion", .text("proviso.dev/v1alpha1")), ("kind", .text(Pipeline.kind)),
                    ("metadata", .braces([("name", .text(self.name))])),
                    ("spec", .map(spec)),
                ]))
    }

    /// Stages that `foreach` or `matrix` multiplies stay one stage where all instances have a common form.
    private static func forms(_ file: DVCFile, _ tree: DVCTree) -> [DVCForm] {
        var single: Set<Int> = []
        while true {
            var forms: [DVCForm] = []
            var origins: [Int] = []
            for (index, entry) in file.entries.enumerated() {
                let matrix = single.contains(index) ? nil : DVCForm(matrix: entry, file)
                for form in matrix.map({ [$0] }) ?? entry.stages.map({ DVCForm(entry, $0, file) }) {
                    forms.append(form)
                    origins.append(index)
                }
            }
            let sources = DVCSources(forms, tree)
            let misfits = forms.indices.filter { index in
                forms[index].isMatrix && forms[index].dependencies.indices.contains { sources.sources($0, of: forms[index]) == nil }
            }
            if misfits.isEmpty { return forms }
            single.formUnion(misfits.map { origins[$0] })
        }
    }

    private static func notes(on file: DVCFile, _ tree: DVCTree) -> [Note] {
        var notes: [Note] = []
        if !tree.hasLock {
            notes.append(
                Note(stage: nil, text: "there is no dvc.lock: folders among outputs are known only where they lie in the work tree", isLoss: false))
        }
        if !file.others.isEmpty {
            notes.append(
                Note(
                    stage: nil, text: "\(file.others.joined(separator: ", ")) at the top of the file say what DVC shows, and are left out",
                    isLoss: false))
        }
        for entry in file.entries {
            if entry.flag("frozen") {
                notes.append(
                    Note(
                        stage: entry.name, text: "is frozen in DVC; here it runs once, and again when something that it reads changes", isLoss: false)
                )
            }
            if entry.flag("always_changed") {
                notes.append(
                    Note(
                        stage: entry.name,
                        text: "always runs in DVC; here it runs when something that it reads changes, or when a 'schedule' of the pipeline is due",
                        isLoss: false))
            }
            if entry.template["meta"] != nil { notes.append(Note(stage: entry.name, text: "its 'meta' is left out", isLoss: false)) }
            let known = ["cmd", "wdir", "deps", "outs", "metrics", "plots", "params", "vars", "frozen", "always_changed", "meta", "desc", "matrix"]
            for field in entry.template.entries ?? [] where !known.contains(field.key.value) {
                notes.append(Note(stage: entry.name, text: "its '\(field.key.value)' is not known here, and left out", isLoss: true))
            }
        }
        return notes
    }

    private static func merged(_ left: [String: JSONValue], _ right: [String: JSONValue]) -> [String: JSONValue] {
        left.merging(right) { old, new in
            guard case .object(let old) = old, case .object(let new) = new else { return new }
            return .object(merged(old, new))
        }
    }

    static func node(_ value: JSONValue) -> YAMLNode {
        switch value {
        case .string(let text): .text(text)
        case .array(let elements): .row(elements.map(node))
        case .object(let members): .map(members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, node($0.value)) })
        default: .literal(value.canonicalText)
        }
    }
}
