public import Basics
public import Planning
public import Sandbox

/// The unit of work: everything that a worker needs to run one attempt, as canonical JSON in a file (Docs/Operators.md has its fields). A cluster
/// engine carries the file's path and nothing else.
public struct Job: Hashable, Sendable {
    public static let kind = "Job"

    public let attempt: AttemptID
    public let step: Step
    /// The digest of each input, whatever made it.
    public let inputs: [String: Digest]
    public let threads: Int
    /// The folder of the content store that inputs are read from and outputs put into.
    public let store: String
    public let sandbox: SandboxPolicy

    public init(attempt: AttemptID, step: Step, inputs: [String: Digest], threads: Int, store: String, sandbox: SandboxPolicy) {
        precondition(attempt.step == step.key)
        self.attempt = attempt
        self.step = step
        self.inputs = inputs
        self.threads = threads
        self.store = store
        self.sandbox = sandbox
    }

    public var json: JSONValue {
        [
            "apiVersion": "proviso.dev/v1alpha1", "kind": .string(Self.kind), "attempt": .int(Int64(attempt.number)), "step": step.json,
            "execution": step.execution.json, "inputs": .object(inputs.mapValues { .string($0.description) }), "threads": .int(Int64(threads)),
            "store": .string(store), "sandbox": sandbox.json,
        ]
    }

    /// Nil if the document is no job, or its step is not the one that its key names.
    public init?(json: JSONValue) {
        guard json["apiVersion"]?.stringValue == "proviso.dev/v1alpha1", json["kind"]?.stringValue == Self.kind,
            let number = json["attempt"]?.intValue, number > 0, let execution = StepExecution(json: json["execution"]),
            let step = Step(json: json["step"], execution: execution), let members = json["inputs"]?.objectValue,
            let threads = json["threads"]?.intValue, threads > 0, let store = json["store"]?.stringValue,
            let sandbox = SandboxPolicy(json: json["sandbox"])
        else { return nil }
        let inputs = members.compactMapValues { $0.stringValue.flatMap(Digest.init(_:)) }
        guard Set(inputs.keys) == Set(step.inputs.keys) else { return nil }
        self.init(
            attempt: AttemptID(step: step.key, number: Int(number)), step: step, inputs: inputs, threads: Int(threads), store: store, sandbox: sandbox
        )
    }

    /// Why a document is no job.
    static func objection(to json: JSONValue) -> String {
        guard json["apiVersion"]?.stringValue == "proviso.dev/v1alpha1", json["kind"]?.stringValue == kind else {
            return "it is not of kind \(kind) and apiVersion proviso.dev/v1alpha1"
        }
        if let step = Step(unchecked: json["step"], execution: StepExecution()), let named = json["step"]?["key"]?.stringValue,
            named != step.key.description
        {
            return "its step gives the key \(step.key), and it names \(named): it was changed after it was written, or is of another engine"
        }
        return "it lacks fields, or they have other values than an engine of this version writes"
    }
}

extension Step {
    /// Everything that the key is made of, and the key.
    var json: JSONValue {
        [
            "name": .string(name), "kind": .string(kind.name), "version": .int(Int64(kind.version)), "parameters": parameters,
            "inputs": .object(
                inputs.mapValues { input in
                    switch input {
                    case .artefact(let digest): ["artefact": .string(digest.description)]
                    case .output(let step, let name): ["step": .string(step.description), "output": .string(name)]
                    }
                }), "outputs": .array(outputs.map { .string($0) }), "key": .string(key.description),
        ]
    }

    init?(json: JSONValue?, execution: StepExecution) {
        self.init(unchecked: json, execution: execution)
        guard key.description == json?["key"]?.stringValue else { return nil }
    }

    /// Whatever key it names.
    fileprivate init?(unchecked json: JSONValue?, execution: StepExecution) {
        guard let name = json?["name"]?.stringValue, let kind = json?["kind"]?.stringValue, let version = json?["version"]?.intValue,
            let parameters = json?["parameters"], let members = json?["inputs"]?.objectValue, let outputs = json?["outputs"]?.arrayValue
        else { return nil }
        let inputs: [String: StepInput] = members.compactMapValues { input in
            if let digest = input["artefact"]?.stringValue.flatMap(Digest.init(_:)) { return .artefact(digest) }
            guard let step = input["step"]?.stringValue.flatMap(Digest.init(_:)), let output = input["output"]?.stringValue else { return nil }
            return .output(step: step, name: output)
        }
        guard inputs.count == members.count else { return nil }
        self.init(
            name: name, kind: StepKind(kind, version: Int(version)), parameters: parameters, inputs: inputs,
            outputs: outputs.compactMap(\.stringValue),
            execution: execution)
    }
}

extension StepExecution {
    /// What a worker enforces; retries and waiting are the scheduler's.
    var json: JSONValue {
        JSONValue.object([
            "cpus": .int(Int64(resources.cpus)), "memoryBytes": resources.memoryBytes.map { .int($0) } ?? .null,
            "processes": resources.processes.map { .int(Int64($0)) } ?? .null, "fileBytes": resources.fileBytes.map { .int($0) } ?? .null,
            "timeoutSeconds": timeoutSeconds.map { .int($0) } ?? .null,
        ]).droppingNulls
    }

    init?(json: JSONValue?) {
        guard let cpus = json?["cpus"]?.intValue else { return nil }
        let memory = json?["memoryBytes"]?.intValue
        let processes = json?["processes"]?.intValue
        let files = json?["fileBytes"]?.intValue
        let timeout = json?["timeoutSeconds"]?.intValue
        guard ([cpus] + [memory, processes, files, timeout].compactMap { $0 }).allSatisfy({ $0 > 0 }) else { return nil }
        self.init(
            resources: StepResources(cpus: Int(cpus), memoryBytes: memory, processes: processes.map { Int($0) }, fileBytes: files),
            timeoutSeconds: timeout)
    }
}

extension SandboxPolicy {
    init?(json: JSONValue?) {
        guard let allows = json?["allowsUnconfined"]?.boolValue, let paths = json?["readOnlyPaths"]?.arrayValue,
            let program = json?["bubblewrap"]?.stringValue, let ceilings = SandboxCeilings(json: json?["ceilings"])
        else { return nil }
        self.init(allowsUnconfined: allows, readOnlyPaths: paths.compactMap(\.stringValue), bubblewrap: program)
        self.ceilings = ceilings
    }
}
