/// A moment in UTC with a resolution of one second, written as RFC 3339 (`2026-11-23T16:00:00Z`).
///
/// Never read from the machine below `Reconciliation`: a decision's instant is an input that is recorded.
public struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let secondsSinceEpoch: Int64

    public init(secondsSinceEpoch: Int64) { self.secondsSinceEpoch = secondsSinceEpoch }

    public static func < (left: Instant, right: Instant) -> Bool { left.secondsSinceEpoch < right.secondsSinceEpoch }

    public var description: String {
        let (day, rest) = secondsSinceEpoch.floorDivided(by: 86_400)
        let (year, month, dayOfMonth) = Self.civil(day)
        func pad(_ value: Int64, _ width: Int = 2) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(pad(year, 4))-\(pad(month))-\(pad(dayOfMonth))T\(pad(rest / 3600)):\(pad(rest % 3600 / 60)):\(pad(rest % 60))Z"
    }

    /// Reads `YYYY-MM-DDTHH:MM:SS[.fraction](Z|±HH:MM)`, dropping the fraction, or a date alone, which means its first second in UTC.
    public init?(_ text: String) {
        let units = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= units.count else { return nil }
            var value: Int64 = 0
            for unit in units[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(unit) else { return nil }
                value = value * 10 + Int64(unit - UInt8(ascii: "0"))
            }
            return value
        }
        func has(_ character: Unicode.Scalar, at index: Int) -> Bool { index < units.count && units[index] == UInt8(ascii: character) }
        guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), has("-", at: 7), let day = number(8..<10),
            (1...12).contains(month), day >= 1, day <= Self.daysIn(month: month, year: year)
        else { return nil }
        let midnight = Self.days(year: year, month: month, day: day) * 86_400
        if units.count == 10 {
            self.init(secondsSinceEpoch: midnight)
            return
        }
        guard has("T", at: 10) || has("t", at: 10), let hour = number(11..<13), has(":", at: 13), let minute = number(14..<16),
            has(":", at: 16), let second = number(17..<19), hour < 24, minute < 60, second < 60
        else { return nil }
        var index = 19
        if has(".", at: index) {
            index += 1
            let start = index
            while index < units.count, number(index..<index + 1) != nil { index += 1 }
            guard index > start else { return nil }
        }
        var offset: Int64 = 0
        if (has("Z", at: index) || has("z", at: index)) && units.count == index + 1 {
            offset = 0
        } else if has("+", at: index) || has("-", at: index), let hours = number(index + 1..<index + 3), has(":", at: index + 3),
            let minutes = number(index + 4..<index + 6), units.count == index + 6, hours < 24, minutes < 60
        {
            offset = (hours * 3600 + minutes * 60) * (has("-", at: index) ? -1 : 1)
        } else {
            return nil
        }
        self.init(secondsSinceEpoch: midnight + hour * 3600 + minute * 60 + second - offset)
    }

    public func adding(days: Int64) -> Instant { Instant(secondsSinceEpoch: secondsSinceEpoch + days * 86_400) }
    public func adding(seconds: Int64) -> Instant { Instant(secondsSinceEpoch: secondsSinceEpoch + seconds) }

    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil, civil_from_days).
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = y.floorDivided(by: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).floorDivided(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    static func daysIn(month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: (year.isMultiple(of: 4) && !year.isMultiple(of: 100)) || year.isMultiple(of: 400) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Instant: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let instant = Instant(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not an RFC 3339 time")
        }
        self = instant
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Where the time comes from. The executable passes the machine's clock; tests pass one that stands still or is moved by hand.
public protocol Clock: Sendable {
    func now() -> Instant
}
