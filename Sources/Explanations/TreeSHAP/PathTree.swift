internal import Models

/// A tree laid out for patterns. A leaf's *path players* are the players whose features are asked about on the way to it, each once, in the
/// order of their first question; a row's *pattern* at a leaf has bit i set if it answers all questions about path player i as the way does.
struct PathTree: Sendable {
    struct Node: Sendable {
        /// The node of the tree; nodes lie in preorder, so that a left child comes right after its parent.
        let source: Int32
        /// −1 at a leaf.
        let feature: Int32
        let threshold: Float
        let isCategorical: Bool
        let defaultLeft: Bool
        let right: Int32
        /// The path player's bit.
        let bit: UInt64
        /// The bit again where the way asks about the player for the first time, else 0.
        let firstBit: UInt64
        /// The place in `leaves`.
        let leaf: Int32
    }

    struct Leaf: Sendable {
        let value: Double
        let players: [Int32]
        /// For each path player the share of the training rows that the way keeps, multiplied over its questions.
        let shares: [Double]

        var full: UInt64 { players.count == 64 ? .max : 1 << UInt64(players.count) - 1 }
    }

    let tree: TreeEnsemble.Tree
    let nodes: [Node]
    let leaves: [Leaf]

    /// `playerOf` names each feature's player. nil if a way asks about more than 64 different players.
    init?(_ tree: TreeEnsemble.Tree, playerOf: [Int]) {
        var layout = PathTreeLayout(tree: tree, playerOf: playerOf)
        guard layout.visit(0) else { return nil }
        self.tree = tree
        nodes = layout.nodes
        leaves = layout.leaves
    }

    /// The patterns of `count` rows (rows × features) at all leaves: leaves × rows. `patterns` has room for nodes × rows.
    @inline(__always)
    func patterns(
        of rows: UnsafePointer<Float>, count: Int, featureCount: Int, nodePatterns: UnsafeMutablePointer<UInt64>,
        atLeaf: (_ leaf: Int, _ patterns: UnsafePointer<UInt64>) -> Void
    ) {
        for row in 0..<count { unsafe nodePatterns[row] = 0 }
        unsafe nodes.withUnsafeBufferPointer { nodes in
            for place in nodes.indices {
                let node = unsafe nodes[place]
                let here = unsafe nodePatterns + place * count
                guard node.feature >= 0 else {
                    unsafe atLeaf(Int(node.leaf), here)
                    continue
                }
                let left = unsafe here + count
                let right = unsafe nodePatterns + Int(node.right) * count
                let column = unsafe rows + Int(node.feature)
                for row in 0..<count {
                    let value = unsafe column[row * featureCount]
                    let goesLeft =
                        if node.isCategorical { tree.goesLeft(Int(node.source), value) } else {
                            value.isNaN ? node.defaultLeft : value < node.threshold
                        }
                    let kept = unsafe here[row] | node.firstBit
                    let lost = kept & ~node.bit
                    unsafe left[row] = goesLeft ? kept : lost
                    unsafe right[row] = goesLeft ? lost : kept
                }
            }
        }
    }
}

private struct PathTreeLayout {
    let tree: TreeEnsemble.Tree
    var nodes: [PathTree.Node] = []
    var leaves: [PathTree.Leaf] = []
    private var players: [Int32] = []
    private let playerOf: [Int]
    private var shares: [Double] = []

    init(tree: TreeEnsemble.Tree, playerOf: [Int]) {
        self.tree = tree
        self.playerOf = playerOf
    }

    /// Lays out the nodes below `source` in preorder; false if there are too many path players.
    mutating func visit(_ source: Int) -> Bool {
        let feature = tree.feature[source]
        guard feature >= 0 else {
            nodes.append(
                PathTree.Node(
                    source: Int32(source), feature: -1, threshold: 0, isCategorical: false, defaultLeft: false, right: 0, bit: 0, firstBit: 0,
                    leaf: Int32(leaves.count)))
            leaves.append(PathTree.Leaf(value: Double(tree.value[source]), players: players, shares: shares))
            return true
        }
        let player = Int32(playerOf[Int(feature)])
        let known = players.firstIndex(of: player)
        let slot = known ?? players.count
        guard slot < 64 else { return false }
        let place = nodes.count
        let bit: UInt64 = 1 << UInt64(slot)
        func node(right: Int32) -> PathTree.Node {
            PathTree.Node(
                source: Int32(source), feature: feature, threshold: tree.threshold[source], isCategorical: !tree.categories[source].isEmpty,
                defaultLeft: tree.defaultLeft[source], right: right, bit: bit, firstBit: known == nil ? bit : 0, leaf: -1)
        }
        nodes.append(node(right: 0))
        if known == nil {
            players.append(player)
            shares.append(1)
        }
        let before = shares[slot]
        let (left, right) = (Int(tree.left[source]), Int(tree.right[source]))
        let (leftShare, rightShare) = Self.shares(tree.cover[left], tree.cover[right], of: tree.cover[source])
        shares[slot] = before * leftShare
        guard visit(left) else { return false }
        nodes[place] = node(right: Int32(nodes.count))
        shares[slot] = before * rightShare
        guard visit(right) else { return false }
        shares[slot] = before
        if known == nil {
            players.removeLast()
            shares.removeLast()
        }
        return true
    }

    /// A node that no training row reached is divided in halves.
    private static func shares(_ left: Float, _ right: Float, of whole: Float) -> (Double, Double) {
        guard whole > 0 else { return (0.5, 0.5) }
        return (Double(left) / Double(whole), Double(right) / Double(whole))
    }
}
