import Basics
import Diagnostics
import LocatedYAML

/// From one file's bytes to a checked resource.
struct ResourceReader {
    let entry: SpecEntry
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var references: [SpecDecoder.Reference] = []

    private let declarations: [KindDeclaration]
    private let isPlaced: Bool

    /// - Parameters:
    ///   - declarations: the kinds that the file may hold.
    ///   - isPlaced: whether the file's folder tells its kind.
    init(entry: SpecEntry, declarations: [KindDeclaration] = Kinds.all, isPlaced: Bool = true) {
        self.entry = entry
        self.declarations = declarations
        self.isPlaced = isPlaced
    }

    mutating func read() -> Resource? {
        guard entry.kind == .regular else {
            let what = entry.kind == .symbolicLink ? "a symbolic link" : "a submodule"
            let file = SourceFile(path: entry.path, text: "")
            diagnostics.append(
                Diagnostic(.notARegularFile, "\(what) stands where a spec should", at: SourceSpan(startOf: file), hint: "put the file itself here"))
            return nil
        }
        let (located, problems) = YAMLDocument.parse(bytes: entry.bytes, path: entry.path)
        diagnostics += problems
        guard let located, let declaration = declaration(of: located) else { return nil }
        var decoder = SpecDecoder()
        let json = decoder.decode(located, as: declaration.resource, name: declaration.kind)
        diagnostics += decoder.diagnostics
        references = decoder.references
        guard let json, !diagnostics.hasErrors else { return nil }
        return Resource(kind: declaration.kind, path: entry.path, located: located, json: json)
    }

    private mutating func declaration(of located: LocatedValue) -> KindDeclaration? {
        guard located.entries != nil else {
            diagnostics.append(Diagnostic(.wrongType, "a spec must be a mapping, not \(located.kindName)", at: located.span))
            return nil
        }
        if let version = located["apiVersion"], version.text?.value != KindDeclaration.apiVersion {
            diagnostics.append(
                Diagnostic(
                    .unknownAPIVersion, "this version of Proviso reads \(KindDeclaration.apiVersion) only", at: version.span,
                    hint: "write apiVersion: \(KindDeclaration.apiVersion)"))
            return nil
        }
        guard let kind = located["kind"] else {
            diagnostics.append(
                Diagnostic(
                    .missingField, "the resource lacks the field 'kind'",
                    at: SourceSpan(file: located.span.file, start: located.span.start, end: located.span.start),
                    hint: "known kinds: \(declarations.map(\.kind).joined(separator: ", "))"))
            return nil
        }
        guard let text = kind.text?.value else {
            diagnostics.append(Diagnostic(.wrongType, "'kind' must be a string, not \(kind.kindName)", at: kind.span))
            return nil
        }
        guard let declaration = declarations.first(where: { $0.kind == text }) else {
            diagnostics.append(
                Diagnostic(
                    .unknownKind, "unknown kind '\(text)'", at: kind.span,
                    hint: SpecDecoder.suggestion(for: text, among: declarations.map(\.kind))
                        ?? "known kinds: \(declarations.map(\.kind).joined(separator: ", "))"))
            return nil
        }
        guard isPlaced else { return declaration }
        let folder = entry.path.contains("/") ? String(entry.path.prefix { $0 != "/" }) : nil
        let isInPlace = declaration.folder == folder && (folder != nil || entry.path == "proviso.yaml")
        if !isInPlace {
            let place = declaration.folder.map { "in \($0)/" } ?? "in proviso.yaml"
            diagnostics.append(
                Diagnostic(
                    .misplacedResource, "resources of the kind \(declaration.kind) belong \(place)", at: kind.span,
                    hint: "move the file, or change its kind"))
        }
        let isTest = declaration.kind == PolicyTest.kind
        if isInPlace, isTest != entry.path.hasSuffix(Kinds.testSuffix) {
            diagnostics.append(
                Diagnostic(
                    .misplacedResource,
                    isTest
                        ? "the name of a policy test's file ends in \(Kinds.testSuffix)"
                        : "a file whose name ends in \(Kinds.testSuffix) holds a PolicyTest",
                    at: kind.span, hint: "rename the file, or change its kind"))
        }
        return declaration
    }
}
