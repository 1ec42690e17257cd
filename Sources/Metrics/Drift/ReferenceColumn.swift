public import Basics
public import Frames
internal import Glibc

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
    /// Categories are digests, since some of them are or hold personal data.
    public let isHashed: Bool
    /// Numbers that are times are no others: seconds of an age lie nowhere near a date's.
    public let holdsTimes: Bool
    /// Of numbers with at most five values: each and how often it is there. Evidently takes such a column for categories.
    public let fewValues: [Double: Int]?

    public static let bins = 10
    /// Values up to so many are kept whole, which makes distances exact.
    public static let sketchSize = 100_000

    /// - Parameter keepsAll: every number is kept, so that distances are exact whatever the rows; `json` thins them.
    public init(_ column: Column, keepsAll: Bool = false) {
        name = column.name
        rows = column.count
        holdsTimes = column.kind == .timestamp
        if let numbers = column.finiteNumbers {
            let sorted = RadixSort.sorted(numbers)
            missing = column.count - sorted.count
            isHashed = false
            fewValues = Self.fewValues(sorted)
            let edges = Self.edges(sorted)
            let sketch = keepsAll ? sorted : Self.thinned(sorted)
            content = .numbers(
                edges: edges, counts: Histogram.counts(sorted, edges: edges), sketch: sketch,
                deviation: Moments(sorted, largest: Magnitude.largest(ofSorted: sorted)).deviation)
        } else {
            missing = column.missingCount
            fewValues = nil
            let kept = Self.kept(column.presentCategories)
            isHashed = kept.isHashed
            content = .categories(kept.counts)
        }
    }

    /// Order statistics at even ranks, ends included.
    private static func thinned(_ sorted: [Double]) -> [Double] {
        sorted.count <= sketchSize ? sorted : (0..<sketchSize).map { sorted[$0 * (sorted.count - 1) / (sketchSize - 1)] }
    }

    /// Of ascending numbers; nil for more than five.
    static func fewValues(_ sorted: [Double]) -> [Double: Int]? {
        var found: [Double: Int] = [:]
        for value in sorted {
            found[value, default: 0] += 1
            if found.count > 5 { return nil }
        }
        return found
    }

    /// The same without order statistics: all that a tally of counts needs.
    public var withoutSketch: ReferenceColumn {
        guard case .numbers(let edges, let counts, _, let deviation) = content else { return self }
        return ReferenceColumn(
            name: name, rows: rows, missing: missing, content: .numbers(edges: edges, counts: counts, sketch: [], deviation: deviation),
            holdsTimes: holdsTimes)
    }

    init(name: String, rows: Int, missing: Int, content: Content, fewValues: [Double: Int]? = nil, isHashed: Bool = false, holdsTimes: Bool = false) {
        self.holdsTimes = holdsTimes
        self.fewValues = fewValues
        self.isHashed = isHashed
        self.name = name
        self.rows = rows
        self.missing = missing
        self.content = content
    }

    /// Distinct quantiles at tenths; the smallest value opens the first bin, so that it is no edge. Where nine tenths are that value it has a bin for itself: with one bin only, every
    /// distance would be zero, wherever the rows go.
    static func edges(_ sorted: [Double]) -> [Double] {
        guard let first = sorted.first, let last = sorted.last else { return [] }
        return edges(quantiles: (1..<bins).map { sorted[$0 * sorted.count / bins] }, smallest: first, largest: last)
    }

    /// The same of the nine quantiles.
    static func edges(quantiles: [Double], smallest: Double, largest: Double) -> [Double] {
        var edges: [Double] = []
        for value in quantiles where value > smallest && value != edges.last { edges.append(value) }
        return edges.isEmpty ? lonely(smallest, isAll: smallest == largest) : edges
    }

    /// Around one value: what is less is with it, unless all rows have it.
    private static func lonely(_ value: Double, isAll: Bool) -> [Double] {
        (isAll ? [value, value.nextUp] : [value.nextUp]).filter(\.isFinite)
    }

    public var json: JSONValue {
        var members: [String: JSONValue] = ["name": .string(name), "rows": .int(Int64(rows)), "missing": .int(Int64(missing))]
        switch content {
        case .numbers(let edges, let counts, let sketch, let deviation):
            members["edges"] = .array(edges.map { .double($0) })
            members["counts"] = .array(counts.map { .int(Int64($0)) })
            members["sketch"] = .array(Self.thinned(sketch).map { .double($0) })
            if let fewValues {
                members["values"] = .array(fewValues.sorted { $0.key < $1.key }.map { .array([.double($0.key), .int(Int64($0.value))]) })
            }
            members["deviation"] = .double(deviation)
            if holdsTimes { members["times"] = .bool(true) }
        case .categories(let counts):
            members["categories"] = .object(counts.mapValues { .int(Int64($0)) })
            if isHashed { members["hashed"] = .bool(true) }
        }
        return .object(members)
    }

    /// Nil for what `json` did not write.
    public init?(json: JSONValue) {
        guard let name = json["name"]?.stringValue, let rows = json["rows"]?.intValue, let missing = json["missing"]?.intValue, missing >= 0,
            missing <= rows, rows <= 1 << 53
        else { return nil }
        // Sums of counts that are more than the rows there are may pass the largest number.
        func areCounts(_ counts: some Collection<Int64>) -> Bool {
            counts.allSatisfy { $0 >= 0 } && counts.reduce(0.0) { $0 + Double($1) } <= Double(rows - missing)
        }
        func numbers(_ key: String) -> [Double]? { json[key]?.arrayValue?.compactMap(\.doubleValue) }
        if let edges = numbers("edges"), let counts = json["counts"]?.arrayValue?.compactMap(\.intValue), let sketch = numbers("sketch"),
            let deviation = json["deviation"]?.doubleValue, counts.count == edges.count + 1
        {
            guard areCounts(counts) else { return nil }
            self.init(
                name: name, rows: Int(rows), missing: Int(missing),
                content: .numbers(edges: edges, counts: counts.map { Int($0) }, sketch: sketch, deviation: deviation),
                fewValues: json["values"]?.arrayValue.map { pairs in
                    Dictionary(
                        pairs.compactMap { pair in
                            pair.arrayValue?.first?.doubleValue.flatMap { value in pair.arrayValue?.last?.intValue.map { (value, Int($0)) } }
                        }, uniquingKeysWith: { first, _ in first })
                }, holdsTimes: json["times"]?.boolValue ?? false)
        } else if let categories = json["categories"]?.objectValue {
            let counts = categories.compactMapValues(\.intValue)
            guard counts.count == categories.count, areCounts(counts.values) else { return nil }
            self.init(
                name: name, rows: Int(rows), missing: Int(missing), content: .categories(counts.mapValues { Int($0) }),
                isHashed: json["hashed"]?.boolValue ?? false)
        } else {
            return nil
        }
    }
}

