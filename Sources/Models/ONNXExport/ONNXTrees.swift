/// A tree ensemble as the lists that `ai.onnx.ml.TreeEnsembleRegressor` (version 3) is made of.
///
/// The newer `TreeEnsemble` (version 5) knows sets of categories, but ONNX Runtime's reading of it takes some roots for leaves and some sets for others
/// (microsoft/onnxruntime issues 24679 and 25400). Here each set of categories that trees ask for is a column of its own: 1 for a member, 0 for
/// another category, missing for a missing one.
struct ONNXTrees {
    /// Sets of a categorical feature's codes, in the order in which trees first ask for them.
    struct Sets {
        fileprivate(set) var members: [[UInt64]] = []
        fileprivate var places: [[UInt64]: Int] = [:]

        /// For each of `count` codes, and last for a missing one: 1, 0 or missing for each set; codes × sets.
        func table(codes count: Int) -> [Float] {
            var table: [Float] = []
            table.reserveCapacity((count + 1) * members.count)
            for code in 0..<count {
                for words in members { table.append(code >> 6 < words.count && words[code >> 6] >> UInt64(code & 63) & 1 == 1 ? 1 : 0) }
            }
            return table + [Float](repeating: .nan, count: members.count)
        }
    }

    /// By feature.
    private(set) var sets: [Int32: Sets] = [:]
    private var (trees, nodes, features): ([Int64], [Int64], [Int64]) = ([], [], [])
    private var (yes, no, missing): ([Int64], [Int64], [Int64]) = ([], [], [])
    private var values: [Float] = []
    private var modes: [String] = []
    private var (leafTrees, leafNodes, leafOutputs): ([Int64], [Int64], [Int64]) = ([], [], [])
    private var leafValues: [Float] = []
    /// Nodes that ask for a set: their place in the lists, their feature, their set.
    private var members: [(place: Int, feature: Int32, set: Int)] = []
    private var count: Int64 = 0
    private let outputs: Int

    init(_ ensemble: TreeEnsemble) {
        outputs = ensemble.outputCount
        // XGBoost adds leaves to the start, in 32 bits: as a first tree of one leaf the start is added in the same order.
        for (output, start) in ensemble.baseMargins.enumerated() {
            leaf(0, Float(start), output: output)
            count += 1
        }
        for tree in ensemble.trees {
            add(tree)
            count += 1
        }
    }

    private mutating func leaf(_ node: Int, _ value: Float, output: Int) {
        append(node, mode: "LEAF", feature: 0, value: 0, yes: 0, no: 0, missing: false)
        leafTrees.append(count)
        leafNodes.append(Int64(node))
        leafOutputs.append(Int64(output))
        leafValues.append(value)
    }

    private mutating func append(_ node: Int, mode: String, feature: Int32, value: Float, yes: Int32, no: Int32, missing: Bool) {
        trees.append(count)
        nodes.append(Int64(node))
        modes.append(mode)
        features.append(Int64(feature))
        values.append(value)
        self.yes.append(Int64(yes))
        self.no.append(Int64(no))
        self.missing.append(missing ? 1 : 0)
    }

    private mutating func add(_ tree: TreeEnsemble.Tree) {
        // Pruned nodes stay in XGBoost's lists, and nothing leads to them.
        var reached = [0]
        var next = 0
        while next < reached.count {
            let node = reached[next]
            if tree.feature[node] >= 0 { reached += [Int(tree.left[node]), Int(tree.right[node])] }
            next += 1
        }
        for node in reached.sorted() {
            guard tree.feature[node] >= 0 else {
                leaf(node, tree.value[node], output: tree.output)
                continue
            }
            let words = tree.categoryWords[Int(tree.categories[node].lowerBound)..<Int(tree.categories[node].upperBound)]
            var value = tree.threshold[node]
            if !words.isEmpty {
                members.append((modes.count, tree.feature[node], set(of: Array(words), feature: tree.feature[node])))
                value = 0.5
            }
            append(
                node, mode: "BRANCH_LT", feature: tree.feature[node], value: value, yes: tree.left[node], no: tree.right[node],
                missing: tree.defaultLeft[node])
        }
    }

    private mutating func set(of words: [UInt64], feature: Int32) -> Int {
        var own = words
        while own.last == 0 { own.removeLast() }
        var known = sets[feature] ?? Sets()
        let place = known.places[own] ?? known.members.count
        if place == known.members.count {
            known.members.append(own)
            known.places[own] = place
            sets[feature] = known
        }
        return place
    }

    /// - Parameter columns: where the columns of each feature's sets begin.
    func attributes(columns: [Int32: Int]) -> [(String, ONNXGraphBuilder.Attribute)] {
        var asked = features
        for member in members { asked[member.place] = Int64((columns[member.feature] ?? 0) + member.set) }
        return [
            ("aggregate_function", .text("SUM")), ("n_targets", .integer(Int64(outputs))), ("nodes_falsenodeids", .integers(no)),
            ("nodes_featureids", .integers(asked)), ("nodes_missing_value_tracks_true", .integers(missing)), ("nodes_modes", .texts(modes)),
            ("nodes_nodeids", .integers(nodes)), ("nodes_treeids", .integers(trees)), ("nodes_truenodeids", .integers(yes)),
            ("nodes_values", .floats(values)), ("post_transform", .text("NONE")), ("target_ids", .integers(leafOutputs)),
            ("target_nodeids", .integers(leafNodes)), ("target_treeids", .integers(leafTrees)), ("target_weights", .floats(leafValues)),
        ]
    }
}
