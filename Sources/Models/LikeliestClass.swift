public import Frames

extension Column {
    /// The likeliest class of each row, the first of equal ones.
    ///
    /// - Parameters:
    ///   - scores: rows × classes.
    ///   - classes: one or more, in the order of the scores.
    public static func likeliest(_ name: String, scores: [Double], classes: [String]) -> Column {
        let codes = stride(from: 0, to: scores.count, by: classes.count).map { start in
            Int32(classes.indices.reduce(0) { scores[start + $1] > scores[start + $0] ? $1 : $0 })
        }
        return Column(name, .category(codes: codes, categories: classes))
    }
}
