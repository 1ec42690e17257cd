internal import Basics
internal import Glibc
internal import Models

/// What the surrogate sees of one player, learnt from the training rows.
struct LIMEComponent: Sendable {
    enum Kind: Sendable {
        /// A standardised number: the training rows' mean and standard deviation (1 for a constant).
        case number(mean: Double, deviation: Double)
        /// The interval of a number: thresholds, and each interval's mean, deviation and ends.
        case interval(thresholds: [Double], normals: [Truncated])
        /// A category or truth value.
        case category
        /// Features that come and go together: each distinct combination of the training rows.
        case group([[Int64]: Int64])
    }

    /// A normal distribution cut off at both ends.
    struct Truncated: Sendable {
        var mean = 0.0
        var deviation = 0.0
        var lower = 0.0
        var upper = 0.0

        /// By rejection: the ends hold the values that the mean and deviation are of, so that half of the draws or more are kept.
        func draw(_ random: inout SeededRandom) -> Double {
            guard deviation > 0 else { return mean }
            while true {
                let value = mean + deviation * random.nextNormal()
                if value >= lower, value <= upper { return value }
            }
        }
    }

    static let missing: Int64 = -2
    static let unseen: Int64 = -1

    let members: [Int]
    let kind: Kind
    /// The thresholds of each member that is cut into intervals; nil for one whose values are codes already.
    private let thresholds: [[Double]?]

    init(members: [Int], training: EncodedRows, settings: LIMESettings, labels: [Int]?) {
        self.members = members
        let columns = members.map { feature in (0..<training.rowCount).map { training.values[$0 * training.width + feature] } }
        thresholds = zip(members, columns).map { feature, column in
            guard training.schema.features[feature].type == .number, settings.discretizer != .none else { return nil }
            return Self.thresholds(column, settings.discretizer, labels)
        }
        if members.count > 1 {
            var codes: [[Int64]: Int64] = [:]
            for row in 0..<training.rowCount {
                let key = zip(columns, thresholds).map { Self.code($0[row], $1) }
                if codes[key] == nil { codes[key] = Int64(codes.count) }
            }
            kind = .group(codes)
        } else if training.schema.features[members[0]].type != .number {
            kind = .category
        } else {
            let present = columns[0].filter { !$0.isNaN }
            if let cuts = thresholds[0] {
                kind = .interval(thresholds: cuts, normals: Self.normals(present, cuts))
            } else {
                let (mean, deviation) = Self.moments(present)
                kind = .number(mean: mean, deviation: deviation > 0 ? deviation : 1)
            }
        }
    }

    private static func thresholds(_ column: [Double], _ discretizer: LIMESettings.Discretizer, _ labels: [Int]?) -> [Double] {
        let places = column.indices.filter { !column[$0].isNaN }
        let present = places.map { column[$0] }
        switch discretizer {
        case .none: return []
        case .quartile: return LIMEThresholds.quantiles(present, parts: 4)
        case .decile: return LIMEThresholds.quantiles(present, parts: 10)
        case .entropy: return LIMEThresholds.entropy(present, labels: places.map { labels?[$0] ?? 0 })
        }
    }

