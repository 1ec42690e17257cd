public import Basics

/// A report as a value: what is said, in order. Rendered as text, Markdown or HTML; as JSON its data.
public struct Document: Hashable, Sendable {
    public struct Table: Hashable, Sendable {
        public let columns: [String]
        public let rows: [[String]]

        public init(_ columns: [String], _ rows: [[String]]) {
            precondition(rows.allSatisfy { $0.count == columns.count })
            self.columns = columns
            self.rows = rows
        }

        /// Whether a column stands to the left: the first, and those of more than figures, which would be far from what they are of.
        var leftAligned: [Bool] {
            columns.indices.map { column in column == 0 || rows.contains { $0[column].count > 40 } }
        }
    }

    public enum Block: Hashable, Sendable {
        case heading(String)
        case paragraph(String)
        case table(Table)
        /// Left out where nothing can be drawn.
        case chart(Chart)
    }

    public let title: String
    public let blocks: [Block]
    public let json: JSONValue

    public init(_ title: String, _ blocks: [Block], json: JSONValue) {
        self.title = title
        self.blocks = blocks
        self.json = json
    }
}

extension Document {
    /// One document of several: the only one as it is; of more the blocks one after another under headings, and the data by key.
    public static func joined(_ documents: [(key: String, document: Document)]) -> Document {
        guard documents.count != 1, let first = documents.first else { return documents.first?.document ?? Document("", [], json: .object([:])) }
        return Document(
            first.document.title, documents.flatMap { [.heading($0.document.title)] + $0.document.blocks },
            json: .object(Dictionary(documents.map { ($0.key, $0.document.json) }, uniquingKeysWith: { first, _ in first })))
    }
}

public enum DocumentFormat: String, Hashable, Sendable, CaseIterable {
    case text, json, markdown, html
}

extension Document {
    public func rendered(_ format: DocumentFormat) -> String {
        switch format {
        case .json: json.prettyText
        case .text: text
        case .markdown: markdown
        case .html: html
        }
    }

    private var text: String {
        var parts = [title, String(repeating: "=", count: title.count)]
        for block in blocks {
            switch block {
            case .heading(let heading): parts += ["", heading.withoutControls, String(repeating: "-", count: heading.withoutControls.count)]
            case .paragraph(let paragraph): parts += ["", paragraph.withoutControls]
            case .table(let table): parts += [""] + aligned(table)
            case .chart: break
            }
        }
        return parts.joined(separator: "\n")
    }

    /// Columns as wide as their widest cell; figures to the right.
    private func aligned(_ table: Table) -> [String] {
        let isLeft = table.leftAligned
        let all = ([table.columns] + table.rows).map { $0.map(\.withoutControls) }
        let widths = table.columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            row.enumerated().map { index, cell in
                let blanks = String(repeating: " ", count: widths[index] - cell.count)
                return !isLeft[index] ? blanks + cell : index + 1 < row.count || index == 0 ? cell + blanks : cell
            }.joined(separator: "  ")
        }
    }

    private var markdown: String {
        // What data are called is no HTML: a viewer would hide or run it.
        func plain(_ text: String) -> String { text.replacing(/<(?=[A-Za-z\/!?])/, with: "&lt;") }
        func cell(_ text: String) -> String {
            plain(text.replacing("\n", with: " ").withoutControls.replacing("\\", with: "\\\\").replacing("|", with: "\\|"))
        }
        func row(_ cells: [String]) -> String { "| " + cells.map(cell).joined(separator: " | ") + " |" }
        var parts = ["# \(title)"]
        for block in blocks {
            switch block {
            case .heading(let heading): parts.append("\n## \(plain(heading.withoutControls))")
            case .paragraph(let paragraph): parts.append("\n\(plain(paragraph.withoutControls))")
            case .table(let table):
                let rule = "|" + table.leftAligned.map { $0 ? "---|" : "---:|" }.joined()
                parts.append(([""] + [row(table.columns), rule] + table.rows.map(row)).joined(separator: "\n"))
            case .chart: break
            }
        }
        return parts.joined(separator: "\n") + "\n"
    }

    private var html: String {
        let style = """
            body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}
            table{border-collapse:collapse;margin:1em 0}td,th{padding:.25em .8em;border-bottom:1px solid #ddd;text-align:right}
            td:first-child,th:first-child,.l{text-align:left}.l{overflow-wrap:anywhere}svg{max-width:100%;height:auto;margin:.5em 1em .5em 0}
            """
        var parts: [String] = []
        for block in blocks {
            switch block {
            case .heading(let heading): parts.append("<h2>\(SVG.escaped(heading))</h2>")
            case .paragraph(let paragraph): parts.append("<p>\(SVG.escaped(paragraph))</p>")
            case .chart(let chart): parts.append(chart.svg)
            case .table(let table):
                let isLeft = table.leftAligned
                func row(_ cells: [String], _ tag: String) -> String {
                    "<tr>"
                        + cells.enumerated().map { "<\(tag)\($0 > 0 && isLeft[$0] ? " class=\"l\"" : "")>\(SVG.escaped($1))</\(tag)>" }.joined()
                        + "</tr>"
                }
                parts.append("<table>\(row(table.columns, "th"))\n" + table.rows.map { row($0, "td") }.joined(separator: "\n") + "</table>")
            }
        }
        let head = "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>\(SVG.escaped(title))</title>"
        return "<!doctype html>\n<html lang=\"en\"><head>\(head)<style>\(style)</style></head>\n<body><h1>\(SVG.escaped(title))</h1>\n"
            + parts.joined(separator: "\n") + "\n</body></html>\n"
    }
}
