internal import Basics
internal import Models

/// Grows a surrogate tree: the question that leaves the least squared error, first by feature, then by threshold where several do.
struct SurrogateGrowth {
    private let rows: EncodedRows
    private let targets: [Double]
    private let minimumRows: Int
    private let threads: Int
    private(set) var nodes: [SurrogateTree.Node] = []

    init(rows: EncodedRows, targets: [Double], minimumRows: Int, threads: Int) {
        self.rows = rows
        self.targets = targets
        self.minimumRows = minimumRows
        self.threads = threads
    }

    /// A cut of one feature: which rows say yes, and how much squared error it takes away.
    private struct Cut: Sendable {
        let gain: Double
        let threshold: Double?
        let codes: [Int]
        let missingIsYes: Bool
    }

    /// Adds the subtree of `members` in preorder; its root's place.
    mutating func grow(_ members: [Int], depth: Int) -> Int {
        let place = nodes.count
        let mean = members.reduce(0) { $0 + targets[$1] } / Double(max(members.count, 1))
        nodes.append(SurrogateTree.Node(value: mean, rowCount: members.count, question: nil))
        guard depth > 0, members.count >= 2 * minimumRows else { return place }
        let growth = self
        let cuts = concurrentBlocks(rows.width, threads: threads) { growth.cut($0, members, mean: mean) }
        let spread = members.reduce(0) { $0 + (targets[$1] - mean) * (targets[$1] - mean) }
        var best: (feature: Int, cut: Cut)?
        for (feature, cut) in cuts.enumerated() {
            if let cut, cut.gain > 1e-12 * spread, cut.gain > best?.cut.gain ?? 0 { best = (feature, cut) }
        }
        guard let (feature, cut) = best else { return place }
        func question(yes: Int, no: Int) -> SurrogateTree.Question {
            SurrogateTree.Question(
                feature: feature, text: text(feature, cut), threshold: cut.threshold, codes: cut.codes, missingIsYes: cut.missingIsYes, yes: yes,
                no: no)
        }
        let asked = question(yes: 0, no: 0)
        let isYes = members.map { asked.isYes(rows.values[$0 * rows.width + feature]) }
        let yes = grow(zip(members, isYes).filter(\.1).map(\.0), depth: depth - 1)
        let no = grow(zip(members, isYes).filter { !$0.1 }.map(\.0), depth: depth - 1)
        nodes[place] = SurrogateTree.Node(value: mean, rowCount: members.count, question: question(yes: yes, no: no))
        return place
    }

    /// Numbers in their order, categories in the order of their mean target (Fisher 1958); missing values on either side.
    private func cut(_ feature: Int, _ members: [Int], mean: Double) -> Cut? {
        var groups: [Double: (sum: Double, count: Double)] = [:]
        var missing = (sum: 0.0, count: 0.0)
        for row in members {
            let value = rows.values[row * rows.width + feature]
            // About the mean: small sums keep their digits.
            let target = targets[row] - mean
            if value.isNaN {
                missing.sum += target
                missing.count += 1
            } else {
                let before = groups[value, default: (0, 0)]
                groups[value] = (before.sum + target, before.count + 1)
            }
        }
        let isNumber = rows.schema.features[feature].type == .number
        let order = groups.map { (value: $0.key, sum: $0.value.sum, count: $0.value.count) }.sorted { a, b in
            let (first, second) = (a.sum / a.count, b.sum / b.count)
            return isNumber || first == second ? a.value < b.value : first < second
        }
        let whole = order.reduce((sum: 0.0, count: 0.0)) { ($0.sum + $1.sum, $0.count + $1.count) }
        var best: Cut?
        var left = (sum: 0.0, count: 0.0)
        let hasMissing = missing.count > 0
        for (place, group) in order.enumerated() {
            left = (left.sum + group.sum, left.count + group.count)
            // The last cut divides missing values from all others.
            guard place + 1 < order.count || hasMissing else { break }
            for missingIsYes in hasMissing ? [true, false] : [true] {
                let yes = missingIsYes ? (left.sum + missing.sum, left.count + missing.count) : left
                let no = (whole.sum + missing.sum - yes.0, whole.count + missing.count - yes.1)
                guard yes.1 >= Double(minimumRows), no.1 >= Double(minimumRows) else { continue }
                let gain = yes.0 * yes.0 / yes.1 + no.0 * no.0 / no.1
                guard gain > best?.gain ?? 0 else { continue }
                // Where only missing values are on the other side, every number is on this one.
                let threshold =
                    place + 1 < order.count ? group.value / 2 + order[place + 1].value / 2 : Double.greatestFiniteMagnitude
                best = Cut(
                    gain: gain, threshold: isNumber ? threshold : nil,
                    codes: isNumber ? [] : order[...place].map { Int($0.value) }.sorted(), missingIsYes: missingIsYes)
            }
        }
        return best
    }

    private func text(_ feature: Int, _ cut: Cut) -> String {
        let described = rows.schema.features[feature]
        let name = described.name
        let missing = cut.missingIsYes && (0..<rows.rowCount).contains { rows.values[$0 * rows.width + feature].isNaN } ? " or missing" : ""
        if cut.threshold == .greatestFiniteMagnitude { return "\(name) is not missing" }
        if let threshold = cut.threshold { return "\(name) <= \(Int(exactly: threshold).map { "\($0)" } ?? "\(threshold)")\(missing)" }
        let names = cut.codes.map { code -> String in
            switch described.type {
            case .category(let texts): texts.indices.contains(code) ? texts[code] : "\(code)"
            case .boolean, .number, .timestamp: code == 0 ? "false" : "true"
            }
        }
        return "\(name) in {\(names.joined(separator: ", "))}\(missing)"
    }
}
