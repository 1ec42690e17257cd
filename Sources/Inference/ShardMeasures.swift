public import Basics
import Frames
public import Metrics

/// What is measured of a shard while it is scored: counts and sums, which add up over shards in their order.
public struct ShardMeasures: Hashable, Sendable {
    /// Of a column that a model reads.
    public struct Quality: Hashable, Sendable {
        public internal(set) var missing = 0
        /// Values that are categories the model does not know; nil where it does not name those that it knows.
        public internal(set) var unknown: Int? = 0
    }

    /// A challenger beside the champion.
    public struct Comparison: Hashable, Sendable {
        public internal(set) var rows = 0
        /// Rows on which both decide, or of which both name a class.
        public internal(set) var decided = 0
        /// Those of them on which they do alike.
        public internal(set) var agreed = 0
        /// Σ |challenger − champion|, of several outputs the mean over them.
        public internal(set) var difference = 0.0
    }

    public private(set) var rows = 0
    public private(set) var positive = 0
    public private(set) var scoreSum = 0.0
    public internal(set) var canaryRows = 0
    public private(set) var quality: [String: Quality] = [:]
    public private(set) var drift: [String: DriftTally] = [:]
    public private(set) var comparisons: [String: Comparison] = [:]

    /// `reference`: what each column's values are compared with.
    public init(reference: [ReferenceColumn] = []) {
        for column in reference { drift[column.name] = DriftTally(column) }
    }

    mutating func add(_ frame: Frame, inputs: [InputColumn], known: (String) -> Set<String>?) throws {
        rows += frame.rowCount
        for input in inputs {
            let column = try frame.column(input.name)
            var found = quality[input.name] ?? Quality()
            found.missing += column.missingCount
            if input.kind == .category {
                found.unknown = Self.sum(found.unknown, known(input.name).map { Self.unknown(column, $0) })
            }
            quality[input.name] = found
            try drift[input.name]?.add(column)
        }
    }

    private static func unknown(_ column: Column, _ known: Set<String>) -> Int {
        guard case .category(let codes, let names) = column.values else { return 0 }
        let isKnown = names.map { known.contains($0) }
        return isKnown.contains(false) ? codes.indices.count { !column.isMissing($0) && !isKnown[Int(codes[$0])] } : 0
    }

    /// Nil if one of them is.
    private static func sum(_ first: Int?, _ second: Int?) -> Int? {
        guard let first, let second else { return nil }
        return first + second
    }

    mutating func add(scores: [Double], decisions: [Bool]?) {
        scoreSum += scores.reduce(0, +)
        positive += decisions?.count { $0 } ?? 0
    }

    /// - Parameters:
    ///   - champion: scores, row by row with `width` outputs each, as `challenger`.
    ///   - alike: of each row whether both decide alike; nil if one of them decides nothing.
    mutating func compare(_ name: String, _ champion: [Double], _ challenger: [Double], width: Int, alike: [Bool]?) {
        var found = comparisons[name] ?? Comparison()
        found.rows += champion.count / width
        for (one, other) in zip(champion, challenger) { found.difference += abs(one - other) / Double(width) }
        if let alike {
            found.decided += alike.count
            found.agreed += alike.count { $0 }
        }
        comparisons[name] = found
    }

    /// Adds the shard that comes next.
    public mutating func merge(_ other: ShardMeasures) {
        rows += other.rows
        positive += other.positive
        scoreSum += other.scoreSum
        canaryRows += other.canaryRows
        for (name, part) in other.quality {
            let found = quality[name] ?? Quality()
            quality[name] = Quality(missing: found.missing + part.missing, unknown: Self.sum(found.unknown, part.unknown))
        }
        for (name, part) in other.drift { drift[name]?.merge(part) }
        for (name, part) in other.comparisons {
            var found = comparisons[name] ?? Comparison()
            found.rows += part.rows
            found.decided += part.decided
            found.agreed += part.agreed
            found.difference += part.difference
            comparisons[name] = found
        }
    }

    /// A limit that is passed.
    public struct Breach: Hashable, Sendable, CustomStringConvertible {
        public let column: String
        public let measure: String
        public let value: Double
        public let limit: Double

        public var description: String { "column '\(column)': \(measure) is \(Self.short(value)), the limit \(Self.short(limit))" }
        private static func short(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }

        public var json: JSONValue { ["column": .string(column), "measure": .string(measure), "value": .double(value), "limit": .double(limit)] }
    }

