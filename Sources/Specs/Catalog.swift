internal import Basics
public import Diagnostics
import LocatedYAML
public import OrderedCollections

/// A file that may be a spec, whatever revision it was read from.
public struct SpecEntry: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case regular, symbolicLink, submodule }

    public let path: String
    public let kind: Kind
    public let bytes: [UInt8]

    public init(path: String, kind: Kind = .regular, bytes: [UInt8]) {
        self.path = path
        self.kind = kind
        self.bytes = bytes
    }
}

/// All resources of one revision, by kind and name, in the order of their files.
public struct Catalog: Sendable {
    public private(set) var repository: RepositorySettings?
    public private(set) var datasets: OrderedDictionary<String, Dataset> = [:]
    public private(set) var featureViews: OrderedDictionary<String, FeatureView> = [:]
    public private(set) var pipelines: OrderedDictionary<String, Pipeline> = [:]
    public private(set) var models: OrderedDictionary<String, Model> = [:]
    public private(set) var policies: OrderedDictionary<String, Policy> = [:]
    public private(set) var packs: OrderedDictionary<String, PackUse> = [:]
    public private(set) var policyParameters: OrderedDictionary<String, PolicyParameters> = [:]
    public private(set) var policyTests: OrderedDictionary<String, PolicyTest> = [:]
    public private(set) var waivers: OrderedDictionary<String, Waiver> = [:]
    public private(set) var environments: OrderedDictionary<String, Environment> = [:]
    public private(set) var inferences: OrderedDictionary<String, BatchInference> = [:]

    /// What needs what, over all pipelines.
    public private(set) var graph = PipelineGraph(pipelines: [:], datasets: [:], models: [:], featureViews: [:])

    /// Files with errors of their own. What is in them is not known.
    private var failedFiles: Set<String> = []

    public static let empty = Catalog()

    /// Whether a file that could not be read may hold a resource of this kind, so that nothing can be said of there being none.
    public func mayLack(_ kind: String) -> Bool {
        guard let folder = Kinds.named(kind)?.folder else { return false }
        return failedFiles.contains { $0.hasPrefix(folder + "/") }
    }

    /// Every resource that a file holds, kind by kind: not the policies that packs give.
    public var resources: [Resource] {
        (repository.map { [$0.resource] } ?? []) + datasets.values.map(\.resource) + featureViews.values.map(\.resource)
            + pipelines.values.map(\.resource) + models.values.map(\.resource)
            + policies.values.filter { $0.pack == nil }.map(\.resource) + packs.values.map(\.resource) + policyParameters.values.map(\.resource)
            + policyTests.values.map(\.resource) + waivers.values.map(\.resource)
            + environments.values.map(\.resource) + inferences.values.map(\.resource)
    }

    public func resource(kind: String, name: String) -> Resource? {
        switch kind {
        case RepositorySettings.kind: repository?.name == name ? repository?.resource : nil
        case Dataset.kind: datasets[name]?.resource
        case FeatureView.kind: featureViews[name]?.resource
        case Pipeline.kind: pipelines[name]?.resource
        case Model.kind: models[name]?.resource
        case Policy.kind: policies[name]?.resource
        case PolicyParameters.kind: policyParameters[name]?.resource
        case PackUse.kind: packs[name]?.resource
        case PolicyTest.kind: policyTests[name]?.resource
        case Waiver.kind: waivers[name]?.resource
        case Environment.kind: environments[name]?.resource
        case BatchInference.kind: inferences[name]?.resource
        default: nil
        }
    }

    func names(ofKind kind: String) -> [String] {
        switch kind {
        case Dataset.kind: Array(datasets.keys)
        case FeatureView.kind: Array(featureViews.keys)
        case Pipeline.kind: Array(pipelines.keys)
        case Model.kind: Array(models.keys)
        case Policy.kind: Array(policies.keys)
        case PolicyParameters.kind: Array(policyParameters.keys)
        case Environment.kind: Array(environments.keys)
        default: []
        }
    }

