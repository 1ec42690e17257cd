public import Basics

/// Settings of the whole repository.
public struct RepositorySettings: SpecResource {
    public static let kind = "Repository"
    public let resource: Resource
    public init(_ resource: Resource) { self.resource = resource }

    public var branch: String { required("branch").stringValue ?? "" }
    public var ledgerBranch: String { required("ledgerBranch").stringValue ?? "" }
    public var baselineEnvironment: String? { spec["baselineEnvironment"]?.stringValue }
    public var maximumWaiverDays: Int64 { required("maximumWaiverDays").intValue ?? 0 }
}

public struct Dataset: SpecResource {
    public static let kind = "Dataset"
    public let resource: Resource
    public init(_ resource: Resource) { self.resource = resource }

    public struct Column: Hashable, Sendable {
        public let name: String
        public let type: String
        public let role: String
        public let isProtected: Bool
    }

    /// Where the bytes come from.
    public enum Source: Hashable, Sendable {
        /// A file of the repository.
        case path(String)
        /// A pointer of DVC's in the repository.
        case dvc(String)
        case pipeline(String, output: String)
    }

    public var source: Source {
        let source = required("source")
        if let path = source["path"]?.stringValue { return .path(path) }
        if let pointer = source["dvc"]?.stringValue { return .dvc(pointer) }
        return .pipeline(source["pipeline"]?.stringValue ?? "", output: source["output"]?.stringValue ?? "")
    }

    /// The file of the repository that says what the bytes are: the data themselves, or DVC's pointer to them; nil if a pipeline makes them.
    public var sourcePath: String? {
        switch source {
        case .path(let path), .dvc(let path): path
        case .pipeline: nil
        }
    }

    /// As declared, else by the path's ending.
    public var format: String {
        if let declared = spec["format"]?.stringValue { return declared }
        guard let path = sourcePath else { return "parquet" }
        return path.hasSuffix(".csv") || path.hasSuffix(".csv.dvc") ? "csv" : "parquet"
    }
    public var pinned: Digest? { spec["digest"]?.stringValue.flatMap(Digest.init(_:)) }
    public var columns: [Column] {
        (spec["columns"]?.arrayValue ?? []).map { column in
            Column(
                name: column["name"]?.stringValue ?? "", type: column["type"]?.stringValue ?? "", role: column["role"]?.stringValue ?? "",
                isProtected: column["protected"]?.boolValue ?? false)
        }
    }
}

public struct Model: SpecResource {
    public static let kind = "Model"
    public let resource: Resource
    public init(_ resource: Resource) { self.resource = resource }

    public var datasetName: String { required("dataset").stringValue ?? "" }
    public var owners: [String] { strings(spec["owners"]) }
    /// The model whose predictions it learns.
    public var teacherName: String? { spec["teacher"]?["model"]?.stringValue }
    public var retrain: Retraining? { spec["retrain"].map { Retraining($0) } }
    public var documents: [(name: String, path: String)] {
        (spec["documents"]?.arrayValue ?? []).compactMap { entry in
            entry["name"]?.stringValue.flatMap { name in entry["path"]?.stringValue.map { (name, $0) } }
        }
    }
}

public struct Policy: SpecResource {
    public static let kind = "Policy"
    public let resource: Resource
    public init(_ resource: Resource) { self.resource = resource }

    public var kinds: [String] { strings(spec["match"]?["kinds"]) }
    public var labels: [String: String] { (spec["match"]?["labels"]?.objectValue ?? [:]).compactMapValues(\.stringValue) }
    public var actions: [String] { strings(spec["validationActions"]) }
    public var baseline: String { required("baseline").stringValue ?? "" }
    /// What an environment may replace.
    public var overridable: [String] { strings(spec["overridable"]) }
    public var optionalEvidence: [String] { strings(spec["optionalEvidence"]) }
    public var ruleNames: [String] { (spec["validations"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue } }
    public var parametersName: String? { spec["paramsRef"]?.stringValue }
    public var effectiveFrom: Instant? { spec["effectiveFrom"]?.stringValue.flatMap { Instant($0) } }
    public var effectiveUntil: Instant? { spec["effectiveUntil"]?.stringValue.flatMap { Instant($0) } }
    /// Nil: as many as the repository allows.
    public var maximumWaiverDays: Int64? { spec["maximumWaiverDays"]?.intValue }
    public var supersededBy: String? { spec["supersededBy"]?.stringValue }
}

public struct PolicyParameters: SpecResource {
    public static let kind = "PolicyParameters"
    public let resource: Resource
    public init(_ resource: Resource) { self.resource = resource }

    public var values: [String: JSONValue] { required("values").objectValue ?? [:] }
}

public struct Waiver: SpecResource {
    public static let kind = "Waiver"
    public let resource: Resource
    public init(_ resource: Resource) { self.resource = resource }

    public var policy: String { required("policy").stringValue ?? "" }
    /// Nil: all rules of the policy.
    public var rules: [String]? { spec["rules"].map { strings($0) } }
    /// Whether it is for a subject: by kind, by name if one is given, and by every label that is given.
    public func selects(_ subject: Resource) -> Bool {
        let selector = required("subject")
        guard selector["kind"]?.stringValue == subject.kind else { return false }
        if let name = selector["name"]?.stringValue, name != subject.name { return false }
        return (selector["labels"]?.objectValue ?? [:]).allSatisfy { subject.metadata.labels[$0.key] == $0.value.stringValue }
    }

    public var reason: String { required("reason").stringValue ?? "" }
    public var owner: String { required("owner").stringValue ?? "" }
    public var expires: Instant {
        guard let instant = required("expires").stringValue.flatMap({ Instant($0) }) else { preconditionFailure("a checked Waiver expires") }
        return instant
    }
}

public struct Environment: SpecResource {
    public static let kind = "Environment"
    public let resource: Resource
    public init(_ resource: Resource) { self.resource = resource }

    public struct Live: Hashable, Sendable {
        public let model: String
        public let record: Digest
    }

    /// By policy and parameter.
    public var parameters: [String: [String: JSONValue]] {
        (spec["params"]?.objectValue ?? [:]).compactMapValues(\.objectValue)
    }

    public var live: [Live] {
        (spec["models"]?.arrayValue ?? []).compactMap { entry in
            guard let name = entry["name"]?.stringValue, let record = entry["record"]?.stringValue.flatMap(Digest.init(_:)) else { return nil }
            return Live(model: name, record: record)
        }
    }
}