    /// The limits that are passed, column by column in the order of their bytes; none for fewer rows than they are for.
    public func breaches(of limits: ScoringParameters.Limits) -> [Breach] {
        guard rows >= limits.minimumRows, rows > 0 else { return [] }
        var found: [Breach] = []
        func check(_ column: String, _ measure: String, _ value: Double, _ limit: Double?) {
            if let limit, value > limit { found.append(Breach(column: column, measure: measure, value: value, limit: limit)) }
        }
        for (name, part) in quality.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            check(name, "share of missing values", Double(part.missing) / Double(rows), limits.missing)
            if let unknown = part.unknown { check(name, "share of unknown categories", Double(unknown) / Double(rows), limits.unknown) }
            // Times lie elsewhere in every later table.
            if let tally = drift[name], !tally.reference.holdsTimes {
                check(name, "population stability index", tally.drift.populationStabilityIndex, limits.drift)
            }
        }
        return found
    }

    /// Why nobody counts a column's unknown categories.
    static let unnamed = "the model does not name the categories that it knows"

    /// For people and policies.
    public var summary: JSONValue {
        let columns = quality.map { name, part -> (String, JSONValue) in
            var members: [String: JSONValue] = [
                "missingShare": .double(rows == 0 ? 0 : Double(part.missing) / Double(rows)),
                "unknownShare": part.unknown.map { .double(rows == 0 ? 0 : Double($0) / Double(rows)) } ?? ["undefined": .string(Self.unnamed)],
            ]
            if let moved = drift[name]?.drift {
                members["populationStabilityIndex"] = .double(moved.populationStabilityIndex)
                members["jensenShannonDistance"] = .double(moved.jensenShannonDistance)
                members["hellingerDistance"] = .double(moved.hellingerDistance)
                members["missingDifference"] = .double(moved.missingDifference)
                members["newCategories"] = .array(moved.newCategories.map { .string($0) })
            }
            return (name, .object(members))
        }
        let challengers = comparisons.map { name, part -> (String, JSONValue) in
            let rows = Double(max(1, part.rows))
            var members: [String: JSONValue] = ["meanAbsoluteDifference": .double(part.difference / rows)]
            if part.decided > 0 { members["agreement"] = .double(Double(part.agreed) / Double(part.decided)) }
            return (name, .object(members))
        }
        return [
            "rows": .int(Int64(rows)), "positive": .int(Int64(positive)), "canaryRows": .int(Int64(canaryRows)),
            "meanScore": .double(rows == 0 ? 0 : scoreSum / Double(rows)),
            "columns": .object(Dictionary(columns, uniquingKeysWith: { first, _ in first })),
            "challengers": .object(Dictionary(challengers, uniquingKeysWith: { first, _ in first })),
        ]
    }

    /// What `init(json:reference:)` reads.
    public var json: JSONValue {
        [
            "rows": .int(Int64(rows)), "positive": .int(Int64(positive)), "scoreSum": .double(scoreSum), "canaryRows": .int(Int64(canaryRows)),
            "quality": .object(quality.mapValues { [.int(Int64($0.missing)), $0.unknown.map { .int(Int64($0)) } ?? .null] }),
            "drift": .object(drift.mapValues(\.json)),
            "comparisons": .object(
                comparisons.mapValues { [.int(Int64($0.rows)), .int(Int64($0.decided)), .int(Int64($0.agreed)), .double($0.difference)] }),
        ]
    }

    /// Nil for what `json` did not write.
    public init?(json: JSONValue, reference: [ReferenceColumn]) {
        guard let rows = json["rows"]?.intValue, let positive = json["positive"]?.intValue, let sum = json["scoreSum"]?.doubleValue,
            let canary = json["canaryRows"]?.intValue, let quality = json["quality"]?.objectValue, let drift = json["drift"]?.objectValue,
            let comparisons = json["comparisons"]?.objectValue, Set(drift.keys) == Set(reference.map(\.name))
        else { return nil }
        self.rows = Int(rows)
        self.positive = Int(positive)
        scoreSum = sum
        canaryRows = Int(canary)
        for (name, value) in quality {
            guard let pair = value.arrayValue, pair.count == 2, let missing = pair[0].intValue, pair[1] == .null || pair[1].intValue != nil else {
                return nil
            }
            self.quality[name] = Quality(missing: Int(missing), unknown: pair[1].intValue.map { Int($0) })
        }
        for column in reference {
            guard let tally = drift[column.name].flatMap({ DriftTally(json: $0, reference: column) }) else { return nil }
            self.drift[column.name] = tally
        }
        for (name, value) in comparisons {
            guard let parts = value.arrayValue, parts.count == 4, let rows = parts[0].intValue, let decided = parts[1].intValue,
                let agreed = parts[2].intValue, let difference = parts[3].doubleValue
            else { return nil }
            self.comparisons[name] = Comparison(rows: Int(rows), decided: Int(decided), agreed: Int(agreed), difference: difference)
        }
    }
}
