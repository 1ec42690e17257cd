extension FittedTransform {
    /// Replaces the column by what is made of it.
    ///
    /// Throws `missingFeature`, `wrongType`, or `unseenCategory` where that is declared to be an error.
    package func apply(to table: inout WorkingTable) throws(ModelError) {
        guard let found = table[column] else {
            throw ModelError(
                .missingFeature, operation: "prepare the features", feature: column, message: "there is no column '\(column)' to prepare")
        }
        let made = try values(of: found)
        table.replace(column, by: zip(produced, made).map { WorkingTable.Column($0, origin: found.origin, $1) })
    }

    private func values(of found: WorkingTable.Column) throws(ModelError) -> [WorkingTable.Values] {
        switch (operation, found.values) {
        case (.fillNumber(let fill, let indicator), .number(let all)):
            return [.number(all.map { $0.isNaN ? fill : $0 })] + (indicator ? [.number(all.map { $0.isNaN ? 1 : 0 })] : [])
        case (.fillNumber(let fill, let indicator), .boolean(let all)):
            return [.number(all.map { $0.isNaN ? fill : $0 })] + (indicator ? [.number(all.map { $0.isNaN ? 1 : 0 })] : [])
        case (.fillText(let fill, let indicator), .text(let codes, let categories)):
            let known = CategoryPlaces(categories)[fill]
            let place = Int32(known ?? categories.count)
            let filled = WorkingTable.Values.text(
                codes: codes.map { $0 < 0 ? place : $0 }, categories: known == nil ? categories + [fill] : categories)
            return [filled] + (indicator ? [.number(codes.map { $0 < 0 ? 1 : 0 })] : [])
        case (.oneHot(let known, let other, let unseen), .text(let codes, let categories)):
            let places = try places(of: categories, in: known, unseen: other ? .neutral : unseen)
            let count = known.count + (other ? 1 : 0)
            var columns = [[Double]](repeating: [Double](repeating: 0, count: codes.count), count: count)
            for (row, code) in codes.enumerated() where code >= 0 {
                if let place = places[Int(code)] { columns[place][row] = 1 } else if other { columns[known.count][row] = 1 }
            }
            return columns.map { .number($0) }
        case (.lookUp(let names, let known, let values, let neutral, let missing, let unseen, let other), .text(let codes, let categories)):
            let places = try places(of: categories, in: known, unseen: other ? .neutral : unseen)
            return names.indices.map { output in
                let unknown = unseen == .missing && !other ? missing[output] : neutral[output]
                let numbers = places.map { $0.map { values[$0][output] } ?? unknown }
                return .number(codes.map { $0 < 0 ? missing[output] : numbers[Int($0)] })
            }
        case (.scale(let center, let scale), .number(let all)), (.scale(let center, let scale), .boolean(let all)):
            return [.number(all.map { ($0 - center) / scale })]
        case (.bin(let edges), .number(let all)):
            return [.number(all.map { value in value.isNaN ? .nan : Double(edges.partitionPoint { $0 <= value }) })]
        case (.dateParts(let parts), .time(let all)):
            let dates = all.map { $0.isNaN ? nil : CivilTime(microseconds: Int64($0)) }
            return parts.map { part in .number(dates.map { $0.map { Double($0[part]) } ?? .nan }) }
        case (.hashText(let buckets), .text(let codes, let categories)):
            let bags = categories.map { Self.buckets(of: $0, count: buckets) }
            var columns = [[Double]](repeating: [Double](repeating: 0, count: codes.count), count: buckets)
            for (row, code) in codes.enumerated() where code >= 0 {
                for bucket in bags[Int(code)] { columns[bucket][row] += 1 }
            }
            return columns.map { .number($0) }
        default:
            throw ModelError(.wrongType, operation: "prepare the features", feature: column, message: "column '\(column)' is not of the type it was")
        }
    }

    /// Where each category is among the known ones; nil for one that was not seen.
    private func places(of categories: [String], in known: [String], unseen: Unseen) throws(ModelError) -> [Int?] {
        let places = CategoryPlaces(known)
        let found = categories.map { places[$0] }
        if unseen == .error, let place = found.firstIndex(of: nil) {
            throw ModelError(
                .unseenCategory, operation: "prepare the features", feature: column,
                message: "column '\(column)' has the category '\(categories[place])', which training did not see")
        }
        return found
    }

    /// The bucket of each word.
    package static func buckets(of text: String, count: Int) -> [Int] {
        text.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.map { Int(MurmurHash3.hash(Array($0)) % UInt32(count)) }
    }
}

extension Array where Element == Double {
    /// The first place at which `isBefore` no longer holds; it holds for a prefix.
    fileprivate func partitionPoint(_ isBefore: (Double) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// MurmurHash3 x86 32 bits (Appleby 2011, public domain), as scikit-learn's hashing and ONNX Runtime's operator have it.
enum MurmurHash3 {
    static func hash(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
        func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }
        func mixed(_ block: UInt32) -> UInt32 { rotated(block &* 0xCC9E_2D51, 15) &* 0x1B87_3593 }
        var state = seed
        let whole = bytes.count / 4 * 4
        for start in stride(from: 0, to: whole, by: 4) {
            let block = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
            state = rotated(state ^ mixed(block), 13) &* 5 &+ 0xE654_6B64
        }
        if whole < bytes.count {
            state ^= mixed((whole..<bytes.count).reduce(UInt32(0)) { $0 | UInt32(bytes[$1]) << UInt32(8 * ($1 - whole)) })
        }
        state ^= UInt32(truncatingIfNeeded: bytes.count)
        state = (state ^ state >> 16) &* 0x85EB_CA6B
        state = (state ^ state >> 13) &* 0xC2B2_AE35
        return state ^ state >> 16
    }
}

/// A moment in the proleptic Gregorian calendar, UTC (days from civil: Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2014).
struct CivilTime {
    private let (year, month, day, dayOfYear, weekday): (Int64, Int64, Int64, Int64, Int64)
    private let minutes: Int64

    init(microseconds: Int64) {
        func floored(_ value: Int64, _ by: Int64) -> Int64 { value >= 0 ? value / by : -((-value + by - 1) / by) }
        let days = floored(microseconds, 86_400_000_000)
        minutes = (microseconds - days * 86_400_000_000) / 60_000_000
        weekday = (days + 3) - floored(days + 3, 7) * 7 + 1
        let shifted = days + 719_468
        let era = floored(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let fromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let place = (5 * fromMarch + 2) / 153
        day = fromMarch - (153 * place + 2) / 5 + 1
        month = place < 10 ? place + 3 : place - 9
        let civilYear = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        year = civilYear
        let isLeap = civilYear % 4 == 0 && (civilYear % 100 != 0 || civilYear % 400 == 0)
        dayOfYear = month <= 2 ? fromMarch - 305 : fromMarch + (isLeap ? 61 : 60)
    }

    subscript(_ part: FittedTransform.DatePart) -> Int64 {
        switch part {
        case .year: year
        case .quarter: (month - 1) / 3 + 1
        case .month: month
        case .day: day
        case .dayOfYear: dayOfYear
        case .weekday: weekday
        case .hour: minutes / 60
        case .minute: minutes % 60
        }
    }
}
