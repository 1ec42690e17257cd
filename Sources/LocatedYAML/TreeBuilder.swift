import CLibYAML
import Diagnostics

/// Builds the tree from libyaml's events.
struct TreeBuilder {
    let source: SourceText
    let limits: YAMLLimits
    private(set) var diagnostics: [Diagnostic] = []
    private var anchors: [String: (value: LocatedValue, nodes: Int)] = [:]
    private var nodes = 0

    init(source: SourceText, limits: YAMLLimits) {
        self.source = source
        self.limits = limits
    }

    /// Ends the reading: the diagnostic is already noted.
    private struct Stop: Error {}

    mutating func document() -> LocatedValue? {
        var utf8 = Array(source.file.text.utf8)
        let stream = EventStream(utf8: &utf8, source: source)
        do {
            return try document(stream)
        } catch {
            return nil
        }
    }

    private mutating func document(_ stream: EventStream) throws(Stop) -> LocatedValue? {
        _ = try next(stream)
        var event = try next(stream)
        guard event.kind == .documentStart else {
            diagnostics.append(
                Diagnostic(
                    .emptyDocument, "the file holds nothing but blanks and comments", at: SourceSpan(startOf: source.file),
                    hint: "write a resource, or remove the file"))
            return nil
        }
        let value = try node(try next(stream), stream, depth: 0)
        _ = try next(stream)
        event = try next(stream)
        if event.kind == .documentStart {
            diagnostics.append(
                Diagnostic(
                    .severalDocuments, "a second document begins here", at: source.span(event.range),
                    hint: "give each resource a file of its own"))
        }
        if case .null = value.node, value.span.start == value.span.end {
            diagnostics.append(Diagnostic(.emptyDocument, "the document is empty", at: value.span))
        }
        return value
    }

    private mutating func next(_ stream: EventStream) throws(Stop) -> YAMLEvent {
        switch stream.next() {
        case .success(let event): return event
        case .failure(let failure):
            diagnostics.append(failure.diagnostic)
            throw Stop()
        }
    }

    private mutating func node(_ event: YAMLEvent, _ stream: EventStream, depth: Int) throws(Stop) -> LocatedValue {
        try count(1, at: event)
        guard depth <= limits.depth else {
            diagnostics.append(
                Diagnostic(.nestingTooDeep, "nested more than \(limits.depth) levels deep", at: source.span(event.range)))
            throw Stop()
        }
        let before = nodes
        let value: LocatedValue
        switch event.kind {
        case .alias:
            guard let anchored = anchors[event.anchor] else {
                diagnostics.append(
                    Diagnostic(.undefinedAlias, "there is no anchor '&\(event.anchor)' before this alias", at: source.span(event.range)))
                throw Stop()
            }
            try count(anchored.nodes, at: event)
            return anchored.value
        case .scalar: value = scalar(event)
        case .sequenceStart: value = try sequence(event, stream, depth: depth)
        case .mappingStart: value = try mapping(event, stream, depth: depth)
        default: preconditionFailure("libyaml gave no node where one must stand")
        }
        if !event.anchor.isEmpty { anchors[event.anchor] = (value, nodes - before + 1) }
        return value
    }

    private mutating func count(_ more: Int, at event: YAMLEvent) throws(Stop) {
        nodes += more
        guard nodes <= limits.nodes else {
            diagnostics.append(
                Diagnostic(
                    .aliasBudgetExceeded, "the document expands to more than \(limits.nodes) nodes", at: source.span(event.range),
                    hint: "write the repeated parts out, or use fewer aliases"))
            throw Stop()
        }
    }

    private mutating func scalar(_ event: YAMLEvent) -> LocatedValue {
        let span = source.span(event.range)
        let positions = ScalarAlignment.positions(of: event.value, style: event.style, range: event.range, in: source)
        let text = LocatedString(value: event.value, span: span, positions: positions ?? [])
        let isPlain = event.style == .plain
        func value(_ node: LocatedValue.Node) -> LocatedValue { LocatedValue(node: node, span: span, text: text, isPlain: isPlain) }
        switch event.tag {
        case "": return value(isPlain ? ScalarResolution.resolve(event.value) : .string(event.value))
        case "!", "tag:yaml.org,2002:str": return value(.string(event.value))
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
            let node = ScalarResolution.resolve(event.value)
            if case .string = node {} else { return value(node) }
            fallthrough
        default:
            unknownTag(event)
            return value(.string(event.value))
        }
    }

    private mutating func unknownTag(_ event: YAMLEvent) {
        diagnostics.append(
            Diagnostic(
                .unknownTag, "the tag \(event.tag.replacing("tag:yaml.org,2002:", with: "!!")) does not fit here", at: source.span(event.range),
                hint: "remove the tag"))
    }

    private mutating func sequence(_ start: YAMLEvent, _ stream: EventStream, depth: Int) throws(Stop) -> LocatedValue {
        if !start.tag.isEmpty, start.tag != "tag:yaml.org,2002:seq" { unknownTag(start) }
        var elements: [LocatedValue] = []
        while true {
            let event = try next(stream)
            if event.kind == .sequenceEnd { return LocatedValue(node: .sequence(elements), span: span(start, event)) }
            elements.append(try node(event, stream, depth: depth + 1))
        }
    }

    private mutating func mapping(_ start: YAMLEvent, _ stream: EventStream, depth: Int) throws(Stop) -> LocatedValue {
        if !start.tag.isEmpty, start.tag != "tag:yaml.org,2002:map" { unknownTag(start) }
        var entries: [LocatedValue.Entry] = []
        // Their spans by their names, once they are more than a glance takes in.
        var seen: [String: SourceSpan] = [:]
        while true {
            let event = try next(stream)
            if event.kind == .mappingEnd { return LocatedValue(node: .mapping(entries), span: span(start, event)) }
            let key = try node(event, stream, depth: depth + 1)
            let value = try node(try next(stream), stream, depth: depth + 1)
            guard case .string = key.node, let name = key.text else {
                diagnostics.append(
                    Diagnostic(.nonStringKey, "a key must be a string, and this is \(key.kindName)", at: key.span, hint: "quote the key"))
                continue
            }
            if name.value == "<<", key.isPlain {
                diagnostics.append(
                    Diagnostic(.nonStringKey, "merge keys are not part of YAML 1.2", at: key.span, hint: "write the fields out"))
                continue
            }
            if let first = seen.isEmpty ? entries.first(where: { $0.key.value == name.value })?.key.span : seen[name.value] {
                diagnostics.append(
                    Diagnostic(
                        .duplicateKey, "the key '\(name.value)' is given twice", at: key.span,
                        notes: [.init("first given here", at: first)], hint: "remove one of the two"))
                continue
            }
            entries.append(.init(key: name, value: value))
            if !seen.isEmpty {
                seen[name.value] = name.span
            } else if entries.count == 16 {
                for entry in entries { seen[entry.key.value] = entry.key.span }
            }
        }
    }

    /// From the first code point to behind the last that belongs to the collection; an end event in block style stands behind the white space
    /// that follows.
    private func span(_ start: YAMLEvent, _ end: YAMLEvent) -> SourceSpan {
        var upper = max(start.range.upperBound, end.range.upperBound)
        while upper > start.range.lowerBound, source.isBlank(upper - 1) || source.isBreak(upper - 1) { upper -= 1 }
        return source.span(start.range.lowerBound..<max(upper, start.range.lowerBound))
    }
}
