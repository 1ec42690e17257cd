/// How chances become a decision, as far as an exported model has to know.
public enum ONNXDecision: Hashable, Sendable {
    /// At or above it.
    case threshold(Double)
    /// As often as the chance says, by the row's draw.
    case draw
    /// Of several classes, in the order of the outputs: the likeliest, the first of equal ones.
    case likeliest([String])
    /// By a rule of the row's group, in the order of the groups' places, and one for groups that are not among them.
    case groups(ONNXGroups, rules: [Rule], fallback: Rule)

    /// `ignored` of the rows are selected by `constant` alone, the others by a draw between two thresholds (Hardt, Price and Srebro 2016).
    public struct Rule: Hashable, Sendable {
        let numbers: [Double]

        public init(ignored: Double, constant: Double, firstShare: Double, first: Double, second: Double) {
            numbers = [ignored, constant, firstShare, first, second]
        }

        /// Whether a draw decides.
        var isRandomised: Bool { numbers[0] > 0 || numbers[2] > 0 && numbers[2] < 1 }
    }

    var groups: ONNXGroups? { if case .groups(let groups, _, _) = self { groups } else { nil } }

    /// Whether the file needs the row's draw.
    var isRandomised: Bool {
        switch self {
        case .threshold, .likeliest: false
        case .draw: true
        case .groups(_, let rules, let fallback): (rules + [fallback]).contains(where: \.isRandomised)
        }
    }
}

extension ONNXGraphBuilder {
    /// Truth values, or of several classes texts, rows × 1.
    ///
    /// - Parameters:
    ///   - chances: doubles, rows × outputs.
    ///   - places: each row's group, where groups decide.
    ///   - draw: numbers in 0 to below 1, where chance decides.
    mutating func decision(_ decision: ONNXDecision, _ chances: String, places: String?, draw: String?, named output: String) {
        func number(_ value: Double) -> String { constant(.doubles([value]), shape: [1, 1]) }
        let selected: String
        switch decision {
        case .threshold(let threshold):
            _ = node("GreaterOrEqual", [chances, number(threshold)], named: output)
            return
        case .likeliest(let classes):
            let place = node("ArgMax", [chances], [("axis", .integer(1)), ("keepdims", .integer(1))])
            _ = node("Gather", [constant(.texts(classes), shape: [classes.count]), place], [("axis", .integer(0))], named: output)
            return
        case .draw: selected = chances
        case .groups(_, let rules, let fallback):
            let table = (rules + [fallback]).flatMap(\.numbers)
            let own = rows(of: table, width: 5, places ?? "")
            let part = (0..<5).map { node("Gather", [own, constant(.int64s([Int64($0)]), shape: [1])], [("axis", .integer(1))]) }
            let one = number(1)
            let first = node("Where", [node("GreaterOrEqual", [chances, part[3]]), part[2], number(0)])
            let second = node("Where", [node("GreaterOrEqual", [chances, part[4]]), node("Sub", [one, part[2]]), number(0)])
            let drawn = node("Mul", [node("Sub", [one, part[0]]), node("Add", [first, second])])
            selected = node("Add", [node("Mul", [part[0], part[1]]), drawn])
        }
        // A draw is below 1 and never below 0, so what is certain needs none.
        _ = node("Less", [draw ?? number(0.5), selected], named: output)
    }
}
