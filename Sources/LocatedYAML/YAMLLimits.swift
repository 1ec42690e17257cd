/// Bounds on what a file may ask of its reader.
public struct YAMLLimits: Hashable, Sendable {
    public var bytes = 4 << 20
    public var depth = 64
    /// Counted after expansion, so that aliases of aliases cannot multiply.
    public var nodes = 200_000

    public init() {}
}
