/// An output of a model as rows × columns of numbers.
struct ONNXNumbers {
    let names: [String]
    let rows: Int
    /// Rows × names.
    let values: [Double]

    /// Throws `unsupportedOutput` for texts, or if nothing was given under the name.
    init(of produced: [String: ONNXValue], _ output: String) throws(ModelError) {
        switch produced[output] {
        case .maps(let keys, let rows, let values): (names, self.rows, self.values) = (keys, rows, values)
        case .tensor(let tensor):
            guard let values = tensor.doubles else {
                throw ModelError(.unsupportedOutput, operation: "apply the model", message: "output '\(output)' is text, not a number")
            }
            rows = tensor.shape.first ?? 1
            names = (0..<(rows > 0 ? values.count / rows : 0)).map { String($0) }
            self.values = values
        case nil: throw ModelError(.unsupportedOutput, operation: "apply the model", message: "it gave no output '\(output)'")
        }
    }

    var areFinite: Bool { values.allSatisfy(\.isFinite) }

    /// Whether every row is shares of one, as probabilities of classes are; 32-bit numbers are off by rounding.
    var addUpToOne: Bool {
        (0..<rows).allSatisfy { row in
            let all = values[(row * names.count)..<((row + 1) * names.count)]
            return all.allSatisfy { $0 >= 0 && $0 <= 1.0001 } && abs(all.reduce(0, +) - 1) < 1e-4
        }
    }
}
