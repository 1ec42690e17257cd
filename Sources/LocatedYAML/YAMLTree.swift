/// A tree without places: what a file means. Edits are checked by it.
indirect enum YAMLTree: Equatable {
    case scalar(LocatedValue.Node)
    case sequence([YAMLTree])
    case mapping([Member])

    struct Member: Equatable {
        let key: String
        var value: YAMLTree
    }

    init(_ value: LocatedValue) {
        switch value.node {
        case .sequence(let elements): self = .sequence(elements.map { YAMLTree($0) })
        case .mapping(let entries): self = .mapping(entries.map { Member(key: $0.key.value, value: YAMLTree($0.value)) })
        default: self = .scalar(value.node)
        }
    }

    static func strings(_ fields: [(key: String, value: String)]) -> YAMLTree {
        .mapping(fields.map { Member(key: $0.key, value: .scalar(.string($0.value))) })
    }

    /// The tree with what stands at the path changed; nil is given for, and returned by `change` as, nothing. A new key becomes the last one.
    func changing(_ path: ArraySlice<String>, _ change: (YAMLTree?) -> YAMLTree?) -> YAMLTree? {
        guard let first = path.first else { return change(self) }
        switch self {
        case .mapping(var members):
            guard let index = members.firstIndex(where: { $0.key == first }) else {
                guard path.count == 1, let value = change(nil) else { return nil }
                return .mapping(members + [Member(key: first, value: value)])
            }
            guard let value = members[index].value.changing(path.dropFirst(), change) else { return nil }
            members[index].value = value
            return .mapping(members)
        case .sequence(var elements):
            guard let index = Int(first), elements.indices.contains(index) else { return nil }
            guard let value = elements[index].changing(path.dropFirst(), change) else { return nil }
            elements[index] = value
            return .sequence(elements)
        case .scalar: return nil
        }
    }
}
