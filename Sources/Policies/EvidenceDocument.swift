import Attestations
public import Basics
public import Diagnostics
import LocatedYAML

/// A JSON document that says what was measured, as `policy eval` takes it.
public enum EvidenceDocument {
    /// What in it is no evidence: members that evidence does not have, values of other types. At their places where the text can be read as YAML too,
    /// which nearly all JSON is; else at the file's beginning.
    ///
    /// - Parameter name: `evidence` or `baseline`.
    public static func problems(_ json: JSONValue, in file: SourceFile, name: String = "evidence") -> [Diagnostic] {
        let located = YAMLDocument.parse(file)
        let isReadable = !located.diagnostics.hasErrors
        guard let value = isReadable ? located.value : nil else { return EvidenceFixture.problems(placed(json, file), name: name) }
        return EvidenceFixture.problems(value, name: name)
    }

    private static func placed(_ json: JSONValue, _ file: SourceFile) -> LocatedValue {
        let start = SourcePosition(line: 1, column: 1)
        let span = SourceSpan(file: file, start: start, end: start)
        let node: LocatedValue.Node =
            switch json {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .int(let number): .int(number)
            case .double(let number): .double(number)
            case .string(let text): .string(text)
            case .array(let elements): .sequence(elements.map { placed($0, file) })
            case .object(let members):
                .mapping(
                    members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, member in
                        .init(key: LocatedString(value: name, span: span), value: placed(member, file))
                    })
            }
        return LocatedValue(node: node, span: span)
    }
}
