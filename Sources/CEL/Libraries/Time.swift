import Foundation

extension CELLibrary {
    /// The parts of timestamps, in UTC or another zone, and of durations (cel-spec, "List of Standard Definitions").
    static let time = time(takesNames: true)

    /// The same with zones such as `+11:00` only.
    static let timeWithFixedOffsets = time(takesNames: false)

    private static func time(takesNames: Bool) -> CELLibrary {
        var library = CELLibrary(
            "time",
            "Parts of timestamps, in UTC or a zone, and of durations. Policies take zones such as `+11:00` only, since names mean what the host says."
        )
        library.type("google.protobuf.Timestamp", .timestamp)
        library.type("google.protobuf.Duration", .duration)
        let ofTimestamps = ["getFullYear", "getMonth", "getDayOfYear", "getDayOfMonth", "getDate", "getDayOfWeek"]
        for name in ofTimestamps {
            library.member(name, [([.timestamp], .int), ([.timestamp, .string], .int)]) { values throws(CELEvaluationError) in
                .int(try part(name, of: values, takesNames))
            }
        }
        for name in ["getHours", "getMinutes", "getSeconds", "getMilliseconds"] {
            library.member(name, [([.timestamp], .int), ([.timestamp, .string], .int), ([.duration], .int)]) { values throws(CELEvaluationError) in
                guard case .duration(let span) = values[0] else { return .int(try part(name, of: values, takesNames)) }
                let units: [String: Int64] = ["getHours": 3600, "getMinutes": 60, "getSeconds": 1]
                return .int(units[name].map { span.seconds / $0 } ?? span.milliseconds)
            }
        }
        return library
    }

    private static func part(_ name: String, of values: [Value], _ takesNames: Bool) throws(CELEvaluationError) -> Int64 {
        guard case .timestamp(let timestamp) = values[0] else { throw Functions.noOverload(name, values) }
        var seconds = timestamp.seconds
        if values.count == 2 {
            guard case .string(let zone) = values[1] else { throw Functions.noOverload(name, values) }
            seconds += try offset(of: zone, at: timestamp, takesNames)
        }
        let days = (seconds - seconds.modulo(86_400)) / 86_400
        let rest = seconds.modulo(86_400)
        let (year, month, day) = TimeText.civil(days)
        switch name {
        case "getFullYear": return year
        case "getMonth": return month - 1
        case "getDayOfYear": return days - TimeText.daysFromCivil(year, 1, 1)
        case "getDayOfMonth": return day - 1
        case "getDate": return day
        // 1970-01-01 was a Thursday; Sunday is 0.
        case "getDayOfWeek": return (days + 4).modulo(7)
        case "getHours": return rest / 3600
        case "getMinutes": return rest % 3600 / 60
        case "getMilliseconds": return Int64(timestamp.nanoseconds) / 1_000_000
        default: return rest % 60
        }
    }

    /// Seconds east of UTC: of `+11:00`, `02:00` or a name of the time zone database.
    private static func offset(of zone: String, at timestamp: Timestamp, _ takesNames: Bool) throws(CELEvaluationError) -> Int64 {
        // Go and C++ read no name as UTC.
        if zone == "UTC" || zone.isEmpty { return 0 }
        let digits = zone.hasPrefix("+") || zone.hasPrefix("-") ? zone.dropFirst() : zone[...]
        let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hours = Int64(parts[0]), let minutes = Int64(parts[1]), hours < 24, minutes < 60
        {
            return (hours * 3600 + minutes * 60) * (zone.hasPrefix("-") ? -1 : 1)
        }
        guard takesNames else {
            throw CELEvaluationError(.invalidArgument, "'\(zone)' is no offset such as +11:00; what a name means differs between machines")
        }
        guard let known = TimeZoneNames.zone(named: zone) else { throw CELEvaluationError(.invalidArgument, "there is no time zone '\(zone)'") }
        return Int64(known.secondsFromGMT(for: Date(timeIntervalSince1970: Double(timestamp.seconds))))
    }
}

extension Int64 {
    /// The remainder that is never negative.
    fileprivate func modulo(_ divisor: Int64) -> Int64 { (self % divisor + divisor) % divisor }
}
