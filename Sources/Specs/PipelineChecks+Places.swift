import Basics
import Diagnostics
import OrderedCollections

/// The files of one program's work folder, each at a place of its own.
private struct WorkPlaces {
    struct Owner {
        let name: String
        let isOutput: Bool
        /// In the spec.
        let place: [String]
    }

    private var files: [String: Owner] = [:]
    /// Of folders that files lie in, one of those.
    private var folders: [String: Owner] = [:]

    /// - Returns: what lies at that place already, in it, or where one of its folders is to be.
    mutating func take(_ path: String, _ owner: Owner) -> Owner? {
        var above: [String] = []
        var rest = path[...]
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            above.append(String(rest))
        }
        var other = files[path] ?? folders[path]
        for folder in above where other == nil { other = files[folder] }
        if other == nil { files[path] = owner }
        for folder in above where folders[folder] == nil { folders[folder] = owner }
        return other
    }
}

extension PipelineChecks {
    /// No input of a program may lie where another one does or an output is to be made, nor in it: nobody could put both there.
    mutating func checkPlaces(_ instances: StageInstances, _ catalog: Catalog) {
        var seen: Set<String> = []
        for instance in instances.instances.values where instance.stage.work == .run {
            let stage = instance.stage
            let inputs = stage.body["inputs"]?.objectValue ?? [:]
            // Instances differ here only by what stands in the place of placeholders.
            let isFirst = seen.insert(stage.name).inserted
            guard !inputs.isEmpty, isFirst || inputs.values.contains(where: { $0.mentions("${") }) || (stage.body["outputs"]?.mentions("${") ?? false)
            else { continue }
            for problem in problems(instance, instances, catalog) where !diagnostics.contains(problem) { diagnostics.append(problem) }
        }
    }

    private func problems(_ instance: StageInstance, _ instances: StageInstances, _ catalog: Catalog) -> [Diagnostic] {
        let resource = instances.pipeline.resource
        let path = instance.stage.path + ["run"]
        var places = WorkPlaces()
        var found: [Diagnostic] = []
        for (name, value) in (instance.body["outputs"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            // Of two outputs at one place is told by themselves.
            _ = places.take(value.stringValue ?? "", .init(name: name, isOutput: true, place: path + ["outputs", name]))
        }
        for (name, input) in (instance.body["inputs"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let field = ["as", "path", "dvc", "dataset", "from"].first(where: { input[$0] != nil }) else { continue }
            let owner = WorkPlaces.Owner(name: name, isOutput: false, place: path + ["inputs", name, field])
            for file in instances.places(of: input, named: name, format: { catalog.datasets[$0]?.format }) {
                guard !file.path.containsBytes(of: "${"), let other = places.take(file.path, owner), other.place != owner.place else { continue }
                found.append(
                    Diagnostic(
                        .duplicateOutput,
                        other.isOutput
                            ? "the input '\(name)' lies where the output '\(other.name)' is to be made"
                            : "the inputs '\(other.name)' and '\(name)' lie at one place, or one in the other", at: resource.span(at: owner.place),
                        notes: [.init(other.isOutput ? "the output is here" : "the first is here", at: resource.span(at: other.place))],
                        hint: "place the input elsewhere with 'as'"))
                // One is enough of an input that is many files.
                break
            }
        }
        return found
    }
}
