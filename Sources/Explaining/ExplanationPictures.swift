import Explanations
import Models
import Reports
import Statistics

/// Table and pictures of one output's explanations.
struct ExplanationPictures {
    let values: Attributions
    let rows: EncodedRows
    let players: Players
    let places: [Int]
    private let order: [Int]
    private let importances: [String: ExplanationSummary.Importance]

    private static let shownPlayers = 20
    private static let shownPoints = 400

    init(_ values: Attributions, rows: EncodedRows, players: Players, places: [Int]) {
        self.values = values
        self.rows = rows
        self.players = players
        self.places = places
        let importances = ExplanationSummary(values).importances
        self.importances = importances
        let sizes = values.players.map { importances[$0]?.meanAbsolute ?? 0 }
        // Players of like importance stay in the model's order.
        order = values.players.indices.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
    }

    func blocks(pictures: Bool) -> [Document.Block] {
        guard pictures else { return [.heading("Importance"), .table(importanceTable)] }
        let shown = Array(order.prefix(Self.shownPlayers))
        var blocks: [Document.Block] = [.heading("Importance"), .table(importanceTable), .chart(bars(shown)), .chart(swarm(shown))]
        let dependences = order.prefix(6).compactMap { dependence($0) }
        if !dependences.isEmpty { blocks += [.heading("What a feature's values contribute")] + dependences.map { .chart($0) } }
        guard values.method != .lime else { return blocks }  // A surrogate starts from another value for each row.
        blocks.append(.heading("Single rows"))
        blocks += waterfallRows.map { .chart(waterfall($0.row, $0.word)) }
        return blocks
    }

    private var importanceTable: Document.Table {
        let rows = order.map { player -> [String] in
            let name = values.players[player]
            guard let importance = importances[name] else { return [name, "", "", ""] }
            let interval = importance.interval.map { "\(ExplanationDocument.figure($0.lower)) to \(ExplanationDocument.figure($0.upper))" } ?? ""
            return [name, ExplanationDocument.figure(importance.meanAbsolute), interval, ExplanationDocument.figure(importance.share)]
        }
        return Document.Table(["feature", "mean |value|", "95 % interval", "share"], rows)
    }

    private func bars(_ shown: [Int]) -> Chart {
        Chart(
            "Mean size of contributions", x: "mean |value|, with its 95 % interval", y: "",
            .rankedBars(
                shown.map { player in
                    let importance = importances[values.players[player]]
                    return .init(
                        values.players[player], importance?.meanAbsolute ?? 0, lower: importance?.interval?.lower, upper: importance?.interval?.upper)
                }))
    }

    /// The rows that are drawn, evenly over all.
    private var drawnRows: [Int] {
        values.rowCount <= Self.shownPoints
            ? Array(0..<values.rowCount) : (0..<Self.shownPoints).map { $0 * values.rowCount / Self.shownPoints }
    }

    private func contribution(_ row: Int, _ player: Int) -> Double { values.values[row * values.players.count + player] }

    /// The one feature of a player that is a number or a truth value; nil for groups and categories.
    private func numericFeature(_ player: Int) -> Int? {
        guard players.members[player].count == 1, let feature = players.members[player].first else { return nil }
        if case .category = rows.schema.features[feature].type { return nil }
        return feature
    }

    private func swarm(_ shown: [Int]) -> Chart {
        let drawn = drawnRows
        let swarms = shown.map { player -> Chart.Swarm in
            let shades: [Double?] = numericFeature(player).map { feature in Self.ranks(drawn.map { rows.values[$0 * rows.width + feature] }) } ?? []
            return Chart.Swarm(
                values.players[player], drawn.map { contribution($0, player) }, shades: shades.isEmpty ? drawn.map { _ in nil } : shades)
        }
        let note = drawn.count < values.rowCount ? " (\(drawn.count) of \(values.rowCount) rows)" : ""
        return Chart(
            "Contributions, row by row", x: "contribution to the prediction\(note)", y: "", .swarm(swarms, shadeLabel: "feature's value"))
    }

    /// From 0 for the lowest value to 1 for the highest; nil where missing. Equal values are alike.
    private static func ranks(_ all: [Double]) -> [Double?] {
        let distinct = Set(all.filter { !$0.isNaN }).sorted()
        let places = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, Double($0) / Double(max(1, distinct.count - 1))) })
        return all.map { places[$0] }
    }

    private func dependence(_ player: Int) -> Chart? {
        let name = values.players[player]
        let drawn = drawnRows
        if let feature = numericFeature(player) {
            let points = drawn.compactMap { row -> Chart.Point? in
                let value = rows.values[row * rows.width + feature]
                return value.isNaN ? nil : Chart.Point(value, contribution(row, player))
            }
            guard points.count > 1 else { return nil }
            return Chart(name, x: name, y: "contribution", .scatter(points))
        }
        guard players.members[player].count == 1, let feature = players.members[player].first,
            case .category(let texts) = rows.schema.features[feature].type
        else { return nil }
        var byCode: [Int: [Double]] = [:]
        for row in drawn {
            let code = rows.values[row * rows.width + feature]
            byCode[code.isNaN ? -1 : Int(code), default: []].append(contribution(row, player))
        }
        let frequent = byCode.sorted { (-$0.value.count, $0.key) < (-$1.value.count, $1.key) }.prefix(12).sorted { $0.key < $1.key }
        return Chart(
            name, x: "contribution", y: "",
            .swarm(frequent.map { .init($0.key < 0 ? "(missing)" : texts[$0.key], $0.value) }, shadeLabel: nil))
    }

    /// The lowest, the middle and the highest prediction.
    private var waterfallRows: [(row: Int, word: String)] {
        let sorted = values.predictions.indices.sorted { (values.predictions[$0], $0) < (values.predictions[$1], $1) }
        guard let low = sorted.first, let high = sorted.last else { return [] }
        var picked = [(low, "lowest prediction")]
        if sorted.count > 2 { picked.append((sorted[sorted.count / 2], "median prediction")) }
        if sorted.count > 1 { picked.append((high, "highest prediction")) }
        return picked.map { (row: $0.0, word: $0.1) }
    }

    private func waterfall(_ row: Int, _ word: String) -> Chart {
        let ranked = values.players.indices.sorted {
            (-abs(contribution(row, $0)), $0) < (-abs(contribution(row, $1)), $1)
        }
        var steps = ranked.prefix(10).map { Chart.Whisker(label($0, row), contribution(row, $0)) }
        let rest = ranked.dropFirst(10)
        if !rest.isEmpty { steps.append(.init("\(rest.count) others", rest.reduce(0) { $0 + contribution(row, $1) })) }
        return Chart(
            "Row \(places[row] + 1): \(word)", x: "prediction", y: "",
            .waterfall(start: values.baseValues[0], steps: steps, end: values.predictions[row]))
    }

    /// A feature with its value, where it is one.
    private func label(_ player: Int, _ row: Int) -> String {
        let name = values.players[player]
        guard players.members[player].count == 1, let feature = players.members[player].first else { return name }
        let value = rows.values[row * rows.width + feature]
        if value.isNaN { return "\(name) missing" }
        switch rows.schema.features[feature].type {
        case .number, .timestamp: return "\(name) = \(Chart.label(value))"
        case .boolean: return "\(name) = \(value != 0)"
        case .category(let texts): return "\(name) = \(texts[Int(value)])"
        }
    }
}