    /// Reads and checks every file; all that is wrong is reported together. A resource with an error is left out of the catalogue.
    ///
    /// - Parameter isRepository: whether folders tell kinds and `proviso.yaml` must be there; not so in a pack's folder.
    public static func load(_ entries: [SpecEntry], isRepository: Bool = true) -> (catalog: Catalog, diagnostics: [Diagnostic]) {
        var catalog = Catalog()
        var diagnostics: [Diagnostic] = []
        var references: [SpecDecoder.Reference] = []
        let sorted = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        let read = sorted.concurrentMap { entry in
            var reader = ResourceReader(entry: entry, isPlaced: isRepository)
            return (resource: reader.read(), reader: reader)
        }
        for (resource, reader) in read {
            diagnostics += reader.diagnostics
            references += reader.references
            guard let resource else { continue }
            if let first = catalog.resource(kind: resource.kind, name: resource.name) {
                diagnostics.append(
                    Diagnostic(
                        .duplicateResource, "there is a second \(resource.kind) named '\(resource.name)'",
                        at: resource.span(at: ["metadata", "name"]),
                        notes: [.init("the first is here", at: first.span(at: ["metadata", "name"]))], hint: "give it another name"))
                continue
            }
            catalog.add(resource)
        }
        diagnostics += catalog.expandPacks()
        catalog.graph = PipelineGraph(
            pipelines: catalog.pipelines, datasets: catalog.datasets, models: catalog.models, featureViews: catalog.featureViews)
        if isRepository, !entries.contains(where: { $0.path == "proviso.yaml" }) {
            let file = SourceFile(path: "proviso.yaml", text: "")
            diagnostics.append(
                Diagnostic(
                    .missingRepositorySpec, "there is no proviso.yaml", at: SourceSpan(startOf: file),
                    hint: "`proviso init` makes a repository with one"))
        }
        catalog.failedFiles = Set(diagnostics.filter { $0.severity == .error }.compactMap { $0.span?.file.path })
        diagnostics += CatalogChecks(catalog: catalog, references: references).diagnostics
        diagnostics += BatchInferenceChecks(catalog: catalog).diagnostics
        diagnostics += PipelineChecks(catalog: catalog).diagnostics
        diagnostics += EnergyChecks(catalog).diagnostics
        return (catalog, diagnostics)
    }

    /// Adds the policies of the packs in use.
    private mutating func expandPacks() -> [Diagnostic] {
        packs.values.flatMap { use -> [Diagnostic] in
            var expansion = PackExpansion(use)
            var diagnostics: [Diagnostic] = []
            for policy in expansion.policies() {
                if let own = policies[policy.name] {
                    diagnostics.append(
                        Diagnostic(
                            .duplicateResource, "the pack \(use.uses) gives a second policy named '\(policy.name)'",
                            at: use.resource.span(at: ["metadata", "name"]),
                            notes: [.init("the first is here", at: own.resource.span(at: ["metadata", "name"]))], hint: "give it another name"))
                } else {
                    policies[policy.name] = policy
                }
            }
            return expansion.diagnostics + diagnostics
        }
    }

    private mutating func add(_ resource: Resource) {
        switch resource.kind {
        case RepositorySettings.kind: repository = RepositorySettings(resource)
        case Dataset.kind: datasets[resource.name] = Dataset(resource)
        case FeatureView.kind: featureViews[resource.name] = FeatureView(resource)
        case Pipeline.kind: pipelines[resource.name] = Pipeline(resource)
        case Model.kind: models[resource.name] = Model(resource)
        case Policy.kind: policies[resource.name] = Policy(resource)
        case PolicyParameters.kind: policyParameters[resource.name] = PolicyParameters(resource)
        case PackUse.kind: packs[resource.name] = PackUse(resource)
        case PolicyTest.kind: policyTests[resource.name] = PolicyTest(resource)
        case Waiver.kind: waivers[resource.name] = Waiver(resource)
        case Environment.kind: environments[resource.name] = Environment(resource)
        case BatchInference.kind: inferences[resource.name] = BatchInference(resource)
        default: preconditionFailure("a checked resource is of a known kind, not \(resource.kind)")
        }
    }
}
