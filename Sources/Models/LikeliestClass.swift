public import Frames

extension Column {
    /// The likeliest class of each row, the first of equal ones.
    ///
    /// - Parameters:
    ///   - scores: rows × classes.
    ///   - classes: one or more, in the order of the scores.
    public static func likeliest(_ name: String, scores: [Double], classes: [String]) -> Column {
        Column(name, .category(codes: likeliest(scores, width: classes.count), categories: classes))
    }

    /// Of each row the class with the greatest score, the first of equal ones.
    public static func likeliest(_ scores: [Double], width: Int) -> [Int32] {
        stride(from: 0, to: scores.count, by: width).map { start in
            Int32((0..<width).reduce(0) { scores[start + $1] > scores[start + $0] ? $1 : $0 })
        }
    }
}
