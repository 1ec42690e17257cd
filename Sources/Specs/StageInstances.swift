public import Basics
public import OrderedCollections

/// One run of a stage: the stage itself, or, with a matrix, the stage for one combination of values.
public struct StageInstance: Sendable {
    /// `name`, or `name@value-value`.
    public let id: String
    public let stage: Pipeline.Stage
    public let matrix: [String: JSONValue]
    /// The stage's body with values in the place of placeholders.
    public let body: JSONValue
}

/// What a text such as `stage.output` refers to.
public enum StageReference: Hashable, Sendable {
    case output(instance: String, name: String)
    /// Every instance of a stage with a matrix.
    case all(stage: String, name: String)
}

/// A pipeline's stages with their matrices multiplied out.
public struct StageInstances: Sendable {
    public let pipeline: Pipeline
    public private(set) var instances: OrderedDictionary<String, StageInstance> = [:]
    /// By stage with a matrix, its instances' identifiers.
    public private(set) var matrices: [String: [String]] = [:]
    private(set) var outputs: [String: [String]] = [:]
    /// Identifiers that two instances have.
    private(set) var collisions: [(id: String, stage: Pipeline.Stage)] = []
    private(set) var unknown: [(placeholder: Placeholders.Unknown, stage: Pipeline.Stage)] = []

    public init(_ pipeline: Pipeline) {
        self.pipeline = pipeline
        let parameters = pipeline.parameters
        for stage in pipeline.stages {
            outputs[stage.name] = outputs[stage.name] ?? stage.outputs
            let matrix = stage.matrix
            let hasMatrix = stage.spec["matrix"] != nil
            for (number, values) in Self.combinations(matrix).enumerated() {
                let id = hasMatrix ? stage.name + "@" + matrix.map { Self.text(values[$0.name] ?? .null) }.joined(separator: "-") : stage.name
                let placeholders = Placeholders(values: ["matrix": values, "parameters": parameters])
                let body = placeholders.resolve(stage.body, at: stage.path + [stage.work.rawValue]) {
                    // Every instance has the same placeholders.
                    if number == 0 { unknown.append(($0, stage)) }
                }
                if instances[id] != nil {
                    collisions.append((id, stage))
                    continue
                }
                instances[id] = StageInstance(id: id, stage: stage, matrix: values, body: body)
                if hasMatrix { matrices[stage.name, default: []].append(id) }
            }
        }
    }

    /// The last variable varies fastest.
    private static func combinations(_ matrix: [(name: String, values: [JSONValue])]) -> [[String: JSONValue]] {
        matrix.reduce([[:]]) { combinations, variable in
            combinations.flatMap { combination in
                variable.values.map { value in combination.merging([variable.name: value]) { $1 } }
            }
        }
    }

    private static func text(_ value: JSONValue) -> String { value.stringValue ?? value.canonicalText }

    /// What `text` refers to: a stage or an instance by itself, or with one of its outputs behind a dot. Nil if there is nothing of that name.
    public func resolve(_ text: String) -> StageReference? {
        if let whole = self.reference(text, nil) { return whole }
        guard let dot = text.lastIndex(of: ".") else { return nil }
        return self.reference(String(text[..<dot]), String(text[text.index(after: dot)...]))
    }

    private func reference(_ name: String, _ output: String?) -> StageReference? {
        if let instance = instances[name] {
            guard let found = pick(output, of: instance.stage.name) else { return nil }
            return .output(instance: name, name: found)
        }
        guard matrices[name] != nil, let found = pick(output, of: name) else { return nil }
        return .all(stage: name, name: found)
    }

    private func pick(_ output: String?, of stage: String) -> String? {
        guard let names = outputs[stage] else { return nil }
        guard let output else { return names.first }
        return names.contains(output) ? output : nil
    }

    /// The outputs of a stage that `text` names without saying which of them; nil where it says so, or where there is one. A program's log is no answer.
    func unsaid(_ text: String) -> [String]? {
        guard let stage = instances[text]?.stage ?? matrices[text]?.first.flatMap({ instances[$0]?.stage }), let names = outputs[stage.name] else {
            return nil
        }
        let made = stage.work == .run ? names.dropLast() : names[...]
        return made.count > 1 ? made.map { "\(text).\($0)" } : nil
    }

    /// Names near to a text that refers to nothing, for a hint.
    func candidates(for text: String) -> [String] {
        let stage = text.split(separator: ".").first.map { String($0) } ?? text
        if let names = outputs[stage] { return names.map { "\(stage).\($0)" } }
        return Array(outputs.keys).sorted()
    }
}

extension StageInstance {
    /// The places of the body that refer to other stages, with their texts.
    public var references: [(path: [String], text: String)] {
        var found: [(path: [String], text: String)] = []
        func add(_ path: String...) {
            var value: JSONValue? = body
            for part in path { value = value?[part] }
            if let text = value?.stringValue { found.append((stage.path + [stage.work.rawValue] + path, text)) }
        }
        switch stage.work {
        case .load: break
        case .filter, .derive, .features, .split, .train: add("input")
        case .join:
            add("left")
            add("right")
        case .evaluate, .explain: add("model")
        case .score:
            add("model")
            add("input")
        case .run: for name in (body["inputs"]?.objectValue ?? [:]).keys.sorted() { add("inputs", name, "from") }
        }
        return found
    }

    /// The data sets that it reads by itself: not those of a model.
    public var datasets: [String] {
        switch stage.work {
        case .load: body["dataset"]?.stringValue.map { [$0] } ?? []
        case .run: (body["inputs"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.compactMap { $0.value["dataset"]?.stringValue }
        default: []
        }
    }

    /// The files of the repository that a program reads.
    public var files: [(input: String, path: String)] {
        guard stage.work == .run else { return [] }
        return (body["inputs"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.compactMap { name, input in
            (input["path"]?.stringValue ?? input["dvc"]?.stringValue).map { (name, $0) }
        }
    }
}
