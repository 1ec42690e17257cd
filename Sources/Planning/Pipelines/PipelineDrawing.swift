public import Basics
import OrderedCollections
public import Specs

/// A pipeline's stages as a graph to be shown: what depends on what, and on which data.
public struct PipelineDrawing: Hashable, Sendable {
    public struct Node: Hashable, Sendable {
        public let name: String
        /// `filter`, `run` and so on, or `dataset`, `file`.
        public let kind: String
        /// Instances of a matrix; 1 for a stage without.
        public let count: Int
        /// Names of the nodes that it reads, in order.
        public let needs: [String]
        /// How far it stands from what nothing needs to be made for.
        public let layer: Int
    }

    public let name: String
    /// Each behind those that it needs.
    public let nodes: [Node]

    /// Stages with a matrix are one node.
    public init(_ pipeline: Pipeline, catalog: Catalog) {
        name = pipeline.name
        let graph = catalog.graph
        var needs: OrderedDictionary<String, OrderedSet<String>> = [:]
        var kinds: [String: (kind: String, count: Int)] = [:]
        for node in graph.order where node.pipeline == pipeline.name {
            guard let all = graph.instances[node.pipeline], let instance = all.instances[node.instance] else { continue }
            let stage = instance.stage.name
            for dataset in graph.datasets(of: instance) {
                let own = graph.maker(of: dataset)?.pipeline == pipeline.name
                guard !own else { continue }
                needs["dataset \(dataset)"] = needs["dataset \(dataset)"] ?? []
                kinds["dataset \(dataset)"] = ("dataset", 1)
                needs[stage, default: []].append("dataset \(dataset)")
            }
            for file in instance.files {
                needs["file \(file.path)"] = needs["file \(file.path)"] ?? []
                kinds["file \(file.path)"] = ("file", 1)
                needs[stage, default: []].append("file \(file.path)")
            }
            needs[stage] = needs[stage] ?? []
            for needed in graph.needs(of: node) where needed.pipeline == pipeline.name {
                guard let other = graph.instances[needed.pipeline]?.instances[needed.instance]?.stage.name, other != stage else { continue }
                needs[stage, default: []].append(other)
            }
            kinds[stage] = (instance.stage.work.rawValue, max(1, all.matrices[stage]?.count ?? 1))
        }
        var layers: [String: Int] = [:]
        nodes = needs.map { name, needed in
            let layer = needed.map { (layers[$0] ?? 0) + 1 }.max() ?? 0
            layers[name] = layer
            return Node(name: name, kind: kinds[name]?.kind ?? "", count: kinds[name]?.count ?? 1, needs: Array(needed), layer: layer)
        }
    }

    public var json: JSONValue {
        [
            "pipeline": .string(name),
            "nodes": .array(
                nodes.map { node in
                    [
                        "name": .string(node.name), "kind": .string(node.kind), "count": .int(Int64(node.count)),
                        "needs": .array(node.needs.map { .string($0) }),
                    ]
                }),
        ]
    }
}
