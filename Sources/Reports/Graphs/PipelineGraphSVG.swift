public import Planning

/// A pipeline's graph as a static SVG: layers from left to right, each stage right of all that it needs.
public enum PipelineGraphSVG {
    private static let (width, height, gapX, gapY, margin) = (190, 44, 70, 18, 20)

    private struct Place {
        let x: Int
        let y: Int
    }

    public static func render(_ drawing: PipelineDrawing) -> String {
        let layers = Dictionary(grouping: drawing.nodes, by: \.layer)
        let depth = (layers.keys.max() ?? 0) + 1
        let tallest = layers.values.map(\.count).max() ?? 1
        var places: [String: Place] = [:]
        var rows: [String: Double] = [:]
        for layer in 0..<depth {
            let nodes = layers[layer] ?? []
            // Each near the middle of what it needs, so that lines cross less; the order of the file decides ties.
            let wanted = nodes.enumerated().map { index, node -> (index: Int, row: Double) in
                let above = node.needs.compactMap { rows[$0] }
                return (index, above.isEmpty ? Double(index) : above.reduce(0, +) / Double(above.count))
            }.sorted { ($0.row, $0.index) < ($1.row, $1.index) }
            let top = Double(tallest - nodes.count) / 2
            for (row, entry) in wanted.enumerated() {
                let node = nodes[entry.index]
                rows[node.name] = top + Double(row)
                places[node.name] = Place(
                    x: margin + layer * (width + gapX), y: margin + Int((top + Double(row)) * Double(height + gapY)))
            }
        }
        let size = (width: 2 * margin + depth * width + (depth - 1) * gapX, height: 2 * margin + tallest * height + (tallest - 1) * gapY)
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(size.width)\" height=\"\(size.height)\" viewBox=\"0 0 \(size.width) \(size.height)\" role=\"img\">",
            "<title>\(escaped("Pipeline \(drawing.name)"))</title>",
            "<style>text{font:13px sans-serif;fill:#1b1f24}.k{font-size:11px;fill:#57606a}rect{fill:#fff;stroke:#57606a}.d{fill:#ddf4ff}.f{fill:#fff8c5}path{fill:none;stroke:#8c959f}</style>",
            "<rect width=\"100%\" height=\"100%\" style=\"stroke:none\"/>",
        ]
        for node in drawing.nodes {
            guard let to = places[node.name] else { continue }
            for needed in node.needs {
                guard let from = places[needed] else { continue }
                let (x1, y1, x2, y2) = (from.x + width, from.y + height / 2, to.x, to.y + height / 2)
                let bend = (x2 - x1) / 2
                lines.append("<path d=\"M\(x1) \(y1)C\(x1 + bend) \(y1) \(x2 - bend) \(y2) \(x2) \(y2)\"/>")
                lines.append("<path d=\"M\(x2 - 7) \(y2 - 4)L\(x2) \(y2)L\(x2 - 7) \(y2 + 4)\"/>")
            }
        }
        for node in drawing.nodes {
            guard let place = places[node.name] else { continue }
            let isSource = ["dataset", "file"].contains(node.kind)
            let style = node.kind == "dataset" ? " class=\"d\"" : node.kind == "file" ? " class=\"f\"" : ""
            let title = isSource ? String(node.name.dropFirst(node.kind.count + 1)) : node.name
            let kind = node.count > 1 ? "\(node.kind) × \(node.count)" : node.kind
            lines.append(
                "<rect\(style) x=\"\(place.x)\" y=\"\(place.y)\" width=\"\(width)\" height=\"\(height)\" rx=\"5\"><title>\(escaped(node.name))</title></rect>"
            )
            lines.append("<text x=\"\(place.x + 10)\" y=\"\(place.y + 19)\">\(escaped(shortened(title)))</text>")
            lines.append("<text class=\"k\" x=\"\(place.x + 10)\" y=\"\(place.y + 35)\">\(escaped(kind))</text>")
        }
        return (lines + ["</svg>"]).joined(separator: "\n")
    }

    private static func shortened(_ text: String) -> String { text.count <= 26 ? text : "…" + text.suffix(25) }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
