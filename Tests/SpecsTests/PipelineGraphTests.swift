import Diagnostics
import Specs
import Testing

@Suite struct PipelineGraphTests {
    private static let head = "apiVersion: proviso.dev/v1alpha1\n"

    private static func pipeline(_ name: String, _ stages: String) -> SpecEntry {
        SpecEntry(
            path: "pipelines/\(name).yaml", bytes: Array((head + "kind: Pipeline\nmetadata: {name: \(name)}\nspec:\n  stages:\n" + stages).utf8))
    }

    private static func dataset(_ name: String, _ source: String) -> SpecEntry {
        let text =
            head
            + "kind: Dataset\nmetadata: {name: \(name)}\nspec:\n  source: \(source)\n  columns: [{name: x, type: float}, {name: label, type: boolean, role: label}]\n  split: {random: {seed: 1, testShare: 0.3}}\n"
        return SpecEntry(path: "datasets/\(name).yaml", bytes: Array(text.utf8))
    }

    /// `b` reads what `c` makes; `a` and `d` go by themselves.
    private static let catalog = Catalog.load([
        SpecEntry(path: "proviso.yaml", bytes: Array((head + "kind: Repository\nmetadata: {name: r}\nspec: {}\n").utf8)),
        dataset("raw", "{path: data/raw.csv}"), dataset("made", "{pipeline: c, output: some}"),
        pipeline("a", "    - {name: rows, load: {dataset: raw}}\n"),
        pipeline("b", "    - {name: some, filter: {input: rows, where: row.x > 0.1}}\n    - {name: rows, load: {dataset: made}}\n"),
        pipeline("c", "    - {name: rows, load: {dataset: raw}}\n    - {name: some, filter: {input: rows, where: row.x > 0.2}}\n"),
        pipeline("d", "    - {name: rows, load: {dataset: raw}}\n"),
    ])

    @Test func `pipelines that wait for each other's stages are one group, and stages stand behind those that they wait for`() {
        #expect(Self.catalog.diagnostics.map(\.message) == [])
        let graph = Self.catalog.catalog.graph
        #expect(graph.groups.map(\.pipelines) == [["a"], ["b", "c"], ["d"]])
        let names = graph.groups[1].order.map { "\($0.pipeline)/\($0.instance)" }
        #expect(names == ["c/rows", "c/some", "b/rows", "b/some"])
        #expect(graph.groups.flatMap(\.order).count == graph.nodes.count)
        #expect(Set(graph.order) == Set(graph.nodes) && graph.cycles.isEmpty)
        #expect(graph.needs(of: .init(pipeline: "b", instance: "rows")) == [.init(pipeline: "c", instance: "some")])
    }
}
