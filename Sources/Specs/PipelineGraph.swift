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

    /// Pipelines that can be worked on without a look at others.
    public struct Group: Sendable {
        /// In the order of their files.
        public fileprivate(set) var pipelines: [String] = []
        /// Their stages, every one behind those that it waits for.
        public fileprivate(set) var order: [Node] = []
    }

    public let instances: [String: StageInstances]
    /// All nodes, pipelines and instances in the order of their files.
    public let nodes: [Node]
    /// Every stage behind those that it waits for; stages of a cycle last.
    public let order: [Node]
    /// One cycle for each knot of stages that wait for each other.
    public let cycles: [[Node]]
    /// All pipelines, dealt to groups of which none waits for a stage of another.
    public let groups: [Group]

    private let datasets: OrderedDictionary<String, Dataset>
    private let models: OrderedDictionary<String, Model>
    private let featureViews: OrderedDictionary<String, FeatureView>
    /// Of each node, by its number in `nodes`, the numbers of those that it waits for.
    private let needs: [[Int]]
    private let numbers: [Node: Int]

    init(
        pipelines: OrderedDictionary<String, Pipeline>, datasets: OrderedDictionary<String, Dataset>, models: OrderedDictionary<String, Model>,
        featureViews: OrderedDictionary<String, FeatureView>
    ) {
        let all = pipelines.values.elements.concurrentMap { StageInstances($0) }
        let instances = Dictionary(uniqueKeysWithValues: all.map { ($0.pipeline.name, $0) })
        let nodes = all.flatMap { stages in stages.instances.keys.map { Node(pipeline: stages.pipeline.name, instance: $0) } }
        let numbers = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
        let needs = all.concurrentMap { stages in
            stages.instances.values.map { instance in
                let own = numbers[Node(pipeline: stages.pipeline.name, instance: instance.id)]
                var needed: OrderedSet<Int> = []
                func need(_ pipeline: String, _ instance: String) {
                    if let number = numbers[Node(pipeline: pipeline, instance: instance)], number != own { needed.append(number) }
                }
                for (_, text) in instance.references {
                    switch stages.resolve(text) {
                    case .output(let id, _): need(stages.pipeline.name, id)
                    case .all(let stage, _): for id in stages.matrices[stage] ?? [] { need(stages.pipeline.name, id) }
                    case nil: break
                    }
                }
                for dataset in Self.datasets(of: instance, models, featureViews) {
                    if let maker = Self.maker(of: dataset, datasets, instances) { need(maker.pipeline, maker.instance) }
                }
                return Array(needed)
            }
        }.flatMap { $0 }
        let (order, cycles) = Self.walk(needs)
        self.instances = instances
        self.nodes = nodes
        self.order = order.map { nodes[$0] }
        self.cycles = cycles.map { cycle in cycle.map { nodes[$0] } }
        groups = Self.groups(pipelines.keys.elements, nodes, needs, order)
        self.datasets = datasets
        self.models = models
        self.featureViews = featureViews
        self.needs = needs
        self.numbers = numbers
    }

    /// The stage that makes a data set; nil if a file holds it, or the stage is not there.
    public func maker(of dataset: String) -> Node? { Self.maker(of: dataset, datasets, instances) }

    private static func maker(of dataset: String, _ datasets: OrderedDictionary<String, Dataset>, _ instances: [String: StageInstances]) -> Node? {
        guard case .pipeline(let name, let output)? = datasets[dataset]?.source, case .output(let id, _)? = instances[name]?.resolve(output)
        else { return nil }
        return Node(pipeline: name, instance: id)
    }

    /// The data sets that an instance reads, those of its model and its feature views included.
    public func datasets(of instance: StageInstance) -> [String] { Self.datasets(of: instance, models, featureViews) }

    private static func datasets(
        of instance: StageInstance, _ models: OrderedDictionary<String, Model>, _ featureViews: OrderedDictionary<String, FeatureView>
    ) -> [String] {
        var names = instance.datasets
        if instance.stage.work == .train, instance.body["input"] == nil, let model = instance.body["model"]?.stringValue {
            names += models[model].map { [$0.datasetName] } ?? []
        }
        for view in instance.body["views"]?.arrayValue ?? [] {
            names += (view["view"]?.stringValue).flatMap { featureViews[$0]?.datasetName }.map { [$0] } ?? []
        }
        return names
    }

    /// The stages that a stage waits for, in a fixed order. A stage that reads itself is left out.
    public func needs(of node: Node) -> [Node] { numbers[node].map { number in needs[number].map { nodes[$0] } } ?? [] }

    private enum Mark { case new, open, done }

    /// Walks without recursion: a chain may be long.
    private static func walk(_ needs: [[Int]]) -> (order: [Int], cycles: [[Int]]) {
        var marks = [Mark](repeating: .new, count: needs.count)
        var order: [Int] = []
        var cycles: [[Int]] = []
        for start in needs.indices where marks[start] == .new {
            marks[start] = .open
            var stack: [(node: Int, next: Int)] = [(start, 0)]
            while let top = stack.last {
                guard top.next < needs[top.node].count else {
                    marks[top.node] = .done
                    order.append(top.node)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let needed = needs[top.node][top.next]
                switch marks[needed] {
                case .done: break
                case .open:
                    let cycle = stack.map(\.node).drop { $0 != needed }
                    cycles.append(Array(cycle))
                case .new:
                    marks[needed] = .open
                    stack.append((needed, 0))
                }
            }
        }
        return (order, cycles)
    }

    private static func groups(_ pipelines: [String], _ nodes: [Node], _ needs: [[Int]], _ order: [Int]) -> [Group] {
        let number = Dictionary(uniqueKeysWithValues: pipelines.enumerated().map { ($1, $0) })
        let owners = nodes.map { number[$0.pipeline] ?? 0 }
        var parents = Array(pipelines.indices)
        func root(_ pipeline: Int) -> Int {
            var pipeline = pipeline
            while parents[pipeline] != pipeline {
                parents[pipeline] = parents[parents[pipeline]]
                pipeline = parents[pipeline]
            }
            return pipeline
        }
        for (node, needed) in needs.enumerated() {
            for other in needed where owners[other] != owners[node] {
                let (one, two) = (root(owners[node]), root(owners[other]))
                parents[max(one, two)] = min(one, two)
            }
        }
        var groups: OrderedDictionary<Int, Group> = [:]
        for (pipeline, name) in pipelines.enumerated() { groups[root(pipeline), default: Group()].pipelines.append(name) }
        for node in order { groups[root(owners[node]), default: Group()].order.append(nodes[node]) }
        return Array(groups.values)
    }
}
