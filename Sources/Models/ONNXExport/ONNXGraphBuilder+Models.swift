extension ONNXGraphBuilder {
    /// Trees on rows × features of doubles.
    ///
    /// - Parameters:
    ///   - categories: for each categorical feature its codes as whole numbers, rows × 1, the count of categories where one is missing.
    ///
    /// Throws `unsupportedModel` if the tables of category sets are too large for a file.
    mutating func trees(
        _ ensemble: TreeEnsemble, features: String, categories: [Int: (codes: String, count: Int)], named output: String
    ) throws(ModelError) {
        let flat = ONNXTrees(ensemble)
        var parts = [cast(features, .float)]
        var columns: [Int32: Int] = [:]
        var width = ensemble.featureCount
        var cells = 0
        for (feature, sets) in flat.sets.sorted(by: { $0.key < $1.key }) {
            guard let (codes, count) = categories[Int(feature)] else {
                throw ONNXExport.unsupported("its trees ask for categories of a feature that is a number")
            }
            cells += (count + 1) * sets.members.count
            // A protobuf file has at most 2 GiB.
            guard cells < 1 << 28 else { throw ONNXExport.unsupported("its sets of categories do not fit into an ONNX file") }
            let table = constant(.floats(sets.table(codes: count)), shape: [count + 1, sets.members.count])
            let flatCodes = node("Squeeze", [codes, constant(.int64s([1]), shape: [1])])
            parts.append(node("Gather", [table, flatCodes], [("axis", .integer(0))]))
            columns[feature] = width
            width += sets.members.count
        }
        let rows = parts.count == 1 ? parts[0] : node("Concat", parts, [("axis", .integer(1))])
        let margins = node("TreeEnsembleRegressor", [rows], flat.attributes(columns: columns), domain: "ai.onnx.ml")
        switch ensemble.link {
        case .identity: _ = node("Identity", [margins], named: output)
        case .logistic: logistic(margins, .float, named: output)
        case .softmax: softmax(margins, .float, named: output)
        case .exponential: exponential(margins, .float, named: output)
        }
    }

    mutating func linear(_ model: GeneralizedLinearModel, features: String, named output: String) {
        let (outputs, width) = (model.outputCount, model.featureCount)
        let columns = (0..<width).flatMap { feature in (0..<outputs).map { model.coefficients[$0 * width + feature] } }
        let product = node("MatMul", [features, constant(.doubles(columns), shape: [width, outputs])])
        let sums = node("Add", [product, constant(.doubles(model.intercepts), shape: [1, outputs])])
        switch model.link {
        case .identity: _ = node("Identity", [sums], named: output)
        case .logit: logistic(sums, .double, named: output)
        case .softmax: softmax(sums, .double, named: output)
        case .log: exponential(sums, .double, named: output)
        }
    }

    // Links step by step as XGBoost and we compute them: ONNX Runtime's own Sigmoid and Softmax are approximations.

    private mutating func number(_ value: Double, _ element: Element) -> String {
        constant(element == .float ? .floats([Float(value)]) : .doubles([value]), shape: [1, 1])
    }

    /// Of 32-bit numbers by way of 64 bits, rounded once, as a good library's `expf` does.
    private mutating func powers(_ x: String, _ element: Element, named: String? = nil) -> String {
        guard element == .float else { return node("Exp", [x], named: named) }
        let wide = node("Exp", [cast(x, .double)])
        return node("Cast", [wide], [("to", .integer(Element.float.rawValue))], named: named)
    }

    private mutating func exponential(_ x: String, _ element: Element, named output: String) { _ = powers(x, element, named: output) }

    /// 1 / (1 + e^−x); XGBoost lets −x be 88.7 at most.
    private mutating func logistic(_ x: String, _ element: Element, named output: String) {
        var negative = node("Neg", [x])
        if element == .float { negative = node("Min", [negative, number(88.7, .float)]) }
        let one = number(1, element)
        _ = node("Div", [one, node("Add", [powers(negative, element), one])], named: output)
    }

    /// Powers of the distances from the largest, as shares of their sum; XGBoost adds them up in 64 bits.
    private mutating func softmax(_ x: String, _ element: Element, named output: String) {
        let axis = constant(.int64s([1]), shape: [1])
        let largest = node("ReduceMax", [x, axis], [("keepdims", .integer(1))])
        let all = powers(node("Sub", [x, largest]), element)
        let wide = element == .float ? cast(all, .double) : all
        let sum = node("ReduceSum", [wide, axis], [("keepdims", .integer(1))])
        _ = node("Div", [all, element == .float ? cast(sum, .float) : sum], named: output)
    }
}
