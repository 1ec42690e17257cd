public import Basics
public import Frames

/// How a column that passes by piece after piece compares with a reference: counts only, so that memory does not grow with the rows, and tallies of
/// parts add up to that of the whole.
///
/// Distances are those of `DriftReport` over the reference's bins or categories, with all categories that the reference lacks as one cell: there may be
/// any number of them.
public struct DriftTally: Hashable, Sendable {
    public let reference: ReferenceColumn
    public private(set) var rows = 0
    public private(set) var missing = 0
    /// Of each bin, or of each of the reference's categories in the order of their bytes, and last of all others.
    private var counts: [Int]
    /// The first names, by their bytes, among those that the reference lacks.
    private var newNames: Set<String> = []
    private let names: [String]
    private let places: [String: Int]

    private static let nameLimit = 20

    public init(_ reference: ReferenceColumn) {
        self.reference = reference
        switch reference.content {
        case .numbers(_, let bins, _, _):
            names = []
            counts = Array(repeating: 0, count: bins.count)
        case .categories(let known):
            names = known.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            counts = Array(repeating: 0, count: names.count + 1)
        }
        places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }

    /// Throws `wrongType` for numbers where the reference has categories, or the other way round. NaN and infinities count as missing.
    public mutating func add(_ column: Column) throws(MetricsError) {
        rows += column.count
        if column.missingCount == column.count {
            missing += column.count
            return
        }
        switch (reference.content, column.finiteNumbers) {
        case (.numbers(let edges, _, _, _), let numbers?):
            missing += column.count - numbers.count
            for number in numbers {
                var (low, high) = (0, edges.count)
                while low < high {
                    let middle = (low + high) / 2
                    if edges[middle] <= number { low = middle + 1 } else { high = middle }
                }
                counts[low] += 1
            }
        case (.categories, nil):
            missing += column.missingCount
            for (name, count) in reference.categories(of: column) {
                if let place = places[name] {
                    counts[place] += count
                } else {
                    counts[names.count] += count
                    note(name)
                }
            }
        default:
            throw MetricsError(
                .wrongType,
                message: "column '\(column.name)' holds \(column.kind.rawValue), and its reference \(names.isEmpty ? "numbers" : "categories")")
        }
    }

    private mutating func note(_ name: String) {
        guard !reference.isHashed, PersonalData.kinds(in: name).isEmpty else { return }
        newNames.insert(name)
        if newNames.count > Self.nameLimit, let last = newNames.max(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) { newNames.remove(last) }
    }

    /// Adds what another part of the same data came to.
    public mutating func merge(_ other: DriftTally) {
        precondition(counts.count == other.counts.count && reference.name == other.reference.name, "tallies of one reference")
        rows += other.rows
        missing += other.missing
        for place in counts.indices { counts[place] += other.counts[place] }
        for name in other.newNames { note(name) }
    }

    public struct Drift: Hashable, Sendable {
        public let populationStabilityIndex: Double
        public let jensenShannonDistance: Double
        public let hellingerDistance: Double
        /// The share of missing values now, less that of the reference.
        public let missingDifference: Double
        /// Up to twenty of the categories that the reference lacks; none that is or holds personal data.
        public let newCategories: [String]
    }

    public var drift: Drift {
        let old: [Double] =
            switch reference.content {
            case .numbers(_, let bins, _, _): bins.map { Double($0) }
            case .categories(let known): names.map { Double(known[$0] ?? 0) } + [0]
            }
        let shares = Distances(old, counts.map { Double($0) })
        let (now, then) = (
            rows == 0 ? 0 : Double(missing) / Double(rows), reference.rows == 0 ? 0 : Double(reference.missing) / Double(reference.rows)
        )
        return Drift(
            populationStabilityIndex: shares.populationStabilityIndex, jensenShannonDistance: shares.jensenShannon,
            hellingerDistance: shares.hellinger,
            missingDifference: now - then, newCategories: newNames.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    /// What `init(json:reference:)` reads.
    public var json: JSONValue {
        [
            "rows": .int(Int64(rows)), "missing": .int(Int64(missing)), "counts": .array(counts.map { .int(Int64($0)) }),
            "new": .array(drift.newCategories.map { .string($0) }),
        ]
    }

    /// Nil for what `json` did not write, or wrote for another reference.
    public init?(json: JSONValue, reference: ReferenceColumn) {
        self.init(reference)
        guard let rows = json["rows"]?.intValue, let missing = json["missing"]?.intValue,
            let counts = json["counts"]?.arrayValue?.compactMap({ $0.intValue.map { Int($0) } }), counts.count == self.counts.count,
            let new = json["new"]?.arrayValue?.compactMap(\.stringValue), 0 <= missing, missing <= rows,
            counts.allSatisfy({ (0...rows).contains(Int64($0)) }),
            counts.reduce(0.0, { $0 + Double($1) }) == Double(rows - missing)
        else { return nil }
        self.rows = Int(rows)
        self.missing = Int(missing)
        self.counts = counts
        newNames = Set(new)
    }
}
