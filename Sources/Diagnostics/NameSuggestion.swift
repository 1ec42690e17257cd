/// "Did you mean": the nearest of a few known names.
public enum NameSuggestion {
    /// The candidate nearest to `name` by Damerau–Levenshtein distance (optimal string alignment), if it is near enough to be a slip: at most a
    /// third of the longer name, and less than all of it. Case is ignored first. Ties go to the earlier candidate.
    public static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars)
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate != name {
            let other = Array(candidate.lowercased().unicodeScalars)
            let limit = max(1, max(wanted.count, other.count) / 3)
            let distance = distance(wanted, other)
            guard distance <= limit, distance < max(wanted.count, other.count) else { continue }
            if let current = best, current.distance <= distance { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var twoAgo: [Int] = []
        var previous = Array(0...right.count)
        for i in 1...left.count {
            var current = [i] + Array(repeating: 0, count: right.count)
            for j in 1...right.count {
                let cost = left[i - 1] == right[j - 1] ? 0 : 1
                current[j] = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    current[j] = min(current[j], twoAgo[j - 2] + 1)
                }
            }
            twoAgo = previous
            previous = current
        }
        return previous[right.count]
    }
}
