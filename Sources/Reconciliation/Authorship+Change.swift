import Basics
import Git

extension Authorship {
    /// What policies see as `change`: the same in gate, reconciler and reproduction.
    ///
    /// - Parameter files: the paths that the change touches.
    func change(approvers: some Sequence<String>, files: [String], base: ObjectID?, head: ObjectID) -> JSONValue {
        func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        return [
            "authors": strings(principals.sorted()), "unsigned": strings(unknown.map { "\($0.commit.short) is \($0.status)" }),
            "approvers": strings(Set(approvers).sorted()), "files": strings(files), "base": .string(base?.hex ?? ""), "head": .string(head.hex),
        ]
    }
}
