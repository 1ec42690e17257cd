public import Planning

/// A pipeline's graph for people and for Graphviz.
public enum PipelineGraphText {
    /// A line a stage, each behind those that it needs.
    public static func render(_ drawing: PipelineDrawing) -> String {
        drawing.nodes.map { node in
            let times = node.count > 1 ? " × \(node.count)" : ""
            let label = ["dataset", "file"].contains(node.kind) ? node.name : "\(node.name) (\(node.kind))"
            return label + times + (node.needs.isEmpty ? "" : "  ← \(node.needs.joined(separator: ", "))")
        }.joined(separator: "\n")
    }

    /// The DOT language.
    public static func dot(_ drawing: PipelineDrawing) -> String {
        func quoted(_ text: String) -> String { "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"" }
        var lines = ["digraph \(quoted(drawing.name)) {", "  rankdir=LR;", "  node [shape=box];"]
        for node in drawing.nodes {
            let shape = ["dataset", "file"].contains(node.kind) ? ", shape=note" : ""
            let label = ["dataset", "file"].contains(node.kind) ? node.name : "\(node.name)\n\(node.kind)\(node.count > 1 ? " × \(node.count)" : "")"
            lines.append("  \(quoted(node.name)) [label=\(quoted(label).replacing("\n", with: "\\n"))\(shape)];")
        }
        for node in drawing.nodes { for needed in node.needs { lines.append("  \(quoted(needed)) -> \(quoted(node.name));") } }
        return (lines + ["}"]).joined(separator: "\n")
    }
}
