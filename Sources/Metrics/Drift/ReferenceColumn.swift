public import Basics
public import Frames

/// What a monitor keeps of a reference column, so that it never reads the reference again: counts of categories, or of bins between quantiles, and evenly spread order
/// statistics of numbers.
public struct ReferenceColumn: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        /// Ascending edges between ten bins of about as many rows, and each bin's rows.
        /// The sketch has order statistics at even ranks, ends included: all values where they are few.
        case numbers(edges: [Double], counts: [Int], sketch: [Double], deviation: Double)
        case categories([String: Int])
    }

    public let name: String
    public let rows: Int
    public let missing: Int
    public let content: Content

    public static let bins = 10
    /// Values up to so many are kept whole, which makes distances exact.
    public static let sketchSize = 100_000

    public init(_ column: Column) {
        name = column.name
        rows = column.count
        missing = column.missingCount
        if let numbers = column.presentNumbers {
            let sorted = RadixSort.sorted(numbers)
            let edges = Self.edges(sorted)
            let sketch =
                sorted.count <= Self.sketchSize
                ? sorted : (0..<Self.sketchSize).map { sorted[$0 * (sorted.count - 1) / (Self.sketchSize - 1)] }
            content = .numbers(
                edges: edges, counts: Histogram.counts(sorted, edges: edges), sketch: sketch, deviation: Self.deviation(sorted))
        } else {
            content = .categories(column.presentCategories)
        }
    }

    /// The same without order statistics: all that a tally of counts needs.
    public var withoutSketch: ReferenceColumn {
        guard case .numbers(let edges, let counts, _, let deviation) = content else { return self }
        return ReferenceColumn(
            name: name, rows: rows, missing: missing, content: .numbers(edges: edges, counts: counts, sketch: [], deviation: deviation))
    }

    init(name: String, rows: Int, missing: Int, content: Content) {
        self.name = name
        self.rows = rows
        self.missing = missing
        self.content = content
    }

    /// Distinct quantiles at tenths; the smallest value opens the first bin, so that it is no edge.
    private static func edges(_ sorted: [Double]) -> [Double] {
        guard let first = sorted.first else { return [] }
        var edges: [Double] = []
        for tenth in 1..<bins {
            let value = sorted[tenth * sorted.count / bins]
            if value > first, value != edges.last { edges.append(value) }
        }
        return edges
    }

    /// The standard deviation of the population.
    private static func deviation(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }

    public var json: JSONValue {
        var members: [String: JSONValue] = ["name": .string(name), "rows": .int(Int64(rows)), "missing": .int(Int64(missing))]
        switch content {
        case .numbers(let edges, let counts, let sketch, let deviation):
            members["edges"] = .array(edges.map { .double($0) })
            members["counts"] = .array(counts.map { .int(Int64($0)) })
            members["sketch"] = .array(sketch.map { .double($0) })
            members["deviation"] = .double(deviation)
        case .categories(let counts): members["categories"] = .object(counts.mapValues { .int(Int64($0)) })
        }
        return .object(members)
    }

    /// Nil for what `json` did not write.
    public init?(json: JSONValue) {
        guard let name = json["name"]?.stringValue, let rows = json["rows"]?.intValue, let missing = json["missing"]?.intValue else { return nil }
        func numbers(_ key: String) -> [Double]? { json[key]?.arrayValue?.compactMap(\.doubleValue) }
        if let edges = numbers("edges"), let counts = json["counts"]?.arrayValue?.compactMap(\.intValue), let sketch = numbers("sketch"),
            let deviation = json["deviation"]?.doubleValue, counts.count == edges.count + 1
        {
            self.init(
                name: name, rows: Int(rows), missing: Int(missing),
                content: .numbers(edges: edges, counts: counts.map { Int($0) }, sketch: sketch, deviation: deviation))
        } else if let categories = json["categories"]?.objectValue {
            self.init(
                name: name, rows: Int(rows), missing: Int(missing), content: .categories(categories.compactMapValues { $0.intValue.map { Int($0) } }))
        } else {
            return nil
        }
    }
}

/// Counts of numbers between edges.
enum Histogram {
    /// Of ascending numbers: below the first edge, from one to below the next, from the last on.
    static func counts(_ sorted: [Double], edges: [Double]) -> [Int] {
        var counts: [Int] = []
        var start = 0
        for edge in edges {
            var (low, high) = (start, sorted.count)
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] < edge { low = middle + 1 } else { high = middle }
            }
            counts.append(low - start)
            start = low
        }
        return counts + [sorted.count - start]
    }
}

extension Column {
    /// The numbers that are there; nil for a column of categories or truth values. NaN counts as missing.
    var presentNumbers: [Double]? {
        func present(_ all: [Double]) -> [Double] {
            guard validity != nil || all.contains(where: \.isNaN) else { return all }
            return all.indices.filter { !isMissing($0) && !all[$0].isNaN }.map { all[$0] }
        }
        switch values {
        case .double(let all): return present(all)
        case .integer(let all), .timestamp(let all): return present(all.map { Double($0) })
        case .category, .boolean: return nil
        }
    }

    /// How often each value is there.
    var presentCategories: [String: Int] {
        switch values {
        case .category(let codes, let categories):
            var counts = [Int](repeating: 0, count: categories.count)
            for (row, code) in codes.enumerated() where !isMissing(row) { counts[Int(code)] += 1 }
            return Dictionary(zip(categories, counts).filter { $0.1 > 0 }, uniquingKeysWith: { $0 + $1 })
        case .boolean(let all):
            let yes = all.indices.count { !isMissing($0) && all[$0] }
            let no = all.count - missingCount - yes
            return ["true": yes, "false": no].filter { $0.value > 0 }
        case .integer, .double, .timestamp: return [:]
        }
    }
}

extension ReferenceColumn {
    /// Shares of both tables' rows that have a value, in the reference's bins or in the categories that are most frequent in either.
    public func comparedShares(with column: Column, limit: Int) -> (names: [String], reference: [Double], current: [Double]) {
        func shares(_ counts: [Int]) -> [Double] {
            let total = counts.reduce(0, +)
            return counts.map { total > 0 ? Double($0) / Double(total) : 0 }
        }
        switch content {
        case .numbers(let edges, let counts, _, _):
            func text(_ edge: Double) -> String { edge == edge.rounded() && abs(edge) < 1e6 ? String(Int(edge)) : String(Float(edge)) }
            let names = edges.isEmpty ? ["all"] : ["<\(text(edges[0]))"] + edges.map { "\(text($0))…" }
            return (names, shares(counts), shares(Histogram.counts(RadixSort.sorted(column.presentNumbers ?? []), edges: edges)))
        case .categories(let counts):
            let now = column.presentCategories
            let names = Set(counts.keys).union(now.keys)
                .sorted { ((counts[$1] ?? 0) + (now[$1] ?? 0), $0) < ((counts[$0] ?? 0) + (now[$0] ?? 0), $1) }
            let (old, new) = (shares(names.map { counts[$0] ?? 0 }), shares(names.map { now[$0] ?? 0 }))
            return (Array(names.prefix(limit)), Array(old.prefix(limit)), Array(new.prefix(limit)))
        }
    }
}