/// Counts of numbers between edges.
enum Histogram {
    /// Edges as people read them: with three digits, or as few more as tell them apart.
    static func texts(_ edges: [Double]) -> [String] {
        func text(_ edge: Double, _ digits: Int) -> String {
            guard edge != 0, abs(edge) >= 1e-4, abs(edge) < 1e9 else { return edge == 0 ? "0" : String(Float(edge)) }
            let scale = pow(10, Double(digits - 1) - log10(abs(edge)).rounded(.down))
            let rounded = scale >= 1 ? (edge * scale).rounded() / scale : (edge / (1 / scale).rounded()).rounded() * (1 / scale).rounded()
            return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
        }
        for digits in 3..<9 {
            let texts = edges.map { text($0, digits) }
            if Set(texts).count == texts.count { return texts }
        }
        return edges.map { String($0) }
    }

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
    /// Of one element a row, those that are there and fit.
    func present<Element>(_ all: [Element], where fits: (Element) -> Bool = { _ in true }) -> [Element] {
        var found: [Element] = []
        found.reserveCapacity(all.count)
        if let validity {
            for (row, element) in all.enumerated() where validity[row] && fits(element) { found.append(element) }
        } else {
            for element in all where fits(element) { found.append(element) }
        }
        return found
    }

    /// The numbers that are there; nil for a column of categories or truth values. NaN counts as missing.
    var presentNumbers: [Double]? {
        switch values {
        case .double(let all): validity != nil || all.contains(where: \.isNaN) ? present(all) { !$0.isNaN } : all
        case .integer(let all), .timestamp(let all): (validity == nil ? all : present(all)).map { Double($0) }
        case .category, .boolean: nil
        }
    }

    /// The same without what is infinite, which has no distance from anything and counts as missing too.
    var finiteNumbers: [Double]? {
        guard case .double(let all) = values else { return presentNumbers }
        return validity != nil || !all.allSatisfy(\.isFinite) ? present(all, where: \.isFinite) : all
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
    /// What bins hold, as people read it.
    private static func names(_ edges: [Double], smallest: Double?) -> [String] {
        let texts = Histogram.texts(edges)
        guard let first = texts.first else { return ["all"] }
        // A bin of one value.
        if edges.count == 2, edges[1] == edges[0].nextUp {
            let value = Histogram.texts([edges[0]])[0]
            return ["<\(value)", value, ">\(value)"]
        }
        if edges.count == 1, let smallest, edges[0] == smallest.nextUp {
            let value = Histogram.texts([smallest])[0]
            return ["≤\(value)", ">\(value)"]
        }
        return ["<\(first)"] + texts.map { "\($0)…" }
    }

    /// Shares of both tables' rows that have a value, in the reference's bins or in the categories that are most frequent in either.
    public func comparedShares(with column: Column, limit: Int) -> (names: [String], reference: [Double], current: [Double]) {
        func shares(_ counts: [Int]) -> [Double] {
            let total = counts.reduce(0, +)
            return counts.map { total > 0 ? Double($0) / Double(total) : 0 }
        }
        switch content {
        case .numbers(let edges, let counts, let sketch, _):
            return (
                Self.names(edges, smallest: sketch.first), shares(counts),
                shares(Histogram.counts(RadixSort.sorted(column.finiteNumbers ?? []), edges: edges))
            )
        case .categories(let counts):
            guard !isHashed else { return ([], [], []) }
            let now = column.presentCategories
            guard !CategoryNames.arePersonal(now.keys) else { return ([], [], []) }
            let (old, new) = (Double(max(1, counts.values.reduce(0, +))), Double(max(1, now.values.reduce(0, +))))
            let shown = CategoryCounts(counts, now).mostFrequent(limit)
            return (shown.map(\.name), shown.map { $0.old / old }, shown.map { $0.new / new })
        }
    }
}
