public import Basics

/// One step of preprocessing after it was fitted: it turns one column into others, row by row, and knows nothing of other rows.
public struct FittedTransform: Hashable, Sendable {
    /// What becomes of a category that training did not see.
    public enum Unseen: String, Hashable, Sendable, CaseIterable {
        /// As a row in which nothing is known: no category at all, or the mean of all categories.
        case neutral
        /// As a missing value.
        case missing
        /// An error that names the category.
        case error
    }

    public enum DatePart: String, Hashable, Sendable, CaseIterable {
        case year, quarter, month, day, dayOfYear, weekday, hour, minute
    }

    public enum Operation: Hashable, Sendable {
        /// Missing numbers become `fill`.
        case fillNumber(Double, indicator: Bool)
        /// Missing categories become `fill`.
        case fillText(String, indicator: Bool)
        /// One column of 0 and 1 a category. `other`, where there is one, stands for the rare ones and those never seen; a missing value is none of them.
        case oneHot(categories: [String], other: Bool, unseen: Unseen)
        /// Each category becomes numbers, one for each name. `other`: the rare ones are not among them, and are `neutral` as those never seen.
        case lookUp(
            names: [String], categories: [String], values: [[Double]], neutral: [Double], missing: [Double], unseen: Unseen, other: Bool = false)
        /// (x − center) / scale
        case scale(center: Double, scale: Double)
        /// How many of the ascending edges are at most x.
        case bin(edges: [Double])
        /// Parts of a time in UTC; the weekday is 1 (Monday) to 7.
        case dateParts([DatePart])
        /// How often words fall into each bucket: words are what blanks part, by MurmurHash3 (x86, 32 bits, seed 0) modulo the buckets.
        case hashText(buckets: Int)
    }

    public let column: String
    public let operation: Operation

    public init(column: String, _ operation: Operation) {
        self.column = column
        self.operation = operation
    }

    /// The columns that it makes, in order.
    public var produced: [String] {
        switch operation {
        case .fillNumber(_, let indicator), .fillText(_, let indicator): indicator ? [column, "\(column):missing"] : [column]
        case .oneHot(let categories, let other, _): categories.map { "\(column)=\($0)" } + (other ? ["\(column):other"] : [])
        case .lookUp(let names, _, _, _, _, _, _): names
        case .scale, .bin: [column]
        case .dateParts(let parts): parts.map { "\(column):\($0.rawValue)" }
        case .hashText(let buckets): (0..<buckets).map { "\(column)#\($0)" }
        }
    }

    /// In an artefact.
    public var json: JSONValue {
        func numbers(_ all: [Double]) -> JSONValue { .array(all.map { .double($0) }) }
        func texts(_ all: [String]) -> JSONValue { .array(all.map { .string($0) }) }
        var members: [String: JSONValue] = ["column": .string(column)]
        func add(_ type: String, _ more: [String: JSONValue]) {
            members["type"] = .string(type)
            members.merge(more) { $1 }
        }
        switch operation {
        case .fillNumber(let fill, let indicator): add("fillNumber", ["fill": .double(fill), "indicator": .bool(indicator)])
        case .fillText(let fill, let indicator): add("fillText", ["fill": .string(fill), "indicator": .bool(indicator)])
        case .oneHot(let categories, let other, let unseen):
            add("oneHot", ["categories": texts(categories), "other": .bool(other), "unseen": .string(unseen.rawValue)])
        case .lookUp(let names, let categories, let values, let neutral, let missing, let unseen, let other):
            if other { members["other"] = true }
            add(
                "lookUp",
                [
                    "names": texts(names), "categories": texts(categories), "values": .array(values.map(numbers)), "neutral": numbers(neutral),
                    "missing": .array(missing.map { $0.isNaN ? .null : .double($0) }), "unseen": .string(unseen.rawValue),
                ])
        case .scale(let center, let scale): add("scale", ["center": .double(center), "scale": .double(scale)])
        case .bin(let edges): add("bin", ["edges": numbers(edges)])
        case .dateParts(let parts): add("dateParts", ["parts": texts(parts.map(\.rawValue))])
        case .hashText(let buckets): add("hashText", ["buckets": .int(Int64(buckets))])
        }
        return .object(members)
    }

    /// Reads `json`; nil if it has not that form.
    public init?(json: JSONValue) {
        func numbers(_ value: JSONValue?) -> [Double]? {
            guard let all = value?.arrayValue else { return nil }
            let read = all.compactMap { $0 == .null ? .nan : $0.doubleValue }
            return read.count == all.count ? read : nil
        }
        func texts(_ key: String) -> [String]? {
            guard let all = json[key]?.arrayValue else { return nil }
            let read = all.compactMap(\.stringValue)
            return read.count == all.count ? read : nil
        }
        guard let column = json["column"]?.stringValue else { return nil }
        let unseen = json["unseen"]?.stringValue.flatMap(Unseen.init(rawValue:))
        let read: Operation?
        switch json["type"]?.stringValue {
        case "fillNumber":
            read = json["fill"]?.doubleValue.flatMap { fill in json["indicator"]?.boolValue.map { .fillNumber(fill, indicator: $0) } }
        case "fillText":
            read = json["fill"]?.stringValue.flatMap { fill in json["indicator"]?.boolValue.map { .fillText(fill, indicator: $0) } }
        case "oneHot":
            guard let categories = texts("categories"), let other = json["other"]?.boolValue, let unseen else { return nil }
            read = .oneHot(categories: categories, other: other, unseen: unseen)
        case "lookUp":
            guard let names = texts("names"), let categories = texts("categories"), let rows = json["values"]?.arrayValue,
                let neutral = numbers(json["neutral"]), let missing = numbers(json["missing"]), let unseen
            else { return nil }
            let values = rows.compactMap { numbers($0) }
            guard values.count == categories.count, (values + [neutral, missing]).allSatisfy({ $0.count == names.count }) else { return nil }
            read = .lookUp(
                names: names, categories: categories, values: values, neutral: neutral, missing: missing, unseen: unseen,
                other: json["other"]?.boolValue ?? false)
        case "scale":
            read = json["center"]?.doubleValue.flatMap { center in json["scale"]?.doubleValue.map { .scale(center: center, scale: $0) } }
        case "bin": read = numbers(json["edges"]).map { .bin(edges: $0) }
        case "dateParts":
            guard let names = texts("parts") else { return nil }
            let parts = names.compactMap { DatePart(rawValue: $0) }
            read = parts.count == names.count && !parts.isEmpty ? .dateParts(parts) : nil
        case "hashText": read = json["buckets"]?.intValue.flatMap { (1...1_000_000).contains($0) ? .hashText(buckets: Int($0)) : nil }
        default: read = nil
        }
        guard let read else { return nil }
        self.init(column: column, read)
    }
}
