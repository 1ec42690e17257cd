/// The types of an expression's nodes by their identifiers, which are counted from 1.
struct NodeTypes: Sendable {
    private var types: [CELType?] = []

    subscript(node: Int) -> CELType? {
        get { types.indices.contains(node) ? types[node] : nil }
        set {
            while types.count <= node { types.append(nil) }
            types[node] = newValue
        }
    }
}
