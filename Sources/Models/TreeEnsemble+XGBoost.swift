internal import Basics
internal import Glibc

extension TreeEnsemble {
    /// Reads a model that XGBoost 1.6 or later saved as UBJ or JSON.
    ///
    /// Throws `malformedArtifact`, or `unsupportedModel` for a linear booster, vector leaves, or an unknown objective.
    public init(xgboost bytes: [UInt8]) throws(ModelError) {
        guard bytes.first == UInt8(ascii: "{") else {
            throw Self.malformed(bytes.isEmpty ? "the file is empty" : "it is not an XGBoost model: UBJ and JSON begin with a brace")
        }
        // Both forms start with a brace; JSON goes on with a name or white space, UBJ with the type of the name's length.
        let isJSON = bytes.dropFirst().first { ![0x20, 0x0A, 0x0D, 0x09].contains($0) } == UInt8(ascii: "\"")
        let document: ModelDocument
        if isJSON {
            do { document = ModelDocument(try JSONValue(parsing: bytes)) } catch { throw Self.malformed("\(error)") }
        } else {
            document = try UniversalBinaryJSON.parse(bytes)
        }
        try self.init(document)
    }

    private init(_ document: ModelDocument) throws(ModelError) {
        guard let learner = document["learner"], let booster = learner["gradient_booster"], let name = booster["name"]?.text else {
            throw Self.malformed("it is not an XGBoost model: 'learner' or its booster is missing")
        }
        guard let parameters = learner["learner_model_param"], let features = parameters["num_feature"]?.number.flatMap(Int.init(exactly:)),
            let baseScores = Self.baseScores(parameters["base_score"])
        else { throw Self.malformed("it does not say how many features it has or where it starts") }
        // Where dropout leaves the trees' weights: beside the trees since 3.3, in a booster of its own before.
        guard name == "gbtree" || name == "dart" else { throw Self.unsupported("booster '\(name)' has no trees") }
        guard let model = booster["model"] ?? booster["gbtree"]?["model"], let list = model["trees"]?.elements,
            let groups = model["tree_info"]?.integers, groups.count == list.count
        else { throw Self.malformed("its list of trees is not whole") }
        let dropped = (model["weight_drop"] ?? booster["weight_drop"])?.floats ?? []
        guard dropped.isEmpty || dropped.count == list.count else { throw Self.malformed("not every tree has its weight") }
        let link = try Self.link(learner["objective"]?["name"]?.text ?? "")
        let classes = max(Int(parameters["num_class"]?.number ?? 0), Int(parameters["num_target"]?.number ?? 1), 1)
        guard classes <= 100_000, groups.allSatisfy({ (0..<Int64(classes)).contains($0) }) else {
            throw Self.malformed("a tree is for an output that the model does not have")
        }
        var trees: [Tree] = []
        for (index, tree) in list.enumerated() {
            trees.append(
                try Tree(tree, output: Int(groups[index]), features: features, weight: dropped.isEmpty ? 1 : dropped[index]))
        }
        self.trees = trees
        self.featureCount = features
        self.featureNames = learner["feature_names"]?.elements?.compactMap(\.text) ?? []
        self.link = link
        let starts = baseScores.map { link.margin(ofBaseScore: $0) }
        self.baseMargins = starts.count == classes ? starts : [Double](repeating: starts[0], count: classes)
    }

    /// One number, or since 3.1 a list in a text: `[5E-1]`.
    private static func baseScores(_ value: ModelDocument?) -> [Double]? {
        if let number = value?.number { return [number] }
        guard let text = value?.text, text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        let numbers = text.dropFirst().dropLast().split(separator: ",").map { part in Double(part.filter { $0 != " " }) }
        let read = numbers.compactMap { $0 }
        return read.isEmpty || read.count != numbers.count ? nil : read
    }

    private static func link(_ objective: String) throws(ModelError) -> Link {
        switch objective {
        case "binary:logistic", "reg:logistic": return .logistic
        case "multi:softprob", "multi:softmax": return .softmax
        case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft": return .exponential
        case "binary:logitraw", "binary:hinge": return .identity
        case _ where objective.hasPrefix("reg:") || objective.hasPrefix("rank:"): return .identity
        default: throw unsupported("objective '\(objective)' is not known")
        }
    }

    static func malformed(_ reason: String) -> ModelError { ModelError(.malformedArtifact, operation: "read the model", message: reason) }
    static func unsupported(_ reason: String) -> ModelError { ModelError(.unsupportedModel, operation: "read the model", message: reason) }
}

extension TreeEnsemble.Link {
    /// XGBoost keeps the start as a prediction; trees are added to its margin, computed in 32 bits.
    fileprivate func margin(ofBaseScore score: Double) -> Double {
        switch self {
        case .logistic: Double(-logf(1 / Float(score) - 1))
        case .exponential: Double(logf(Float(score)))
        case .identity, .softmax: Double(Float(score))
        }
    }
}

