public import Diagnostics

/// Small changes of a YAML file that keep its comments, its quoting and its layout: only the text that must change is spliced.
///
/// Every result is read again and compared with the tree that the edit should make. An edit that cannot be made by splicing, such as one of a
/// value that aliases share, gives nil rather than a file that means something else.
public enum YAMLEdit {
    /// Gives the scalar at a path the string `text`, or adds the path's last key to the mapping that should hold it.
    public static func setting(_ path: [String], to text: String, in file: SourceFile) -> String? {
        edit(file, path, expecting: { _ in .scalar(.string(text)) }) { splicer, root in
            guard let old = root.value(at: path) else {
                guard let key = path.last, let parent = root.value(at: path.dropLast()) else { return nil }
                let field = "\(YAMLText.written(key)): \(YAMLText.written(text))"
                return splicer.insert(block: [field], flow: field, into: parent)
            }
            guard old.text != nil else { return nil }
            let range = splicer.range(of: old)
            return splicer.replace(range, by: YAMLText.written(text, like: splicer.first(of: old)), spaced: range.isEmpty)
        }
    }

    /// Appends a mapping of strings to the list at a path, or adds the list with it as its only element where the path's last key is missing.
    public static func appending(_ fields: KeyValuePairs<String, String>, to path: [String], in file: SourceFile) -> String? {
        let written = fields.map { "\(YAMLText.written($0.key)): \(YAMLText.written($0.value))" }
        let block = written.enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
        let flow = "{\(written.joined(separator: ", "))}"
        let element = YAMLTree.strings(fields.map { ($0.key, $0.value) })
        return edit(file, path, expecting: { Self.appended(element, to: $0) }) { splicer, root in
            guard let list = root.value(at: path) else {
                guard let key = path.last.map({ YAMLText.written($0) }), let parent = root.value(at: path.dropLast()) else { return nil }
                return splicer.insert(block: ["\(key):"] + block.map { "  " + $0 }, flow: "\(key): [\(flow)]", into: parent)
            }
            guard let elements = list.elements else { return nil }
            if let last = elements.last { return splicer.append(block: block, flow: flow, behind: last, in: list) }
            guard let key = path.last, let entry = root.value(at: path.dropLast())?.entries?.first(where: { $0.key.value == key }) else {
                return splicer.fill(list, with: flow)
            }
            return splicer.replaceEmptyList(list, under: entry.key, by: block) ?? splicer.fill(list, with: flow)
        }
    }

    private static func appended(_ element: YAMLTree, to list: YAMLTree?) -> YAMLTree? {
        switch list {
        case nil: .sequence([element])
        case .sequence(let elements): .sequence(elements + [element])
        default: nil
        }
    }

    private static func edit(
        _ file: SourceFile, _ path: [String], expecting change: (YAMLTree?) -> YAMLTree?, splice: (YAMLSplicer, LocatedValue) -> String?
    ) -> String? {
        guard let root = YAMLDocument.parse(file).value, let expected = YAMLTree(root).changing(path[...], change) else { return nil }
        guard let text = splice(YAMLSplicer(source: SourceText(file)), root) else { return nil }
        guard let result = YAMLDocument.parse(SourceFile(path: file.path, text: text)).value, YAMLTree(result) == expected else { return nil }
        return text
    }
}
