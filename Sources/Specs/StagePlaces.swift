public import Basics
internal import OrderedCollections

/// A file that a program finds in its work folder.
public struct InputPlace: Hashable, Sendable {
    /// Below the work folder.
    public let path: String
    /// The instance and the output that it is of; nil for a file of the repository or a data set.
    public let made: Made?

    public struct Made: Hashable, Sendable {
        public let instance: String
        public let output: String
    }

    init(_ path: String, of made: Made? = nil) {
        self.path = path
        self.made = made
    }
}

extension StageInstances {
    /// Where a program finds an input: one file, or of a stage with a matrix one for each of its instances, in a folder. None of what refers to nothing.
    ///
    /// - Parameters:
    ///   - input: as `run.inputs` declares it, with values in the place of placeholders.
    ///   - format: of a data set, by its name.
    public func places(of input: JSONValue, named name: String, format: (String) -> String?) -> [InputPlace] {
        let place = input["as"]?.stringValue
        if let path = input["path"]?.stringValue { return [InputPlace(place ?? path)] }
        if let path = input["dvc"]?.stringValue { return [InputPlace(place ?? String(path.dropLast(path.hasSuffix(".dvc") ? 4 : 0)))] }
        if let dataset = input["dataset"]?.stringValue { return [InputPlace(place ?? "\(name).\(format(dataset) ?? "parquet")")] }
        switch input["from"]?.stringValue.flatMap(resolve) {
        case .output(let id, let output): return [InputPlace(place ?? name + ending(id, output), of: .init(instance: id, output: output))]
        case .all(let stage, let output):
            return (matrices[stage] ?? []).map { id in
                let suffix = id.dropFirst(stage.count + 1)
                return InputPlace("\(place ?? name)/\(suffix)\(ending(id, output))", of: .init(instance: id, output: output))
            }
        case nil: return []
        }
    }

    /// The end of the name of the file that holds an output.
    private func ending(_ id: String, _ output: String) -> String {
        guard let instance = instances[id] else { return "" }
        guard instance.stage.work == .run else { return instance.stage.makesTables || output == "scores" ? ".parquet" : ".json" }
        if output == "log" { return ".log" }
        let file = instance.body["outputs"]?[output]?.stringValue?.split(separator: "/").last ?? ""
        return file.lastIndex(of: ".").map { String(file[$0...]) } ?? ""
    }
}
