internal import Basics
public import Models

/// A small regression tree that imitates a model (Craven and Shavlik 1996), grown on the model's predictions by least squares (Breiman et al.
/// 1984), and how well it does.
public struct SurrogateTree: Sendable, Hashable {
    public struct Node: Sendable, Hashable {
        /// The mean prediction of the node's rows.
        public let value: Double
        public let rowCount: Int
        /// Nil at a leaf.
        public let question: Question?
    }

    /// What a node asks; rows of which it is true go to `yes`.
    public struct Question: Sendable, Hashable {
        public let feature: Int
        /// In words: `age <= 28`, `workclass in {Private, State-gov}`.
        public let text: String
        /// A number up to it is a yes; nil for a category.
        public let threshold: Double?
        /// The categories' codes that are a yes; empty for a number.
        public let codes: [Int]
        /// Whether a missing value is a yes.
        public let missingIsYes: Bool
        public let yes: Int
        public let no: Int

        func isYes(_ value: Double) -> Bool {
            if value.isNaN { return missingIsYes }
            if let threshold { return value <= threshold }
            return codes.contains(Int(value))
        }
    }

    /// The root first.
    public let nodes: [Node]
    /// R² of the tree's predictions against the model's, on rows that it was not grown on.
    public let fidelity: Double
    /// R² on the rows that it was grown on.
    public let trainingFidelity: Double
    public let scale: OutputScale

    /// Every fourth row is held out for fidelity.
    ///
    /// - Parameters:
    ///   - depth: questions on the way to a leaf, at most.
    ///   - minimumRows: in a leaf.
    ///
    /// Throws `rows` for fewer than eight, `invalidSetting`, `unsupportedModel` or `prediction`.
    public init(
        _ predictor: any Predictor, rows: EncodedRows, depth: Int = 3, minimumRows: Int = 1, scale: OutputScale = .raw, threads: Int = 1
    ) throws(ExplanationError) {
        let scaled: ScaledPredictor
        do { scaled = try ScaledPredictor(predictor, scale: scale) } catch { throw ExplanationError(error) }
        guard (1...12).contains(depth) else { throw ExplanationError(.invalidSetting, message: "the depth must be 1 to 12, not \(depth)") }
        guard minimumRows > 0 else { throw ExplanationError(.invalidSetting, message: "a leaf needs one row or more") }
        guard scaled.outputCount == 1 else {
            throw ExplanationError(.unsupportedModel, message: "a surrogate tree is of one output, and the model has \(scaled.outputCount)")
        }
        guard rows.width == scaled.featureCount else {
            throw ExplanationError(.rows, message: "the table has \(rows.width) features, the model \(scaled.featureCount)")
        }
        guard rows.rowCount >= 8 else { throw ExplanationError(.rows, message: "a surrogate tree needs eight rows or more, not \(rows.rowCount)") }
        let predictions = try ModelCalls.predictions(scaled, rows.values, count: rows.rowCount, threads: threads)
        let grown = (0..<rows.rowCount).filter { $0 % 4 != 3 }
        let held = (0..<rows.rowCount).filter { $0 % 4 == 3 }
        var growth = SurrogateGrowth(rows: rows, targets: predictions, minimumRows: minimumRows, threads: threads)
        _ = growth.grow(grown, depth: depth)
        nodes = growth.nodes
        self.scale = scale
        let nodes = growth.nodes
        func fidelity(_ members: [Int]) -> Double {
            let mean = members.reduce(0) { $0 + predictions[$1] } / Double(members.count)
            let whole = members.reduce(0) { $0 + (predictions[$1] - mean) * (predictions[$1] - mean) }
            let rest = members.reduce(0) { sum, row in
                let error = predictions[row] - Self.value(nodes, rows.row(row))
                return sum + error * error
            }
            return whole > 0 ? 1 - rest / whole : rest > 0 ? 0 : 1
        }
        self.fidelity = fidelity(held)
        trainingFidelity = fidelity(grown)
    }

    /// The tree's prediction for a row of the features.
    public func value(_ row: ArraySlice<Double>) -> Double { Self.value(nodes, row) }

    private static func value(_ nodes: [Node], _ row: ArraySlice<Double>) -> Double {
        var node = nodes[0]
        while let question = node.question {
            node = nodes[question.isYes(row[row.startIndex + question.feature]) ? question.yes : question.no]
        }
        return node.value
    }

    /// One line a leaf: its questions, its value and its rows.
    public var rules: [String] {
        func rules(_ index: Int, _ way: [String]) -> [String] {
            let node = nodes[index]
            guard let question = node.question else {
                return ["\(way.isEmpty ? "always" : way.joined(separator: " and ")): \(node.value) (\(node.rowCount.counting("row")))"]
            }
            return rules(question.yes, way + [question.text]) + rules(question.no, way + ["not \(question.text)"])
        }
        return rules(0, [])
    }
}