extension TreeEnsemble.Tree {
    /// One tree of a saved model, checked: every index is in range, every node but the root has one parent, and there is no cycle.
    fileprivate init(_ tree: ModelDocument, output: Int, features: Int, weight: Float) throws(ModelError) {
        func flat<Element>(_ name: String, _ read: (ModelDocument) -> [Element]?) throws(ModelError) -> [Element] {
            guard let all = tree[name].flatMap(read) else { throw TreeEnsemble.malformed("a tree has no '\(name)'") }
            return all
        }
        guard (tree["tree_param"]?["size_leaf_vector"]?.number ?? 1) <= 1 else { throw TreeEnsemble.unsupported("its leaves are vectors") }
        let lefts = try flat("left_children", \.integers)
        let rights = try flat("right_children", \.integers)
        let asked = try flat("split_indices", \.integers)
        let conditions = try flat("split_conditions", \.floats)
        let defaults = try flat("default_left", \.integers)
        let covers = try flat("sum_hessian", \.floats)
        let count = lefts.count
        guard count > 0, count <= Int(Int32.max),
            [rights.count, asked.count, conditions.count, defaults.count, covers.count].allSatisfy({ $0 == count })
        else { throw TreeEnsemble.malformed("a tree's lists have different lengths") }
        var parents = [Int](repeating: 0, count: count)
        for node in 0..<count where lefts[node] >= 0 {
            for child in [lefts[node], rights[node]] {
                guard child > 0, child < count else { throw TreeEnsemble.malformed("a tree's node has no such child") }
                parents[Int(child)] += 1
            }
            guard (0..<Int64(features)).contains(asked[node]) else { throw TreeEnsemble.malformed("a tree asks for a feature that is not there") }
        }
        // With one parent each and none for the root, whatever the root reaches is a tree.
        guard parents[0] == 0, parents.allSatisfy({ $0 <= 1 }) else { throw TreeEnsemble.malformed("a tree's nodes form a cycle") }
        guard Self.depth(lefts, rights) <= Self.maximumDepth else {
            throw TreeEnsemble.unsupported("a tree is deeper than \(Self.maximumDepth) levels")
        }
        self.output = output
        feature = (0..<count).map { lefts[$0] >= 0 ? Int32(asked[$0]) : -1 }
        left = lefts.map { Int32(max($0, 0)) }
        right = rights.map { Int32(max($0, 0)) }
        defaultLeft = defaults.map { $0 != 0 }
        cover = covers
        threshold = conditions
        value = (0..<count).map { lefts[$0] >= 0 ? 0 : conditions[$0] * weight }
        (categories, categoryWords) = try Self.categories(tree, count: count)
    }

    /// What walks a tree by recursion counts on it.
    private static var maximumDepth: Int { 1000 }

    /// Levels below the root.
    private static func depth(_ lefts: [Int64], _ rights: [Int64]) -> Int {
        var level = [0]
        var depth = -1
        while !level.isEmpty {
            depth += 1
            level = level.flatMap { lefts[$0] >= 0 ? [Int(lefts[$0]), Int(rights[$0])] : [] }
        }
        return depth
    }

    /// The categories of all categorical nodes, one after another, as bit sets.
    private static func categories(_ tree: ModelDocument, count: Int) throws(ModelError) -> ([Range<Int32>], [UInt64]) {
        var ranges = [Range<Int32>](repeating: 0..<0, count: count)
        var words: [UInt64] = []
        let nodes = tree["categories_nodes"]?.integers ?? []
        let starts = tree["categories_segments"]?.integers ?? []
        let sizes = tree["categories_sizes"]?.integers ?? []
        let all = tree["categories"]?.integers ?? []
        guard starts.count == nodes.count, sizes.count == nodes.count else { throw TreeEnsemble.malformed("a tree's categories are not whole") }
        for (place, node) in nodes.enumerated() {
            let (start, size) = (starts[place], sizes[place])
            guard (0..<Int64(count)).contains(node), start >= 0, size > 0, start <= Int64(all.count), size <= Int64(all.count) - start else {
                throw TreeEnsemble.malformed("a tree's categories are not whole")
            }
            let members = all[Int(start)..<Int(start + size)]
            guard let largest = members.max(), members.allSatisfy({ (0..<16_777_216).contains($0) }) else {
                throw TreeEnsemble.malformed("a category's code is out of range")
            }
            let first = words.count
            words += [UInt64](repeating: 0, count: Int(largest) / 64 + 1)
            for member in members { words[first + Int(member) / 64] |= 1 << UInt64(member % 64) }
            ranges[Int(node)] = Int32(first)..<Int32(words.count)
        }
        return (ranges, words)
    }
}
