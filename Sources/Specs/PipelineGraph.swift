import Basics
import OrderedCollections

/// What needs what, over all pipelines of a catalogue: stages, and through data sets, models and feature views stages of other pipelines.
public struct PipelineGraph: Sendable {
    public struct Node: Hashable, Sendable {
        public let pipeline: String
        public let instance: String

        public init(pipeline: String, instance: String) {
            self.pipeline = pipeline
            self.instance = instance
        }
    }

    public let instances: [String: StageInstances]
    private let catalog: Catalog

    public init(_ catalog: Catalog) {
        self.catalog = catalog
        instances = catalog.pipelines.reduce(into: [:]) { $0[$1.key] = StageInstances($1.value) }
    }

    /// The stage that makes a data set; nil if a file holds it, or the stage is not there.
    public func maker(of dataset: String) -> Node? {
        guard case .pipeline(let name, let output)? = catalog.datasets[dataset]?.source, case .output(let id, _)? = instances[name]?.resolve(output)
        else { return nil }
        return Node(pipeline: name, instance: id)
    }

    /// The data sets that an instance reads, those of its model and its feature views included.
    public func datasets(of instance: StageInstance) -> [String] {
        var names = instance.datasets
        if instance.stage.work == .train, instance.body["input"] == nil, let model = instance.body["model"]?.stringValue {
            names += catalog.models[model].map { [$0.datasetName] } ?? []
        }
        for view in instance.body["views"]?.arrayValue ?? [] {
            names += (view["view"]?.stringValue).flatMap { catalog.featureViews[$0]?.datasetName }.map { [$0] } ?? []
        }
        return names
    }

    /// The stages that a stage waits for, in a fixed order. A stage that reads itself is left out.
    public func needs(of node: Node) -> [Node] {
        guard let all = instances[node.pipeline], let instance = all.instances[node.instance] else { return [] }
        var needed: OrderedSet<Node> = []
        for (_, text) in instance.references {
            switch all.resolve(text) {
            case .output(let id, _): needed.append(Node(pipeline: node.pipeline, instance: id))
            case .all(let stage, _): for id in all.matrices[stage] ?? [] { needed.append(Node(pipeline: node.pipeline, instance: id)) }
            case nil: break
            }
        }
        for dataset in datasets(of: instance) { if let maker = maker(of: dataset) { needed.append(maker) } }
        needed.remove(node)
        return Array(needed)
    }

    /// All nodes, pipelines and instances in the order of their files.
    public var nodes: [Node] {
        catalog.pipelines.keys.flatMap { name in (instances[name]?.instances.keys ?? []).map { Node(pipeline: name, instance: $0) } }
    }

    private enum Mark { case open, done }

    /// Every stage behind those that it waits for; stages of a cycle last. Walks without recursion: a chain may be long.
    public var order: [Node] { walk().order }

    /// One cycle for each knot of stages that wait for each other.
    public func cycles() -> [[Node]] { walk().cycles }

    private func walk() -> (order: [Node], cycles: [[Node]]) {
        var marks: [Node: Mark] = [:]
        var order: [Node] = []
        var cycles: [[Node]] = []
        for start in nodes where marks[start] == nil {
            marks[start] = .open
            var stack: [(node: Node, needs: [Node], next: Int)] = [(start, needs(of: start), 0)]
            while let top = stack.last {
                guard top.next < top.needs.count else {
                    marks[top.node] = .done
                    order.append(top.node)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let needed = top.needs[top.next]
                switch marks[needed] {
                case .done: break
                case .open:
                    let cycle = stack.map(\.node).drop { $0 != needed }
                    cycles.append(Array(cycle))
                case nil:
                    marks[needed] = .open
                    stack.append((needed, needs(of: needed), 0))
                }
            }
        }
        return (order, cycles)
    }
}
