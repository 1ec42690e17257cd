import CLibYAML
import Diagnostics

/// One of libyaml's events as a value.
struct YAMLEvent {
    enum Kind { case streamStart, streamEnd, documentStart, documentEnd, alias, scalar, sequenceStart, sequenceEnd, mappingStart, mappingEnd }

    let kind: Kind
    /// Code point offsets.
    let range: Range<Int>
    var value = ""
    var tag = ""
    var anchor = ""
    var style = ScalarAlignment.Style.plain
}

struct YAMLSyntaxError: Error {
    let diagnostic: Diagnostic
}

/// Owns a libyaml parser over one buffer.
@safe final class EventStream {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private let source: SourceText

    init(utf8: inout [UInt8], source: SourceText) {
        self.source = source
        unsafe parser = .allocate(capacity: 1)
        unsafe buffer = .allocate(capacity: max(1, utf8.count))
        _ = unsafe buffer.initialize(from: utf8)
        guard unsafe yaml_parser_initialize(parser) == 1 else { preconditionFailure("libyaml has no memory") }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, buffer.baseAddress, utf8.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe buffer.deallocate()
    }

    func next() -> Result<YAMLEvent, YAMLSyntaxError> {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { return .failure(YAMLSyntaxError(diagnostic: failure())) }
        defer { unsafe yaml_event_delete(&event) }
        let start = unsafe Int(event.start_mark.index)
        let range = start..<max(start, unsafe Int(event.end_mark.index))
        func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String { unsafe pointer.map { unsafe String(cString: $0) } ?? "" }
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: return .success(YAMLEvent(kind: .streamStart, range: range))
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .success(YAMLEvent(kind: .streamEnd, range: range))
        case YAML_DOCUMENT_START_EVENT: return .success(YAMLEvent(kind: .documentStart, range: range))
        case YAML_DOCUMENT_END_EVENT: return .success(YAMLEvent(kind: .documentEnd, range: range))
        case YAML_ALIAS_EVENT:
            return .success(YAMLEvent(kind: .alias, range: range, anchor: unsafe text(event.data.alias.anchor)))
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let style: ScalarAlignment.Style =
                switch unsafe scalar.style {
                case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
                case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
                case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
                default: .plain
                }
            return .success(
                YAMLEvent(
                    kind: .scalar, range: range, value: unsafe String(decoding: bytes, as: UTF8.self), tag: unsafe text(scalar.tag),
                    anchor: unsafe text(scalar.anchor), style: style))
        case YAML_SEQUENCE_START_EVENT:
            let sequence = unsafe event.data.sequence_start
            return .success(
                YAMLEvent(kind: .sequenceStart, range: range, tag: unsafe text(sequence.tag), anchor: unsafe text(sequence.anchor)))
        case YAML_SEQUENCE_END_EVENT: return .success(YAMLEvent(kind: .sequenceEnd, range: range))
        case YAML_MAPPING_START_EVENT:
            let mapping = unsafe event.data.mapping_start
            return .success(
                YAMLEvent(kind: .mappingStart, range: range, tag: unsafe text(mapping.tag), anchor: unsafe text(mapping.anchor)))
        default: return .success(YAMLEvent(kind: .mappingEnd, range: range))
        }
    }

    private func failure() -> Diagnostic {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "cannot be read"
        let index = unsafe min(Int(parser.pointee.problem_mark.index), source.scalars.count)
        var end = index
        while end < source.scalars.count, end < index + 1, !source.isBreak(end) { end += 1 }
        let span = source.span(index..<end)
        let context = unsafe parser.pointee.context.map { unsafe String(cString: $0) }
        let mark = unsafe min(Int(parser.pointee.context_mark.index), source.scalars.count)
        // A tab where indentation is expected is by far the commonest reason, and libyaml's words for it help nobody.
        var lineStart = index
        while lineStart > 0, !source.isBreak(lineStart - 1) { lineStart -= 1 }
        var blank = lineStart
        while source.isBlank(blank) {
            if source.scalars[blank] == "\t" {
                return Diagnostic(
                    .tabIndentation, "a tab cannot indent YAML", at: source.span(blank..<blank + 1), hint: "indent with blanks")
            }
            blank += 1
        }
        guard let context else { return Diagnostic(.yamlSyntax, problem, at: span) }
        if context.hasSuffix("quoted scalar"), problem == "found unexpected end of stream", mark < source.scalars.count {
            return Diagnostic(.yamlSyntax, "this quote is never closed", at: source.span(mark..<mark + 1))
        }
        let hint = index == source.scalars.count && context.contains("flow") ? "a '[' or '{' may lack its closing bracket" : nil
        if mark == index { return Diagnostic(.yamlSyntax, "\(problem) \(context)", at: span, hint: hint) }
        return Diagnostic(.yamlSyntax, problem, at: span, notes: [.init(context, at: source.span(mark..<mark))], hint: hint)
    }
}