    private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
        guard !values.isEmpty else { return (0, 0) }
        func moments(unit: Double) -> (mean: Double, deviation: Double) {
            let mean = values.reduce(0) { $0 + $1 / unit } / Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 / unit - mean) * ($1 / unit - mean) }
            return (mean * unit, (squares / Double(values.count)).squareRoot() * unit)
        }
        let plain = moments(unit: 1)
        // Of numbers whose squares are beyond what a double holds: counted in the largest of them.
        return plain.deviation.isFinite && plain.mean.isFinite ? plain : moments(unit: values.reduce(0) { max($0, abs($1)) })
    }

    private static func normals(_ values: [Double], _ thresholds: [Double]) -> [Truncated] {
        var parts = [[Double]](repeating: [], count: thresholds.count + 1)
        for value in values { parts[Int(code(value, thresholds))].append(value) }
        return parts.enumerated().map { place, part in
            let (mean, deviation) = moments(part)
            return Truncated(
                mean: mean, deviation: deviation, lower: place == 0 ? part.min() ?? 0 : thresholds[place - 1],
                upper: place < thresholds.count ? thresholds[place] : part.max() ?? 0)
        }
    }

    /// The interval of a number, or the code itself.
    private static func code(_ value: Double, _ thresholds: [Double]?) -> Int64 {
        guard !value.isNaN else { return missing }
        // A code as it is; −0 is 0.
        guard let thresholds else { return Int64(bitPattern: (value + 0).bitPattern) }
        var (low, high) = (0, thresholds.count)
        while low < high {
            let middle = (low + high) / 2
            if thresholds[middle] < value { low = middle + 1 } else { high = middle }
        }
        return Int64(low)
    }

    /// What a row has: two rows with equal codes are the same to the surrogate. Numbers that are not cut have none.
    func code(_ row: UnsafePointer<Double>) -> Int64 {
        if case .group(let codes) = kind {
            return codes[zip(members, thresholds).map { unsafe Self.code(row[$0], $1) }] ?? Self.unseen
        }
        return unsafe Self.code(row[members[0]], thresholds[0])
    }

    /// A number as the surrogate reads it; a missing one counts as the mean.
    func standardised(_ value: Double) -> Double {
        guard case .number(let mean, let deviation) = kind, !value.isNaN else { return 0 }
        return (value - mean) / deviation
    }

    /// Draws the members' values into `row`. `source` is a row of the training rows, drawn at random.
    func draw(
        from source: UnsafePointer<Double>, into row: UnsafeMutablePointer<Double>, settings: LIMESettings, _ random: inout SeededRandom
    ) {
        guard settings.sampling == .gaussian, unsafe !source[members[0]].isNaN else {
            for member in members { unsafe row[member] = source[member] }
            return
        }
        switch kind {
        case .group, .category: for member in members { unsafe row[member] = source[member] }
        case .interval(_, let normals): unsafe row[members[0]] = normals[Int(code(source))].draw(&random)
        case .number(let mean, let deviation): unsafe row[members[0]] = (settings.isAroundRow ? 0 : mean) + deviation * random.nextNormal()
        }
    }

    var isNumber: Bool { if case .number = kind { true } else { false } }

    /// What is true of a row, in words: `28 < age <= 37`, `workclass = Private`.
    func condition(_ row: ArraySlice<Double>, schema: FeatureSchema, name: String) -> String {
        let parts = zip(members, thresholds).map { member, cuts -> String in
            let feature = schema.features[member]
            let value = row[row.startIndex + member]
            guard !value.isNaN else { return "\(feature.name) is missing" }
            switch feature.type {
            case .category(let texts): return "\(feature.name) = \(texts.indices.contains(Int(value)) ? texts[Int(value)] : Self.text(value))"
            case .boolean: return "\(feature.name) = \(value != 0)"
            case .number, .timestamp:
                guard let cuts else { return members.count == 1 ? feature.name : "\(feature.name) = \(Self.text(value))" }
                let place = Int(Self.code(value, cuts))
                if cuts.isEmpty { return feature.name }
                if place == 0 { return "\(feature.name) <= \(Self.text(cuts[0]))" }
                if place == cuts.count { return "\(feature.name) > \(Self.text(cuts[place - 1]))" }
                return "\(Self.text(cuts[place - 1])) < \(feature.name) <= \(Self.text(cuts[place]))"
            }
        }
        return parts.joined(separator: ", ")
    }

    private static func text(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }
}

extension SeededRandom {
    /// From the standard normal distribution, by the polar method (Marsaglia and Bray 1964).
    mutating func nextNormal() -> Double {
        while true {
            let (u, v) = (2 * nextUnit() - 1, 2 * nextUnit() - 1)
            let square = u * u + v * v
            if square > 0, square < 1 { return u * sqrt(-2 * log(square) / square) }
        }
    }
}
