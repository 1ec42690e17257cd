/// Decision trees whose leaves are added up, as flat arrays. What XGBoost's `gbtree` and `dart` boosters are.
public struct TreeEnsemble: Sendable, Hashable {
    /// What turns the margin into the prediction.
    public enum Link: String, Hashable, Sendable {
        case identity, logistic, softmax, exponential
    }

    /// One tree's nodes; the root is node 0.
    public struct Tree: Hashable, Sendable {
        /// The feature that a node asks about; −1 at a leaf.
        public let feature: [Int32]
        /// A number below it goes left.
        public let threshold: [Float]
        public let left: [Int32]
        public let right: [Int32]
        /// Where a missing value goes.
        public let defaultLeft: [Bool]
        /// For a categorical node a range of `categoryWords`: the bit set of the categories that go right. Empty for a numeric node.
        public let categories: [Range<Int32>]
        public let categoryWords: [UInt64]
        /// The sum of the training rows' hessians in the node: what path-dependent SHAP weighs branches by.
        public let cover: [Float]
        /// At a leaf: what is added to the margin.
        public let value: [Float]
        /// The class or target whose margin the tree adds to.
        public let output: Int

        /// Whether a row with `value` for the node's feature goes left. NaN is missing.
        @inline(__always) public func goesLeft(_ node: Int, _ value: Float) -> Bool {
            if value.isNaN { return defaultLeft[node] }
            let words = categories[node]
            if words.isEmpty { return value < threshold[node] }
            // XGBoost sends a category that the set cannot hold to the left.
            guard value >= 0, value < Float(words.count * 64) else { return true }
            let code = Int(value)
            return categoryWords[Int(words.lowerBound) + code >> 6] >> UInt64(code & 63) & 1 == 0
        }

        /// The leaf that a row with these features falls into.
        @inline(__always) func leaf(_ row: UnsafeBufferPointer<Float>) -> Int {
            var node = 0
            while feature[node] >= 0 { node = Int(goesLeft(node, unsafe row[Int(feature[node])]) ? left[node] : right[node]) }
            return node
        }
    }

    public let trees: [Tree]
    public let featureCount: Int
    /// As the file names them; empty if it does not.
    public let featureNames: [String]
    /// The margin before any tree, one for each output.
    public let baseMargins: [Double]
    public let link: Link

    public var outputCount: Int { baseMargins.count }

    /// The margins of `count` rows that lie one after another: rows × outputs. Leaves are added as doubles in the order of the trees, so that
    /// they differ from XGBoost's own, which are added as 32-bit numbers, by rounding only.
    public func margins(_ rows: [Float], count: Int) -> [Double] {
        precondition(rows.count == count * featureCount, "rows × features")
        var margins: [Double] = []
        margins.reserveCapacity(count * outputCount)
        for _ in 0..<count { margins += baseMargins }
        let outputs = outputCount
        unsafe rows.withUnsafeBufferPointer { values in
            for tree in trees {
                for row in 0..<count {
                    let features = unsafe UnsafeBufferPointer(rebasing: values[(row * featureCount)..<((row + 1) * featureCount)])
                    margins[row * outputs + tree.output] += unsafe Double(tree.value[tree.leaf(features)])
                }
            }
        }
        return margins
    }
}
