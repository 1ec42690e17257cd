/// Why a text is no schedule.
public struct CronError: Error, Hashable, Sendable {
    public let message: String
}

/// When something is due, as crontab(5) has it: minute, hour, day of the month, month and day of the week, in UTC.
///
/// Fields are `*`, numbers, names (`jan`, `mon`), ranges `a-b`, steps `*/n` and `a-b/n`, and lists of these; 0 and 7 are Sunday. Where both days are
/// restricted, a day that fits either is due, as in Vixie's cron. `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly` are known.
public struct CronSchedule: Hashable, Sendable {
    private let minutes: Set<Int>
    private let hours: Set<Int>
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    private let isAnyDay: Bool
    private let isAnyWeekday: Bool

    private static let shorthands = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]
    private static let monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    public init(_ text: String) throws(CronError) {
        let fields = (Self.shorthands[text] ?? text).split { $0 == " " || $0 == "\t" }.map { $0.lowercased() }
        guard fields.count == 5 else {
            throw CronError(
                message: text.hasPrefix("@")
                    ? "there is no schedule '\(text)'" : "a schedule has five fields, and '\(text)' has \(fields.count)")
        }
        minutes = try Self.values(fields[0], "minute", 0...59)
        hours = try Self.values(fields[1], "hour", 0...23)
        days = try Self.values(fields[2], "day", 1...31)
        months = try Self.values(fields[3], "month", 1...12, names: Self.monthNames, firstName: 1)
        weekdays = Set(try Self.values(fields[4], "weekday", 0...7, names: Self.weekdayNames, firstName: 0).map { $0 % 7 })
        isAnyDay = fields[2].hasPrefix("*")
        isAnyWeekday = fields[4].hasPrefix("*")
        guard !isAnyWeekday || months.contains(where: { month in days.contains { $0 <= (month == 2 ? 29 : Self.longest(month)) } }) else {
            throw CronError(message: "'\(text)' is never due: none of its months has such a day")
        }
    }

    private static func longest(_ month: Int) -> Int { [4, 6, 9, 11].contains(month) ? 30 : 31 }

    private static func values(
        _ field: String, _ name: String, _ range: ClosedRange<Int>, names: [String] = [], firstName: Int = 0
    ) throws(CronError) -> Set<Int> {
        func number(_ text: Substring) throws(CronError) -> Int {
            if let place = names.firstIndex(of: String(text)) { return place + firstName }
            guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int(text) else {
                throw CronError(message: "'\(field)' is no \(name) of a schedule")
            }
            guard range.contains(value) else {
                throw CronError(message: "the \(name) \(value) of a schedule is not from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        var values: Set<Int> = []
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard pieces.count <= 2, let span = pieces.first else { throw CronError(message: "'\(field)' is no \(name) of a schedule") }
            var step = 1
            if pieces.count == 2 {
                guard pieces[1].allSatisfy({ $0.isASCII && $0.isNumber }), let given = Int(pieces[1]), given > 0, given <= range.upperBound else {
                    throw CronError(message: "'\(part)' has no step that a \(name) could have")
                }
                step = given
            }
            var bounds = range
            if span != "*" {
                let ends = span.split(separator: "-", omittingEmptySubsequences: false)
                guard ends.count <= 2 else { throw CronError(message: "'\(field)' is no \(name) of a schedule") }
                let lower = try number(ends[0])
                let upper = ends.count == 2 ? try number(ends[1]) : pieces.count == 2 ? range.upperBound : lower
                guard lower <= upper else { throw CronError(message: "the range '\(span)' of a schedule ends before it begins") }
                bounds = lower...upper
            }
            values.formUnion(stride(from: bounds.lowerBound, through: bounds.upperBound, by: step))
        }
        return values
    }

    private func isDue(day: Int64) -> Bool {
        let (_, month, dayOfMonth) = Instant.civil(day)
        guard months.contains(Int(month)) else { return false }
        // 1970-01-01 was a Thursday.
        let weekday = Int(((day % 7) + 11) % 7)
        let (fitsDay, fitsWeekday) = (days.contains(Int(dayOfMonth)), weekdays.contains(weekday))
        return isAnyDay || isAnyWeekday ? fitsDay && fitsWeekday : fitsDay || fitsWeekday
    }

    /// The days that can lie between two due ones: a 29 February that must be a Sunday too may stay away for forty years.
    private static let horizon: Int64 = 366 * 41

    private var times: [Int64] {
        hours.sorted().flatMap { hour in minutes.sorted().map { Int64(hour) * 3600 + Int64($0) * 60 } }
    }

    /// The last time at or before `instant` at which it was due.
    public func latest(atOrBefore instant: Instant) -> Instant? {
        let today = instant.secondsSinceEpoch.floorDivided(by: 86_400).quotient
        let times = times
        for day in stride(from: today, through: today - Self.horizon, by: -1) where isDue(day: day) {
            if let time = times.last(where: { day * 86_400 + $0 <= instant.secondsSinceEpoch }) {
                return Instant(secondsSinceEpoch: day * 86_400 + time)
            }
        }
        return nil
    }

    /// The first time after `instant` at which it is due.
    public func next(after instant: Instant) -> Instant? {
        let today = instant.secondsSinceEpoch.floorDivided(by: 86_400).quotient
        let times = times
        for day in today...(today + Self.horizon) where isDue(day: day) {
            if let time = times.first(where: { day * 86_400 + $0 > instant.secondsSinceEpoch }) {
                return Instant(secondsSinceEpoch: day * 86_400 + time)
            }
        }
        return nil
    }
}
